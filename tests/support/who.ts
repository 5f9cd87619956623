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

/** Who stands behind each column. */
const slugs: Record<Who, string> = {
  visitor: '',
  nowhere: 'eve',
  suspended: 'sami',
  guest: 'karim',
  member: 'amina',
  'reading token': 'amina',
  'no amber': 'amina',
  'focal point': 'jonas',
  editor: 'noor',
  reviewer: 'mei',
  moderator: 'ravi',
  steward: 'lucia',
  trustee: 'tara',
};

/** A browser's cookie for everybody; call `everybody` first. */
export async function sessions(c: Cast): Promise<Record<Who, string>> {
  const made = {} as Record<Who, string>;
  for (const who of WHO) made[who] = slugs[who] && (await c.signIn(slugs[who] as Name)).cookie;
  return made;
}

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
  const scopes: Partial<Record<Who, Array<'read' | 'write' | 'amber'>>> = { 'reading token': ['read', 'amber'], 'no amber': ['read', 'write'] };
  const actor = { visitor: { kind: 'visitor' } } as Record<Who, Actor>;
  for (const who of WHO) if (slugs[who]) actor[who] = (await c.signIn(slugs[who] as Name, scopes[who] ?? ['read', 'write', 'amber'])).actor;
  await c.behind(`update app.members set status = 'suspended' where id = $1`, [member.sami]);
  return actor;
}
