import type { Engine } from '@mach/engine';
import { knownDataKeys, useDataKeys } from '@mach/engine/identity/sealing.ts';
import type { Queryable } from '@mach/store';
import { asOwner } from '../owner.ts';
import { openDataKeys, sealingKey } from './data-keys.ts';
import { BATCH, sealKept } from './kept.ts';
import { KNOWN_AFTER } from './rotate.ts';

/** How often a server looks whether there is a new data key, ms: several times before the key begins to seal. */
const LOOK = 30_000;

/**
 * Keeps a running server at the newest data key: comes to know it, seals with it from its time on, and goes through what
 * is sealed under older ones, a batch a transaction. How far it has come stands in what is sealed itself, so that it goes
 * on where it was after a crash, and several servers share the work.
 */
export class KeyKeeper {
  private readonly engine: Engine;
  private readonly ownerUrl: string;
  private readonly dataDir: string;
  private readonly log: (line: string, error?: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<unknown> = Promise.resolve();
  private stopped = false;
  /** Everything is known to be under this key. */
  private done = 0;

  constructor(engine: Engine, at: { readonly ownerUrl: string; readonly dataDir: string }, log: KeyKeeper['log']) {
    this.engine = engine;
    this.ownerUrl = at.ownerUrl;
    this.dataDir = at.dataDir;
    this.log = log;
  }

  start(): void {
    this.timer = setTimeout(() => {
      this.work = this.look()
        .catch((error: unknown) => this.log('Khoá dữ liệu mới chưa dùng được · a new data key cannot be used', error))
        .finally(() => this.stopped || this.start());
    }, LOOK);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.work;
  }

  /** One look. @returns how many secrets were sealed anew */
  async look(): Promise<number> {
    const on: Queryable = this.engine.database.system;
    const newest = await on.query<{ id: number | null }>({ text: 'select max(id) as id from system.data_key' });
    const known = knownDataKeys(this.engine);
    const seals = await sealingKey(on);
    const isNew = (newest.rows[0]?.id ?? 1) > Math.max(...known.numbers);
    if (isNew || seals !== known.seals) useDataKeys(this.engine, await openDataKeys(this.dataDir, on), seals);
    if (this.done >= seals || !(await this.isSettled(seals))) return 0;
    const sealed = await asOwner({ ownerUrl: this.ownerUrl }, async (owner) => {
      let count = 0;
      for (let last = -1; last !== 0 && !this.stopped; count += last) {
        await owner.query('begin');
        try {
          last = await sealKept(this.engine, owner, seals, BATCH);
          await owner.query('commit');
        } catch (error) {
          await owner.query('rollback');
          throw error;
        }
      }
      return count;
    });
    if (this.stopped) return sealed;
    this.done = seals;
    if (sealed > 0) this.log(`${sealed} bí mật đã niêm phong lại dưới khoá ${seals} · secrets sealed anew`);
    return sealed;
  }

  /** Whether every server has begun to seal with a key, so that nothing comes in under an older one behind our back. */
  private async isSettled(key: number): Promise<boolean> {
    const { rows } = await this.engine.database.system.query<{ yes: boolean }>({
      text: `select seals_from is null or seals_from <= now() - make_interval(secs => $2) as yes
             from system.data_key where id = $1`,
      values: [key, KNOWN_AFTER / 1_000],
    });
    return rows[0]?.yes ?? true;
  }
}
