import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '@mach/engine';
import { type Archive, LostLog } from '../postgres/archive/archive.ts';

/** Somebody outside the database knows more than it does. */
export interface Behind {
  /** Who knows, and how much. */
  evidence: string[];
}

/** An anchored head of a facility's audit chain; `anchors/audit-<code>.ndjson`. */
interface Anchor {
  number: string;
  sealedAt: string;
}

const anchorFile = (dataDir: string, code: string): string => join(dataDir, 'anchors', `audit-${code}.ndjson`);

function anchorsOf(dataDir: string, code: string): { line: string; anchor: Anchor }[] {
  const file = anchorFile(dataDir, code);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => ({ line, anchor: JSON.parse(line) as Anchor }));
}

/** Newest seal of a facility's chain, and when something was last written down at all. */
async function newestOf(engine: Engine, tenant: number): Promise<{ seal: bigint; at: string }> {
  const { rows } = await engine.database.tenant(tenant).query<{ seal: string; at: Date | null }>({
    text: `select (select coalesce(max(number), 0)::text from audit_seal where tenant = mach_tenant()) as seal,
             (select max(at) from audit where tenant = mach_tenant()) as at`,
  });
  return { seal: BigInt(rows[0]?.seal ?? '0'), at: (rows[0]?.at ?? new Date(0)).toISOString() };
}

/**
 * Whether a house is behind what its anchors or its archive have seen of it: the end of its log was lost, or it was put
 * back to an earlier time without being told. It must not give out numbers or answers in that state.
 */
export async function findBehind(
  engine: Engine,
  dataDir: string,
  archive: Archive | undefined,
): Promise<Behind | undefined> {
  const evidence: string[] = [];
  for (const { tenant, code } of engine.allFacilities) {
    const { seal, at } = await newestOf(engine, tenant);
    const ahead = anchorsOf(dataDir, code).filter(({ anchor }) => BigInt(anchor.number) > seal);
    const last = ahead.at(-1)?.anchor;
    if (last)
      evidence.push(
        `${code}: neo kiểm toán số ${last.number} lúc ${last.sealedAt}, cơ sở dữ liệu chỉ có đến ${seal} (${at}) · anchored, and not in the database`,
      );
  }
  await archive?.compare().catch((error: unknown) => {
    // A disk that is away, or another key, proves nothing: care goes on, and the keeper says it.
    if (error instanceof LostLog) evidence.push(error.message);
  });
  return evidence.length === 0 ? undefined : { evidence };
}

/** @throws Error that says what is known, and the two ways on */
export async function refuseIfBehind(engine: Engine, dataDir: string, archive: Archive | undefined): Promise<void> {
  const behind = await findBehind(engine, dataDir, archive);
  if (!behind) return;
  throw new Error(
    [
      'Dữ liệu này đã lùi lại: bên ngoài biết nhiều hơn nó. Không phục vụ, để không cấp trùng số và không quên điều đã xác nhận.',
      'This data has gone back: others know more than it does. It is not served, so that no number is given out twice.',
      ...behind.evidence.map((line) => `  ${line}`),
      '  1. mach restore THƯ-MỤC-SAO-LƯU  vào thư mục dữ liệu mới (không mất gì) · into a new data folder: nothing is lost',
      '  2. mach reconcile  nhận phần đã mất, cấp số tiếp phía sau · accepts the loss, and goes on behind it',
    ].join('\n'),
  );
}

/** Sets aside what the accepted loss has made untrue: later anchors, and the archive's series. @returns when they were */
export async function setAside(engine: Engine, dataDir: string): Promise<{ since: string; seen: string }> {
  let since = new Date(0).toISOString();
  let seen = since;
  for (const { tenant, code } of engine.allFacilities) {
    const { seal, at } = await newestOf(engine, tenant);
    if (at > since) since = at;
    const all = anchorsOf(dataDir, code);
    const ahead = all.filter(({ anchor }) => BigInt(anchor.number) > seal);
    const last = ahead.at(-1)?.anchor.sealedAt ?? '';
    if (last > seen) seen = last;
    if (ahead.length === 0) continue;
    const file = anchorFile(dataDir, code);
    const text = (lines: typeof all): string => lines.map(({ line }) => `${line}\n`).join('');
    writeFileSync(file.replace(/\.ndjson$/, `.lost-${Date.now()}.ndjson`), text(ahead), { mode: 0o600, flush: true });
    writeFileSync(`${file}.part`, text(all.filter((one) => !ahead.includes(one))), { mode: 0o600, flush: true });
    renameSync(`${file}.part`, file);
  }
  rmSync(join(dataDir, 'archive.json'), { force: true });
  return { since, seen: [seen, since].sort().at(-1) ?? since };
}
