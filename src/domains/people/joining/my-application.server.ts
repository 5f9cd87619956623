import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { keyOf, storedHash } from '../secrets.server.ts';
import { type ApplicationState, NoteInput } from './application.ts';
import type { Letter } from './letters.server.ts';

export type MyApplication = {
  name: string;
  domain: string;
  public_mail: boolean;
  token: string;
  state: ApplicationState;
  made_at: string;
  confirmed_at: string | null;
  proved_at: string | null;
  method: 'dns' | 'letter' | null;
  checked_at: string | null;
  result: string | null;
  vetted_at: string | null;
  ended_at: string | null;
  reason: string | null;
  me: { name: string; confirmed: boolean };
  other: { name: string; confirmed: boolean };
  notes: { by: string | null; text: string; at: string }[];
  letters: Letter[];
};
type Link = { token: string };
const hashOf = ({ token }: Link) => storedHash(keyOf(token));

/** The application behind a private link, or undefined. Looking changes nothing: mail scanners open every link. */
export async function findMyApplication(tx: Tx, link: Link): Promise<MyApplication | undefined> {
  const { rows } = await sql<{ found: MyApplication | null }>`select app.find_application(${hashOf(link)}) as found`.execute(tx);
  return rows[0]?.found ?? undefined;
}

/** One of the two contacts says that it is really them; again changes nothing. Refuses with people.application.not_found. */
export async function confirmContact(tx: Tx, link: Link): Promise<void> {
  await sql`select app.confirm_contact(${hashOf(link)})`.execute(tx);
}

/** A contact who has confirmed adds something. Refuses with people.application.not_found, .note_missing, .too_long, .notes_full. */
export async function addToApplication(tx: Tx, input: Link & { text: unknown }): Promise<void> {
  const { text } = parse(NoteInput, { text: input.text });
  await sql`select app.add_to_application(${hashOf(input)}, ${text})`.execute(tx);
}

/** Has the DNS looked into now; false (a value, so that the count stays) after ten within the hour. Refuses with people.application.not_found. */
export async function checkApplicationDomain(tx: Tx, link: Link): Promise<boolean> {
  const { rows } = await sql<{ ok: boolean }>`select app.check_application_domain(${hashOf(link)}) as ok`.execute(tx);
  return rows[0]?.ok ?? false;
}

/** A contact who has confirmed takes the application back. Refuses with people.application.not_found. */
export async function withdrawApplication(tx: Tx, link: Link): Promise<void> {
  await sql`select app.withdraw_application(${hashOf(link)})`.execute(tx);
}
