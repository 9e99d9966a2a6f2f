import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

type Data = Record<string, unknown>;

/**
 * FHIR's directives on the finished answer (http://hl7.org/fhir/graphql.html#flatten): `@first` takes the first of a
 * list, `@flatten` puts an element's fields in its place and makes them lists, `@singleton` keeps such a field single.
 */
export function shaped(document: DocumentNode, operationName: string | null, data: Data | null): Data | null {
  if (!data) return data;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const d of document.definitions) if (d.kind === Kind.FRAGMENT_DEFINITION) fragments.set(d.name.value, d);
  const operation = document.definitions.find(
    (d) => d.kind === Kind.OPERATION_DEFINITION && (operationName === null || d.name?.value === operationName),
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return data;
  return new Shaper(fragments).object(operation.selectionSet, data);
}

const has = (field: FieldNode, name: string): boolean => (field.directives ?? []).some((d) => d.name.value === name);

class Shaper {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.fragments = fragments;
  }

  /** The fields of a selection, those of its fragments too, by the name under which they are answered. */
  private fieldsOf(set: SelectionSetNode, into = new Map<string, FieldNode[]>()): Map<string, FieldNode[]> {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        into.set(key, [...(into.get(key) ?? []), selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) this.fieldsOf(selection.selectionSet, into);
      else {
        const fragment = this.fragments.get(selection.name.value);
        if (fragment) this.fieldsOf(fragment.selectionSet, into);
      }
    }
    return into;
  }

  object(set: SelectionSetNode, data: Data): Data {
    const out: Data = {};
    const fields = this.fieldsOf(set);
    for (const [key, raw] of Object.entries(data)) {
      const nodes = fields.get(key) ?? [];
      const [node] = nodes;
      if (!node) {
        out[key] = raw;
        continue;
      }
      const value = this.value(
        nodes,
        nodes.some((n) => has(n, 'first')) && Array.isArray(raw) ? (raw[0] ?? null) : raw,
      );
      if (nodes.some((n) => has(n, 'flatten'))) this.flatten(nodes, value, out);
      else out[key] = value;
    }
    return out;
  }

  private value(nodes: readonly FieldNode[], raw: unknown): unknown {
    if (Array.isArray(raw)) return raw.map((item) => this.value(nodes, item));
    if (typeof raw !== 'object' || raw === null) return raw;
    const selections = nodes.flatMap((n) => n.selectionSet?.selections ?? []);
    return this.object({ kind: Kind.SELECTION_SET, selections }, raw as Data);
  }

  private flatten(nodes: readonly FieldNode[], value: unknown, out: Data): void {
    const selections = nodes.flatMap((n) => n.selectionSet?.selections ?? []);
    const fields = this.fieldsOf({ kind: Kind.SELECTION_SET, selections });
    for (const item of (Array.isArray(value) ? value : [value]).flat(Number.POSITIVE_INFINITY) as unknown[]) {
      if (typeof item !== 'object' || item === null) continue;
      for (const [key, inner] of Object.entries(item)) {
        if (inner === null || inner === undefined) continue;
        if (fields.get(key)?.some((n) => has(n, 'singleton'))) out[key] = inner;
        else out[key] = [...((out[key] as unknown[] | undefined) ?? []), ...(Array.isArray(inner) ? inner : [inner])];
      }
    }
  }
}
