/** A signed claim file, opened for reading. Pure. */
import { readEnvelope } from '@mach/vn/xml/envelope.ts';
import { child, children, parseXml, textOf, type XmlNode } from '@mach/vn/xml/parse.ts';

export interface FileTable {
  name: string;
  xml: string;
  /** Filled fields of each row, in the order of the file. */
  rows: { name: string; value: string }[][];
}

/** Tables of the file; undefined when it cannot be read. */
export function tablesOf(base64: string | undefined): FileTable[] | undefined {
  if (base64 === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const { records } = readEnvelope(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return (records[0] ?? []).map(({ type, xml }) => ({ name: type, xml, rows: rowsOf(xml) }));
  } catch {
    return undefined;
  }
}

/** Rows are the innermost elements that hold values: the root itself, or the members of its list. */
function rowsOf(xml: string): FileTable['rows'] {
  const document = parseXml(xml);
  const top = Object.keys(document).find((name) => name !== '#text');
  const root = top === undefined ? undefined : child(document, top);
  if (root === undefined || typeof root === 'string') return [];
  const [list] = Object.keys(root).filter((name) => name.startsWith('DSACH_'));
  if (list === undefined) return [cells(root)];
  const inside = child(root, list);
  if (inside === undefined || typeof inside === 'string') return [];
  return Object.keys(inside)
    .filter((name) => name !== '#text')
    .flatMap((name) => children(inside, name).map(cells));
}

function cells(node: XmlNode | string): { name: string; value: string }[] {
  if (typeof node === 'string') return [];
  return Object.keys(node)
    .filter((name) => name !== '#text')
    .map((name) => ({ name, value: textOf(child(node, name)).trim() }))
    .filter((cell) => cell.value !== '');
}
