import { refuse } from '@mach/base/problem.ts';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** Words of a query; a larger one is not a question. */
const MAX_TOKENS = 2_000;
const MAX_DEPTH = 16;
/** Fields, each fragment counted where it is spread. */
const MAX_FIELDS = 1_000;

/** A query that was read, and what of the definitions it speaks of. */
export interface ReadDocument {
  readonly document: DocumentNode;
  /** Names of its fields and arguments: the schema needs no others. */
  readonly names: ReadonlySet<string>;
  /** Types named in `... on Patient`. */
  readonly types: ReadonlySet<string>;
}

/** @throws GraphQLError where it cannot be read, Problem 422 where it is too large */
export function readDocument(query: string): ReadDocument {
  const document = parse(query, { maxTokens: MAX_TOKENS, noLocation: false });
  const names = new Set<string>();
  const types = new Set<string>();
  visit(document, {
    Field: (node) => void names.add(node.name.value),
    Argument: (node) => void names.add(node.name.value),
    NamedType: (node) => void types.add(node.name.value),
  });
  measure(document);
  return { document, names, types };
}

function measure(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  let fields = 0;
  const walk = (set: SelectionSetNode, depth: number, open: readonly string[]): void => {
    if (depth > MAX_DEPTH) throw tooCostly(`sâu hơn ${MAX_DEPTH} tầng`, `deeper than ${MAX_DEPTH} levels`);
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        if (open.includes(name)) throw new GraphQLError(`the fragment ${name} spreads itself`, { nodes: selection });
        if (fragment) walk(fragment.selectionSet, depth, [...open, name]);
        continue;
      }
      if (selection.kind === Kind.FIELD && ++fields > MAX_FIELDS)
        throw tooCostly(`hơn ${MAX_FIELDS} trường`, `more than ${MAX_FIELDS} fields`);
      if (selection.selectionSet) walk(selection.selectionSet, depth + (selection.kind === Kind.FIELD ? 1 : 0), open);
    }
  };
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet, 1, []);
}

/** A query that asks for too much. */
export const tooCostly = (vi: string, en: string) =>
  refuse(
    422,
    'too-costly',
    { vi: `Truy vấn GraphQL quá nặng: ${vi}`, en: `The GraphQL query is too costly: ${en}` },
    { remedy: { vi: 'Chia nhỏ, hoặc thêm điều kiện', en: 'Split it, or add conditions' } },
  );
