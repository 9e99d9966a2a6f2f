/**
 * Search expressions as static paths. Since the types of all steps are known from the definitions, an expression
 * becomes a few closures over JSON keys, and every value comes with its FHIR type.
 *
 * Supported is what search parameters need: paths, `|`, `as`, `ofType`, `where` with comparisons, `resolve() is`,
 * `exists`, `extension(url)`, indexers, `and`/`or`/`=`/`!=`. Anything else throws when it is compiled.
 */
import { choiceKey, type ElementDef, isResourceType, isSubtype, typeDef } from '../definitions.ts';
import { parseReference } from '../references.ts';
import { type Expr, FhirPathError } from './ast.ts';
import { parseFhirPath } from './parser.ts';

/** Receives a value; `root` is the resource that `%resource` means. */
export type Walk<S> = (value: unknown, sink: S, root: unknown) => void;

/** One statically typed path of an expression. */
export interface Branch {
  /** FHIR type of the values: `CodeableConcept`, `dateTime`, `Resource`. */
  readonly type: string;
  /** The element that the values come from, for its binding. */
  readonly element?: ElementDef;
  /** Builds the walk from the context to each value. */
  readonly build: <S>(next: Walk<S>) => Walk<S>;
}

type Predicate = (value: unknown, root: unknown) => boolean;

/** Compiles an expression for a context type; `rootType` is the type of the resource. */
export function compilePaths(expression: string, contextType: string, rootType = contextType): readonly Branch[] {
  const compiler = new PathCompiler(expression, rootType);
  return compiler.branches(parseFhirPath(expression), [{ type: contextType, build: (next) => next }]);
}

function step(from: Branch, key: string, type: string, element: ElementDef): Branch {
  return {
    type,
    element,
    build: (next) =>
      from.build((node, sink, root) => {
        const value = (node as Record<string, unknown>)[key];
        if (value === undefined || value === null) return;
        if (Array.isArray(value)) {
          for (const item of value) if (item !== null && item !== undefined) next(item, sink, root);
        } else {
          next(value, sink, root);
        }
      }),
  };
}

function filtered(from: Branch, predicate: Predicate): Branch {
  return {
    ...from,
    build: (next) =>
      from.build((value, sink, root) => {
        if (predicate(value, root)) next(value, sink, root);
      }),
  };
}

/** Whether a branch yields at least one value that passes. */
function some(branches: readonly Branch[], test: (value: unknown) => boolean): Predicate {
  const walks = branches.map((b) =>
    b.build<{ found: boolean }>((value, sink) => {
      if (!sink.found && test(value)) sink.found = true;
    }),
  );
  return (value, root) => {
    const sink = { found: false };
    for (const walk of walks) walk(value, sink, root);
    return sink.found;
  };
}

class PathCompiler {
  private readonly source: string;
  private readonly rootType: string;

  constructor(source: string, rootType: string) {
    this.source = source;
    this.rootType = rootType;
  }

  private unsupported(what: string): FhirPathError {
    return new FhirPathError(`${what} is not supported in a search expression`, this.source);
  }

  branches(e: Expr, context: readonly Branch[]): readonly Branch[] {
    switch (e.kind) {
      case 'this':
        return context;
      case 'member':
        return e.target ? this.member(e.name, this.branches(e.target, context)) : this.first(e.name, context);
      case 'type':
        if (e.op === 'as') return this.ofType(e.type, this.branches(e.operand, context));
        return [this.truth(e, context)];
      case 'call':
        return this.call(e, e.target ? this.branches(e.target, context) : context, context);
      case 'indexer':
        return this.indexed(e, context);
      case 'variable':
        return [this.variable(e.name)];
      case 'binary':
        if (e.op === '|') return [...this.branches(e.left, context), ...this.branches(e.right, context)];
        return [this.truth(e, context)];
      default:
        throw this.unsupported(`"${e.kind}"`);
    }
  }

  /** A name at the start of an expression: the resource's type, or an element of the context. */
  private first(name: string, context: readonly Branch[]): readonly Branch[] {
    if (!/^[A-Z]/.test(name)) return this.member(name, context);
    if (!typeDef(name)) throw this.unsupported(`type ${name}`);
    return context.filter((b) => isSubtype(b.type, name));
  }

  private member(name: string, from: readonly Branch[]): readonly Branch[] {
    const result = from.flatMap((b) => {
      const element = typeDef(b.type)?.elements.find((x) => x.name === name);
      return (element?.types ?? []).map((t) =>
        step(b, element?.isChoice ? choiceKey(name, t.code) : name, t.code, element as ElementDef),
      );
    });
    if (result.length === 0 && from.length > 0) throw this.unsupported(`element ${name} of ${from[0]?.type}`);
    return result;
  }

  private ofType(rawName: string, from: readonly Branch[]): readonly Branch[] {
    const short = rawName.replace(/^(FHIR|System)\./, '');
    // R4 itself writes DateTime for dateTime in places.
    const name = typeDef(short) ? short : short.charAt(0).toLowerCase() + short.slice(1);
    if (!typeDef(name)) throw this.unsupported(`type ${rawName}`);
    return from.flatMap((b) => {
      if (isSubtype(b.type, name)) return [b];
      if (b.type !== 'Resource' || !isResourceType(name)) return [];
      return [{ ...filtered(b, (v) => (v as { resourceType?: unknown }).resourceType === name), type: name }];
    });
  }

