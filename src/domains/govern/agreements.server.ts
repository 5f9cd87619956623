import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type Version = {
  id: string;
  document: string;
  number: number;
  title: string;
  changes: string;
  starter: boolean;
  published_at: Date;
  accepted_at: Date | null;
};
export type VersionText = Version & { body: string };

const columns = sql`v.id, v.document, v.number, v.title, v.changes, v.starter, v.published_at`;

/** The present version of each document, and when the asker accepted it. Stewards also see texts that nobody has published yet. */
export async function listPresent(tx: Tx, mine: boolean): Promise<Version[]> {
  const { rows } =
    await sql<Version>`select distinct on (v.document) ${columns}, ${mine ? sql`(select a.at from app.agreement_acceptances a where a.version_id = v.id and a.member_id = app.me())` : sql`null`} as accepted_at
    from app.agreement_versions v order by v.document desc, v.number desc`.execute(tx);
  return rows;
}

/** All versions of a document with their words, newest first. */
export async function listVersions(tx: Tx, document: string, mine: boolean): Promise<VersionText[]> {
  const { rows } =
    await sql<VersionText>`select ${columns}, v.body, ${mine ? sql`(select a.at from app.agreement_acceptances a where a.version_id = v.id and a.member_id = app.me())` : sql`null`} as accepted_at
    from app.agreement_versions v where v.document = ${document} order by v.number desc limit 200`.execute(tx);
  return rows;
}

/** Is this a real hub without any terms, and may the asker publish them? */
export async function lackTerms(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ lack: boolean }>`
    select app.may_publish_agreement() and not exists (select from app.agreement_versions v where not v.starter) and not h.demo as lack from app.hub h`.execute(
    tx,
  );
  return rows[0]?.lack === true;
}

/** Is there something that the asker has to accept before writing? May they publish? For members. */
export async function findMyAgreeing(tx: Tx): Promise<{ must_agree: boolean; may_publish: boolean }> {
  const { rows } = await sql<{
    must_agree: boolean;
    may_publish: boolean;
  }>`select app.must_agree() as must_agree, app.may_publish_agreement() as may_publish`.execute(tx);
  return rows[0]!;
}

export type Acceptance = { name: string; slug: string; document: string; title: string; number: number; present: boolean; at: Date; mine: boolean };

/** Who accepted what and when: mine; of a focal point, their people's; of a steward, everybody's. Newest first. */
export async function listAcceptances(tx: Tx): Promise<Acceptance[]> {
  const { rows } =
    await sql<Acceptance>`select m.name, m.slug, v.document, v.title, v.number, v.id in (select app.present_agreements()) as present, a.at, m.id = app.me() as mine
    from app.agreement_acceptances a join app.agreement_versions v on v.id = a.version_id join app.members m on m.id = a.member_id order by a.at desc, v.document limit 500`.execute(
      tx,
    );
  return rows;
}

export type Count = { document: string; accepted: number; people: number };

/** For stewards: how many have accepted the present versions; empty for everybody else. */
export async function countAcceptances(tx: Tx): Promise<Count[]> {
  const { rows } = await sql<Count>`select document, accepted, people from app.count_acceptances()`.execute(tx);
  return rows;
}
