import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { keyOf, storedHash } from './secrets.server.ts';

export type CastEntry = { member_id: string; slug: string; name: string; organization: string | null; duties: string[] };

/** Whom one may become with one click: empty unless this hub is a demonstration. */
export async function listCast(tx: Tx): Promise<CastEntry[]> {
  const { rows } = await sql<CastEntry>`select member_id, slug, name, organization, duties from app.demo_cast()`.execute(tx);
  return rows;
}

export type Me = { id: string; slug: string; name: string; locale: string; time_zone: string; is_steward: boolean; must_agree: boolean };

/** The member who is asking; undefined for a visitor and for a session that has ended. Also notes that the session is in use. */
export async function findMe(tx: Tx): Promise<Me | undefined> {
  const { rows } =
    await sql<Me>`select m.id, m.slug, m.name, s.locale, s.time_zone, app.has_role('{steward}') as is_steward, app.must_agree() as must_agree from app.members m, app.my_settings() s where m.id = app.me()`.execute(
      tx,
    );
  if (rows[0]) await sql`select app.touch_session()`.execute(tx);
  return rows[0];
}

export type Invited = { id: string; organization_name: string; name: string; email: string; expires_at: Date };

/** What an invitation link shows; looking uses nothing up. */
export async function findInvitation(tx: Tx, token: string): Promise<Invited | undefined> {
  const { rows } = await sql<Invited>`select id, organization_name, name, email, expires_at from app.find_invitation(${storedHash(keyOf(token))})`.execute(tx);
  return rows[0];
}

export type Invitation = {
  id: string;
  email: string;
  name: string;
  role: string;
  /** Null where the hub invites, after an application. */
  invited_by: string | null;
  stood_in_for: string | null;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
  revoked_at: Date | null;
  open: boolean;
};

/** The invitations of an organization, newest first, for those who may invite there. `open`: its link would work now. */
export async function listInvitations(tx: Tx, organizationId: string): Promise<Invitation[]> {
  const { rows } = await sql<Invitation>`
    select i.id, i.email, i.name, i.role, case when i.from_hub then null else b.name end as invited_by, f.name as stood_in_for, i.created_at, i.expires_at, i.used_at, i.revoked_at,
      app.invitation_stands(i.id) as open
      from app.invitations i join app.bylines b on b.id = i.invited_by left join app.members f on f.id = i.for_member where i.organization_id = ${organizationId} order by i.created_at desc limit 100`.execute(
    tx,
  );
  return rows;
}

export type Account = { email: string; has_password: boolean };

/** My own address, and whether I have a password. */
export async function findMyAccount(tx: Tx): Promise<Account | undefined> {
  const { rows } = await sql<Account>`select email, has_password from app.my_account()`.execute(tx);
  return rows[0];
}

export type MySession = {
  id: string;
  kind: 'browser' | 'token';
  name: string;
  scopes: string[];
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  current: boolean;
  /** Opened by single sign-on. */
  by_sso: boolean;
};

/** My living sessions and tokens, the present one first. */
export async function listMySessions(tx: Tx): Promise<MySession[]> {
  const { rows } = await sql<MySession>`
    select id, kind, name, scopes, created_at, last_seen_at, expires_at, id = app.my_session() as current, how = 'sso' as by_sso
      from app.sessions where member_id = app.me() and revoked_at is null and expires_at > now() order by id = app.my_session() desc, last_seen_at desc limit 200`.execute(
    tx,
  );
  return rows;
}

export type MyPasskey = { id: string; credential_id: string; name: string; created_at: Date; last_used_at: Date | null };

/** My passkeys that work. */
export async function listMyPasskeys(tx: Tx): Promise<MyPasskey[]> {
  const { rows } = await sql<MyPasskey>`
    select id, credential_id, name, created_at, last_used_at from app.passkeys where member_id = app.me() and revoked_at is null order by created_at`.execute(
    tx,
  );
  return rows;
}

/** The name of the organization I speak for, the longest membership first; a guest of none has none. */
export async function findMyOrganization(tx: Tx): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    select o.name from app.memberships m join app.organizations o on o.id = m.organization_id where m.member_id = app.me() order by m.since, o.name limit 1`.execute(
    tx,
  );
  return rows[0]?.name ?? null;
}
