/** FHIR XML (xml.html) from JSON: elements in the order of the definitions. */
import { choiceKey, type ElementDef, typeDef } from './definitions.ts';
import { isPrimitiveType } from './fhirpath/values.ts';
import { isObject, type JsonObject } from './json.ts';
import { alsoWritten, writtenText } from './written-numbers.ts';

const FHIR_NAMESPACE = 'http://hl7.org/fhir';
const MAX_DEPTH = 200;
/** Named entities that XML does not know, in narratives that were written as HTML. */
const HTML_ENTITIES: Readonly<Record<string, string>> = {
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  deg: '°',
  plusmn: '±',
  micro: 'µ',
  middot: '·',
  times: '×',
  divide: '÷',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
  bull: '•',
  euro: '€',
  trade: '™',
  larr: '←',
  rarr: '→',
  le: '≤',
  ge: '≥',
  ne: '≠',
  sup2: '²',
  sup3: '³',
  frac12: '½',
  laquo: '«',
  raquo: '»',
};

/** A valid resource as an XML document. `pretty`: each element on a line of its own. */
export function toXml(resource: JsonObject, pretty = false): string {
  const out: string[] = ['<?xml version="1.0" encoding="UTF-8"?>'];
  writeResource(resource, out, pretty ? '\n' : '', ` xmlns="${FHIR_NAMESPACE}"`, 0);
  return `${out.join('')}${pretty ? '\n' : ''}`;
}

function writeResource(resource: JsonObject, out: string[], line: string, namespace: string, depth: number): void {
  const type = String(resource.resourceType);
  if (!typeDef(type) || !/^[A-Za-z]+$/.test(type)) throw new RangeError(`not a resource type: ${type.slice(0, 64)}`);
  out.push(`${line}<${type}${namespace}>`);
  writeChildren(resource, type, out, deeper(line), depth + 1);
  out.push(`${line}</${type}>`);
}

const deeper = (line: string): string => (line === '' ? '' : `${line}  `);

function writeChildren(node: JsonObject, type: string, out: string[], line: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new RangeError('the resource is nested too deeply');
  const def = typeDef(type);
  for (const element of def?.elements ?? []) {
    if (isAttribute(element, def?.kind === 'resource')) continue;
    for (const { code } of element.types) {
      const key = element.isChoice ? choiceKey(element.name, code) : element.name;
      const value = node[key];
      const side = isPrimitiveType(code) ? node[`_${key}`] : undefined;
      if (value === undefined && side === undefined) continue;
      const values: unknown[] = Array.isArray(value) ? value : [value];
      const sides: unknown[] = Array.isArray(side) ? side : [side];
      for (let i = 0; i < Math.max(values.length, sides.length); i++)
        writeElement(key, code, asWritten(value, node, key, i) ?? values[i], sides[i], out, line, depth);
    }
  }
}

/** The text of a decimal that says more than the number: `1.50`. */
function asWritten(value: unknown, node: JsonObject, key: string, index: number): string | undefined {
  if (typeof value === 'number') return writtenText(node, key);
  return Array.isArray(value) ? writtenText(value, index) : undefined;
}

/** `id` of anything but a resource, and the url of an extension. */
function isAttribute(element: ElementDef, inResource: boolean): boolean {
  return element.name === 'id' && !inResource;
}

function writeElement(
  name: string,
  type: string,
  value: unknown,
  side: unknown,
  out: string[],
  line: string,
  depth: number,
): void {
  if (type === 'xhtml') {
    if (typeof value === 'string') out.push(line, xhtml(value));
    return;
  }
  if (typeDef(type)?.kind === 'resource') {
    if (!isObject(value)) return;
    out.push(`${line}<${name}>`);
    writeResource(value, out, deeper(line), '', depth + 1);
    out.push(`${line}</${name}>`);
    return;
  }
  if (isPrimitiveType(type)) {
    const own = value === null || value === undefined || isObject(value) ? '' : ` value="${escapeText(String(value))}"`;
    const extra = isObject(side) ? side : {};
    const id = typeof extra.id === 'string' ? ` id="${escapeText(extra.id)}"` : '';
    if (own === '' && id === '' && !Array.isArray(extra.extension)) return;
    close(name, `${id}${own}`, extra, 'Element', out, line, depth);
    return;
  }
  if (!isObject(value)) return;
  const id = typeof value.id === 'string' ? ` id="${escapeText(value.id)}"` : '';
  const url = type === 'Extension' && typeof value.url === 'string' ? ` url="${escapeText(value.url)}"` : '';
  close(
    name,
    `${id}${url}`,
    type === 'Extension' ? alsoWritten({ ...value, url: undefined }, value) : value,
    type,
    out,
    line,
    depth,
  );
}

function close(
  name: string,
  attributes: string,
  node: JsonObject,
  type: string,
  out: string[],
  line: string,
  depth: number,
): void {
  const inner: string[] = [];
  writeChildren(node, type, inner, deeper(line), depth + 1);
  if (inner.length === 0) out.push(`${line}<${name}${attributes}/>`);
  else out.push(`${line}<${name}${attributes}>`, ...inner, `${line}</${name}>`);
}

/** Line ends and tabs are written as references, or a reader would turn them into blanks. */
function escapeText(text: string): string {
  return text.replace(/[&<>"\n\r\t]/g, (c) => {
    switch (c) {
      case '&':
        return '&amp;';
      case '<':
        return '&lt;';
      case '>':
        return '&gt;';
      case '"':
        return '&quot;';
      default:
        return `&#${c.charCodeAt(0)};`;
    }
  });
}

function xhtml(div: string): string {
  return div.replace(/&([A-Za-z][A-Za-z0-9]*);/g, (whole, name: string) => {
    const char = HTML_ENTITIES[name];
    return char === undefined ? whole : `&#${char.codePointAt(0)};`;
  });
}
