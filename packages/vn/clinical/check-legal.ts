import type { Text } from '@mach/base/problem.ts';
import { icdUnder, type PrescribingRules } from './prescribing-rules.ts';
import type { Finding, FindingRule, PrescriptionInput, PrescriptionLine } from './prescribing-types.ts';

const CANCER = ['C0', 'C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9'];
const DAYS_PER_MONTH = 30.4375;
const LAW = 'TT 26/2025/TT-BYT';

function finding(
  rule: FindingRule,
  lines: readonly number[],
  text: Text,
  options: { level?: Finding['level']; override?: Finding['override']; manage?: Text; source?: string } = {},
): Finding {
  const override = options.override ?? 'reason';
  return {
    rule,
    level: options.level ?? 'warn',
    lines,
    text,
    manage: options.manage,
    source: options.source ?? LAW,
    overridable: override !== 'none',
    override,
  };
}

/** What the law on prescriptions asks: days, controlled drugs apart, details of small children, no supplements. */
export function checkLegal(input: PrescriptionInput, rules: PrescribingRules): Finding[] {
  return [
    ...childDetails(input, rules),
    ...input.lines.flatMap((line, index) => [
      ...supplement(line, index),
      ...(input.setting === 'inpatient' ? [] : days(line, index, input, rules)),
    ]),
    ...separate(input),
  ];
}

function childDetails(input: PrescriptionInput, rules: PrescribingRules): Finding[] {
  const months = Math.floor(input.patient.ageDays / DAYS_PER_MONTH + 1e-9);
  if (months >= rules.childUnderMonths || input.setting === 'inpatient') return [];
  const missing: Text[] = [];
  if (input.patient.weightKg === undefined) missing.push({ vi: 'cân nặng', en: 'weight' });
  if (!input.patient.companion?.trim()) missing.push({ vi: 'người đưa trẻ đến khám', en: 'accompanying person' });
  if (missing.length === 0) return [];
  const list = { vi: missing.map((m) => m.vi).join(', '), en: missing.map((m) => m.en).join(', ') };
  return [
    finding(
      'child-details-missing',
      [],
      {
        vi: `Trẻ ${months} tháng tuổi (dưới ${rules.childUnderMonths}): đơn phải ghi ${list.vi}.`,
        en: `Child of ${months} months (under ${rules.childUnderMonths}): the prescription must state ${list.en}.`,
      },
      { level: 'stop', override: 'none' },
    ),
  ];
}

function supplement(line: PrescriptionLine, index: number): Finding[] {
  if (!line.supplement) return [];
  return [
    finding(
      'supplement',
      [index],
      { vi: 'Thực phẩm bảo vệ sức khoẻ không được kê trong đơn thuốc.', en: 'Food supplements may not be prescribed.' },
      { level: 'stop', override: 'none' },
    ),
  ];
}

/** The limit that holds for a line, and whether a longer course is impossible or only unusual. */
function dayLimit(
  line: PrescriptionLine,
  input: PrescriptionInput,
  rules: PrescribingRules,
): { usual: number; most: number; reason: Text } {
  const limit = (key: string): number => rules.limits.get(key) ?? 30;
  const has = (prefixes: readonly string[]): boolean => input.diagnoses.some((d) => icdUnder(d.code, prefixes));
  if (line.drug.control === 'N') {
    const most = limit('narcotic-cancer');
    const usual = has(CANCER) ? most : limit('narcotic-acute');
    return { usual, most, reason: { vi: 'thuốc gây nghiện', en: 'narcotic' } };
  }
  if (line.drug.control !== undefined) {
    const most = limit('psychotropic-chronic');
    const usual = has(rules.chronicPsychotropicIcd) ? most : limit('psychotropic-acute');
    return { usual, most, reason: { vi: 'thuốc hướng thần, tiền chất', en: 'psychotropic or precursor' } };
  }
  const most = limit('long-term');
  const listed = has(rules.longTermIcd);
  return {
    usual: listed ? most : limit('default'),
    most,
    reason: listed
      ? { vi: 'bệnh thuộc danh mục kê dài ngày', en: 'disease on the long-term list' }
      : { vi: 'chẩn đoán chưa thấy trong danh mục kê dài ngày', en: 'diagnosis not found on the long-term list' },
  };
}

function days(line: PrescriptionLine, index: number, input: PrescriptionInput, rules: PrescribingRules): Finding[] {
  const n = line.dose?.days;
  if (n === undefined) return [];
  const findings: Finding[] = [];
  const { usual, most, reason } = dayLimit(line, input, rules);
  if (n > most) {
    findings.push(
      finding(
        'days-over-limit',
        [index],
        {
          vi: `${n} ngày: vượt mức tối đa ${most} ngày của đơn ngoại trú (${reason.vi}).`,
          en: `${n} days: above the legal maximum of ${most} days for outpatients (${reason.en}).`,
        },
        { level: 'stop', override: 'none' },
      ),
    );
  } else if (n > usual) {
    findings.push(
      finding(
        'days-over-limit',
        [index],
        {
          vi: `${n} ngày: quá ${usual} ngày (${reason.vi}).`,
          en: `${n} days: more than ${usual} days (${reason.en}).`,
        },
        {
          override: line.drug.control ? 'reason-and-pharmacist' : 'reason',
          manage: {
            vi: `Giảm còn ${usual} ngày, hoặc ghi lý do và bệnh thuộc danh mục.`,
            en: `Shorten to ${usual} days, or give the reason and the listed disease.`,
          },
        },
      ),
    );
  }
  if (line.drug.maxDays !== undefined && n > line.drug.maxDays && findings.length === 0) {
    findings.push(
      finding(
        'days-over-product',
        [index],
        {
          vi: `${line.drug.display} thường không dùng quá ${line.drug.maxDays} ngày.`,
          en: `${line.drug.display} is not usually given for more than ${line.drug.maxDays} days.`,
        },
        { source: 'formulary' },
      ),
    );
  }
  return findings;
}

/** Narcotic, psychotropic and other drugs go on prescriptions of their own; the program splits them. */
function separate(input: PrescriptionInput): Finding[] {
  if (input.setting === 'inpatient') return [];
  const sheet = (line: PrescriptionLine): string => {
    if (line.drug.control === 'N') return 'N';
    return line.drug.control === undefined ? 'C' : 'H';
  };
  const sheets = new Set(input.lines.map(sheet));
  const controlled = input.lines.flatMap((line, index) => (line.drug.control === undefined ? [] : [index]));
  if (sheets.size < 2 || controlled.length === 0) return [];
  return [
    finding(
      'controlled-separate',
      controlled,
      {
        vi: 'Thuốc gây nghiện, hướng thần, tiền chất được tách sang đơn riêng khi ký.',
        en: 'Narcotic, psychotropic and precursor drugs are put on prescriptions of their own when signed.',
      },
      { level: 'note', override: 'not-needed' },
    ),
  ];
}
