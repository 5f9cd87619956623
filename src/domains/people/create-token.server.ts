import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import type { TokenInput } from './model.ts';
import { keyOf, newSecret, storedHash } from './secrets.server.ts';

/** Makes an API token for whoever asks from a browser and returns it: the only time it can be seen. From a token it is refused as not found. */
export async function createToken(tx: Tx, input: TokenInput): Promise<{ id: string; token: string }> {
  const token = `indaba_${newSecret()}`;
  const id = newId();
  const scopes = [...new Set(['read', ...input.scopes])];
  await sql`insert into app.sessions (id, token_hash, member_id, kind, name, scopes, expires_at)
    values (${id}, ${storedHash(keyOf(token))}, app.me(), 'token', ${input.name}, ${scopes}, now() + make_interval(days => ${input.days}))`.execute(tx);
  return { id, token };
}
