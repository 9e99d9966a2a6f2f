/** Rules by which a resource leaves in the dress of a national guide; the platform's own names stand on the left. */
import type { DressRules } from '../../packages/fhir/profile/dress.ts';
import { CS, EXT, SID } from '../../packages/vn/systems.ts';

const MOH = 'http://fhir.ehealth.gov.vn/core';
const VNC = 'http://fhir.hl7.org.vn/core';
const HL7 = 'http://hl7.org/fhir/StructureDefinition';
const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const COUNTRY = 'urn:iso:std:iso:3166';

const moh = (name: string): string => `${MOH}/StructureDefinition/${name}`;
const vnc = (name: string): string => `${VNC}/StructureDefinition/${name}`;

export const dresses: readonly DressRules[] = [
  {
    dress: 'moh',
    title: 'VN Core của Bộ Y tế (fhir.ehealth.gov.vn/core)',
    from: '2020-12-30',
    to: null,
    profiles: {
      Patient: moh('vn-core-patient'),
      Encounter: moh('vn-core-encounter'),
      Practitioner: moh('vn-core-practitioner'),
      AllergyIntolerance: moh('vn-core-allergy-intolerance'),
      MedicationRequest: moh('vn-core-medication-request'),
      ServiceRequest: moh('vn-core-service-request'),
      Procedure: moh('vn-core-procedure'),
      Immunization: moh('vn-core-immunization'),
    },
    identifiers: [
      {
        system: SID.cccd,
        as: `${MOH}/sid/national_id`,
        use: 'official',
        type: [V2, 'NI', 'National unique individual identifier'],
      },
      {
        system: SID.cmnd,
        as: `${MOH}/sid/citizen_id`,
        use: 'official',
        type: [V2, 'NI', 'National unique individual identifier'],
      },
      { system: SID.passport, as: `${MOH}/sid/passport_number`, type: [V2, 'PPN', 'Passport number'] },
      {
        system: SID.bhyt,
        as: `${MOH}/sid/insurance_number`,
        use: 'official',
        type: [V2, 'SB', 'Social Beneficiary Identifier'],
      },
      {
        system: SID.patientCode,
        as: `${MOH}/sid/patient-internal-id`,
        use: 'secondary',
        type: [V2, 'PI', 'Patient internal identifier'],
      },
      { system: SID.visitCode, as: `${MOH}/sid/VisitNumber`, use: 'official', type: [V2, 'VN', 'Visit number'] },
      {
        system: SID.archiveNumber,
        as: `${MOH}/sid/ArchiveNumber`,
        use: 'official',
        type: [V2, 'MR', 'Medical record number'],
      },
      // The NamingSystem of the facility code repeats the licence's URI; the profile of Organization has the right one.
      { system: SID.facility, as: `${MOH}/sid/provider-code`, use: 'secondary' },
    ],
    // The guide's "race" is the ethnic group (dân tộc) and its "ethic" the religion (tôn giáo).
    extensions: [
      { url: EXT.ethnic, as: moh('extension-race'), concept: true },
      { url: EXT.occupation, as: moh('extension-occupation'), concept: true },
      { url: EXT.nationality, as: moh('extension-nationality'), concept: true, system: COUNTRY },
    ],
    gathered: [{ as: moh('extension-administrative-address'), parts: { state: EXT.province, ward: EXT.ward } }],
    systems: {
      [CS.ethnic]: `${MOH}/CodeSystem/vn-core-race`,
      [CS.province]: `${MOH}/CodeSystem/vn-core-administrative-address`,
      [CS.ward]: `${MOH}/CodeSystem/vn-core-administrative-address`,
    },
    fill: ['HumanName.text', 'Address.text'],
  },
  {
    dress: 'vnc',
    title: 'VN Core cộng đồng (fhir.hl7.org.vn/core)',
    from: '2026-03-22',
    to: null,
    profiles: {
      Patient: vnc('vn-core-patient'),
      Practitioner: vnc('vn-core-practitioner'),
    },
    identifiers: [
      { system: SID.cccd, as: `${VNC}/sid/cccd` },
      { system: SID.cmnd, as: `${VNC}/sid/cmnd` },
      { system: SID.passport, as: `${VNC}/sid/passport` },
      { system: SID.bhyt, as: `${VNC}/sid/bhyt` },
      { system: SID.visitCode, as: `${VNC}/sid/ma-lk` },
      { system: SID.practitionerLicence, as: `${VNC}/sid/cchn` },
    ],
    extensions: [
      { url: EXT.ethnic, as: vnc('vn-ext-ethnicity'), concept: true },
      { url: EXT.occupation, as: vnc('vn-ext-occupation'), concept: true },
      { url: EXT.nationality, as: `${HL7}/patient-nationality`, concept: true, part: 'code', system: COUNTRY },
      { url: EXT.province, as: vnc('vn-ext-province'), concept: true },
      { url: EXT.ward, as: vnc('vn-ext-ward'), concept: true },
    ],
    gathered: [],
    systems: {},
    fill: ['HumanName.text', 'Address.text'],
  },
];
