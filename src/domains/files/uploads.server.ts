import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { randomId } from '#platform/ids.ts';
import { FILE_LIMIT, plainName } from './model.ts';

/** A file on its way. `old`: its day is over; `done`: all bytes are here and looked through. */
export type OnItsWay = { id: string; name: string; announced: number; ends_at: Date; old: boolean; done: boolean; looked: Looked; found: string | null };
/** Of a whole file: what the malware scanner said, that it was not asked because there is none, or that nothing is heard from it yet. */
export type Looked = 'unasked' | 'waiting' | 'clean' | 'infected';

const columns = sql`id, name, announced::int as announced, created_at + interval '1 day' as ends_at, created_at <= now() - interval '1 day' as old, sha256 is not null as done, looked, found`;

/** Announces a file that will come in pieces. Refuses: files.file.too_large, .empty, files.upload.too_many, .too_much, common.not_allowed. */
export async function beginUpload(tx: Tx, input: { name: string; size: number }): Promise<OnItsWay> {
  if (input.size > FILE_LIMIT) throw new Refusal('files.file.too_large', { status: 413, details: { limit: FILE_LIMIT / 1024 / 1024 } });
  if (input.size === 0) throw new Refusal('files.file.empty');
  const id = randomId();
  await sql`insert into app.uploads (id, member_id, name, announced) values (${id}, app.writer(), ${plainName(input.name)}, ${input.size})`.execute(tx);
  return findUpload(tx, id);
}

/** A file that I send in with this session. Refuses: files.upload.not_found (another's and none look alike), files.upload.expired. */
export async function findUpload(tx: Tx, id: string): Promise<OnItsWay> {
  const { rows } = await sql<OnItsWay>`select ${columns} from app.uploads where id = ${id}`.execute(tx);
  if (!rows[0]) throw notFound('files.upload.not_found');
  if (rows[0].old) throw new Refusal('files.upload.expired', { status: 410 });
  return rows[0];
}

/** Everything I send in with this session and have not posted, the first first. */
export async function listOnTheirWay(tx: Tx): Promise<OnItsWay[]> {
  const { rows } =
    await sql<OnItsWay>`select ${columns} from app.uploads where taken_at is null and created_at > now() - interval '1 day' order by created_at, id`.execute(
      tx,
    );
  return rows;
}

/** Lets go of a file that I sent in and did not post. Refuses: files.upload.not_found. */
export async function dropUpload(tx: Tx, id: string): Promise<void> {
  const { rows } = await sql`delete from app.uploads where id = ${id} returning id`.execute(tx);
  if (!rows.length) throw notFound('files.upload.not_found');
}
