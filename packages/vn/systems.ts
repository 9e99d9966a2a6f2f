/**
 * The identifier systems, code systems and extension URLs of the platform, one flat constant per kind. They are the
 * neutral internal names: mapping to a national guide (VN Core, the insurer's tables) happens where data leave.
 */
export const FHIR_BASE = 'https://mach.vn/fhir';

/** Identifier systems (`identifier.system`). No national number is ever a key: numbers are cancelled and re-issued. */
export const SID = {
  /** 12-digit personal identification number (số định danh cá nhân), printed on the citizen card. */
  cccd: `${FHIR_BASE}/sid/cccd`,
  /** Old 9-digit identity card (CMND). */
  cmnd: `${FHIR_BASE}/sid/cmnd`,
  passport: `${FHIR_BASE}/sid/passport`,
  /** Birth certificate or birth-notice number, for children without a personal number yet. */
  birthCertificate: `${FHIR_BASE}/sid/birth-certificate`,
  /** Health-insurance card: 15, 10 or 12 characters (MA_THE_BHYT). */
  bhyt: `${FHIR_BASE}/sid/bhyt`,
  /** 10-digit social-insurance number (mã số BHXH). */
  bhxh: `${FHIR_BASE}/sid/bhxh`,
  /** Patient code of the facility (MA_BN). */
  patientCode: `${FHIR_BASE}/sid/patient-code`,
  /** Code of an unidentified or newborn person until the real one is known. */
  temporaryPatient: `${FHIR_BASE}/sid/temporary-patient`,
  /** Household number, for family records of a commune station. */
  household: `${FHIR_BASE}/sid/household`,
  /** Visit or stay (MA_LK): joins every table that goes to the insurer, never changes. */
  visitCode: `${FHIR_BASE}/sid/visit-code`,
  /** Admission number of a stay (số vào viện). */
  admissionNumber: `${FHIR_BASE}/sid/admission-number`,
  /** Archive number of a closed record (số lưu trữ). */
  archiveNumber: `${FHIR_BASE}/sid/archive-number`,
  /** 14-character national prescription code. */
  prescriptionCode: `${FHIR_BASE}/sid/prescription-code`,
  /** One order as it is called out, printed and bar-coded. */
  orderCode: `${FHIR_BASE}/sid/order-code`,
  /** Specimen tube. */
  specimen: `${FHIR_BASE}/sid/specimen`,
  /** Accession number of an imaging study. */
  accession: `${FHIR_BASE}/sid/accession`,
  /** 5-character facility code of the insurer (MA_CSKCB). */
  facility: `${FHIR_BASE}/sid/facility`,
  /** 13-digit facility code of the health-data axis. */
  facility13: `${FHIR_BASE}/sid/facility-13`,
  /** Department of a facility (MA_KHOA). */
  department: `${FHIR_BASE}/sid/department`,
  /** Room, bed, desk, store. */
  location: `${FHIR_BASE}/sid/location`,
  /** Practising licence (giấy phép hành nghề, chứng chỉ hành nghề; MA_BAC_SI). */
  practitionerLicence: `${FHIR_BASE}/sid/practitioner-licence`,
  /** Link code of a prescriber on the national prescription system. */
  prescriberLink: `${FHIR_BASE}/sid/prescriber-link`,
  /** Sign-in account. */
  account: `${FHIR_BASE}/sid/account`,
  /** Referral, re-visit and other papers that a patient brings. */
  referralPaper: `${FHIR_BASE}/sid/referral-paper`,
  /** Receipt or bill. */
  invoice: `${FHIR_BASE}/sid/invoice`,
  /** Medical device (MA_MAY). */
  device: `${FHIR_BASE}/sid/device`,
} as const;

