import { refuse } from '@mach/base/problem.ts';
import { formatDateTime } from '@mach/base/time.ts';
import type { Actor, Engine } from '@mach/engine';
import type { Organization } from '@mach/fhir/types.ts';
import type { AnyRecord, Letterhead, PrintSource } from '@mach/print';
import { readRecord, recordsByToken, referringRecords, type StoredRecord } from '@mach/store';
import { SID } from '@mach/vn/systems.ts';

const WARNINGS = { production: '', demo: 'DỮ LIỆU MẪU', training: 'TẬP' } as const;

/** Records for a form, and the list of what was read for it. */
export interface AuditedSource extends PrintSource {
  /** `Patient/123/_history/2` */
  readonly entities: readonly string[];
}

/** Reads the records of one tenant for one print of one person. */
export async function printSource(engine: Engine, actor: Actor): Promise<AuditedSource> {
  const on = engine.database.tenant(actor.tenant);
  const facility = engine.facility(actor.tenant);
  const now = engine.clock.now().toISOString();
  const entities = new Set<string>();
  const keep = <T>(record: StoredRecord): T & { id: string } => {
    entities.add(`${record.type}/${record.id}/_history/${record.version}`);
    return record.resource as unknown as T & { id: string };
  };
  const find = async <T extends AnyRecord>(type: T['resourceType'], id: string) => {
    const record = id === '' ? undefined : await readRecord(on, type, id);
    return record === undefined || record.deleted ? undefined : keep<T>(record);
  };
  const [own] = await recordsByToken(on, 'Organization.identifier', SID.facility, [facility.code]);
  return {
    facility,
    now,
    letterhead: letterhead(facility, own?.resource as Organization | undefined, actor, now),
    get entities() {
      return [...entities];
    },
    find,
    read: async (type, id) => (await find(type, id)) ?? missing(type, id),
    referring: async <T extends AnyRecord>(param: string, id: string) =>
      (await referringRecords(on, [{ param, value: id }])).map(({ record }) => keep<T>(record)),
    pack: <T>(subject: string, day: string) => engine.packsOf(actor.tenant).at<T>(subject, day).data,
  };
}

function letterhead(
  facility: { code: string; name: string; mode: keyof typeof WARNINGS },
  own: Organization | undefined,
  actor: Actor,
  now: string,
): Letterhead {
  return {
    name: own?.name ?? facility.name,
    code: facility.code,
    address: own?.address?.[0]?.text ?? '',
    phone: own?.telecom?.find((t) => t.system === 'phone')?.value ?? '',
    warning: WARNINGS[facility.mode],
    printedAt: formatDateTime(now),
    printedBy: actor.name,
  };
}

function missing(type: string, id: string): never {
  throw refuse(404, 'not-found', { vi: `Không có ${type} ${id}`, en: `There is no ${type} ${id}` });
}
