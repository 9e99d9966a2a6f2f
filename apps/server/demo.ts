import { systemClock } from '@mach/base/clock.ts';
import { clockIds } from '@mach/base/ids.ts';
import { type Engine, hashPassword, type RulePacks, recordWrite } from '@mach/engine';
import type { Location, Organization, Practitioner } from '@mach/fhir/types.ts';
import { splitName } from '@mach/vn/names.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import type pg from 'pg';
import { type AppDraft, saveApp } from './oauth/register.ts';

export const DEMO_PASSWORD = 'mach-demo';
export const DEMO_CLIENT = { id: 'demo-system', secret: 'demo-system-secret' } as const;

/** For people who write apps: comes back to any port of their own machine. */
const DEMO_APP: AppDraft = {
  id: 'demo-smart',
  tenant: 1,
  name: 'Ứng dụng SMART thử nghiệm',
  kind: 'public',
  secretHash: null,
  scopes: ['patient/*.cruds', 'user/*.cruds'],
  redirectUris: ['http://127.0.0.1/', 'http://localhost/', 'http://127.0.0.1/callback', 'http://localhost/callback'],
  launchUrl: null,
  jwks: null,
  jwksUri: null,
  demo: true,
};

/** An account and a seller that do not exist: what the simulated bank and e-invoice provider work with. */
const DEMO_SETTINGS: Readonly<Record<string, unknown>> = {
  'cashier.bank': {
    bank: '970436',
    bankName: 'Vietcombank',
    account: '0990010000001',
    holder: 'BENH VIEN MAU',
    secret: 'bank-simulator-secret',
  },
  'cashier.e-invoice': {
    taxCode: '0109990001',
    name: 'Bệnh viện Đa khoa Mẫu',
    address: '1 Đường Mẫu, Phường Ba Đình, Hà Nội',
  },
};

/** Roles of the demo pack → roles of the modules' manifests. */
const ROLES: Readonly<Record<string, string>> = {
  lab: 'lab-technician',
  imaging: 'radiographer',
  claims: 'claims-officer',
  admin: 'administrator',
};
/** Accounts of devices: nobody's, with the one role that the device needs. */
const DEVICES = [{ login: 'kiosk', name: 'Kiosk lấy số', role: 'kiosk' }] as const;
export const roleOf = (packRole: string): string => ROLES[packRole] ?? packRole;

interface Columnar {
  columns: string[];
  rows: (string | number | boolean | null)[][];
}
type Cells = Record<string, string | number | boolean | null>;
interface DemoHospital {
  facility: { code: string; shortName: string; name: { vi: string } };
  departments: Columnar;
  rooms: Columnar;
  staff: Columnar;
  openingStock: Columnar;
}

export function demoTable({ columns, rows }: Columnar): Cells[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])));
}

export function demoHospital(packs: RulePacks): DemoHospital {
  return packs.at<DemoHospital>('demo-hospital', '2026-11-22').data;
}

/** Facility 1 "BV Mẫu", its accounts and the demo client; written once, as the owner. */
export async function seedDemo(owner: pg.Client, packs: RulePacks): Promise<void> {
  const hospital = demoHospital(packs);
  await owner.query(
    `insert into system.tenant (id, facility_code, name, mode) values (1, $1, $2, 'demo') on conflict do nothing`,
    [hospital.facility.code, hospital.facility.shortName],
  );
  const ids = clockIds(systemClock);
  const hash = await hashPassword(DEMO_PASSWORD);
  for (const person of demoTable(hospital.staff)) {
    if (!person.demoLogin) continue;
    const { rows } = await owner.query<{ id: string }>(
      `insert into system.account (id, login, display_name, password_hash, demo) values ($1, $2, $3, $4, true)
       on conflict (login) do update set display_name = excluded.display_name returning id`,
      [ids(), person.account, [person.prefix, person.name].filter(Boolean).join(' '), hash],
    );
    await owner.query(
      `insert into system.membership (tenant, account, roles, practitioner) values (1, $1, $2, $3) on conflict do nothing`,
      [rows[0]?.id, [roleOf(String(person.role))], `prac-${String(person.account)}`],
    );
  }
  for (const device of DEVICES) {
    const { rows } = await owner.query<{ id: string }>(
      `insert into system.account (id, login, display_name, password_hash, demo) values ($1, $2, $3, $4, true)
       on conflict (login) do update set display_name = excluded.display_name returning id`,
      [ids(), device.login, device.name, hash],
    );
    await owner.query(
      'insert into system.membership (tenant, account, roles) values (1, $1, $2) on conflict do nothing',
      [rows[0]?.id, [device.role]],
    );
  }
  for (const [key, value] of Object.entries(DEMO_SETTINGS))
    await owner.query(
      'insert into system.setting (tenant, key, value) values (1, $1, $2) on conflict (tenant, key) do nothing',
      [key, JSON.stringify(value)],
    );
  await owner.query(
    `insert into system.client (id, tenant, secret_hash, scopes, demo) values ($1, 1, $2, $3, true) on conflict do nothing`,
    [DEMO_CLIENT.id, await hashPassword(DEMO_CLIENT.secret), ['system/*.cruds']],
  );
  await saveApp(owner, DEMO_APP);
}

