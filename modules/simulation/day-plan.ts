/** Who comes on a day, when, with what. Pure: the same seed and day give the same plan. */
import type { Random } from '@mach/base/random.ts';
import { fromLocal } from '@mach/base/time.ts';
import type { CaseMix, World } from './pack.ts';
import { makePerson, PANEL_BASE, PER_DAY, type Person } from './people.ts';

export interface PlannedVisit {
  /** `0017`: place of the visit in the draw of the day. */
  id: string;
  /** Instant of arrival, ms. */
  at: number;
  case: CaseMix;
  person: Person;
  room: string;
  complaint: string;
  payer: 'bhyt' | 'fee';
  priority?: 'pregnant' | 'disabled' | 'merit';
  leaves: boolean;
}

export interface DayPlan {
  day: string;
  visits: PlannedVisit[];
}

/** Ages of those who come back are counted on this day, so that they stay the same people. */
const PANEL_DAY = '2026-01-01';
const DAY_MS = 86_400_000;
/** Days after which serials of people who come once begin anew. */
const SERIAL_DAYS = PANEL_BASE / PER_DAY;
/** Serials of a chronic case: 64 people on each day of its cycle of 31 days at most. */
const PANEL_DAY_SIZE = 64;
const PANEL_CASE_SIZE = 2_000;

const dayNumber = (day: string): number => Math.round(Date.parse(day) / DAY_MS);
/** ISO weekday: 1 Monday … 7 Sunday. */
export const weekday = (day: string): number => ((dayNumber(day) + 3) % 7) + 1;

/** `visits` is the count of a usual Wednesday; `fixed`: exactly so many whatever the day. */
export function planDay(
  random: Random,
  day: string,
  visits: number,
  world: World,
  options: { fixed?: boolean; hours?: readonly [number, number] } = {},
): DayPlan {
  const stream = random.fork(`day:${day}`);
  const factor = options.fixed ? 1 : (world.mix.weekday[String(weekday(day))] ?? 1);
  const spread = options.fixed ? 1 : stream.normal(1, 0.05);
  const count = Math.min(PER_DAY, Math.round(visits * factor * Math.max(0.7, spread)));
  const seen = new Map<string, number>();
  const planned: PlannedVisit[] = [];
  for (let i = 0; i < count; i++) planned.push(planVisit(random, day, i, world, seen, options.hours));
  planned.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return { day, visits: planned };
}

function planVisit(
  root: Random,
  day: string,
  index: number,
  world: World,
  seen: Map<string, number>,
  hours: readonly [number, number] = [0, 24],
): PlannedVisit {
  const id = String(index).padStart(4, '0');
  const random = root.fork(`visit:${day}:${id}`);
  const { mix } = world;
  const kind = random.weighted(mix.cases.map((c) => [c, c.weight] as const));
  const nth = seen.get(kind.id) ?? 0;
  seen.set(kind.id, nth + 1);
  const person = personOf(root, random, day, index, kind, nth, world);
  const hour = random.weighted(
    mix.arrivals.map(([h, weight]) => [h, h >= hours[0] && h < hours[1] ? weight : 0] as const),
  );
  // The desk opens at half past six.
  const minute = hour === 6 ? 30 + random.next() * 30 : random.next() * 60;
  return {
    id,
    at: Date.parse(fromLocal(day)) + Math.round((hour * 60 + minute) * 60_000),
    case: kind,
    person,
    room: random.weighted(kind.rooms.map((room, i) => [room, kind.rooms.length - i] as const)),
    complaint: random.pick(kind.complaint),
    payer: person.card ? 'bhyt' : 'fee',
    ...(kind.pregnant ? { priority: 'pregnant' as const } : priorityOf(random)),
    leaves: random.chance(mix.leaveBefore),
  };
}

/**
 * People of a chronic case come from its panel, most of them: the n-th of a day is the n-th of that day of the cycle, so
 * that the same person is back after `chronicDays`. All others come once.
 */
function personOf(
  root: Random,
  random: Random,
  day: string,
  index: number,
  kind: CaseMix,
  nth: number,
  world: World,
): Person {
  const known = kind.chronicDays !== undefined && nth < PANEL_DAY_SIZE && random.chance(0.88);
  if (!known) {
    const serial = (dayNumber(day) % SERIAL_DAYS) * PER_DAY + index;
    return makePerson(root.fork(`person:${day}:${index}`), { serial, case: kind, born: day, day }, world);
  }
  const chronic = world.mix.cases.filter((c) => c.chronicDays !== undefined).indexOf(kind);
  const place = (dayNumber(day) % (kind.chronicDays ?? 1)) * PANEL_DAY_SIZE + nth;
  const serial = PANEL_BASE + chronic * PANEL_CASE_SIZE + place;
  return makePerson(root.fork(`panel:${kind.id}:${place}`), { serial, case: kind, born: PANEL_DAY, day }, world);
}

function priorityOf(random: Random): Pick<PlannedVisit, 'priority'> {
  const draw = random.next();
  return draw < 0.006 ? { priority: 'disabled' } : draw < 0.012 ? { priority: 'merit' } : {};
}
