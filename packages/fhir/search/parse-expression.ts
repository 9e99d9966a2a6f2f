/** `_filter` (http://hl7.org/fhir/R4/search_filter.html): conditions with `and`, `or`, `not` and brackets. */
import type { SearchParam } from '../search-definitions.ts';
import type { SearchFilter } from './ast.ts';
import { escapeSearchValue } from './escape.ts';
import { type FilterContext, parseFilter, searchIssue } from './parse-filter.ts';

const MAX_CONDITIONS = 50;
const MAX_DEPTH = 20;
const OPERATOR = /^(eq|ne|co|sw|ew|gt|lt|ge|le|ap|sa|eb|po|pr|ss|sb|in|ni|re)$/;
const WORD = /[^\s()]+/y;
const TEXT = /"(?:[^"\\]|\\.)*"/y;

/** A place in the text that cannot be read. */
class Unreadable extends Error {
  readonly vi: string;
  constructor(vi: string, en: string) {
    super(en);
    this.vi = vi;
  }
}

/** Reads an expression as a filter on resources of one type. Undefined when an issue was added. */
export function parseExpression(type: string, text: string, ctx: FilterContext): SearchFilter | undefined {
  const reader = new Reader(type, text, { ...ctx, operators: true });
  try {
    return reader.whole();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    ctx.issues.push(searchIssue('value', '_filter', error.vi, error.message));
    return undefined;
  }
}

class Reader {
  private readonly type: string;
  private readonly text: string;
  private readonly ctx: FilterContext;
  private at = 0;
  private conditions = 0;
  private failed = false;

  constructor(type: string, text: string, ctx: FilterContext) {
    this.type = type;
    this.text = text;
    this.ctx = ctx;
  }

  whole(): SearchFilter | undefined {
    const filter = this.expression(0);
    this.blank();
    if (this.at < this.text.length) throw this.unreadable('thừa', 'there is more than an expression');
    return this.failed ? undefined : filter;
  }

  /** Left to right: neither `and` nor `or` binds more than the other. */
  private expression(depth: number): SearchFilter {
    if (depth > MAX_DEPTH) throw this.unreadable('lồng quá sâu', 'nested too deep');
    let left = this.term(depth);
    for (;;) {
      const before = this.at;
      const word = this.word();
      if (word !== 'and' && word !== 'or') {
        this.at = before;
        return left;
      }
      const right = this.term(depth);
      left =
        left.kind === 'group' && left.op === word
          ? { ...left, filters: [...left.filters, right] }
          : { kind: 'group', op: word, filters: [left, right] };
    }
  }

  private term(depth: number): SearchFilter {
    this.blank();
    if (this.text[this.at] === '(') return this.bracketed(depth);
    const path = this.word();
    if (path === '') throw this.unreadable('thiếu điều kiện', 'a condition is missing');
    if (path === 'not') {
      this.blank();
      if (this.text[this.at] !== '(') throw this.unreadable('sau not phải có ngoặc', 'not needs brackets');
      return { kind: 'group', op: 'not', filters: [this.bracketed(depth)] };
    }
    return this.condition(path);
  }

  private bracketed(depth: number): SearchFilter {
    this.at++;
    const inner = this.expression(depth + 1);
    this.blank();
    if (this.text[this.at] !== ')') throw this.unreadable('thiếu dấu )', 'a ) is missing');
    this.at++;
    // A group of its own, so that what follows does not join it.
    return { kind: 'group', op: 'and', filters: [inner] };
  }

