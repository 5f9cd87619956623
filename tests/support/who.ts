/** One person of every role, each by a token, for tests that ask what everybody may do. */
import { randomUUID } from 'node:crypto';
import type { Actor } from '#platform/database/open.server.ts';
import type { Cast, Name } from './cast.ts';

/** The columns of docs/operating/rights-by-route.md. */
export const WHO = [
  'visitor',
  'nowhere',
  'suspended',
  'guest',
  'member',
  'reading token',
  'no amber',
  'focal point',
  'editor',
  'reviewer',
  'moderator',
  'steward',
  'trustee',
] as const;
export type Who = (typeof WHO)[number];

/** Adds to the cast whom it lacks (a suspended person, a moderator, a trustee, a colleague of the focal point) and signs everybody in. */
export async function everybody(c: Cast): Promise<Record<Who, Actor>> {
  const member = c.member as Record<string, string>;
  const add = async (slug: string, organization: keyof Cast['organization'], duty?: string) => {
    member[slug] = randomUUID();
    await c.behind(`insert into app.members (id, slug, name) values ($1, $2, $2)`, [member[slug], slug]);
    await c.behind(`insert into app.accounts (member_id, email, email_key) values ($1, $2, $2)`, [member[slug], `${slug}@example.org`]);
    await c.behind(`insert into app.bylines (id, kind, member_id, organization_id, name) values (gen_random_uuid(), 'person', $1, $2, $3)`, [
      member[slug],
      c.organization[organization],
      slug,
    ]);
    await c.behind(`insert into app.memberships (member_id, organization_id) values ($1, $2)`, [member[slug], c.organization[organization]]);
    if (duty) await c.behind(`insert into app.hub_roles (member_id, role) values ($1, $2)`, [member[slug], duty]);
  };
  await add('bea', 'central-bank-lumaria');
  await add('sami', 'ta-lumaria');
  await add('ravi', 'regional-body', 'moderator');
  const [known] = await c.behind<{ fits: boolean }>(
    `select pg_get_constraintdef(oid) like '%trustee%' as fits from pg_constraint where conname = 'hub_roles_role_check'`,
  );
  await add('tara', 'regional-body', known?.fits ? 'trustee' : undefined);
  const token = async (slug: string, scopes: Array<'read' | 'write' | 'amber'> = ['read', 'write', 'amber']) => (await c.signIn(slug as Name, scopes)).actor;
  const actor: Record<Who, Actor> = {
    visitor: { kind: 'visitor' },
    nowhere: await token('eve'),
    suspended: await token('sami'),
    guest: await token('karim'),
    member: await token('amina'),
    'reading token': await token('amina', ['read', 'amber']),
    'no amber': await token('amina', ['read', 'write']),
    'focal point': await token('jonas'),
    editor: await token('noor'),
    reviewer: await token('mei'),
    moderator: await token('ravi'),
    steward: await token('lucia'),
    trustee: await token('tara'),
  };
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [member.sami]);
  return actor;
}
