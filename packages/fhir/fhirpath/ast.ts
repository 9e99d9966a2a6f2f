/** Syntax tree of FHIRPath (http://hl7.org/fhirpath/N1). */
export type Expr =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** The text after `@`: date, dateTime or time (`T…`). */
  | { readonly kind: 'date'; readonly value: string }
  | { readonly kind: 'quantity'; readonly value: string; readonly unit: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'this' | 'index' | 'total' }
  | { readonly kind: 'variable'; readonly name: string }
  /** `target` is absent at the start of an expression, which means the context. */
  | { readonly kind: 'member'; readonly target?: Expr; readonly name: string }
  | { readonly kind: 'call'; readonly target?: Expr; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: 'indexer'; readonly target: Expr; readonly at: Expr }
  | { readonly kind: 'unary'; readonly op: '+' | '-'; readonly operand: Expr }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'type'; readonly op: 'is' | 'as'; readonly operand: Expr; readonly type: string };

export type BinaryOp =
  | '*'
  | '/'
  | 'div'
  | 'mod'
  | '+'
  | '-'
  | '&'
  | '|'
  | '<'
  | '>'
  | '<='
  | '>='
  | '='
  | '~'
  | '!='
  | '!~'
  | 'in'
  | 'contains'
  | 'and'
  | 'or'
  | 'xor'
  | 'implies';

/** An expression that cannot be read or is not supported. */
export class FhirPathError extends Error {
  readonly expression: string;
  readonly position: number;

  constructor(message: string, expression: string, position = 0) {
    super(`${message} (at ${position} of "${expression}")`);
    this.name = 'FhirPathError';
    this.expression = expression;
    this.position = position;
  }
}
