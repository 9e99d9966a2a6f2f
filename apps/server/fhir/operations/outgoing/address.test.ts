import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { isListed, isPublicAddress } from './address.ts';
import { callOut, checkAddress } from './call.ts';

test('what is on the public internet, and what is not', () => {
  for (const address of ['8.8.8.8', '1.1.1.1', '203.113.131.1', '2606:4700:4700::1111', '2405:4800::1'])
    assert.ok(isPublicAddress(address), address);
  const inside = [
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '127.255.0.9',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...['192.168.1.1', '192.0.0.8', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1', 'fc00::1', 'fd12::1', 'fe80::1', 'ff02::1'],
    ...['2001:db8::1', '2002:a00:1::', '2001:0:53aa::1', 'example.org', ''],
  ];
  for (const address of inside) assert.ok(!isPublicAddress(address), address);
});

test('lists of hosts: names, wildcards, ports', () => {
  const list = ['files.example.org', '*.his.example', '10.0.3.7:8443', '[fd00::7]:443'];
  const listed = (url: string): boolean => isListed(new URL(url), list);
  for (const url of [
    'https://files.example.org/x',
    'https://FILES.example.org.:9/',
    'http://a.b.his.example/',
    'https://10.0.3.7:8443/',
    'https://[fd00::7]/',
  ])
    assert.ok(listed(url), url);
  for (const url of [
    'https://xfiles.example.org/',
    'https://his.example/',
    'https://evilhis.example/',
    'https://10.0.3.7/',
    'https://[fd00::8]/',
  ])
    assert.ok(!listed(url), url);
});

const status = (run: () => unknown): number => {
  try {
    run();
    return 200;
  } catch (error) {
    return error instanceof Problem ? error.status : 500;
  }
};

test('addresses are refused before anything is sent, however they are written', () => {
  const none = { trusted: [] };
  assert.equal(
    status(() => checkAddress('https://example.org/hook', none)),
    200,
  );
  const refused = [
    ...[
      'http://example.org/',
      'ftp://example.org/',
      'example.org',
      'https://user:pass@example.org/',
      'https://localhost/',
    ],
    ...[
      'https://127.1/',
      'https://2130706433/',
      'https://0x7f000001/',
      'https://017700000001/',
      'https://[::ffff:7f00:1]/',
    ],
    ...['https://169.254.169.254/latest/meta-data', 'https://db/', 'https://a.internal/', 'https://printer.local/'],
  ];
  for (const url of refused)
    assert.equal(
      status(() => checkAddress(url, none)),
      422,
      url,
    );
  assert.equal(
    status(() => checkAddress('https://example.org/', { trusted: [], only: [] })),
    422,
  );
  assert.equal(
    status(() => checkAddress('https://example.org/', { trusted: [], only: ['example.org'] })),
    200,
  );
  assert.equal(
    status(() => checkAddress('http://127.0.0.1:1/', { trusted: ['127.0.0.1:1'] })),
    200,
  );
});

test('a name that leads inside is not called; a redirection is not followed; an end that does not answer is left', async (t) => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    if (request.url === '/away') response.writeHead(302, { location: '/' }).end();
    else if (request.url !== '/never') response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const rules = { trusted: [`127.0.0.1:${port}`] };
  const call = (path: string): ReturnType<typeof callOut> =>
    callOut({ method: 'GET', url: `http://127.0.0.1:${port}${path}`, timeout: 500 }, rules);
  const answer = await call('/away');
  assert.equal(answer.statusCode, 302);
  answer.destroy();
  await assert.rejects(call('/never'), /no answer within 500 ms/);
  assert.equal(asked, 2);
  // `localhost` has a name and an address inside; on the list it may be called, as any other name it may not.
  await assert.rejects(
    callOut({ method: 'GET', url: 'https://localhost.localdomain/', timeout: 2_000 }, { trusted: [] }),
  );
  assert.equal(asked, 2);
});
