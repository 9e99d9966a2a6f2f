/** Code lists that the registration form searches. */
import { foldText, matchesTokens } from '@mach/base/fold.ts';
import type { CodeList } from '@mach/engine/module.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import { listCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';

interface Entry {
  code: string;
  display: string;
  folded: string;
}

const entry = (code: string, display: string, ...more: readonly string[]): Entry => ({
  code,
  display,
  folded: foldText([code, display, ...more].join(' ')),
});

export const occupationEntries = (pack: RulePack): Entry[] =>
  [...records((pack.data as { qd34: Table }).qd34, 'claimCode', 'name')].map((r) =>
    entry(textCell(r.claimCode), textCell(r.name)),
  );
export const ethnicEntries = (pack: RulePack): Entry[] =>
  [...records((pack.data as { groups: Table }).groups, 'code', 'name', 'otherNames')].map((r) =>
    entry(textCell(r.code), textCell(r.name), ...listCell(r.otherNames)),
  );

const list = (
  name: string,
  subject: string,
  title: CodeList['title'],
  entries: (pack: RulePack) => Entry[],
): CodeList => ({
  list: name,
  title,
  search: ({ packs, q, date, limit }) =>
    packs
      .derived(subject, date, `reception.${name}`, entries)
      .filter((e) => q.trim() === '' || matchesTokens(e.folded, q))
      .slice(0, limit)
      .map(({ code, display }) => ({ code, display })),
});

export const occupations = list(
  'occupation',
  'occupations',
  { vi: 'Nghề nghiệp', en: 'Occupations' },
  occupationEntries,
);
export const ethnicGroups = list('ethnic', 'ethnic-groups', { vi: 'Dân tộc', en: 'Ethnic groups' }, ethnicEntries);
