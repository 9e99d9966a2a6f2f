import { Decimal } from '@mach/base/decimal.ts';
import { ageOn, localDate } from '@mach/base/time.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Observation, Patient } from '@mach/fhir/types.ts';
import { readVitals, type VitalsData } from '@mach/vn/clinical/vitals.ts';
import { kilograms } from '@mach/vn/clinical/weight.ts';
import { CS } from '@mach/vn/systems.ts';
import type { TriageFacts } from '../rules/triage.ts';

const SCALES: readonly string[] = ['news2', 'pews', 'meows'];

export function ageYearsOf(patient: Patient, at: string): number | undefined {
  if (patient.birthDate === undefined) return undefined;
  return patient.birthDate > localDate(at) ? 0 : ageOn(patient.birthDate, at).years;
}

/** The last of each thing that was measured on a visit, with the last score. */
export async function measuredOn(
  ctx: CommandContext,
  encounter: string,
): Promise<Pick<TriageFacts, 'values' | 'consciousness' | 'score'> & { from: string[] }> {
  const items = new Map(
    [...readVitals(ctx.rules<VitalsData>('vitals').data).items].map(([item, { loinc }]) => [loinc, item]),
  );
  const all = (await ctx.referring<Observation>('Observation.encounter', encounter))
    .filter((o) => o.status !== 'entered-in-error' && o.status !== 'cancelled')
    .sort((a, b) => ((a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? -1 : 1));
  const values: Record<string, Decimal> = {};
  let consciousness: string | undefined;
  let score: TriageFacts['score'];
  let from: string[] = [];
  for (const one of all) {
    for (const part of [one, ...(one.component ?? [])]) {
      const item = items.get(part.code.coding?.find((c) => c.system === CS.loinc)?.code ?? '');
      const value = item === 'weight' ? kilograms(part.valueQuantity) : part.valueQuantity?.value;
      if (item !== undefined && value !== undefined) values[item] = Decimal.of(value);
    }
    const mind = one.valueCodeableConcept?.coding?.find((c) => c.code?.startsWith('acvpu-'))?.code;
    if (mind !== undefined) consciousness = mind.slice('acvpu-'.length);
    const scale = one.code.coding?.find((c) => c.system === CS.score && SCALES.includes(c.code ?? ''))?.code;
    const risk = one.interpretation?.[0]?.coding?.[0]?.code;
    if (scale !== undefined && risk !== undefined) {
      const said = one.valueString ?? String(one.valueInteger ?? '');
      const complete = !one.component?.some((c) => c.dataAbsentReason);
      score = { scale, risk: risk.slice(scale.length + 1), text: { vi: said, en: said }, complete };
      from = [one.id];
    }
  }
  return { values, consciousness, score, from };
}
