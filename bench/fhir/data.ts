/** Outpatient records, each a function of its number alone, so that both sides of a comparison get the same. */

export type Resource = Record<string, unknown> & { resourceType: string };
export interface Entry {
  fullUrl: string;
  resource: Resource;
  request: { method: string; url: string };
}
export interface Bundle {
  resourceType: 'Bundle';
  type: string;
  entry: Entry[];
}

export const CCCD = 'http://fhir.ehealth.gov.vn/core/sid/citizen_id';
export const LOINC = 'http://loinc.org';
export const ICD = 'http://hl7.org/fhir/sid/icd-10';
export const PULSE = '8867-4';
export const DIAGNOSES = ['I10', 'E11.9', 'J06.9', 'K29.7', 'M54.5', 'E78.5', 'J20.9', 'N39.0'] as const;
const FAMILIES = ['Nguyễn', 'Nguyễn', 'Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Phan', 'Vũ', 'Đặng', 'Bùi'];
const GIVEN = [
  'An',
  'Bình',
  'Chi',
  'Dũng',
  'Giang',
  'Hà',
  'Khánh',
  'Lan',
  'Minh',
  'Nga',
  'Phúc',
  'Quân',
  'Sơn',
  'Thảo',
];
const SIGNS: readonly [string, string, string, number][] = [
  [PULSE, 'Nhịp tim', '/min', 76],
  ['8310-5', 'Nhiệt độ cơ thể', 'Cel', 37],
  ['9279-1', 'Nhịp thở', '/min', 18],
  ['2345-7', 'Glucose', 'mmol/L', 6],
  ['2160-0', 'Creatinin', 'umol/L', 82],
  ['718-7', 'Hemoglobin', 'g/L', 132],
];
/** The doctor of the demo hospital, who treats everybody here. */
const DOCTOR = { reference: 'Practitioner/prac-bacsi', display: 'BSCKI. Trần Minh Quân' };
const DAY = 86_400_000;

const at = <T>(list: readonly T[], n: number): T => list[Math.abs(n) % list.length] as T;
const pad = (n: number, width: number): string => String(n).padStart(width, '0');
const mix = (n: number): number => Math.imul(n + 1, 0x9e3779b1) >>> 8;
const iso = (ms: number): string => `${new Date(ms + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`;

export const cardOf = (n: number): string => `0400${pad(n % 100, 2)}${pad(n, 6)}`;
export const familyOf = (n: number): string => at(FAMILIES, mix(n));
export const birthOf = (n: number): string => `${1940 + (mix(n) % 70)}-${pad(1 + (n % 12), 2)}-${pad(1 + (n % 28), 2)}`;

export function patientOf(n: number, tag = ''): Resource {
  const [family, middle, given] = [familyOf(n), n % 2 ? 'Thị' : 'Văn', at(GIVEN, mix(n + 7))];
  const street = `${1 + (n % 400)} Lê Lợi`;
  return {
    resourceType: 'Patient',
    identifier: [
      { use: 'official', system: CCCD, value: `${cardOf(n)}${tag}` },
      {
        use: 'usual',
        system: 'http://fhir.ehealth.gov.vn/core/sid/patient-internal-id',
        value: `BN${pad(n, 8)}${tag}`,
      },
    ],
    active: true,
    name: [{ use: 'official', text: `${family} ${middle} ${given}`, family, given: [middle, given] }],
    telecom: [{ system: 'phone', value: `09${pad(mix(n) % 100_000_000, 8)}`, use: 'mobile' }],
    gender: n % 2 ? 'female' : 'male',
    birthDate: birthOf(n),
    address: [
      {
        use: 'home',
        text: `${street}, Phường Bến Nghé, Thành phố Hồ Chí Minh`,
        line: [street],
        city: 'Thành phố Hồ Chí Minh',
      },
    ],
  };
}

export function observationOf(subject: string, encounter: string | undefined, n: number, ms: number): Resource {
  const [code, display, unit, usual] = at(SIGNS, n);
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
    ],
    code: { coding: [{ system: LOINC, code, display }], text: display },
    subject: { reference: subject },
    ...(encounter === undefined ? {} : { encounter: { reference: encounter } }),
    effectiveDateTime: iso(ms),
    issued: iso(ms + 600_000),
    performer: [DOCTOR],
    valueQuantity: { value: usual + (mix(n) % 9), unit, system: 'http://unitsofmeasure.org', code: unit },
  };
}

function others(subject: string, encounter: string, n: number, ms: number): Resource[] {
  const common = { subject: { reference: subject }, encounter: { reference: encounter } };
  const diagnosis = at(DIAGNOSES, mix(n));
  const status = (system: string, code: string): object => ({
    coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }],
  });
  return [
    {
      resourceType: 'Condition',
      clinicalStatus: status('condition-clinical', 'active'),
      verificationStatus: status('condition-ver-status', 'confirmed'),
      code: { coding: [{ system: ICD, code: diagnosis }], text: 'Chẩn đoán ra viện' },
      ...common,
      recordedDate: iso(ms),
    },
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: 'Paracetamol 500 mg, viên nén' },
      ...common,
      authoredOn: iso(ms),
      requester: DOCTOR,
      dosageInstruction: [{ text: 'Uống 1 viên khi sốt trên 38,5 độ, cách 4–6 giờ' }],
    },
    {
      resourceType: 'ServiceRequest',
      status: 'completed',
      intent: 'order',
      code: { coding: [{ system: LOINC, code: '58410-2', display: 'Tổng phân tích tế bào máu ngoại vi' }] },
      ...common,
      authoredOn: iso(ms),
      requester: DOCTOR,
    },
  ];
}

/** A visit: the encounter, observations, and twice each of diagnosis, prescription and order. */
function visit(n: number, subject: string, observations: number, ms: number, url: () => string): [string, Resource][] {
  const encounter = url();
  const open = n % 20 === 0;
  const period = { start: iso(ms), ...(open ? {} : { end: iso(ms + 5_400_000) }) };
  const own: Resource = {
    resourceType: 'Encounter',
    status: open ? 'in-progress' : 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: subject },
    participant: [{ individual: DOCTOR }],
    period,
    reasonCode: [{ text: 'Sốt, ho' }],
  };
  const signs = Array.from({ length: observations }, (_, i) =>
    observationOf(subject, encounter, n + i, ms + i * 60_000),
  );
  const rest = [0, 1].flatMap((i) => others(subject, encounter, n * 2 + i, ms));
  return [[encounter, own], ...[...signs, ...rest].map((r): [string, Resource] => [url(), r])];
}

function bundleOf(type: string, n: number, tag: string, visits: number, observations: number): Bundle {
  let count = 0;
  const url = (): string => `urn:uuid:${pad(n, 8)}-0000-4000-8000-${pad(count++, 12)}`;
  const subject = url();
  const start = Date.now() - (200 + (n % 100)) * DAY;
  const list: [string, Resource][] = [[subject, patientOf(n, tag)]];
  for (let v = 0; v < visits; v++) list.push(...visit(n * 3 + v, subject, observations, start + v * 30 * DAY, url));
  return {
    resourceType: 'Bundle',
    type,
    entry: list.map(([fullUrl, resource]) => ({
      ...{ fullUrl, resource },
      request: { method: 'POST', url: resource.resourceType },
    })),
  };
}

/** One patient with three visits of 13 resources: 40 in all. */
export const patientBundle = (n: number): Bundle => bundleOf('transaction', n, '', 3, 6);
/** A patient with one long visit: 50 resources. */
export const visitBundle = (type: string, n: number, tag: string): Bundle => bundleOf(type, n, tag, 1, 42);