/** Code systems (`coding.system`). Dated lists carry their version in `coding.version`. */
export const CS = {
  /** ICD-10, Vietnamese edition; `version` is the circular in force at the end of the visit. */
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  /** ICD-9-CM volume 3 for procedures. */
  icd9cm: 'http://hl7.org/fhir/sid/icd-9-cm',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  snomed: 'http://snomed.info/sct',
  /** Disease codes of traditional medicine. */
  yhct: `${FHIR_BASE}/cs/yhct`,
  /** Services, beds and examinations of the facility (MA_DICH_VU where the service has one). */
  service: `${FHIR_BASE}/cs/service`,
  /** Tag of a Patient whose data may not be used for everything: `restricted`. */
  restriction: `${FHIR_BASE}/cs/data-restriction`,
  /** Group of a service: exam, lab, imaging, procedure, bed … */
  serviceGroup: `${FHIR_BASE}/cs/service-group`,
  /** Cost group of the insurer (MA_NHOM). */
  costGroup: `${FHIR_BASE}/cs/cost-group`,
  /** Drugs of the facility's list. */
  drug: `${FHIR_BASE}/cs/drug`,
  /** Active ingredients (MA_HOAT_CHAT). */
  ingredient: `${FHIR_BASE}/cs/ingredient`,
  /** Routes of administration (MA_DUONG_DUNG). */
  route: `${FHIR_BASE}/cs/route`,
  /** Dose units as printed (viên, ống, gói). */
  doseUnit: `${FHIR_BASE}/cs/dose-unit`,
  /** Medical supplies and implants. */
  supply: `${FHIR_BASE}/cs/supply`,
  /** Test indices (MA_CHI_SO). */
  labIndex: `${FHIR_BASE}/cs/lab-index`,
  /** 54 ethnic groups, 55 foreigner, 99 unknown (MA_DANTOC). */
  ethnic: `${FHIR_BASE}/cs/ethnic`,
  /** Occupations (MA_NGHE_NGHIEP). */
  occupation: `${FHIR_BASE}/cs/occupation`,
  /** Two-digit provinces and cities under the centre. */
  province: `${FHIR_BASE}/cs/province`,
  /** Five-digit wards, communes and special zones, two-level since 1 July 2025. */
  ward: `${FHIR_BASE}/cs/ward`,
  /** Three-digit districts, abolished on 1 July 2025, kept for old addresses. */
  district: `${FHIR_BASE}/cs/district`,
  /** Who pays: insured, fee, on demand, contract. */
  payer: `${FHIR_BASE}/cs/payer`,
  /** Object group on the insurance card (DN, HT, TE …). */
  bhytGroup: `${FHIR_BASE}/cs/bhyt-group`,
  /** Insured category of the visit (MA_DOITUONG_KCB). */
  bhytVisitCategory: `${FHIR_BASE}/cs/bhyt-visit-category`,
  /** Kind of treatment of the insurer (MA_LOAI_KCB). */
  treatmentKind: `${FHIR_BASE}/cs/treatment-kind`,
  /** Outcome of treatment (KET_QUA_DTRI). */
  treatmentResult: `${FHIR_BASE}/cs/treatment-result`,
  /** Kind of leaving (MA_LOAI_RV). */
  leaveKind: `${FHIR_BASE}/cs/leave-kind`,
  /** States of the machines in the product's journeys: one system, a code per machine and state. */
  state: `${FHIR_BASE}/cs/state`,
  /** Reasons for priority in a queue. */
  priorityReason: `${FHIR_BASE}/cs/priority-reason`,
  /** Relation of a contact person to the patient. */
  relation: `${FHIR_BASE}/cs/relation`,
  /** Reasons given when an alert is overridden. */
  overrideReason: `${FHIR_BASE}/cs/override-reason`,
  /** Reasons for cancelling, correcting, returning. */
  changeReason: `${FHIR_BASE}/cs/change-reason`,
  /** Roles of staff. */
  role: `${FHIR_BASE}/cs/role`,
  /** Sensitivity labels of records. */
  sensitivity: `${FHIR_BASE}/cs/sensitivity`,
  /** Kinds of documents and forms. */
  document: `${FHIR_BASE}/cs/document`,
  /** Clinical scores: NEWS2 and others. */
  score: `${FHIR_BASE}/cs/score`,
  /** Codes of problems in an OperationOutcome. */
  issue: `${FHIR_BASE}/cs/issue`,
} as const;

