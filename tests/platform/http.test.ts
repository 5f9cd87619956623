import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { DIRECT_HEADER } from '#platform/http/forwarded.server.ts';
import { listen } from '../../src/server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((each) => each()));
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void, trustProxy: string[] = [], url = 'http://localhost:3000') {
  const server = await listen({ host: '127.0.0.1', port: 0, trustProxy, url });
  closing.push(() => server.close(500));
  server.open(handler);
  return server;
}

type Answer = { status: number; headers: IncomingMessage['headers']; body: Buffer };
function ask(port: number, headers: Record<string, string> = {}, path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk) => chunks.push(chunk))
        .on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    }).on('error', reject);
  });
}

const text = 'The holding time is 24 h. '.repeat(200);

test('a page of known length is compressed whole, by what the reader takes', async () => {
  const { port } = await serve((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-length', Buffer.byteLength(text));
    response.writeHead(200);
    response.write(text.slice(0, 100));
    response.end(text.slice(100));
  });
  const br = await ask(port, { 'accept-encoding': 'gzip, br' });
  expect(br.headers).toMatchObject({ 'content-encoding': 'br', 'content-length': String(br.body.length), vary: 'accept-encoding' });
  expect(brotliDecompressSync(br.body).toString()).toBe(text);
  const gz = await ask(port, { 'accept-encoding': 'gzip, br;q=0' });
  expect(gunzipSync(gz.body).toString()).toBe(text);
  const bare = await ask(port);
  expect(bare.headers['content-encoding']).toBeUndefined();
  expect(bare.headers.vary).toBe('accept-encoding');
  expect(bare.body.toString()).toBe(text);
});

test('untouched: event streams, short answers, pictures, what is compressed already, no-transform', async () => {
  const cases: Record<string, Record<string, string>> = {
    '/events': { 'content-type': 'text/event-stream' },
    '/short': { 'content-type': 'text/plain', 'content-length': '5' },
    '/picture': { 'content-type': 'image/webp' },
    '/packed': { 'content-type': 'text/html', 'content-encoding': 'zstd' },
    '/asis': { 'content-type': 'text/html', 'cache-control': 'no-transform' },
  };
  const { port } = await serve((request, response) => {
    response.writeHead(200, cases[request.url ?? '']);
    response.end(request.url === '/short' ? 'short' : text);
  });
  for (const path of Object.keys(cases)) {
    const { headers, body } = await ask(port, { 'accept-encoding': 'br' }, path);
    expect(headers['content-encoding'], path).toBe(cases[path]?.['content-encoding']);
    expect(body.toString(), path).toBe(path === '/short' ? 'short' : text);
  }
});

test('a stream of unknown length arrives piece by piece', async () => {
  const more = Promise.withResolvers<void>();
  const { port } = await serve(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write('first');
    await more.promise;
    response.end(text);
  });
  const { body } = await new Promise<Answer>((resolve) => {
    get({ port, host: '127.0.0.1', headers: { 'accept-encoding': 'br' } }, (response) => {
      const chunks: Buffer[] = [];
      response.once('data', () => more.resolve());
      response.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve({ status: 200, headers: response.headers, body: Buffer.concat(chunks) }));
    });
  });
  expect(brotliDecompressSync(body).toString()).toBe(`first${text}`);
});

const echo = (request: IncomingMessage, response: ServerResponse) => {
  const { host, [DIRECT_HEADER]: direct, 'x-forwarded-for': from, 'x-forwarded-proto': scheme } = request.headers;
  response.end(JSON.stringify({ host, direct, from, scheme }));
};
const seen = async (port: number, headers: Record<string, string>) => JSON.parse((await ask(port, headers)).body.toString());

test('forwarding headers count only from a trusted proxy; ours cannot be forged', async () => {
  const lies = { 'x-forwarded-for': '8.8.8.8', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example', host: 'hub.example' };
  const open = await serve(echo);
  expect(await seen(open.port, { host: 'hub.example' })).toEqual({ host: 'hub.example', direct: '1', from: '127.0.0.1', scheme: 'http' });
  expect(await seen(open.port, lies)).toEqual({ host: 'hub.example', from: '127.0.0.1', scheme: 'http' });
  expect(await seen(open.port, { forwarded: 'for=1.2.3.4', [DIRECT_HEADER]: '1', host: 'h' })).toEqual({ host: 'h', from: '127.0.0.1', scheme: 'http' });
  const behind = await serve(echo, ['127.0.0.0/8', '10.0.0.0/8']);
  expect(await seen(behind.port, { ...lies, 'x-forwarded-for': '6.6.6.6, 8.8.8.8, 10.1.2.3' })).toEqual({
    host: 'evil.example',
    from: '8.8.8.8',
    scheme: 'https',
  });
});

test('a proxy that names no scheme: the hub knows its own address', async () => {
  const { port } = await serve(echo, [], 'https://hub.example');
  expect(await seen(port, { host: 'hub.example' })).toMatchObject({ scheme: 'https' });
  expect(await seen(port, { host: 'localhost' })).toMatchObject({ scheme: 'http' });
});

test('every answer says that its type is meant, and a hub under https that it stays there', async () => {
  const plain = await serve((_request, response) => void response.end('x'));
  expect((await ask(plain.port)).headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
  expect((await ask(plain.port)).headers['strict-transport-security']).toBeUndefined();
  const safe = await serve((_request, response) => void response.end('x'), [], 'https://hub.example');
  for (const path of ['/', '/healthz']) expect((await ask(safe.port, {}, path)).headers['strict-transport-security']).toBe('max-age=31536000');
});

test('before it is open: alive, not ready, and says so; while closing, streams end and running answers finish', async () => {
  const server = await listen({ host: '127.0.0.1', port: 0, trustProxy: [], url: 'http://localhost:3000' });
  expect((await ask(server.port, {}, '/healthz')).status).toBe(200);
  expect((await ask(server.port, {}, '/readyz')).status).toBe(503);
  expect((await ask(server.port)).headers['retry-after']).toBe('2');
  server.open((request, response) => {
    response.writeHead(200, { 'content-type': request.url === '/events' ? 'text/event-stream' : 'text/plain' });
    response.write('begun;');
    if (request.url !== '/events') setTimeout(() => response.end('done'), 300);
  });
  expect((await ask(server.port, {}, '/readyz')).status).toBe(200);
  const slow = ask(server.port);
  const stream = ask(server.port, {}, '/events');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server.close(2_000);
  expect((await slow).body.toString()).toBe('begun;done');
  expect((await stream).body.toString()).toBe('begun;');
});

test('a taken port and an impossible host are faults in one line', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  await expect(listen({ host: '127.0.0.1', port, trustProxy: [], url: 'http://localhost' })).rejects.toThrow(/is taken by another program/);
  await expect(listen({ host: '203.0.113.7', port: 0, trustProxy: [], url: 'http://localhost' })).rejects.toThrow(/no address of this machine/);
  other.close();
});
