/**
 * Where the definitions package departs from the published FHIR R4 (4.0.1).
 *
 * The package that we read adds elements of its own and of later FHIR releases to R4 types. A strict R4 server must
 * refuse them, so the snapshot takes them out again. Each entry was found by comparing the structure definitions
 * with the R4 JSON schema (`fhir.schema.json`) of the same package; the R4 content of
 * `EvidenceVariable.characteristic` is from http://hl7.org/fhir/R4/evidencevariable-definitions.html.
 */

/** Resource types that are no R4 resources (R4B and later, or logical only). */
export const NOT_R4_TYPES = new Set(['SubscriptionStatus', 'MetadataResource']);

/** Elements (with everything below them) that are not in R4. */
export const NOT_R4_ELEMENTS = [
  'Meta.project',
  'Meta.author',
  'Meta.onBehalfOf',
  'Meta.account',
  'Meta.accounts',
  'Meta.compartment',
  'Meta.deleted',
  'Binary.url',
  'DeviceDefinition.bodySite',
  'DeviceDefinition.classification',
  'EvidenceVariable.characteristic.linkId',
  'EvidenceVariable.characteristic.note',
  'EvidenceVariable.characteristic.definitionReference',
  'EvidenceVariable.characteristic.definitionCanonical',
  'EvidenceVariable.characteristic.definitionCodeableConcept',
  'EvidenceVariable.characteristic.definitionExpression',
  'EvidenceVariable.characteristic.definitionId',
  'EvidenceVariable.characteristic.definitionByTypeAndValue',
  'EvidenceVariable.characteristic.definitionByCombination',
  'EvidenceVariable.characteristic.instances[x]',
  'EvidenceVariable.characteristic.duration[x]',
  'EvidenceVariable.characteristic.timeFromEvent',
  'ResearchStudy.name',
  'ResearchStudy.label',
  'ResearchStudy.studyDesign',
  'ResearchStudy.region',
  'ResearchStudy.descriptionSummary',
  'ResearchStudy.classifier',
  'ResearchStudy.associatedParty',
  'ResearchStudy.progressStatus',
  'ResearchStudy.whyStopped',
  'ResearchStudy.recruitment',
  'ResearchStudy.comparisonGroup',
  'ResearchStudy.outcomeMeasure',
  'ResearchStudy.result',
  'ResearchStudy.objective.description',
];

/** Invariants that came with those elements. */
export const NOT_R4_INVARIANTS = new Set(['evv-1']);

/** Search parameters that came with those elements. */
export const NOT_R4_SEARCH = new Set(['DeviceDefinition.classification']);

/**
 * Composite parameters whose components R4 itself publishes with each other's definitions
 * (`code` as the reference, `target` as the token).
 */
export const SWAPPED_COMPONENTS = new Set(['DocumentReference-relationship']);

/** An element given by hand: name, min, max (0 means many), types. */
export type HandElement = readonly [name: string, min: number, max: number, types: string];

/** R4 elements that the package has replaced. */
export const R4_ELEMENTS: Readonly<Record<string, readonly HandElement[]>> = {
  'EvidenceVariable.characteristic': [
    ['definition[x]', 1, 1, 'Reference(Group),canonical,CodeableConcept,Expression,DataRequirement,TriggerDefinition'],
    ['usageContext', 0, 0, 'UsageContext'],
    ['participantEffective[x]', 0, 1, 'dateTime,Period,Duration,Timing'],
    ['timeFromStart', 0, 1, 'Duration'],
    ['groupMeasure', 0, 1, 'code'],
  ],
};

/** Cardinalities that the package changed: path → [min, max]. */
export const R4_CARDINALITY: Readonly<Record<string, readonly [number, number]>> = {
  'EvidenceVariable.characteristic': [1, 0],
};

/**
 * Codes of value sets over external systems that the definitions cannot enumerate.
 * ISO 4217: the published list one (active codes and funds) with the withdrawn HRK, CUC, SLL and ANG kept for old
 * claims.
 */
export const EXTERNAL_VALUE_SETS: Readonly<Record<string, readonly (readonly [string, readonly string[]])[]>> = {
  'http://hl7.org/fhir/ValueSet/currencies': [
    [
      'urn:iso:std:iso:4217',
      (
        'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD ' +
        'CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS ' +
        'GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD ' +
        'KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR ' +
        'NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN ' +
        'SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG ' +
        'XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG ZWL'
      ).split(' '),
    ],
  ],
};
