import { get, type Probe, post } from '../../bench/lib/probe.ts';
import { type Attack, sampled, tryIt } from './suite.ts';

/** Addresses inside, in every spelling. */
const INSIDE = [
  'http://127.0.0.1/',
  'https://127.0.0.1/',
  'https://localhost/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://127.1/',
  'https://0/',
  'https://169.254.169.254/latest/meta-data/',
  'https://[fd00:ec2::254]/',
  'https://metadata.google.internal/',
  'https://10.0.0.1/',
  'https://192.168.1.1/',
  'https://172.16.0.1/',
  'https://100.64.0.1/',
  'https://127.0.0.1.nip.io@127.0.0.1/',
  'https://user:pass@example.org/',
  'https://localhost.localdomain/',
  'https://printer.local/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:25/_x',
  'ftp://127.0.0.1/',
  'https://①②⑦.0.0.1/',
];

/** The server is asked to call addresses inside the house: by subscriptions and by import. */
const calls: Attack = async (target, findings) => {
  findings.begin('calls into the house');
  for (const url of sampled(target, INSIDE, 26)) {
    const list: Probe[] = [
      post('/fhir/Subscription', target.partner, {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'x',
        criteria: 'Patient?',
        channel: { type: 'rest-hook', endpoint: url, payload: 'application/fhir+json' },
      }),
      {
        ...post('/fhir/$import', target.partner, {
          inputFormat: 'application/fhir+ndjson',
          inputSource: 'https://example.org',
          storageDetail: { type: 'https' },
          input: [{ type: 'Patient', url }],
        }),
        headers: {
          authorization: `Bearer ${target.partner}`,
          'content-type': 'application/json',
          prefer: 'respond-async',
          accept: 'application/fhir+json',
        },
      },
    ];
    for (const probe of list) {
      const seen = await tryIt(target, findings, probe);
      if (seen.status < 400) findings.add('an address inside was taken', probe, seen);
    }
  }
};

const EVIL = [
  'https://evil.example/',
  '//evil.example/',
  'https:evil.example',
  '/\\evil.example',
  'http://127.0.0.1@evil.example/',
  'http://127.0.0.1.evil.example/',
  'http://127.0.0.1/callback/../../evil',
  'http://127.0.0.1/callback%0d%0aLocation:%20https://evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'http://localhost/callback#@evil.example',
  'http://127.0.0.1/callback?next=https://evil.example',
];

/** The server is made to send a browser elsewhere. */
const redirects: Attack = async (target, findings) => {
  findings.begin('open redirects');
  const cookie = `mach_session=${target.tokens.bacsi}`;
  const leadsAway = (place: unknown): boolean => {
    if (typeof place !== 'string') return false;
    const url = new URL(place, `http://127.0.0.1:${target.port}/`);
    return !/^(127\.0\.0\.1|localhost)$/.test(url.hostname) || /^(javascript|data):/.test(url.protocol);
  };
  const parameters = {
    response_type: 'code',
    client_id: 'demo-smart',
    scope: 'openid launch/patient',
    state: 'a',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    aud: `http://127.0.0.1:${target.port}/fhir`,
  };
  const variants: Record<string, string>[] = [
    {},
    { response_mode: 'form_post' },
    { prompt: 'none' },
    { response_type: 'token' },
  ];
  for (const uri of EVIL)
    for (const more of variants) {
      const probe = get(
        `/oauth2/authorize?${new URLSearchParams({ ...parameters, ...more, redirect_uri: uri })}`,
        undefined,
        { cookie },
      );
      const seen = await tryIt(target, findings, probe);
      if (leadsAway(seen.headers.location)) findings.add(`leads to ${String(seen.headers.location)}`, probe, seen);
      if (seen.status < 400 && !/^(\/|http:\/\/(127\.0\.0\.1|localhost))/.test(String(seen.headers.location ?? '/')))
        findings.add('an address that is not registered was taken', probe, seen);
    }
  const paths = [
    '//evil.example',
    '//evil.example/%2e%2e',
    '/\\evil.example',
    '/%5cevil.example',
    '/assets//evil.example/',
    '///evil.example/..',
    '/tv//evil.example',
    '/oauth2//evil.example',
    '/kiosk/..//evil.example',
  ];
  for (const path of paths) {
    const probe = get(path);
    const seen = await tryIt(target, findings, probe);
    if (leadsAway(seen.headers.location)) findings.add(`leads to ${String(seen.headers.location)}`, probe, seen);
  }
};

/** Another name for the server, which must come back in no link of an answer that somebody else may get. */
const names: Attack = async (target, findings) => {
  findings.begin('other names for the server');
  const ways: Record<string, string>[] = [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example' },
    { host: 'evil.example:80' },
    { host: '127.0.0.1:1@evil.example' },
    { host: 'evil.example#127.0.0.1' },
  ];
  for (const headers of ways)
    for (const path of [
      '/fhir/Patient?_count=1',
      '/.well-known/smart-configuration',
      '/.well-known/openid-configuration',
      '/fhir/metadata',
      '/',
    ]) {
      const probe = get(path, target.partner, headers);
      const seen = await tryIt(target, findings, probe);
      if (seen.status < 400) findings.add('served under a name that is not ours', probe, seen);
      if (/evil\.example/.test(seen.text) || /evil\.example/.test(String(seen.headers.location)))
        findings.add('the other name comes back', probe, seen);
    }
};

export const OUTSIDE: readonly Attack[] = [calls, redirects, names];
