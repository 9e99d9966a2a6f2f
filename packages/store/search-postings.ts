import type { IndexChange, IndexRows } from './index-rows.ts';

/*
 * The equality index: a row of `search_posting` holds the records of one block of 64 numbers that carry a key under a
 * qualifier, one character for each, '0' for the first number of the block.
 */

const FIRST_SLOT = 48;

/** SQL of the numbers in a row, each as a row of its own: stands in a select list. */
export const posted = (a: string): string =>
  `${a}.block + ascii(unnest(string_to_array(${a}.slots, null))) - ${FIRST_SLOT} as rid`;

/** SQL: whether the row holds this record. */
export const holds = (a: string, rid: string): string =>
  `${a}.block = (${rid} & -64) and strpos(${a}.slots, chr(${FIRST_SLOT} + (${rid} & 63)::int)) > 0`;

interface Posting {
  key: string;
  qualifier: number;
  block: string;
  slots: string;
}

/** Keys that `of` has and `but` has not, by block: what comes together shares a row. */
function postings(changes: readonly IndexChange[], of: 'before' | 'after', but: 'before' | 'after'): Posting[] {
  const rows = new Map<string, Posting>();
  for (const change of changes) {
    const known: IndexRows['keys'] = change[but].keys;
    const number = BigInt(change.rid);
    const block = String(number & -64n);
    const slot = String.fromCharCode(FIRST_SLOT + Number(number & 63n));
    for (const [name, { key, qualifier }] of change[of].keys) {
      if (known.has(name)) continue;
      const place = `${name}/${block}`;
      const row = rows.get(place);
      if (row) row.slots += slot;
      else rows.set(place, { key, qualifier, block, slots: slot });
    }
  }
  // Two who write the same rows come to them in the same order.
  return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

const columns = (rows: readonly Posting[]): unknown[] => [
  rows.map((row) => row.key),
  rows.map((row) => row.qualifier),
  rows.map((row) => row.block),
  rows.map((row) => row.slots),
];

const ROWS = 'unnest($1::bigint[], $2::integer[], $3::bigint[], $4::text[])';
const INSERT = `insert into search_posting as s (tenant, key, qualifier, block, slots) select mach_tenant(), * from ${ROWS}`;
/*
 * The rows that `n` names, found by the whole primary key whatever the database knows of the table: joined to `n`, a
 * young table was read from end to end, for that was the better plan while it was empty. Another's change of the same row
 * is waited for, and the row looked at again.
 */
const NAMED = (also = ''): string => `s.tenant = mach_tenant() and s.key = any($1::bigint[])
  and s.qualifier = any($2::integer[]) and s.block = any($3::bigint[])
  and exists (select 1 from ${ROWS} as n(key, qualifier, block, slots)
    where n.key = s.key and n.qualifier = s.qualifier and n.block = s.block${also} offset 0)`;

/**
 * The statements that bring the equality index up to date. A record that is the only one under its key takes the row
 * away; where others are, it leaves them. Rows of a block that is all this transaction's own are simply added.
 */
export function postingStatements(
  changes: readonly IndexChange[],
): { name: string; text: string; values: unknown[] }[] {
  const statements: { name: string; text: string; values: unknown[] }[] = [];
  const removed = postings(changes, 'before', 'after');
  if (removed.length > 0) {
    const values = columns(removed);
    statements.push(
      {
        name: 'search_posting_del',
        text: `delete from search_posting s where ${NAMED(' and n.slots = s.slots')}`,
        values,
      },
      {
        name: 'search_posting_less',
        text: `update search_posting s set slots = translate(s.slots, (select n.slots
                 from ${ROWS} as n(key, qualifier, block, slots)
                 where n.key = s.key and n.qualifier = s.qualifier and n.block = s.block), '') where ${NAMED()}`,
        values,
      },
    );
  }
  const own = postings(
    changes.filter((change) => change.fresh),
    'after',
    'before',
  );
  if (own.length > 0) statements.push({ name: 'search_posting_new', text: INSERT, values: columns(own) });
  const added = postings(
    changes.filter((change) => !change.fresh),
    'after',
    'before',
  );
  if (added.length > 0)
    statements.push({
      name: 'search_posting_add',
      text: `${INSERT} on conflict (tenant, key, qualifier, block) do update
             set slots = translate(s.slots, excluded.slots, '') || excluded.slots
             where length(translate(s.slots, excluded.slots, '')) + length(excluded.slots) > length(s.slots)`,
      values: columns(added),
    });
  return statements;
}
