/** Plants the invented community: countries, bodies, people, circles. */
import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { cast, circles, jurisdictions, organizations } from './cast.ts';

const bySlug = <T extends { slug: string }>(list: readonly T[], slug: string): T => {
  const found = list.find((each) => each.slug === slug);
  if (!found) throw new Error(`the cast names ${slug}, which is nowhere described`);
  return found;
};

/** Writes the cast, as the clerk. Ids are fixed, so a second run would be refused as a whole. */
export async function plantCommunity(tx: Tx): Promise<void> {
  await tx
    .insertInto('app.jurisdictions')
    .values(jurisdictions.map(({ id, code, name, region, timeZone }) => ({ id, code, name, region, time_zone: timeZone })))
    .execute();
  await tx
    .insertInto('app.organizations')
    .values(organizations.map(({ id, slug, name, kind, guest }) => ({ id, slug, name, kind, is_guest: guest })))
    .execute();
  const served = organizations.flatMap((body) =>
    body.jurisdictions.map((slug) => ({ organization_id: body.id, jurisdiction_id: bySlug(jurisdictions, slug).id })),
  );
  await tx.insertInto('app.organization_jurisdictions').values(served).execute();
  for (const member of cast) {
    const organization = member.organization ? bySlug(organizations, member.organization).id : null;
    await tx
      .insertInto('app.members')
      .values({ id: member.id, slug: member.slug, name: member.name, locale: member.locale, time_zone: member.timeZone, in_cast: member.inCast })
      .execute();
    await tx.insertInto('app.accounts').values({ member_id: member.id, email: member.email, email_key: member.email.toLowerCase() }).execute();
    await tx
      .insertInto('app.bylines')
      .values({ id: newId(), kind: 'person', member_id: member.id, organization_id: organization, name: member.name })
      .execute();
    if (organization)
      await tx.insertInto('app.memberships').values({ member_id: member.id, organization_id: organization, role: member.organizationRole }).execute();
    if (member.hubRoles.length)
      await tx
        .insertInto('app.hub_roles')
        .values(member.hubRoles.map((role) => ({ member_id: member.id, role })))
        .execute();
  }
  await plantDirectory(tx);
  for (const circle of circles) {
    await tx.insertInto('app.audiences').values({ kind: 'circle', ref: circle.id, label: circle.name }).execute();
    const listed = Boolean(circle.entry ?? circle.kinds);
    await sql`insert into app.circles (id, slug, name, purpose, audience_id, entry, listed, by_rule, rule_kinds)
      select ${circle.id}, ${circle.slug}, ${circle.name}, ${circle.purpose}, id, ${circle.entry ?? 'invitation'}, ${listed}, ${Boolean(circle.kinds)}, ${[...(circle.kinds ?? [])]}::text[]
        from app.audiences where kind = 'circle' and ref = ${circle.id}`.execute(tx);
    for (const slug of circle.runners)
      await tx
        .insertInto('app.circle_runners')
        .values({ circle_id: circle.id, member_id: bySlug(cast, slug).id })
        .execute();
    const people = circle.people.map((slug) => ({ circle_id: circle.id, member_id: bySlug(cast, slug).id, organization_id: null }));
    const bodies = circle.organizations.map((slug) => ({ circle_id: circle.id, member_id: null, organization_id: bySlug(organizations, slug).id }));
    await tx
      .insertInto('app.circle_members')
      .values([...people, ...bodies])
      .execute();
  }
}

/** What some of them show of themselves, what their organizations adopted, and whom to call at two authorities. */
async function plantDirectory(tx: Tx): Promise<void> {
  const says: Record<string, { position: string; expertise: string[] }> = {
    amina: { position: 'Analyst', expertise: ['sim-swap', 'agents', 'ussd'] },
    jonas: { position: 'Head of payment system oversight', expertise: ['audit', 'resilience', 'law'] },
    mei: { position: 'Senior supervisor', expertise: ['app-security', 'audit', 'cryptography'] },
    pita: { position: 'Engineer', expertise: ['ss7', 'incident-response'] },
    lucia: { position: 'Secretariat', expertise: ['cooperation'] },
  };
  for (const member of cast.filter((each) => each.organization)) {
    const said = says[member.slug];
    const rows = [
      { field: 'languages', words: [...member.writes] },
      ...(said
        ? [
            { field: 'position', words: [said.position] },
            { field: 'expertise', words: said.expertise },
          ]
        : []),
    ].filter(({ words }) => words.length);
    if (rows.length)
      await tx
        .insertInto('app.profile_fields')
        .values(rows.map((row) => ({ member_id: member.id, shown_to: 'members', ...row })))
        .execute();
  }
  for (const [slug, space, state, year, words, audience] of [
    ['lumaria-telecom', 'sim-swap', 'adopted', 2024, 'Guideline 3/2024 on changes of SIM cards', 1],
    ['lumaria-central-bank', 'security-assurance-framework', 'in_part', 2025, 'Threats 1 to 12; the rest with the next licence round', 2],
    ['sandoria-supervisor', 'security-assurance-framework', 'adopted', 2023, 'Notice 12', 1],
    ['tavola-communications', 'sim-swap', 'planned', 2027, '', 2],
  ] as const) {
    const found = await tx.selectFrom('app.spaces').select('id').where('slug', '=', space).executeTakeFirst();
    const values = { organization_id: bySlug(organizations, slug).id, audience_id: audience, state, year, words };
    if (found)
      await tx
        .insertInto('app.adopted_spaces')
        .values({ id: newId(), space_id: found.id, ...values })
        .execute();
  }
  for (const [slug, name, phone, zone] of [
    ['lumaria-telecom', 'Duty engineer', '+999 20 555 0110', 'Africa/Lusaka'],
    ['lumaria-central-bank', 'Payment systems desk', '+999 20 555 0142', 'Africa/Lusaka'],
  ] as const)
    await tx
      .insertInto('app.on_call')
      .values({ id: newId(), organization_id: bySlug(organizations, slug).id, name, phone, time_zone: zone, languages: ['en', 'fr'] })
      .execute();
}
