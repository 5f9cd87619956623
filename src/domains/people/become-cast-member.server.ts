import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Device, openSession } from './open-session.server.ts';
import { listCast } from './queries.server.ts';

/** Becomes one of the people of a demonstration with one click; returns the secret for the cookie. Refuses with people.member.not_found outside a demo. */
export async function becomeCastMember(tx: Tx, input: { slug: string; device: Device }): Promise<string> {
  const member = (await listCast(tx)).find((each) => each.slug === input.slug);
  if (!member) throw notFound('people.member.not_found');
  return openSession(tx, { memberId: member.member_id, proof: 'demo', device: input.device });
}
