/** How the rows of each kind of sheet are read. Pure. */
import { foldText } from '@mach/base/fold.ts';
import type { Text } from '@mach/base/problem.ts';
import type { DrugChange, ListedDrug } from '../house/drugs.ts';
import { DRUG_REQUIRED } from '../house/drugs.ts';
import { ROOM_KINDS, type RoomFields, type RoomKind } from '../house/places.ts';
import type { PriceChange, ServiceBook } from '../house/prices.ts';
import { readAmount, readYes } from './cells.ts';
import type { Cells, RowReader, RowReport } from './plan.ts';

type Changes = RowReport['changes'];
const shown = (value: unknown): string =>
  value === null || value === undefined ? '' : Array.isArray(value) ? value.join(' + ') : String(value);
const stateOf = (isNew: boolean, changes: Changes): 'new' | 'change' | 'same' =>
  isNew ? 'new' : changes.length > 0 ? 'change' : 'same';

export function servicesReader(book: ServiceBook): RowReader<PriceChange> {
  return {
    read(cells) {
      const code = cells.text('code') ?? '';
      const price = cells.get('price', (cell) => readAmount(cell, cells.style, 0));
      const bhytPrice = cells.get('bhytPrice', (cell) => readAmount(cell, cells.style, 0));
      const withdrawn = cells.get('withdrawn', readYes);
      const known = book.byCode.get(code);
      const isNew = known === undefined && !book.places.has(code);
      const name = cells.text('name');
      const group = cells.text('group');
      if (isNew) {
        const text = { vi: `Danh mục không có mã ${code}`, en: `No list holds ${code}` };
        const remedy = {
          vi: 'Sửa mã; hoặc ghi đủ tên, nhóm (MA_NHOM) và giá để thêm dịch vụ mới',
          en: 'Mend the code; or give name, group and price to add a service',
        };
        if (!name || !group || price === undefined) cells.fail('code', 'unknown', text, remedy);
        else if (!/^\d{1,2}$/.test(group))
          cells.fail('group', 'group', { vi: `"${group}" không phải MA_NHOM`, en: `"${group}" is no MA_NHOM` });
        if (!/^[\p{L}0-9][\p{L}0-9._-]{0,59}$/u.test(code))
          cells.fail('code', 'code', { vi: `Mã "${code}" không hợp lệ`, en: `"${code}" is no code` });
      } else if (price === undefined && bhytPrice === undefined && withdrawn !== true && cells.faults.length === 0)
        cells.fail('price', 'required', { vi: 'Thiếu giá', en: 'The price is missing' });
      const changes: Changes = [];
      const compare = (field: string, from: unknown, to: unknown): void => {
        if (to !== undefined && shown(from) !== shown(to)) changes.push({ field, from: shown(from), to: shown(to) });
      };
      compare('price', known?.price, price);
      compare('bhytPrice', known?.bhytPrice, bhytPrice);
      if ((withdrawn ?? false) !== (known?.withdrawn ?? false))
        compare('withdrawn', known?.withdrawn ? 'x' : '', withdrawn ? 'x' : '');
      const value: PriceChange = { code, price, bhytPrice, withdrawn, ...(isNew ? { name, group } : {}) };
      return { value, state: stateOf(isNew, changes), name: known?.name ?? name ?? '', changes };
    },
  };
}

const TEXTS = [
  'display',
  'brand',
  'strength',
  'form',
  'atc',
  'group',
  'unit',
  'doseUnit',
  'pack',
  'registration',
  'bhytCondition',
  'claimCode',
  'tender',
] as const;

