/** Ids as commands make them. */
export const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const DATE = /\b20\d\d-\d\d-\d\d(?=[T"/ ])/g;
/** A business number of the house, or an official one, of the copied records. */
const NUMBER = /("system":"[^"]*\/sid\/[^"]+","value":"[^"]+)"/g;
const DAY = 86_400_000;

export interface CopyPlan {
  /** Ids of what is copied; others stay. */
  ids: ReadonlySet<string>;
  /** First and last day on which something happened: other days are birthdays, cards, laws. */
  window: readonly [string, string];
  /** Days from one copy to the next; whole weeks keep the days of the week. */
  days: number;
  /** From a record's number to that of its copy: the copies stand in blocks of the index as their sources do. */
  span: bigint;
}

/** One of the copies. 0 is the source itself. */
export class Copy {
  readonly number: number;
  private readonly plan: CopyPlan;
  private readonly known = new Map<string, string>();

  constructor(plan: CopyPlan, number: number) {
    this.plan = plan;
    this.number = number;
  }

  /** The copy's ids: exclusive or with its number, so that doing it twice is doing nothing. */
  id(text: string): string {
    return text.replace(UUID, (uuid) => (this.plan.ids.has(uuid) ? this.uuid(uuid) : uuid));
  }
  uuid(uuid: string): string {
    return uuid.slice(0, -4) + (Number.parseInt(uuid.slice(-4), 16) ^ this.number).toString(16).padStart(4, '0');
  }
  day(day: string): string {
    const known = this.known.get(day);
    if (known !== undefined) return known;
    const moved = new Date(Date.parse(day) + this.shift).toISOString().slice(0, 10);
    this.known.set(day, moved);
    return moved;
  }
  instant(at: Date): string {
    return new Date(at.getTime() + this.shift).toISOString();
  }
  rid(rid: string): string {
    return String(BigInt(rid) + this.plan.span * BigInt(this.number));
  }
  private get shift(): number {
    return this.plan.days * this.number * DAY;
  }
}

/** What a copy must leave as it was: the text without ids, days and business numbers. */
export const masked = (text: string): string =>
  text
    .replace(UUID, 'id')
    .replace(DATE, 'day')
    .replace(NUMBER, (number) => number.replace(/[^"]+"$/, '"'));

type Slot = { at: number; text: string; put: (copy: Copy, text: string) => string };

/** A text taken apart once at the places where its copies differ: a copy of it is then put together without a search. */
export class Template {
  private readonly pieces: string[] = [];
  private readonly slots: Slot[];

  constructor(text: string, { ids, window }: CopyPlan) {
    const slots: Slot[] = [];
    for (const { 0: uuid, index } of text.matchAll(UUID))
      if (ids.has(uuid)) slots.push({ at: index, text: uuid, put: (copy, of) => copy.uuid(of) });
    for (const { 0: day, index } of text.matchAll(DATE))
      if (day >= window[0] && day <= window[1]) slots.push({ at: index, text: day, put: (copy, of) => copy.day(of) });
    for (const { 1: number = '', index } of text.matchAll(NUMBER))
      slots.push({
        at: index + number.length,
        text: '',
        put: ({ number: of }) => (of === 0 ? '' : `-${of}`),
      });
    this.slots = slots.sort((a, b) => a.at - b.at);
    let end = 0;
    for (const slot of this.slots) {
      this.pieces.push(text.slice(end, slot.at));
      end = slot.at + slot.text.length;
    }
    this.pieces.push(text.slice(end));
  }

  of(copy: Copy): string {
    let out = this.pieces[0] ?? '';
    for (const [i, slot] of this.slots.entries()) out += slot.put(copy, slot.text) + (this.pieces[i + 1] ?? '');
    return out;
  }
}
