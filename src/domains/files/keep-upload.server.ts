import { sql } from 'kysely';
import { config } from '#platform/config.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { randomId } from '#platform/ids.ts';
import { plainName } from './model.ts';
import type { Taken } from './take-in.server.ts';

/** A whole file of mine that waits for its message: what the composer shows of it. */
export type Upload = { id: string; name: string };

/** What is said of a whole file before anybody looked: that it waits for the scanner, where there is one. */
export const lookedAtFirst = (): 'waiting' | 'unasked' => (config().scanner ? 'waiting' : 'unasked');

/** Writes down a file whose bytes were taken in, as mine alone. Refuses: files.upload.too_many, common.not_allowed. */
export async function keepUpload(tx: Tx, input: { name: string; taken: Taken }): Promise<Upload> {
  const upload = { id: randomId(), name: plainName(input.name) };
  const { mime, size, hash, width, height } = input.taken;
  await sql`insert into app.uploads (id, member_id, name, announced, mime, size, sha256, width, height, looked)
    values (${upload.id}, app.writer(), ${upload.name}, ${Math.min(size, 20_971_520)}, ${mime}, ${size}, ${Buffer.from(hash, 'hex')}, ${width}, ${height}, ${lookedAtFirst()})`.execute(
    tx,
  );
  return upload;
}

/** May I send in a file now? Asked before its bytes are looked at. Refuses: common.not_allowed. */
export async function needWriter(tx: Tx): Promise<void> {
  const { rows } = await sql<{ may: boolean }>`select app.writer() is not null as may`.execute(tx);
  if (!rows[0]?.may) throw new Refusal('common.not_allowed', { status: 403 });
}

/** A page may stand longer than a session: what waits in it for one member is never sent in as another. Refuses: files.upload.other_sender (401). */
export async function needSender(tx: Tx, member: string): Promise<void> {
  const { rows } = await sql<{ mine: boolean }>`select app.me()::text is not distinct from ${member} as mine`.execute(tx);
  if (!rows[0]?.mine) throw new Refusal('files.upload.other_sender', { status: 401 });
}

/** Those of these files that are mine, whole and still there, by id. */
export async function listUploads(tx: Tx, ids: string[]): Promise<Upload[]> {
  const { rows } =
    await sql<Upload>`select id, name from app.uploads where id::text = any(${ids}::text[]) and sha256 is not null and taken_at is null and looked <> 'infected' and created_at > now() - interval '1 day' order by created_at`.execute(
      tx,
    );
  return rows;
}
