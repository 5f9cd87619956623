/**
 * A file on its way when the node that takes it in is killed with -9: it goes on over another node that shares database and storage. What arrives is the same bytes;
 * until the last of them is here nobody sees any of it, and nothing half lies under a name of something whole.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { cleanUp, indaba, type Running, nodeOf } from '../support/process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
const WAIT = { timeout: 60_000, interval: 5 };
type Node = { process: Running; base: string };
let db: FreshDatabase;
let c: Cast;
let folder: string;
let nodes: Node[];
let amina: Actor;
const cookies: Partial<Record<Name, string>> = {};

async function start(): Promise<Node> {
  const process = indaba(['web'], {
    ...nodeOf(db, folder),
    // Both have one data folder, as two machines have that share a disk.
    INDABA_DATA: `${folder}/shared`,
  });
  return { process, base: await process.ready };
}
beforeAll(async () => {
  db = await freshDatabase();
  folder = await ownKeys(db.owner);
  c = await cast(db);
  for (const name of ['amina', 'jonas', 'eve'] as const) {
    const { actor, cookie } = await c.signIn(name);
    cookies[name] = cookie;
    if (name === 'amina') amina = actor;
  }
  nodes = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await cleanUp();
  await db?.drop();
});

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const uploads = (id = '') => join(folder, 'shared/uploads', id);
const arrived = (id: string) => statSync(uploads(id), { throwIfNoEntry: false })?.size ?? 0;
const ask = (node: Node, who: Name, method: string, path: string, headers: Record<string, string> = {}, body?: BodyInit) =>
  fetch(node.base + path, {
    method,
    redirect: 'manual',
    headers: { origin: node.base, cookie: `indaba=${cookies[who]}`, 'tus-resumable': '1.0.0', ...headers },
    ...(body ? { body, duplex: 'half' } : {}),
  } as RequestInit);
const piece = (offset: number) => ({ 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) });
async function begin(node: Node, size: number): Promise<string> {
  const answer = await ask(node, 'amina', 'POST', '/files/uploads', { 'upload-length': String(size), 'upload-metadata': `filename ${btoa('report.bin')}` });
  expect(answer.status).toBe(201);
  return answer.headers.get('location')!.split('/').at(-1)!;
}
const here = async (node: Node, who: Name, id: string) => (await ask(node, who, 'HEAD', `/files/uploads/${id}`)).headers.get('upload-offset');
const post = (id: string) => {
  const thread = { conversation_id: c.channel['all-members'].conversationId, title: 'With a report', body: 'See there', retry_key: randomUUID(), files: [id] };
  return as(amina, (tx) => startThread(tx, thread));
};
/** Sends bytes and keeps the line open behind them, as a slow one does. */
function send(node: Node, id: string, bytes: Uint8Array): Promise<unknown> {
  const body = new ReadableStream({ start: (line) => line.enqueue(bytes) });
  return ask(node, 'amina', 'PATCH', `/files/uploads/${id}`, piece(0), body as never).catch((error: unknown) => error);
}
async function kill(at: number): Promise<void> {
  const { process } = nodes[at]!;
  process.child.kill('SIGKILL');
  await process.ended;
}
/** What lies in the storage under the name of its bytes is those bytes. */
function nothingHalf(): void {
  const kept = join(folder, 'shared/files');
  for (const name of existsSync(kept) ? readdirSync(kept) : []) if (/^[0-9a-f]{64}$/.test(name)) expect(hash(readFileSync(join(kept, name)))).toBe(name);
}
async function arrivesWhole(id: string, bytes: Uint8Array): Promise<void> {
  const { id: message } = await post(id);
  const [file] = await c.behind<{ id: string }>('select id from app.attachments where message_id = $1', [message]);
  for (const node of nodes) {
    const got = await ask(node, 'jonas', 'GET', `/files/${file!.id}`);
    expect([got.status, hash(new Uint8Array(await got.arrayBuffer()))]).toEqual([200, hash(bytes)]);
    expect((await ask(node, 'eve', 'GET', `/files/${file!.id}`)).status).toBe(404);
  }
  expect(existsSync(uploads(id))).toBe(false);
  nothingHalf();
}

test('killed in the middle: the other node says how far it came, takes the rest, and shows nothing before', async () => {
  const bytes = randomBytes(6_000_000);
  const id = await begin(nodes[0]!, bytes.length);
  const sending = send(nodes[0]!, id, bytes.subarray(0, 3_500_000));
  await vi.waitFor(() => expect(arrived(id)).toBeGreaterThan(1_000_000), WAIT);
  await kill(0);
  await sending;
  const other = nodes[1]!;
  for (const who of ['amina', 'jonas', 'eve'] as const) expect((await ask(other, who, 'GET', `/files/${id}`)).status).toBe(404);
  expect([await here(other, 'jonas', id), await here(other, 'eve', id)]).toEqual([null, null]);
  await expect(post(id)).rejects.toMatchObject({ code: 'files.upload.not_found' });
  const offset = Number(await here(other, 'amina', id));
  expect(offset).toBeGreaterThan(1_000_000);
  expect(offset).toBeLessThanOrEqual(3_500_000);
  const rest = await ask(other, 'amina', 'PATCH', `/files/uploads/${id}`, piece(offset), bytes.subarray(offset));
  expect([rest.status, rest.headers.get('upload-offset')]).toEqual([204, String(bytes.length)]);
  nodes[0] = await start();
  await arrivesWhole(id, bytes);
});

test('killed with the last byte, before its answer: the other node makes it whole, once', async () => {
  const bytes = randomBytes(4_000_000);
  const id = await begin(nodes[1]!, bytes.length);
  const sending = ask(nodes[1]!, 'amina', 'PATCH', `/files/uploads/${id}`, piece(0), bytes as never).catch((error: unknown) => error);
  // Its bytes are all there, or have just been made a file: either way nobody may have heard of it.
  await vi.waitFor(() => expect(arrived(id) === bytes.length || !existsSync(uploads(id))).toBe(true), WAIT);
  await kill(1);
  await sending;
  nothingHalf();
  expect(await here(nodes[0]!, 'amina', id)).toBe(String(bytes.length));
  nodes[1] = await start();
  await arrivesWhole(id, bytes);
});
