/** Claim files of a period, as they were signed and sent: one file a visit. */
import { addDays, fromLocal } from '@mach/base/time.ts';
import type { Actor, Engine } from '@mach/engine';
import { readView } from '@mach/engine/view-service.ts';
import type { DocumentReference } from '@mach/fhir/types.ts';
import { readRecord } from '@mach/store';

export interface ExportedFile {
  name: string;
  visitCode: string;
  xml: string;
}

export interface ClaimExport {
  files: ExportedFile[];
  /** Insured visits that ended in the period and have no signed file, with the state of their claim. */
  missing: { visitCode: string; state: string }[];
}

const PAGE = 500;

/** `from` and `to`: local days, inclusive, of the end of the visit. Read under the actor's rights and audited. */
export async function exportClaims(
  engine: Engine,
  actor: Actor,
  period: { from: string; to: string },
): Promise<ClaimExport> {
  const files: ExportedFile[] = [];
  const missing: ClaimExport['missing'] = [];
  engine.policy.requireRecord(actor, 'read', 'DocumentReference');
  const on = engine.database.tenant(actor.tenant);
  const until = new Date(Date.parse(fromLocal(addDays(period.to, 1))) - 1).toISOString();
  const filters = [
    { column: 'endedAt', op: 'from' as const, values: [fromLocal(period.from)] },
    { column: 'endedAt', op: 'to' as const, values: [until] },
  ];
  for (let after: string | undefined; ; ) {
    const page = await readView(engine, actor, 'claims.list', { filters, sort: 'endedAt', limit: PAGE, after });
    for (const row of page.rows) {
      const visitCode = String(row.visitCode ?? '');
      const record =
        row.document === null ? undefined : await readRecord(on, 'DocumentReference', String(row.document));
      const data = (record?.resource as DocumentReference | undefined)?.content[0]?.attachment.data;
      if (data === undefined) missing.push({ visitCode, state: String(row.state) });
      else files.push(fileOf(visitCode, data));
    }
    if (page.next === null) return { files, missing };
    after = page.next;
  }
}

/** A signed attachment as the file that goes to disk. */
export const fileOf = (visitCode: string, base64: string): ExportedFile => ({
  name: `XML_${visitCode.replaceAll(/[^0-9A-Za-z.-]/g, '_')}.xml`,
  visitCode,
  xml: Buffer.from(base64, 'base64').toString('utf8'),
});
