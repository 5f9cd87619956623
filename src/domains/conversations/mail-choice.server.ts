import { sql } from 'kysely';
import * as v from 'valibot';
import { keyOf, storedHash } from '#domains/people/secrets.server.ts';
import type { Tx } from '#platform/database/open.server.ts';

/** Which mails I want. From a form a box that is not ticked is absent. */
export const MailChoice = v.object({ direct: v.optional(v.union([v.boolean(), v.literal('on')]), false) });

/** Which mails I get. */
export async function findMailChoice(tx: Tx): Promise<{ direct: boolean }> {
  const { rows } = await sql<{ direct: boolean | null }>`select app.my_mail_direct() as direct`.execute(tx);
  return { direct: rows[0]?.direct ?? false };
}

/** Says which mails I want. Refuses with common.not_found (not signed in, or by a token that only reads). */
export async function chooseMail(tx: Tx, input: v.InferOutput<typeof MailChoice>): Promise<{ direct: boolean }> {
  await sql`select app.choose_mail_direct(${Boolean(input.direct)})`.execute(tx);
  return findMailChoice(tx);
}

/** Turns mail about direct messages off by the link that came with one; false for a link that is not known. */
export async function stopDirectMail(tx: Tx, input: { token: string }): Promise<boolean> {
  const { rows } = await sql<{ done: boolean }>`select app.stop_mail_direct(${storedHash(keyOf(input.token))}) as done`.execute(tx);
  return rows[0]?.done ?? false;
}
