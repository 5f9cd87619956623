import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { keyOf, storedHash } from '../secrets.server.ts';
import { macOf } from '../sign-in-key.server.ts';

/** A provider as this process talks with it. Never leaves the server. */
export type Connection = {
  id: string;
  organization_id: string;
  slug: string;
  organization: string;
  kind: 'oidc' | 'saml';
  issuer: string;
  client_id: string | null;
  sealed_secret: string | null;
  entry_url: string | null;
  certificates: string[];
  live: boolean;
};

/** The connection of an organization, for talking with its provider; undefined where there is none. */
export async function findConnection(tx: Tx, slug: string): Promise<Connection | undefined> {
  const { rows } = await sql<Connection>`select * from app.sso_connection(${slug}, ${macOf(`sso-connection:${slug}`)})`.execute(tx);
  return rows[0];
}

/** The institution an address leads to: a fact about its domain, never about a person. */
export async function findInstitution(tx: Tx, address: string): Promise<{ slug: string; organization: string } | undefined> {
  const { rows } = await sql<{ slug: string; organization: string }>`select slug, organization from app.sso_for(${address})`.execute(tx);
  return rows[0];
}

/** The institution that has to vouch for whoever is half signed in with this secret. */
export async function findInstitutionOf(tx: Tx, half: string): Promise<{ slug: string; organization: string } | undefined> {
  const { rows } = await sql<{ slug: string; organization: string }>`select slug, organization from app.sso_for_half(${storedHash(keyOf(half))})`.execute(tx);
  return rows[0];
}

/** Does anybody come in by single sign-on here? */
export async function isSsoOffered(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ offered: boolean }>`select app.sso_offered() as offered`.execute(tx);
  return rows[0]?.offered ?? false;
}

export type Setting = {
  organization_id: string;
  slug: string;
  name: string;
  id: string | null;
  kind: 'oidc' | 'saml' | null;
  issuer: string | null;
  client_id: string | null;
  entry_url: string | null;
  certificates: string[] | null;
  trusts_address: boolean | null;
  joining: 'off' | 'asks' | 'automatic' | null;
  joining_most: number | null;
  joining_pattern: string | null;
  tested_at: Date | null;
  live: boolean;
  domains: string[];
};

/** How an organization is connected, for whoever may set it; undefined for everybody else. */
export async function findSetting(tx: Tx, slug: string): Promise<Setting | undefined> {
  const { rows } = await sql<Setting>`
    select o.id as organization_id, o.slug, o.name, c.id, c.kind, c.issuer, c.client_id, c.entry_url, c.certificates, c.trusts_address, c.joining, c.joining_most, c.joining_pattern, c.tested_at,
      app.sso_live(o.id) as live, array(select d.domain from app.organization_domains d where d.organization_id = o.id and d.proved_at is not null order by d.domain) as domains
      from app.organizations o left join app.sso_connections c on c.organization_id = o.id where o.slug = ${slug} and app.may_set_sign_in(o.id)`.execute(tx);
  return rows[0];
}

export type MySso = { slug: string; organization: string; kind: 'oidc' | 'saml'; issuer: string; linked_at: Date | null; last_used_at: Date | null };

/** The providers of my organizations, and since when each knows me. */
export async function listMySso(tx: Tx): Promise<MySso[]> {
  const { rows } = await sql<MySso>`select slug, organization, kind, issuer, linked_at, last_used_at from app.my_sso()`.execute(tx);
  return rows;
}

export type SsoRequest = { id: string; address: string; name: string; asked_at: Date };

/** Who came by single sign-on and waits for a focal point of this organization. */
export async function listSsoRequests(tx: Tx, organizationId: string): Promise<SsoRequest[]> {
  const { rows } = await sql<SsoRequest>`
    select id, address, name, asked_at from app.sso_requests where organization_id = ${organizationId} and decided_at is null order by asked_at limit 200`.execute(
    tx,
  );
  return rows;
}
