import { sql } from 'kysely';
import * as Y from 'yjs';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { documentOf, MOST_BYTES, takeUpdate } from './document.ts';
import type { SharedUpdate } from './model.ts';
import { listUpdates } from './queries.server.ts';

/** How many updates one sum stands for. */
const SUM_UP = 200;
/** Documents at hand, so that a keystroke does not read them anew; the least used goes. */
const AT_HAND = 40;
type Held = { doc: Y.Doc; number: number; client: string | null; clock: number | null };
const held = new Map<string, Held>();
type Last = { last_number: number; last_client: string | null; last_clock: number | null };

/**
 * Takes one update of a writer into a shared draft and says its number; the same update again has the number it had. What is no plain text of this draft's fields is refused whole.
 * Refuses: common.not_found, library.together.closed, library.together.malformed, library.together.gap, library.together.too_long, library.together.too_large,
 * library.together.full, library.together.other_update.
 */
export async function appendUpdate(tx: Tx, id: string, { client, clock, update }: SharedUpdate): Promise<{ number: number }> {
  const bytes = Buffer.from(update, 'base64');
  if (bytes.length > MOST_BYTES) throw new Refusal('library.together.too_large');
  if (!bytes.length) throw new Refusal('library.together.malformed');
  // The draft is held from here on: what is looked at is what the update comes on top of.
  const { rows } = await sql<Last>`select * from app.hold_shared_draft(${id})`.execute(tx);
  const last = rows[0] as Last;
  const { rows: known } = await sql`select from app.shared_draft_updates where shared_draft_id = ${id} and client = ${client} and clock = ${clock}`.execute(tx);
  const take = async () =>
    (await sql<{ number: number }>`select app.append_shared_update(${id}, ${client}, ${clock}, ${bytes}) as number`.execute(tx)).rows[0] as { number: number };
  // Each process gives it on to those it has a line to.
  tx.notes.hint = { about: 'draft', draft: id };
  if (known.length) return take();
  const { doc } = await documentAt(tx, id, last);
  // From here on it is ahead of the table: whoever finds it later looks whether this update was written.
  held.delete(id);
  takeUpdate(doc, bytes);
  const { number } = await take();
  held.set(id, { doc, number, client, clock });
  if (held.size > AT_HAND) held.delete(held.keys().next().value as string);
  if (number % SUM_UP === 0)
    await sql`insert into app.shared_draft_states as s (shared_draft_id, number, state) values (${id}, ${number}, ${Buffer.from(Y.encodeStateAsUpdate(doc))})
      on conflict (shared_draft_id) do update set number = excluded.number, state = excluded.state, at = now() where s.number < excluded.number`.execute(tx);
  return { number };
}

/** The document as it stands after its last update. */
async function documentAt(tx: Tx, id: string, last: Last): Promise<Held> {
  const found = held.get(id);
  // The same number is not enough: an update that was taken in here and never committed left its number to another.
  if (found && found.number === last.last_number && found.client === last.last_client && found.clock === last.last_clock) return found;
  const doc = documentOf((await listUpdates(tx, id)).map(({ bytes }) => bytes));
  return { doc, number: last.last_number, client: last.last_client, clock: last.last_clock };
}

/** What stands in a shared draft now, as one state, and the number of its last update. */
export async function stateOf(tx: Tx, id: string): Promise<{ doc: Y.Doc; number: number }> {
  const updates = await listUpdates(tx, id);
  return { doc: documentOf(updates.map(({ bytes }) => bytes)), number: updates.at(-1)?.number ?? 0 };
}
