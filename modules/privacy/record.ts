/** Reading and writing the records of this module: the only place that knows the shape of their extensions. Pure. */
import type { Consent, Extension, Task } from '@mach/fhir/types.ts';
import { CS, FHIR_BASE } from '@mach/vn/systems.ts';

/** Kinds of requests, what was handed over, how they ended. */
export const REQUEST_CS = `${FHIR_BASE}/cs/data-request`;
/** `YC26-000012` */
export const REQUEST_CODE = `${FHIR_BASE}/sid/data-request`;
export const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

export const PRIVACY_EXT = {
  /** On Task (dateTime): until when the first answer is due; when it was given. */
  answerBy: `${FHIR_BASE}/ext/request-answer-by`,
  answeredAt: `${FHIR_BASE}/ext/request-answered-at`,
  /** On Task (string): why the clock was extended. */
  extended: `${FHIR_BASE}/ext/request-extended`,
  /** On Task and Consent (code): for whom the one who asks or decides speaks. */
  relation: `${FHIR_BASE}/ext/speaks-as`,
  /** On Task (code): desk, letter, online. */
  channel: `${FHIR_BASE}/ext/request-channel`,
  /** On Task (string): paper that was shown. */
  paper: `${FHIR_BASE}/ext/request-paper`,
  /** On Consent (code): paper, spoken, screen. */
  how: `${FHIR_BASE}/ext/consent-how`,
  /** On Consent (string): who decided, who wrote it down. */
  by: `${FHIR_BASE}/ext/consent-by`,
  recordedBy: `${FHIR_BASE}/ext/consent-recorded-by`,
  /** On Consent (string): the request that made it. */
  request: `${FHIR_BASE}/ext/consent-request`,
  /** On Task (code): `yes` while the restriction that it asked for is in force, also after its answer; `no`: it was lifted. */
  restricts: `${FHIR_BASE}/ext/request-restricts`,
  /** On output of Task (dateTime), (string). */
  at: `${FHIR_BASE}/ext/delivered-at`,
  hash: `${FHIR_BASE}/ext/delivered-sha256`,
} as const;

/** Closed to all but those who treat the patient themselves (v3-Confidentiality: very restricted). */
export const CLOSED_LABEL = { system: CONFIDENTIALITY, code: 'V', display: 'very restricted' } as const;

/** Tag of a Patient some of whose uses are restricted: what banners show. */
export const RESTRICTED_TAG = { system: CS.restriction, code: 'restricted', display: 'Hạn chế xử lý dữ liệu' } as const;

export const isRequest = (task: { code?: { coding?: { system?: string }[] } }): boolean =>
  task.code?.coding?.some((c) => c.system === REQUEST_CS) ?? false;

const extensionOf = (of: { extension?: Extension[] }, url: string): Extension | undefined =>
  of.extension?.find((e) => e.url === url);

/** Extensions with that of a URL replaced. */
export const withExtension = (of: { extension?: Extension[] }, next: Extension): Extension[] => [
  ...(of.extension ?? []).filter((e) => e.url !== next.url),
  next,
];

export const isExtended = (task: Task): boolean => extensionOf(task, PRIVACY_EXT.extended) !== undefined;
export const isAnswered = (task: Task): boolean => extensionOf(task, PRIVACY_EXT.answeredAt) !== undefined;
export const requestOf = (consent: Consent): string | undefined =>
  extensionOf(consent, PRIVACY_EXT.request)?.valueString;
export const purposeOf = (consent: Consent): string | undefined => consent.provision?.purpose?.[0]?.code;
