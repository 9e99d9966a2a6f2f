import type { Text } from '@mach/base/problem.ts';
import { isResourceType } from '@mach/store';
import { CAPABILITY_TOPIC, OWN_TOPIC } from './names.ts';

export type Interaction = 'create' | 'update' | 'delete';

/** When a change of a record is an event of a topic. */
export interface Trigger {
  readonly resource: string;
  readonly interactions: readonly Interaction[];
  /** Search conditions that the record met before, and meets now. */
  readonly previous?: string;
  readonly current?: string;
  /** Both must hold; else one of the two is enough. */
  readonly both?: boolean;
  /** Whether the condition on what was before holds for a record that is new. */
  readonly createPasses?: boolean;
  /** FHIRPath on what it is now, with `%previous` and `%current`. */
  readonly path?: string;
}

export interface Topic {
  readonly id: string;
  readonly url: string;
  readonly title: Text;
  readonly triggers: readonly Trigger[];
}

const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const ABNORMAL = "('A' | 'AA' | 'H' | 'HH' | 'HU' | 'L' | 'LL' | 'LU' | '<' | '>' | 'POS' | 'R')";
const isAbnormal = (of: string): string =>
  `(${of}.status in ('final' | 'amended' | 'corrected') and (${of}.interpretation | ${of}.component.interpretation)` +
  `.coding.where(system = '${INTERPRETATION}' and code in ${ABNORMAL}).exists())`;

/** The claim's own state as the claims module writes it. */
const CLAIM_STATE = 'https://mach.vn/fhir/ext/state';
const claimState = (of: string): string => `${of}.extension.where(url = '${CLAIM_STATE}').value`;
const ANSWERED = "('received' | 'returned')";

const topic = (id: string, vi: string, en: string, triggers: readonly Trigger[]): Topic => ({
  id,
  url: `${OWN_TOPIC}/${id}`,
  title: { vi, en },
  triggers,
});

const SHIPPED: readonly Topic[] = [
  topic('encounter-start', 'Người bệnh bắt đầu được khám hoặc nhập viện', 'A visit or stay begins', [
    {
      resource: 'Encounter',
      interactions: ['create', 'update'],
      previous: 'status:not=in-progress',
      current: 'status=in-progress',
      both: true,
      createPasses: true,
    },
  ]),
  topic('encounter-end', 'Lượt khám hoặc đợt điều trị kết thúc', 'A visit or stay ends', [
    {
      resource: 'Encounter',
      interactions: ['create', 'update'],
      previous: 'status:not=finished',
      current: 'status=finished',
      both: true,
      createPasses: true,
    },
  ]),
  topic('observation-abnormal', 'Kết quả đã duyệt nằm ngoài khoảng bình thường', 'A final result is abnormal', [
    {
      resource: 'Observation',
      interactions: ['create', 'update'],
      path: `${isAbnormal('%current')} and (%previous.empty() or ${isAbnormal('%previous')}.not())`,
    },
  ]),
  topic('claim-answered', 'Cơ quan bảo hiểm đã trả lời hồ sơ thanh toán', 'The insurer has answered a claim', [
    { resource: 'ClaimResponse', interactions: ['create', 'update'], current: 'outcome=complete,partial,error' },
    {
      resource: 'Claim',
      interactions: ['update'],
      path: `${claimState('%current')} in ${ANSWERED} and (${claimState('%previous')} ~ ${claimState('%current')}).not()`,
    },
  ]),
];

const CHANGES: Readonly<Record<string, readonly [readonly Interaction[], vi: string, en: string]>> = {
  change: [['create', 'update', 'delete'], 'được tạo, sửa hoặc xoá', 'is created, updated or deleted'],
  create: [['create'], 'được tạo', 'is created'],
  update: [['update'], 'được sửa', 'is updated'],
  delete: [['delete'], 'bị xoá', 'is deleted'],
};

/** The topics that come with the product; those by type (`Patient-change`, `-create`, `-update`, `-delete`) are made when asked for. */
export const shippedTopics = (): readonly Topic[] => SHIPPED;

/** The shipped topics, as a CapabilityStatement tells them (at the resource Subscription). */
export const topicExtensions = (): object[] =>
  SHIPPED.map(({ url }) => ({ url: CAPABILITY_TOPIC, valueCanonical: url }));

/** A topic of the product by its url or id. */
export function ownTopic(name: string): Topic | undefined {
  const id = name.startsWith(`${OWN_TOPIC}/`) ? name.slice(OWN_TOPIC.length + 1) : name;
  const shipped = SHIPPED.find((t) => t.id === id);
  if (shipped) return shipped;
  const [, type = '', kind = ''] = /^([A-Za-z]+)-([a-z]+)$/.exec(id) ?? [];
  const change = Object.hasOwn(CHANGES, kind) ? CHANGES[kind] : undefined;
  if (!change || !isResourceType(type)) return undefined;
  const [interactions, vi, en] = change;
  return topic(id, `${type} ${vi}`, `${type} ${en}`, [{ resource: type, interactions }]);
}

/** The topic that a plain R4 criterion is: `Observation?code=…`, any creation or update that meets it. */
export function criteriaTopic(criteria: string): { topic: Topic; filter: string } | undefined {
  const [, type = '', query = ''] = /^([A-Za-z]+)(?:\?(.*))?$/s.exec(criteria) ?? [];
  if (!isResourceType(type)) return undefined;
  const url = `${OWN_TOPIC}/${type}-change`;
  const title = { vi: criteria, en: criteria };
  return {
    topic: { id: `${type}-criteria`, url, title, triggers: [{ resource: type, interactions: ['create', 'update'] }] },
    filter: `${type}?${query}`,
  };
}

/** A topic as R5 writes it. */
export function topicResource(t: Topic): object {
  return {
    resourceType: 'SubscriptionTopic',
    id: t.id,
    url: t.url,
    title: t.title.vi,
    status: 'active',
    description: t.title.en,
    resourceTrigger: t.triggers.map((trigger) => ({
      resource: `http://hl7.org/fhir/StructureDefinition/${trigger.resource}`,
      supportedInteraction: trigger.interactions,
      ...(trigger.previous === undefined && trigger.current === undefined
        ? {}
        : {
            queryCriteria: {
              ...(trigger.previous === undefined ? {} : { previous: trigger.previous }),
              ...(trigger.createPasses ? { resultForCreate: 'test-passes' } : {}),
              ...(trigger.current === undefined ? {} : { current: trigger.current }),
              requireBoth: trigger.both ?? false,
            },
          }),
      ...(trigger.path === undefined ? {} : { fhirPathCriteria: trigger.path }),
    })),
    notificationShape: t.triggers.map(({ resource }) => ({ resource })),
  };
}
