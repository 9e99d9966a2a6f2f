/**
 * The R4 resource types in their fixed order: a type's number in the database is its place here plus one.
 * R4 is closed, so the order never changes; nothing may be inserted.
 */
export const RESOURCE_TYPES = (
  'Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary ' +
  'BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem ' +
  'ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest ' +
  'CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest ' +
  'CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement ' +
  'DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest ' +
  'EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit ' +
  'FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization ' +
  'ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List ' +
  'Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge ' +
  'MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization ' +
  'MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient ' +
  'MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical ' +
  'MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder ' +
  'Observation ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation ' +
  'Parameters Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole ' +
  'Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition ' +
  'ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule ' +
  'SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap Subscription ' +
  'Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation ' +
  'SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities ' +
  'TestReport TestScript ValueSet VerificationResult VisionPrescription'
).split(' ');

const numbers = new Map(RESOURCE_TYPES.map((type, index) => [type, index + 1]));

export function isResourceType(type: string): boolean {
  return numbers.has(type);
}

/** Throws on an unknown type: the doors check it before. */
export function typeNumber(type: string): number {
  const number = numbers.get(type);
  if (number === undefined) throw new RangeError(`not an R4 resource type: ${type}`);
  return number;
}

export function typeName(number: number): string {
  const name = RESOURCE_TYPES[number - 1];
  if (name === undefined) throw new RangeError(`no resource type has the number ${number}`);
  return name;
}
