import { refuse } from '@mach/base/problem.ts';
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export type XmlNode = { [name: string]: XmlNode[] | string };

const parser = new XMLParser({
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
  removeNSPrefix: true,
  isArray: () => true,
});

/** Largest file taken in one piece, characters; claims are far below. */
const MAX_CHARS = 64 * 1024 * 1024;

/**
 * XML as nested lists of elements. Document types are refused outright: a claim
 * has none, and they are the way to entity bombs and outside files.
 */
export function parseXml(xml: string): XmlNode {
  const text = xml.replace(/^\uFEFF/, '');
  if (text.length > MAX_CHARS) throw bad('xml-too-large', 'Tệp XML quá lớn.', 'The XML file is too large.');
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) {
    throw bad('xml-doctype', 'Tệp XML có khai báo DOCTYPE, không nhận.', 'Document types are not accepted.');
  }
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    const { line, msg } = valid.err;
    throw bad('xml-malformed', `XML sai cú pháp ở dòng ${line}.`, `Malformed XML at line ${line}: ${msg}`);
  }
  try {
    return parser.parse(text) as XmlNode;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw bad('xml-refused', 'Tệp XML có nội dung không được phép.', `The XML file was refused: ${why}`);
  }
}

const bad = (code: string, vi: string, en: string) => refuse(400, code, { vi, en });

/** Child elements of a name; empty when there are none. */
export function children(node: XmlNode | string | undefined, name: string): (XmlNode | string)[] {
  if (node === undefined || typeof node === 'string') return [];
  const found = node[name];
  return Array.isArray(found) ? (found as (XmlNode | string)[]) : [];
}

export const child = (node: XmlNode | string | undefined, name: string): XmlNode | string | undefined =>
  children(node, name)[0];

/** Text of an element without child elements. */
export function textOf(node: XmlNode | string | undefined): string {
  if (node === undefined) return '';
  if (typeof node === 'string') return node;
  const text = node['#text'];
  return typeof text === 'string' ? text : Array.isArray(text) ? text.join('') : '';
}
