import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { keyedId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { ApplyInput } from './application.ts';

/**
 * An organization asks to take part; each of its two contacts gets a private link by mail. The answer is the same whether it was new, sent twice, or there already.
 * Refuses with people.organization.name_missing, .kind_unknown, people.name.missing, .long, .dishonest, people.email.not_an_address, people.domain.none,
 * people.application.mandate_missing, .jurisdiction_missing, .jurisdictions_many, .role_missing, .contact_elsewhere, .contacts_same, .too_long, .too_many.
 */
export async function applyToTakePart(tx: Tx, input: unknown): Promise<void> {
  const { retry_key, name_1, role_1, email_1, name_2, role_2, email_2, ...said } = parse(ApplyInput, input);
  const contacts = [
    { name: name_1, role: role_1, email: email_1 },
    { name: name_2, role: role_2, email: email_2 },
  ];
  await sql`select app.apply(${keyedId('application', email_1, retry_key)}, ${JSON.stringify({ ...said, contacts })}::jsonb)`.execute(tx);
}
