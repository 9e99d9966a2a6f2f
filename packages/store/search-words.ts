import { refuse } from '@mach/base/problem.ts';
import { wordList, wordsOf } from '@mach/fhir/search/match.ts';
import type { SearchFilter, StringQuery } from '@mach/fhir/search-syntax.ts';
import type { Queryable, Row } from './database.ts';
import { type Condition, RANK } from './search-sql.ts';

/** Longer words (encoded data) are kept and asked by their beginning. */
const WORD_LENGTH = 64;
/** More words of one record are not kept: it is then found by its first ones. */
const MAX_WORDS = 5_000;
/** Words of the narrative are kept once more under this mark. */
const NARRATIVE = 'n/';
const BATCH = 300;
/** Time that one search may spend on bringing the words up to date, ms. */
const BUDGET = 3_000;

/** Whether a filter is answered by words: then they must be up to date. */
export function usesWords(filter: SearchFilter): boolean {
  switch (filter.kind) {
    case 'words':
      return true;
    case 'values':
      return filter.modifier === 'text';
    case 'chain':
      return filter.targets.some((target) => usesWords(target.filter));
    case 'has':
      return usesWords(filter.filter);
    case 'group':
      return filter.filters.some(usesWords);
    default:
      return false;
  }
}

/** Records with all words of one of the texts, the last of them perhaps only begun. They are looked at afterwards. */
export function wordsCondition(values: readonly StringQuery[], where: 'narrative' | 'content'): Condition {
  const mark = where === 'narrative' ? NARRATIVE : '';
  const ways = values.flatMap(({ folded }) => {
    const words = wordList(folded);
    if (words.length === 0) return [];
    const parts = words.map((word, i) => {
      const begun = i === words.length - 1 || word.length > WORD_LENGTH;
      return `'${mark}${word.slice(0, WORD_LENGTH)}'${begun ? ':*' : ''}`;
    });
    return [`(${parts.join(' & ')})`];
  });
  if (ways.length === 0)
    return {
      rank: RANK.one,
      ordered: false,
      rows: () => '(select 0::bigint as rid) k where false',
      test: () => 'false',
    };
  const query = ways.join(' | ');
  return {
    rank: RANK.text,
    ordered: false,
    rows: (b) => `mach_word_search(${b.bind(query)}) k where true`,
    test: (b, { rid }) => `(${rid} in (select w.rid from mach_word_search(${b.bind(query)}) w)) is true`,
  };
}

interface State extends Row {
  rid: string;
  updated: string;
  complete: boolean;
}
interface Source extends Row {
  rid: string;
  version: number;
  updated: string;
  content: string | null;
}

/**
 * Reads the words of what was written since the last time; the first time, of everything, over as many searches as it
 * takes. @throws Problem 503 while that is not done
 */
export async function catchUpWords(on: Queryable): Promise<void> {
  const end = performance.now() + BUDGET;
  let state = await begin(on);
  while (!state.complete) {
    const { rows } = await on.query<Source>({
      text: `select rid, version, updated::text, content from record
             where tenant = mach_tenant() and rid > $1 order by rid limit ${BATCH}`,
      values: [state.rid],
    });
    await store(on, rows);
    state = await save(on, { ...state, rid: rows.at(-1)?.rid ?? state.rid, complete: rows.length < BATCH });
    if (!state.complete && performance.now() > end) throw building();
  }
  for (;;) {
    // A command that began earlier may have ended later: a minute is looked at again, but only what changed is read.
    const { rows } = await on.query<Source>({
      text: `select r.rid, r.version, r.updated::text, r.content from record r
             left join search_word w on w.tenant = r.tenant and w.rid = r.rid
             where r.tenant = mach_tenant() and r.updated >= $1::timestamptz - interval '1 minute'
               and w.version is distinct from r.version order by r.updated, r.rid limit ${BATCH}`,
      values: [state.updated],
    });
    if (rows.length === 0) return;
    await store(on, rows);
    state = await save(on, { ...state, updated: rows.at(-1)?.updated ?? state.updated });
    if (rows.length < BATCH) return;
    if (performance.now() > end) throw building();
  }
}

async function begin(on: Queryable): Promise<State> {
  const read = async (): Promise<State | undefined> =>
    (
      await on.query<State>({
        text: 'select rid, updated::text, complete from search_word_state where tenant = mach_tenant()',
      })
    ).rows[0];
  const known = await read();
  if (known) return known;
  // Changes from the newest record's time on are followed afterwards.
  await on.query({
    text: `insert into search_word_state (tenant, rid, updated) select mach_tenant(), 0, coalesce(
             (select updated from record where tenant = mach_tenant() order by rid desc limit 1), 'epoch')
           on conflict do nothing`,
  });
  const made = await read();
  if (!made) throw new Error('the state of the words was not kept');
  return made;
}

async function save(on: Queryable, state: State): Promise<State> {
  await on.query({
    text: `update search_word_state set rid = greatest(rid, $1), updated = greatest(updated, $2::timestamptz),
             complete = complete or $3 where tenant = mach_tenant()`,
    values: [state.rid, state.updated, state.complete],
  });
  return state;
}

async function store(on: Queryable, rows: readonly Source[]): Promise<void> {
  if (rows.length === 0) return;
  await on.query({
    text: `insert into search_word (tenant, rid, version, words)
           select mach_tenant(), n.rid, n.version, n.words::tsvector from unnest($1::bigint[], $2::int[], $3::text[]) as n(rid, version, words)
           on conflict (tenant, rid) do update set version = excluded.version, words = excluded.words
             where search_word.version < excluded.version`,
    values: [rows.map((r) => r.rid), rows.map((r) => r.version), rows.map((r) => vectorOf(r.content))],
  });
}

/** The words as text that PostgreSQL reads as a tsvector; none of a deleted record. */
function vectorOf(content: string | null): string {
  if (content === null) return '';
  const resource = JSON.parse(content) as Record<string, unknown>;
  const words = new Set<string>();
  for (const word of wordsOf(resource, 'narrative')) words.add(`${NARRATIVE}${word.slice(0, WORD_LENGTH)}`);
  for (const word of wordsOf(resource, 'content')) {
    if (words.size >= MAX_WORDS) break;
    words.add(word.slice(0, WORD_LENGTH));
  }
  return [...words].map((word) => `'${word}'`).join(' ');
}

function building(): Error {
  return refuse(
    503,
    'words-building',
    {
      vi: 'Đang lập chỉ mục từ cho lần tìm toàn văn đầu tiên',
      en: 'The words for full-text searches are being read for the first time',
    },
    {
      remedy: {
        vi: 'Thử lại sau vài giây; lần sau tiếp từ chỗ đang dở',
        en: 'Try again in a few seconds: it goes on where it stopped',
      },
    },
  );
}
