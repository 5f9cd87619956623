import { sql } from 'kysely';
import { config } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { FIRST_ADDRESS } from './model.ts';
import { keyOf, newSecret, storedHash } from './secrets.server.ts';

/** The one-time link that makes the first steward, or undefined once there is one. Each call makes a new link and ends the one before. Needs the worker's login. */
export async function firstStewardLink(): Promise<string | undefined> {
  return as({ kind: 'clerk' }, async (tx) => {
    const { rows } = await sql<{ there: boolean }>`select exists (select from app.hub_roles where role = 'steward') as there`.execute(tx);
    if (rows[0]?.there) return undefined;
    const inviter = await hubByline(tx);
    const organization = await secretariat(tx);
    const token = newSecret();
    await sql`update app.invitations set revoked_at = now() where invited_by = ${inviter} and used_at is null and revoked_at is null`.execute(tx);
    await sql`insert into app.invitations (id, organization_id, email, role, token_hash, invited_by)
      values (${newId()}, ${organization}, ${FIRST_ADDRESS}, 'focal_point', ${storedHash(keyOf(token))}, ${inviter})`.execute(tx);
    return `${config().url}/welcome/${token}`;
  });
}

async function hubByline(tx: Tx): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from app.bylines where kind = 'service' and name = 'Indaba' limit 1`.execute(tx);
  if (rows[0]) return rows[0].id;
  const id = newId();
  await sql`insert into app.bylines (id, kind, name) values (${id}, 'service', 'Indaba')`.execute(tx);
  return id;
}

async function secretariat(tx: Tx): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from app.organizations where kind = 'secretariat' order by joined_on limit 1`.execute(tx);
  if (rows[0]) return rows[0].id;
  const id = newId();
  await sql`insert into app.organizations (id, slug, name, kind) values (${id}, 'secretariat', 'Secretariat', 'secretariat')`.execute(tx);
  return id;
}
