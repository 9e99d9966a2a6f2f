/** Who is called next in a room: danger first, then who is back with results, then priority and ordinary in turn. Pure. */
import type { QueueRules } from './rules.ts';

export interface QueuePerson {
  key: string;
  state: string;
  queueNumber: string | null;
  arrivedAt: string | null;
  priority: number | null;
  /** First call of the doctor; null: never called. */
  calledAt: string | null;
  /** Vital signs call for the front. */
  urgent?: boolean;
}

/** Called and not there, as the house has written it down. */
export interface Absence {
  /** Last time. */
  at: string;
  times: number;
}

type OrderRules = Pick<QueueRules, 'priorityInRow' | 'absent'>;

const WAITING = new Set(['waiting', 'results-ready']);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byNumber = (a: QueuePerson, b: QueuePerson): number =>
  compare(a.queueNumber ?? '~', b.queueNumber ?? '~') ||
  compare(a.arrivedAt ?? '', b.arrivedAt ?? '') ||
  compare(a.key, b.key);

/** People of priority who were called in a row, up to the last call of the room; emergencies stand outside the turn. */
function streak(called: readonly QueuePerson[]): number {
  let row = 0;
  for (const person of called) {
    if ((person.priority ?? 0) > 1) continue;
    if ((person.priority ?? 0) === 0) break;
    row++;
  }
  return row;
}

/** After `inRow` of priority one ordinary person; whoever is alone in the list follows one another. */
function interleave(priority: readonly QueuePerson[], ordinary: readonly QueuePerson[], row: number, inRow: number) {
  const line: QueuePerson[] = [];
  let [p, o, run] = [0, 0, row];
  while (p < priority.length || o < ordinary.length) {
    const nextPriority = priority[p];
    const nextOrdinary = ordinary[o];
    if (nextPriority && (run < inRow || !nextOrdinary)) {
      line.push(nextPriority);
      p++;
      run++;
    } else if (nextOrdinary) {
      line.push(nextOrdinary);
      o++;
      run = 0;
    }
  }
  return line;
}

/**
 * The queue of one room. `people` are all visits of the room today, those already called among them: what was called
 * last decides whose turn it is, so taking the first one leaves the others in the very order they were in.
 */
export function fairOrder<P extends QueuePerson>(
  people: readonly P[],
  absences: ReadonlyMap<string, Absence>,
  rules: OrderRules,
): P[] {
  const waiting = people.filter((person) => WAITING.has(person.state)).sort(byNumber);
  const called = people
    .filter((person) => person.calledAt !== null && !absences.has(person.key))
    .sort((a, b) => compare(b.calledAt ?? '', a.calledAt ?? '') || compare(b.key, a.key));
  const isAbsent = (person: P): boolean => absences.has(person.key);
  const present = waiting.filter((person) => !isAbsent(person));
  const front = (person: P): boolean => person.urgent === true || (person.priority ?? 0) > 1;
  const danger = present.filter(front);
  const back = present.filter((person) => !front(person) && person.state === 'results-ready');
  const fresh = present.filter((person) => !front(person) && person.state === 'waiting');
  const line = interleave(
    fresh.filter((person) => (person.priority ?? 0) > 0),
    fresh.filter((person) => (person.priority ?? 0) === 0),
    streak(called),
    rules.priorityInRow,
  ) as P[];
  return [...danger, ...back, ...withAbsent(line, waiting.filter(isAbsent), called, absences, rules)];
}

/** Puts each absent person behind as many others as are still to go before them. */
function withAbsent<P extends QueuePerson>(
  line: readonly P[],
  absent: readonly P[],
  called: readonly P[],
  absences: ReadonlyMap<string, Absence>,
  rules: OrderRules,
): P[] {
  const places = absent
    .map((person) => {
      const { at, times } = absences.get(person.key) ?? { at: '', times: 1 };
      const since = called.filter((one) => (one.calledAt ?? '') > at).length;
      return { person, at, behind: times >= rules.absent.times ? Infinity : Math.max(0, rules.absent.places - since) };
    })
    .sort((a, b) => a.behind - b.behind || compare(a.at, b.at) || byNumber(a.person, b.person));
  const out: P[] = [];
  let next = 0;
  for (const [i, person] of line.entries()) {
    for (let place = places[next]; place !== undefined && place.behind <= i; place = places[++next])
      out.push(place.person);
    out.push(person);
  }
  return [...out, ...places.slice(next).map((place) => place.person)];
}