export function drugsReader(
  book: ReadonlyMap<string, ListedDrug>,
  routes: ReadonlyMap<string, string>,
): RowReader<DrugChange> {
  const routeOf = new Map(
    [...routes].flatMap(
      ([code, name]) =>
        [
          [code, code],
          [foldText(name), code],
        ] as const,
    ),
  );
  return {
    read(cells) {
      const code = cells.text('code') ?? '';
      const known = book.get(code);
      const value: DrugChange = { code };
      for (const name of TEXTS) {
        const text = cells.text(name);
        if (text !== undefined) value[name] = text;
      }
      value.price = cells.get('price', (cell) => readAmount(cell, cells.style, 3));
      value.bhytPrice = cells.get('bhytPrice', (cell) => readAmount(cell, cells.style, 3));
      value.bhytRatio = cells.get('bhytRatio', (cell) => readAmount(cell, cells.style, 0));
      value.withdrawn = cells.get('withdrawn', readYes);
      if (value.bhytRatio !== undefined && value.bhytRatio > 100)
        cells.fail('bhytRatio', 'ratio', { vi: 'Tỷ lệ từ 0 đến 100', en: 'The ratio is from 0 to 100' });
      const ingredients = cells.text('ingredients');
      if (ingredients !== undefined)
        value.ingredients = ingredients
          .split(/\s*[+;,]\s*/)
          .filter((one) => one !== '')
          .map((one) => one.toLowerCase());
      const route = cells.text('route');
      if (route !== undefined) {
        value.route = routeOf.get(route) ?? routeOf.get(foldText(route));
        if (value.route === undefined)
          cells.fail(
            'route',
            'route',
            { vi: `Không có đường dùng "${route}"`, en: `There is no route "${route}"` },
            {
              vi: `Các đường dùng: ${[...routes.values()].join(', ')}`,
              en: `Routes: ${[...routes.keys()].join(', ')}`,
            },
          );
      }
      if (value.atc !== undefined && !/^[A-Z]\d{2}[A-Z]{0,2}\d{0,2}$/.test(value.atc))
        cells.fail('atc', 'atc', { vi: `"${value.atc}" không phải mã ATC`, en: `"${value.atc}" is no ATC code` });
      if (!known) {
        value.doseUnit ??= value.unit;
        const lacking = DRUG_REQUIRED.filter(
          (name) => value[name] === undefined && !cells.faults.some((f) => f.field === name),
        );
        for (const name of lacking)
          cells.fail(name, 'required', { vi: 'Thuốc mới cần cột này', en: 'A new drug needs this' });
      }
      const changes: Changes = [];
      for (const [field, to] of Object.entries(value)) {
        const from = known?.[field as keyof ListedDrug];
        if (field === 'code' || to === undefined || (field === 'withdrawn' && (to ?? false) === (from ?? false)))
          continue;
        if (shown(from) !== shown(to)) changes.push({ field, from: shown(from), to: shown(to) });
      }
      const name = known?.name ?? [value.display, value.strength].filter(Boolean).join(' ');
      return { value, state: stateOf(!known, changes), name, changes };
    },
  };
}

const KIND_NAMES: Readonly<Record<RoomKind, readonly string[]>> = {
  exam: ['kham', 'phong kham', 'kham benh'],
  emergency: ['cap cuu'],
  triage: ['sinh hieu', 'phan loai'],
  reception: ['tiep don', 'quay tiep don'],
  cashier: ['thu ngan', 'vien phi', 'thu vien phi'],
  pharmacy: ['duoc', 'nha thuoc', 'phat thuoc'],
  specimen: ['lay mau'],
  lab: ['xet nghiem'],
  imaging: ['chan doan hinh anh', 'cdha', 'x quang', 'sieu am'],
  functional: ['tham do chuc nang', 'tdcn'],
  endoscopy: ['noi soi'],
  procedure: ['thu thuat'],
  ward: ['noi tru', 'buong benh', 'dieu tri'],
  office: ['hanh chinh', 'van phong'],
};

export interface KnownPlaces {
  /** Code and folded name of a department → its id. */
  departments: ReadonlyMap<string, string>;
  rooms: ReadonlyMap<string, RoomFields>;
  isListed(code: string): boolean;
}

