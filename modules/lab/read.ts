/** Reading what the laboratory keeps in records: the only place that knows the shape of its extensions. */
import type { DiagnosticReport, Extension, Observation } from '@mach/fhir/types.ts';
import { CS, FHIR_BASE } from '@mach/vn/systems.ts';

/** Extension URLs of laboratory and imaging records. The value's type stands in brackets. */
export const LAB_EXT = {
  /** On Observation: value as shown and printed (string). */
  resultText: `${FHIR_BASE}/ext/result-text`,
  /** On Observation: last value of the same person (complex: `text`, `at`, `difference`, `exceeds`, `observation`). */
  previousResult: `${FHIR_BASE}/ext/previous-result`,
  /** On Observation, DiagnosticReport: what stood here before a correction (complex: `text`, `at`, `reason`). */
  correctedFrom: `${FHIR_BASE}/ext/corrected-from`,
  /** On ServiceRequest: why its specimen was rejected, until a new one is taken (string). */
  specimenRejected: `${FHIR_BASE}/ext/specimen-rejected`,
  /** On Specimen: tube as the `lab` pack names it (code). */
  tube: `${FHIR_BASE}/ext/tube`,
  /** On DiagnosticReport: what was seen (string); `conclusion` says what it means. */
  findings: `${FHIR_BASE}/ext/findings`,
  /** On DiagnosticReport (string). */
  recommendation: `${FHIR_BASE}/ext/recommendation`,
  /** On Media: a picture that was chosen for a report (boolean). */
  keyImage: `${FHIR_BASE}/ext/key-image`,
  /** On ServiceRequest: answer to a safety question (complex: `question`, `answer`, `note`). */
  safety: `${FHIR_BASE}/ext/safety-answer`,
} as const;

/** `CodeableConcept` systems of FHIR that these records use. */
export const FHIR_CS = {
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  interpretation: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  diagnosticService: 'http://terminology.hl7.org/CodeSystem/v2-0074',
} as const;

export const CRITICAL_FLAGS = ['LL', 'HH', 'AA'] as const;
export const ABNORMAL_FLAGS = ['L', 'H', 'A', ...CRITICAL_FLAGS] as const;

interface Extended {
  extension?: Extension[];
}
const part = (of: Extended | undefined, url: string): Extension | undefined =>
  of?.extension?.find((e) => e.url === url);

/** Code of the item in the `lab` pack. */
export const itemOf = (result: Observation): string | undefined =>
  result.code.coding?.find((c) => c.system === CS.labIndex)?.code;

export const flagCodeOf = (result: Observation): string | undefined =>
  result.interpretation?.[0]?.coding?.find((c) => c.system === FHIR_CS.interpretation)?.code;

export const isCritical = (result: Observation): boolean =>
  (CRITICAL_FLAGS as readonly string[]).includes(flagCodeOf(result) ?? '');

/** Value as shown. */
export const textOf = (result: Observation): string => part(result, LAB_EXT.resultText)?.valueString ?? '';

export const isLaboratory = (result: Observation): boolean =>
  result.category?.some((c) =>
    c.coding?.some((k) => k.system === FHIR_CS.observationCategory && k.code === 'laboratory'),
  ) ?? false;

/** What a finished result is: final or corrected after validation. */
export const isFinal = (result: Observation): boolean => result.status === 'final' || result.status === 'corrected';

/** What stood here before a correction, oldest first. */
export function correctionsOf(of: Extended): { text: string; at: string; reason: string }[] {
  return (of.extension ?? [])
    .filter((e) => e.url === LAB_EXT.correctedFrom)
    .map((e) => ({
      text: part(e, 'text')?.valueString ?? '',
      at: part(e, 'at')?.valueInstant ?? '',
      reason: part(e, 'reason')?.valueString ?? '',
    }));
}

/** What a report recommends; empty where it recommends nothing. */
export const recommendationOf = (of: Extended): string => part(of, LAB_EXT.recommendation)?.valueString ?? '';

/** Pictures of a report, in their order: the id of the Media, and what is said of it. */
export const imagesOf = (report: Pick<DiagnosticReport, 'media'>): { media: string; caption: string }[] =>
  (report.media ?? []).flatMap(({ link, comment }) => {
    const media = link.reference?.split('/')[1];
    return media === undefined ? [] : [{ media, caption: comment ?? '' }];
  });
