import { ScimFault } from './fault.ts';

/** `userName eq "hoa.nt"`: one comparison for equality, as directories ask before they create somebody. */
export interface Filter {
  attribute: string;
  value: string | boolean;
}

const EQUALITY = /^\s*([A-Za-z][\w.]*)\s+eq\s+("(?:[^"\\]|\\.)*"|true|false)\s*$/i;

/** @param attributes those that may be compared, as written in the schema @throws ScimFault invalidFilter */
export function parseFilter(text: string | undefined, attributes: readonly string[]): Filter | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const [, name = '', value = ''] = EQUALITY.exec(text) ?? [];
  const attribute = attributes.find((known) => known.toLowerCase() === name.toLowerCase());
  if (attribute === undefined)
    throw new ScimFault(
      400,
      `The filter may be one of: ${attributes.map((a) => `${a} eq "…"`).join(', ')}`,
      'invalidFilter',
    );
  return { attribute, value: /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : unquote(value) };
}

function unquote(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new ScimFault(400, 'The value of the filter is no JSON text', 'invalidFilter');
  }
}

/** `roles[value eq "doctor"]` → `doctor` */
export function selected(path: string, list: string): string | undefined {
  const text = /^(\w+)\[\s*value\s+eq\s+("(?:[^"\\]|\\.)*")\s*\]$/i.exec(path);
  return text?.[1]?.toLowerCase() === list.toLowerCase() ? unquote(text[2] ?? '') : undefined;
}
