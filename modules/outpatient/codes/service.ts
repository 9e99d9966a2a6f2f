import type { CodeList } from '@mach/engine/module.ts';
import type { RulePack, RulePacks } from '@mach/engine/rule-packs.ts';
import type { ImagingService, LabPack, LabTest, TestBundle } from '@mach/vn/clinical/lab-pack.ts';
import { buildIndex, type CodeEntry, type CodeIndex } from '@mach/vn/codes/build.ts';
import type { RulePack as Pack } from '@mach/vn/codes/pack.ts';
import { search } from '@mach/vn/codes/search.ts';
import {
  lexiconOfServices,
  type Service,
  type ServicesData,
  serviceEntries,
  servicesOf,
} from '@mach/vn/codes/services.ts';
import { labOf } from '../commands/packs.ts';
import type { ServiceCodeRow } from '../contract.ts';
import { matchedRanges } from './rows.ts';

/** Group of a row of the technical list by MA_NHOM. */
const GROUPS: Readonly<Record<string, ServiceCodeRow['group']>> = {
  1: 'lab',
  2: 'imaging',
  3: 'functional',
  13: 'exam',
};
/** What the house itself does comes before the rest of the official list. */
const HOUSE = 0.8;
const BUNDLE = 0.9;

const listed = (pack: RulePack): Map<string, Service> => servicesOf(pack as Pack<ServicesData>);
const labOn = (packs: RulePacks, date: string): LabPack => packs.derived('lab', date, 'outpatient.lab', labOf);
const listedOn = (packs: RulePacks, date: string): Map<string, Service> =>
  packs.derived('services', date, 'outpatient.services', listed);

function entriesOf(lab: LabPack, official: readonly CodeEntry[], prices: ReadonlyMap<string, Service>): CodeEntry[] {
  const known = [...lab.tests.values(), ...lab.services.values()];
  const house = known.filter((item) => !item.withdrawn);
  const shown = new Set(known.map((item) => item.serviceCode));
  return [
    ...[...lab.bundles.values()].map((bundle) => entry(bundle, BUNDLE)),
    ...house.map((item) => entry(item, HOUSE, item.serviceName)),
    // Bed days are charged by the ward, not ordered; what the house does stands there under its own name.
    ...official.filter((e) => {
      const service = prices.get(e.code);
      return service?.price !== undefined && service.kind !== 'bed' && !shown.has(e.code);
    }),
  ];
}

function entry(item: LabTest | ImagingService | TestBundle, weight: number, official?: string): CodeEntry {
  const names = [item.code, ...item.aliases, ...(official ? [official] : [])];
  return { code: item.code, display: item.name.vi, displayEn: item.name.en, synonyms: names, weight };
}

const serviceIndex = (packs: RulePacks, date: string): CodeIndex => {
  const lab = packs.at('lab', date);
  return packs.derived('services', date, `outpatient.service-index:${lab.hash}`, (pack) => {
    const own = pack as Pack<ServicesData>;
    return buildIndex(
      entriesOf(labOn(packs, date), serviceEntries(own), listedOn(packs, date)),
      lexiconOfServices(own),
    );
  });
};

/** What a row says of a code beside its names; undefined for one that the lists of the day do not hold. */
function detail(
  packs: RulePacks,
  date: string,
  code: string,
): Omit<ServiceCodeRow, 'code' | 'display' | 'displayEn' | 'via' | 'matched'> | undefined {
  const lab = labOn(packs, date);
  const none = {
    ceiling: null,
    loinc: null,
    claimCode: null,
    items: [],
    minutes: null,
    fasting: false,
    room: null,
    safety: [],
  };
  const test = lab.tests.get(code);
  if (test && !test.withdrawn)
    return {
      ...none,
      kind: 'service',
      group: 'lab',
      price: test.price,
      ceiling: test.bhytPrice ?? null,
      bhytRatio: test.bhytRatio,
      loinc: test.loinc ?? null,
      claimCode: test.serviceCode ?? null,
      minutes: test.turnaroundMinutes,
      fasting: test.fasting,
    };
  const technique = lab.services.get(code);
  if (technique && !technique.withdrawn)
    return {
      ...none,
      kind: 'service',
      group: technique.kind === 'functional' ? 'functional' : 'imaging',
      price: technique.price,
      ceiling: technique.bhytPrice ?? null,
      bhytRatio: technique.bhytRatio,
      claimCode: technique.serviceCode ?? null,
      minutes: technique.minutes,
      room: technique.room,
      safety: [...technique.safety],
    };
  const bundle = lab.bundles.get(code);
  if (bundle) {
    const offered = bundle.items.filter((item) => !(lab.tests.get(item) ?? lab.services.get(item))?.withdrawn);
    const items = offered.map((item) => lab.tests.get(item) ?? lab.services.get(item));
    return {
      ...none,
      kind: 'bundle',
      group: 'bundle',
      price: items.reduce((sum, item) => sum + (item?.price ?? 0), 0),
      bhytRatio: Math.min(100, ...items.map((item) => item?.bhytRatio ?? 0)),
      items: offered,
      minutes: Math.max(
        0,
        ...items.map((item) => (item && 'turnaroundMinutes' in item ? item.turnaroundMinutes : (item?.minutes ?? 0))),
      ),
      fasting: items.some((item) => item && 'fasting' in item && item.fasting),
    };
  }
  const service = listedOn(packs, date).get(code);
  if (!service || service.price === undefined) return undefined;
  return {
    ...none,
    kind: 'service',
    group: GROUPS[service.group] ?? 'procedure',
    price: service.price,
    ceiling: service.bhytPrice ?? null,
    bhytRatio: 100,
    claimCode: service.code,
  };
}

export const service: CodeList = {
  list: 'service',
  title: { vi: 'Dịch vụ kỹ thuật', en: 'Services' },
  search({ packs, q, date, limit }) {
    if (q.trim() === '') return [];
    return search(serviceIndex(packs, date), q, { limit }).flatMap(
      (hit): (ServiceCodeRow & Record<string, unknown>)[] => {
        const more = detail(packs, date, hit.code);
        if (!more) return [];
        const row = { code: hit.code, display: hit.display, displayEn: hit.entry.displayEn ?? hit.display };
        return [{ ...row, ...more, via: hit.via ?? null, matched: matchedRanges(hit) }];
      },
    );
  },
};
