import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { get, type Probe, post } from '../../bench/lib/probe.ts';
import { type Attack, type Operation, operations, sampled, tryIt } from './suite.ts';

const type = { 'content-type': 'application/json' };

/** Doors beside those that the server describes. */
const MORE: readonly Operation[] = [
  ...[
    'account',
    'account/confirm',
    'account/password',
    'account/totp',
    'account/passkey-options',
    'account/recovery-codes',
    'account/badge',
  ].map((name) => ({ method: name === 'account' ? 'GET' : 'POST', path: `/api/${name}` })),
  ...[
    'people',
    'people/x',
    'roles',
    'sessions',
    'devices',
    'access',
    'access/rules',
    'print/prescription/x.pdf',
    'live?view=outpatient.queue',
  ].map((name) => ({
    method: 'GET',
    path: `/api/${name}`,
  })),
  ...[
    'Patient',
    'Patient/x',
    'Patient/x/_history',
    '_history',
    'Patient/x/$everything',
    '$export',
    'Observation?code=x',
    'Subscription',
    'AuditEvent',
    'Group/x/$export',
    'ValueSet/$expand',
    '$graphql?query={x}',
  ].map((name) => ({ method: 'GET', path: `/fhir/${name}` })),
  ...[
    '',
    'Patient',
    'Patient/_search',
    '$import',
    '$graphql',
    'Patient/$validate',
    'ViewDefinition/$run',
    'Subscription',
  ].map((name) => ({
    method: 'POST',
    path: `/fhir/${name}`,
  })),
  ...(['PUT', 'PATCH', 'DELETE'] as const).map((method) => ({ method, path: '/fhir/Patient/x' })),
  { method: 'GET', path: '/oauth2/userinfo' },
  { method: 'GET', path: '/oauth2/interaction/x' },
];

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Headers that have let people in elsewhere. */
function bypasses(): Record<string, string>[] {
  const unsigned = `${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: 'quantri', roles: ['administrator'], scope: 'system/*.cruds', exp: 4e9 })}.`;
  return [
    {},
    { authorization: 'Bearer ' },
    { authorization: 'Bearer null' },
    { authorization: `Bearer ${unsigned}` },
    { authorization: `Basic ${Buffer.from('quantri:mach-demo').toString('base64')}` },
    { authorization: "Bearer ' or '1'='1" },
    { authorization: 'Bearer %00' },
    { cookie: 'mach_session=' },
    { cookie: 'mach_session=undefined; mach_session=admin' },
    { 'x-forwarded-user': 'quantri', 'x-remote-user': 'quantri' },
    { 'x-original-url': '/healthz', 'x-rewrite-url': '/healthz' },
    { 'x-http-method-override': 'GET' },
    { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' },
  ];
}

const disguises = (path: string): string[] => [
  path,
  path.replace('/api/', '//api/'),
  path.replace('/api/', '/assets/../api/'),
  path.replace('/api/', '/%61pi/'),
  path.replace('/fhir', '/FHIR'),
  `${path}/`,
  `${path};a=b`,
  `${path}%20`,
  `${path}.json`,
];

/** Sign-in and what tells nothing about anybody; the page of the app answers any other address. */
const isOpen = (path: string): boolean =>
  /^\/api\/(session|device|board|codes\/?$)|^\/fhir\/metadata|smart-configuration/.test(path);

const bypass: Attack = async (target, findings) => {
  findings.begin('no door without a sign-in');
  const all = [...(await operations(target)), ...MORE].filter(({ path }) => !isOpen(path));
  const ways = bypasses();
  for (const [index, { method, path }] of all.entries()) {
    // In the short form each door meets one of the ways, and some doors meet all.
    const isWhole = !target.short || index % 24 === 0;
    const tried: [Record<string, string>, string][] = isWhole
      ? [
          ...ways.map((way): [Record<string, string>, string] => [way, path]),
          ...disguises(path).map((one): [Record<string, string>, string] => [{}, one]),
        ]
      : [[ways[index % ways.length] ?? {}, path]];
    for (const [headers, place] of tried) {
      const body = method === 'GET' ? {} : { body: '{}' };
      const probe: Probe = { method, path: place, headers: { ...(method === 'GET' ? {} : type), ...headers }, ...body };
      const seen = await tryIt(target, findings, probe);
      const isPage = String(seen.headers['content-type']).startsWith('text/html');
      if (seen.status >= 200 && seen.status < 300 && !isPage) findings.add('answered without a sign-in', probe, seen);
    }
  }
};

/** Tokens that say of themselves who they are, signed by nobody, or with our public key as if it were a secret. */
const tokens: Attack = async (target, findings) => {
  findings.begin('forged tokens');
  const { text } = await target.prober.send(get('/oauth2/jwks'));
  const { keys } = JSON.parse(text) as { keys: JsonWebKey[] };
  const claims = {
    sub: 'x',
    client_id: 'demo-system',
    iss: 'http://127.0.0.1',
    aud: `http://127.0.0.1:${target.port}/oauth2/token`,
    scope: 'system/*.cruds',
    exp: 4e9,
    jti: 'a',
  };
  const forged = ['none', 'None', 'NONE', ''].map((alg) => `${part({ alg, typ: 'JWT' })}.${part(claims)}.`);
  for (const key of keys) {
    if ('d' in key || 'p' in key) findings.add('the published keys hold a private part');
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const head = `${part({ alg: 'HS256', typ: 'JWT', kid: key.kid })}.${part(claims)}`;
    for (const secret of [pem, JSON.stringify(key), ''])
      forged.push(`${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`);
    forged.push(
      `${part({ alg: 'RS256', jwk: key, jku: 'http://127.0.0.1:1/jwks', kid: '../../dev/null' })}.${part(claims)}.AAAA`,
    );
  }
  for (const token of forged) {
    for (const path of ['/api/session', '/fhir/Patient', '/oauth2/userinfo']) {
      const probe = get(path, token);
      const seen = await tryIt(target, findings, probe);
      if (seen.status < 400) findings.add('a forged token was taken', probe, seen);
    }
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'demo-system',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: token,
      scope: 'system/*.cruds',
    });
    const probe: Probe = {
      method: 'POST',
      path: '/oauth2/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(form),
    };
    const seen = await tryIt(target, findings, probe);
    if (seen.status < 400) findings.add('a forged assertion was taken', probe, seen);
  }
};

