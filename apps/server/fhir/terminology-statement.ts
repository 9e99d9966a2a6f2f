import { localDate } from '@mach/base/time.ts';
import type { Engine } from '@mach/engine';
import { packVersions } from './operations/terminology/pack-systems.ts';
import { packOn } from './profiles/house-profiles.ts';

/** What of the expansion's parameters is understood. */
const EXPANSION: Readonly<Record<string, string>> = {
  filter: 'Words of the code, display or designations, blind to diacritics',
  date: 'The editions in force on that day',
  offset: 'Entries to leave out at the beginning',
  count: 'Entries to give',
  includeDesignations: 'Other names',
  includeDefinition: 'The definition of the value set beside its expansion',
  activeOnly: 'Without inactive codes',
  excludeNested: 'The expansion is always flat',
  displayLanguage: 'vi or en, where the list has it',
};

/**
 * `/metadata?mode=terminology`: the code systems of the rule packs with their editions, those of the national guide, and
 * what the terminology operations can do. CodeSystems that a facility has stored are found by a search of that type.
 */
export function terminologyCapabilities(
  engine: Engine,
  baseUrl: string,
  date: string,
  tenant: number | undefined,
): object {
  const packs = tenant === undefined ? engine.packs : engine.packsOf(tenant);
  const today = localDate(engine.clock.now().toISOString());
  const own = packVersions(packs, today);
  const known = new Set(own.map((system) => system.url));
  const guide = [...packOn(packs, today).codeSystems].filter(([url]) => !known.has(url));
  return {
    resourceType: 'TerminologyCapabilities',
    url: `${baseUrl}/metadata?mode=terminology`,
    name: 'MachTerminology',
    title: 'Mạch: hệ mã và bộ giá trị',
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'Mạch', version: '0.1.0' },
    implementation: { description: 'Mạch FHIR R4', url: baseUrl },
    lockedDate: false,
    codeSystem: [
      ...own.map(({ url, versions }) => ({
        uri: url,
        ...(versions.length > 0 ? { version: versions } : {}),
        subsumption: true,
      })),
      ...guide.map(([url, system]) => ({
        uri: url,
        ...(system.version === undefined ? {} : { version: [{ code: system.version, isDefault: true }] }),
        subsumption: true,
      })),
      { uri: 'http://unitsofmeasure.org' },
    ],
    expansion: {
      hierarchical: false,
      paging: true,
      incomplete: false,
      parameter: Object.entries(EXPANSION).map(([name, documentation]) => ({ name, documentation })),
      textFilter: 'Words, blind to diacritics and to the case of letters',
    },
    codeSearch: 'all',
    validateCode: { translations: true },
    translation: { needsMap: false },
  };
}
