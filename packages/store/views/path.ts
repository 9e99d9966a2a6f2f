/** One step of a view path: a member, and the filter on it. */
export interface Step {
  name: string;
  filter?: { name: string; value: string };
}

const parsed = new Map<string, readonly Step[]>();

/** `extension[url=https://x.vn/a].valueCode` → steps. Paths come from declarations only, so a bad one is a bug. */
export function parsePath(path: string): readonly Step[] {
  const known = parsed.get(path);
  if (known) return known;
  const steps: Step[] = [];
  const pattern = /([A-Za-z][A-Za-z0-9]*)(?:\[([A-Za-z]+)=([^\]]*)\])?(?:\.|$)/y;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (!match) throw new SyntaxError(`not a view path: ${path}`);
    const name = match[1] ?? '';
    steps.push(match[2] === undefined ? { name } : { name, filter: { name: match[2], value: match[3] ?? '' } });
  }
  parsed.set(path, steps);
  return steps;
}

/** The first scalar that the path meets, as text; null when there is none. */
export function readPath(resource: unknown, path: string): string | null {
  return readSteps(resource, parsePath(path), 0);
}

function readSteps(node: unknown, steps: readonly Step[], at: number): string | null {
  if (Array.isArray(node)) {
    for (const item of node) {
      const found = readSteps(item, steps, at);
      if (found !== null) return found;
    }
    return null;
  }
  if (node === null || node === undefined) return null;
  const step = steps[at];
  if (step === undefined) return typeof node === 'object' ? null : String(node);
  if (typeof node !== 'object') return null;
  const member = (node as Record<string, unknown>)[step.name];
  if (step.filter === undefined) return readSteps(member, steps, at + 1);
  const { name, value } = step.filter;
  for (const item of Array.isArray(member) ? member : [member]) {
    if (item !== null && typeof item === 'object' && (item as Record<string, unknown>)[name] === value) {
      const found = readSteps(item, steps, at + 1);
      if (found !== null) return found;
    }
  }
  return null;
}

/** Every scalar that the path meets: used to find all parents of a child. */
export function readAll(node: unknown, path: string): string[] {
  let nodes: unknown[] = flat([node]);
  for (const step of parsePath(path)) {
    nodes = flat(
      nodes.map((n) => (n !== null && typeof n === 'object' ? (n as Record<string, unknown>)[step.name] : undefined)),
    );
    const { filter } = step;
    if (filter)
      nodes = nodes.filter(
        (n) => n !== null && typeof n === 'object' && (n as Record<string, unknown>)[filter.name] === filter.value,
      );
  }
  return nodes.filter((n) => typeof n !== 'object').map(String);
}

/** Arrays opened, missing members left out. */
function flat(nodes: unknown[]): unknown[] {
  return nodes.flat(4).filter((n) => n !== null && n !== undefined);
}

/** The same path in PostgreSQL's SQL/JSON language (lax mode looks into arrays as `readPath` does). */
export function toJsonPath(path: string): string {
  const quote = (s: string): string => `"${s.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const steps = parsePath(path).map((step) =>
    step.filter
      ? `.${quote(step.name)}[*] ? (@.${quote(step.filter.name)} == ${quote(step.filter.value)})`
      : `.${quote(step.name)}`,
  );
  return `$${steps.join('')}[*]`;
}
