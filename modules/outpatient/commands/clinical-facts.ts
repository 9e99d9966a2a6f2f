/** What the prescription checks need to know of a patient, gathered from the records. */
import type { Decimal } from '@mach/base/decimal.ts';
import { addDays } from '@mach/base/time.ts';
import { idOf } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Condition, Encounter, Observation, Patient } from '@mach/fhir/types.ts';
import type { PrescriptionPatient } from '@mach/vn/clinical/prescribing-types.ts';
import { ckdEpi2021, cockcroftGault } from '@mach/vn/clinical/renal.ts';
import { kilograms } from '@mach/vn/clinical/weight.ts';
import { CS } from '@mach/vn/systems.ts';
import { ADULT_DAYS, ageDays, ageYears } from '../rules/age.ts';
import { WEIGHT } from '../rules/vital-records.ts';
import { labOf } from './packs.ts';
import { patientOf, type Visit } from './visit.ts';

/** Values older than this say nothing of today's kidneys, days. */
const CREATININE_DAYS = 90;
/** An adult's weight; a child's must be of this visit. */
const WEIGHT_DAYS = 90;
const VISITS = 6;
const CREATININE = 'CREA';

type Found = Observation & { id: string };

/** Observations of this visit and of the latest ones before it. */
export async function recentObservations(ctx: CommandContext, visit: Visit): Promise<Found[]> {
  const since = addDays(ctx.performedAt, -Math.max(CREATININE_DAYS, WEIGHT_DAYS));
  const visits = await ctx.referring<Encounter>('Encounter.subject', patientOf(visit));
  const latest = visits
    .filter((v) => (v.period?.start ?? '') >= since && v.id !== visit.id)
    .sort((a, b) => ((a.period?.start ?? '') < (b.period?.start ?? '') ? 1 : -1))
    .slice(0, VISITS);
  const found: Found[] = [];
  for (const one of [visit, ...latest])
    found.push(...(await ctx.referring<Observation>('Observation.encounter', one.id)));
  return found;
}

const VALID = ['final', 'amended', 'corrected'];

/** The newest valid observation of a LOINC code, not older than `since`, that `fits`. Times may carry other offsets. */
function latest(
  all: readonly Observation[],
  loinc: string,
  since: string | undefined,
  fits: (o: Observation) => boolean,
): Observation | undefined {
  const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  let best: { one: Observation; at: number } | undefined;
  for (const one of all) {
    const at = Date.parse(one.effectiveDateTime ?? '');
    if (!(at >= from) || !VALID.includes(one.status) || !fits(one)) continue;
    if (!one.code.coding?.some((c) => c.system === CS.loinc && c.code === loinc)) continue;
    if (best === undefined || at > best.at) best = { one, at };
  }
  return best?.one;
}

/** The last weighing, kg. */
export const latestWeight = (all: readonly Observation[], since?: string): Decimal | undefined =>
  kilograms(latest(all, WEIGHT, since, (o) => kilograms(o.valueQuantity) !== undefined)?.valueQuantity);

/** Diagnoses of the visit, principal first. */
export async function diagnosesOf(
  ctx: CommandContext,
  visit: Visit,
): Promise<{ code: string; name: string; text: string; primary: boolean }[]> {
  const found: { code: string; name: string; text: string; primary: boolean }[] = [];
  for (const { condition, rank } of visit.diagnosis ?? []) {
    const one = await ctx.find<Condition>('Condition', idOf(condition) ?? '');
    const coding = one?.code?.coding?.find((c) => c.system === CS.icd10);
    if (!coding?.code) continue;
    const name = coding.display ?? '';
    found.push({ code: coding.code, name, text: one?.code?.text ?? name, primary: rank === 1 });
  }
  return found;
}

/** The person as the checks see them. Weight and kidneys only where something recent is known. */
export async function prescriptionPatient(
  ctx: CommandContext,
  visit: Visit,
  patient: Patient,
  companion: string | undefined,
): Promise<PrescriptionPatient> {
  const at = ctx.performedAt;
  const days = ageDays(patient.birthDate, at) ?? ADULT_DAYS;
  const years = ageYears(patient.birthDate, at);
  const sex = patient.gender === 'male' || patient.gender === 'female' ? patient.gender : undefined;
  const all = await recentObservations(ctx, visit);
  const ofVisit = all.filter((o) => idOf(o.encounter) === visit.id);
  const adult = years === undefined || years >= 18;
  const weight = latestWeight(adult ? all : ofVisit, addDays(at, -WEIGHT_DAYS));
  const creatinine = creatinineUmolL(ctx, all);
  const base = { ageDays: days, sex, weightKg: weight?.toString(), companion };
  if (creatinine === undefined || years === undefined || sex === undefined) return base;
  const input = { creatinineUmolL: creatinine, ageYears: years, sex };
  return {
    ...base,
    egfr: ckdEpi2021(input),
    clearance: weight && cockcroftGault({ ...input, weightKg: weight.toNumber() })?.value,
  };
}

/** µmol/L as the house measures it; a value in another unit is not guessed at. */
function creatinineUmolL(ctx: CommandContext, all: readonly Observation[]): number | undefined {
  const analyte = ctx.derived('lab', 'outpatient.lab', labOf).analytes.get(CREATININE);
  if (!analyte?.loinc) return undefined;
  const since = addDays(ctx.performedAt, -CREATININE_DAYS);
  const found = latest(all, analyte.loinc, since, (o) => o.valueQuantity?.value !== undefined)?.valueQuantity;
  return ['umol/L', 'µmol/L', 'μmol/L'].includes(found?.code ?? found?.unit ?? '') ? found?.value : undefined;
}