/** Extension URLs. The value's type stands in brackets. */
export const EXT = {
  /** Ethnic group (Coding in `CS.ethnic`). */
  ethnic: `${FHIR_BASE}/ext/ethnic`,
  /** Occupation (Coding in `CS.occupation`). */
  occupation: `${FHIR_BASE}/ext/occupation`,
  /** Nationality (code, ISO 3166-1 alpha-2). */
  nationality: `${FHIR_BASE}/ext/nationality`,
  /** Workplace or school (string). */
  workplace: `${FHIR_BASE}/ext/workplace`,
  /** On Address: province (Coding in `CS.province`). */
  province: `${FHIR_BASE}/ext/province`,
  /** On Address: ward (Coding in `CS.ward`). */
  ward: `${FHIR_BASE}/ext/ward`,
  /** On Address: how surely the codes were matched to the text (code). */
  addressCertainty: `${FHIR_BASE}/ext/address-certainty`,
  /** On Patient: the person said that there is no phone (boolean), which differs from not having been asked. */
  noPhone: `${FHIR_BASE}/ext/no-phone`,
  /** On Identifier: who compared the paper, and when (complex: `by`, `at`). Never a picture of the card. */
  idChecked: `${FHIR_BASE}/ext/id-checked`,

  /** On Encounter, ServiceRequest, MedicationRequest, Composition …: state of its machine (code in `CS.state`). */
  state: `${FHIR_BASE}/ext/state`,
  /** On Encounter: state of the visit (code in `CS.state`). */
  visitState: `${FHIR_BASE}/ext/visit-state`,
  /** Times at which each state was entered (complex: `state`, `at`, `by`). */
  stateTime: `${FHIR_BASE}/ext/state-time`,
  /** Number called out in the queue (string). */
  queueNumber: `${FHIR_BASE}/ext/queue-number`,
  /** Room waited for (Reference Location). */
  room: `${FHIR_BASE}/ext/room`,
  /** Priority in the queue (complex: `level` integer, `reason` Coding). */
  priority: `${FHIR_BASE}/ext/priority`,
  /** Who pays this visit or line (Coding in `CS.payer`). */
  payer: `${FHIR_BASE}/ext/payer`,
  /** Reason for coming, as told (string). */
  visitReason: `${FHIR_BASE}/ext/visit-reason`,
  /** Department in charge (Reference Organization or Location). */
  department: `${FHIR_BASE}/ext/department`,
  /** On Encounter: the insurance card that this visit uses (Reference Coverage). */
  coverage: `${FHIR_BASE}/ext/coverage`,
  /** On Encounter: decided right (complex: `rate` decimal in percent, `category` code MA_DOITUONG_KCB, `hash` string). */
  benefitDecision: `${FHIR_BASE}/ext/benefit-decision`,
  /** Outcome chosen at the end of the visit (Coding). */
  outcome: `${FHIR_BASE}/ext/outcome`,

  /** On Coverage: benefit of the card (complex: `digit`, `rate` decimal in percent, `transport` boolean). */
  benefit: `${FHIR_BASE}/ext/benefit`,
  /** On Coverage: facility of initial registration (Identifier in `SID.facility`). */
  registeredFacility: `${FHIR_BASE}/ext/registered-facility`,
  /** On Coverage: living area K1, K2, K3 (code). */
  livingArea: `${FHIR_BASE}/ext/living-area`,
  /** On Coverage: day from which five continuous years are reached (date). */
  fiveYears: `${FHIR_BASE}/ext/five-years`,
  /** On Coverage: day from which co-payment is waived this year (date). */
  copayExempt: `${FHIR_BASE}/ext/copay-exempt`,
  /** On Coverage: result of the look-up at the insurer (complex: `status`, `at`, `code`). */
  portalCheck: `${FHIR_BASE}/ext/portal-check`,
  /** On Encounter: route of the insured visit (Coding in `CS.bhytVisitCategory`). */
  route: `${FHIR_BASE}/ext/route`,
  /** Price of one unit (decimal, đồng). */
  price: `${FHIR_BASE}/ext/price`,
  /** Ceiling that the insurer accepts (decimal, đồng). */
  priceCeiling: `${FHIR_BASE}/ext/price-ceiling`,
  /** Split of a line's amount (complex: `total`, `insurer`, `copay`, `patient`, `other`; decimals, đồng). */
  payment: `${FHIR_BASE}/ext/payment`,
  /** Payment ratio of a service or drug (decimal, percent). */
  paymentRatio: `${FHIR_BASE}/ext/payment-ratio`,
  /** Hash of the rule pack by which something was decided (complex: `pack`, `hash`). */
  rulePackHash: `${FHIR_BASE}/ext/rule-pack-hash`,

  /** On Patient: allergies known or none, kept by who writes allergies, for lists that join people (code). */
  allergyState: `${FHIR_BASE}/ext/allergy-state`,
  /** On Dosage: the schedule in words, "sáng 1 viên, tối 1 viên, sau ăn" (string). */
  timingText: `${FHIR_BASE}/ext/timing-text`,
  /** On Dosage: amount at morning, noon, afternoon, night (complex: `slot`, `dose`). */
  slotDose: `${FHIR_BASE}/ext/slot-dose`,
  /** On MedicationRequest: days of use (positiveInt). */
  days: `${FHIR_BASE}/ext/days`,
  /** On MedicationRequest: total quantity was edited by hand, with the reason (string). */
  quantityReason: `${FHIR_BASE}/ext/quantity-reason`,
  /** On MedicationRequest: kind of the prescription (code N, H, C, Y). */
  prescriptionKind: `${FHIR_BASE}/ext/prescription-kind`,
  /** On MedicationDispense: lot and expiry (complex: `lot`, `expiry`, `quantity`). */
  lot: `${FHIR_BASE}/ext/lot`,
  /** On ServiceRequest: question to the one who performs (string). */
  clinicalQuestion: `${FHIR_BASE}/ext/clinical-question`,
  /** On Observation: the method or rule that computed it (complex: `name`, `hash`). */
  computedBy: `${FHIR_BASE}/ext/computed-by`,

  /** Recorded late: the deed's time differs from the time it was typed (boolean). */
  lateEntry: `${FHIR_BASE}/ext/late-entry`,
  /** Alert overridden (complex: `alert`, `reason` Coding, `note`). */
  override: `${FHIR_BASE}/ext/override`,
  /** Reason of a correction (complex: `reason` Coding, `note`, `by`). */
  correction: `${FHIR_BASE}/ext/correction`,
  /** Source of imported history (complex: `source`, `batch`, `id`). */
  imported: `${FHIR_BASE}/ext/imported`,
  /** Device and its sequence number when a fact came from an offline device (complex: `device`, `seq`). */
  offline: `${FHIR_BASE}/ext/offline`,
} as const;

export type SystemName = keyof typeof SID;
export type CodeSystemName = keyof typeof CS;
export type ExtensionName = keyof typeof EXT;
