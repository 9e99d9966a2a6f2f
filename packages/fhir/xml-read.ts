/** FHIR XML (xml.html) to JSON, along the definitions. */
import { err, type Issue, ok, type Result } from '@mach/base';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { choiceKey, type ElementDef, isResourceType, typeDef } from './definitions.ts';
import { isPrimitiveType } from './fhirpath/values.ts';
import { isObject, type JsonObject } from './json.ts';
import { alsoWritten, keepWritten } from './written-numbers.ts';

const FHIR_NAMESPACE = 'http://hl7.org/fhir';
const XHTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';
const MAX_DEPTH = 200;
const MAX_ISSUES = 100;

/** One element as the parser gives it: its name with its children, and its attributes. */
type Node = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // No entity is ever expanded by the parser: the five of XML and character references are read here.
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  stopNodes: ['*.div'],
});

interface Reading {
  readonly issues: Issue[];
}

/** Reads one resource. Every fault is reported with its place; document type declarations are refused. */
export function fromXml(text: string): Result<JsonObject, Issue[]> {
  const source = text.replace(/^\ufeff/, '');
  // Entities can only be declared there: without it there are no external ones and none that expand.
  if (/<!(DOCTYPE|ENTITY)/i.test(source))
    return err([issue('security', '', 'XML không được có DOCTYPE', 'The XML must not have a DOCTYPE')]);
  const whole = XMLValidator.validate(source, { allowBooleanAttributes: false });
  if (whole !== true)
    return err([
      issue(
        'structure',
        '',
        `XML không hợp lệ ở dòng ${whole.err.line}: ${whole.err.msg}`,
        `The XML is not well-formed at line ${whole.err.line}: ${whole.err.msg}`,
      ),
    ]);
  let nodes: Node[];
  try {
    nodes = (parser.parse(source) as Node[]).filter(
      (node) => !nameOf(node).startsWith('#') && !nameOf(node).startsWith('?'),
    );
  } catch (error) {
    return err([issue('structure', '', 'XML không hợp lệ', `The XML cannot be read: ${String(error).slice(0, 200)}`)]);
  }
  const [root, ...others] = nodes;
  if (!root || others.length > 0)
    return err([issue('structure', '', 'Phải có đúng một phần tử gốc', 'There must be one root element')]);
  const reading: Reading = { issues: [] };
  if (attributes(root).xmlns !== FHIR_NAMESPACE)
    reading.issues.push(
      issue(
        'structure',
        nameOf(root),
        `Không gian tên phải là ${FHIR_NAMESPACE}`,
        `The namespace must be ${FHIR_NAMESPACE}`,
      ),
    );
  const resource = readResource(root, nameOf(root), reading, 0);
  return reading.issues.length > 0 || !resource ? err(reading.issues) : ok(resource);
}

function issue(code: string, field: string, vi: string, en: string): Issue {
  return { severity: 'error', code, ...(field === '' ? {} : { field }), text: { vi, en } };
}

function fault(reading: Reading, field: string, vi: string, en: string): void {
  if (reading.issues.length < MAX_ISSUES) reading.issues.push(issue('structure', field, vi, en));
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '';
}

function attributes(node: Node): Record<string, string> {
  return isObject(node[':@']) ? (node[':@'] as Record<string, string>) : {};
}

function childrenOf(node: Node, path: string, reading: Reading): Node[] {
  const list = node[nameOf(node)];
  return (Array.isArray(list) ? (list as Node[]) : []).filter((child) => {
    const name = nameOf(child);
    if (name === '#text') {
      if (String(child['#text']).trim() !== '')
        fault(reading, path, 'Không được có chữ ngoài thuộc tính', 'There must be no text outside attributes');
      return false;
    }
    return !name.startsWith('?') && !name.startsWith('#');
  });
}

function readResource(node: Node, path: string, reading: Reading, depth: number): JsonObject | undefined {
  const type = nameOf(node);
  if (!isResourceType(type)) {
    fault(reading, path, `Không có loại ${type.slice(0, 64)}`, `There is no resource type ${type.slice(0, 64)}`);
    return undefined;
  }
  const children = readChildren(node, type, path, reading, depth);
  return alsoWritten({ resourceType: type, ...children }, children);
}

interface Child {
  readonly element: ElementDef;
  readonly type: string;
}
const plans = new Map<string, ReadonlyMap<string, Child>>();

function planOf(type: string): ReadonlyMap<string, Child> {
  const known = plans.get(type);
  if (known) return known;
  const plan = new Map<string, Child>();
  for (const element of typeDef(type)?.elements ?? [])
    for (const { code } of element.types)
      plan.set(element.isChoice ? choiceKey(element.name, code) : element.name, { element, type: code });
  plans.set(type, plan);
  return plan;
}

