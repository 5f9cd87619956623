import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { AcceptInput } from './model.ts';

/** Accepts the present version of a document, as the person who sits in the browser. Refuses with govern.agreement.not_found, .newer. */
export async function acceptAgreement(tx: Tx, input: unknown): Promise<void> {
  const { version } = parse(AcceptInput, input);
  await sql`select app.accept_agreement(${version})`.execute(tx);
}