/** A page of another site that rides on the cookie of who is signed in. */
const crossSite: Attack = async (target, findings) => {
  findings.begin('requests from other sites');
  const cookie = `mach_session=${target.tokens.quantri}`;
  const ways: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: `http://127.0.0.1:${target.port}.evil.example` },
  ];
  const all = (await operations(target)).filter(({ method }) => method !== 'GET');
  for (const { path } of sampled(target, all, 12))
    for (const headers of ways)
      for (const kind of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
        const probe: Probe = {
          method: 'POST',
          path,
          headers: { cookie, 'content-type': kind, 'idempotency-key': 'cross-site-1', ...headers },
          body: '{}',
        };
        const seen = await tryIt(target, findings, probe);
        if (seen.status !== 403) findings.add('not refused as coming from another site', probe, seen);
      }
  const read = await tryIt(
    target,
    findings,
    get('/fhir/Patient', undefined, { cookie, origin: 'https://evil.example' }),
  );
  if (read.headers['access-control-allow-origin'] !== undefined) findings.add('another site may read answers');
};

/** What belongs to one person or role, asked for by another. */
const otherPeople: Attack = async (target, findings) => {
  findings.begin('what belongs to others');
  const { tokens: by, prober } = target;
  const desk = by.tiepdon ?? '';
  const account = await prober.send(get('/api/account', by.bacsi));
  const ids = new Set([...account.text.matchAll(/"id":"([0-9a-f-]{36})"/g)].map((match) => match[1] ?? ''));
  for (const id of ids)
    for (const place of ['sessions', 'factors']) {
      await tryIt(target, findings, {
        method: 'DELETE',
        path: `/api/account/${place}/${id}`,
        headers: { authorization: `Bearer ${desk}` },
      });
      const still = await prober.send(get('/api/session', by.bacsi));
      if (still.status !== 200) findings.add(`the ${place} of another person were ended`);
    }
  // Administration, by somebody who has nothing to do with it.
  for (const { method, path } of (await operations(target)).filter(({ path: one }) =>
    /\/(administration|access)\./.test(one),
  )) {
    const probe: Probe =
      method === 'GET' ? get(path, desk) : post(path, desk, {}, { 'idempotency-key': `others-${path}` });
    const seen = await tryIt(target, findings, probe);
    if (seen.status < 300) findings.add('administration by a clerk', probe, seen);
  }
  // Work in the background belongs to who began it.
  const kick = await prober.send({
    method: 'GET',
    path: '/fhir/$export?_type=Patient',
    headers: { authorization: `Bearer ${target.partner}`, accept: 'application/fhir+json', prefer: 'respond-async' },
  });
  const place = String(kick.headers['content-location'] ?? '').replace(/^https?:\/\/[^/]+/, '');
  if (place !== '')
    for (const who of ['tiepdon', 'bacsi', 'giamdoc']) {
      const probe = get(place, by[who]);
      const seen = await tryIt(target, findings, probe);
      if (seen.status < 400) findings.add('the export of a program, read by a person', probe, seen);
    }
};

export const DOORS: readonly Attack[] = [bypass, tokens, crossSite, otherPeople];
