/** Where a facility's price of a service stands in the packs, and what is written there. Pure. */
import type { OverlayCell, OverlayEntry } from '@mach/engine/rule-packs/overlay.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import { numberCell, records, type Table, textCell, withColumns } from '@mach/vn/codes/pack.ts';

/** A service as the price list shows it. */
export interface PricedService {
  code: string;
  name: string;
  /** MA_NHOM. */
  group: string;
  /** MA_DICH_VU, where it is not the code itself. */
  claimCode: string | null;
  /** Price of the house, đồng; null: it has none, and cannot be ordered. */
  price: number | null;
  /** What the fund recognises at most, đồng; null: the price itself. */
  bhytPrice: number | null;
  withdrawn: boolean;
  /** The pack calls the price a demonstration. */
  demo: boolean;
}

export interface PriceChange {
  code: string;
  price?: number | undefined;
  bhytPrice?: number | null | undefined;
  withdrawn?: boolean | undefined;
  /** Of a service that no list holds yet. */
  name?: string | undefined;
  /** MA_NHOM of a new service. */
  group?: string | undefined;
}

interface LabData {
  /** Every price of the pack is for demonstration. */
  demoPrices?: boolean;
  tests: Table;
  services: Table;
}
interface ServicesData {
  services: Table;
  exams: Table;
  beds: Table;
  prices: Table;
}
type Place = { subject: 'lab' | 'services'; path: 'tests' | 'services' | 'prices'; code: string };

export interface ServiceBook {
  byCode: ReadonlyMap<string, PricedService>;
  /** Where a code is priced: its own row, and the house's tests that are claimed under it. */
  places: ReadonlyMap<string, readonly Place[]>;
}

const OWN = ['bhytPrice', 'withdrawn'] as const;
/** MA_NHOM of what the laboratory and imaging pack holds. */
const GROUP_OF_KIND: Readonly<Record<string, string>> = { imaging: '2', functional: '3' };

/** All services with the prices of a day. */
export function serviceBook(lab: RulePack, services: RulePack): ServiceBook {
  const byCode = new Map<string, PricedService>();
  const places = new Map<string, Place[]>();
  const place = (code: string, at: Place): void => {
    places.set(code, [...(places.get(code) ?? []), at]);
  };
  const { tests, services: techniques, demoPrices } = lab.data as LabData;
  const house = (table: Table, path: 'tests' | 'services', groupOf: (kind: string) => string): void => {
    const kind = path === 'tests' ? 'category' : 'kind';
    for (const r of records(
      withColumns(table, 'demo', ...OWN),
      'code',
      'vi',
      kind,
      'serviceCode',
      'price',
      'demo',
      ...OWN,
    )) {
      const code = textCell(r.code);
      const claimCode = textCell(r.serviceCode) || null;
      byCode.set(code, {
        code,
        name: textCell(r.vi),
        group: groupOf(textCell(r[kind])),
        claimCode,
        price: numberCell(r.price) ?? null,
        bhytPrice: numberCell(r.bhytPrice) ?? null,
        withdrawn: r.withdrawn === true,
        demo: demoPrices === true && r.demo === null,
      });
      place(code, { subject: 'lab', path, code });
      if (claimCode !== null && claimCode !== code) place(claimCode, { subject: 'lab', path, code });
    }
  };
  house(tests, 'tests', () => '1');
  house(techniques, 'services', (kind) => GROUP_OF_KIND[kind] ?? '18');
  const { services: list, exams, beds, prices } = services.data as ServicesData;
  const priced = new Map(
    [...records(withColumns(prices, ...OWN), 'code', 'price', 'demo', ...OWN)].map(
      (r) => [textCell(r.code), r] as const,
    ),
  );
  const official = (code: string, name: string, group: string): void => {
    const row = priced.get(code);
    place(code, { subject: 'services', path: 'prices', code });
    if (byCode.has(code)) return;
    byCode.set(code, {
      code,
      name,
      group,
      claimCode: null,
      price: row ? (numberCell(row.price) ?? null) : null,
      bhytPrice: row ? (numberCell(row.bhytPrice) ?? null) : null,
      withdrawn: row?.withdrawn === true,
      demo: row?.demo === true,
    });
  };
  for (const table of [exams, beds])
    for (const r of records(table, 'code', 'vi', 'group'))
      official(textCell(r.code), textCell(r.vi), textCell(r.group));
  for (const r of records(list, 'code', 'name', 'group'))
    official(textCell(r.code), textCell(r.name), textCell(r.group));
  return { byCode, places };
}

/** What a change writes; a service that is in no list is added with its price. */
export function priceEntries(book: ServiceBook, change: PriceChange): OverlayEntry[] {
  const { code, name, group } = change;
  const cells: Record<string, OverlayCell> = { withdrawn: change.withdrawn === true ? true : null };
  if (change.price !== undefined) cells.price = change.price;
  if (change.bhytPrice !== undefined) cells.bhytPrice = change.bhytPrice;
  const known = book.places.get(code);
  if (known)
    return known.map(
      ({ subject, path, code: row }): OverlayEntry => ({
        subject,
        path,
        key: { code: row },
        op: path === 'prices' ? 'add' : 'set',
        cells: change.price === undefined ? cells : { ...cells, demo: false },
      }),
    );
  return [
    {
      subject: 'services',
      path: 'services',
      key: { code },
      op: 'add',
      cells: { name: name ?? code, level: null, class: null, group: group ?? '', icd9: [] },
    },
    { subject: 'services', path: 'prices', key: { code }, op: 'add', cells: { ...cells, demo: false } },
  ];
}
