import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal, notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { DomainInput, LetterInput } from './domain.ts';

export type OrganizationDomain = {
  id: string;
  domain: string;
  token: string;
  asked_at: Date;
  checked_at: Date | null;
  result: 'found' | 'absent' | 'other' | 'no_domain' | 'unreachable' | 'taken' | null;
  method: 'dns' | 'letter' | null;
  letter_reference: string | null;
  letter_on: string | null;
  proved_by: string | null;
  proved_at: Date | null;
};
export type DomainsOf = { id: string; slug: string; name: string; may_prove: boolean; may_accept_letter: boolean; domains: OrganizationDomain[] };

/** The domains of an organization, for its members and for stewards; undefined for everybody else. */
export async function findDomains(tx: Tx, slug: string): Promise<DomainsOf | undefined> {
  const { rows } = await sql<Omit<DomainsOf, 'domains'>>`
    select o.id, o.slug, o.name, app.may_prove_domain(o.id) as may_prove, app.may_accept_letter(o.id) as may_accept_letter from app.organizations o
     where o.slug = ${slug} and (o.id in (select app.my_organizations()) or app.has_role('{steward}'))`.execute(tx);
  if (!rows[0]) return undefined;
  const domains = await sql<OrganizationDomain>`
    select d.id, d.domain, d.token, d.asked_at, d.checked_at, d.result, d.method, d.letter_reference, d.letter_on::text as letter_on, b.name as proved_by, d.proved_at
      from app.organization_domains d left join app.bylines b on b.id = d.proved_by where d.organization_id = ${rows[0].id} order by d.proved_at is null, d.domain`.execute(
    tx,
  );
  return { ...rows[0], domains: domains.rows };
}

/** Names a domain as the organization's own; it counts once it is proved. Refuses with people.domain.none, .public_mail, .named_already, and as not found where one may not. */
export async function nameDomain(tx: Tx, input: { domain: string; organizationId: string }): Promise<{ id: string }> {
  const { domain } = parse(DomainInput, input);
  const { rows } = await sql<{
    open: boolean;
    may: boolean;
  }>`select app.is_public_mail(${domain}) as open, app.may_prove_domain(${input.organizationId}) as may`.execute(tx);
  if (!rows[0]?.may) throw notFound('people.organization.not_found');
  if (rows[0].open) throw new Refusal('people.domain.public_mail');
  const id = newId();
  await sql`insert into app.organization_domains (id, organization_id, domain, asked_by)
    values (${id}, ${input.organizationId}, ${domain}, (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person'))`
    .execute(tx)
    .catch((error) => {
      throw (error as { code?: string }).code === '23505' ? new Refusal('people.domain.named_already', { status: 409 }) : asRefusal(error);
    });
  return { id };
}

/** Has the DNS looked into now; false (a value, so that the count stays) after ten tries within the hour. Refuses with people.domain.not_found. */
export async function askDomainCheck(tx: Tx, input: { id: string }): Promise<boolean> {
  const { rows } = await sql<{ ok: boolean }>`select app.check_domain(${input.id}) as ok`.execute(tx);
  return rows[0]?.ok ?? false;
}

/** A steward says which letter shows whose the domain is. Refuses with people.domain.letter_missing, .letter_day, .not_found, .taken, people.step_up.needed. */
export async function acceptDomainLetter(tx: Tx, input: unknown): Promise<void> {
  const { id, reference, letter_on } = parse(LetterInput, input);
  await sql`select app.accept_domain_letter(${id}, ${reference}, ${letter_on})`.execute(tx);
}

/** Takes a domain away: from now on it proves nothing. Refuses with people.domain.not_found, people.step_up.needed. */
export async function removeDomain(tx: Tx, input: { id: string }): Promise<void> {
  const { numAffectedRows } = await sql`delete from app.organization_domains where id = ${input.id}`.execute(tx);
  if (!numAffectedRows) throw notFound('people.domain.not_found');
}
