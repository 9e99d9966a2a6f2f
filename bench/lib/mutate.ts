import type { Chance } from './chance.ts';
import type { Probe } from './probe.ts';

/** What programs have stumbled over before: other languages' syntax, letters at the edge, numbers at the edge. */
export const NASTY: readonly string[] = [
  '',
  ' ',
  "'",
  '"',
  '\\',
  '%00',
  '\u0000',
  '\ud800',
  '\u202e',
  'Nguyễn Thị Ánh',
  'đ'.repeat(3_000),
  '%',
  '_',
  '%%%%%%%%%%%%%%%%',
  "' or '1'='1",
  "'; select pg_sleep(6); --",
  '1; drop table record; --',
  '$' + '{7*7}{{7*7}}',
  '../../../../etc/passwd',
  '..%2f..%2f..%2fetc%2fpasswd',
  '<script>alert(1)</script>',
  '$(id)',
  '\r\nx-injected: 1',
  '-1',
  '0',
  '1e309',
  '-1e309',
  '9007199254740993',
  '99999999999999999999999999999999999',
  '0.1000000000000000055511151231257827',
  'NaN',
  'null',
  'true',
  '[]',
  '{}',
  '2026-02-30',
  '0000-00-00',
  '9999-12-31T23:59:60Z',
  '+294277-01-01',
  'ge2026-01-01,le',
  'eq',
  '|',
  '||||',
  'a|b|c|d',
  ',',
  ',,,,,,,,',
  '\\,\\|\\$',
  'a'.repeat(5_000),
  '('.repeat(500),
  'Patient/',
  'Patient/1/_history/1',
  'http://169.254.169.254/latest/meta-data',
  'urn:uuid:00000000-0000-0000-0000-000000000000',
  '__proto__',
  'constructor',
  'toString',
];

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];
const TYPES = [
  'application/json',
  'application/fhir+json',
  'application/fhir+xml',
  'application/json-patch+json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  '',
];

/** The text with something cut out, doubled, or put in. */
function mangle(chance: Chance, text: string): string {
  const at = chance.below(text.length + 1);
  switch (chance.below(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + chance.below(8));
    case 2:
      return text.slice(0, at) + chance.pick(NASTY) + text.slice(at);
    case 3:
      return text.slice(0, at) + text.slice(Math.max(0, at - 40));
    default:
      return text.slice(0, at) + String.fromCharCode(chance.below(65_536)) + text.slice(at + 1);
  }
}

/** The value with one thing in it changed, left out, or put in. */
function twist(chance: Chance, value: unknown, depth = 0): unknown {
  if (value !== null && typeof value === 'object' && depth < 12 && !chance.oneIn(6)) {
    if (Array.isArray(value)) {
      if (value.length === 0 || chance.oneIn(5)) return [...value, ...value, any(chance)];
      const at = chance.below(value.length);
      if (chance.oneIn(6)) return value.filter((_, i) => i !== at);
      return value.map((one, i) => (i === at ? twist(chance, one, depth + 1) : one));
    }
    const keys = Object.keys(value);
    if (keys.length === 0 || chance.oneIn(8)) return { ...value, [chance.pick(NASTY).slice(0, 60)]: any(chance) };
    const key = chance.pick(keys);
    if (chance.oneIn(6)) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    return { ...value, [key]: twist(chance, (value as Record<string, unknown>)[key], depth + 1) };
  }
  return any(chance);
}

function any(chance: Chance): unknown {
  switch (chance.below(9)) {
    case 0:
      return null;
    case 1:
      return chance.oneIn(2);
    case 2:
      return chance.pick([0, -1, 1.5, 1e308, -0, 2 ** 53, 2 ** 31, 1e-320]);
    case 3:
      return [];
    case 4:
      return {};
    case 5:
      return [[[chance.pick(NASTY)]]];
    case 6:
      return { [chance.pick(NASTY).slice(0, 60)]: chance.pick(NASTY) };
    default:
      return chance.pick(NASTY);
  }
}

/** The path with its query twisted; what a client library would refuse to send is percent-encoded. */
function twistPath(chance: Chance, path: string): string {
  const [place = '', query = ''] = path.split('?', 2);
  const encoded = (): string => encodeURIComponent(chance.pick(NASTY).slice(0, 4_000).toWellFormed());
  if (query === '' && chance.oneIn(2)) {
    const parts = place.split('/');
    parts[1 + chance.below(Math.max(1, parts.length - 1))] = encoded();
    return parts.join('/');
  }
  const pairs = query === '' ? [] : query.split('&');
  const at = chance.below(pairs.length + 1);
  switch (chance.below(4)) {
    case 0:
      pairs.push(`${encoded()}=${encoded()}`);
      break;
    case 1:
      pairs[at] = `${(pairs[at] ?? '_sort').split('=')[0]}=${encoded()}`;
      break;
    case 2:
      pairs[at] =
        `${(pairs[at] ?? 'x').split('=')[0]}:${chance.pick(['exact', 'contains', 'not', 'missing', 'above', 'x', ''])}=${encoded()}`;
      break;
    default:
      pairs.splice(at, 1, ...Array<string>(1 + chance.below(30)).fill(pairs[at] ?? '_count=1'));
  }
  return `${place}?${pairs.join('&')}`;
}

/** One request changed in one to three places. */
export function mutate(chance: Chance, from: Probe): Probe {
  const probe: Probe = { ...from, headers: { ...from.headers } };
  const headers = probe.headers ?? {};
  for (let times = 1 + chance.below(3); times > 0; times--) {
    const kind = chance.below(10);
    if (kind < 4 && typeof probe.body === 'string') {
      try {
        probe.body = JSON.stringify(twist(chance, JSON.parse(probe.body)));
      } catch {
        probe.body = mangle(chance, probe.body);
      }
    } else if (kind < 6 && typeof probe.body === 'string') probe.body = mangle(chance, probe.body);
    else if (kind < 8 || probe.body === undefined) probe.path = twistPath(chance, probe.path);
    else if (chance.oneIn(3)) probe.method = chance.pick(METHODS);
    else if (chance.oneIn(2)) headers['content-type'] = chance.pick(TYPES);
    else
      headers[
        chance.pick([
          'accept',
          'prefer',
          'if-match',
          'if-none-exist',
          'if-none-match',
          'idempotency-key',
          'x-forwarded-for',
          'range',
          'accept-encoding',
        ])
      ] = chance
        .pick(NASTY)
        .replace(/[^\x20-\x7e]/g, '')
        .slice(0, 2_000);
  }
  // What is longer than any line may be is refused before it is looked at.
  probe.path = probe.path.slice(0, 12_000);
  // A request without a body sends none; one with a body may be anything.
  if (/^(GET|HEAD|TRACE)$/.test(probe.method)) delete probe.body;
  return probe;
}
