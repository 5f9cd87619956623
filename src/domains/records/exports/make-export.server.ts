import { createHash } from 'node:crypto';
import { createReadStream, renameSync, rmSync } from 'node:fs';
import { sql } from 'kysely';
import { isLocale } from '#paraglide/runtime.js';
import { plainFormerMembers, sayFormerMembers } from '#domains/people/former-member.ts';
import { readBytes } from '#domains/files/bytes.server.ts';
import { config } from '#platform/config.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { ZipFile } from '#platform/zip.server.ts';
import { packagePath } from './folder.server.ts';
import { indexPage } from './index-page.ts';
import type { Exclusion } from './model.ts';
import { readMyFiles, readMyLog, readMyself, readWritten, type Written } from './read-records.server.ts';

type Payload = { ids: { export: string } };
type Row = {
  id: string;
  member_id: string;
  kind: 'own' | 'records';
  organization_id: string | null;
  from_on: string | null;
  until_on: string | null;
  exclusions: Exclusion[];
  reason: string;
};

const clerk = { kind: 'clerk' } as const;

/** Makes the package that was asked for, as the person who asked: what they may not read is not in it. Somebody who may no longer ask gets none. */
export async function makeExport({ ids }: Payload): Promise<void> {
  const { rows } = await as(clerk, (tx) =>
    sql<Row>`select id, member_id, kind, organization_id, from_on::text as from_on, until_on::text as until_on, exclusions, reason from app.data_exports where id = ${ids.export} and made_at is null`.execute(
      tx,
    ),
  );
  const row = rows[0];
  if (!row) return;
  const actor: Actor = { kind: 'clerk', as: row.member_id };
  const path = packagePath(row.id);
  try {
    const who = await whoAsks(actor, row);
    const { counts, told } = await fill(`${path}.part`, actor, row, who);
    renameSync(`${path}.part`, path);
    const { size, hash } = await weigh(path);
    await as(clerk, (tx) =>
      sql`update app.data_exports set made_at = now(), expires_at = now() + interval '72 hours', failed_at = null, size = ${size}, sha256 = ${hash}, counts = ${JSON.stringify(counts)}::jsonb, told = ${JSON.stringify(told)}::jsonb where id = ${row.id}`.execute(
        tx,
      ),
    );
  } catch (error) {
    rmSync(`${path}.part`, { force: true });
    rmSync(path, { force: true });
    await as(clerk, (tx) => sql`update app.data_exports set failed_at = now() where id = ${row.id}`.execute(tx));
    throw error;
  }
}

type Who = { name: string; locale: string };
async function whoAsks(actor: Actor, row: Row): Promise<Who> {
  const { rows } = await as(actor, (tx) =>
    sql<Who>`select coalesce(o.name, m.name) as name, s.locale from app.members m cross join app.my_settings() s left join app.organizations o on o.id = ${row.organization_id}
      where m.id = app.me() and (${row.organization_id}::uuid is null or app.is_focal_point(${row.organization_id}))`.execute(tx),
  );
  if (!rows[0]) throw new Error('whoever asked may no longer have it');
  return rows[0];
}

/** What a source learns of one by one: an item of its own under a label that asks for it. */
type Told = { id: string; kind: string; label: string | null; organization_id: string };

async function fill(path: string, actor: Actor, row: Row, who: Who): Promise<{ counts: Record<string, number>; told: Told[] }> {
  const own = row.kind === 'own';
  const chosen = new Map(row.exclusions.map((each) => [each.which, each.ground]));
  const which = {
    mine: own,
    organizationId: row.organization_id,
    from: row.from_on,
    until: row.until_on,
    labels: row.exclusions.filter(({ what }) => what === 'label').map(({ which }) => which),
    things: row.exclusions.filter(({ what }) => what === 'thing').map(({ which }) => which),
  };
  const counts: Record<string, number> = {};
  const told: Told[] = [];
  const count = (key: string) => void (counts[key] = (counts[key] ?? 0) + 1);
  const ground = ({ out }: Written) => (out?.startsWith('chosen:') ? (chosen.get(out.slice('chosen:'.length)) ?? 'other') : out);
  const zip = await ZipFile.create(path);
  const { url } = config();
  const head = { locale: isLocale(who.locale) ? who.locale : 'en', kind: row.kind, name: who.name, hub: url, at: new Date().toISOString() } as const;
  try {
    const about = own ? await readMyself(actor) : undefined;
    await zip.add(
      'index.html',
      inWords(indexPage(head, about, readWritten(actor, which)), (text) => sayFormerMembers(text, head.locale)),
    );
    if (own) {
      await zip.add('me.json', [plainFormerMembers(`${JSON.stringify(about, null, 2)}\n`)]);
      await zip.add('log.jsonl', lines(readMyLog(actor)));
    }
    const kept: Written[] = [];
    await zip.add(
      own ? 'written.jsonl' : 'records.jsonl',
      (async function* () {
        for await (const each of readWritten(actor, which)) {
          const { out, source_sees, organization_id, ...rest } = each;
          if (out) {
            count(`left out: ${ground(each)}`);
            kept.push(each);
          } else {
            count(each.label ?? each.kind);
            if (source_sees && organization_id) told.push({ id: each.id, kind: each.kind, label: each.label, organization_id });
            yield plainFormerMembers(`${JSON.stringify(rest)}\n`);
          }
        }
      })(),
    );
    for (const { id, name, sha256 } of own ? await readMyFiles(actor) : []) {
      const bytes = readBytes(sha256);
      if (!bytes) continue;
      await zip.add(`files/${id}/${name.replace(/[\\/:*?"<>|\p{C}]/gu, '_').replace(/^\.+/, '_')}`, bytes as unknown as AsyncIterable<Uint8Array>);
      count('file');
    }
    // Of what the label keeps here, that it exists is not said one by one either.
    await zip.add(
      'exclusions.jsonl',
      lines(kept.filter(({ out }) => out !== 'label').map((each) => ({ id: each.id, kind: each.kind, label: each.label, at: each.at, ground: ground(each) }))),
    );
    const files = Object.fromEntries(zip.entries.map(({ name, size, sha256 }) => [name, { size, sha256 }]));
    const manifest = {
      hub: url,
      kind: row.kind,
      of: who.name,
      made_at: head.at,
      reason: row.reason || undefined,
      from: row.from_on ?? undefined,
      until: row.until_on ?? undefined,
      counts,
      files,
    };
    await zip.add('manifest.json', [`${JSON.stringify(manifest, null, 2)}\n`]);
    await zip.end();
    return { counts, told };
  } catch (error) {
    await zip.abandon();
    throw error;
  }
}

async function* inWords(parts: AsyncIterable<string>, say: (text: string) => string): AsyncGenerator<string> {
  for await (const part of parts) yield say(part);
}

async function* lines(rows: AsyncIterable<object> | Iterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield plainFormerMembers(`${JSON.stringify(row)}\n`);
}

async function weigh(path: string): Promise<{ size: number; hash: Buffer }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of createReadStream(path)) {
    hash.update(piece as Buffer);
    size += (piece as Buffer).length;
  }
  return { size, hash: hash.digest() };
}
