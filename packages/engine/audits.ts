import type { Problem } from '@mach/base/problem.ts';
import { type AuditEntry, auditStatement, type Database, type Transaction } from '@mach/store';
import type { Actor } from './actor.ts';
import type { Override } from './command.ts';

/** Reads are written in groups this often, ms: the loss window of reads at a crash. */
const GROUP = 50;
/** When this many wait, readers wait too: an entry is never dropped. */
const LIMIT = 5_000;

/** Audit of commands (inside their transaction), and of reads and refusals (in groups, off the request's path). */
export class Audits {
  private readonly pending = new Map<number, AuditEntry[]>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  /** Purpose of use of what somebody does with a patient's data, where it is not the usual one. */
  purposeOf: ((actor: Actor, patient: string | null | undefined) => string | undefined) | undefined;
  private readonly database: Database;
  private readonly ids: () => string;
  constructor(database: Database, ids: () => string) {
    this.database = database;
    this.ids = ids;
  }

  commandEntry(
    actor: Actor,
    name: string,
    written: Transaction['written'],
    at: string,
    { key, origin, overrides = [] }: { key: string; origin?: string; overrides?: readonly Override[] },
  ): AuditEntry {
    const patient = written.find((w) => w.patient !== null)?.patient ?? null;
    return {
      id: this.ids(),
      at,
      kind: 'command',
      action: name,
      actor: actor.id,
      outcome: 'done',
      patient,
      purpose: this.purposeOf?.(actor, patient),
      origin,
      entities: written.map((w) => `${w.type}/${w.id}/_history/${w.version}`),
      detail: through(actor, {
        key,
        ...(overrides.length > 0 ? { overrides } : {}),
      }),
    };
  }

  refusal(actor: Actor, action: string, problem: Problem, at: string, origin?: string): void {
    this.add(actor.tenant, {
      id: this.ids(),
      at,
      kind: 'refusal',
      action,
      actor: actor.id,
      outcome: 'refused',
      origin,
      detail: through(actor, { status: problem.status, codes: problem.issues.map((i) => i.code) }),
    });
  }

  /** A read of patient data. Resolves at once unless the buffer is full. */
  async read(
    actor: Actor,
    action: string,
    at: string,
    what: {
      patient?: string | null;
      entities?: readonly string[];
      detail?: unknown;
      kind?: AuditEntry['kind'];
      origin?: string;
    },
  ): Promise<void> {
    this.add(actor.tenant, {
      id: this.ids(),
      at,
      kind: what.kind ?? 'read',
      action,
      actor: actor.id,
      outcome: 'done',
      purpose: this.purposeOf?.(actor, what.patient),
      ...what,
      detail: through(actor, what.detail),
    });
    if ((this.pending.get(actor.tenant)?.length ?? 0) >= LIMIT) await this.flush();
  }

  private add(tenant: number, entry: AuditEntry): void {
    const list = this.pending.get(tenant) ?? [];
    this.pending.set(tenant, list);
    list.push(entry);
    this.timer ??= setTimeout(() => void this.flush(), GROUP);
  }

  /** Writes what waits; also the last act before the program ends. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batches = [...this.pending];
    this.pending.clear();
    this.writing = this.writing.then(async () => {
      for (const [tenant, entries] of batches)
        try {
          await this.database.tenant(tenant).query(auditStatement(entries));
        } catch {
          // Kept and tried again with the next group; the limit above then holds readers back.
          this.pending.set(tenant, [...entries, ...(this.pending.get(tenant) ?? [])]);
        }
    });
    await this.writing;
  }
}

/** What a person did through an app is told with the app. */
function through({ app }: Actor, detail: unknown): unknown {
  return app === undefined ? detail : { ...(detail as object | undefined), app };
}
