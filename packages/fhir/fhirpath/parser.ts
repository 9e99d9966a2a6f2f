import { type BinaryOp, type Expr, FhirPathError } from './ast.ts';
import { type Token, tokenize } from './lexer.ts';

// Binding strength of the binary operators, loosest first (FHIRPath §6.8); `is` and `as` stand between + and |.
const STRENGTH: Readonly<Record<string, number>> = {
  implies: 1,
  or: 2,
  xor: 2,
  and: 3,
  in: 4,
  contains: 4,
  '=': 5,
  '~': 5,
  '!=': 5,
  '!~': 5,
  '<': 6,
  '>': 6,
  '<=': 6,
  '>=': 6,
  '|': 7,
  is: 8,
  as: 8,
  '+': 9,
  '-': 9,
  '&': 9,
  '*': 10,
  '/': 10,
  div: 10,
  mod: 10,
};
const UNARY_STRENGTH = 11;
const MAX_NESTING = 200;
// A number followed by one of these is a quantity: `3 days`.
const CALENDAR = /^(year|month|week|day|hour|minute|second|millisecond)s?$/;

/** Reads a FHIRPath expression; throws FhirPathError where it cannot be read. */
export function parseFhirPath(expression: string): Expr {
  const parser = new Parser(expression);
  const result = parser.expression(0);
  parser.end();
  return result;
}

class Parser {
  private readonly source: string;
  private readonly tokens: Token[];
  private position = 0;
  private nesting = 0;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokenize(source);
  }

  private peek(): Token {
    const token = this.tokens[Math.min(this.position, this.tokens.length - 1)];
    if (!token) throw this.fail('empty expression');
    return token;
  }

  private next(): Token {
    const token = this.peek();
    this.position++;
    return token;
  }

  private fail(message: string): FhirPathError {
    return new FhirPathError(message, this.source, this.tokens[this.position]?.at ?? this.source.length);
  }

  private isSymbol(text: string): boolean {
    const t = this.peek();
    return t.kind === 'symbol' && t.text === text;
  }

  private take(text: string): void {
    if (!this.isSymbol(text)) throw this.fail(`expected "${text}"`);
    this.position++;
  }

  end(): void {
    if (this.peek().kind !== 'end') throw this.fail('unexpected text after the expression');
  }

  expression(minimum: number): Expr {
    if (++this.nesting > MAX_NESTING) throw this.fail('nested too deeply');
    let left = this.unary();
    for (;;) {
      const token = this.peek();
      const op = token.kind === 'symbol' || token.kind === 'name' ? token.text : '';
      const strength = STRENGTH[op];
      if (strength === undefined || strength <= minimum) break;
      this.position++;
      if (op === 'is' || op === 'as') left = { kind: 'type', op, operand: left, type: this.typeName() };
      else left = { kind: 'binary', op: op as BinaryOp, left, right: this.expression(strength) };
    }
    this.nesting--;
    return left;
  }

  private unary(): Expr {
    for (const op of ['+', '-'] as const) {
      if (!this.isSymbol(op)) continue;
      this.position++;
      return { kind: 'unary', op, operand: this.expression(UNARY_STRENGTH) };
    }
    return this.postfix(this.term());
  }

  private postfix(start: Expr): Expr {
    let target = start;
    for (;;) {
      if (this.isSymbol('.')) {
        this.position++;
        target = this.invocation(target);
      } else if (this.isSymbol('[')) {
        this.position++;
        target = { kind: 'indexer', target, at: this.expression(0) };
        this.take(']');
      } else {
        return target;
      }
    }
  }

  private term(): Expr {
    const token = this.peek();
    switch (token.kind) {
      case 'string':
        this.position++;
        return { kind: 'string', value: token.text };
      case 'number':
        return this.number();
      case 'date':
        this.position++;
        return { kind: 'date', value: token.text };
      case 'variable':
        this.position++;
        return { kind: 'variable', name: token.text };
      case 'special':
      case 'name':
      case 'quoted-name':
        if (token.kind === 'name' && (token.text === 'true' || token.text === 'false')) {
          this.position++;
          return { kind: 'boolean', value: token.text === 'true' };
        }
        return this.invocation(undefined);
      case 'symbol':
        if (token.text === '(') {
          this.position++;
          const inner = this.expression(0);
          this.take(')');
          return inner;
        }
        if (token.text === '{') {
          this.position++;
          this.take('}');
          return { kind: 'empty' };
        }
        throw this.fail(`unexpected "${token.text}"`);
      case 'end':
        throw this.fail('the expression ends too early');
    }
  }

  private number(): Expr {
    const value = this.next().text;
    const unit = this.peek();
    if (unit.kind === 'string' || (unit.kind === 'name' && CALENDAR.test(unit.text))) {
      this.position++;
      return { kind: 'quantity', value, unit: unit.text };
    }
    return { kind: 'number', value };
  }

  private invocation(target: Expr | undefined): Expr {
    const token = this.next();
    if (token.kind === 'special') return { kind: token.text as 'this' | 'index' | 'total' };
    if (token.kind !== 'name' && token.kind !== 'quoted-name') throw this.fail('expected a name');
    const base = target ? { target } : {};
    if (token.kind === 'quoted-name' || !this.isSymbol('(')) return { kind: 'member', ...base, name: token.text };
    this.position++;
    const args: Expr[] = [];
    while (!this.isSymbol(')')) {
      args.push(this.expression(0));
      if (!this.isSymbol(',')) break;
      this.position++;
    }
    this.take(')');
    return { kind: 'call', ...base, name: token.text, args };
  }

  /** `Patient`, `FHIR.Patient`, `System.String`. */
  private typeName(): string {
    let name = '';
    for (;;) {
      const token = this.next();
      if (token.kind !== 'name' && token.kind !== 'quoted-name') throw this.fail('expected a type name');
      name += token.text;
      if (!this.isSymbol('.')) return name;
      // `value is Quantity.exists()` is no legal FHIRPath, so a dot always goes on with the type's name.
      this.position++;
      name += '.';
    }
  }
}
