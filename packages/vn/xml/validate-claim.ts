import type { Issue } from '@mach/base/problem.ts';
import type { ListsPack } from '../bhyt/lists-pack.ts';
import { lineMoneyIssues, summaryMoneyIssues } from './claim-money.ts';
import { fieldsOf, type TableName, type XmlPack, type XmlRow } from './pack.ts';
import { at, issue, validateTable } from './validate.ts';

export type ClaimTables = Partial<Record<TableName, readonly XmlRow[]>>;

/** Treatment forms that carry clinical notes (table 5) and a record summary (table 8). */
const NOTES_FORMS = new Set(['02', '03', '04', '05', '06', '08', '09']);
const SUMMARY_FORMS = new Set(['03', '04', '06']);

/**
 * Checks a whole claim: every row of every table, then what only shows across
 * tables (one key, running numbers, order of times, sums, attached papers).
 */
export function validateClaim(tables: ClaimTables, pack: XmlPack, lists?: ListsPack): Issue[] {
  const issues: Issue[] = [];
  for (const [name, rows] of entries(tables)) {
    for (const [i, row] of rows.entries()) issues.push(...validateTable(name, row, pack, lists, i + 1));
  }
  const summary = tables.XML1?.[0];
  if (!summary || tables.XML1?.length !== 1) {
    issues.push(
      issue('error', 'summary-missing', 'XML1', {
        vi: 'Hồ sơ phải có đúng một dòng XML1.',
        en: 'A claim holds exactly one XML1 row.',
      }),
    );
    return issues;
  }
  issues.push(...keyIssues(tables, summary, pack), ...numberIssues(tables), ...cardIssues(summary));
  issues.push(...timeIssues(tables, summary), ...paperIssues(tables, summary), ...sameIssues(tables, summary, pack));
  for (const name of ['XML2', 'XML3'] as const) {
    for (const [i, row] of (tables[name] ?? []).entries()) issues.push(...lineMoneyIssues(name, row, i + 1));
  }
  issues.push(...summaryMoneyIssues(summary, tables.XML2 ?? [], tables.XML3 ?? []));
  return issues;
}

const entries = (tables: ClaimTables) => Object.entries(tables) as [TableName, readonly XmlRow[]][];

function keyIssues(tables: ClaimTables, summary: XmlRow, pack: XmlPack): Issue[] {
  const key = summary.MA_LK ?? '';
  return entries(tables).flatMap(([name, rows]) => {
    if (!fieldsOf(pack, name).some((f) => f.name === 'MA_LK')) return [];
    return rows.flatMap((row, i) =>
      row.MA_LK === key
        ? []
        : [
            issue(
              'error',
              'key-differs',
              at(name, i + 1, 'MA_LK'),
              {
                vi: `MA_LK "${row.MA_LK ?? ''}" khác XML1 "${key}".`,
                en: `MA_LK "${row.MA_LK ?? ''}" is not table 1's "${key}".`,
              },
              { vi: 'Mọi bảng của một đợt dùng chung MA_LK.', en: 'All tables of a visit share one MA_LK.' },
            ),
          ],
    );
  });
}

function numberIssues(tables: ClaimTables): Issue[] {
  return (['XML2', 'XML3', 'XML4', 'XML5', 'XML15'] as const).flatMap((name) =>
    (tables[name] ?? []).flatMap((row, i) =>
      Number(row.STT) === i + 1
        ? []
        : [
            issue(
              'error',
              'row-number',
              at(name, i + 1, 'STT'),
              {
                vi: `STT ghi "${row.STT ?? ''}", phải là ${i + 1}.`,
                en: `STT is "${row.STT ?? ''}", should be ${i + 1}.`,
              },
              { vi: 'Đánh số từ 1 liên tục.', en: 'Number from 1 without gaps.' },
            ),
          ],
    ),
  );
}

/** Several cards in one stay: number, registered facility and both dates run in parallel. */
function cardIssues(summary: XmlRow): Issue[] {
  const count = (field: string) => ((summary[field] ?? '') === '' ? 0 : (summary[field] ?? '').split(';').length);
  const cards = count('MA_THE_BHYT');
  return ['MA_DKBD', 'GT_THE_TU', 'GT_THE_DEN'].flatMap((field) => {
    const have = count(field);
    // The end date may be blank for armed-forces cards that the portal does not know.
    if (have === cards || (field === 'GT_THE_DEN' && have === 0)) return [];
    return [
      issue(
        'error',
        'card-lists-differ',
        at('XML1', 1, field),
        {
          vi: `${field} có ${have} giá trị, MA_THE_BHYT có ${cards}.`,
          en: `${field} has ${have} values, MA_THE_BHYT ${cards}.`,
        },
        { vi: 'Ghi đủ từng thẻ theo cùng thứ tự.', en: 'List every card in the same order.' },
      ),
    ];
  });
}

interface Step {
  field: string;
  value: string;
  path: string;
}

