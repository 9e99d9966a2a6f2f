import { referringRecords } from '@mach/store';
import type { Engine } from '../engine.ts';
import { recordAccess } from '../identity/record-access.ts';
import { ACCESS_CS } from './break-glass.ts';

/** One line of the log that a patient is given: who looked, as what, when, and whether it was an emergency opening. */
export interface PatientLogRow {
  readonly at: string;
  readonly who: string;
  readonly roles: readonly string[];
  readonly what: 'read' | 'wrote' | 'listed';
  readonly action: string;
  readonly emergency: boolean;
  readonly reason: string | null;
}

interface GlassTask {
  code?: { coding?: { system?: string; code?: string }[] };
  requester?: { identifier?: { value?: string } };
  reasonCode?: { text?: string };
  restriction?: { period?: { start?: string; end?: string } };
}

/** Lines at most; the answer says when there were more. */
const MOST = 5_000;

/** Who looked at a patient's record, in words that can be handed over: people by name and role, programs as such. */
export async function patientLog(
  engine: Engine,
  tenant: number,
  query: { patient: string; from: string; to: string },
): Promise<{ rows: PatientLogRow[]; partial: boolean }> {
  const on = engine.database.tenant(tenant);
  const [page, found, members] = await Promise.all([
    recordAccess(engine, tenant, { ...query, limit: MOST }),
    referringRecords(on, [{ param: 'Task.subject', value: query.patient }]),
    engine.database.system.query<{ id: string; roles: string[] }>({
      text: `select 'account:' || account as id, roles from system.membership where tenant = $1`,
      values: [tenant],
    }),
  ]);
  const roles = new Map(members.rows.map((one) => [one.id, one.roles]));
  const glasses = found.flatMap(({ record }) => {
    const task = record.resource as unknown as GlassTask;
    return task.code?.coding?.some((c) => c.system === ACCESS_CS && c.code === 'break-glass') ? [task] : [];
  });
  const reasonOf = (actor: string, at: string): string | null =>
    glasses.find(
      (task) =>
        task.requester?.identifier?.value === actor &&
        (task.restriction?.period?.start ?? '') <= at &&
        at < (task.restriction?.period?.end ?? ''),
    )?.reasonCode?.text ?? null;
  return {
    partial: page.partial,
    rows: page.rows.map((row) => {
      const emergency = row.purpose === 'BTG' || row.action === 'access.breakGlass';
      return {
        at: row.at,
        who: row.name ?? row.actor,
        roles: roles.get(row.actor) ?? [],
        what: row.kind === 'command' ? 'wrote' : row.among || row.kind !== 'read' ? 'listed' : 'read',
        action: row.action,
        emergency,
        reason: emergency ? reasonOf(row.actor, row.at) : null,
      };
    }),
  };
}
