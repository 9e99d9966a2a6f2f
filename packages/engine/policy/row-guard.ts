import type { Problem } from '@mach/base/problem.ts';
import type { StoredRecord, Transaction } from '@mach/store';
import type { Actor } from '../actor.ts';
import type { Engine } from '../engine.ts';
import { recordWrite } from '../records/write.ts';
import { type Extent, isBound } from './access.ts';
import { BREAK_GLASS } from './break-glass.ts';
import { labelsOf, patientFacts } from './facts.ts';
import { ruledOut } from './limited-policy.ts';
import { NO_FACTS, type PatientFacts, withheldBy } from './sees.ts';
import { accessService, type Limited } from './service.ts';

const ALL: Extent = { rows: 'all', rules: [] };

/**
 * Holds a command to what its sender may see: what he may not is not found, and nothing of such a patient is written.
 * What decides is looked up as it was before the command; one guard serves all attempts of one command.
 */
export class RowGuard {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly limited: Limited;
  private readonly permission: string;
  private readonly facts = new Map<string, Promise<PatientFacts | undefined>>();

  constructor(engine: Engine, tenant: number, limited: Limited, permission: string) {
    this.engine = engine;
    this.tenant = tenant;
    this.limited = limited;
    this.permission = permission;
  }

  /** A raw write has its rights by type; any other command has one permission, for all that belongs to patients. */
  private extent(verb: 'read' | 'write', type: string): Extent {
    const { access } = this.limited;
    if (this.permission === recordWrite.name) return access.records(verb, type);
    return isBound(access.pack, type) ? access.permission(this.permission) : ALL;
  }

  private async withheld(
    extent: Extent,
    patient: string | null,
    labels: readonly string[],
  ): Promise<readonly string[] | null> {
    if (this.permission === BREAK_GLASS) return null;
    const facts = patient === null ? undefined : await this.factsOf(patient);
    const { access } = this.limited;
    return withheldBy(access, extent, { patient, labels }, facts ?? NO_FACTS, this.engine.clock.now().toISOString());
  }

  private factsOf(patient: string): Promise<PatientFacts | undefined> {
    const known = this.facts.get(patient);
    if (known) return known;
    const on = this.engine.database.tenant(this.tenant);
    const asked = patientFacts(on, [patient]).then((facts) => facts.get(patient));
    this.facts.set(patient, asked);
    return asked;
  }

  async sees(record: StoredRecord): Promise<boolean> {
    return (await this.withheld(this.extent('read', record.type), record.patient, labelsOf(record.resource))) === null;
  }

  /**
   * The transaction of a raw write. A record under a chosen id is written only where it is visible already: else the
   * answer would tell whether it is there.
   */
  guarded(transaction: Transaction): Transaction {
    const own = new Set<string>();
    const readAny: Transaction['readAny'] = async (type, id, lock) => {
      const record = await transaction.readAny(type, id, lock);
      if (own.has(`${type}/${id}`) || !this.chooses(type)) return record;
      if (!record || !(await this.sees(record))) throw this.refusal(type);
      return record;
    };
    const read: Transaction['read'] = async (type, id, lock) => {
      const record = await transaction.read(type, id, lock);
      // That a type is not among his permissions keeps nobody from pointing at it.
      const { rows, rules } = this.extent('read', type);
      const any = own.has(`${type}/${id}`) || (rows === 'none' && rules.length === 0);
      return record && (any || (await this.sees(record))) ? (record as never) : undefined;
    };
    const write: Transaction['write'] = (resource, replaces, seal) => {
      own.add(`${resource.resourceType}/${resource.id}`);
      return transaction.write(resource, replaces, seal);
    };
    return Object.create(transaction, {
      readAny: { value: readAny },
      read: { value: read },
      write: { value: write },
    }) as Transaction;
  }

  /** Whether some records of a type are open and some are not. */
  private chooses(type: string): boolean {
    const { access } = this.limited;
    return (
      this.extent('read', type).rows !== 'all' || access.hidden.length + access.soft.length > 0 || access.asksConsent
    );
  }

  private refusal(type: string): Problem {
    const { access } = this.limited;
    const { rules } = this.extent('read', type);
    const labels = access.policy.rules.filter((rule) => rule.kind === 'labels' || rule.kind === 'consent');
    return ruledOut(access, rules.length > 0 ? rules : labels.map((rule) => rule.id));
  }

  /** @throws Problem 403 that names the rule, when something was written of a patient who is closed to the sender */
  async checkWritten(written: Transaction['written']): Promise<void> {
    const fresh = new Set(written.flatMap((w) => (w.type === 'Patient' && w.created ? [w.id] : [])));
    for (const { type, patient } of written) {
      const extent = this.extent('write', type);
      if (patient !== null && fresh.has(patient) && extent.rows !== 'none') continue;
      const rules = await this.withheld(extent, patient, []);
      if (rules) throw ruledOut(this.limited.access, rules);
    }
  }
}

/**
 * What is put together of one patient for somebody (a print) keeps to the same.
 * @throws Problem 403 that names the rule
 */
export async function requirePatient(
  engine: Engine,
  actor: Actor,
  permissions: readonly string[],
  patient: string | null,
): Promise<void> {
  const held = permissions.filter((permission) => engine.policy.may(actor, permission));
  let refused: unknown;
  for (const permission of held)
    try {
      const guard = await rowGuard(engine, actor, permission);
      await guard?.checkWritten([{ type: 'Patient', id: '', version: 0, patient, created: false, deleted: false }]);
      return;
    } catch (error) {
      refused = error;
    }
  if (refused !== undefined) throw refused;
}

/**
 * The guard of a command; undefined where nothing limits its sender.
 * @throws Problem 403 when a rule closes the command to him altogether
 */
export async function rowGuard(engine: Engine, actor: Actor, permission: string): Promise<RowGuard | undefined> {
  const limited = await accessService(engine).of(actor);
  if (!limited) return undefined;
  const { rows, rules } = limited.access.permission(permission);
  if (rows === 'none') throw ruledOut(limited.access, rules);
  return new RowGuard(engine, actor.tenant, limited, permission);
}
