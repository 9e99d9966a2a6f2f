/**
 * Valid resources made from the definitions alone, of every type and from a seed: what no author of an example thought
 * of. Values are wild within what R4 allows; what invariants forbid is thrown away and made again.
 */
import { Random } from '@mach/base/random.ts';
import {
  choiceKey,
  type ElementDef,
  type ElementType,
  isSubtype,
  resourceTypes,
  typeDef,
  valueSetCodes,
} from '../definitions.ts';
import type { JsonObject } from '../json.ts';
import { isValid, validate } from '../validate.ts';
import { parseJson } from '../written-numbers.ts';

const TEXTS = [
  'Trần Thị Bích Ngọc',
  'hoà bình',
  'đ',
  'a "b" <c> & d',
  '  đầu và cuối ',
  'dòng\nmới\ttab',
  '𠮷野',
  "O'Neil",
  'x,y|z$w\\',
  '100%',
  '+84',
];
const CODES = ['a', 'A-1', 'mã', 'x y', 'b,c', 'p|q', '$', '0', '8867-4'];
const DECIMALS = ['0', '1.50', '-3', '0.00', '1e3', '37.25', '-0.5', '1234567.125', '2E-2', '100.0'];
const DATES = ['2026', '1964-07', '2024-02-29', '1900-01-01', '2026-12-31'];
const ZONED = ['2026-11-22T07:30:00+07:00', '2024-02-29T23:59:59.123Z', '1999-12-31T00:00:00-05:00'];
const LEAVES: Readonly<Record<string, readonly unknown[]>> = {
  boolean: [true, false],
  integer: [0, 1, -7, 2147483647, -2147483648],
  unsignedInt: [0, 3, 2147483647],
  positiveInt: [1, 2, 90],
  string: TEXTS,
  markdown: ['# Đầu\n\n* mục', ...TEXTS],
  code: CODES,
  id: ['a', 'A.b-1', 'x'.repeat(64)],
  uri: ['urn:x:y', 'http://a.vn/b?c=d&e=f#g', 'mailto:a@b.vn', 'http://a.vn/%C3%A0'],
  url: ['http://a.vn/b', 'https://x.vn/y?z=1,2'],
  canonical: ['http://a.vn/fhir/ValueSet/v', 'http://a.vn/fhir/ValueSet/v|1.0', 'urn:oid:1.2.3'],
  oid: ['urn:oid:1.2.840.1'],
  uuid: ['urn:uuid:0193e0e7-1e10-4000-8000-0000000000ff'],
  date: DATES,
  dateTime: [...DATES, ...ZONED],
  instant: ZONED,
  time: ['00:00:00', '23:59:59.5'],
  base64Binary: ['eA==', 'w6A=', 'AAECAwQ='],
  xhtml: ['<div xmlns="http://www.w3.org/1999/xhtml"><p title="a &amp; b">Lan &lt; 5 &#160;<b>đ</b><br/></p></div>'],
};
/** Required sets that cannot be listed; what is bound elsewhere may hold any code. */
const UNLISTED: Readonly<Record<string, readonly string[]>> = {
  mimetypes: ['text/plain', 'application/pdf'],
  languages: ['vi', 'en-US'],
  'all-languages': ['vi', 'en-US'],
  currencies: ['VND', 'USD'],
  'ucum-units': ['mg', 'mmol/L'],
};
const LEFT_OUT: ReadonlySet<string> = new Set(['id', 'contained', 'modifierExtension', 'implicitRules']);
/** Elements that some invariant asks for nearly always: chance alone would hardly find them. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  Appointment: ['start', 'end'],
  'Appointment.participant': ['actor'],
  CapabilityStatement: ['rest', 'software', 'implementation'],
  Consent: ['policyRule', 'patient'],
  'ImmunizationRecommendation.recommendation': ['vaccineCode'],
  TerminologyCapabilities: ['software', 'implementation'],
  TriggerDefinition: ['name'],
};
// In every engine of these years and not yet in the library of types.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
/** Levels of parts; deeper ones get only what they must have. */
const DEPTH = 4;
const TRIES = 60;

class Maker {
  private readonly random: Random;
  /** Chance of an element that need not be there. */
  private readonly rate: number;

  constructor(random: Random, rate: number) {
    this.random = random;
    this.rate = rate;
  }

  private one<T>(list: readonly T[]): T {
    return list[this.random.int(0, list.length - 1)] as T;
  }
  private chance(of: number): boolean {
    return this.random.next() < of;
  }

  resource(type: string, id: string): JsonObject {
    const made = this.parts(type, 0, { resourceType: type, id });
    // The server's own, and what would make it depend on others.
    delete made.meta;
    if (this.chance(0.5)) made.meta = { tag: [{ system: 'urn:any', code: this.one(['a', 'b']) }] };
    return parseJson(JSON.stringify(made)) as JsonObject;
  }