  private condition(path: string): SearchFilter {
    if (++this.conditions > MAX_CONDITIONS)
      throw this.unreadable(`quá ${MAX_CONDITIONS} điều kiện`, `more than ${MAX_CONDITIONS} conditions`);
    if (path.includes('['))
      throw this.unreadable('không phục vụ điều kiện trong [ ]', 'conditions in [ ] are not served');
    const operator = this.word();
    if (!OPERATOR.test(operator)) throw this.unreadable(`không có phép "${operator}"`, `no operator "${operator}"`);
    this.blank();
    const quoted = this.match(TEXT);
    const value = quoted === '' ? this.word() : unquote(quoted);
    if (value === undefined || (value === '' && quoted === ''))
      throw this.unreadable('thiếu giá trị', 'a value is missing');
    const filter = this.parameter(path, operator, value, quoted !== '');
    // The issue is noted already; what stands in for the condition is never used.
    if (!filter) this.failed = true;
    return filter ?? { kind: 'group', op: 'and', filters: [] };
  }

  /** A condition as the search parameter that says the same: `name co x` is `name:contains=x`. */
  private parameter(path: string, operator: string, value: string, isQuoted: boolean): SearchFilter | undefined {
    const param = this.lastOf(path);
    const { type } = param ?? {};
    const plain = escapeComma(value, isQuoted && type === 'string');
    const by = (modifier: string, text = plain): SearchFilter | undefined =>
      parseFilter(this.type, `${path}:${modifier}`, text, this.ctx);
    const as = (text: string): SearchFilter | undefined => parseFilter(this.type, path, text, this.ctx);
    const isRange = type === 'date' || type === 'number' || type === 'quantity';
    const fits = (ok: boolean): void => {
      if (param && !ok)
        throw this.unreadable(
          `${operator} không dùng được cho ${path} (${type})`,
          `${operator} has no meaning for ${path} (${type})`,
        );
    };
    switch (operator) {
      case 'eq':
        return type === 'string' ? by('equals') : as(isRange ? `eq${plain}` : plain);
      case 'ne':
        fits(type !== 'composite' && type !== 'special');
        return isRange ? as(`ne${plain}`) : by('differs');
      case 'pr':
        if (value !== 'true' && value !== 'false')
          throw this.unreadable('pr nhận true hoặc false', 'pr takes true or false');
        return by('missing', value === 'true' ? 'false' : 'true');
      case 'sw':
        fits(type === 'string');
        return as(plain);
      case 'co':
        fits(type === 'string' || type === 'uri');
        return by('contains');
      case 'ew':
        fits(type === 'string' || type === 'uri');
        return by('ends');
      case 'in':
        fits(type === 'token');
        return by('in');
      case 'ni':
        fits(type === 'token');
        return by('not-in');
      case 'ss':
        fits(type === 'token');
        return by('below');
      case 'sb':
        fits(type === 'token');
        return by('above');
      case 're':
        fits(type === 'reference');
        return as(plain);
      case 'po':
        fits(type === 'date');
        return as(`po${plain}`);
      default:
        fits(isRange);
        return as(`${operator}${plain}`);
    }
  }

  /** The parameter that the path ends with; undefined where that is only known for each target, or it does not exist. */
  private lastOf(path: string): SearchParam | undefined {
    const steps = path.split('.');
    let types: readonly string[] = [this.type];
    for (const [i, step] of steps.entries()) {
      const [code = '', only] = step.split(':');
      const found = types.flatMap((t) => this.ctx.lookup(t).get(code) ?? []);
      if (i === steps.length - 1) return found[0];
      types = only ? [only] : found.flatMap((p) => p.target);
    }
    return undefined;
  }

  private word(): string {
    this.blank();
    return this.match(WORD);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private blank(): void {
    while (this.at < this.text.length && /\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  private unreadable(vi: string, en: string): Unreadable {
    const near = this.text.slice(Math.max(0, this.at - 20), this.at + 10);
    return new Unreadable(`_filter: ${vi} (gần "${near}")`, `_filter: ${en} (near "${near}")`);
  }
}

/** A value is one value: its commas separate nothing. A quoted text of a string parameter means its other signs too. */
function escapeComma(value: string, whole: boolean): string {
  return whole ? escapeSearchValue(value) : value.replaceAll(',', '\\,');
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
