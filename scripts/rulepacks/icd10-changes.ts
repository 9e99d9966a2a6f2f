/**
 * Where a code of the 2020 list went that the 2026 list no longer has. WHO's updates between the 2010 and 2019
 * editions of ICD-10 (cumulative official updates), compared by title; no Vietnamese text states the mapping.
 */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  A90: ['A97.9', 'A97.0', 'A97.1'],
  B59: ['B48.5'],
  'C83.2': ['C83.8'],
  'C83.4': ['C83.3'],
  'C83.6': ['C83.8'],
  'C84.2': ['C84.4'],
  'C84.3': ['C84.4'],
  'C85.0': ['C85.9'],
  'C88.1': ['C88.3'],
  'C91.2': ['C91.9'],
  'C93.2': ['C93.9'],
  'C94.1': ['D45'],
  'C94.5': ['C94.4'],
  'C95.2': ['C95.9'],
  'C96.1': ['C96.8'],
  'C96.3': ['C96.8'],
  'D46.3': ['D46.2'],
  'D75.2': ['D47.3'],
  'D76.0': ['C96.6', 'C96.5', 'C96.0'],
  'G56.4': ['G90.6', 'G90.7'],
  'G90.3': ['G23.3', 'G23.2'],
  'H54.7': ['H54.9'],
  'K35.0': ['K35.2'],
  'K35.1': ['K35.3'],
  'K35.9': ['K35.8'],
  'K51.1': ['K51.8'],
  'K58.0': ['K58.1'],
  'K58.9': ['K58.8'],
  'L41.2': ['C86.6'],
  'M31.2': ['C86.0'],
  'N18.8': ['N18.9'],
  'Z22.5': ['B18.1', 'B18.2', 'B18.9'],
};

export function successors2026(
  code: string,
  known: ReadonlySet<string>,
): { codes: string[]; certainty: 'M' | 'L' | 'none' } {
  const listed = (KNOWN[code] ?? []).filter((c) => known.has(c));
  if (listed.length > 0) return { codes: listed, certainty: 'M' };
  // Site digits that were dropped: "M14.01" becomes "M14.0".
  const shorter = code.length > 5 ? code.slice(0, 5) : '';
  return known.has(shorter) ? { codes: [shorter], certainty: 'L' } : { codes: [], certainty: 'none' };
}
