import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';

/** Says what an organization asks of its members when they sign in; the database tells them. Refuses with people.organization.not_found, people.sso.not_tested, people.step_up.needed. */
export async function setSignInPolicy(
  tx: Tx,
  input: { organizationId: string; passkeysOnly: boolean; secondFactor: boolean; ssoOnly?: boolean },
): Promise<void> {
  const { rows } = await sql<{ may: boolean }>`select app.may_set_sign_in(${input.organizationId}) as may`.execute(tx);
  if (!rows[0]?.may) throw notFound('people.organization.not_found');
  await sql`insert into app.sign_in_policies (organization_id, passkeys_only, second_factor, sso_only) values (${input.organizationId}, ${input.passkeysOnly}, ${input.secondFactor}, ${input.ssoOnly ?? false})
    on conflict (organization_id) do update set passkeys_only = excluded.passkeys_only, second_factor = excluded.second_factor, sso_only = excluded.sso_only`.execute(
    tx,
  );
  tx.notes.wake = true;
}

export type SignInPolicy = {
  id: string;
  name: string;
  passkeys_only: boolean;
  second_factor: boolean;
  sso_only: boolean;
  sso_live: boolean;
  may_set: boolean;
  changed_at: Date | null;
  changed_by: string | null;
  stood_in_for: string | null;
};

/** What an organization asks, for its own members and for stewards. */
export async function findSignInPolicy(tx: Tx, slug: string): Promise<SignInPolicy | undefined> {
  const { rows } = await sql<SignInPolicy>`
    select o.id, o.name, coalesce(p.passkeys_only, false) as passkeys_only, coalesce(p.second_factor, false) as second_factor, coalesce(p.sso_only, false) as sso_only, app.sso_live(o.id) as sso_live, app.may_set_sign_in(o.id) as may_set,
      p.changed_at, b.name as changed_by, f.name as stood_in_for
      from app.organizations o left join app.sign_in_policies p on p.organization_id = o.id left join app.bylines b on b.id = p.changed_by left join app.members f on f.id = p.changed_for
     where o.slug = ${slug} and (o.id in (select app.my_organizations()) or app.has_role('{steward}'))`.execute(tx);
  return rows[0];
}
