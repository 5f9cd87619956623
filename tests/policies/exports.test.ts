/** Packages: in them is what the person asking may read and the labels let out, and nothing else; each goes out once. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listLog } from '#domains/audit/queries.server.ts';
import { askOwnData, askRecords } from '#domains/records/exports/ask-export.server.ts';
import { makeExport } from '#domains/records/exports/make-export.server.ts';
import { listExports } from '#domains/records/exports/queries.server.ts';
import { takeExport } from '#domains/records/exports/take-export.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { ZipFile } from '#platform/zip.server.ts';
import { type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownKeys } from '../support/keys.ts';
import { plant, type Planted } from '../support/planted.ts';
import { settle } from '../support/settle.ts';

let db: FreshDatabase;
let c: Cast;
let planted: Planted;
const actor: Record<string, Actor> = {};
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  process.env['INDABA_DATA'] ??= mkdtempSync(join(tmpdir(), 'indaba-exports-'));
  c = await cast(db);
  planted = await plant(c, ['public', 'everyone', 'circle', 'lumaria', 'named']);
  for (const name of NAMES) actor[name] = (await c.signIn(name)).actor;
  await c.behind(`update app.memberships set role = 'focal_point' where member_id = $1`, [c.member.mei]);
}, 60_000);
afterAll(async () => {
  await closePools();
  await db.drop();
});

/** The entries of a ZIP by name, read on its own terms: central directory, checked sizes. */
function unzip(bytes: Buffer): Record<string, string> {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const found: Record<string, string> = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    const [packed, size, length] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28)];
    const start = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + length);
    const data = start + 30 + bytes.readUInt16LE(start + 26);
    const text = inflateRawSync(bytes.subarray(data, data + packed));
    expect(text.length).toBe(size);
    found[name] = text.toString();
    at += 46 + length;
  }
  return found;
}

async function packageOf(who: Name, ask: () => Promise<{ id: string }>): Promise<{ id: string; files: Record<string, string> }> {
  const { id } = await ask();
  await makeExport({ ids: { export: id } });
  const answer = await takeExport(actor[who]!, id);
  return { id, files: unzip(Buffer.from(await answer.arrayBuffer())) };
}
const own = (who: Name) => packageOf(who, () => as(actor[who]!, askOwnData));
const records = (who: Name, organization: string, more: object = {}) =>
  packageOf(who, () => as(actor[who]!, (tx) => askRecords(tx, { organization, reason: 'A request', ...more })));

/** Posts as somebody in a place of the planted audience, with a label. */
async function post(by: Name, audience: string, body: string, label: string | null = null): Promise<string> {
  const id = newId();
  const [thread, conversation] = [planted.ids[audience]!.thread, planted.ids[audience]!.conversation];
  await c.behind(
    `insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash) select $1, $2, $3, t.audience_id, $4, $5, $6, gen_random_uuid(), '' from app.threads t where t.id = $3`,
    [id, conversation, thread, c.byline[by], body, label],
  );
  return id;
}

test('a ZIP of large and small entries is whole, and the same content makes the same bytes', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'indaba-zip-')), 'a.zip');
  const zip = await ZipFile.create(path);
  await zip.add('é.txt', ['short']);
  await zip.add('empty', []);
  const big = await zip.add(
    'big',
    (function* () {
      for (let i = 0; i < 200_000; i++) yield `line ${i}\n`;
    })(),
  );
  const size = await zip.end();
  const bytes = readFileSync(path);
  expect(bytes.length).toBe(size);
  const files = unzip(bytes);
  expect([files['é.txt'], files['empty'], files['big']!.length]).toEqual(['short', '', big.size]);
  expect(createHash('sha256').update(files['big']!).digest('hex')).toBe(big.sha256);
});

