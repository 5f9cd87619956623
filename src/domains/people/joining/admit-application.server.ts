import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { newId, shortId } from '#platform/ids.ts';
import { slugOf } from '../model.ts';

/**
 * The second steward confirms: organization, jurisdictions, domain, and the invitations of both contacts as focal points, in one transaction.
 * Refuses with people.application.not_found (also for whoever had a hand in the vetting), .unconfirmed, .unproved, .unanswered, .answered_no, .taken, people.organization.name_taken, people.step_up.needed.
 */
export async function admitApplication(tx: Tx, input: { id: string }): Promise<{ slug: string }> {
  const { rows } = await sql<{ name: string; jurisdictions: string[] }>`select name, jurisdictions from app.applications where id = ${input.id}`.execute(tx);
  if (!rows[0]) throw notFound('people.application.not_found');
  const { name, jurisdictions } = rows[0];
  const named = slugOf(name).replace(/^member$/, 'organization');
  const taken = await sql`select from app.organizations where slug = ${named}`.execute(tx);
  const slug = taken.rows.length || named === 'organization' ? `${named}-${shortId(4)}` : named;
  const codes = await sql<{ code: string }>`select code from app.jurisdictions`.execute(tx);
  const known = new Set(codes.rows.map(({ code }) => code));
  const places = jurisdictions.map((one) => {
    const code = /[a-z]/i.test(one.normalize('NFKD')) ? slugOf(one) : `j-${shortId(6)}`;
    return { id: newId(), name: one, code: known.has(code) ? `${code}-${shortId(4)}` : code };
  });
  await sql`select app.admit_application(${input.id}, ${newId()}, ${slug}, ${JSON.stringify(places)}::jsonb)`.execute(tx);
  tx.notes.wake = true;
  return { slug };
}
