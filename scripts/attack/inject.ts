import { NASTY } from '../../bench/lib/mutate.ts';
import { get, type Probe, post } from '../../bench/lib/probe.ts';
import { samples } from '../../bench/lib/samples.ts';
import { ANYBODY, Seats } from '../../bench/lib/seats.ts';
import { type Attack, sampled, type Target, tryIt } from './suite.ts';

const SQL = [
  "'",
  "' or '1'='1",
  "x' and 1=cast((select version()) as int)--",
  "'; select pg_sleep(6)--",
  "x')) union select null--",
  '$$; select 1 --',
  '1 or 1=1',
  '\\',
];
const OTHER = [
  '%00',
  '\u202e',
  '$' + '{jndi:ldap://127.0.0.1}',
  '{{7*191}}',
  '<script>alert(1)</script>',
  '; cat /etc/passwd',
  '$(sleep 6)',
  '| sleep 6',
  '*)(uid=*',
  '../../etc/passwd',
  '%0d%0ax-injected:%201',
];
const PAYLOADS = [...SQL, ...OTHER];

const places = new WeakMap<Target, Promise<Probe[]>>();

/** A good request for every door, each in the name of somebody whom it lets in. */
function known(target: Target): Promise<Probe[]> {
  const { prober, tokens, partner } = target;
  const find = async (): Promise<Probe[]> => {
    const seats = new Seats(prober, async (login) => tokens[login] ?? '');
    await seats.open();
    const all = await samples(async (probe) => (await prober.send(seats.seated(probe))).text, {
      person: ANYBODY,
      partner,
    });
    return (await seats.assigned(all)).open.map((probe) => seats.seated(probe));
  };
  const found = places.get(target) ?? find();
  places.set(target, found);
  return found;
}

