import type { TableSource } from '@mach/engine/module.ts';
import type { ClaimsFigure, FigureRow } from '../contract.ts';
import type { Days } from './day.ts';

const VIEWS = { claims: { view: 'claims.list' } };
/** Not with the portal yet, or back from it. $1: now. */
const WHICH: Readonly<Record<string, string>> = {
  returned: `"state" = 'returned'`,
  incomplete: `"state" = 'has-findings'`,
  late: `"state" in ('returned', 'has-findings', 'checked') and "deadline" < $1::timestamptz`,
  soon: `"state" in ('returned', 'has-findings', 'checked') and "deadline" >= $1::timestamptz
    and "deadline" < $1::timestamptz + interval '24 hours'`,
};
const KINDS = ['returned', 'incomplete', 'late', 'soon'] as const;

/** Claims that the fund may not pay: sent back, incomplete, late. One claim may stand under several. */
export async function claimFigures(source: TableSource, { now }: Days): Promise<ClaimsFigure | null> {
  if (!source.sees('claims.list')) return null;
  const [row] = await source.figures<Record<string, string>>(
    VIEWS,
    `select ${KINDS.map(
      (kind) =>
        `count(*) filter (where ${WHICH[kind]}) as ${kind}, coalesce(sum("money") filter (where ${WHICH[kind]}), 0) as ${kind}_money`,
    ).join(', ')} from claims where "state" in ('returned', 'has-findings', 'checked')`,
    [now],
  );
  const of = (kind: string) => ({ n: Number(row?.[kind] ?? 0), money: row?.[`${kind}_money`] ?? '0' });
  return { returned: of('returned'), incomplete: of('incomplete'), late: of('late'), soon: of('soon') };
}

/** Rows of `claims:<which>`. */
export async function claimRows(source: TableSource, { now }: Days, [which]: readonly string[]): Promise<FigureRow[]> {
  const condition = WHICH[which ?? ''];
  if (!condition || !source.sees('claims.list')) return [];
  const rows = await source.figures<{
    key: string;
    name: string | null;
    visitCode: string | null;
    deadline: Date | null;
    money: string | null;
    errors: string | null;
  }>(
    VIEWS,
    // The instant stands in the question whether or not the condition asks for it.
    `select key, "name", "visitCode", "deadline", "money", "errors" from claims
     where $1::timestamptz is not null and ${condition} order by "deadline" nulls last, key`,
    [now],
  );
  return rows.map((row) => ({
    key: row.key,
    title: row.name ?? row.visitCode ?? row.key,
    note: [row.visitCode, Number(row.errors ?? 0) > 0 ? `${row.errors} lỗi` : null].filter(Boolean).join(' · '),
    at: row.deadline?.toISOString() ?? null,
    value: row.money === null ? null : Number(row.money),
    unit: 'dong',
    bad: row.deadline !== null && row.deadline.toISOString() < now,
  }));
}
