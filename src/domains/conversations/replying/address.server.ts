import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { keyOf, storedHash } from '#domains/people/secrets.server.ts';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';

/** Mail servers may change capitals, so there are none: 160 bits in small letters and figures. */
const LOCAL = /^reply\+([0-9a-f]{40})$/;

export const hashOf = (secret: string): Buffer => storedHash(keyOf(secret));

/** An address of its own at which this member may answer this message by mail; undefined where the hub takes no mail, or none of theirs. */
export async function makeReplyAddress(member: string, message: string): Promise<string | undefined> {
  const { mailIn } = config();
  if (!mailIn) return undefined;
  const secret = randomBytes(20).toString('hex');
  const { rows } = await as({ kind: 'clerk' }, (tx) =>
    sql<{ made: boolean }>`select app.make_reply_address(${newId()}, ${member}, ${message}, ${hashOf(secret)}) as made`.execute(tx),
  );
  if (!rows[0]?.made) return undefined;
  return `reply+${secret}@${mailIn.domain}`;
}

/** What stands in an address of that kind; undefined when it is none of ours. */
export function secretIn(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (address.slice(at + 1).toLowerCase() !== config().mailIn?.domain) return undefined;
  return LOCAL.exec(address.slice(0, at).toLowerCase())?.[1];
}
