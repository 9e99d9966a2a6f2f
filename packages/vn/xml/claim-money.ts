/** Money of a claim: each line's own formulas, and the summary against its lines. */
import { Decimal } from '@mach/base/decimal.ts';
import type { Issue } from '@mach/base/problem.ts';
import type { XmlRow } from './pack.ts';
import { at, issue } from './validate.ts';

/** Number of a field; zero when absent or not a number (the field check names those). */
export function amount(row: XmlRow, field: string): Decimal {
  const text = (row[field] ?? '').trim();
  return /^-?\d+(\.\d+)?$/.test(text) ? Decimal.of(text) : Decimal.ZERO;
}

const sum = (rows: readonly XmlRow[], field: string): Decimal => Decimal.sum(rows.map((row) => amount(row, field)));

const SOURCES = ['T_NGUONKHAC_NSNN', 'T_NGUONKHAC_VTNN', 'T_NGUONKHAC_VTTN', 'T_NGUONKHAC_CL'];

function differs(
  severity: Issue['severity'],
  code: string,
  path: string,
  written: Decimal,
  expected: Decimal,
  formula: string,
): Issue[] {
  if (written.eq(expected)) return [];
  return [
    issue(
      severity,
      code,
      path,
      {
        vi: `Ghi ${written}, tính được ${expected} (${formula}).`,
        en: `Written ${written}, computed ${expected} (${formula}).`,
      },
      { vi: 'Tính lại từ bảng kê; không sửa tay số tổng.', en: 'Recompute from the bill; do not edit totals by hand.' },
    ),
  ];
}

/** Formulas inside table 2 and 3 rows. */
export function lineMoneyIssues(table: 'XML2' | 'XML3', row: XmlRow, rowNumber: number): Issue[] {
  const path = (field: string) => at(table, rowNumber, field);
  const total = amount(row, 'THANH_TIEN_BV');
  const insured = amount(row, 'THANH_TIEN_BH');
  const shares = ['T_BHTT', 'T_BNCCT', 'T_BNTT', 'T_NGUONKHAC'].map((f) => amount(row, f));
  const quantity = amount(row, 'SO_LUONG');
  const ratio = amount(row, 'TYLE_TT_BH');
  const service = table === 'XML3' ? amount(row, 'TYLE_TT_DV') : Decimal.of(100);
  const price = amount(row, table === 'XML3' ? 'DON_GIA_BV' : 'DON_GIA');
  const insuredPrice = amount(row, table === 'XML3' ? 'DON_GIA_BH' : 'DON_GIA');
  const scaled = quantity.mul(price).mul(service).div(100, 2);
  // QĐ 3176 also allows the full hospital price with only the insured part lowered.
  const full = quantity
    .mul(price)
    .mul(100)
    .sub(quantity.mul(insuredPrice).mul(Decimal.of(100).sub(service)))
    .div(100, 2);
  const expectedInsured = quantity.mul(insuredPrice).mul(service).mul(ratio).div(10000, 2);
  return [
    ...differs(
      'error',
      'line-shares-differ',
      path('THANH_TIEN_BV'),
      total,
      Decimal.sum(shares),
      'T_BHTT + T_BNCCT + T_BNTT + T_NGUONKHAC',
    ),
    ...differs(
      'error',
      'line-sources-differ',
      path('T_NGUONKHAC'),
      amount(row, 'T_NGUONKHAC'),
      Decimal.sum(SOURCES.map((f) => amount(row, f))),
      'NSNN + VTNN + VTTN + CL',
    ),
    ...(total.eq(full)
      ? []
      : differs(
          'warning',
          'line-total-differs',
          path('THANH_TIEN_BV'),
          total,
          scaled,
          'SO_LUONG × đơn giá × TYLE_TT_DV',
        )),
    ...differs(
      'warning',
      'line-insured-differs',
      path('THANH_TIEN_BH'),
      insured,
      expectedInsured,
      'SO_LUONG × đơn giá BH × TYLE_TT_DV × TYLE_TT_BH',
    ),
    ...(insured.gt(total)
      ? [
          issue('error', 'insured-above-total', path('THANH_TIEN_BH'), {
            vi: 'Tiền BHYT công nhận lớn hơn thành tiền.',
            en: 'The recognised amount exceeds the total.',
          }),
        ]
      : []),
  ];
}

/** Summary of table 1 against the lines of tables 2 and 3. */
export function summaryMoneyIssues(summary: XmlRow, drugs: readonly XmlRow[], services: readonly XmlRow[]): Issue[] {
  const lines = [...drugs, ...services];
  const devices = services.filter((row) => (row.MA_VAT_TU ?? '').trim() !== '');
  const feeForService = lines.filter((row) => (row.MA_PTTT ?? '').trim() === '1');
  const insured = sum(lines, 'THANH_TIEN_BH');
  const check = (field: string, expected: Decimal, formula: string) =>
    differs('error', 'summary-differs', at('XML1', 1, field), amount(summary, field), expected, formula);
  const claimed = sum(lines, 'T_BHTT');
  return [
    ...check('T_THUOC', sum(drugs, 'THANH_TIEN_BV'), 'Σ THANH_TIEN_BV của XML2'),
    ...check('T_VTYT', sum(devices, 'THANH_TIEN_BV'), 'Σ THANH_TIEN_BV vật tư của XML3'),
    ...check('T_TONGCHI_BV', sum(lines, 'THANH_TIEN_BV'), 'Σ THANH_TIEN_BV của XML2, XML3'),
    ...check('T_TONGCHI_BH', insured, 'Σ THANH_TIEN_BH của XML2, XML3'),
    ...check('T_BNTT', sum(lines, 'T_BNTT'), 'Σ T_BNTT'),
    ...check('T_BNCCT', sum(lines, 'T_BNCCT'), 'Σ T_BNCCT'),
    ...check('T_BHTT', claimed, 'Σ T_BHTT'),
    ...check('T_NGUONKHAC', sum(lines, 'T_NGUONKHAC'), 'Σ T_NGUONKHAC'),
    ...check('T_BHTT_GDV', sum(feeForService, 'T_BHTT'), 'Σ T_BHTT có MA_PTTT = 1'),
    ...annexFormula(summary, insured, claimed),
  ];
}

/**
 * The annex writes T_BHTT = T_TONGCHI_BH − T_BNCCT, which over-claims when
 * another source has taken over the co-payment; the sum of the lines is right.
 */
function annexFormula(summary: XmlRow, insured: Decimal, claimed: Decimal): Issue[] {
  const formula = insured.sub(amount(summary, 'T_BNCCT'));
  if (formula.eq(claimed)) return [];
  const other = amount(summary, 'T_NGUONKHAC');
  return [
    issue(other.isZero() ? 'error' : 'information', 'fund-formula-differs', at('XML1', 1, 'T_BHTT'), {
      vi: `T_TONGCHI_BH − T_BNCCT = ${formula}, khác tổng T_BHTT các dòng ${claimed}${other.isZero() ? '' : ' do có nguồn khác'}.`,
      en: `T_TONGCHI_BH − T_BNCCT = ${formula} differs from the lines' ${claimed}${other.isZero() ? '' : ' because of other sources'}.`,
    }),
  ];
}
