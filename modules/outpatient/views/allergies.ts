import {
  all,
  any,
  coalesce,
  flag,
  has,
  instant,
  is,
  not,
  oneOf,
  referenceId,
  text,
  type ViewDefinition,
  when,
} from '@mach/store/views/definition.ts';
import { CS } from '@mach/vn/systems.ts';
import { NO_KNOWN_ALLERGY } from '../rules/allergies.ts';

const snomed = `code.coding[system=${CS.snomed}].code`;

/** Standing allergies, and statements that there are none: what a banner says of a person. */
export const allergies: ViewDefinition = {
  name: 'outpatient.allergies',
  kind: 'live',
  base: 'AllergyIntolerance',
  where: all(
    not(oneOf('verificationStatus.coding.code', 'refuted', 'entered-in-error')),
    not(oneOf('clinicalStatus.coding.code', 'inactive', 'resolved')),
    any(has('code.text'), has('code.coding.code')),
  ),
  patient: referenceId('patient.reference'),
  columns: {
    patientId: text(referenceId('patient.reference'), { indexed: true }),
    // biome-ignore lint/suspicious/noThenProperty: a case of the view language, never awaited
    noneKnown: flag(when([{ if: is(snomed, NO_KNOWN_ALLERGY), then: 'true' }], 'false')),
    substance: text(coalesce('code.text', 'code.coding.display')),
    ingredient: text(`code.coding[system=${CS.ingredient}].code`),
    category: text('category'),
    criticality: text('criticality'),
    reaction: text('reaction.manifestation.text'),
    severity: text('reaction.severity'),
    since: text('onsetString'),
    recordedAt: instant('recordedDate', { indexed: true }),
    recordedBy: text('recorder.display'),
  },
};