/** Times of a row in the order that the day runs; blanks and broken values are left out. */
function steps(table: TableName, rowNumber: number, row: XmlRow, fields: readonly string[]): Step[] {
  return fields
    .map((field) => ({ field, value: row[field] ?? '', path: at(table, rowNumber, field) }))
    .filter((s) => /^\d{12}$/.test(s.value));
}

function timeIssues(tables: ClaimTables, summary: XmlRow): Issue[] {
  const [start] = steps('XML1', 1, summary, ['NGAY_VAO']);
  const [end] = steps('XML1', 1, summary, ['NGAY_RA']);
  const issues = ordered(steps('XML1', 1, summary, ['NGAY_VAO', 'NGAY_VAO_NOI_TRU', 'NGAY_RA']), 'error');
  for (const name of ['XML2', 'XML3'] as const) {
    for (const [i, row] of (tables[name] ?? []).entries()) {
      const line = steps(name, i + 1, row, ['NGAY_YL', 'NGAY_TH_YL', 'NGAY_KQ']);
      issues.push(...ordered(start ? [start, ...line] : line, 'error'));
      // Cultures and some results come after discharge: allowed, but worth a look.
      for (const step of line) {
        if (end) issues.push(...ordered([step, end], step.field === 'NGAY_KQ' ? 'warning' : 'error'));
      }
    }
  }
  return issues;
}

function ordered(list: readonly Step[], severity: Issue['severity']): Issue[] {
  return list.slice(1).flatMap((step, i) => {
    const before = list[i];
    if (!before || before.value <= step.value) return [];
    const culprit = step.field === 'NGAY_RA' ? before : step;
    return [
      issue(
        severity,
        'times-out-of-order',
        culprit.path,
        {
          vi: `${before.field} ${before.value} sau ${step.field} ${step.value}.`,
          en: `${before.field} ${before.value} is after ${step.field} ${step.value}.`,
        },
        {
          vi: 'Thứ tự: NGAY_VAO ≤ NGAY_YL ≤ NGAY_TH_YL ≤ NGAY_KQ ≤ NGAY_RA.',
          en: 'Order: NGAY_VAO ≤ NGAY_YL ≤ NGAY_TH_YL ≤ NGAY_KQ ≤ NGAY_RA.',
        },
      ),
    ];
  });
}

function paperIssues(tables: ClaimTables, summary: XmlRow): Issue[] {
  const has = (name: TableName) => (tables[name]?.length ?? 0) > 0;
  const form = summary.MA_LOAI_KCB ?? '';
  const transferred = summary.MA_LOAI_RV === '2' || summary.MA_LOAI_RV === '5';
  const wanted = (when: boolean, name: TableName, why: string, whyEn: string): Issue[] =>
    when && !has(name)
      ? [issue('warning', 'table-missing', name, { vi: `Thiếu ${name}: ${why}.`, en: `${name} is missing: ${whyEn}.` })]
      : [];
  const unwanted = (when: boolean, name: TableName, why: string, whyEn: string): Issue[] =>
    when && has(name)
      ? [
          issue('error', 'table-not-expected', name, {
            vi: `Không gửi ${name}: ${why}.`,
            en: `${name} must not be sent: ${whyEn}.`,
          }),
        ]
      : [];
  return [
    ...wanted(transferred, 'XML13', 'người bệnh chuyển cơ sở', 'the patient was transferred'),
    ...unwanted(!transferred, 'XML13', 'MA_LOAI_RV không phải 2 hoặc 5', 'MA_LOAI_RV is neither 2 nor 5'),
    ...wanted((summary.NGAY_TAI_KHAM ?? '') !== '', 'XML14', 'có ngày tái khám', 'a re-visit is set'),
    ...wanted(NOTES_FORMS.has(form), 'XML5', `loại hình ${form}`, `care form ${form}`),
    ...wanted(SUMMARY_FORMS.has(form), 'XML8', `loại hình ${form}`, `care form ${form}`),
    ...unwanted(has('XML12'), 'XML12', 'nhập trực tiếp trên cổng', 'it is typed on the portal'),
  ];
}

/** Fields that repeat table 1 must repeat it exactly when filled. */
function sameIssues(tables: ClaimTables, summary: XmlRow, pack: XmlPack): Issue[] {
  return entries(tables).flatMap(([name, rows]) => {
    if (name === 'XML1') return [];
    const fields = fieldsOf(pack, name).filter((f) => f.sameAsTable1 && summary[f.name] !== undefined);
    return rows.flatMap((row, i) =>
      fields.flatMap((field) => {
        const value = row[field.name] ?? '';
        if (value === '' || value === summary[field.name]) return [];
        return [
          issue(
            'error',
            'differs-from-table-1',
            at(name, i + 1, field.name),
            {
              vi: `${field.name} "${value}" khác XML1 "${summary[field.name] ?? ''}".`,
              en: `${field.name} "${value}" differs from table 1.`,
            },
            { vi: 'Lấy lại từ XML1.', en: 'Take it from table 1.' },
          ),
        ];
      }),
    );
  });
}
