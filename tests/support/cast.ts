/**
 * The cast in a database of one's own: people, organizations, a circle and channels, made as the clerk makes them.
 * `const c = await cast(await freshDatabase()); await as(c.as('mei'), (tx) => …)`
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';

export type Name = 'amina' | 'jonas' | 'mei' | 'pita' | 'karim' | 'lucia' | 'noor' | 'eve';
export const NAMES: Name[] = ['amina', 'jonas', 'mei', 'pita', 'karim', 'lucia', 'noor', 'eve'];
type Organization = 'ta-lumaria' | 'central-bank-lumaria' | 'sandoria-supervisor' | 'tavola-regulator' | 'kite-money' | 'secretariat' | 'regional-body';
type ChannelName = 'square' | 'all-members' | 'sim-swap' | 'ta-lumaria';

const organizations: Record<Organization, { name: string; kind: string; guest?: true; jurisdiction?: string }> = {
  'ta-lumaria': { name: 'Telecommunications Authority of Lumaria', kind: 'regulator', jurisdiction: 'lumaria' },
  'central-bank-lumaria': { name: 'Central Bank of Lumaria', kind: 'central-bank', jurisdiction: 'lumaria' },
  'sandoria-supervisor': { name: 'Financial Supervisor of Sandoria', kind: 'supervisor', jurisdiction: 'sandoria' },
  'tavola-regulator': { name: 'Communications Office of Tavola', kind: 'regulator', jurisdiction: 'tavola' },
  'kite-money': { name: 'Kite Money', kind: 'provider', guest: true, jurisdiction: 'lumaria' },
  secretariat: { name: 'Secretariat', kind: 'secretariat' },
  'regional-body': { name: 'Regional Forum', kind: 'regional-body' },
};
const people: Record<Name, { name: string; of?: Organization; role?: 'focal_point'; duties?: string[] }> = {
  amina: { name: 'Amina', of: 'ta-lumaria' },
  jonas: { name: 'Jonas', of: 'central-bank-lumaria', role: 'focal_point' },
  mei: { name: 'Mei', of: 'sandoria-supervisor', duties: ['reviewer'] },
  pita: { name: 'Pita', of: 'tavola-regulator', role: 'focal_point' },
  karim: { name: 'Karim', of: 'kite-money' },
  lucia: { name: 'Lucía', of: 'secretariat', duties: ['steward'] },
  noor: { name: 'Noor', of: 'regional-body', duties: ['editor'] },
  eve: { name: 'Eve' },
};
/** Who is in the circle sim-swap: people of three authorities, and a guest. */
export const CIRCLE: Name[] = ['amina', 'jonas', 'mei', 'karim'];

export type Cast = {
  /** Acts as this person in their own name, through the worker's login. */
  as(name: Name): Actor;
  /** Signs this person in: an actor as a browser (or a token with these scopes) has it, and the cookie's value. */
  signIn(name: Name, scopes?: Array<'read' | 'write' | 'amber'>): Promise<{ actor: Actor; key: string; cookie: string; sessionId: string }>;
  member: Record<Name, string>;
  byline: Record<Name, string>;
  organization: Record<Organization, string>;
  circle: { id: string; audienceId: number };
  audience: { public: 1; everyone: 2; circle: number; lumaria: number };
  /** square: anyone, TLP:CLEAR. all-members: TLP:GREEN. sim-swap: the circle, TLP:AMBER. ta-lumaria: one authority, TLP:AMBER+STRICT. */
  channel: Record<ChannelName, { id: string; slug: string; audienceId: number; conversationId: string }>;
  /** A statement as superuser, for looking and planting behind row-level security. */
  behind<R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>;
};

