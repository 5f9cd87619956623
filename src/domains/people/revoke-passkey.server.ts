import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';

/** Takes one of my passkeys away. Refuses with people.passkey.not_found, and with people.passkey.last when nothing else would let me in. */
export async function revokePasskey(tx: Tx, input: { id: string }): Promise<void> {
  const { rows } = await sql<{ others: number; has_password: boolean }>`
    select (select count(*)::int from app.passkeys where revoked_at is null and id <> ${input.id}) as others, has_password from app.my_account()`.execute(tx);
  if (rows[0] && rows[0].others === 0 && !rows[0].has_password) throw new Refusal('people.passkey.last', { status: 409 });
  const { numAffectedRows } =
    await sql`update app.passkeys set revoked_at = now() where id = ${input.id} and member_id = app.me() and revoked_at is null`.execute(tx);
  if (!numAffectedRows) throw notFound('people.passkey.not_found');
}
