import { foldText } from '@mach/base/fold.ts';
import { localDate } from '@mach/base/time.ts';
import { isListed } from '@mach/encounter/contract.ts';
import type { Engine } from '@mach/engine';
import { listStaff } from '@mach/engine/identity/staff.ts';
import { queryView } from '@mach/store';
import { knownRoles } from '../commands/guard.ts';
import type { DrugChange } from '../house/drugs.ts';
import { drugBook, routesOf } from '../house/drugs.ts';
import { ROOM_KINDS, type RoomFields, type RoomKind } from '../house/places.ts';
import { type PriceChange, serviceBook } from '../house/prices.ts';
import { ROLE_NAMES } from '../house/role-names.ts';
import { departments, places } from '../views/house.ts';
import type { SheetKind } from './fields.ts';
import type { SheetCell } from './limits.ts';
import { type Plan, type PlanOptions, planSheet } from './plan.ts';
import { drugsReader, type KnownPlaces, roomsReader, type StaffValue, servicesReader, staffReader } from './readers.ts';

export type SheetPlan =
  | { kind: 'services'; plan: Plan<PriceChange> }
  | { kind: 'drugs'; plan: Plan<DrugChange> }
  | { kind: 'rooms'; plan: Plan<RoomFields> }
  | { kind: 'staff'; plan: Plan<StaffValue> };

/** What a sheet would do in a facility as it stands. Writes nothing. */
export async function dryRun(
  engine: Engine,
  tenant: number,
  kind: SheetKind,
  rows: readonly (readonly SheetCell[])[],
  given: Omit<PlanOptions, 'today'>,
): Promise<SheetPlan> {
  const now = engine.clock.now();
  const options = { ...given, today: localDate(now.toISOString()) };
  const packs = engine.packsOf(tenant);
  const { from } = options;
  switch (kind) {
    case 'services': {
      const book = serviceBook(packs.at('lab', from), packs.at('services', from));
      return { kind, plan: planSheet(kind, rows, options, servicesReader(book)) };
    }
    case 'drugs': {
      const formulary = packs.at('formulary', from);
      const book = drugBook(formulary, packs.at('bhyt-catalogue', from));
      return { kind, plan: planSheet(kind, rows, options, drugsReader(book, routesOf(formulary))) };
    }
    case 'rooms':
      return {
        kind,
        plan: planSheet(kind, rows, options, roomsReader(await knownPlaces(engine, tenant, options.today))),
      };
    case 'staff': {
      const staff = await listStaff(engine.database.system, tenant, now);
      const names = new Map(
        knownRoles(engine.modules).flatMap((role) => {
          const { vi, en } = ROLE_NAMES[role] ?? { vi: role, en: role };
          return [role, vi, en].map((name) => [foldText(name), role] as const);
        }),
      );
      return { kind, plan: planSheet(kind, rows, options, staffReader(new Set(staff.map((row) => row.login)), names)) };
    }
  }
}

async function knownPlaces(engine: Engine, tenant: number, day: string): Promise<KnownPlaces> {
  const on = engine.database.tenant(tenant);
  const all = async (view: typeof departments): Promise<Record<string, string | null>[]> =>
    (await queryView(on, view, { limit: 10_000 })).rows as unknown as Record<string, string | null>[];
  const open = (row: Record<string, string | null>): boolean => (row.closedFrom ?? '9') > day;
  const byName = (await all(departments))
    .filter(open)
    .flatMap((row) =>
      [row.code?.toLowerCase() ?? '', foldText(row.name ?? '')].map((name) => [name, row.key ?? ''] as const),
    );
  const rooms = (await all(places)).filter((row) => row.bed !== 'bd');
  const packs = engine.packsOf(tenant);
  const door = {
    derived: <T>(subject: string, name: string, compute: Parameters<typeof packs.derived<T>>[3]) =>
      packs.derived(subject, day, name, compute),
  };
  return {
    departments: new Map(byName),
    rooms: new Map(
      rooms.map((row) => [
        (row.code ?? '').toLowerCase(),
        {
          code: row.code ?? '',
          name: row.name ?? '',
          kind: (ROOM_KINDS as readonly string[]).includes(row.use ?? '') ? (row.use as RoomKind) : 'office',
          department: row.department ?? '',
          specialty: row.specialty ?? undefined,
          examService: row.examService ?? undefined,
        },
      ]),
    ),
    isListed: (code) => isListed(door, code),
  };
}
