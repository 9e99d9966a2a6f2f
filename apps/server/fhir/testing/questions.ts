import { escapeSearchValue } from '@mach/fhir/search/escape.ts';
import type { IndexValue, SimpleValue } from '@mach/fhir/search/values.ts';
import { type SearchParam, type SearchParamType, searchParamById } from '@mach/fhir/search-definitions.ts';

/** What a caller who knows this value of a resource would write behind the parameter's name; undefined where nothing. */
export function questionOf(value: IndexValue): string | undefined {
  if (value.kind === 'position') {
    // A decimal may say any number; a place on earth is asked for within the degrees that there are.
    if (Math.abs(value.latitude) > 90 || Math.abs(value.longitude) > 180) return undefined;
    return `${value.latitude}|${value.longitude}|1|km`;
  }
  if (value.kind !== 'composite') return simple(value);
  const parts = value.components.map(simple);
  return parts.includes(undefined) ? undefined : parts.join('$');
}

function simple(value: SimpleValue): string | undefined {
  switch (value.kind) {
    case 'token':
      if (value.code === null || value.code === '') return undefined;
      return `${value.system === null ? '' : escapeSearchValue(value.system)}|${escapeSearchValue(value.code)}`;
    case 'string':
      return value.exact.trim() === '' ? undefined : escapeSearchValue(value.exact);
    case 'reference':
      return escapeSearchValue(value.url === null ? `${value.type}/${value.id}` : value.versionless);
    case 'date':
      // Within the day after its first moment, whatever its own length is.
      return Number.isFinite(value.low) && Math.abs(value.low) < 8e15
        ? `ge${new Date(value.low).toISOString()}`
        : undefined;
    case 'number':
      return value.low === null ? undefined : `ge${plain(value.low)}`;
    case 'quantity': {
      // A range whose ends are in different units may have them the wrong way round: nothing lies in it.
      if (value.low === null || value.low > (value.high ?? value.low)) return undefined;
      const unit = value.code ?? value.unit;
      // A system says whose code it is; where there is only a unit's name, it is asked for without (search.html#quantity).
      const system = value.system === null || value.code === null ? '' : escapeSearchValue(value.system);
      return `ge${plain(value.low)}${unit === null ? '' : `|${system}|${escapeSearchValue(unit)}`}`;
    }
    case 'uri':
      return escapeSearchValue(value.value);
  }
}

/** A number below this one, as a search writes it. */
const plain = (n: number): string => (n - Math.abs(n) * 1e-6 - 1e-9).toFixed(9);

/** A value of each kind that any parameter of it takes, as in `name=value`. */
const ANY: Readonly<Record<SearchParamType, string>> = {
  token: 'urn:x|y',
  string: 'tran',
  reference: 'some-id',
  date: 'ge2026',
  number: '1',
  quantity: '5.4|http://unitsofmeasure.org|mg',
  uri: 'http://x.vn/y',
  special: '10|106|5|km',
  composite: '',
};
/** Those that have a form of their own. */
const BY_NAME: Readonly<Record<string, string>> = { _filter: '_id eq x', _list: 'x', _text: 'x', _content: 'x' };

/** Something to search by any parameter, for tests that ask whether and how it is answered. */
export function anyQuestion({ code, type, components }: Pick<SearchParam, 'code' | 'type' | 'components'>): string {
  const parts = components.map((c) => ANY[searchParamById(c.definition)?.type ?? 'token'].replace(/^ge/, ''));
  return BY_NAME[code] ?? (type === 'composite' ? parts.join('$') : ANY[type]);
}
