import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '#platform/config.server.ts';
import { currentKey, ensureKeys, KEY_NAMES, keyVersion, adoptKey, nextKey, retireKey } from '#platform/keys.server.ts';
import { cleanUp, temporaryFolder } from '../support/process.ts';

afterAll(cleanUp);

test('nothing said: this machine only, embedded, demo', () => {
  expect(readConfig({})).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    url: 'http://localhost:3000',
    trustProxy: [],
    databaseUrl: undefined,
    seed: 'demo',
    seedChosen: false,
  });
  expect(readConfig({ DATABASE_URL: 'postgres://a:b@db/hub' }).seed).toBe('empty');
  expect(readConfig({ INDABA_TRUST_PROXY: 'loopback, 10.0.0.0/8,::1' }).trustProxy).toEqual(['127.0.0.0/8', '10.0.0.0/8', '::1']);
});

test.each([
  [{ PORT: 'http' }, 'PORT is "http"'],
  [{ PORT: '70000' }, 'PORT is "70000"'],
  [{ HOST: 'http://x' }, 'HOST is "http://x"'],
  [{ INDABA_URL: 'hub.example' }, 'INDABA_URL is "hub.example"'],
  [{ INDABA_URL: 'https://hub.example/path' }, 'INDABA_URL is'],
  [{ INDABA_SEED: 'some' }, 'INDABA_SEED is "some"'],
  [{ INDABA_TRUST_PROXY: '10.0.0.0/40' }, 'INDABA_TRUST_PROXY holds "10.0.0.0/40"'],
  [{ INDABA_WEB_URL: 'http://x' }, 'INDABA_WEB_URL cannot be read'],
  [{ INDABA_DNS: '192.0.2.53, ns.example' }, 'INDABA_DNS holds "ns.example"'],
  [{ SMTP_URL: 'mail.example' }, 'SMTP_URL cannot be read'],
])('%o is refused in one line', (environment, words) => {
  expect(() => readConfig(environment)).toThrow(words);
});

test('keys are made once, 0600, and rotate without losing the old ones', () => {
  const folder = join(temporaryFolder(), 'keys');
  ensureKeys(folder);
  const first = KEY_NAMES.map((name) => currentKey(name, folder));
  ensureKeys(folder);
  expect(KEY_NAMES.map((name) => currentKey(name, folder))).toEqual(first);
  for (const name of KEY_NAMES) expect(statSync(join(folder, `${name}.json`)).mode & 0o777).toBe(0o600);
  adoptKey('seal', nextKey('seal', folder), folder);
  expect(currentKey('seal', folder).version).toBe(2);
  expect(keyVersion('seal', 1, folder)?.key).toBe(first[1]?.key);
  retireKey('seal', 1, folder);
  expect(keyVersion('seal', 1, folder)).toBeUndefined();
  expect(() => retireKey('seal', 2, folder)).toThrow('is the current one');
  // A number that was given once never means another key.
  adoptKey('seal', nextKey('seal', folder), folder);
  retireKey('seal', 2, folder);
  expect(nextKey('seal', folder).version).toBe(4);
});
