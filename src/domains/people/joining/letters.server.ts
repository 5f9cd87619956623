import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, storedHash } from '../secrets.server.ts';

export type Letter = { id: string; name: string; mime: string; size: number; by: string; at: string };
export type LetterBytes = { name: string; mime: string; bytes: Buffer };
const hashOf = (token: string) => storedHash(keyOf(token));
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A contact who has confirmed sends a letter, cleaned beforehand. Refuses with people.application.not_found, people.application.letters_full. */
export async function sendLetter(tx: Tx, { token, name, mime, bytes }: { token: string } & LetterBytes): Promise<void> {
  await sql`select app.add_application_letter(${hashOf(token)}, ${newId()}, ${name}, ${mime}, ${bytes})`.execute(tx);
}

/** A letter of the application behind a private link, or undefined. */
export async function findMyLetter(tx: Tx, { token, letter }: { token: string; letter: string }): Promise<LetterBytes | undefined> {
  if (!ID.test(letter)) return undefined;
  const { rows } = await sql<LetterBytes>`select * from app.my_application_letter(${hashOf(token)}, ${letter})`.execute(tx);
  return rows[0];
}

/** A letter of an application, for a steward who may vet it; undefined for everybody else. */
export async function findLetter(tx: Tx, { id, letter }: { id: string; letter: string }): Promise<LetterBytes | undefined> {
  if (!ID.test(id) || !ID.test(letter)) return undefined;
  const { rows } = await sql<LetterBytes>`select name, mime, bytes from app.application_letters where application_id = ${id} and id = ${letter}`.execute(tx);
  return rows[0];
}
