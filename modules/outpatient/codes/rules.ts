import type { CodeList } from '@mach/engine/module.ts';
import type { RuleRow } from '../contract.ts';

/** Packs that screens check with before they ask: the same data that the server decides with. */
const SUBJECTS = [
  'vitals',
  'news2',
  'pews',
  'meows',
  'triage',
  'bundles',
  'prescribing',
  'drug-interactions',
  'formulary',
  'lab',
];

/** `q` names the subjects: "vitals news2". One row each, with the edition in force on the day. */
export const rules: CodeList = {
  list: 'clinical-rules',
  title: { vi: 'Bộ quy tắc lâm sàng', en: 'Clinical rule packs' },
  search: ({ packs, q, date, limit }) =>
    SUBJECTS.filter((subject) => q.split(/[\s,]+/).includes(subject))
      .slice(0, limit)
      .map((subject): RuleRow & Record<string, unknown> => {
        const { edition, hash, data } = packs.at(subject, date);
        return { code: subject, display: `${subject} ${edition}`, edition, hash, data };
      }),
};
