/** Tables 2 (drugs) and 3 (services) from the billed lines, with the very amounts of the bill. */
import { Decimal } from '@mach/base/decimal.ts';
import { paymentOf } from '@mach/cashier/contract.ts';
import {
  type ChargeFacts,
  chargeFacts,
  extension,
  idOf,
  serviceGroupOf,
  visitCodeOf,
} from '@mach/encounter/contract.ts';
import type { Dosage, MedicationAdministration, MedicationRequest, ServiceRequest } from '@mach/fhir/types.ts';
import type { LineAmounts } from '@mach/vn/bhyt/line.ts';
import { EXT } from '@mach/vn/systems.ts';
import { lineMoney } from '@mach/vn/xml/bill-rows.ts';
import type { DrugCodes } from '../catalogue.ts';
import {
  type ClaimFacts,
  type ClaimRowOf,
  departmentOf,
  doctorOf,
  firstLicence,
  source,
  stepOf,
  visitDepartments,
} from './facts.ts';
import { minute } from './text.ts';

export interface BilledCharge {
  charge: ChargeFacts;
  amounts: LineAmounts;
}

/** The lines that go into the claim: billed, in the order of time. Lines wholly outside insurance are reported too (PHAM_VI 2). */
export function billedCharges(facts: ClaimFacts): BilledCharge[] {
  return facts.charges
    .flatMap((item) => {
      const amounts = paymentOf(item);
      return amounts ? [{ charge: chargeFacts(item), amounts }] : [];
    })
    .sort((a, b) => (a.charge.at + a.charge.id < b.charge.at + b.charge.id ? -1 : 1));
}

export const isDrug = ({ charge }: BilledCharge): boolean => charge.of === 'drug';

/** PHAM_VI: 1 inside the fund's scope, 2 outside or taken on by the patient. */
const scope = ({ amounts }: BilledCharge): string => (amounts.tyLeTtBh.isZero() ? '2' : '1');

const lastPart = (reference: string | undefined): string => reference?.split('/')[1] ?? '';

export function drugRows(facts: ClaimFacts, codes: ReadonlyMap<string, DrugCodes>): ClaimRowOf[] {
  return billedCharges(facts)
    .filter(isDrug)
    .map((line, i): ClaimRowOf => {
      const { charge, amounts } = line;
      const request = facts.prescribed.get(lastPart(charge.source));
      const drug = facts.drugs.get(charge.code);
      const code = codes.get(charge.code);
      const given = facts.given.get(lastPart(charge.source));
      const record = request
        ? `MedicationRequest/${request.id}`
        : given
          ? `MedicationAdministration/${given.id}`
          : `ChargeItem/${charge.id}`;
      const catalogue = source(record, `catalogue.${charge.code}`, 'claims');
      const money = lineMoney(amounts, 'drug');
      return {
        values: {
          MA_LK: visitCodeOf(facts.encounter) ?? '',
          STT: i + 1,
          MA_THUOC: code?.code ?? '',
          MA_NHOM: charge.costGroup,
          TEN_THUOC: drug?.name ?? charge.text,
          DON_VI_TINH: drug?.unit ?? '',
          HAM_LUONG: drug?.strength ?? '',
          DUONG_DUNG: drug?.route ?? '',
          DANG_BAO_CHE: drug?.form ?? '',
          LIEU_DUNG: given ? givenText(given) : doseText(request),
          CACH_DUNG: given?.dosage?.route?.text ?? request?.dosageInstruction?.[0]?.text ?? '',
          SO_DANG_KY: drug?.registration ?? '',
          TT_THAU: code?.tender ?? '',
          PHAM_VI: scope(line),
          ...money,
          MA_KHOA: visitDepartments(facts).split(';')[0] ?? '',
          MA_BAC_SI: firstLicence(facts, [idOf(request?.requester), doctorOf(facts)]),
          NGAY_YL: minute(request?.authoredOn ?? charge.at),
          MA_PTTT: '1',
          NGUON_CTRA: '1',
        },
        sources: {
          ...Object.fromEntries(
            [
              'MA_THUOC',
              'TT_THAU',
              'SO_DANG_KY',
              'HAM_LUONG',
              'DUONG_DUNG',
              'DON_VI_TINH',
              'DANG_BAO_CHE',
              'TEN_THUOC',
            ].map((field) => [field, catalogue]),
          ),
          ...moneySources(facts, money),
          '*': source(record, '', 'outpatient'),
        },
      };
    });
}

/** A single dose, in the form of `doseText`. */
function givenText({ dosage }: MedicationAdministration): string {
  const { value, unit = '' } = dosage?.dose ?? {};
  const amount = `${value ?? ''} ${unit}`;
  return value === undefined ? (dosage?.text ?? '') : `${amount}/lần * 1 lần/ngày * 1 ngày [${amount}/ngày]`;
}

const SLOT_NAMES: Readonly<Record<string, string>> = {
  morning: 'Sáng',
  noon: 'Trưa',
  afternoon: 'Chiều',
  night: 'Tối',
};