function readChildren(node: Node, type: string, path: string, reading: Reading, depth: number): JsonObject {
  const result: JsonObject = {};
  const isResource = typeDef(type)?.kind === 'resource';
  for (const [name, raw] of Object.entries(attributes(node))) {
    if (name === 'xmlns' || name.startsWith('xmlns:') || name.startsWith('xsi:')) continue;
    const allowed = !isResource && (name === 'id' || (name === 'url' && type === 'Extension'));
    if (allowed) result[name] = decode(raw, path, reading);
    else fault(reading, path, `Không có thuộc tính ${name.slice(0, 64)}`, `There is no attribute ${name.slice(0, 64)}`);
  }
  if (depth > MAX_DEPTH) {
    fault(reading, path, 'Lồng quá sâu', 'It is nested too deeply');
    return result;
  }
  const plan = planOf(type);
  for (const child of childrenOf(node, path, reading)) {
    const name = nameOf(child);
    const known = plan.get(name);
    const here = `${path}.${name}`;
    const attribute = known && !isResource && (name === 'id' || (name === 'url' && type === 'Extension'));
    if (!known || attribute) {
      fault(reading, here, `Không có phần tử ${name.slice(0, 64)}`, `There is no element ${name.slice(0, 64)}`);
      continue;
    }
    const own = result[name];
    const place = known.element.max > 1 && Array.isArray(own) ? own.length : 0;
    if (known.element.max <= 1 && (own !== undefined || result[`_${name}`] !== undefined)) {
      fault(reading, here, `${name} chỉ có một`, `There may be one ${name} only`);
      continue;
    }
    put(
      result,
      name,
      known,
      readValue(child, known.type, known.element.max > 1 ? `${here}[${place}]` : here, reading, depth + 1),
    );
  }
  // A list of extensions alone stands without its values.
  for (const [name, list] of Object.entries(result))
    if (Array.isArray(list) && list.length > 0 && list.every((v) => v === null) && !name.startsWith('_'))
      delete result[name];
  return result;
}

interface Value {
  readonly value: unknown;
  /** Id and extensions of a primitive. */
  readonly side?: JsonObject;
  /** A number as it was written. */
  readonly text?: string;
}

function put(result: JsonObject, name: string, { element }: Child, { value, side, text }: Value): void {
  if (element.max <= 1) {
    if (value !== undefined) result[name] = value;
    if (text !== undefined) keepWritten(result, name, text);
    if (side) result[`_${name}`] = side;
    return;
  }
  const list = Array.isArray(result[name]) ? (result[name] as unknown[]) : [];
  const sides = Array.isArray(result[`_${name}`]) ? (result[`_${name}`] as unknown[]) : undefined;
  list.push(value ?? null);
  if (text !== undefined) keepWritten(list, list.length - 1, text);
  result[name] = list;
  if (side || sides) {
    const all = sides ?? list.slice(0, -1).map(() => null);
    all.push(side ?? null);
    result[`_${name}`] = all;
  }
}

function readValue(node: Node, type: string, path: string, reading: Reading, depth: number): Value {
  if (type === 'xhtml') return { value: readXhtml(node, path, reading) };
  if (typeDef(type)?.kind === 'resource') {
    const [only, ...others] = childrenOf(node, path, reading);
    if (!only || others.length > 0) fault(reading, path, 'Phải có đúng một tài nguyên', 'There must be one resource');
    return { value: only && readResource(only, path, reading, depth) };
  }
  if (!isPrimitiveType(type)) return { value: readChildren(node, type, path, reading, depth) };
  const { value: raw, ...rest } = attributes(node);
  const side = readChildren({ ...node, ':@': rest }, 'Element', path, reading, depth);
  const text = raw === undefined ? undefined : decode(raw, path, reading);
  const value = text === undefined ? undefined : primitive(text, type, path, reading);
  if (value === undefined && Object.keys(side).length === 0)
    fault(reading, path, 'Thiếu giá trị', 'The value is missing');
  return {
    value,
    ...(Object.keys(side).length > 0 ? { side } : {}),
    ...(text !== undefined && type === 'decimal' && isJsonNumber(text) && text !== String(value) ? { text } : {}),
  };
}

/** XML allows zeros before a decimal, which JSON does not. */
const isJsonNumber = (text: string): boolean => /^-?(0|[1-9]\d*)(\.|e|$)/i.test(text);

function primitive(text: string, type: string, path: string, reading: Reading): unknown {
  switch (type) {
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      break;
    case 'integer':
    case 'unsignedInt':
    case 'positiveInt':
      if (/^[+-]?\d{1,10}$/.test(text)) return Number(text);
      break;
    case 'decimal':
      if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))) return Number(text);
      break;
    default:
      return text;
  }
  fault(reading, path, `Không phải ${type}: "${text.slice(0, 40)}"`, `Not a ${type}: "${text.slice(0, 40)}"`);
  return undefined;
}

/** The narrative as it stands, with the namespace that JSON wants on it. */
function readXhtml(node: Node, path: string, reading: Reading): string {
  const given = attributes(node);
  if (given.xmlns !== XHTML_NAMESPACE)
    fault(reading, path, `Không gian tên phải là ${XHTML_NAMESPACE}`, `The namespace must be ${XHTML_NAMESPACE}`);
  const list = (node.div ?? []) as Node[];
  const inner = list.map((child) => String(child['#text'] ?? '')).join('');
  const written = Object.entries(given).map(([name, value]) => ` ${name}="${value.replaceAll('"', '&quot;')}"`);
  return `<div${written.join('')}>${inner}</div>`;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(raw: string, path: string, reading: Reading): string {
  // Line ends and tabs as such are blanks in an attribute (XML 1.0 §3.3.3); those meant are written as references.
  return raw.replace(/\r\n|[\n\r\t]/g, ' ').replace(/&([^;\s]{0,12});?/g, (whole, name: string) => {
    const code = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
    const point = code ? Number.parseInt(code[1] ?? code[2] ?? '', code[1] ? 16 : 10) : undefined;
    if (
      whole.endsWith(';') &&
      point !== undefined &&
      point > 0 &&
      point <= 0x10ffff &&
      (point < 0xd800 || point > 0xdfff)
    )
      return String.fromCodePoint(point);
    const named = whole.endsWith(';') ? NAMED[name] : undefined;
    if (named === undefined)
      fault(reading, path, `Không có thực thể ${whole.slice(0, 20)}`, `There is no entity ${whole.slice(0, 20)}`);
    return named ?? '';
  });
}
