/** A copy without members that are undefined, at any depth: FHIR knows absent, never null. Empty arrays go too. */
export function defined<T>(value: T): T {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(defined) as T;
  if (value === null || typeof value !== 'object') return value;
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || (Array.isArray(member) && member.length === 0)) continue;
    kept[key] = defined(member);
  }
  return kept as T;
}