/** `Sáng: 3 viên, Chiều: 2 viên [5 viên/ngày]`; undefined where every intake of the day is alike. */
function unevenText(dosage: Dosage | undefined, unit: string): string | undefined {
  const slots = (dosage?.extension ?? [])
    .filter((e) => e.url === EXT.slotDose)
    .map((e) => ({
      slot: extension(e, 'slot')?.valueCode ?? '',
      dose: Decimal.of(String(extension(e, 'dose')?.valueDecimal ?? 0)),
    }));
  if (new Set(slots.map((s) => s.dose.toString())).size < 2) return undefined;
  const each = slots.map((s) => `${SLOT_NAMES[s.slot] ?? s.slot}: ${s.dose} ${unit}`).join(', ');
  return `${each} [${Decimal.sum(slots.map((s) => s.dose))} ${unit}/ngày]`;
}

/**
 * `1 viên/lần * 2 lần/ngày * 30 ngày [2 viên/ngày]`, amounts that differ one by one (QĐ 130, explanation of LIEU_DUNG).
 */
export function doseText(request: MedicationRequest | undefined): string {
  const dosage = request?.dosageInstruction?.[0];
  const dose = dosage?.doseAndRate?.[0]?.doseQuantity;
  const repeat = dosage?.timing?.repeat;
  const unit = dose?.unit ?? '';
  const uneven = unevenText(dosage, unit);
  if (uneven !== undefined) return uneven;
  if (dose?.value === undefined || repeat?.frequency === undefined) return dosage?.text ?? '';
  const days = repeat.boundsDuration?.value;
  const perDay = Decimal.of(dose.value).mul(repeat.frequency);
  const span = days === undefined ? '' : ` * ${days} ngày`;
  return `${dose.value} ${unit}/lần * ${repeat.frequency} lần/ngày${span} [${perDay} ${unit}/ngày]`;
}

export function serviceRows(facts: ClaimFacts): ClaimRowOf[] {
  return billedCharges(facts)
    .filter((line) => !isDrug(line))
    .map((line, i): ClaimRowOf => {
      const { charge, amounts } = line;
      const order = facts.orders.get(lastPart(charge.source));
      const group = order && serviceGroupOf(order);
      const exam = group === 'exam';
      const done = order && stepOf(order, 'in-progress', 'performed', 'preliminary', 'validated');
      const result = order && (exam ? stepOf(order, 'performed') : stepOf(order, 'validated', 'performed'));
      const record = order ? `ServiceRequest/${order.id}` : `ChargeItem/${charge.id}`;
      const money = lineMoney(amounts, 'service');
      return {
        values: {
          MA_LK: visitCodeOf(facts.encounter) ?? '',
          STT: i + 1,
          MA_DICH_VU: charge.claimCode ?? '',
          MA_NHOM: charge.costGroup,
          TEN_DICH_VU: charge.text,
          DON_VI_TINH: 'Lần',
          PHAM_VI: scope(line),
          ...money,
          MA_KHOA: serviceDepartment(facts, order),
          MA_BAC_SI: firstLicence(facts, exam ? [doctorOf(facts)] : [idOf(order?.requester), doctorOf(facts)]),
          NGUOI_THUC_HIEN: exam ? firstLicence(facts, [doctorOf(facts)]) : performers(facts, order),
          NGAY_YL: minute(order?.authoredOn ?? charge.at),
          NGAY_TH_YL: minute(done?.at),
          NGAY_KQ: minute(result?.at),
          MA_PTTT: '1',
        },
        sources: {
          MA_DICH_VU: source(record, `catalogue.${charge.code}`, 'claims'),
          NGUOI_THUC_HIEN: source(record, 'performer', group === 'imaging' ? 'imaging' : 'lab'),
          NGAY_TH_YL: source(record, 'performed', group === 'imaging' ? 'imaging' : 'lab'),
          NGAY_KQ: source(record, 'validated', group === 'imaging' ? 'imaging' : 'lab'),
          ...moneySources(facts, money),
          '*': source(record, '', 'outpatient'),
        },
      };
    });
}

const serviceDepartment = (facts: ClaimFacts, order: ServiceRequest | undefined): string =>
  departmentOf(facts, order?.locationReference?.[0]) || (visitDepartments(facts).split(';')[0] ?? '');

/** Who did it: named on the report or result, else who moved the order to done. */
function performers(facts: ClaimFacts, order: (ServiceRequest & { id: string }) | undefined): string {
  if (!order) return '';
  const based = (of: { basedOn?: { reference?: string }[] }): boolean =>
    of.basedOn?.some((b) => b.reference === `ServiceRequest/${order.id}`) ?? false;
  const named = [
    ...facts.reports.filter(based).flatMap((r) => [...(r.resultsInterpreter ?? []), ...(r.performer ?? [])]),
    ...facts.observations.filter(based).flatMap((o) => o.performer ?? []),
    ...(order.performer ?? []),
  ].map((p) => idOf(p));
  return firstLicence(facts, [...named, stepOf(order, 'performed', 'preliminary', 'validated')?.by]);
}

const moneySources = (facts: ClaimFacts, money: object) =>
  Object.fromEntries(Object.keys(money).map((f) => [f, source(`Invoice/${facts.invoice.id}`, f, 'cashier')]));
