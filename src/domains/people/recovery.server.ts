import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { enter, type Entered } from './enter.server.ts';
import { keepFirstPasskey } from './keep-first-passkey.server.ts';
import type { Device } from './open-session.server.ts';
import type { NewPasskey } from './passkey.server.ts';
import { keyOf, storedHash } from './secrets.server.ts';
import { macOf } from './sign-in-key.server.ts';

/** Somebody says they cannot sign in. Whether the address is known shows neither in the answer nor in what it costs. Refuses with people.recovery.refused. */
export async function askRecovery(tx: Tx, input: { email: string }): Promise<void> {
  const id = newId();
  const address = input.email.trim().toLowerCase();
  await sql`select app.ask_recovery(${id}, ${address}, ${macOf(`ask-recovery:${id}:${address}`)})`.execute(tx);
}

/** A focal point says that it is really them; the wait begins. Refuses with people.recovery.not_found, people.step_up.needed. */
export async function confirmRecovery(tx: Tx, input: { id: string }): Promise<void> {
  await sql`select app.confirm_recovery(${input.id})`.execute(tx);
  tx.notes.wake = true;
}

/** Ends a recovery: one's own, or one that a focal point does not believe. Refuses with people.recovery.not_found. */
export async function endRecovery(tx: Tx, input: { id: string }): Promise<void> {
  await sql`select app.end_recovery(${input.id})`.execute(tx);
  tx.notes.wake = true;
}

/** Stops a recovery by the link in the person's mail; false when there is nothing left to stop. */
export async function stopRecovery(tx: Tx, input: { token: string }): Promise<boolean> {
  const { rows } = await sql<{ ok: boolean }>`select app.stop_recovery(${storedHash(keyOf(input.token))}) as ok`.execute(tx);
  return rows[0]?.ok ?? false;
}

export type Recovering = { member_id: string; name: string; email: string };

/** Whose account a recovery link opens; looking uses nothing up. */
export async function findRecovery(tx: Tx, token: string): Promise<Recovering | undefined> {
  const { rows } = await sql<Recovering>`select member_id, name, email from app.find_recovery(${storedHash(keyOf(token))})`.execute(tx);
  return rows[0];
}

/** Uses a recovery link once: every old factor, session and token is dead, the new way in takes their place. Refuses with people.recovery.not_found. */
export async function useRecovery(
  tx: Tx,
  input: { token: string; device: Device } & ({ passwordHash: string } | { passkey: NewPasskey & { memberId: string } }),
): Promise<Entered> {
  const hash = 'passwordHash' in input ? input.passwordHash : null;
  const { rows } = await sql<{ member: string }>`select app.use_recovery(${storedHash(keyOf(input.token))}, ${hash}) as member`.execute(tx);
  const memberId = rows[0]!.member;
  if ('passkey' in input) await keepFirstPasskey(tx, input.passkey);
  return enter(tx, { memberId, proof: 'passkey' in input ? 'passkey' : 'password', device: input.device });
}

export type Recovery = {
  id: string;
  name: string;
  slug: string;
  organizations: string[];
  asked_at: Date;
  confirmed_by: string | null;
  stood_in_for: string | null;
  ripe_at: Date | null;
  mine: boolean;
};

/** The recoveries that wait: those I may confirm, and my own. */
export async function listRecoveries(tx: Tx): Promise<Recovery[]> {
  const { rows } = await sql<Recovery>`
    select r.id, m.name, m.slug, array(select o.name from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id order by 1) as organizations,
        r.asked_at, b.name as confirmed_by, f.name as stood_in_for, r.ripe_at, r.member_id = app.me() as mine
      from app.recoveries r join app.members m on m.id = r.member_id left join app.bylines b on b.id = r.confirmed_by left join app.members f on f.id = r.confirmed_for
     where r.ended_at is null and (r.confirmed_at is null and r.asked_at > now() - interval '7 days' or r.ripe_at > now() - interval '24 hours')
     order by r.asked_at limit 100`.execute(tx);
  return rows;
}
