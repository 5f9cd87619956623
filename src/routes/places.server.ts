import { sql } from 'kysely';
import { listDirect } from '#domains/conversations/direct.server.ts';
import { directName } from '#domains/conversations/ui/directName.ts';
import type { Tx } from '#platform/database/open.server.ts';

export type Place = { name: string; address: string };

/** Where conversations are held, as the reader may see it; a subject that is not theirs has no place. */
export async function placesOf(tx: Tx, subjects: { subjectId: string }[]): Promise<Map<string, Place>> {
  const ids = [...new Set(subjects.map((each) => each.subjectId))];
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Place & { id: string }>`
    select id, name, '/channels/' || slug as address from app.channels where id = any(${ids}::uuid[])
    union all select p.id, p.title, '/library/' || s.slug || '/' || p.path || '/talk' from app.pages p join app.spaces s on s.id = p.space_id where p.id = any(${ids}::uuid[])
    union all select c.id, concat_ws(' ', c.number, c.title), '/c/' || c.code from app.controls c where c.id = any(${ids}::uuid[])
    union all select d.subject_id, a.label, '/messages/' || d.subject_id from app.conversations d join app.audiences a on a.id = d.audience_id where d.subject_kind = 'direct' and d.subject_id = any(${ids}::uuid[])
    union all select r.id, r.title, '/changes/' || s.slug || '/' || r.number from app.change_requests r join app.spaces s on s.id = r.space_id where r.id = any(${ids}::uuid[])`.execute(
    tx,
  );
  const places = new Map<string, Place>(rows.map((row) => [row.id, row]));
  // By whom it is with: nobody looks for themselves.
  if (rows.some((row) => row.address.startsWith('/messages/')))
    for (const each of await listDirect(tx)) if (places.has(each.id)) places.set(each.id, { name: directName(each), address: `/messages/${each.id}` });
  return places;
}

/** The address of a thread in the place where it is talked about. */
export const addressIn = (place: Place, subjectKind: string, threadId: string): string =>
  subjectKind === 'channel' ? `${place.address}/${threadId}` : `${place.address}?thread=${threadId}`;
