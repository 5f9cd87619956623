import { sql } from 'kysely';
import { messageWords } from '#lib/text/message-words.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import type { Person, Place, Said } from './model.ts';

export type KnownPlace = { id: string; state: 'waiting' | 'opening' | 'open' | 'aside' };

/** Writes people down, in the order given; the id of each. Whoever is found among the members already keeps what is known. */
export async function stagePeople(tx: Tx, people: Person[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (let at = 0; at < people.length; at += 1000) {
    const some = people
      .slice(at, at + 1000)
      .map((one) => ({ id: newId(), key: one.source, kind: one.kind === 'bot' ? 'service' : 'person', name: one.name, email: one.email }));
    await sql`insert into app.import_people (id, source, source_key, kind, name, email_key)
      select x.id, 'slack', x.key, x.kind, x.name, x.email from jsonb_to_recordset(${JSON.stringify(some)}::jsonb) x(id uuid, key text, kind text, name text, email text)
      on conflict (source, source_key) do nothing`.execute(tx);
    const { rows } = await sql<{ id: string; key: string }>`
      select id, source_key as key from app.import_people where source = 'slack' and source_key = any(${some.map((one) => one.key)}::text[])`.execute(tx);
    for (const { id, key } of rows) ids.set(key, id);
  }
  return ids;
}

/** Writes a place down, or finds it. Who was in a private one is what the first run says, for good: a later export adds no reader. */
export async function stagePlace(tx: Tx, place: Place, slug: string, people: Map<string, string>, who: Map<string, Person>): Promise<KnownPlace> {
  const id = newId();
  await sql`insert into app.import_places (id, source, source_key, kind, name, slug, purpose, archived)
    values (${id}, 'slack', ${place.source}, ${place.kind}, ${place.name}, ${slug}, ${place.purpose}, ${place.archived}) on conflict (source, source_key) do nothing`.execute(
    tx,
  );
  const { rows } = await sql<{
    id: string;
    state: KnownPlace['state'];
  }>`select id, state from app.import_places where source = 'slack' and source_key = ${place.source}`.execute(tx);
  const known = rows[0]!;
  if (known.id === id && place.kind !== 'channel') {
    // Whoever had been shut out there, or came from another workspace, was in it and does not read it here.
    const reads = (key: string) => who.get(key)?.state === 'here';
    const all = [...new Set(place.people)].filter((key) => people.has(key)).map((key) => ({ id: people.get(key), reads: reads(key) }));
    await sql`insert into app.import_place_people (place_id, person_id, reads) select ${known.id}, x.id, x.reads from jsonb_to_recordset(${JSON.stringify(all)}::jsonb) x(id uuid, reads boolean)
      on conflict do nothing`.execute(tx);
  }
  return known;
}

/** Writes messages down that are not there yet; how many were new. */
export async function stageMessages(tx: Tx, place: string, said: Said[], people: Map<string, string>): Promise<number> {
  const rows = said.map((one) => ({
    source_key: one.key,
    message_id: newId(one.at.getTime()),
    person_id: people.get(one.person),
    thread_key: one.thread,
    title: one.title,
    body: one.body,
    lexemes: messageWords(one.body),
    earlier: one.earlier,
    said_at: one.at.toISOString(),
    edited_at: one.editedAt?.toISOString() ?? null,
    extra: one.reactions.length || one.pinned || one.files.length ? { reactions: one.reactions, pinned: one.pinned, files: one.files } : null,
  }));
  const { numAffectedRows } =
    await sql`insert into app.import_messages (place_id, source_key, message_id, person_id, thread_key, title, body, lexemes, earlier, said_at, edited_at, extra)
    select ${place}, x.source_key, x.message_id, x.person_id, x.thread_key, x.title, x.body, x.lexemes, x.earlier, x.said_at, x.edited_at, x.extra
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) x(source_key text, message_id uuid, person_id uuid, thread_key text, title text, body text, lexemes text, earlier text,
        said_at timestamptz, edited_at timestamptz, extra jsonb)
    on conflict (place_id, source_key) do nothing`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