describe('in a package', () => {
  test.each(NAMES)('%s finds no word that is not theirs', async (who) => {
    const { files } = await own(who);
    const texts = Object.values(files).join('\n');
    const foreign = planted.canaries.filter(({ readers, word }) => !readers.has(who) && texts.includes(word));
    expect(foreign).toEqual([]);
    expect(JSON.parse(files['me.json']!).profile.slug).toBe(who);
  });

  test('of an organization, a focal point finds what its people wrote where the focal point is too, and no other word', async () => {
    await post('amina', 'circle', 'Said in the circle');
    await post('amina', 'lumaria', 'Said at home');
    await c.behind(`update app.bylines set organization_id = $1 where id = $2`, [c.organization['sandoria-supervisor'], c.byline.amina]);
    const { files } = await records('mei', 'sandoria-supervisor');
    await c.behind(`update app.bylines set organization_id = $1 where id = $2`, [c.organization['ta-lumaria'], c.byline.amina]);
    const texts = Object.values(files).join('\n');
    expect(files['records.jsonl']).toContain('Said in the circle');
    expect(texts).not.toContain('Said at home');
    expect(planted.canaries.filter(({ readers, word }) => !readers.has('mei') && texts.includes(word))).toEqual([]);
  });

  test('the manifest has the hash of every other file, and the counts by label and ground', async () => {
    const { files } = await own('amina');
    const manifest = JSON.parse(files['manifest.json']!);
    expect(
      Object.keys(manifest.files)
        .filter((name) => !name.startsWith('files/'))
        .sort(),
    ).toEqual(['exclusions.jsonl', 'index.html', 'log.jsonl', 'me.json', 'written.jsonl']);
    for (const [name, { sha256 }] of Object.entries<{ sha256: string }>(manifest.files))
      expect(createHash('sha256').update(files[name]!).digest('hex')).toBe(sha256);
  });
});

describe('labels and exclusions', () => {
  let before: { files: Record<string, string> };
  beforeAll(async () => {
    const [one] = await c.behind<{ id: number }>(
      `insert into app.audiences (kind, ref, label, frozen, size) values ('named', gen_random_uuid(), 'few', true, 2) returning id`,
    );
    await c.behind(`insert into app.audience_members select $1, unnest($2::uuid[])`, [one!.id, [c.member.jonas, c.member.pita]]);
    for (const [kind, ceiling, key] of [
      ['channel', 'TLP:RED', 'red'],
      ['direct', 'TLP:AMBER', 'direct'],
    ] as const) {
      const [conversation, thread] = [newId(), newId()];
      await c.behind(`insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values ($1, $2, $3, gen_random_uuid(), $4)`, [
        conversation,
        one!.id,
        kind,
        ceiling,
      ]);
      await c.behind(`insert into app.threads (id, conversation_id, audience_id, title, byline_id) values ($1, $2, $3, 'Thread', $4)`, [
        thread,
        conversation,
        one!.id,
        c.byline.jonas,
      ]);
      planted.ids[key] = { conversation, thread };
    }
    await post('jonas', 'red', 'Marked red', 'TLP:RED');
    await post('jonas', 'red', 'Not marked where red may be');
    await post('jonas', 'direct', 'Said in person');
    await post('jonas', 'circle', 'An amber word', 'TLP:AMBER');
    await post('jonas', 'everyone', 'A green word', 'TLP:GREEN');
    const pseudonym = newId();
    await c.behind(`insert into app.bylines (id, kind, audience_id, name) values ($1, 'pseudonym', $2, 'Heron')`, [pseudonym, c.audience.circle]);
    await c.behind(`insert into sealed.byline_members values ($1, $2)`, [pseudonym, c.member.jonas]);
    const hidden = await post('jonas', 'circle', 'Said as Heron');
    await c.behind(`update app.messages set byline_id = $1 where id = $2`, [pseudonym, hidden]);
    before = await own('jonas');
  });
  const texts = (files: Record<string, string>) => Object.values(files).join('\n');

  test("one's own: RED never, by label or by place; no pseudonym; the rest with its label", () => {
    expect(before.files['written.jsonl']).toContain('"label":"TLP:AMBER"');
    for (const word of ['An amber word', 'A green word', 'Said in person']) expect(texts(before.files)).toContain(word);
    for (const word of ['Marked red', 'Not marked where red', 'Heron']) expect(texts(before.files)).not.toContain(word);
    expect(JSON.parse(before.files['manifest.json']!).counts['left out: label']).toBe(2);
  });

  test("an organization's: what was said in person stays out too, and what is chosen, each with its ground", async () => {
    const bank = 'central-bank-lumaria';
    const all = await records('jonas', bank);
    for (const word of ['An amber word', 'A green word']) expect(all.files['records.jsonl']).toContain(word);
    for (const word of ['Marked red', 'Not marked where red', 'Heron', 'Said in person']) expect(texts(all.files)).not.toContain(word);
    const narrowed = await records('jonas', bank, {
      labels: ['TLP:AMBER'],
      labels_ground: 'security',
      things: `https://hub.example/channels/x/${planted.ids['everyone']!.thread}\n`,
      things_ground: 'personal',
    });
    for (const word of ['An amber word', 'A green word']) expect(texts(narrowed.files)).not.toContain(word);
    const left = narrowed.files['exclusions.jsonl']!.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    // Two are TLP:AMBER: one of the circle, and what was said within the country.
    expect(left.map(({ ground }) => ground).sort()).toEqual(['direct', 'personal', 'security', 'security']);
    expect(Object.keys(JSON.parse(narrowed.files['manifest.json']!).counts).sort()).toEqual([
      'left out: direct',
      'left out: label',
      'left out: personal',
      'left out: security',
    ]);
    const none = await records('jonas', bank, { from_on: '2001-01-01', until_on: '2001-12-31' });
    expect(none.files['records.jsonl']).toBe('');
  });

  test('bad input is named', async () => {
    const ask = (more: object) =>
      as(actor['jonas']!, (tx) => askRecords(tx, { organization: 'central-bank-lumaria', reason: 'x', ...more })).catch(
        (error: { code: string }) => error.code,
      );
    expect(await ask({ reason: ' ' })).toBe('records.reason.missing');
    expect(await ask({ from_on: 'yesterday' })).toBe('records.export.day_unknown');
    expect(await ask({ things: 'something' })).toBe('records.export.thing_unknown');
    expect(await ask({ things_ground: 'because' })).toBe('records.export.ground_unknown');
  });
});

