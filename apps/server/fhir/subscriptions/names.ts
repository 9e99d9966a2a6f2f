/** Canonical names of the Subscriptions R5 Backport for R4 (http://hl7.org/fhir/uv/subscriptions-backport). */
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
export const PROFILE = {
  notification: `${BACKPORT}/backport-subscription-notification-r4`,
  status: `${BACKPORT}/backport-subscription-status-r4`,
} as const;
export const EXTENSION = {
  filter: `${BACKPORT}/backport-filter-criteria`,
  content: `${BACKPORT}/backport-payload-content`,
  heartbeat: `${BACKPORT}/backport-heartbeat-period`,
  timeout: `${BACKPORT}/backport-timeout`,
  maxCount: `${BACKPORT}/backport-max-count`,
} as const;
/** SubscriptionTopic in a Basic of R4: R5's elements as extensions. */
export const R5_TOPIC = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic';
/** Topics that come with the product. */
export const OWN_TOPIC = 'https://mach.vn/fhir/SubscriptionTopic';
export const CAPABILITY_TOPIC = `${BACKPORT}/capabilitystatement-subscriptiontopic-canonical`;
