import type { Engine } from '@mach/engine';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import { parseSearchString } from '@mach/fhir/search-syntax.ts';
import { isResourceType, type StoredRecord, searchRecords } from '@mach/store';
import { topicTest } from './conditions.ts';
import { R5_TOPIC } from './names.ts';
import { type Interaction, ownTopic, type Topic, type Trigger } from './topics.ts';

/** Topics of the facility's own beyond this number are not looked at. */
const MAX_TOPICS = 200;
const KIND = 'http://hl7.org/fhir/fhir-types|SubscriptionTopic';

/**
 * The topics of a facility: those of the product, and its own, each a Basic with the code SubscriptionTopic that holds
 * R5's elements as extensions (the way of the backport for R4).
 */
export class TopicShelf {
  private readonly engine: Engine;
  private readonly tenant: number;
  private own: Promise<ReadonlyMap<string, Topic>> | undefined;

  constructor(engine: Engine, tenant: number) {
    this.engine = engine;
    this.tenant = tenant;
  }

  /** A Basic was written: what is known of it may be old. */
  forget(): void {
    this.own = undefined;
  }

  async all(): Promise<(url: string) => Topic | undefined> {
    this.own ??= this.read();
    const own = await this.own.catch((error: unknown) => {
      this.own = undefined;
      throw error;
    });
    return (url) => ownTopic(url) ?? own.get(url);
  }

  async listed(): Promise<Topic[]> {
    await this.all();
    return [...((await this.own) ?? new Map<string, Topic>()).values()];
  }

  private async read(): Promise<ReadonlyMap<string, Topic>> {
    const query = parseSearchString('Basic', `code=${KIND}&_count=${MAX_TOPICS}`);
    if (!query.ok) throw new Error('the search for topics cannot be read');
    const { matches } = await searchRecords(this.engine.database, this.tenant, 'Basic', query.value);
    const topics = matches.flatMap((record) => topicOf(record) ?? []);
    return new Map(topics.map((t) => [t.url, t]));
  }
}

/** A topic in a Basic; undefined where it makes no sense. */
function topicOf(record: StoredRecord): Topic | undefined {
  const basic = record.resource as unknown as JsonObject;
  const value = (of: unknown, name: string): unknown => {
    const [found] = parts(of, name);
    return found && Object.entries(found).find(([key]) => key.startsWith('value'))?.[1];
  };
  const url = value(basic, `${R5_TOPIC}.url`);
  const status = value(basic, `${R5_TOPIC}.status`);
  if (typeof url !== 'string' || status === 'retired' || status === 'draft') return undefined;
  const triggers = parts(basic, `${R5_TOPIC}.resourceTrigger`).flatMap((trigger): Trigger[] => {
    const resource = String(value(trigger, 'resource') ?? '').replace(/^.*\//, '');
    if (!isResourceType(resource)) return [];
    const [query] = parts(trigger, 'queryCriteria');
    const text = (of: unknown, name: string, key: string): object => {
      const found = value(of, name);
      return typeof found === 'string' ? { [key]: found } : {};
    };
    const interactions = parts(trigger, 'supportedInteraction').map((e) => e.valueCode as Interaction);
    return [
      {
        resource,
        interactions: interactions.length > 0 ? interactions : ['create', 'update', 'delete'],
        ...text(query, 'previous', 'previous'),
        ...text(query, 'current', 'current'),
        both: value(query, 'requireBoth') === true,
        createPasses: value(query, 'resultForCreate') === 'test-passes',
        ...text(trigger, 'fhirPathCriteria', 'path'),
      },
    ];
  });
  const title = String(value(basic, `${R5_TOPIC}.title`) ?? url);
  const topic: Topic = { id: record.id, url, title: { vi: title, en: title }, triggers };
  try {
    topicTest(topic);
  } catch {
    return undefined;
  }
  return triggers.length > 0 ? topic : undefined;
}

const parts = (of: unknown, url: string): JsonObject[] => {
  const list = isObject(of) && Array.isArray(of.extension) ? of.extension : [];
  return list.filter((e): e is JsonObject => isObject(e) && e.url === url);
};