  private parts(type: string, depth: number, into: JsonObject = {}): JsonObject {
    const given = Object.keys(into).length;
    const elements = (typeDef(type)?.elements ?? []).flatMap((element) => {
      const types = element.types.filter(({ code }) => this.isMakeable(code, depth));
      return LEFT_OUT.has(element.name) || types.length === 0 ? [] : [{ element, types }];
    });
    for (const { element, types } of elements) {
      const isDue = element.min > 0 || ASKED[type]?.includes(element.name);
      if (!isDue && (depth >= DEPTH || !this.chance(element.name === 'extension' ? 0.05 : this.rate))) continue;
      this.element(into, element, this.one(types), depth);
    }
    // Nothing is empty in FHIR.
    if (Object.keys(into).length === given && type !== 'Extension') {
      const { element, types } = this.one(elements);
      this.element(into, element, this.one(types), depth);
    }
    return into;
  }

  private isMakeable(code: string, depth: number): boolean {
    const def = typeDef(code);
    return def !== undefined && !def.abstract && def.kind !== 'resource' && (depth < DEPTH || code !== 'Extension');
  }

  private element(into: JsonObject, element: ElementDef, type: ElementType, depth: number): void {
    const key = element.isChoice ? choiceKey(element.name, type.code) : element.name;
    const most = Math.min(element.max, 3);
    const count = Math.max(element.min, element.max > 1 && depth < DEPTH ? this.random.int(1, most) : 1);
    const values = Array.from({ length: count }, () => this.value(element, type, depth + 1));
    into[key] = element.max > 1 ? values : values[0];
    if (typeDef(type.code)?.kind !== 'primitive' || type.code === 'xhtml' || !this.chance(0.06)) return;
    const side = { extension: [{ url: 'urn:any-side', valueString: this.one(TEXTS) }] };
    into[`_${key}`] = element.max > 1 ? values.map((_, i) => (i === values.length - 1 ? side : null)) : side;
  }

  private value(element: ElementDef, { code: type, targets }: ElementType, depth: number): unknown {
    const bound = element.binding?.strength === 'required' ? element.binding.valueSet : undefined;
    if (type === 'Reference') return this.reference(targets);
    if (bound !== undefined && (type === 'code' || type === 'Coding' || type === 'CodeableConcept'))
      return this.coded(bound, type);
    if (type === 'decimal') return rawJSON(this.one(DECIMALS));
    const leaves = LEAVES[type];
    if (leaves) return this.one(leaves);
    if (type === 'Extension') return { url: 'urn:any', valueDecimal: rawJSON(this.one(DECIMALS)) };
    return this.parts(type, depth);
  }

  private reference(targets: readonly string[]): JsonObject {
    const open = targets.filter((t) => t !== 'Resource');
    const type = this.one(open.length > 0 ? open : resourceTypes());
    const id = this.one(['a', 'ref.1', 'B-2']);
    const ways: JsonObject[] = [
      { reference: `${type}/${id}` },
      { reference: `${type}/${id}`, display: this.one(TEXTS) },
      { type, identifier: { system: 'urn:x', value: this.one(['1', 'a,b']) } },
      { reference: `http://other.vn/fhir/${type}/${id}` },
    ];
    return this.one(ways);
  }

  private coded(valueSet: string, type: string): unknown {
    const listed = [...(valueSetCodes(valueSet) ?? [])].filter(([, codes]) => codes.size > 0);
    const name = valueSet.split('|')[0]?.split('/').at(-1) ?? '';
    const system = listed.length > 0 ? this.one(listed) : undefined;
    const code = system ? this.one([...system[1]]) : this.one(UNLISTED[name] ?? CODES);
    if (type === 'code') return code;
    const coding = { ...(system ? { system: system[0] } : {}), code };
    return type === 'Coding' ? coding : { coding: [coding] };
  }
}

/** A valid resource of a type from a seed, always the same one. @throws Error where none is found, a fault of this code */
export function anyResource(type: string, seed: number, id: string): JsonObject {
  const random = new Random(seed);
  for (let i = 0; i < TRIES; i++) {
    // From full to bare, three times: few elements break no rule about several.
    const made = new Maker(random, 0.45 * (1 - (i % 20) / 20)).resource(type, id);
    if (isValid(validate(made))) return made;
  }
  throw new Error(`no valid ${type} from seed ${seed}`);
}

/** Types that a definition makes and a server keeps. */
export const storedTypes = (): string[] =>
  resourceTypes().filter((t) => t !== 'Parameters' && isSubtype(t, 'Resource'));