describe('who × what', () => {
  test('an organization: its focal points, in a browser, and nobody else', async () => {
    const token = (await c.signIn('jonas', ['read', 'write', 'amber'])).actor;
    const suspended = (await c.signIn('pita')).actor;
    await c.behind(`update app.members set status = 'suspended' where id = $1`, [c.member.pita]);
    const tried = (who: Actor) =>
      as(who, (tx) => askRecords(tx, { organization: 'central-bank-lumaria', reason: 'x' })).then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    for (const name of NAMES)
      expect([name, await tried(name === 'pita' ? suspended : actor[name]!)]).toEqual([name, name === 'jonas' ? 'done' : 'records.export.not_found']);
    expect(await tried(token)).toBe('records.export.not_found');
    expect(await tried({ kind: 'visitor' })).not.toBe('done');
    await c.behind(`update app.members set status = 'active' where id = $1`, [c.member.pita]);
    for (const who of [token, { kind: 'visitor' } as Actor])
      expect(await as(who, askOwnData).catch((error: { code: string }) => error.code)).toBe('common.not_found');
  });

  test('what goes out under AMBER+STRICT stands item by item in the log of its source, once it went out', async () => {
    const pita = (await c.signIn('pita')).actor;
    await c.behind(`update app.memberships set role = 'focal_point' where member_id = $1`, [c.member.pita]);
    await c.behind(`update app.conversations set ceiling = 'TLP:AMBER+STRICT' where id = $1`, [planted.ids.named!.conversation]);
    const items = [await post('pita', 'named', 'A strict word', 'TLP:AMBER+STRICT'), await post('pita', 'named', 'Another strict word', 'TLP:AMBER+STRICT')];
    const amber = await post('pita', 'named', 'Only amber', 'TLP:AMBER');
    const told = () =>
      c.behind<{ item: string; organization_id: string; actor_id: string; label: string }>(
        `select data ->> 'item_id' as item, organization_id, actor_id, data ->> 'label' as label from app.audit_notes where kind = 'export.item'`,
      );
    const { id } = await as(pita, askOwnData);
    await makeExport({ ids: { export: id } });
    expect(await told()).toEqual([]);
    const answer = await takeExport(pita, id);
    const files = unzip(Buffer.from(await answer.arrayBuffer()));
    expect(files['written.jsonl']).toContain(amber);
    expect(files['written.jsonl']).not.toMatch(/source_sees|organization_id/);
    const rows = await told();
    expect(rows.map(({ item }) => item).sort()).toEqual([...items].sort());
    expect(new Set(rows.map((row) => `${row.organization_id} ${row.actor_id} ${row.label}`))).toEqual(
      new Set([`${c.organization['tavola-regulator']} ${c.member.pita} TLP:AMBER+STRICT`]),
    );
    await settle((text) => c.behind<{ done: boolean }>(text));
    const read = async (who: Actor) =>
      (await as(who, (tx) => listLog(tx, { of: 'organization', id: c.organization['tavola-regulator']! }))).filter(({ kind }) => kind === 'export.item');
    expect(await read(pita)).toHaveLength(2);
    for (const who of ['mei', 'jonas', 'eve'] as const) expect(await read(actor[who]!), who).toEqual([]);
  });

  test("a package is its asker's alone, goes out once, after a fresh proof, within its time", async () => {
    const { id } = await as(actor['noor']!, askOwnData);
    await expect(takeExport(actor['noor']!, id)).rejects.toMatchObject({ code: 'records.export.not_found' });
    await makeExport({ ids: { export: id } });
    for (const who of ['lucia', 'mei', 'eve'] as const) await expect(takeExport(actor[who]!, id)).rejects.toMatchObject({ code: 'records.export.not_found' });
    expect(await as(actor['lucia']!, (tx) => listExports(tx, null))).not.toContainEqual(expect.objectContaining({ id }));
    const stale = await c.signIn('noor');
    await c.behind(`update app.sessions set proved_at = now() - interval '1 hour' where id = $1`, [stale.sessionId]);
    await expect(takeExport(stale.actor, id)).rejects.toMatchObject({ code: 'people.step_up.needed' });
    await expect(as(stale.actor, askOwnData)).rejects.toMatchObject({ code: 'people.step_up.needed' });
    await (await takeExport(actor['noor']!, id)).arrayBuffer();
    await expect(takeExport(actor['noor']!, id)).rejects.toMatchObject({ code: 'records.export.not_found' });
    const late = await as(actor['noor']!, askOwnData);
    await makeExport({ ids: { export: late.id } });
    await c.behind(`update app.data_exports set expires_at = now() - interval '1 second' where id = $1`, [late.id]);
    await expect(takeExport(actor['noor']!, late.id)).rejects.toMatchObject({ code: 'records.export.not_found' });
    const { rows } = await as({ kind: 'clerk' }, (tx) =>
      sql<{ kind: string }>`select kind from app.audit_notes where kind like 'export.%' and data ->> 'export_id' = ${id}`.execute(tx),
    );
    expect(rows.map(({ kind }) => kind).sort()).toEqual(['export.asked', 'export.taken']);
  });

  test('whoever was let go in between gets nothing', async () => {
    const { id } = await as(actor['mei']!, (tx) => askRecords(tx, { organization: 'sandoria-supervisor', reason: 'x' }));
    await c.behind(`update app.memberships set role = 'member' where member_id = $1`, [c.member.mei]);
    await expect(makeExport({ ids: { export: id } })).rejects.toThrow();
    expect((await c.behind<{ failed: boolean }>(`select failed_at is not null as failed from app.data_exports where id = $1`, [id]))[0]).toEqual({
      failed: true,
    });
  });

  test('ten a day', async () => {
    for (let n = 0; n < 10; n++) await as(actor['eve']!, askOwnData).catch(() => {});
    await expect(as(actor['eve']!, askOwnData)).rejects.toMatchObject({ code: 'records.export.too_many' });
  });
});
