import { benefitOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { ServiceRequest } from '@mach/fhir/types.ts';
import { CS } from '@mach/vn/systems.ts';
import { type ClaimFacts, type ClaimRowOf, source } from './facts.ts';
import { cardFields, personFields, personSources } from './person.ts';
import { minute } from './text.ts';

/** MA_LOAI_KCB of a visit: said on the visit, else an exam. */
export const careForm = (encounter: ClaimFacts['encounter']): string =>
  encounter.type?.flatMap((t) => t.coding ?? []).find((c) => c.system === CS.treatmentKind)?.code ?? '01';

/** XML0: the visit has begun, with its first order. Card fields hold one card. */
export function checkInRow(
  facts: Pick<ClaimFacts, 'facility' | 'encounter' | 'patient' | 'coverage'>,
  first: ServiceRequest | undefined,
  claimCode: string | undefined,
): ClaimRowOf {
  const { encounter, patient, coverage } = facts;
  const visit = source(`Encounter/${encounter.id}`, '', 'reception');
  return {
    values: {
      MA_LK: visitCodeOf(encounter) ?? '',
      STT: '1',
      ...personFields(patient, encounter.period?.start),
      ...cardFields(coverage),
      MA_DOITUONG_KCB: benefitOf(encounter)?.category ?? '',
      NGAY_VAO: minute(encounter.period?.start),
      MA_LOAI_KCB: careForm(encounter),
      MA_CSKCB: facts.facility,
      MA_DICH_VU: claimCode ?? '',
      TEN_DICH_VU: first?.code?.text ?? '',
      NGAY_YL: minute(first?.authoredOn ?? encounter.period?.start),
    },
    sources: { ...personSources(facts), '*': visit },
  };
}
