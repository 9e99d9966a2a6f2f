import type { Deed } from './clients.ts';

/** One version of a record as its history tells it. */
export interface Version {
  readonly version: number;
  readonly deleted: boolean;
  readonly mark: string | undefined;
  readonly family: string | undefined;
}

interface Step {
  readonly at: number;
  readonly version: number;
}

/**
 * Whether what clients were told about one record is possible for a register that changes at one instant within each
 * request: versions are the order of the changes; what was over before a request began, that request must know of; what
 * had not begun when it ended, it cannot know of. @returns faults
 */
export function judge(deeds: readonly Deed[], history: readonly Version[]): string[] {
  const faults: string[] = [];
  const by = new Map(history.map((v) => [v.version, v]));
  history.forEach((v, i) => {
    if (v.version !== i + 1) faults.push(`versions have a gap: ${v.version} in place ${i + 1}`);
  });
  const marked = new Map<string, number>();
  for (const { mark, version } of history) {
    if (mark === undefined) continue;
    if (marked.has(mark)) faults.push(`${mark} was written twice: ${marked.get(mark)} and ${version}`);
    marked.set(mark, version);
  }
  const writes = deeds.filter((d) => d.kind === 'write' || d.kind === 'patch' || d.kind === 'delete');
  const placed = writes.map((deed) => ({ deed, version: versionOf(deed, by, marked, faults) }));
  everyVersionHasItsDeed(placed, history, faults);

  const known: Step[] = [];
  const begun: Step[] = [];
  for (const { deed, version } of placed)
    if (version !== undefined) {
      known.push({ at: deed.end, version });
      begun.push({ at: deed.start, version });
    }
  // A deletion that was never answered may be any of those that nobody else has made.
  const unanswered = writes.filter((d) => d.kind === 'delete' && d.end === Number.POSITIVE_INFINITY);
  const claimed = new Set(placed.map((p) => p.version));
  if (unanswered.length > 0)
    for (const v of history)
      if (v.deleted && !claimed.has(v.version))
        begun.push({ at: Math.min(...unanswered.map((d) => d.start)), version: v.version });
  for (const { end, seen, found } of deeds) {
    if (seen !== undefined && seen !== 'absent') known.push({ at: end, version: seen.version });
    if (found !== undefined) known.push({ at: end, version: found });
  }
  const floor = most(known);
  const ceiling = most(begun);
  const state = (version: number): Version | undefined => by.get(version);
  const some = (deed: Deed, test: (v: Version | undefined) => boolean): boolean => {
    for (let v = floor(deed.start); v <= ceiling(deed.end); v++) if (test(state(v))) return true;
    return false;
  };
  const isAbsent = (v: Version | undefined): boolean => v === undefined || v.deleted;

  for (const { deed, version } of placed) {
    const what = `${deed.kind} ${deed.mark ?? ''} (${deed.status})`;
    if (version !== undefined && !isRepeat(deed, by) && version <= floor(deed.start))
      faults.push(`${what} made version ${version} after ${floor(deed.start)} was known`);
    if (deed.status === 404 || deed.status === 410) {
      const isMeant = (v: Version | undefined): boolean =>
        !isAbsent(v) && (deed.family === undefined || v?.family === deed.family);
      if (!some(deed, (v) => !isMeant(v))) faults.push(`${what} found nothing, and the record was there all the time`);
    } else if (deed.status === 412 || deed.status === 409) {
      if (deed.expected !== undefined && ceiling(deed.end) <= deed.expected)
        faults.push(`${what} was refused for version ${deed.expected}, which nobody had replaced`);
    }
  }
  for (const deed of deeds) {
    const [low, high] = [floor(deed.start), ceiling(deed.end)];
    const sight = (version: number): void => {
      if (version < low) faults.push(`${deed.kind} saw ${version} after ${low} was known`);
      if (version > high) faults.push(`${deed.kind} saw ${version} before it was begun`);
      if (isAbsent(state(version))) faults.push(`${deed.kind} saw ${version}, which the history has not`);
    };
    if (deed.kind === 'look' && deed.seen !== undefined) {
      if (deed.seen !== 'absent') sight(deed.seen.version);
      else if (!some(deed, isAbsent))
        faults.push(`a look found nothing, and the record was there all the time (${low})`);
    }
    if (deed.kind === 'family') {
      if (deed.found !== undefined) {
        sight(deed.found);
        if (state(deed.found)?.family !== deed.family) faults.push(`a search for ${deed.family} found ${deed.found}`);
      } else if (!some(deed, (v) => isAbsent(v) || v?.family !== deed.family))
        faults.push(`a search for ${deed.family} did not find version ${low}`);
    }
  }
  return faults;
}

