/**
 * Opening a channel with 50 unread messages, each time by a member who has not read them, beside a bare Node server that sends the same bytes.
 * `node tests/bench/opening.ts` (build/ has to match the sources) prints the weight, the times one after the other, and the ratio.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';

const OPENINGS = 200;
async function measure(admin: string): Promise<void> {
  const { cast } = await import('../support/cast.ts');
  const { as } = await import('#platform/database/open.server.ts');
  const { startThread } = await import('#domains/conversations/start-thread.server.ts');
  const { postMessage } = await import('#domains/conversations/post-message.server.ts');
  const { ensureSignInKey } = await import('#domains/people/sign-in-key.server.ts');
  const { ensureKeys } = await import('#platform/keys.server.ts');
  const { paragraph, seeded } = await import('../support/random-text.ts');
  const folder = mkdtempSync(join(tmpdir(), 'indaba-bench-'));
  Object.assign(process.env, { INDABA_DATA: folder, INDABA_KEYS: join(folder, 'keys') });
  ensureKeys();
  await ensureSignInKey(process.env.DATABASE_URL!);
  const c = await cast({ admin });
  const random = seeded(50);
  const post = (thread_id: string) => as(c.as('amina'), (tx) => postMessage(tx, { thread_id, body: paragraph(random), retry_key: randomUUID() }));
  const { thread_id } = await as(c.as('lucia'), (tx) =>
    startThread(tx, { conversation_id: c.channel['all-members'].conversationId, title: 'bench', body: paragraph(random), retry_key: randomUUID() }),
  );
  for (let n = 1; n < 50; n++) await post(thread_id);
  const cookies = await people(admin);
  const node = spawn(process.execPath, [resolve(import.meta.dirname, '../../bin/indaba'), 'web'], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const base = await said(node, /ready at (\S+)/);
  const path = `/channels/all-members/${thread_id}`;
  const agent = new Agent({ keepAlive: true });
  // The first ones warm up plans and code.
  for (const cookie of cookies.slice(0, 20)) await open(agent, base + path, cookie);
  const hub: number[] = [];
  let body: Buffer = Buffer.alloc(0);
  for (const cookie of cookies.slice(20)) {
    const begun = performance.now();
    body = await open(agent, base + path, cookie);
    hub.push(performance.now() - begun);
  }
  const other = spawn(process.execPath, ['-e', bareServer], { stdio: ['pipe', 'pipe', 'inherit'] });
  other.stdin!.end(body);
  const port = await said(other, /(\d+)/);
  const bare: number[] = [];
  for (let n = 0; n < OPENINGS; n++) {
    const begun = performance.now();
    await open(agent, `http://127.0.0.1:${port}/`, 'x');
    bare.push(performance.now() - begun);
  }
  const at = (list: number[], part: number) => list.sort((a, b) => a - b)[Math.floor((list.length - 1) * part)]!;
  console.log(`a channel with 50 unread: ${(body.length / 1_000).toFixed(1)} KB (limit 30)`);
  console.log(
    `opened: p50 ${at(hub, 0.5).toFixed(1)}, p95 ${at(hub, 0.95).toFixed(1)} ms; bare p50 ${at(bare, 0.5).toFixed(2)}, p95 ${at(bare, 0.95).toFixed(2)} ms: ${(at(hub, 0.5) / at(bare, 0.5)).toFixed(1)}x and ${(at(hub, 0.95) / at(bare, 0.95)).toFixed(1)}x`,
  );
  for (const child of [node, other]) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

const bareServer = `const parts = []; process.stdin.on('data', (part) => parts.push(part)).on('end', () => {
  const body = Buffer.concat(parts);
  const server = require('node:http').createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'br', 'content-length': body.length }).end(body));
  server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));
})`;

function said(child: ReturnType<typeof spawn>, word: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    child.stdout!.on('data', (text: Buffer) => {
      const found = word.exec(String(text))?.[1];
      if (found) done(found);
    });
    child.once('exit', (code) => fail(new Error(`ended with ${code}`)));
  });
}

const open = (agent: Agent, url: string, cookie: string): Promise<Buffer> =>
  new Promise((done, fail) =>
    get(url, { agent, headers: { cookie: `indaba=${cookie}`, 'accept-encoding': 'br', accept: 'text/html' } }, (answer) => {
      const parts: Buffer[] = [];
      answer
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () => (answer.statusCode === 200 ? done(Buffer.concat(parts)) : fail(new Error(`${url} answered ${answer.statusCode}`))));
    }).on('error', fail),
  );

/** Members who have read nothing, one for each opening. */
async function people(admin: string): Promise<string[]> {
  const client = new Client({ connectionString: admin });
  await client.connect();
  const sha = (text: string) => createHash('sha256').update(text).digest();
  const cookies = Array.from({ length: OPENINGS + 20 }, () => randomBytes(32).toString('base64url'));
  const ids = cookies.map(() => randomUUID());
  await client.query(`insert into app.members (id, slug, name) select id, 'm-' || id, 'Member' from unnest($1::uuid[]) id`, [ids]);
  await client.query(
    `insert into app.accounts (member_id, email, email_key) select id, id || '@example.org', id || '@example.org' from unnest($1::uuid[]) id`,
    [ids],
  );
  await client.query(`insert into app.bylines (id, kind, member_id, name) select gen_random_uuid(), 'person', id, 'Member' from unnest($1::uuid[]) id`, [ids]);
  await client.query(`insert into app.audience_members select 2, id from unnest($1::uuid[]) id`, [ids]);
  await client.query(
    `insert into app.sessions (id, token_hash, member_id, kind, expires_at) select gen_random_uuid(), h, id, 'browser', now() + interval '1 day' from unnest($1::uuid[], $2::bytea[]) as x(id, h)`,
    [ids, cookies.map((cookie) => sha(sha(cookie).toString('hex')))],
  );
  await client.query('analyze');
  await client.end();
  return cookies;
}

const { withDatabase } = await import('#platform/database/scratch.server.ts');
await withDatabase(measure);
process.exit(0);
