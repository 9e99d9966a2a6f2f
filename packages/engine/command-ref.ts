declare const types: unique symbol;

/**
 * A command's name that knows its input and result: what a contract exports. Screens send it, handlers call it, and
 * neither imports the handler behind it.
 */
export interface CommandRef<I, R> {
  readonly name: string;
  readonly [types]?: (input: I) => R;
}

export function commandRef<I, R>(name: string): CommandRef<I, R> {
  return { name };
}
