import { type Invariant, resourceTypes, typeDef } from '../definitions.ts';

/** Every invariant of the types that resources are made of, each once. */
export function allInvariants(): Invariant[] {
  const found = new Map<string, Invariant>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const def = typeDef(name);
    if (!def || seen.has(name)) return;
    seen.add(name);
    for (const i of [...def.invariants, ...def.elements.flatMap((e) => e.invariants)])
      found.set(`${i.key} ${i.expression}`, i);
    for (const e of def.elements) for (const t of e.types) visit(t.code);
  };
  for (const type of resourceTypes()) visit(type);
  return [...found.values()];
}
