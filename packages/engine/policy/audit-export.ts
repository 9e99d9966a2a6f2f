import { createHash } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import { type AuditProof, proveAudit, type Row } from '@mach/store';
import type { Actor } from '../actor.ts';
import type { Engine } from '../engine.ts';
import { auditEventOf } from './audit-event.ts';

/** Rows of one export at most: more are asked for in shorter periods. */
const MOST = 100_000;

export interface AuditExportQuery {
  /** Instants; the end is not included. */
  readonly from: string;
  readonly to: string;
  /** Only what concerns this patient, or was done by this account: the chain then cannot be computed from the file alone. */
  readonly patient?: string | undefined;
  readonly account?: string | undefined;
}

interface ExportRow extends Row {
  seal: string | null;
  text: string;
}

interface ExportSeal extends Row {
  number: string;
  sealed_at: Date;
  row_count: number;
  previous: string;
  hash: string;
}

/** The text that a seal covers, as far as it is read again. */
type SealedLine = [
  at: number,
  id: string,
  kind: string,
  action: string,
  actor: string,
  outcome: string,
  patient: string | null,
  purpose: string | null,
  origin: string | null,
  entities: string[],
];

/** What an inspector takes along: the log as it is sealed, the seals, and what the program found when it proved them. */
export interface AuditExport {
  /** JSON, signed as it stands; the file holds it as member `content`. */
  readonly content: string;
  readonly rows: number;
  readonly lines: readonly ExportRow[];
  readonly proof: AuditProof;
  readonly names: Readonly<Record<string, string>>;
}

/**
 * Each line is the text that a seal covers: `[epoch seconds, id, kind, action, actor, outcome, patient, purpose, origin,
 * entities, detail]`. The lines of one seal, in their order, joined by line feeds and preceded by the bytes of the seal
 * before, give its SHA-256. Whole seals are given, so a few lines may lie outside the period.
 * @throws Problem 422 when there are too many
 */
export async function exportAudit(engine: Engine, actor: Actor, query: AuditExportQuery): Promise<AuditExport> {
  const on = engine.database.tenant(actor.tenant);
  await engine.audits.flush();
  const whole = query.patient === undefined && query.account === undefined;
  const { rows: bounds } = await on.query<Row & { low: string | null; high: string | null }>({
    text: `select min(seal) as low, max(seal) as high from audit
           where tenant = mach_tenant() and at >= $1 and at < $2 and seal is not null`,
    values: [query.from, query.to],
  });
  const { low = null, high = null } = bounds[0] ?? {};
  const { rows: lines } = await on.query<ExportRow>({
    text: `select seal::text as seal, mach_audit_text(a) as text from audit a
           where tenant = mach_tenant() and ($3::text is null or patient = $3) and ($4::text is null or actor = $4)
             and case when $7 and seal is not null then seal between $5::bigint and $6::bigint else at >= $1 and at < $2 end
           order by a.seal nulls last, a.id limit ${MOST + 1}`,
    values: [query.from, query.to, query.patient ?? null, query.account ?? null, low, high, whole],
  });
  if (lines.length > MOST)
    throw refuse(
      422,
      'too-many-rows',
      { vi: `Nhật ký của khoảng này có hơn ${MOST} dòng`, en: `The log of this period has more than ${MOST} lines` },
      { field: 'to', remedy: { vi: 'Chia thành nhiều khoảng ngắn hơn', en: 'Take several shorter periods' } },
    );
  const { rows: seals } = await on.query<ExportSeal>({
    text: `select number::text as number, sealed_at, row_count, encode(previous, 'hex') as previous, encode(hash, 'hex') as hash
           from audit_seal where tenant = mach_tenant() and number between $1::bigint and $2::bigint order by audit_seal.number`,
    values: [low, high],
  });
  const proof = await proveAudit(on);
  const accounts = [...new Set(lines.flatMap(({ text }) => /"account:([0-9a-f-]{36})"/.exec(text)?.[1] ?? []))];
  const { rows: people } = await engine.database.system.query<{ id: string; name: string }>({
    text: `select 'account:' || id as id, login || ' · ' || display_name as name from system.account where id = any($1::uuid[])`,
    values: [accounts],
  });
  const names = Object.fromEntries(people.map((one) => [one.id, one.name]));
  const facility = engine.facility(actor.tenant);
  const content = JSON.stringify({
    kind: 'mach-audit-export',
    version: 1,
    facility: { code: facility.code, name: facility.name },
    period: { from: query.from, to: query.to },
    filter: { patient: query.patient ?? null, account: query.account ?? null },
    /** Whether every seal can be computed anew from `lines`. */
    complete: whole,
    madeAt: engine.clock.now().toISOString(),
    madeBy: `${actor.login} · ${actor.name}`,
    proof,
    seals: seals.map((seal) => ({
      number: seal.number,
      sealedAt: seal.sealed_at.toISOString(),
      rows: seal.row_count,
      previous: seal.previous,
      hash: seal.hash,
    })),
    names,
    lines: lines.map(({ seal, text }) => ({ seal, text })),
  });
  return { content, rows: lines.length, lines, proof, names };
}

/** The file: the content byte for byte, and a detached signature over it. */
export async function signedJson(engine: Engine, actor: Actor, content: string): Promise<string> {
  const at = engine.clock.now().toISOString();
  const signature = await engine.signer.sign(actor.practitioner ?? actor.login, content, at);
  return `{"content":${content},"signature":${JSON.stringify({ ...signature, kind: engine.signer.kind })}}`;
}

const HEAD = [
  'seal',
  'at',
  'id',
  'kind',
  'action',
  'actor',
  'name',
  'outcome',
  'patient',
  'purpose',
  'origin',
  'entities',
  'detail',
];

/** A cell that a spreadsheet does not take for a formula. */
const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};

/** The same lines as AuditEvents, one a line (NDJSON): for a collector of logs. The sealed text is in the other two. */
export function auditEvents(engine: Engine, actor: Actor, log: AuditExport): string {
  const facility = engine.facility(actor.tenant);
  return log.lines
    .map(({ text }) => {
      const [at, id, kind, action, who, outcome, patient, purpose, origin, entities] = JSON.parse(text) as SealedLine;
      const name = log.names[who] ?? null;
      const deed = { id, kind, action, actor: who, name, outcome, patient, purpose, origin, entities };
      return `${JSON.stringify(auditEventOf({ ...deed, at: new Date(at * 1000).toISOString() }, facility))}\n`;
    })
    .join('');
}

/** The same lines as a table; its last line holds the SHA-256 of all bytes above and a signature over that number. */
export async function signedCsv(engine: Engine, actor: Actor, log: AuditExport): Promise<string> {
  const lines = log.lines.map(({ seal, text }) => {
    const [at, id, kind, action, who, ...rest] = JSON.parse(text) as [number, ...unknown[]];
    const cells = [
      seal,
      new Date(at * 1000).toISOString(),
      id,
      kind,
      action,
      who,
      log.names[String(who)] ?? '',
      ...rest,
    ];
    return cells.map(cell).join(',');
  });
  const body = `\ufeff${[HEAD.map(cell).join(','), ...lines].join('\r\n')}\r\n`;
  const digest = createHash('sha256').update(body).digest('hex');
  const signature = await engine.signer.sign(
    actor.practitioner ?? actor.login,
    digest,
    engine.clock.now().toISOString(),
  );
  return `${body}${['signature', digest, signature.jws, signature.signer].map(cell).join(',')}\r\n`;
}
