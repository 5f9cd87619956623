import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal, notFound, Refusal } from '#platform/errors.ts';
import { keyedId, shortId } from '#platform/ids.ts';
import { parse, sameAgain } from '#platform/input.ts';
import { GUEST_KINDS, RegisterInput, slugOf } from './model.ts';
import { nameJurisdiction } from './name-jurisdiction.server.ts';

/**
 * Takes a new organization into the hub, with the jurisdiction it serves: one there is, or a new one by name. Providers and operators come as guests.
 * A repeated form finds the one it made before.
 * Refuses with people.organization.name_missing, .name_taken, .slug_bad, .slug_taken, .kind_unknown, people.name.long, .dishonest,
 * people.jurisdiction.not_found, .two, common.key_reused, and as not found where one may not.
 */
export async function registerOrganization(tx: Tx, input: unknown): Promise<{ id: string; slug: string }> {
  const wanted = parse(RegisterInput, input);
  if (wanted.jurisdiction && wanted.new_jurisdiction) throw new Refusal('people.jurisdiction.two');
  const { rows } = await sql<{ me: string | null }>`select app.me() as me`.execute(tx);
  const id = keyedId('organization', rows[0]?.me ?? '', wanted.retry_key);
  const before = await sql<{ slug: string; name: string; kind: string }>`select slug, name, kind from app.organizations where id = ${id}`.execute(tx);
  if (before.rows[0]) return { id, slug: sameAgain(before.rows[0], { name: wanted.name, kind: wanted.kind }).slug };
  const slug = wanted.slug || (await freeSlug(tx, wanted.name));
  await sql`insert into app.organizations (id, slug, name, kind, is_guest) values (${id}, ${slug}, ${wanted.name}, ${wanted.kind}, ${GUEST_KINDS.includes(wanted.kind)})`
    .execute(tx)
    .catch((error) => {
      throw taken(error);
    });
  const jurisdiction = wanted.jurisdiction ? await jurisdictionOf(tx, wanted.jurisdiction) : undefined;
  const served = wanted.new_jurisdiction ? (await nameJurisdiction(tx, { name: wanted.new_jurisdiction })).id : jurisdiction;
  if (served) await sql`insert into app.organization_jurisdictions (organization_id, jurisdiction_id) values (${id}, ${served})`.execute(tx);
  // The database writes the event itself; here only the screens are woken.
  tx.notes.wake = true;
  return { id, slug };
}

// A name in another script leaves no Latin letters to make an address of; two names may leave the same ones.
async function freeSlug(tx: Tx, name: string): Promise<string> {
  const named = slugOf(name).replace(/^member$/, 'organization');
  const { rows } = await sql`select from app.organizations where slug = ${named}`.execute(tx);
  return rows.length || named === 'organization' ? `${named}-${shortId(4)}` : named;
}

async function jurisdictionOf(tx: Tx, code: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from app.jurisdictions where code = ${code}`.execute(tx);
  if (!rows[0]) throw notFound('people.jurisdiction.not_found');
  return rows[0].id;
}

function taken(error: unknown): unknown {
  const { constraint } = error as { constraint?: string };
  if (constraint === 'organizations_name_key') return new Refusal('people.organization.name_taken', { status: 409 });
  if (constraint === 'organizations_slug_key') return new Refusal('people.organization.slug_taken', { status: 409 });
  return asRefusal(error);
}
