/**
 * A resource in the dress of a national guide: the platform's neutral identifiers and extensions written as the guide
 * names them. What the guide has no name for stays as it is.
 */
import { isObject, type JsonObject } from '../json.ts';
import { alsoWritten, keepWritten, writtenText } from '../written-numbers.ts';

/** How the value of an extension changes with its URL. */
export interface ExtensionDress {
  readonly url: string;
  readonly as: string;
  /** Put the Coding or code of the platform into a CodeableConcept. */
  readonly concept?: boolean;
  /** The only part of a complex extension that holds the value. */
  readonly part?: string;
  /** Code system of a bare code. */
  readonly system?: string;
}

/** Dated mapping rules of one guide. */
export interface DressRules {
  readonly dress: string;
  readonly from: string;
  readonly to: string | null;
  readonly title: string;
  /** Profile of the guide by resource type; named in `meta.profile` where the dressed resource keeps to it. */
  readonly profiles: Readonly<Record<string, string>>;
  readonly identifiers: readonly {
    readonly system: string;
    readonly as: string;
    readonly use?: string;
    readonly type?: readonly [system: string, code: string, display: string];
  }[];
  readonly extensions: readonly ExtensionDress[];
  /** Extensions gathered as parts of a complex one: province and ward of an address. */
  readonly gathered: readonly {
    readonly as: string;
    readonly parts: Readonly<Record<string, string>>;
  }[];
  /** Code systems by their name in the guide. */
  readonly systems: Readonly<Record<string, string>>;
  /** Texts that the guide demands and that can be written from the parts. */
  readonly fill: readonly ('HumanName.text' | 'Address.text')[];
}

/** The resource in the guide's dress; the one given is not changed, and no profile is claimed yet. */
export function dressResource(resource: JsonObject, rules: DressRules): JsonObject {
  return new Dresser(rules).object(resource);
}

/** The resource with a profile named first in `meta.profile`: for one that was found to keep to it. */
export function claimProfile(resource: JsonObject, profile: string): JsonObject {
  const meta = isObject(resource.meta) ? resource.meta : {};
  const others = Array.isArray(meta.profile) ? meta.profile.filter((p) => p !== profile) : [];
  return alsoWritten({ ...resource, meta: { ...meta, profile: [profile, ...others] } }, resource);
}

class Dresser {
  private readonly rules: DressRules;
  private readonly identifiers: ReadonlyMap<unknown, DressRules['identifiers'][number]>;
  private readonly extensions: ReadonlyMap<unknown, ExtensionDress>;

  constructor(rules: DressRules) {
    this.rules = rules;
    this.identifiers = new Map(rules.identifiers.map((i) => [i.system, i]));
    this.extensions = new Map(rules.extensions.map((e) => [e.url, e]));
  }

  object(node: JsonObject): JsonObject {
    const out: JsonObject = {};
    for (const [key, value] of Object.entries(node)) {
      out[key] = this.value(key, value);
      const written = typeof value === 'number' ? writtenText(node, key) : undefined;
      if (written !== undefined) keepWritten(out, key, written);
    }
    return out;
  }

  private value(key: string, value: unknown): unknown {
    if (Array.isArray(value)) {
      if (key === 'extension') return this.extensionList(value);
      return value.map((item) => (isObject(item) ? this.element(key, item) : item));
    }
    return isObject(value) ? this.element(key, value) : value;
  }

  private element(key: string, node: JsonObject): JsonObject {
    const inner = this.object(node);
    if (key === 'identifier') return this.identifier(inner);
    if (key === 'name' && this.rules.fill.includes('HumanName.text')) return withText(inner, nameText);
    if (key === 'address' && this.rules.fill.includes('Address.text')) return withText(inner, addressText);
    const system = typeof inner.system === 'string' && 'code' in inner ? this.rules.systems[inner.system] : undefined;
    return system === undefined ? inner : alsoWritten({ ...inner, system }, inner);
  }

  private identifier(node: JsonObject): JsonObject {
    const rule = this.identifiers.get(node.system);
    if (!rule) return node;
    const { type, use } = rule;
    return {
      ...node,
      ...(use === undefined ? {} : { use }),
      ...(type === undefined ? {} : { type: { coding: [{ system: type[0], code: type[1], display: type[2] }] } }),
      system: rule.as,
    };
  }

  private extensionList(list: readonly unknown[]): unknown[] {
    const out: unknown[] = [];
    const gathered = new Map<string, JsonObject[]>();
    for (const item of list) {
      if (!isObject(item)) {
        out.push(item);
        continue;
      }
      const into = this.rules.gathered.find((g) => Object.values(g.parts).includes(String(item.url)));
      if (into) {
        const part = Object.entries(into.parts).find(([, url]) => url === item.url)?.[0] ?? '';
        const parts = gathered.get(into.as) ?? [];
        gathered.set(into.as, parts);
        parts.push({ url: part, ...this.concept(item, undefined) });
        continue;
      }
      const rule = this.extensions.get(item.url);
      if (!rule) out.push(this.object(item));
      else if (rule.part !== undefined)
        out.push({ url: rule.as, extension: [{ url: rule.part, ...this.concept(item, rule.system) }] });
      else if (rule.concept) out.push({ url: rule.as, ...this.concept(item, rule.system) });
      else {
        const same = this.object(item);
        out.push(alsoWritten({ ...same, url: rule.as }, same));
      }
    }
    for (const [url, extension] of gathered) out.push({ url, extension });
    return out;
  }

  /** The Coding or code of an extension as a CodeableConcept. */
  private concept(item: JsonObject, system: string | undefined): JsonObject {
    if (isObject(item.valueCoding)) {
      const coding = this.element('coding', item.valueCoding);
      return {
        valueCodeableConcept: {
          coding: [coding],
          ...(typeof coding.display === 'string' ? { text: coding.display } : {}),
        },
      };
    }
    if (typeof item.valueCode === 'string')
      return {
        valueCodeableConcept: { coding: [{ ...(system === undefined ? {} : { system }), code: item.valueCode }] },
      };
    const { url: _url, ...rest } = this.object(item);
    return rest;
  }
}

function withText(node: JsonObject, make: (node: JsonObject) => string): JsonObject {
  if (typeof node.text === 'string' && node.text !== '') return node;
  const text = make(node);
  return text === '' ? node : { ...node, text };
}

const strings = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((v) => typeof v === 'string' && v !== '');

/** Family name first, as Vietnamese names are written. */
function nameText(name: JsonObject): string {
  return [...strings(name.family), ...strings(name.given)].join(' ');
}

/** From the house to the country. */
function addressText(address: JsonObject): string {
  return [
    ...strings(address.line),
    ...strings(address.district),
    ...strings(address.city),
    ...strings(address.state),
  ].join(', ');
}
