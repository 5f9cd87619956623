/** /metrics: closed unless asked for, readable by what reads such things, and nothing secret in it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beat, factsHere } from '#domains/hub/health/beat.server.ts';
import { config, readConfig } from '#platform/config.server.ts';
import { defaultLimits } from '#platform/limits.ts';
import { listen } from '../../src/server.ts';
import { openHub, Visitor } from '../support/hub.ts';
import { type Community, plantCommunity } from '../support/people.ts';

const TOKEN = 'a-token-of-sixteen-or-more';
let community: Community;
beforeAll(async () => {
  community = await plantCommunity();
  await beat('web', 'one:3000', Date.now, factsHere());
});
afterAll(async () => void (await community.database.drop()));

const where = { host: '127.0.0.1', port: 0, trustProxy: [], url: 'http://localhost', limits: defaultLimits };
const ask = (port: number, path = '/metrics', authorization?: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: authorization ? { authorization } : {} });

/** Every line is a comment, or a name with labels and a number; each name says what it is before its first value. */
function read(text: string): Map<string, number> {
  const values = new Map<string, number>();
  const known = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    const [, typed] = /^# TYPE ([a-z_]+) (?:counter|gauge|histogram)$/.exec(line) ?? [];
    if (typed) known.add(typed);
    if (line.startsWith('# ')) continue;
    const [, name = '', labels = '', number] = /^([a-z_]+)(\{[a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*\})? (-?\d[\d.e+-]*)$/.exec(line) ?? [];
    expect(number, line).toBeDefined();
    expect(known.has(name.replace(/_(bucket|sum|count)$/, '')) || known.has(name), line).toBe(true);
    values.set(name + labels, Number(number));
  }
  return values;
}

test('without port and token there is nothing of the kind', async () => {
  const hub = await openHub();
  expect((await new Visitor(hub.base).get('/metrics')).status).toBe(404);
  await hub.close();
});

test('beside the pages with the token only; it counts what was answered', async () => {
  const server = await listen({ ...where, metricsToken: TOKEN });
  server.open((_, response) => response.writeHead(418).end('short and stout'));
  expect((await ask(server.port)).status).toBe(401);
  expect((await ask(server.port, '/metrics', 'Bearer another-token-of-that-length')).status).toBe(401);
  for (let n = 0; n < 3; n++) await (await ask(server.port, '/')).text();
  const answer = await ask(server.port, '/metrics', `Bearer ${TOKEN}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const text = await answer.text();
  const values = read(text);
  expect(values.get('indaba_requests_total{status="4xx"}')).toBe(5);
  expect(values.get('indaba_request_seconds_count')).toBe(5);
  expect(values.get('indaba_database_up')).toBe(1);
  expect(values.get('indaba_disk_free_bytes{kind="web",node="one:3000"}')).toBeGreaterThan(0);
  expect(values.get('indaba_check_bad{check="jobs"}')).toBe(1);
  for (const secret of [TOKEN, 'lucia', 'example.test', 'postgres://', config().data, community.database.name]) expect(text, secret).not.toContain(secret);
  await server.close(100);
});

test('on a port of its own, and nothing else there', async () => {
  const server = await listen({ ...where, metricsPort: 0 });
  server.open((_, response) => response.end('page'));
  expect((await ask(server.metricsPort!)).status).toBe(200);
  expect((await ask(server.metricsPort!, '/')).status).toBe(404);
  expect(await (await ask(server.port)).text()).toBe('page');
  const again = listen({ ...where, metricsPort: server.metricsPort! });
  await expect(again).rejects.toThrow(/INDABA_METRICS_PORT \d+ cannot be listened on \(EADDRINUSE\)/);
  await server.close(100);
});

test('a token that can be guessed and a port that is none stop the start in one line', () => {
  expect(() => readConfig({ INDABA_METRICS_TOKEN: 'short' })).toThrow('INDABA_METRICS_TOKEN is too short');
  expect(() => readConfig({ INDABA_METRICS_PORT: 'x' })).toThrow('INDABA_METRICS_PORT is "x"');
});
