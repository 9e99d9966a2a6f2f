import { refuse } from '@mach/base/problem.ts';
import type { TableName, XmlPack, XmlRow } from './pack.ts';
import { child, children, parseXml, textOf, type XmlNode } from './parse.ts';

/** Rows of a table as text by field name. Elements that the pack does not know are kept too. */
export function readTable(name: TableName, xml: string, pack: XmlPack): XmlRow[] {
  const table = pack.tables[name];
  const document = parseXml(xml);
  const root = table.root === null ? undefined : child(document, table.root);
  if (root === undefined) {
    throw refuse(400, 'xml-wrong-root', {
      vi: `Không thấy phần tử ${table.root} của ${name}.`,
      en: `Element ${table.root} of ${name} is missing.`,
    });
  }
  if (!table.row || !table.list) return [rowOf(root)];
  return children(child(root, table.list), table.row).map(rowOf);
}

function rowOf(node: XmlNode | string): XmlRow {
  if (typeof node === 'string') return {};
  return Object.fromEntries(
    Object.keys(node)
      .filter((name) => name !== '#text')
      .map((name) => [name, textOf(child(node, name))]),
  );
}

/** The table that a file holds, by its root element. */
export function tableOfXml(xml: string, pack: XmlPack): TableName | undefined {
  const roots = Object.keys(parseXml(xml));
  return (Object.keys(pack.tables) as TableName[]).find((name) => roots.includes(pack.tables[name].root ?? ''));
}