/** A delete of what is deleted already tells the version of that deletion, and makes none. */
const isRepeat = (deed: Deed, by: ReadonlyMap<number, Version>): boolean =>
  deed.kind === 'delete' && deed.version !== undefined && by.get(deed.version)?.deleted === true;

/** The version that a write made, by the history; undefined for none. */
function versionOf(
  deed: Deed,
  by: ReadonlyMap<number, Version>,
  marked: ReadonlyMap<string, number>,
  faults: string[],
): number | undefined {
  const isRefused = deed.status >= 400 && deed.status < 500;
  const what = `${deed.kind} ${deed.mark ?? ''} (${deed.status})`;
  if (deed.kind === 'delete') {
    if (deed.version !== undefined && by.get(deed.version)?.deleted !== true)
      faults.push(`${what} is not in the history as version ${deed.version}`);
    const before = by.get((deed.version ?? 0) - 1);
    if (deed.family !== undefined && deed.version !== undefined && before?.family !== deed.family)
      faults.push(`${what} deleted ${before?.family}, and was to delete ${deed.family}`);
    return deed.version;
  }
  const version = marked.get(deed.mark ?? '');
  if (isRefused && version !== undefined) faults.push(`${what} was refused, and is version ${version}`);
  if (!isRefused && deed.end !== Number.POSITIVE_INFINITY && (version === undefined || version !== deed.version))
    faults.push(`${what} was acknowledged as ${deed.version}, and is ${version ?? 'lost'}`);
  if (version !== undefined && deed.expected !== undefined && version !== deed.expected + 1)
    faults.push(`${what} replaced version ${version - 1}, not ${deed.expected}`);
  if (version !== undefined && deed.kind === 'patch') {
    const [before, after] = [by.get(version - 1), by.get(version)];
    if (!before || before.deleted || before.family !== after?.family)
      faults.push(`${what} changed more than was asked, or what was not there`);
    if (deed.family !== undefined && before?.family !== deed.family)
      faults.push(`${what} changed ${before?.family}, and was to change ${deed.family}`);
  }
  return version;
}

function everyVersionHasItsDeed(
  placed: readonly { readonly deed: Deed; readonly version: number | undefined }[],
  history: readonly Version[],
  faults: string[],
): void {
  const made = new Set(placed.map((p) => p.version));
  const nameless = placed.filter((p) => p.deed.kind === 'delete' && p.deed.end === Number.POSITIVE_INFINITY).length;
  const orphans = history.filter((v) => !made.has(v.version));
  if (orphans.some((v) => !v.deleted) || orphans.length > nameless)
    faults.push(`versions that nobody asked for: ${orphans.map((v) => `${v.version} ${v.mark ?? ''}`).join(', ')}`);
}

/** The highest version of the steps before a time; 0 for none. */
function most(steps: readonly Step[]): (time: number) => number {
  const sorted = [...steps].sort((a, b) => a.at - b.at);
  const highest: number[] = [];
  for (const { version } of sorted) highest.push(Math.max(version, highest.at(-1) ?? 0));
  return (time) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.at ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return highest[low - 1] ?? 0;
  };
}
