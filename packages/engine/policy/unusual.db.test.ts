import assert from 'node:assert/strict';
import test from 'node:test';
import { foldText } from '@mach/base/fold.ts';
import { addDays, fromLocal, localDate } from '@mach/base/time.ts';
import { testEngine } from '@mach/server/testing/engine.ts';
import { type AnyResource, type AuditEntry, auditStatement } from '@mach/store';
import fc from 'fast-check';
import pg from 'pg';
import { recordWrite } from '../records/write.ts';
import { watchStatement } from './unusual.ts';
import { UNUSUAL_PACK, type UnusualPack, windowsOn } from './unusual-rules.ts';

type Loose = AnyResource & { id: string; [more: string]: unknown };

const TEXT = { vi: 'Thử', en: 'Try' };
const EMP = 'http://terminology.hl7.org/CodeSystem/v3-ActCode|EMP';
const PACK: UnusualPack = {
  careDays: 30,
  pairs: {
    'own-family': { text: TEXT, atLeast: 1, excusedBy: ['person', 'deed'] },
    household: { text: TEXT, atLeast: 1, excusedBy: [] },
    neighbour: { text: TEXT, atLeast: 2, excusedBy: ['person', 'unit', 'deed'] },
    protected: { text: TEXT, atLeast: 1, excusedBy: ['person'], labels: [EMP] },
  },
  volume: { text: TEXT, days: 10, activeDays: 3, atLeast: 3, times: 1.5, ceiling: 7 },
  hours: {
    text: TEXT,
    atLeast: 2,
    graceMinutes: 30,
    usual: { reception: [{ from: '07:00', to: '16:30' }] },
  },
};

const address = (ward: string, line: string) => [
  {
    line: [line],
    extension: [
      { url: 'https://mach.vn/fhir/ext/ward', valueCoding: { system: 'https://mach.vn/fhir/cs/ward', code: ward } },
    ],
  },
];
const WORK = {
  daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
  availableStartTime: '07:00:00',
  availableEndTime: '17:00:00',
};
const NIGHT = { availableStartTime: '22:00:00', availableEndTime: '06:00:00' };
/** Login → family, ward, line, roles, hours. */
const STAFF = [
  { family: 'Nguyễn', ward: '00001', line: 'Số 1  ngõ Đền', roles: ['doctor'], times: [WORK] },
  { family: 'Trần', ward: '00001', line: 'Số 2 ngõ Đền', roles: ['nurse'], times: [NIGHT] },
  { family: 'Đỗ', ward: '00002', line: 'Thôn Đoài', roles: ['reception'], times: [] },
  { family: null, ward: null, line: null, roles: ['doctor'], times: [] },
] as const;
const PEOPLE = [
  { family: 'Nguyễn', ward: '00001', line: 'số 1 ngõ đền', label: false },
  { family: 'Trần', ward: '00001', line: 'Số 1 ngõ Đền', label: false },
  { family: 'Trần', ward: '00001', line: 'Số 2 ngõ Đền', label: true },
  { family: 'Đỗ', ward: '00002', line: 'Thôn Đoài', label: false },
  { family: 'Do', ward: '00002', line: 'Thôn Đông', label: false },
  { family: 'Lê', ward: '00009', line: 'Thôn Đoài', label: true },
  { family: 'Lê', ward: '00009', line: 'Xóm 9', label: false },
  { family: 'Phạm', ward: null, line: null, label: false },
] as const;

function records(): Loose[] {
  const list: Loose[] = [
    { resourceType: 'Organization', id: 'dep-1', name: 'Khoa Một' },
    { resourceType: 'Location', id: 'room-1', name: 'Buồng 1' },
  ];
  for (const [i, one] of STAFF.entries()) {
    list.push({
      resourceType: 'Practitioner',
      id: `prac-${i}`,
      name: [{ text: 'Nhân viên', ...(one.family ? { family: one.family } : {}) }],
      ...(one.ward ? { address: address(one.ward, one.line) } : {}),
    });
    list.push({
      resourceType: 'PractitionerRole',
      id: `role-${i}`,
      active: true,
      practitioner: { reference: `Practitioner/prac-${i}` },
      organization: { reference: 'Organization/dep-1' },
      ...(i === 1 ? { location: [{ reference: 'Location/room-1' }] } : {}),
      ...(one.times.length > 0 ? { availableTime: one.times } : {}),
    });
  }
  for (const [i, one] of PEOPLE.entries())
    list.push({
      resourceType: 'Patient',
      id: `p-${i}`,
      name: [{ text: `${one.family} Văn`, family: one.family }],
      ...(one.ward ? { address: address(one.ward, one.line) } : {}),
      ...(one.label ? { meta: { security: [{ system: EMP.split('|')[0], code: 'EMP' }] } } : {}),
    });
  return list;
}

