import { randomBytes, timingSafeEqual } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import { type Queryable, tokenHash } from '@mach/store';
import type { Engine } from '../engine.ts';
import { identityPolicy } from './policy.ts';

/** A device that this facility has taken in, as its request proves. */
export interface Device {
  id: string;
  tenant: number;
  kind: 'ward' | 'phone';
  label: string;
  room: string | null;
  /** The key was renewed: the browser must keep this one from now on. */
  credential: string | undefined;
}

export interface DeviceRow {
  key: string;
  kind: 'ward' | 'phone';
  label: string;
  room: string | null;
  createdBy: string;
  createdAt: string;
  enrolledAt: string | null;
  lastSeenAt: string | null;
  revokedAt: string | null;
  revokedWhy: string | null;
}

interface Row {
  id: string;
  tenant: number;
  kind: Device['kind'];
  label: string;
  room: string | null;
  key_hash: Buffer;
  previous_key_hash: Buffer | null;
  rotated_at: Date;
}

const same = (a: Buffer | null, b: Buffer): boolean => a !== null && a.length === b.length && timingSafeEqual(a, b);
const newKey = (): string => randomBytes(32).toString('base64url');

/** Takes a device in by the one-time token of its enrolment. @throws Problem 401 when that is used or over */
export async function enrolDevice(engine: Engine, token: string): Promise<Device> {
  const key = newKey();
  const { rows } = await engine.database.system.query<Row & Record<string, unknown>>({
    name: 'device_enrol',
    text: `update system.device set key_hash = $2, previous_key_hash = null, rotated_at = $3, enrolled_at = $3,
             last_seen_at = $3, enrol_hash = null, enrol_until = null
           where enrol_hash = $1 and enrol_until > $3 and revoked_at is null returning id, tenant, kind, label, room`,
    values: [tokenHash(token), tokenHash(key), engine.clock.now()],
  });
  const row = rows[0];
  if (!row)
    throw refuse(
      401,
      'enrolment-over',
      { vi: 'Mã ghi danh thiết bị đã dùng hoặc hết hạn', en: 'The enrolment code is used or over' },
      { remedy: { vi: 'Nhờ quản trị tạo mã mới', en: 'Ask an administrator for a new one' } },
    );
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind,
    label: row.label,
    room: row.room,
    credential: `${row.id}.${key}`,
  };
}

/**
 * The device that a credential belongs to. Its key is renewed once a day; the former one stays good until the new one has
 * come back, since an answer may be lost. A key older than that is a copy: the device is shut out.
 */
export async function knownDevice(engine: Engine, credential: string | undefined): Promise<Device | undefined> {
  const [id = '', key = ''] = credential?.split('.') ?? [];
  if (!/^[0-9a-f-]{36}$/.test(id) || key === '') return undefined;
  const on = engine.database.system;
  const now = engine.clock.now();
  const { rows } = await on.query<Row & Record<string, unknown>>({
    name: 'device_known',
    text: `select id, tenant, kind, label, room, key_hash, previous_key_hash, rotated_at from system.device
           where id = $1 and revoked_at is null and key_hash is not null`,
    values: [id],
  });
  const row = rows[0];
  if (!row) return undefined;
  const device: Device = {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind,
    label: row.label,
    room: row.room,
    credential: undefined,
  };
  const digest = tokenHash(key);
  const current = same(row.key_hash, digest);
  if (!current && !same(row.previous_key_hash, digest)) {
    await on.query({
      name: 'device_copied',
      text: `update system.device set revoked_at = $2, revoked_why = 'copied' where id = $1`,
      values: [id, now],
    });
    return undefined;
  }
  const due =
    now.getTime() - row.rotated_at.getTime() > identityPolicy(engine, row.tenant).device.rotateHours * 3_600_000;
  if (current && !due) {
    await on.query({
      name: 'device_seen',
      text: 'update system.device set last_seen_at = $2, previous_key_hash = null where id = $1',
      values: [id, now],
    });
    return device;
  }
  const fresh = newKey();
  // The former key keeps its place until the new one is seen; of two renewals at once the later is the device's.
  await on.query({
    name: 'device_rotate',
    text: `update system.device set key_hash = $2, previous_key_hash = $3, rotated_at = $4, last_seen_at = $4 where id = $1`,
    values: [id, tokenHash(fresh), digest, now],
  });
  return { ...device, credential: `${id}.${fresh}` };
}

export async function listDevices(on: Queryable, tenant: number): Promise<DeviceRow[]> {
  const { rows } = await on.query<{
    id: string;
    kind: Device['kind'];
    label: string;
    room: string | null;
    created_by: string;
    created_at: Date;
    enrolled_at: Date | null;
    last_seen_at: Date | null;
    revoked_at: Date | null;
    revoked_why: string | null;
  }>({
    name: 'device_list',
    text: `select id, kind, label, room, created_by, created_at, enrolled_at, last_seen_at, revoked_at, revoked_why
           from system.device where tenant = $1 order by revoked_at is not null, created_at desc, id limit 500`,
    values: [tenant],
  });
  return rows.map((row) => ({
    key: row.id,
    kind: row.kind,
    label: row.label,
    room: row.room,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    enrolledAt: row.enrolled_at?.toISOString() ?? null,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revokedWhy: row.revoked_why,
  }));
}
