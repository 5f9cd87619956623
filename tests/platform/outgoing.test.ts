/** The guarded client: whom it asks, and whom it never asks. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetConfig, readConfig } from '#platform/config.server.ts';
import { isPublicAddress } from '#platform/outgoing/addresses.ts';
import { outgoing } from '#platform/outgoing/outgoing.server.ts';

let server: Server;
let port: number;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    if (request.url === '/away') return void response.writeHead(302, { location: 'http://127.0.0.1/' }).end();
    if (request.url === '/hangs') return;
    if (request.url === '/drips') return void setInterval(() => response.write('x'), 50).unref();
    if (request.url === '/endless') {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      return more();
    }
    if (request.url === '/squeezed') return void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    response.end(JSON.stringify({ method: request.method, host: request.headers.host }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void (server.closeAllConnections(), server.close()));
beforeEach(() => {
  asked = 0;
  delete process.env.INDABA_OUTGOING_ALLOW;
  forgetConfig();
});
const allowing = (hosts: string) => {
  process.env.INDABA_OUTGOING_ALLOW = hosts;
  forgetConfig();
};

test.each([
  '127.0.0.1',
  '127.1.2.3',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '192.0.0.8',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  'fc00::1',
  'fd12::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  '100::1',
  'name.example',
  '',
])('%s is no address of the open internet', (address) => expect(isPublicAddress(address)).toBe(false));
test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])('%s is', (address) =>
  expect(isPublicAddress(address)).toBe(true),
);

describe('asking', () => {
  const forms = [
    '127.0.0.1',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f000001',
    '017700000001',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '0.0.0.0',
    '169.254.169.254',
  ];
  test.each(forms.flatMap((host) => [`http://${host}`, `https://${host}`]))('%s is never asked', async (origin) => {
    await expect(outgoing(`${origin}:${port}/`)).rejects.toMatchObject({ fault: 'closed' });
    expect(asked).toBe(0);
  });
  test.each(['file:///etc/passwd', 'ftp://example.org/', 'https://user:pass@example.org/', 'data:text/plain,x'])('%s neither', async (address) => {
    await expect(outgoing(address)).rejects.toMatchObject({ fault: 'closed' });
  });
  test('what is let through by name and port is asked, and nothing beside it', async () => {
    allowing(`localhost:${port}`);
    expect(await (await outgoing(`http://localhost:${port}/`)).json()).toEqual({ method: 'GET', host: `localhost:${port}` });
    await expect(outgoing(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ fault: 'closed' });
    await expect(outgoing(`http://localhost:${port + 1}/`)).rejects.toMatchObject({ fault: 'closed' });
  });
  test('a redirect is given back, never followed', async () => {
    allowing(`localhost:${port}`);
    expect((await outgoing(`http://localhost:${port}/away`)).status).toBe(302);
    expect(asked).toBe(1);
  });
  test('silence, dripping, too much and unasked compression end', async () => {
    allowing(`localhost:${port}`);
    const ask = (path: string) => outgoing(`http://localhost:${port}${path}`, { ms: 300, bytes: 100_000 });
    await expect(ask('/hangs')).rejects.toMatchObject({ fault: 'silent' });
    await expect(ask('/drips')).rejects.toMatchObject({ fault: 'silent' });
    await expect(ask('/endless')).rejects.toMatchObject({ fault: 'large' });
    await expect(ask('/squeezed')).rejects.toMatchObject({ fault: 'broken' });
  });
});

test('the allowance takes whole names with a port, and no pattern', () => {
  expect(readConfig({ INDABA_OUTGOING_ALLOW: 'id.example.org:443, [fd00::1]:8443' }).outgoingAllow).toEqual(['id.example.org:443', '[fd00::1]:8443']);
  for (const bad of ['*', '*.example.org:443', 'example.org', 'true', '10.0.0.0/8', 'https://a.example:443'])
    expect(() => readConfig({ INDABA_OUTGOING_ALLOW: bad })).toThrow('INDABA_OUTGOING_ALLOW');
});
