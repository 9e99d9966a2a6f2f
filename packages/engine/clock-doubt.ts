import { raiseAlarms } from './alarms.ts';
import type { Engine } from './engine.ts';

const MINUTE = 60_000;
/** Clocks that differ by no more than this agree, ms. */
const AGREE = 2 * MINUTE;
/** What was seen longer ago says nothing of now, ms by the server's own clock. */
const RECENT = 60 * MINUTE;
/** So many people, each at a device of his own, are not all wrong by the same time. */
const WITNESSES = 3;
/** Kept at once: the rest is forgotten, the oldest first. */
const KEPT = 1_000;

/** Somebody whose device says that it is later than the server believes: by how much, ms, and when he was heard. */
interface Witness {
  readonly ahead: number;
  readonly heard: number;
}

/** What devices have said of the time, by who used them: each person counts once, with the last he said. */
export class ClockDoubt {
  private readonly witnesses = new Map<string, Witness>();
  private since: number | undefined;

  /** A deed came whose time lies ahead of the server's. */
  hear(who: string, ahead: number, now: number): void {
    this.witnesses.delete(who);
    this.witnesses.set(who, { ahead, heard: now });
    const [oldest] = this.witnesses.keys();
    if (this.witnesses.size > KEPT && oldest !== undefined) this.witnesses.delete(oldest);
  }

  /** How far behind the server's clock is, where several devices agree on it; ms. */
  behind(now: number): { readonly by: number; readonly witnesses: number; readonly since: number } | undefined {
    const recent = [...this.witnesses.values()].filter(({ heard }) => Math.abs(now - heard) <= RECENT);
    const ahead = recent.map((one) => one.ahead).sort((a, b) => a - b);
    let best: readonly number[] = [];
    for (const [from, first] of ahead.entries()) {
      const agreeing = ahead.slice(from).filter((one) => one - first <= AGREE);
      if (agreeing.length > best.length) best = agreeing;
    }
    if (best.length < WITNESSES) {
      this.since = undefined;
      return undefined;
    }
    this.since ??= now;
    return { by: best[Math.floor(best.length / 2)] ?? 0, witnesses: best.length, since: this.since };
  }
}

const doubts = new WeakMap<Engine, ClockDoubt>();

/** Keeps in mind that a person's device is ahead; several who agree are an alarm of the house: its own clock is wrong. */
export function hearClock(engine: Engine, who: string, ahead: number): void {
  let doubt = doubts.get(engine);
  if (!doubt) {
    const made = new ClockDoubt();
    doubt = made;
    doubts.set(engine, made);
    raiseAlarms(engine, 'clock', async () => {
      const told = made.behind(engine.clock.now().getTime());
      if (!told) return [];
      const minutes = Math.round(told.by / MINUTE);
      return [
        {
          code: 'server-clock',
          title: 'NTP',
          reason: {
            vi: `Giờ máy chủ có lẽ chậm ${minutes} phút: ${told.witnesses} người ở các máy khác nhau cùng thấy như vậy`,
            en: `The server's clock seems to be ${minutes} minutes behind: ${told.witnesses} people at different devices say so`,
          },
          remedy: {
            vi: 'Kiểm tra giờ và dịch vụ đồng bộ giờ (NTP) của máy chủ; các máy của nhân viên có thể đang đúng',
            en: "Check the server's clock and its time service (NTP); the devices of the staff may be right",
          },
          since: new Date(told.since).toISOString(),
        },
      ];
    });
  }
  doubt.hear(who, ahead, engine.clock.now().getTime());
}
