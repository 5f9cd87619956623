import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { seal } from '#platform/seal.server.ts';
import { findSetting } from './connections.server.ts';
import type { JoiningInput, OidcInput } from './model.ts';
import { readMetadata } from './saml-metadata.server.ts';

/**
 * Connects the OIDC provider of an organization, or changes how; it counts once it was walked through.
 * Refuses with people.organization.not_found, people.sso.secret_missing, people.step_up.needed.
 */
export async function connectOidc(tx: Tx, input: OidcInput & { slug: string }): Promise<void> {
  const setting = await findSetting(tx, input.slug);
  if (!setting) throw notFound('people.organization.not_found');
  const same = setting.kind === 'oidc' && setting.issuer === input.issuer;
  // A secret that was given for one provider is never sent to another.
  if (!input.client_secret && !same) throw new Refusal('people.sso.secret_missing');
  const id = setting.id ?? newId();
  const values = [input.issuer, input.client_id, input.trusts_address] as const;
  if (!setting.id) {
    await sql`insert into app.sso_connections (id, organization_id, kind, issuer, client_id, trusts_address, sealed_secret)
      values (${id}, ${setting.organization_id}, 'oidc', ${values[0]}, ${values[1]}, ${values[2]}, ${seal('sso', id, input.client_secret)})`.execute(tx);
  } else if (input.client_secret) {
    await sql`update app.sso_connections set kind = 'oidc', issuer = ${values[0]}, client_id = ${values[1]}, trusts_address = ${values[2]}, sealed_secret = ${seal('sso', id, input.client_secret)},
      entry_url = null, certificates = '{}' where id = ${id}`.execute(tx);
  } else {
    await sql`update app.sso_connections set client_id = ${values[1]}, trusts_address = ${values[2]} where id = ${id}`.execute(tx);
  }
  tx.notes.wake = true;
}

/**
 * Connects the SAML provider of an organization by what it says of itself, or changes how; it counts once it was walked through. The focal point answers for its addresses, because SAML cannot say that one was checked.
 * Refuses with people.organization.not_found, people.sso.metadata_bad, .metadata_entry, .metadata_certificate, people.step_up.needed.
 */
export async function connectSaml(tx: Tx, input: { slug: string; metadata: string; trusts_address: boolean }): Promise<void> {
  const setting = await findSetting(tx, input.slug);
  if (!setting) throw notFound('people.organization.not_found');
  const { issuer, entryUrl, certificates } = readMetadata(input.metadata);
  await sql`insert into app.sso_connections (id, organization_id, kind, issuer, entry_url, certificates, trusts_address)
      values (${newId()}, ${setting.organization_id}, 'saml', ${issuer}, ${entryUrl}, ${certificates}::text[], ${input.trusts_address})
    on conflict (organization_id) do update set kind = 'saml', issuer = excluded.issuer, entry_url = excluded.entry_url, certificates = excluded.certificates,
      trusts_address = excluded.trusts_address, client_id = null, sealed_secret = null`.execute(tx);
  tx.notes.wake = true;
}

/** Says what becomes of people of the organization who have no account yet. Refuses with people.sso.not_found, people.step_up.needed. */
export async function setJoining(tx: Tx, input: JoiningInput & { slug: string }): Promise<void> {
  const { numAffectedRows } = await sql`
    update app.sso_connections c set joining = ${input.joining}, joining_most = ${input.joining_most}, joining_pattern = ${input.joining_pattern}
      from app.organizations o where o.id = c.organization_id and o.slug = ${input.slug}`.execute(tx);
  if (!numAffectedRows) throw notFound('people.sso.not_found');
  tx.notes.wake = true;
}

/** Takes the connection away: whoever came in by it is out. Refuses with people.sso.not_found, people.step_up.needed. */
export async function removeConnection(tx: Tx, input: { slug: string }): Promise<void> {
  const { numAffectedRows } =
    await sql`delete from app.sso_connections c using app.organizations o where o.id = c.organization_id and o.slug = ${input.slug}`.execute(tx);
  if (!numAffectedRows) throw notFound('people.sso.not_found');
  tx.notes.wake = true;
}