export function roomsReader(places: KnownPlaces): RowReader<RoomFields> {
  return {
    read(cells) {
      const code = cells.text('code') ?? '';
      const known = places.rooms.get(code.toLowerCase());
      if (!/^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$/.test(code))
        cells.fail(
          'code',
          'code',
          { vi: `Mã "${code}" không hợp lệ`, en: `"${code}" is no code` },
          { vi: 'Chữ không dấu, số, chấm, gạch; tối đa 20', en: 'Plain letters, digits, dots, dashes; at most 20' },
        );
      const use = roomKindOf(cells);
      const wanted = cells.text('department');
      const department =
        wanted === undefined
          ? undefined
          : (places.departments.get(wanted.toLowerCase()) ?? places.departments.get(foldText(wanted)));
      if (wanted !== undefined && department === undefined)
        cells.fail(
          'department',
          'unknown',
          { vi: `Không có khoa "${wanted}"`, en: `There is no department "${wanted}"` },
          { vi: 'Thêm khoa trước, hoặc ghi mã khoa', en: 'Add the department first, or give its code' },
        );
      const examService = cells.text('examService');
      if (examService !== undefined && !places.isListed(examService))
        cells.fail('examService', 'unknown', {
          vi: `Không có dịch vụ "${examService}"`,
          en: `There is no service "${examService}"`,
        });
      if (use === 'exam' && examService === undefined)
        cells.fail('examService', 'required', {
          vi: 'Phòng khám cần công khám',
          en: 'An exam room needs its exam service',
        });
      const value: RoomFields = {
        code,
        name: cells.text('name') ?? '',
        kind: use ?? 'office',
        department: department ?? '',
        specialty: cells.text('specialty'),
        examService,
      };
      const changes: Changes = [];
      for (const field of ['name', 'kind', 'department', 'specialty', 'examService'] as const)
        if (known && shown(known[field]) !== shown(value[field]))
          changes.push({ field, from: shown(known[field]), to: shown(value[field]) });
      return { value, state: stateOf(!known, changes), name: value.name, changes };
    },
  };
}

function roomKindOf(cells: Cells): RoomKind | undefined {
  const text = cells.text('use');
  if (text === undefined) return undefined;
  const folded = foldText(text).trim();
  const found = ROOM_KINDS.find((kind) => kind === folded || KIND_NAMES[kind].includes(folded));
  if (!found)
    cells.fail(
      'use',
      'unknown',
      { vi: `Không có loại phòng "${text}"`, en: `There is no kind of room "${text}"` },
      {
        vi: `Các loại: ${ROOM_KINDS.map((kind) => KIND_NAMES[kind][0]).join(', ')}`,
        en: `Kinds: ${ROOM_KINDS.join(', ')}`,
      },
    );
  return found;
}

export interface StaffValue {
  login: string;
  name: string;
  roles: string[];
  title?: string | undefined;
  licence?: string | undefined;
  gender?: 'male' | 'female' | undefined;
}

/** `roleNames`: what people call a role → the role. */
export function staffReader(taken: ReadonlySet<string>, roleNames: ReadonlyMap<string, string>): RowReader<StaffValue> {
  return {
    read(cells) {
      const login = (cells.text('login') ?? '').toLowerCase();
      if (!/^[a-z0-9][a-z0-9._-]{1,39}$/.test(login))
        cells.fail(
          'login',
          'code',
          { vi: `Tài khoản "${login}" không hợp lệ`, en: `"${login}" is no account` },
          { vi: 'Chữ thường không dấu, số, chấm', en: 'Small plain letters, digits, dots' },
        );
      const wanted = (cells.text('roles') ?? '').split(/\s*[,;+]\s*/).filter((one) => one !== '');
      const roles = wanted.flatMap((one) => {
        const role = roleNames.get(foldText(one).trim());
        if (role === undefined)
          cells.fail(
            'roles',
            'unknown',
            { vi: `Không có vai trò "${one}"`, en: `There is no role "${one}"` },
            unknownRoles(roleNames),
          );
        return role ?? [];
      });
      const sex = cells.text('gender');
      const gender = sex === undefined ? undefined : GENDERS.get(foldText(sex).trim());
      if (sex !== undefined && gender === undefined)
        cells.fail(
          'gender',
          'unknown',
          { vi: `"${sex}" không phải giới tính`, en: `"${sex}" is no gender` },
          { vi: 'Ghi Nam hoặc Nữ', en: 'Write Nam or Nữ' },
        );
      const name = cells.text('name') ?? '';
      const value: StaffValue = {
        login,
        name,
        roles,
        title: cells.text('title'),
        licence: cells.text('licence'),
        gender,
      };
      // Who is there already is changed on the screen, where the reason is asked for.
      return { value, state: taken.has(login) ? 'same' : 'new', name, changes: [] };
    },
  };
}
const GENDERS = new Map([
  ['nam', 'male'],
  ['male', 'male'],
  ['nu', 'female'],
  ['female', 'female'],
] as const) as ReadonlyMap<string, 'male' | 'female'>;
const unknownRoles = (names: ReadonlyMap<string, string>): Text => ({
  vi: `Các vai trò: ${[...new Set(names.values())].join(', ')}`,
  en: `Roles: ${[...new Set(names.values())].join(', ')}`,
});
