import { escapeSearchValue } from '@mach/fhir/search/escape.ts';
import type { IndexValue, SimpleValue } from '@mach/fhir/search/values.ts';

/** What a caller who knows this value of a resource would write behind the parameter's name; undefined where nothing. */
export function questionOf(value: IndexValue): string | undefined {
  if (value.kind === 'position') return `${value.latitude}|${value.longitude}|1|km`;
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
      const system = value.system === null ? '' : escapeSearchValue(value.system);
      return `ge${plain(value.low)}${unit === null ? '' : `|${system}|${escapeSearchValue(unit)}`}`;
    }
    case 'uri':
      return escapeSearchValue(value.value);
  }
}

/** A number below this one, as a search writes it. */
const plain = (n: number): string => (n - Math.abs(n) * 1e-6 - 1e-9).toFixed(9);