/** Organizations, rooms and practitioners of the demo hospital as records: one command under one key, so once. */
export async function seedDemoRecords(engine: Engine): Promise<void> {
  const hospital = demoHospital(engine.packs);
  const actor = engine.systemActor(1, 'setup', ['importer']);
  const resources = [...organizations(hospital), ...locations(hospital), ...practitioners(hospital)];
  const entries = resources.map((resource) => ({
    op: 'put' as const,
    resource: resource as typeof resource & Record<string, unknown>,
  }));
  const key = `setup-records-${engine.packs.at('demo-hospital', '2026-11-22').hash.slice(0, 32)}`;
  await engine.sendByName(recordWrite.name, { entries, references: 'check' }, actor, { key });
}

function organizations(hospital: DemoHospital): (Organization & { id: string })[] {
  const root: Organization & { id: string } = {
    resourceType: 'Organization',
    id: 'org',
    active: true,
    name: hospital.facility.name.vi,
    alias: [hospital.facility.shortName],
    identifier: [{ system: SID.facility, value: hospital.facility.code }],
  };
  return [
    root,
    ...demoTable(hospital.departments).map((d): Organization & { id: string } => ({
      resourceType: 'Organization',
      id: `dep-${String(d.code).toLowerCase()}`,
      active: true,
      name: String(d.vi),
      identifier: [{ system: SID.department, value: String(d.code) }],
      partOf: { reference: 'Organization/org' },
    })),
  ];
}

/** `room-305`, `room-td1` … */
export const roomId = (code: string): string => `room-${code.toLowerCase()}`;

function locations(hospital: DemoHospital): (Location & { id: string })[] {
  return demoTable(hospital.rooms).map((room) => ({
    resourceType: 'Location',
    id: roomId(String(room.code)),
    status: 'active',
    mode: 'instance',
    name: String(room.vi),
    identifier: [{ system: SID.location, value: String(room.code) }],
    type: [
      {
        coding: [{ system: CS.role, code: String(room.kind) }],
        ...(room.specialty ? { text: String(room.specialty) } : {}),
      },
    ],
    managingOrganization: { reference: `Organization/dep-${String(room.department).toLowerCase()}` },
    ...(room.examService
      ? { extension: [{ url: `${EXT.room}-exam-service`, valueString: String(room.examService) }] }
      : {}),
  }));
}

function practitioners(hospital: DemoHospital): (Practitioner & { id: string })[] {
  return demoTable(hospital.staff).map((person) => {
    const name = splitName(String(person.name));
    return {
      resourceType: 'Practitioner',
      id: `prac-${String(person.account)}`,
      active: true,
      identifier: [
        { system: SID.account, value: String(person.account) },
        ...(person.licence ? [{ system: SID.practitionerLicence, value: String(person.licence) }] : []),
      ],
      name: [
        {
          use: 'official',
          text: [person.prefix, person.name].filter(Boolean).join(' '),
          ...(name.split ? { family: name.family, given: [name.middle, name.given].filter(Boolean) } : {}),
        },
      ],
      gender: person.sex === 'F' ? 'female' : 'male',
      qualification: person.title ? [{ code: { text: String(person.title) } }] : undefined,
    } satisfies Practitioner & { id: string };
  });
}
