import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { previewAct } from './acts.server.ts';
import type { Facts } from './model.ts';

export type Proposal = { kind: string; subject: string; content: Record<string, string>; facts: Facts };

/**
 * What an address like /acts/new?kind=give_duty&member=mei&duty=steward means: names become ids, the rest is the content.
 * A kind about something else names it by its id: `subject`. Refuses with govern.act.not_found, and with what the kind refuses.
 */
export async function findProposal(tx: Tx, query: URLSearchParams): Promise<Proposal> {
  const { kind = '', member, organization, subject: named, ...content } = Object.fromEntries(query);
  const { rows } = await sql<{
    id: string | null;
  }>`select case when ${member ?? null}::text is not null then (select id from app.members where slug = ${member ?? null})
    when ${organization ?? null}::text is not null then (select id from app.organizations where slug = ${organization ?? null}) end as id`.execute(tx);
  const subject = rows[0]?.id ?? (/^[0-9a-f-]{36}$/.test(named ?? '') ? named : undefined);
  if (!subject) throw notFound('govern.act.not_found');
  return { kind, subject, content, facts: await previewAct(tx, { kind, subject, content }) };
}
