import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { isAlive } from '#platform/embedded/postmaster.server.ts';
import type { RunNote } from '../../src/cli/start.ts';
import { cleanUp, indaba, quickRoom, type Running, temporaryFolder } from '../support/process.ts';

// Real processes that each make a database: seconds alone, much longer beside others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

afterEach(cleanUp);

// A hub that was started once and stopped in order: whoever asks what becomes of one that was there before takes a copy of it.
const made = mkdtempSync(join(quickRoom(), 'indaba-made-'));
const hubThatWasThere = () => {
  const data = temporaryFolder();
  expect(spawnSync('cp', ['-a', `${made}/.`, data]).status).toBe(0);
  return data;
};
beforeAll(async () => {
  const first = indaba(['start'], { INDABA_DATA: made });
  await first.ready;
  process.kill(-first.pid, 'SIGTERM');
  await first.ended;
});
afterAll(() => rmSync(made, { recursive: true, force: true }));

const noteOf = (data: string) => JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as RunNote;
const databaseOf = (data: string) => {
  const { database } = noteOf(data);
  if (!database) throw new Error('run.json names no database');
  return database;
};

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Writes numbered rows until the line breaks; returns the last number whose commit was acknowledged. */
async function writeUntilCut(url: string): Promise<{ written: () => number; cut: Promise<void>; end: () => Promise<void> }> {
  const client = await connect(url);
  await client.query('create schema if not exists probe; create table if not exists probe.rows (n int)');
  let written = 0;
  const cut = (async () => {
    for (let n = 1; ; n++) {
      await client.query('insert into probe.rows values ($1)', [n]);
      written = n;
    }
  })().catch(() => {});
  return { written: () => written, cut, end: () => client.end() };
}

test.each([
  ['Node alone: the living database is adopted', false],
  ['Node and the database: it recovers', true],
])('kill -9 of %s; nothing acknowledged is lost', async (_name, both) => {
  const data = hubThatWasThere();
  const first = indaba(['start'], { INDABA_DATA: data });
  await first.ready;
  const database = databaseOf(data);
  const writer = await writeUntilCut(database.owner);
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.kill(first.pid, 'SIGKILL');
  if (both) process.kill(database.pid, 'SIGKILL');
  await first.ended;
  await (both ? writer.cut : writer.end());
  const acknowledged = writer.written();
  expect(acknowledged).toBeGreaterThan(10);
  expect(isAlive(database.pid)).toBe(!both);

  const second = indaba(['start'], { INDABA_DATA: data });
  const address = await second.ready;
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  expect(databaseOf(data).pid === database.pid).toBe(!both);
  const reader = await connect(databaseOf(data).owner);
  const { rows } = await reader.query('select count(distinct n)::int as n from probe.rows where n <= $1', [acknowledged]);
  expect(rows[0].n).toBe(acknowledged);
  await reader.end();
  const { pid } = databaseOf(data);
  await stopInOrder(second);
  expect(isAlive(pid)).toBe(false);
});

async function stopInOrder(running: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const before = Date.now();
  process.kill(-running.pid, signal);
  const { code, stderr } = await running.ended;
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(Date.now() - before).toBeLessThan(8_000);
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s to the whole group with a line open: the database ends last, exit 0 within 8 s, no note left', async (signal) => {
  const data = hubThatWasThere();
  const running = indaba(['start'], { INDABA_DATA: data });
  const address = await running.ready;
  const { pid } = databaseOf(data);
  const idle = fetch(`${address}/healthz`).then((response) => response.text());
  await idle;
  await stopInOrder(running, signal);
  expect(isAlive(pid)).toBe(false);
  expect(() => noteOf(data)).toThrow();
  expect(readFileSync(join(data, 'postgres.log'), 'utf8')).toMatch(/database system is shut down\n$/);
});

test.each([300, 700, 1_500])('a signal %i ms into the first start leaves nothing that hinders the next', async (moment) => {
  const data = temporaryFolder();
  const first = indaba(['start'], { INDABA_DATA: data });
  await new Promise((resolve) => setTimeout(resolve, moment));
  process.kill(-first.pid, 'SIGTERM');
  // In its very first moments nobody listens to signals yet, and the system ends it.
  expect([0, null]).toContain((await first.ended).code);
  const second = indaba(['start'], { INDABA_DATA: data });
  expect((await fetch(`${await second.ready}/readyz`)).status).toBe(200);
});