/** Fills a fresh database with the cast; every id is new. */
export async function cast(db: { admin: string }): Promise<Cast> {
  const ids = <K extends string>(of: Record<K, unknown>) => Object.fromEntries(Object.keys(of).map((key) => [key, newId()])) as Record<K, string>;
  const member = ids(people);
  const byline = ids(people);
  const organization = ids(organizations);
  const circleId = newId();
  await as({ kind: 'clerk' }, (tx) => admit(tx, { member, byline, organization, circleId }));
  const audienceOf = (kind: string, ref: string) =>
    as(
      { kind: 'clerk' },
      async (tx) => (await sql<{ id: number }>`select id from app.audiences where kind = ${kind} and ref = ${ref}`.execute(tx)).rows[0]!.id,
    );
  const audience = {
    public: 1 as const,
    everyone: 2 as const,
    circle: await audienceOf('circle', circleId),
    lumaria: await audienceOf('organization', organization['ta-lumaria']),
  };
  const channels: Record<ChannelName, [audienceId: number, ceiling: string, opener: Name]> = {
    square: [1, 'TLP:CLEAR', 'lucia'],
    'all-members': [2, 'TLP:GREEN', 'lucia'],
    'sim-swap': [audience.circle, 'TLP:AMBER', 'jonas'],
    'ta-lumaria': [audience.lumaria, 'TLP:AMBER+STRICT', 'amina'],
  };
  const channel = {} as Cast['channel'];
  for (const [slug, [audienceId, ceiling, opener]] of Object.entries(channels) as Array<[ChannelName, [number, string, Name]]>) {
    const id = newId();
    const conversationId = newId();
    await as({ kind: 'clerk', as: member[opener] }, async (tx) => {
      await sql`insert into app.channels (id, slug, audience_id, name, purpose, byline_id) values (${id}, ${slug}, ${audienceId}, ${slug}, '', ${byline[opener]})`.execute(
        tx,
      );
      await sql`insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values (${conversationId}, ${audienceId}, 'channel', ${id}, ${ceiling})`.execute(
        tx,
      );
    });
    channel[slug] = { id, slug, audienceId, conversationId };
  }
  const behind = async <R extends Record<string, unknown>>(text: string, values: unknown[] = []) => {
    const client = new Client({ connectionString: db.admin });
    await client.connect();
    return client
      .query<R>(text, values)
      .then(({ rows }) => rows)
      .finally(() => client.end());
  };
  return {
    as: (name) => ({ kind: 'clerk', as: member[name] }),
    member,
    byline,
    organization,
    audience,
    channel,
    behind,
    circle: { id: circleId, audienceId: audience.circle },
    async signIn(name, scopes) {
      const cookie = randomBytes(32).toString('base64url');
      const key = sha256(cookie).toString('hex');
      const sessionId = randomUUID();
      await behind(
        `insert into app.sessions (id, token_hash, member_id, kind, name, scopes, expires_at) values ($1, $2, $3, $4, 'test', $5, now() + interval '1 day')`,
        [sessionId, sha256(key), member[name], scopes ? 'token' : 'browser', scopes ?? []],
      );
      return { actor: { kind: 'person', key }, key, cookie, sessionId };
    },
  };
}

type Made = { member: Record<Name, string>; byline: Record<Name, string>; organization: Record<Organization, string>; circleId: string };

async function admit(tx: Tx, { member, byline, organization, circleId }: Made): Promise<void> {
  for (const slug of new Set(Object.values(organizations).flatMap((each) => each.jurisdiction ?? []))) {
    await sql`insert into app.jurisdictions (id, code, name) values (${newId()}, ${slug}, ${slug})`.execute(tx);
  }
  for (const [slug, each] of Object.entries(organizations) as Array<[Organization, (typeof organizations)[Organization]]>) {
    await sql`insert into app.organizations (id, slug, name, kind, is_guest) values (${organization[slug]}, ${slug}, ${each.name}, ${each.kind}, ${each.guest ?? false})`.execute(
      tx,
    );
    if (each.jurisdiction) {
      await sql`insert into app.organization_jurisdictions select ${organization[slug]}, id from app.jurisdictions where code = ${each.jurisdiction}`.execute(
        tx,
      );
    }
  }
  for (const [slug, each] of Object.entries(people) as Array<[Name, (typeof people)[Name]]>) {
    await sql`insert into app.members (id, slug, name) values (${member[slug]}, ${slug}, ${each.name})`.execute(tx);
    await sql`insert into app.accounts (member_id, email, email_key) values (${member[slug]}, ${`${slug}@example.org`}, ${`${slug}@example.org`})`.execute(tx);
    await sql`insert into app.bylines (id, kind, member_id, organization_id, name) values (${byline[slug]}, 'person', ${member[slug]}, ${each.of ? organization[each.of] : null}, ${each.name})`.execute(
      tx,
    );
    if (each.of)
      await sql`insert into app.memberships (member_id, organization_id, role) values (${member[slug]}, ${organization[each.of]}, ${each.role ?? 'member'})`.execute(
        tx,
      );
    for (const duty of each.duties ?? []) await sql`insert into app.hub_roles (member_id, role) values (${member[slug]}, ${duty})`.execute(tx);
  }
  await sql`insert into app.audiences (kind, ref, label) values ('circle', ${circleId}, 'SIM swap circle')`.execute(tx);
  await sql`insert into app.circles (id, slug, name, audience_id) select ${circleId}, 'sim-swap', 'SIM swap circle', id from app.audiences where kind = 'circle' and ref = ${circleId}`.execute(
    tx,
  );
  for (const name of CIRCLE) await sql`insert into app.circle_members (circle_id, member_id) values (${circleId}, ${member[name]})`.execute(tx);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
