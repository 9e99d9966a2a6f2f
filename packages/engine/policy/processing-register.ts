import type { Text } from '@mach/base/problem.ts';
import { type Row, typeName } from '@mach/store';
import type { Engine } from '../engine.ts';
import { accessService } from './service.ts';

/* The register of processing, read from what is installed and stored; the pack says only what configuration cannot. */

const PROCESSING_PACK = 'privacy-processing';
/** Parts of the engine serve the modules and have no purpose of their own. */
const ENGINE_PARTS: readonly string[] = ['record', 'exchange', 'jobs'];

interface ProcessingPack {
  readonly bases: Readonly<Record<string, Text>>;
  readonly modules: Readonly<Record<string, { purpose: Text; basis: string; retention: Text }>>;
  readonly categories: Readonly<Record<string, { sensitive: boolean; text: Text; types: readonly string[] }>>;
}

export interface ProcessingRegister {
  readonly facility: { readonly code: string; readonly name: string };
  readonly madeAt: string;
  readonly pack: { readonly edition: string; readonly hash: string };
  /** What is done: one line a module. Null: not declared. */
  readonly activities: readonly {
    readonly module: string;
    readonly title: Text;
    readonly purpose: Text | null;
    readonly basis: Text | null;
    readonly retention: Text | null;
    readonly roles: readonly string[];
    readonly people: number;
  }[];
  /** What is kept, and which roles may read it raw. */
  readonly data: readonly {
    readonly type: string;
    readonly records: number;
    readonly category: Text | null;
    readonly sensitive: boolean | null;
    readonly readers: readonly string[];
  }[];
  /** Where it goes: destinations of the outbox, partners' clients, subscriptions. */
  readonly recipients: readonly {
    readonly kind: 'destination' | 'client' | 'subscription';
    readonly name: string;
    readonly title: Text;
    readonly simulated: boolean;
    readonly messages: number;
    readonly lastAt: string | null;
    readonly scopes: readonly string[];
  }[];
  readonly measures: {
    readonly policy: { readonly name: string; readonly title: Text; readonly rules: readonly Text[] };
    readonly auditSeals: number;
    readonly auditRows: number;
    readonly people: number;
    readonly withSecondFactor: number;
    readonly brokenGlass: number;
    readonly unusualOpen: number;
    readonly refusals: number;
  };
  /** What is installed and not declared: work for the privacy officer. */
  readonly gaps: readonly Text[];
}

interface Numbers extends Row {
  seals: string;
  rows: string;
  people: string;
  factors: string;
  unusual: string;
  refusals: string;
  broken: string;
}

