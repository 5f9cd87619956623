import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';
import { lookUpRecord } from './look-up-record.server.ts';

type Row = { domain: string; token: string };
const clerk = { kind: 'clerk' } as const;

/** The job behind "look again": writes down what the DNS says of a domain that an organization named, and that it is proved when the record is there. */
export async function checkDomain({ ids }: { ids: { domain: string } }): Promise<void> {
  const row = await as(
    clerk,
    async (tx) => (await sql<Row>`select domain, token from app.organization_domains where id = ${ids.domain} and proved_at is null`.execute(tx)).rows[0],
  );
  if (!row) return;
  const result = await lookUpRecord(row.domain, row.token);
  const found = result === 'found';
  await as(clerk, (tx) =>
    sql`update app.organization_domains set checked_at = now(), result = ${result}, proved_at = case when ${found} then now() end, method = case when ${found} then 'dns' end
      where id = ${ids.domain} and proved_at is null`.execute(tx),
  ).catch(async (error: { code?: string }) => {
    // Both may have published a record; whoever was first keeps it, and a steward sees both.
    if (error.code !== '23505' && error.code !== 'common.conflict') throw error;
    await as(clerk, (tx) =>
      sql`update app.organization_domains set checked_at = now(), result = 'taken' where id = ${ids.domain} and proved_at is null`.execute(tx),
    );
  });
}

/** By the clock: looks again at every domain that waits, for a fortnight after it was named. Records take their time to spread, and people theirs to ask for them. */
export async function checkWaitingDomains(): Promise<void> {
  const waiting = await as(clerk, async (tx) => {
    const { rows } = await sql<{ id: string }>`select id from app.organization_domains where proved_at is null and asked_at > now() - interval '14 days'
      and (checked_at is null or checked_at < now() - interval '20 minutes') order by checked_at nulls first limit 50`.execute(tx);
    return rows;
  });
  for (const { id } of waiting) await checkDomain({ ids: { domain: id } });
}

/** The same for a body that applies: nothing belongs to anybody yet, so two may prove one domain, and the stewards see both. */
export async function checkApplication({ ids }: { ids: { application: string } }): Promise<void> {
  const row = await as(
    clerk,
    async (tx) =>
      (
        await sql<Row>`select domain, domain_token as token from app.applications where id = ${ids.application} and proved_at is null and ended_at is null`.execute(
          tx,
        )
      ).rows[0],
  );
  if (!row) return;
  const result = await lookUpRecord(row.domain, row.token);
  const found = result === 'found';
  await as(clerk, (tx) =>
    sql`update app.applications a set checked_at = now(), result = ${result}, proved_at = case when ${found} and not app.is_public_mail(a.domain) then now() end,
        method = case when ${found} and not app.is_public_mail(a.domain) then 'dns' end
      where a.id = ${ids.application} and a.proved_at is null and a.ended_at is null`.execute(tx),
  );
}

/** By the clock: looks for the records of open applications, and lets go those that nobody confirmed within a fortnight. */
export async function tendApplications(): Promise<void> {
  const waiting = await as(clerk, async (tx) => {
    await sql`update app.applications set ended_at = now(), ended_as = 'expired' where ended_at is null and confirmed_at is null and made_at < now() - interval '14 days'`.execute(
      tx,
    );
    const { rows } = await sql<{
      id: string;
    }>`select id from app.applications where proved_at is null and ended_at is null and confirmed_at > now() - interval '60 days'
      and (checked_at is null or checked_at < now() - interval '20 minutes') order by checked_at nulls first limit 50`.execute(tx);
    return rows;
  });
  for (const { id } of waiting) await checkApplication({ ids: { application: id } });
}
