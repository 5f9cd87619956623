import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';

export type Authority = { organization_id: string; slug: string; organization: string; leads: boolean; names: string | null; may_name: boolean };
export type Jurisdiction = { id: string; code: string; name: string; authorities: Authority[] };
type Row = Authority & { jurisdiction_id: string; code: string; name: string };

/** The authorities of each jurisdiction, which of them leads, and whom each names; for members. */
export async function listLeads(tx: Tx): Promise<Jurisdiction[]> {
  const { rows } = await sql<Row>`select * from app.list_leads()`.execute(tx);
  return [...Map.groupBy(rows, (row) => row.jurisdiction_id)].map(([id, of]) => ({
    id,
    code: of[0]!.code,
    name: of[0]!.name,
    authorities: of.map(({ jurisdiction_id: _, code: _c, name: _n, ...authority }) => authority),
  }));
}

const id = v.pipe(v.string(), v.uuid('people.lead.not_found'));
export const LeadInput = v.object({ jurisdiction_id: id, organization_id: id, lead_id: v.optional(v.nullable(v.union([v.literal(''), id])), null) });

/** An authority says which one leads its jurisdiction; empty takes that back. Refuses: people.lead.not_found, people.step_up.needed. */
export async function nameLead(tx: Tx, input: unknown): Promise<void> {
  const { jurisdiction_id, organization_id, lead_id } = parse(LeadInput, input);
  await sql`select app.name_lead(${jurisdiction_id}, ${organization_id}, ${lead_id || null})`.execute(tx);
  tx.notes.wake = true;
}