/** Care that counts until thirty days after its end. */
const CARE = [
  { patient: 0, who: 'Practitioner/prac-0', end: '2026-03-05T03:00:00Z' },
  { patient: 1, who: 'Location/room-1', end: '2026-02-20T03:00:00Z' },
  { patient: 2, who: 'Practitioner/prac-0', end: null },
  { patient: 5, who: 'Practitioner/prac-3', end: null },
] as const;
const encounters = (): Loose[] =>
  CARE.map((care, i) => ({
    resourceType: 'Encounter',
    id: `e-${i}`,
    status: care.end ? 'finished' : 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: `Patient/p-${care.patient}` },
    period: { start: '2026-01-01T00:00:00Z', ...(care.end ? { end: care.end } : {}) },
    ...(care.who.startsWith('Location')
      ? { location: [{ location: { reference: care.who } }] }
      : { participant: [{ individual: { reference: care.who } }] }),
  }));

interface Look {
  at: string;
  actor: number;
  patient: number | null;
  kind: 'read' | 'search' | 'view' | 'command' | 'refusal';
  purpose: string | undefined;
}

/** What one day holds, worked out from lists in memory: the plainest reading of the rules. */
function naive(history: readonly Look[], day: string): string[] {
  const isLook = (l: Look): boolean => ['read', 'search', 'view'].includes(l.kind) && l.patient !== null;
  const today = history.filter((l) => localDate(l.at) === day);
  const out: string[] = [];
  const start = Date.parse(fromLocal(day));
  for (const [a, person] of STAFF.entries()) {
    const mine = today.filter((l) => l.actor === a && isLook(l));
    const quiet = mine.filter((l) => l.purpose !== 'BTG');
    for (const [p, patient] of PEOPLE.entries()) {
      const looks = quiet.filter((l) => l.patient === p).length;
      if (looks === 0) continue;
      const cared = (who: readonly string[]): boolean =>
        CARE.some(
          (c) =>
            c.patient === p && who.includes(c.who) && (c.end === null || Date.parse(c.end) > start - 30 * 86_400_000),
        );
      const excuses = {
        deed: today.some((l) => l.actor === a && l.kind === 'command' && l.patient === p),
        person: cared([`Practitioner/prac-${a}`]),
        unit: cared(['Organization/dep-1', ...(a === 1 ? ['Location/room-1'] : [])]),
      };
      const tell = (id: keyof UnusualPack['pairs']): void => {
        const rule = PACK.pairs[id];
        if (!rule || looks < rule.atLeast || rule.excusedBy.some((excuse) => excuses[excuse])) return;
        out.push(`${id} ${a} ${p} ${looks}`);
      };
      if (patient.label) tell('protected');
      if (person.ward === null || person.ward !== patient.ward) continue;
      const home = foldText(person.line) === foldText(patient.line);
      const kin = foldText(person.family) === foldText(patient.family);
      tell(home && kin ? 'own-family' : home ? 'household' : 'neighbour');
    }
    const people = (looks: readonly Look[]): number => new Set(looks.map((l) => l.patient)).size;
    const habit = Array.from({ length: 10 }, (_, i) => addDays(day, -1 - i))
      .map((d) => people(history.filter((l) => l.actor === a && isLook(l) && localDate(l.at) === d)))
      .filter((n) => n > 0)
      .sort((x, y) => x - y);
    const median = habit[Math.ceil(habit.length / 2) - 1] ?? 0;
    const n = people(mine);
    if (n >= 7 || (n >= 3 && habit.length >= 3 && n > 1.5 * median)) out.push(`volume ${a} - ${mine.length}`);
    const windows = windowsOn(day, person.times, PACK.hours?.usual[person.roles[0]] ?? [], 30);
    const late = quiet.filter((l) => {
      const minute = (Date.parse(l.at) - start) / 60_000;
      return windows !== null && !windows.some((w) => w.from <= minute && minute <= w.to);
    });
    if (late.length >= 2) out.push(`hours ${a} - ${late.length}`);
  }
  return out.sort();
}

