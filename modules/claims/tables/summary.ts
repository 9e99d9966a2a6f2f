import type { Decimal } from '@mach/base/decimal.ts';
import { benefitOf, extension, outcomeOf, visitCodeOf } from '@mach/encounter/contract.ts';
import { treatmentDays } from '@mach/vn/bhyt/stay.ts';
import { kilograms } from '@mach/vn/clinical/weight.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { careForm } from './check-in.ts';
import { type ClaimFacts, type ClaimRowOf, identifier, source, visitDepartments } from './facts.ts';
import { cardFields, personFields, personSources, residenceFields } from './person.ts';
import { day, minute } from './text.ts';

const WEIGHT = '29463-7';

/** Body weight of this visit, kg. */
function weight(facts: ClaimFacts): string {
  const found = facts.observations
    .filter(
      (o) =>
        o.code.coding?.some((c) => c.system === CS.loinc && c.code === WEIGHT) &&
        o.status !== 'entered-in-error' &&
        kilograms(o.valueQuantity) !== undefined,
    )
    .sort((a, b) => ((a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? 1 : -1))[0];
  return kilograms(found?.valueQuantity)?.toFixed(2) ?? '';
}

/** MA_LOAI_RV by the outcome that the doctor chose. */
const LEAVE: Readonly<Record<string, string>> = { home: '1', revisit: '1', died: '1', transferred: '2' };

export interface SummaryOf {
  facts: ClaimFacts;
  /** T_… fields, from the bill. */
  money: Readonly<Record<string, Decimal>>;
  /** Days of drugs of the longest prescription line. */
  drugDays: number;
  standard: 'qd4750' | 'qd3176';
}

/** XML1: one row for the whole visit. */
export function summaryRow({ facts, money, drugDays, standard }: SummaryOf): ClaimRowOf {
  const { encounter, patient, coverage, invoice } = facts;
  const outcome = outcomeOf(encounter);
  const [principal, ...others] = facts.conditions.map((c) => ({
    code: c.code?.coding?.find((x) => x.system === CS.icd10)?.code ?? '',
    text: c.code?.text ?? '',
  }));
  const papers = benefitOf(encounter)?.papers;
  const end = encounter.period?.end ?? invoice.date;
  const form = careForm(encounter);
  const left = encounter.status === 'cancelled';
  const days = treatmentDays(
    { careForm: form, from: encounter.period?.start ?? end, to: end, drugDays, serviceDays: 1 },
    standard,
  );
  const visit = (field: string, workspace: Parameters<typeof source>[2]) =>
    source(`Encounter/${encounter.id}`, field, workspace);
  return {
    values: {
      MA_LK: visitCodeOf(encounter) ?? '',
      STT: '1',
      ...personFields(patient, encounter.period?.start),
      ...residenceFields(patient),
      ...cardFields(coverage),
      NGAY_MIEN_CCT: day(extension(coverage, EXT.copayExempt)?.valueDate),
      LY_DO_VV: encounter.reasonCode?.[0]?.text ?? '',
      CHAN_DOAN_VAO: encounter.reasonCode?.[0]?.text ?? '',
      CHAN_DOAN_RV: [principal, ...others].flatMap((d) => (d?.text ? [d.text] : [])).join('; '),
      MA_BENH_CHINH: principal?.code ?? '',
      MA_BENH_KT: others
        .slice(0, 12)
        .map((d) => d.code)
        .join(';'),
      MA_DOITUONG_KCB: invoice.category,
      MA_NOI_DI: papers?.referral?.fromFacility ?? '',
      NGAY_VAO: minute(encounter.period?.start),
      NGAY_RA: minute(end),
      GIAY_CHUYEN_TUYEN: papers?.referral?.number ?? papers?.revisit?.number ?? '',
      SO_NGAY_DTRI: days,
      // 5 died; nobody has recorded another result of one visit: 7, not determined.
      KET_QUA_DTRI: outcome?.code === 'died' ? '5' : '7',
      MA_LOAI_RV: left ? '3' : (LEAVE[outcome?.code ?? ''] ?? '1'),
      GHI_CHU: outcome?.note ?? '',
      NGAY_TTOAN: minute(invoice.date),
      ...money,
      NAM_QT: day(invoice.date).slice(0, 4),
      THANG_QT: String(Number(day(invoice.date).slice(4, 6))),
      MA_LOAI_KCB: form,
      MA_KHOA: visitDepartments(facts),
      MA_CSKCB: facts.facility,
      MA_KHUVUC: extension(coverage, EXT.livingArea)?.valueCode ?? '',
      CAN_NANG: weight(facts),
      NAM_NAM_LIEN_TUC: day(extension(coverage, EXT.fiveYears)?.valueDate),
      NGAY_TAI_KHAM: day(outcome?.revisit),
      MA_HSBA: visitCodeOf(encounter) ?? '',
      MA_TTDV: facts.signatory ? signatoryCode(facts) : '',
    },
    sources: {
      ...personSources(facts),
      LY_DO_VV: visit('reasonCode', 'reception'),
      MA_DOITUONG_KCB: visit('benefit', 'reception'),
      MA_NOI_DI: visit('benefit.papers', 'reception'),
      CAN_NANG: visit('vitals.weight', 'vitals'),
      NGAY_TTOAN: source(`Invoice/${invoice.id}`, 'date', 'cashier'),
      ...Object.fromEntries(Object.keys(money).map((f) => [f, source(`Invoice/${invoice.id}`, f, 'cashier')])),
      '*': visit('', 'outpatient'),
    },
  };
}

/** MA_TTDV: social-insurance number of the head of the facility where it is known, else the licence. */
export const signatoryCode = (facts: ClaimFacts): string =>
  facts.signatory ? identifier(facts.signatory, SID.bhxh) || identifier(facts.signatory, SID.practitionerLicence) : '';
