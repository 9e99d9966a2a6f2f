/** Tables 4 (results), 5 (course) and 14 (re-visit slip). */
import { DIAGNOSTIC_GROUPS, idOf, outcomeOf, serviceGroupOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { DiagnosticReport, Observation, ServiceRequest } from '@mach/fhir/types.ts';
import { CS } from '@mach/vn/systems.ts';
import { type ClaimFacts, type ClaimRowOf, doctorOf, firstLicence, source, stepOf } from './facts.ts';
import { signatoryCode } from './summary.ts';
import { day, minute, plainText } from './text.ts';

const FINAL = new Set(['final', 'amended', 'corrected']);
/** Care forms that carry clinical notes (table 5). */
export const NOTES_FORMS: ReadonlySet<string> = new Set(['02', '03', '04', '05', '06', '08', '09']);

const basedOn = (of: Observation | DiagnosticReport, order: string): boolean =>
  of.basedOn?.some((b) => b.reference === `ServiceRequest/${order}`) ?? false;

function resultText(o: Observation): string {
  if (o.valueQuantity?.value !== undefined) return `${o.valueQuantity.comparator ?? ''}${o.valueQuantity.value}`;
  const concept = o.valueCodeableConcept;
  return o.valueString ?? concept?.text ?? concept?.coding?.[0]?.display ?? concept?.coding?.[0]?.code ?? '';
}

/** One row a measured index; a report without numbers gives its conclusion. */
export function resultRows(facts: ClaimFacts, claimCodes: ReadonlyMap<string, string>): ClaimRowOf[] {
  const rows: ClaimRowOf[] = [];
  const key = visitCodeOf(facts.encounter) ?? '';
  for (const order of facts.orders.values()) {
    const group = serviceGroupOf(order);
    if (group === undefined || !DIAGNOSTIC_GROUPS.includes(group) || order.status === 'revoked') continue;
    const workspace = group === 'imaging' ? 'imaging' : 'lab';
    const report = facts.reports.find((r) => basedOn(r, order.id) && FINAL.has(r.status));
    const values = facts.observations.filter(
      (o) => basedOn(o, order.id) && FINAL.has(o.status) && resultText(o) !== '',
    );
    const common = { MA_LK: key, MA_DICH_VU: claimCodes.get(order.id) ?? '' };
    for (const o of values)
      rows.push({
        values: {
          ...common,
          STT: rows.length + 1,
          MA_CHI_SO: o.code.coding?.find((c) => c.system === CS.labIndex)?.code ?? '',
          TEN_CHI_SO: o.code.text ?? o.code.coding?.[0]?.display ?? '',
          GIA_TRI: resultText(o),
          DON_VI_DO: o.valueQuantity?.unit ?? '',
          NGAY_KQ: minute(resultTime(order, report, o)),
          MA_BS_DOC_KQ: readers(facts, order, report, o),
        },
        sources: { '*': source(`Observation/${o.id}`, '', workspace) },
      });
    if (values.length === 0 && report)
      rows.push({
        values: {
          ...common,
          STT: rows.length + 1,
          TEN_CHI_SO: order.code?.text ?? '',
          MO_TA: plainText(report.text?.div),
          KET_LUAN: report.conclusion ?? '',
          NGAY_KQ: minute(resultTime(order, report)),
          MA_BS_DOC_KQ: readers(facts, order, report),
        },
        sources: { '*': source(`DiagnosticReport/${report.id}`, '', workspace) },
      });
  }
  return rows;
}

const resultTime = (order: ServiceRequest, report?: DiagnosticReport, o?: Observation): string | undefined =>
  report?.issued ?? o?.issued ?? stepOf(order, 'validated')?.at ?? o?.effectiveDateTime;

const readers = (facts: ClaimFacts, order: ServiceRequest, report?: DiagnosticReport, o?: Observation): string =>
  firstLicence(facts, [
    ...[...(report?.resultsInterpreter ?? []), ...(report?.performer ?? []), ...(o?.performer ?? [])].map((p) =>
      idOf(p),
    ),
    stepOf(order, 'validated')?.by,
  ]);

/** XML5: the exam note and the vital signs, for the care forms that ask for them. */
export function courseRows(facts: ClaimFacts): ClaimRowOf[] {
  const key = visitCodeOf(facts.encounter) ?? '';
  return facts.notes
    .filter((note) => note.status === 'final' || note.status === 'amended')
    .map((note, i): ClaimRowOf => {
      const sections = (note.section ?? []).flatMap((s) => {
        const text = plainText(s.text?.div);
        return text === '' ? [] : [`${s.title ?? ''}: ${text}`];
      });
      return {
        values: {
          MA_LK: key,
          STT: i + 1,
          DIEN_BIEN_LS: [vitalsText(facts), ...sections].filter((t) => t !== '').join(' '),
          THOI_DIEM_DBLS: minute(note.date),
          NGUOI_THUC_HIEN: firstLicence(facts, [...note.author.map((a) => idOf(a)), doctorOf(facts)]),
        },
        sources: { '*': source(`Composition/${note.id}`, '', 'outpatient') },
      };
    });
}

/** `CSST<M75_T37_HA120/70_NT18_SP98>`: the signs that were measured. */
export function vitalsText(facts: Pick<ClaimFacts, 'observations'>): string {
  const latest = [...facts.observations]
    .filter((o) => o.status !== 'entered-in-error')
    .sort((a, b) => ((a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? 1 : -1));
  const value = (loinc: string): number | undefined =>
    latest.find((o) => o.code.coding?.some((c) => c.code === loinc))?.valueQuantity?.value;
  const pressure = latest.find((o) => o.code.coding?.some((c) => c.code === '85354-9'));
  const side = (loinc: string): number | undefined =>
    pressure?.component?.find((c) => c.code.coding?.some((x) => x.code === loinc))?.valueQuantity?.value;
  const [systolic, diastolic] = [side('8480-6'), side('8462-4')];
  const parts = [
    ['M', value('8867-4')],
    ['T', value('8310-5')],
    ['HA', systolic === undefined || diastolic === undefined ? undefined : `${systolic}/${diastolic}`],
    ['NT', value('9279-1')],
    ['SP', value('59408-5') ?? value('2708-6')],
  ].flatMap(([name, v]) => (v === undefined ? [] : [`${name}${v}`]));
  return parts.length === 0 ? '' : `CSST<${parts.join('_')}>`;
}

/** XML14, when the doctor set a day to come back. Its other fields are table 1's. */
export function revisitRow(facts: ClaimFacts, summary: ClaimRowOf): ClaimRowOf | undefined {
  const revisit = outcomeOf(facts.encounter)?.revisit;
  if (revisit === undefined) return undefined;
  const same = [
    'MA_LK',
    'MA_CSKCB',
    'HO_TEN',
    'NGAY_SINH',
    'GIOI_TINH',
    'DIA_CHI',
    'MA_THE_BHYT',
    'GT_THE_DEN',
    'NGAY_VAO',
  ];
  const more = ['NGAY_RA', 'CHAN_DOAN_RV', 'MA_BENH_CHINH', 'MA_BENH_KT', 'MA_DOITUONG_KCB'];
  return {
    values: {
      ...Object.fromEntries([...same, ...more].map((field) => [field, summary.values[field]])),
      SO_GIAYHEN_KL: `HK-${visitCodeOf(facts.encounter) ?? ''}`,
      NGAY_HEN_KL: day(revisit),
      MA_BAC_SI: firstLicence(facts, [doctorOf(facts)]),
      MA_TTDV: signatoryCode(facts),
      NGAY_CT: day(facts.encounter.period?.end ?? facts.invoice.date),
    },
    sources: { ...summary.sources, '*': source(`Encounter/${facts.encounter.id}`, 'outcome', 'outpatient') },
  };
}
