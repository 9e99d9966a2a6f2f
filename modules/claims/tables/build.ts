/** The tables of one visit's claim, and what the rules object to. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import type { Issue } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { orderStateOf } from '@mach/encounter/contract.ts';
import { cardCheckSince } from '@mach/reception/contract.ts';
import type { ListsPack } from '@mach/vn/bhyt/lists-pack.ts';
import type { VisitBill } from '@mach/vn/bhyt/visit-bill.ts';
import { type ClaimLineKind, summaryMoney } from '@mach/vn/xml/bill-rows.ts';
import { type EnvelopeFile, writeEnvelope } from '@mach/vn/xml/envelope.ts';
import { formatValue } from '@mach/vn/xml/format.ts';
import { fieldsOf, type TableName, type XmlPack, type XmlRow } from '@mach/vn/xml/pack.ts';
import { type ClaimTables, validateClaim } from '@mach/vn/xml/validate-claim.ts';
import { writeTable } from '@mach/vn/xml/write.ts';
import type { DrugCodes } from '../catalogue.ts';
import type { ClaimFinding, FindingSource } from '../contract.ts';
import { careForm } from './check-in.ts';
import type { ClaimFacts, ClaimRowOf } from './facts.ts';
import { type BilledCharge, billedCharges, drugRows, isDrug, serviceRows } from './lines.ts';
import { courseRows, NOTES_FORMS, resultRows, revisitRow } from './results.ts';
import { summaryRow } from './summary.ts';

export interface ClaimRules {
  xml: XmlPack;
  lists: ListsPack;
  codes: ReadonlyMap<string, DrugCodes>;
  standard: 'qd4750' | 'qd3176';
}

export interface BuiltClaim {
  tables: ClaimTables;
  findings: ClaimFinding[];
  /** An objection of the portal to these tables, as work. */
  locate(issue: Issue): ClaimFinding;
  /** Asked of the fund, đồng. */
  claimed: Decimal;
  total: Decimal;
}

/** A row as text, without the fields that this edition of the standard does not have. */
export function textRow(name: TableName, row: ClaimRowOf, pack: XmlPack): XmlRow {
  const text: Record<string, string> = {};
  for (const field of fieldsOf(pack, name)) {
    const value = formatValue(field, row.values[field.name]);
    // Occupations are asked to the second or to the fifth digit, by the edition.
    text[field.name] = field.name === 'MA_NGHE_NGHIEP' && field.max !== null ? value.slice(0, field.max) : value;
  }
  return text;
}

export function buildClaim(facts: ClaimFacts, rules: ClaimRules): BuiltClaim {
  const lines = billedCharges(facts);
  const drugs = drugRows(facts, rules.codes);
  const services = serviceRows(facts);
  const summary = summaryRow({
    facts,
    money: summaryMoney(billOf(lines), kindOf(lines)),
    drugDays: drugDays(facts),
    standard: rules.standard,
  });
  const claimCodes = new Map(
    lines.flatMap(({ charge }) =>
      charge.source && charge.claimCode ? [[charge.source.split('/')[1] ?? '', charge.claimCode]] : [],
    ),
  );
  const slip = revisitRow(facts, summary);
  const rows: [TableName, ClaimRowOf[]][] = [
    ['XML1', [summary]],
    ['XML2', drugs],
    ['XML3', services],
    ['XML4', resultRows(facts, claimCodes)],
    ['XML5', NOTES_FORMS.has(careForm(facts.encounter)) ? courseRows(facts) : []],
    ['XML14', slip && rules.xml.tables.XML14.root !== null ? [slip] : []],
  ];
  const kept = rows.filter(([, list]) => list.length > 0);
  const tables: ClaimTables = Object.fromEntries(
    kept.map(([name, list]) => [name, list.map((row) => textRow(name, row, rules.xml))]),
  );
  const issues = [...validateClaim(tables, rules.xml, rules.lists), ...ownIssues(facts, services)];
  const byTable = new Map(kept);
  return {
    tables,
    findings: issues.map((issue) => findingFor(issue, byTable, tables)),
    locate: (issue) => findingFor(issue, byTable, tables, true),
    claimed: Decimal.sum(lines.map((l) => l.amounts.bhtt)),
    total: Decimal.sum(lines.map((l) => l.amounts.thanhTienBv)),
  };
}

/** The claim file GIAMDINHHS, unsigned. */
export function claimFile(tables: ClaimTables, pack: XmlPack, of: { facility: string; createdOn: string }): string {
  const record = (Object.entries(tables) as [TableName, readonly XmlRow[]][]).map(
    ([type, rows]): EnvelopeFile => ({ type, xml: writeTable(type, rows, pack) }),
  );
  return writeEnvelope({ ...of, records: [record] });
}

const kindOf = (lines: readonly BilledCharge[]): ((id: string) => ClaimLineKind) => {
  const kinds = new Map(lines.map((l): [string, ClaimLineKind] => [l.charge.id, isDrug(l) ? 'drug' : 'service']));
  return (id) => kinds.get(id) ?? 'service';
};

