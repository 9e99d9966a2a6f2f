import { openSlots, type RosterRow, remind } from '@mach/appointment/contract.ts';
import { addDays, localDate } from '@mach/base/time.ts';
import type { Engine } from '@mach/engine';
import { queryView } from '@mach/store';

/** Between two looks, ms. */
const ROUND = 10 * 60_000;
/** Reminders of tomorrow go out from this hour of the day on, Vietnam. */
const FROM_HOUR = 16;
/** Slots are open for so many days ahead: a re-examination after 30 days finds one. */
const AHEAD = 35;
const HOUR_OFFSET = 7;

/** Keeps appointments going by themselves: opens the slots of the day that comes into reach, reminds of tomorrow's. */
export class Reminders {
  private readonly engine: Engine;
  private readonly log: (line: string, error?: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private current: Promise<void> = Promise.resolve();

  constructor(engine: Engine, log: (line: string, error?: unknown) => void) {
    this.engine = engine;
    this.log = log;
  }

  start(): void {
    const round = (): void => {
      if (this.stopped) return;
      this.current = this.run()
        .catch((error: unknown) => this.log('reminders', error))
        .finally(() => {
          this.timer = setTimeout(round, ROUND);
          this.timer.unref();
        });
    };
    round();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.current;
  }

  /** One look at every facility. Each deed has a key of its day, so that two processes do it once. */
  async run(): Promise<void> {
    for (const { tenant } of this.engine.allFacilities) {
      const now = this.engine.clock.now().toISOString();
      await this.openDays(tenant, now);
      if ((new Date(now).getUTCHours() + HOUR_OFFSET) % 24 >= FROM_HOUR) await this.remind(tenant, now);
    }
  }

  private async openDays(tenant: number, now: string): Promise<void> {
    const view = this.engine.views.get('appointment.rosters');
    if (!view) return;
    const today = localDate(now);
    const to = addDays(today, AHEAD);
    const { rows } = await queryView(this.engine.database.tenant(tenant), view.definition, { limit: 1_000 });
    for (const roster of rows as unknown as RosterRow[]) {
      if (this.stopped || roster.active === 'false' || (roster.to ?? '') < today) continue;
      const actor = this.engine.systemActor(tenant, 'rosters', ['system']);
      const input = { schedule: roster.key, from: today, to };
      await this.engine.sendByName(openSlots.name, input, actor, { key: `open-${roster.key}-${today}` });
    }
  }

  private async remind(tenant: number, now: string): Promise<void> {
    const day = addDays(localDate(now), 1);
    const actor = this.engine.systemActor(tenant, 'reminders', ['system']);
    for (let n = 0; !this.stopped; n++) {
      const answer = await this.engine.sendByName(remind.name, { day }, actor, { key: `remind-${day}-${n}` });
      if (!(answer.result as { more: boolean }).more) return;
    }
  }
}
