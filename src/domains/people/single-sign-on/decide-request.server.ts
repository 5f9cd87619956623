import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';

/** Lets in, as a member and no more, somebody who came by single sign-on, or does not. Refuses with people.sso.request_not_found, .not_tested, .has_account, people.step_up.needed. */
export async function decideSsoRequest(tx: Tx, input: { id: string; yes: boolean }): Promise<void> {
  await sql`select app.decide_sso_request(${input.id}, ${input.yes}, ${newId()}, ${newId()})`.execute(tx);
  tx.notes.wake = true;
}
