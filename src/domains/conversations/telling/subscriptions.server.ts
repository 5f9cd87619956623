import { sql } from 'kysely';
import * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { currentKey } from '#platform/keys.server.ts';

const key = (bytes: number) =>
  v.pipe(
    v.string(),
    v.regex(/^[\w-]+={0,2}$/),
    v.check((text) => Buffer.from(text, 'base64url').length === bytes),
  );

/** A browser's subscription, as the Push API gives it. */
export const Subscription = v.object({
  endpoint: v.pipe(v.string(), v.url(), v.maxLength(1000)),
  keys: v.object({ p256dh: key(65), auth: key(16) }),
});

/** What a browser needs to subscribe: the hub's own public key. */
export const pushKey = (): string => currentKey('vapid').publicKey ?? '';

/**
 * Lets the browser of this session be told by push; with `program`, whoever holds this token. It ends with the session.
 * Refuses with common.not_found (the other kind of session, or one that only reads), conversations.push.too_many.
 */
export async function subscribe(tx: Tx, { endpoint, keys }: v.InferOutput<typeof Subscription>, program = false): Promise<{ id: string }> {
  const { rows } = await sql<{
    id: string;
  }>`select app.subscribe_push(${endpoint}, ${keys.p256dh}, ${keys.auth}, ${currentKey('vapid').version}, ${program}) as id`.execute(tx);
  return rows[0]!;
}

/** A browser, or a program by its token, that I let be told by push. */
export type Browser = { id: string; device: string; created_at: Date; here: boolean };

/** What of mine is told by push. */
export async function listBrowsers(tx: Tx): Promise<Browser[]> {
  const { rows } = await sql<Browser>`
    select p.id, s.name as device, p.created_at, s.id = app.my_session() as here from app.push_subscriptions p join app.sessions s on s.id = p.session_id and s.revoked_at is null and s.expires_at > now() order by p.created_at desc`.execute(
    tx,
  );
  return rows;
}

/** Tells a browser of mine no more. Refuses with common.not_found. */
export async function unsubscribe(tx: Tx, input: { id: string }): Promise<void> {
  const { numAffectedRows } = await sql`delete from app.push_subscriptions where id = ${input.id}`.execute(tx);
  if (!numAffectedRows) throw notFound();
}
