/**
 * Reader of the small part of YAML that the official FHIRPath cases are written in: nested maps and lists by
 * indentation, plain, single- and double-quoted scalars that may go over lines, and the block scalars `|` and `>`.
 */
export type Yaml = string | number | boolean | null | Yaml[] | { [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
}

class Reader {
  private readonly lines: Line[];
  private at = 0;

  constructor(source: string) {
    this.lines = source
      .split(/\r?\n/)
      .map((raw) => ({ indent: raw.length - raw.trimStart().length, text: raw.trim() }));
  }

  private peek(): Line | undefined {
    while (
      this.at < this.lines.length &&
      (this.lines[this.at]?.text === '' || this.lines[this.at]?.text.startsWith('#'))
    )
      this.at++;
    return this.lines[this.at];
  }

  block(minimum: number): Yaml {
    const line = this.peek();
    if (!line || line.indent < minimum) return null;
    if (line.text === '-' || line.text.startsWith('- ')) return this.list(line.indent);
    return this.map(line.indent);
  }

  private list(indent: number): Yaml[] {
    const items: Yaml[] = [];
    for (let line = this.peek(); line?.indent === indent && /^-( |$)/.test(line.text); line = this.peek()) {
      const rest = line.text.slice(1).trim();
      if (rest === '') {
        this.at++;
        items.push(this.block(indent + 1));
      } else if (isKey(rest)) {
        // `- key: value`: a map that starts on the line of the dash.
        const inner = indent + line.text.length - rest.length;
        this.lines[this.at] = { indent: inner, text: rest };
        items.push(this.map(inner));
      } else {
        this.at++;
        items.push(this.scalar(rest, indent));
      }
    }
    return items;
  }

  private map(indent: number): { [key: string]: Yaml } {
    const result: { [key: string]: Yaml } = {};
    for (let line = this.peek(); line?.indent === indent && !line.text.startsWith('- '); line = this.peek()) {
      const [key, rest] = splitKey(line.text);
      this.at++;
      if (rest === '') {
        const next = this.peek();
        const isList = next?.indent === indent && next.text.startsWith('-');
        result[key] = isList ? this.list(indent) : this.block(indent + 1);
      } else result[key] = this.scalar(rest, indent);
    }
    return result;
  }

  private scalar(first: string, indent: number): Yaml {
    if (/^[|>][+-]?$/.test(first)) return this.blockScalar(first, indent);
    const quote = first[0];
    if (quote === "'" || quote === '"') {
      let text = first;
      let blank = 0;
      while (!isClosed(text)) {
        const line = this.lines[this.at++];
        if (!line) throw new Error('unfinished quoted text');
        // An empty line is a line break; otherwise lines are joined by a blank.
        if (line.text === '') {
          blank++;
          continue;
        }
        const joined =
          quote === '"' && text.endsWith('\\') ? text.slice(0, -1) : text + (blank > 0 ? '\n'.repeat(blank) : ' ');
        text = joined + line.text;
        blank = 0;
      }
      return quote === "'" ? text.slice(1, -1).replaceAll("''", "'") : doubleQuoted(text);
    }
    let text = first;
    for (let line = this.lines[this.at]; line && line.text !== '' && line.indent > indent; line = this.lines[this.at]) {
      text += ` ${line.text}`;
      this.at++;
    }
    return plain(text);
  }

  private blockScalar(style: string, indent: number): string {
    const lines: string[] = [];
    let inner = 0;
    for (
      let line = this.lines[this.at];
      line && (line.text === '' || line.indent > indent);
      line = this.lines[this.at]
    ) {
      if (inner === 0) inner = line.indent;
      lines.push(line.text === '' ? '' : ' '.repeat(line.indent - inner) + line.text);
      this.at++;
    }
    const joined = style.startsWith('|') ? lines.join('\n') : lines.join(' ');
    return style.endsWith('-') ? joined.trimEnd() : `${joined.trimEnd()}\n`;
  }
}

function isKey(text: string): boolean {
  return /^('(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[A-Za-z_][\w ]*):( |$)/.test(text);
}

function splitKey(text: string): [string, string] {
  const m = /^('(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^:]+):\s*(.*)$/.exec(text);
  if (!m) throw new Error(`not a key: ${text}`);
  return [(m[1] ?? '').replace(/^['"]|['"]$/g, ''), m[2] ?? ''];
}

function isClosed(text: string): boolean {
  return text[0] === "'" ? /^'(?:[^']|'')*'$/.test(text) : /^"(?:[^"\\]|\\[\s\S])*"$/.test(text);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', e: '\u001b' };

function doubleQuoted(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])/g, (_, e: string) =>
      e.length > 1 ? String.fromCharCode(Number.parseInt(e.slice(1), 16)) : (ESCAPES[e] ?? e),
    );
}

function plain(text: string): Yaml {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null' || text === '~') return null;
  if (text === '[]') return [];
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Reads a document. */
export function readYaml(source: string): Yaml {
  return new Reader(source).block(0);
}
