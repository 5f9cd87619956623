import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { AgreementInput } from './model.ts';

/**
 * Publishes a new version: from now on nobody writes who has not accepted it. The database numbers it.
 * Refuses with govern.agreement.not_found, .title_missing, .title_long, .body_missing, .body_long, .changes_missing, .changes_long, people.step_up.needed, and as not found where one may not.
 */
export async function publishAgreement(tx: Tx, input: unknown): Promise<void> {
  const { document, title, body, changes } = parse(AgreementInput, input);
  await sql`insert into app.agreement_versions (id, document, title, body, changes) values (${newId()}, ${document}, ${title}, ${body}, ${changes})`.execute(
    tx,
  );
}
