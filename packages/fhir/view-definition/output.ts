/** Rows of a view as CSV (RFC 4180). Rows come as JSON objects in text. */

/** One line with the names of the columns. */
export function csvHead(columns: readonly { readonly name: string }[]): string {
  return `${columns.map((c) => c.name).join(',')}\r\n`;
}

/** One line; numbers keep the digits that they have in the text, lists and objects are JSON. */
export function csvLine(columns: readonly { readonly name: string }[], row: string): string {
  const cells = JSON.parse(row, keepDigits as never) as Record<string, unknown>;
  return `${columns.map((c) => csvCell(cells[c.name])).join(',')}\r\n`;
}

class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): unknown {
    return Number(this.text);
  }
}

function keepDigits(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === 'number' ? new Digits(context.source ?? String(value)) : value;
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Digits) return value.text;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}
