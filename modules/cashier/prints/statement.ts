import { join } from 'node:path';
import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import { refuse } from '@mach/base/problem.ts';
import { formatDate, formatDateTime, localDate } from '@mach/base/time.ts';
import { coverageOf, extension, idOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { Condition, Coverage, Encounter, Invoice, Patient } from '@mach/fhir/types.ts';
import {
  dayInWords,
  definePrint,
  type Letterhead,
  moneyInWords,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
  plainMoney,
} from '@mach/print';
import { cardNumberOf } from '@mach/reception/contract.ts';
import type { LineAmounts } from '@mach/vn/bhyt/line.ts';
import { codesOf, type ListsPack } from '@mach/vn/bhyt/lists-pack.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { invoiceFacts } from '../read.ts';
import { type BilledLine, billedLines, invoiceOf, invoiceTotals, requireSum } from './billed.ts';

/** Amounts of a row of the table: money without its unit, as text. */
export type AmountCells = {
  total: string;
  insured: string;
  insurer: string;
  coPayment: string;
  other: string;
  own: string;
};
export type StatementLine = AmountCells & {
  name: string;
  unit: string;
  quantity: string;
  price: string;
  insuredPrice: string;
  serviceRatio: string;
  insuredRatio: string;
};
export type StatementSection = { name: string; lines: StatementLine[]; sum: AmountCells };

/** Statement of the costs of a visit, form 01/KBCB. */
export type StatementPaper = {
  title: string;
  letterhead: Letterhead;
  number: string;
  person: PersonOnPaper;
  visitCode: string;
  card: string;
  cardPeriod: string;
  registeredFacility: string;
  livingArea: string;
  fiveYears: string;
  exemptFrom: string;
  category: string;
  route: string;
  rate: string;
  unverified: boolean;
  arrived: string;
  ended: string;
  department: string;
  diagnosis: string;
  diagnosisCode: string;
  others: string;
  otherCodes: string;
  sections: StatementSection[];
  sum: AmountCells;
  words: { total: string; insurer: string; patient: string };
  total: string;
  insurer: string;
  coPayment: string;
  ownPayment: string;
  other: string;
  discount: string;
  rounding: string;
  paid: string;
  day: string;
  cashier: string;
};

/** Sections of form 01/KBCB, in its order, by cost group (MA_NHOM). */
const SECTIONS: readonly (readonly [name: string, groups: readonly string[]])[] = [
  ['Khám bệnh', ['13']],
  ['Ngày giường', ['14', '15', '16']],
  ['Xét nghiệm', ['1']],
  ['Chẩn đoán hình ảnh', ['2']],
  ['Thăm dò chức năng', ['3']],
  ['Thủ thuật, phẫu thuật', ['8', '18']],
  ['Máu, chế phẩm máu', ['7', '17']],
  ['Thuốc, dịch truyền', ['4', '5', '6']],
  ['Vật tư y tế', ['10', '11']],
  ['Vận chuyển người bệnh', ['12']],
];
const REST = 'Dịch vụ khác';

const form: PrintForm<StatementPaper> = {
  name: 'cashier.statement',
  title: { vi: 'Bảng kê chi phí khám bệnh, chữa bệnh', en: 'Statement of costs' },
  papers: ['A4'],
  template: join(import.meta.dirname, 'statement.typ'),
  marks: (paper) => ({ qr: { kind: 'qr', text: paper.visitCode } }),
};

async function fill(source: PrintSource, id: string) {
  const invoice = await invoiceOf(source, id);
  if (invoice.status === 'cancelled')
    throw refuse(
      409,
      'invoice-cancelled',
      { vi: 'Phiếu thu này đã huỷ: không còn bảng kê', en: 'This invoice was cancelled: it has no statement' },
      { remedy: { vi: 'In theo phiếu thu mới', en: 'Print the new one' } },
    );
  const facts = invoiceFacts(invoice);
  const visit = await source.read<Encounter>('Encounter', facts.encounter);
  const patient = await source.read<Patient>('Patient', idOf(visit.subject) ?? '');
  const lines = (await billedLines(source, invoice)).map(priced);
  const totals = invoiceTotals(invoice);
  const column = (name: keyof typeof MONEY): Decimal[] => lines.map(({ amounts }) => amounts[MONEY[name]]);
  requireSum('thành tiền', column('total'), totals.total);
  requireSum('quỹ BHYT', column('insurer'), totals.insurer);
  requireSum('cùng chi trả', column('coPayment'), totals.coPayment);
  requireSum('tự trả', column('own'), totals.ownPayment);
  const some = (amount: Decimal): string => (amount.isZero() ? '' : plainMoney(amount));
  const paper: StatementPaper = {
    title: 'BẢNG KÊ CHI PHÍ KHÁM BỆNH',
    letterhead: source.letterhead,
    number: facts.number,
    person: personOnPaper(patient, facts.date),
    visitCode: visitCodeOf(visit) ?? '',
    ...(await insurance(source, visit, invoice)),
    arrived: visit.period?.start ? formatDateTime(visit.period.start) : '',
    ended: visit.period?.end ? formatDateTime(visit.period.end) : '',
    department: (visit.location?.find((l) => l.status === 'active') ?? visit.location?.[0])?.location.display ?? '',
    ...(await diagnoses(source, visit)),
    sections: sectionsOf(lines),
    sum: cells(lines),
    words: {
      total: moneyInWords(totals.total.toString()),
      insurer: totals.insurer.isZero() ? '' : moneyInWords(totals.insurer.toString()),
      patient: moneyInWords(totals.paid.toString()),
    },
    total: plainMoney(totals.total),
    insurer: plainMoney(totals.insurer),
    coPayment: plainMoney(totals.coPayment),
    ownPayment: plainMoney(totals.ownPayment),
    other: some(totals.other),
    discount: some(totals.discount),
    rounding: some(totals.rounding),
    paid: plainMoney(totals.paid),
    day: dayInWords(facts.date),
    cashier: invoice.participant?.[0]?.actor.display ?? '',
  };
  return { data: paper, patient: patient.id, file: `bang-ke-${facts.number}` };
}

type Priced = BilledLine & { amounts: LineAmounts };

function priced(line: BilledLine): Priced {
  if (line.amounts) return { ...line, amounts: line.amounts };
  throw refuse(409, 'line-open', {
    vi: `Dòng "${line.name}" chưa có phần chia: không in được bảng kê`,
    en: `The line "${line.name}" has no shares: the statement cannot be printed`,
  });
}

/** Money columns, and where a line keeps them. */
const MONEY = {
  total: 'thanhTienBv',
  insured: 'thanhTienBh',
  insurer: 'bhtt',
  coPayment: 'bncct',
  other: 'nguonKhac',
  own: 'bntt',
} as const satisfies Record<keyof AmountCells, keyof LineAmounts>;

function cells(lines: readonly Priced[]): AmountCells {
  const sum = (name: keyof AmountCells): string => plainMoney(Decimal.sum(lines.map((l) => l.amounts[MONEY[name]])));
  return {
    total: sum('total'),
    insured: sum('insured'),
    insurer: sum('insurer'),
    coPayment: sum('coPayment'),
    other: sum('other'),
    own: sum('own'),
  };
}

function sectionsOf(lines: readonly Priced[]): StatementSection[] {
  const known = new Set(SECTIONS.flatMap(([, groups]) => groups));
  const parts: [string, Priced[]][] = SECTIONS.map(([name, groups]) => [
    name,
    lines.filter((line) => groups.includes(line.costGroup)),
  ]);
  parts.push([REST, lines.filter((line) => !known.has(line.costGroup))]);
  return parts
    .filter(([, own]) => own.length > 0)
    .map(([name, own]) => ({ name, lines: own.map(lineOnPaper), sum: cells(own) }));
}

function lineOnPaper(line: Priced): StatementLine {
  const { amounts } = line;
  return {
    ...cells([line]),
    name: line.name,
    unit: line.unit,
    quantity: formatClinical(amounts.soLuong),
    price: plainMoney(amounts.donGiaBv),
    insuredPrice: plainMoney(amounts.donGiaBh),
    serviceRatio: formatClinical(amounts.tyLeTtDv),
    insuredRatio: formatClinical(amounts.tyLeTtBh),
  };
}

async function insurance(source: PrintSource, visit: Encounter, invoice: Invoice & { id: string }) {
  const facts = invoiceFacts(invoice);
  const id = coverageOf(visit);
  const insured = facts.category !== '' && id !== undefined;
  const card = insured ? await source.find<Coverage>('Coverage', id) : undefined;
  const day = (value: string | undefined): string => (value === undefined ? '' : formatDate(value.slice(0, 10)));
  return {
    card: (card && cardNumberOf(card)) ?? '',
    cardPeriod: card?.period?.start
      ? `từ ${day(card.period.start)}${card.period.end ? ` đến ${day(card.period.end)}` : ''}`
      : '',
    registeredFacility: extension(card, EXT.registeredFacility)?.valueIdentifier?.value ?? '',
    livingArea: extension(card, EXT.livingArea)?.valueCode ?? '',
    fiveYears: day(extension(card, EXT.fiveYears)?.valueDate),
    exemptFrom: day(extension(card, EXT.copayExempt)?.valueDate),
    category: insured ? categoryName(source, facts.category, facts.date) : '',
    route: insured ? (facts.properRoute ? 'Đúng tuyến' : 'Không đúng tuyến') : '',
    rate: insured ? `${formatClinical(facts.rate)} %` : '',
    unverified: insured && facts.cardUnverified,
  };
}

/** "1.3 – …" of MA_DOITUONG_KCB, in the words of the day's list. */
function categoryName(source: PrintSource, code: string, date: string): string {
  const list = source.pack<ListsPack>('bhyt-lists', localDate(date)).MA_DOITUONG_KCB;
  const name = list ? codesOf(list).get(code)?.vi : undefined;
  return name === undefined ? code : `${code} – ${name}`;
}

async function diagnoses(source: PrintSource, visit: Encounter) {
  const ranked = [...(visit.diagnosis ?? [])].sort((a, b) => (a.rank ?? 99) - (b.rank ?? 99));
  const found: { code: string; text: string }[] = [];
  for (const one of ranked) {
    const condition = await source.find<Condition>('Condition', idOf(one.condition) ?? '');
    const code = condition?.code?.coding?.find((c) => c.system === CS.icd10)?.code ?? '';
    found.push({ code, text: one.condition.display ?? condition?.code?.text ?? '' });
  }
  const [main, ...others] = found;
  return {
    diagnosis: main?.text ?? '',
    diagnosisCode: main?.code ?? '',
    others: others.map((one) => one.text).join('; '),
    otherCodes: others.map((one) => one.code).join('; '),
  };
}

/** The statement of costs of a settled visit, by the id of the Invoice or of the visit. */
export const statementPrint = definePrint<StatementPaper>({
  form,
  permissions: ['cashier.read', 'cashier.settle'],
  fill,
});
