import type { Queryable } from '@mach/store';

/** What is told: how one signs in was changed, or a code was shown a second time. */
export type NoticeKind = 'password' | 'factor-added' | 'factor-removed' | 'code-repeated';

export interface Notice {
  id: string;
  at: string;
  kind: NoticeKind;
}

/** The same thing is told once in this time, ms: two presses of a key are no attack. */
const ONCE = 60 * 60_000;

/** Keeps something for the owner of an account. Changed passwords and ended factors the database keeps by itself. */
export async function tellAccount(on: Queryable, account: string, kind: NoticeKind, now: Date): Promise<void> {
  await on.query({
    name: 'notice_tell',
    text: `insert into system.account_notice (account, at, kind)
           select $1, $2, $3 where not exists (
             select 1 from system.account_notice where account = $1 and kind = $3 and at > $4)`,
    values: [account, now, kind, new Date(now.getTime() - ONCE)],
  });
}

/** What the owner has not seen yet, the newest first. */
export async function unseenNotices(on: Queryable, account: string): Promise<Notice[]> {
  const { rows } = await on.query<{ id: string; at: Date; kind: NoticeKind }>({
    name: 'notice_unseen',
    text: `select id, at, kind from system.account_notice where account = $1 and seen_at is null
           order by at desc, id limit 20`,
    values: [account],
  });
  return rows.map(({ id, at, kind }) => ({ id, at: at.toISOString(), kind }));
}

/** The owner has seen these: what came meanwhile is still to be told. */
export async function seeNotices(on: Queryable, account: string, ids: readonly string[], now: Date): Promise<void> {
  await on.query({
    name: 'notice_see',
    text: 'update system.account_notice set seen_at = $3 where account = $1 and id = any($2::uuid[]) and seen_at is null',
    values: [account, ids, now],
  });
}
