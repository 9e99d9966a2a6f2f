/** Tokens, strings and URIs. */
import { foldText } from '@mach/base/fold.ts';
import { type ElementDef, valueSetCodes } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { IndexValue, StringValue, TokenValue } from './values.ts';

/** Adds the index values of one element to the list. */
export type Convert = (value: unknown, param: string, out: IndexValue[]) => void;

const text = (v: unknown): string | null => (typeof v === 'string' && v !== '' ? v : null);

function token(param: string, system: string | null, code: string | null, label?: string | null): TokenValue {
  return label ? { param, kind: 'token', system, code, text: label } : { param, kind: 'token', system, code };
}

function coding(value: JsonObject, param: string, out: IndexValue[], label: string | null): boolean {
  const [system, code] = [text(value.system), text(value.code)];
  const shown = text(value.display) ?? label;
  if (system === null && code === null && shown === null) return false;
  out.push(token(param, system, code, shown));
  return true;
}

function concept(value: unknown, param: string, out: IndexValue[]): void {
  if (!isObject(value)) return;
  const label = text(value.text);
  const start = out.length;
  for (const c of Array.isArray(value.coding) ? value.coding : []) if (isObject(c)) coding(c, param, out, label);
  // The concept's own words stay findable by :text where they differ from the displays of its codes.
  if (label === null || out.slice(start).some((t) => t.kind === 'token' && t.text === label)) return;
  out.push(token(param, null, null, label));
}

function identifier(value: unknown, param: string, out: IndexValue[]): void {
  if (!isObject(value)) return;
  const [system, code] = [text(value.system), text(value.value)];
  const type = isObject(value.type) ? value.type : undefined;
  const label = type ? text(type.text) : null;
  const types: { system: string | null; code: string }[] = [];
  for (const c of Array.isArray(type?.coding) ? type.coding : []) {
    if (isObject(c) && typeof c.code === 'string') types.push({ system: text(c.system), code: c.code });
  }
  if (system === null && code === null && label === null) return;
  const base = token(param, system, code, label);
  out.push(types.length > 0 ? { ...base, ofType: types } : base);
}

function plainToken(system: string | null): Convert {
  return (value, param, out) => {
    const code = typeof value === 'boolean' ? String(value) : text(value);
    if (code !== null) out.push(token(param, system, code));
  };
}

/** The system of a `code` element is that of its required value set, where that has only one. */
export function implicitSystem(element: ElementDef | undefined): string | null {
  if (element?.binding?.strength !== 'required') return null;
  const systems = [...(valueSetCodes(element.binding.valueSet)?.keys() ?? [])];
  return systems.length === 1 ? (systems[0] ?? null) : null;
}

export function tokenConverter(type: string, element: ElementDef | undefined): Convert | undefined {
  switch (type) {
    case 'Coding':
      return (v, param, out) => {
        if (isObject(v)) coding(v, param, out, null);
      };
    case 'CodeableConcept':
      return concept;
    case 'Identifier':
      return identifier;
    case 'ContactPoint':
      return (v, param, out) => {
        const value = isObject(v) ? text(v.value) : null;
        if (value !== null) out.push(token(param, null, value));
      };
    case 'code':
      return plainToken(implicitSystem(element));
    case 'boolean':
    case 'id':
    case 'string':
    case 'uri':
    case 'url':
    case 'canonical':
    case 'oid':
    case 'uuid':
    case 'markdown':
      return plainToken(null);
    default:
      return undefined;
  }
}

// Letters, digits and signs on which folding only lowers the case; the grave accent (0x60) is not among them.
const PLAIN = /^[ -_a-~]*$/;
const DOUBLE_SPACE = / {2}/;

/** Same result as foldText, quicker on plain ASCII. */
export function fold(value: string): string {
  return PLAIN.test(value) && !DOUBLE_SPACE.test(value) ? value.trim().toLowerCase() : foldText(value);
}

function addString(value: unknown, param: string, out: IndexValue[], seen: Set<string>): void {
  if (typeof value !== 'string' || value === '' || seen.has(value)) return;
  seen.add(value);
  const entry: StringValue = { param, kind: 'string', value: fold(value), exact: value };
  if (entry.value !== '') out.push(entry);
}

const strings = (v: unknown): string[] => (Array.isArray(v) ? v.filter((s) => typeof s === 'string') : []);

/**
 * Every part of the name, its text, and the whole name in both orders: "Nguyễn Văn An" is found from its start
 * whether it was typed family name first, as in Viet Nam, or last.
 */
function humanName(v: unknown, param: string, out: IndexValue[]): void {
  if (!isObject(v)) return;
  const seen = new Set<string>();
  const [family, given] = [text(v.family), strings(v.given)];
  const parts = [...(family ? [family] : []), ...given];
  for (const part of parts) addString(part, param, out, seen);
  if (parts.length > 1) {
    addString(parts.join(' '), param, out, seen);
    if (family) addString([...given, family].join(' '), param, out, seen);
  }
  addString(v.text, param, out, seen);
  for (const part of [...strings(v.prefix), ...strings(v.suffix)]) addString(part, param, out, seen);
}

function address(v: unknown, param: string, out: IndexValue[]): void {
  if (!isObject(v)) return;
  const seen = new Set<string>();
  for (const line of strings(v.line)) addString(line, param, out, seen);
  for (const part of [v.text, v.city, v.district, v.state, v.country, v.postalCode]) addString(part, param, out, seen);
}

export function stringConverter(type: string): Convert | undefined {
  switch (type) {
    case 'HumanName':
      return humanName;
    case 'Address':
      return address;
    case 'string':
    case 'markdown':
    case 'code':
    case 'id':
    case 'uri':
    case 'url':
      return (v, param, out) => addString(v, param, out, new Set());
    default:
      return undefined;
  }
}

export function uriConverter(type: string): Convert | undefined {
  switch (type) {
    case 'uri':
    case 'url':
    case 'oid':
    case 'uuid':
      return (v, param, out) => {
        if (typeof v === 'string' && v !== '') out.push({ param, kind: 'uri', value: v });
      };
    case 'canonical':
      return (v, param, out) => {
        if (typeof v !== 'string' || v === '') return;
        out.push({ param, kind: 'uri', value: v });
        // A canonical with a version is found without it too.
        const bar = v.indexOf('|');
        if (bar > 0) out.push({ param, kind: 'uri', value: v.slice(0, bar) });
      };
    default:
      return undefined;
  }
}