  private variable(name: string): Branch {
    if (name !== 'resource' && name !== 'rootResource' && name !== 'context') throw this.unsupported(`%${name}`);
    return { type: this.rootType, build: (next) => (_, sink, root) => next(root, sink, root) };
  }

  private indexed(e: Expr & { kind: 'indexer' }, context: readonly Branch[]): readonly Branch[] {
    if (e.at.kind !== 'number') throw this.unsupported('a computed index');
    const wanted = Number(e.at.value);
    return this.branches(e.target, context).map((b) => this.nth(b, wanted));
  }

  private nth(b: Branch, wanted: number): Branch {
    return {
      ...b,
      build: (next) => (node, sink, root) => {
        let i = 0;
        b.build<null>((value) => {
          if (i++ === wanted) next(value, sink, root);
        })(node, null, root);
      },
    };
  }

  private call(e: Expr & { kind: 'call' }, target: readonly Branch[], context: readonly Branch[]): readonly Branch[] {
    const [arg] = e.args;
    switch (e.name) {
      case 'as':
      case 'ofType':
        return this.ofType(typeArgument(arg, this.source), target);
      case 'where': {
        if (!arg) throw this.unsupported('where() without a condition');
        return target.map((b) => filtered(b, this.predicate(arg, [{ ...b, build: (next) => next }])));
      }
      case 'extension': {
        if (arg?.kind !== 'string') throw this.unsupported('extension() without a URL');
        const url = arg.value;
        return this.member('extension', target).map((b) => filtered(b, (v) => (v as { url?: unknown }).url === url));
      }
      case 'first':
        return target.map((b) => this.nth(b, 0));
      case 'resolve':
        return target;
      case 'exists':
      case 'empty':
      case 'not':
        return [this.truth(e, context)];
      default:
        throw this.unsupported(`${e.name}()`);
    }
  }

  /** A boolean expression as a branch with one value. */
  private truth(e: Expr, context: readonly Branch[]): Branch {
    const predicate = this.predicate(e, context);
    return { type: 'boolean', build: (next) => (value, sink, root) => next(predicate(value, root), sink, root) };
  }

  private predicate(e: Expr, context: readonly Branch[]): Predicate {
    if (e.kind === 'boolean') return () => e.value;
    if (e.kind === 'binary') return this.operator(e, context);
    if (e.kind === 'type' && e.op === 'is') return this.isType(e, context);
    if (e.kind === 'call') {
      const target = e.target;
      if (e.name === 'exists' && e.args.length === 0) {
        return some(target ? this.branches(target, context) : context, () => true);
      }
      if (e.name === 'empty') {
        const any = some(target ? this.branches(target, context) : context, () => true);
        return (v, root) => !any(v, root);
      }
      if (e.name === 'not' && target) {
        const inner = this.predicate(target, context);
        return (v, root) => !inner(v, root);
      }
    }
    // A path in the place of a condition holds where it yields true.
    return some(this.branches(e, context), (v) => v === true);
  }

  private operator(e: Expr & { kind: 'binary' }, context: readonly Branch[]): Predicate {
    if (e.op === 'and' || e.op === 'or') {
      const [l, r] = [this.predicate(e.left, context), this.predicate(e.right, context)];
      return e.op === 'and' ? (v, root) => l(v, root) && r(v, root) : (v, root) => l(v, root) || r(v, root);
    }
    const literal = literalValue(e.right);
    if ((e.op !== '=' && e.op !== '!=') || literal === undefined) throw this.unsupported(`operator ${e.op}`);
    const isEqual = e.op === '=';
    return some(this.branches(e.left, context), (v) => (v === literal) === isEqual);
  }

  /** `resolve() is Patient` looks at the type that the reference names; other `is` at the static type. */
  private isType(e: Expr & { kind: 'type' }, context: readonly Branch[]): Predicate {
    const operand = e.operand;
    if (operand.kind === 'call' && operand.name === 'resolve') {
      const target = operand.target ? this.branches(operand.target, context) : context;
      return some(target, (v) => referenceIsOfType(v, e.type));
    }
    return some(this.ofType(e.type, this.branches(operand, context)), () => true);
  }
}

function typeArgument(arg: Expr | undefined, source: string): string {
  if (arg?.kind === 'member') {
    if (!arg.target) return arg.name;
    if (arg.target.kind === 'member' && !arg.target.target) return `${arg.target.name}.${arg.name}`;
  }
  throw new FhirPathError('a type name is expected', source);
}

function literalValue(e: Expr): string | number | boolean | undefined {
  if (e.kind === 'string' || e.kind === 'boolean') return e.value;
  return e.kind === 'number' ? Number(e.value) : undefined;
}

function referenceIsOfType(value: unknown, type: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { reference, type: declared } = value as { reference?: unknown; type?: unknown };
  if (typeof reference === 'string') {
    const parsed = parseReference(reference);
    if (parsed && 'type' in parsed) return parsed.type === type;
  }
  return declared === type;
}
