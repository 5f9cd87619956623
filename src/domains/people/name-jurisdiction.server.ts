import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId, shortId } from '#platform/ids.ts';
import { slugOf } from './model.ts';

/**
 * The jurisdiction of this name, made when there is none yet; capitals make no other. Its code is the address part of the name until it is given a better one.
 * Refuses as not found where one may not register organizations.
 */
export async function nameJurisdiction(tx: Tx, { name }: { name: string }): Promise<{ id: string }> {
  const found = await sql<{ id: string }>`select id from app.jurisdictions where lower(name) = lower(${name})`.execute(tx);
  if (found.rows[0]) return found.rows[0];
  const id = newId();
  // A name without Latin letters leaves nothing to make a code of.
  const code = /[a-z]/i.test(name.normalize('NFKD')) ? slugOf(name) : `j-${shortId(6)}`;
  await sql`insert into app.jurisdictions (id, code, name) values (${id}, ${code}, ${name})`.execute(tx);
  return { id };
}