/** The register as things stand now. Counts are exact: a large house waits a few seconds for them. */
export async function processingRegister(engine: Engine, tenant: number): Promise<ProcessingRegister> {
  const on = engine.database.tenant(tenant);
  const now = engine.clock.now().toISOString();
  const { data: pack, edition, hash } = engine.packs.at<ProcessingPack>(PROCESSING_PACK, now);
  const [types, outbox, clients, subscriptions, members, numbers] = await Promise.all([
    on.query<Row & { type: number; n: string }>({
      text: 'select type, count(*) as n from record where tenant = mach_tenant() and not deleted group by type',
    }),
    on.query<Row & { destination: string; n: string; last: Date }>({
      text: `select destination, count(*) as n, max(created_at) as last from outbox where tenant = mach_tenant() group by 1`,
    }),
    engine.database.system.query<Row & { id: string; scopes: string[] }>({
      text: 'select id, scopes from system.client where tenant = $1 order by id',
      values: [tenant],
    }),
    on.query<Row & { id: string; criteria: string | null; endpoint: string | null }>({
      text: `select s.id, r.content::jsonb ->> 'criteria' as criteria, r.content::jsonb #>> '{channel,endpoint}' as endpoint
             from subscription_state s join record r on r.tenant = s.tenant and r.id = s.id and not r.deleted
               and r.content::jsonb ->> 'resourceType' = 'Subscription'
             where s.tenant = mach_tenant() and s.status <> 'off' order by s.id`,
    }),
    engine.database.system.query<Row & { account: string; roles: string[] }>({
      text: 'select account, roles from system.membership where tenant = $1',
      values: [tenant],
    }),
    on.query<Numbers>({
      text: `select (select count(*) from audit_seal where tenant = mach_tenant()) as seals,
          (select coalesce(sum(row_count), 0) from audit_seal where tenant = mach_tenant()) as rows,
          (select count(*) from system.membership where tenant = mach_tenant()) as people,
          (select count(distinct f.account) from system.factor f join system.membership m on m.account = f.account
            where m.tenant = mach_tenant() and f.kind <> 'recovery' and f.confirmed_at is not null) as factors,
          (select count(*) from access_unusual where tenant = mach_tenant() and state = 'open') as unusual,
          (select count(*) from access.refusal where tenant = mach_tenant()) as refusals,
          (select count(*) from access.relation where tenant = mach_tenant() and until is not null) as broken`,
    }),
  ]);
  const service = accessService(engine);
  const policyName = await service.policyName(tenant);
  const policy = service.policyOf(policyName);
  const activities = engine.modules.flatMap((module) => {
    const declared = pack.modules[module.name];
    const prefix = `${module.name}.`;
    const roles = [...new Set(engine.modules.flatMap((m) => Object.keys(m.roles ?? {})))]
      .filter((role) => [...engine.policy.permissionsOf([role])].some((permission) => permission.startsWith(prefix)))
      .sort();
    if (!declared && ENGINE_PARTS.includes(module.name)) return [];
    return [
      {
        module: module.name,
        title: module.title,
        purpose: declared?.purpose ?? null,
        basis: declared ? (pack.bases[declared.basis] ?? null) : null,
        retention: declared?.retention ?? null,
        roles,
        people: members.rows.filter((m) => m.roles.some((role) => roles.includes(role))).length,
      },
    ];
  });
  const data = types.rows
    .map(({ type, n }) => {
      const name = typeName(type);
      const category = Object.values(pack.categories).find((c) => c.types.includes(name));
      return {
        type: name,
        records: Number(n),
        category: category?.text ?? null,
        sensitive: category?.sensitive ?? null,
        readers: [
          ...new Set([...engine.policy.rolesWith(`record.read:${name}`), ...engine.policy.rolesWith('record.read:*')]),
        ].sort(),
      };
    })
    .sort((a, b) => b.records - a.records || (a.type < b.type ? -1 : 1));
  const destinations = engine.modules.flatMap((m) => m.destinations ?? []);
  const sent = new Map(outbox.rows.map((row) => [row.destination, row]));
  const recipients: ProcessingRegister['recipients'] = [
    ...destinations.map(({ name, title, simulated }) => ({
      kind: 'destination' as const,
      name,
      title,
      simulated,
      messages: Number(sent.get(name)?.n ?? 0),
      lastAt: sent.get(name)?.last.toISOString() ?? null,
      scopes: [],
    })),
    ...clients.rows.map(({ id, scopes }) => ({
      kind: 'client' as const,
      name: id,
      title: { vi: 'Ứng dụng kết nối', en: 'Connected app' },
      simulated: false,
      messages: 0,
      lastAt: null,
      scopes,
    })),
    ...subscriptions.rows.map(({ id, criteria, endpoint }) => ({
      kind: 'subscription' as const,
      name: endpoint ?? id,
      title: { vi: 'Đăng ký nhận thay đổi', en: 'Subscription' },
      simulated: false,
      messages: 0,
      lastAt: null,
      scopes: criteria ? [criteria] : [],
    })),
  ];
  const gone = [...sent.keys()].filter((name) => !destinations.some((d) => d.name === name));
  const count = numbers.rows[0];
  const { code, name } = engine.facility(tenant);
  return {
    facility: { code, name },
    madeAt: now,
    pack: { edition, hash },
    activities,
    data,
    recipients,
    measures: {
      policy: { name: policyName, title: policy.title, rules: policy.rules.map((rule) => rule.text) },
      auditSeals: Number(count?.seals ?? 0),
      auditRows: Number(count?.rows ?? 0),
      people: Number(count?.people ?? 0),
      withSecondFactor: Number(count?.factors ?? 0),
      brokenGlass: Number(count?.broken ?? 0),
      unusualOpen: Number(count?.unusual ?? 0),
      refusals: Number(count?.refusals ?? 0),
    },
    gaps: [
      ...activities.flatMap((a) =>
        a.purpose
          ? []
          : [
              {
                vi: `Phân hệ "${a.title.vi}" chưa khai mục đích và căn cứ`,
                en: `Module “${a.title.en}” declares no purpose and basis`,
              },
            ],
      ),
      ...data.flatMap((d) =>
        d.category
          ? []
          : [{ vi: `Loại dữ liệu ${d.type} chưa xếp nhóm`, en: `Data of type ${d.type} has no category` }],
      ),
      ...gone.map((one) => ({
        vi: `Đã gửi tới "${one}" mà nay không còn khai nơi nhận này`,
        en: `Sent to “${one}”, which is no longer a declared destination`,
      })),
    ],
  };
}

/** The three tables of the register one below the other, for a spreadsheet. */
export function registerCsv(register: ProcessingRegister): string {
  const cell = (value: string | number): string => {
    const text = String(value);
    return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  const none = '—';
  const lines: (string | number)[][] = [
    ['Hoạt động', 'Mục đích', 'Căn cứ', 'Lưu giữ', 'Vai trò', 'Số người'],
    ...register.activities.map((a) => [
      a.title.vi,
      a.purpose?.vi ?? none,
      a.basis?.vi ?? none,
      a.retention?.vi ?? none,
      a.roles.join(', '),
      a.people,
    ]),
    [],
    ['Loại dữ liệu', 'Nhóm', 'Nhạy cảm', 'Số bản ghi', 'Vai trò đọc được'],
    ...register.data.map((d) => [
      d.type,
      d.category?.vi ?? none,
      d.sensitive === null ? none : d.sensitive ? 'có' : 'không',
      d.records,
      d.readers.join(', '),
    ]),
    [],
    ['Nơi nhận', 'Tên', 'Mô phỏng', 'Số thông điệp', 'Lần cuối', 'Phạm vi'],
    ...register.recipients.map((r) => [
      r.title.vi,
      r.name,
      r.simulated ? 'có' : 'không',
      r.messages,
      r.lastAt ?? none,
      r.scopes.join(' '),
    ]),
    [],
    ['Chưa khai'],
    ...register.gaps.map((gap) => [gap.vi]),
  ];
  return `\ufeff${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}