test('shifts over midnight, days off, and people without hours', () => {
  assert.equal(windowsOn('2026-11-23', [], [], 60), null);
  assert.deepEqual(windowsOn('2026-11-22', [WORK], [], 60), [], 'a Sunday');
  assert.deepEqual(windowsOn('2026-11-23', [WORK], [], 60), [{ from: 360, to: 1080 }]);
  assert.deepEqual(windowsOn('2026-11-23', [{ ...NIGHT, daysOfWeek: ['sun'] }], [], 30), [{ from: 0, to: 390 }]);
  assert.deepEqual(windowsOn('2026-11-23', [{ allDay: true }], [], 15), [{ from: -15, to: 1455 }]);
});

test('what the database finds is what a plain reading of random histories finds', async (t) => {
  const { engine, actor, ownerUrl } = await testEngine(t, []);
  const edition = { subject: UNUSUAL_PACK, edition: 'test', validFrom: '2026-01-02', validTo: null, source: [] };
  engine.packs.add(() => Buffer.from(JSON.stringify({ ...edition, knownFrom: '2026-11-23', data: PACK })));
  const ids = STAFF.map(() => engine.ids());
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  for (const [i, id] of ids.entries()) {
    await owner.query('insert into system.account (id, login, display_name) values ($1, $2, $2)', [id, `staff-${i}`]);
    await owner.query('insert into system.membership (tenant, account, roles, practitioner) values (1, $1, $2, $3)', [
      id,
      STAFF[i]?.roles,
      `prac-${i}`,
    ]);
  }
  await owner.end();
  const put = [...records(), ...encounters()].map((resource) => ({ op: 'put' as const, resource }));
  await engine.sendByName(recordWrite.name, { entries: put, references: 'check' }, actor('importer'), {
    key: 'the-world',
  });

  const look = (first: string) =>
    fc.record({
      at: fc
        .tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 1439 }))
        .map(([day, minute]) => new Date(Date.parse(fromLocal(addDays(first, day))) + minute * 60_000).toISOString()),
      actor: fc.integer({ min: 0, max: STAFF.length - 1 }),
      patient: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: PEOPLE.length - 1 }) }, fc.constant(null)),
      kind: fc.constantFrom(
        'read' as const,
        'read' as const,
        'view' as const,
        'search' as const,
        'command' as const,
        'refusal' as const,
      ),
      purpose: fc.constantFrom(undefined, undefined, undefined, 'BTG', 'TREAT'),
    });
  const on = engine.database.tenant(1);
  let told = 0;
  for (const [seed, first] of ['2026-02-02', '2026-06-01'].entries()) {
    const [history = []] = fc.sample(fc.array(look(first), { minLength: 500, maxLength: 500, size: 'max' }), {
      numRuns: 1,
      seed,
    });
    const entries = history.map(
      (l): AuditEntry => ({
        id: engine.ids(),
        at: l.at,
        kind: l.kind,
        action: 'test',
        actor: `account:${ids[l.actor]}`,
        outcome: l.kind === 'refusal' ? 'refused' : 'done',
        patient: l.patient === null ? null : `p-${l.patient}`,
        purpose: l.purpose,
      }),
    );
    await on.query(auditStatement(entries));
    for (let i = 0; i < 25; i++) {
      const day = addDays(first, i);
      const [watched] = (await on.query<{ found: number }>(await watchStatement(engine, 1, day))).rows;
      const { rows } = await on.query<{ line: string }>({
        text: `select rule || ' ' || array_position($2::text[], actor) - 1 || ' '
                 || coalesce(nullif(substr(patient, 3), ''), '-') || ' ' || looks as line
               from access_unusual where tenant = mach_tenant() and day = $1`,
        values: [day, ids.map((id) => `account:${id}`)],
      });
      const found = rows.map((row) => row.line).sort();
      assert.deepEqual(found, naive(history, day), day);
      assert.equal(watched?.found, found.length);
      told += found.length;
    }
  }
  assert.ok(told > 100, `the histories hold something to find: ${told}`);
});