/** Payloads in every parameter of every search, view and code list. */
const parameters: Attack = async (target, findings) => {
  findings.begin('injection: parameters');
  const asked = (await known(target)).filter(({ method, path }) => method === 'GET' && path.includes('?'));
  let turn = 0;
  for (const place of sampled(target, asked, 60)) {
    const [path, query = ''] = place.path.split('?', 2);
    const [name = ''] = query.split('=');
    const chosen = target.short ? [PAYLOADS[turn++ % PAYLOADS.length] ?? ''] : PAYLOADS;
    for (const payload of chosen) {
      const value = payload.startsWith('%') ? payload : encodeURIComponent(payload);
      const seen = await tryIt(target, findings, { ...place, path: `${path}?${name}=${value}` });
      if (seen.text.includes('<script>alert(1)</script>') && String(seen.headers['content-type']).includes('html'))
        findings.add('what was sent comes back as a page', place, seen);
      if (seen.text.includes(String(7 * 191)) && payload.includes('7*191'))
        findings.add('a template was evaluated', place, seen);
    }
    if (!target.short)
      await tryIt(target, findings, { ...place, path: `${path}?${encodeURIComponent(`${name}' or 1=1--`)}=1` });
  }
};

/** A condition that is always true must not find more than one that is always false. */
const truth: Attack = async (target, findings) => {
  findings.begin('injection: true and false');
  const count = async (path: string): Promise<number> => {
    const seen = await tryIt(target, findings, get(path, target.partner));
    return seen.status === 200 ? (seen.text.match(/"fullUrl"|"key"/g)?.length ?? 0) : -1;
  };
  const names: [string, string[]][] = [
    ['Patient', ['name', 'identifier', '_id', 'address', 'phone', '_tag', 'general-practitioner', 'gender']],
    ['Observation', ['code', 'subject', 'status', 'value-string', 'identifier']],
  ];
  for (const [type, list] of names)
    for (const name of list) {
      const at = (text: string): string => `/fhir/${type}?${name}=${encodeURIComponent(text)}`;
      const [yes, no] = [await count(at("zz' or '1'='1")), await count(at("zz' and '1'='2"))];
      if (yes > no) findings.add(`${type}.${name}: a true condition found more (${yes}, ${no})`);
    }
};

/** Payloads in every text of every command's input and of records. */
const bodies: Attack = async (target, findings) => {
  findings.begin('injection: bodies');
  const sent = (await known(target)).filter(
    ({ method, body }) => method === 'POST' && typeof body === 'string' && body.startsWith('{'),
  );
  let turn = 0;
  for (const place of sampled(target, sent, 40)) {
    const names = [...new Set([...String(place.body).matchAll(/"([A-Za-z]+)":"/g)].map((match) => match[1] ?? ''))];
    for (const name of target.short ? names.slice(0, 2) : names)
      for (const payload of target.short ? [PAYLOADS[turn++ % PAYLOADS.length] ?? ''] : SQL.slice(0, 4)) {
        const body = String(place.body).replace(
          new RegExp(`("${name}":)"[^"]*"`),
          (_whole, head: string) => `${head}${JSON.stringify(payload)}`,
        );
        await tryIt(target, findings, {
          ...place,
          body,
          headers: { ...place.headers, 'idempotency-key': `inject-${turn++}-${Math.random()}` },
        });
      }
  }
};

/** Payloads in headers, and requests that two programs in a row would read differently. */
const headers: Attack = async (target, findings) => {
  findings.begin('injection: headers');
  const names = [
    'user-agent',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'accept',
    'accept-language',
    'if-none-exist',
    'if-match',
    'if-none-match',
    'if-modified-since',
    'prefer',
    'idempotency-key',
    'last-event-id',
    'origin',
    'referer',
    'range',
    'content-location',
  ];
  for (const name of names)
    for (const payload of sampled(
      target,
      NASTY.map((one) => one.replace(/[^\x20-\x7e]/g, '').slice(0, 3_000)),
      8,
    )) {
      await tryIt(target, findings, get('/fhir/Patient?_count=1', target.partner, { [name]: payload }));
      if (!target.short)
        await tryIt(
          target,
          findings,
          post('/fhir/Patient', target.partner, { resourceType: 'Patient' }, { [name]: payload }),
        );
    }
  findings.begin('requests read in two ways');
  const host = `Host: 127.0.0.1:${target.port}\r\n`;
  const smuggled = 'GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n';
  const shapes = [
    `POST /api/session HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST /api/session HTTP/1.1\r\n${host}Content-Length: 0\r\nContent-Length: 50\r\n\r\n${smuggled}`,
    `POST /api/session HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    `POST /api/session HTTP/1.1\r\n${host}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    `GET /healthz HTTP/1.1\r\n${host}X: a\n b\r\n\r\n`,
    'GET /healthz HTTP/1.1\r\n\r\n',
  ];
  for (const shape of shapes) {
    findings.count();
    const answer = await target.prober.raw(shape, 1_500);
    const count = answer.match(/HTTP\/1\.1 \d{3}/g)?.length ?? 0;
    if (count > 1) findings.add(`two answers to ${JSON.stringify(shape.slice(0, 120))}`);
    if (/HTTP\/1\.1 2/.test(answer)) findings.add(`taken: ${JSON.stringify(shape.slice(0, 120))}`);
  }
};

/** Files of the machine, by every spelling of the way up. */
const files: Attack = async (target, findings) => {
  findings.begin('paths that lead out');
  const ups = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%252f', '..\\', '..%5c', '....//', '%c0%ae%c0%ae/', '..;/'];
  const roots = ['/', '/assets/', '/api/print/prescription/', '/fhir/Patient/', '/tv/', '/oauth2/'];
  const wanted = ['etc/passwd', 'package.json', '.mach/keys/identity.key', 'main.ts'];
  for (const root of roots)
    for (const up of ups)
      for (const file of sampled(target, wanted, 2))
        for (const times of target.short ? [6] : [1, 3, 6, 12]) {
          const probe = get(`${root}${up.repeat(times)}${file}`, target.tokens.quantri);
          const seen = await tryIt(target, findings, probe);
          if (/"name": "mach"|root:x:|readOptions/.test(seen.text))
            findings.add('a file outside the web root', probe, seen);
        }
  for (const path of [
    '/.git/config',
    '/.env',
    '/package.json',
    '/keys/identity.key',
    '/mach.pid',
    '/apps/server/main.ts',
    '/index.html%00.png',
    '/server-status',
    '/debug/pprof',
  ]) {
    const probe = get(path);
    const seen = await tryIt(target, findings, probe);
    if (seen.status === 200 && !String(seen.headers['content-type']).startsWith('text/html'))
      findings.add('a file that is not for the web', probe, seen);
  }
};

export const INJECTION: readonly Attack[] = [parameters, truth, bodies, headers, files];
