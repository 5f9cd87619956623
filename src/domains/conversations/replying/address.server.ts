import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { keyOf, storedHash } from '#domains/people/secrets.server.ts';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';

/** Mail servers may change capitals, so there are none: 160 bits in small letters and figures. */
const LOCAL = /^reply\+([0-9a-f]{40})$/;

export const hashOf = (secret: string): Buffer => storedHash(keyOf(secret));

/** For each of these messages an address of its own at which this member may answer it by mail, all noted at once; none where the hub takes no mail, or none of theirs. */
export async function makeReplyAddresses(member: string, messages: string[]): Promise<Map<string, string>> {
  const { mailIn } = config();
  if (!mailIn || messages.length === 0) return new Map();
  const secrets = messages.map(() => randomBytes(20).toString('hex'));
  const { rows } = await as({ kind: 'clerk' }, (tx) =>
    sql<{ nth: number }>`
      select w.nth::int from unnest(${messages.map(() => newId())}::uuid[], ${messages}::uuid[], ${secrets.map(hashOf)}::bytea[]) with ordinality as w(id, message, secret, nth)
       where app.make_reply_address(w.id, ${member}, w.message, w.secret)`.execute(tx),
  );
  return new Map(rows.map(({ nth }) => [messages[nth - 1]!, `reply+${secrets[nth - 1]}@${mailIn.domain}`]));
}

/** What stands in an address of that kind; undefined when it is none of ours. */
export function secretIn(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (address.slice(at + 1).toLowerCase() !== config().mailIn?.domain) return undefined;
  return LOCAL.exec(address.slice(0, at).toLowerCase())?.[1];
}