/** The settled lines in the form that the summary adds up; every line is fee for service. */
function billOf(lines: readonly BilledCharge[]): VisitBill {
  const sum = (pick: (l: BilledCharge) => Decimal): Decimal => Decimal.sum(lines.map(pick));
  const zero = Decimal.ZERO;
  const patient = sum((l) => l.amounts.patient);
  return {
    benefits: [],
    threshold: { total: zero, limit: zero, below: false },
    lines: lines.map(({ charge, amounts }) => ({ id: charge.id, amounts, why: [], claimed: true })),
    totals: {
      total: sum((l) => l.amounts.thanhTienBv),
      insurance: sum((l) => l.amounts.bhtt),
      coPayment: sum((l) => l.amounts.bncct),
      ownPayment: sum((l) => l.amounts.bntt),
      otherSources: sum((l) => l.amounts.nguonKhac),
      discount: sum((l) => l.amounts.discount),
      patient,
      patientCash: patient.round(0),
      cashRounding: patient.round(0).sub(patient),
      insured: sum((l) => l.amounts.thanhTienBh),
      insuranceFeeForService: sum((l) => l.amounts.bhtt),
    },
    issues: [],
  };
}

const drugDays = (facts: ClaimFacts): number =>
  Math.max(
    0,
    ...[...facts.prescribed.values()]
      .filter((r) => r.status !== 'cancelled')
      .map((r) => r.dosageInstruction?.[0]?.timing?.repeat?.boundsDuration?.value ?? 0),
  );

/** The portal was silent until the settlement, and has confirmed the card since. */
const confirmedSince = ({ coverage, encounter, invoice }: ClaimFacts): boolean =>
  cardCheckSince(coverage, localDate(encounter.period?.start ?? invoice.date)).status === 'verified';

/** What the field tables cannot see. */
function ownIssues(facts: ClaimFacts, services: readonly ClaimRowOf[]): Issue[] {
  const issues: Issue[] = [];
  if (facts.invoice.cardUnverified && !confirmedSince(facts))
    issues.push({
      severity: 'warning',
      code: 'card-unverified',
      field: 'XML1[1].MA_THE_BHYT',
      text: {
        vi: 'Thẻ chưa được cổng xác thực trong lượt khám (Điều 38 NĐ 188/2025).',
        en: 'The portal did not confirm the card during the visit (NĐ 188/2025 Art. 38).',
      },
      remedy: {
        vi: 'Tra cứu lại thẻ; giữ bằng chứng lỗi cổng để giải trình.',
        en: 'Check the card again; keep evidence of the outage.',
      },
    });
  if (facts.invoice.category === '9' || facts.invoice.category === '')
    issues.push({
      severity: 'error',
      code: 'no-entitlement',
      field: 'XML1[1].MA_DOITUONG_KCB',
      text: {
        vi: 'Bảng kê không còn quyền lợi BHYT nào: không có gì để đề nghị thanh toán.',
        en: 'The bill found no entitlement: there is nothing to claim.',
      },
      remedy: {
        vi: 'Kiểm tra hạn thẻ, nơi đăng ký và tuyến; sửa thì huỷ phiếu thu rồi quyết toán lại.',
        en: "Check the card's dates, registration and route; after mending, cancel the invoice and settle again.",
      },
    });
  for (const [i, row] of services.entries()) {
    const order = facts.orders.get(row.sources['*']?.record.split('/')[1] ?? '');
    const state = order && orderStateOf(order);
    if (order === undefined || (state !== 'signed' && state !== 'accepted')) continue;
    const name = order.code?.text ?? '';
    issues.push({
      severity: 'error',
      code: 'service-not-performed',
      field: `XML3[${i + 1}].NGAY_TH_YL`,
      text: {
        vi: `"${name}" chưa thực hiện mà đã tính tiền.`,
        en: `"${name}" was charged but not performed.`,
      },
      remedy: {
        vi: 'Thực hiện và duyệt kết quả, hoặc huỷ chỉ định rồi quyết toán lại.',
        en: 'Perform and validate it, or cancel the order and settle again.',
      },
    });
  }
  return issues;
}

const PATH = /^(XML\d+)(?:\[(\d+)\])?(?:\.(.+))?$/;

/** An issue as work: the money it puts at risk, and where it is mended. */
export function findingFor(
  issue: Issue,
  rows: ReadonlyMap<TableName, readonly ClaimRowOf[]>,
  tables: ClaimTables,
  portal = false,
): ClaimFinding {
  const match = PATH.exec(issue.field ?? '');
  const table = match?.[1] as TableName | undefined;
  const at = Number(match?.[2] ?? 1) - 1;
  const sources: Readonly<Record<string, FindingSource>> = (table && rows.get(table)?.[at]?.sources) ?? {};
  const line = table === 'XML2' || table === 'XML3' ? tables[table]?.[at] : tables.XML1?.[0];
  const money = Number(line?.T_BHTT ?? 0);
  return {
    severity: issue.severity,
    code: issue.code,
    field: issue.field,
    text: issue.text,
    remedy: issue.remedy,
    money: Number.isFinite(money) ? money : 0,
    source: sources[match?.[3] ?? ''] ?? sources['*'],
    portal,
  };
}

/** Money at risk: each line once, however many findings stand on it; the whole claim when the summary itself is wrong. */
export function moneyAtRisk(findings: readonly ClaimFinding[], claimed: Decimal): Decimal {
  const errors = findings.filter((f) => f.severity === 'error');
  const lines = new Map<string, number>();
  for (const finding of errors) {
    const line = /^XML[23]\[\d+\]/.exec(finding.field ?? '')?.[0];
    if (line === undefined) return claimed;
    lines.set(line, finding.money);
  }
  return Decimal.sum(lines.values());
}
