import { sql } from 'kysely';
import { type Actor, as } from '#platform/database/open.server.ts';
import { handOver, type Reached } from './send-pushes.server.ts';

/** What came of telling one browser: the host of its push service, and the status it answered; null where its key is gone, words where nobody answered. */
export type Tried = { device: string; service: string; answer: number | null | string };

/** Tells every browser of mine a text at once, and says what each push service answered. Refuses as not found for whoever may not set the hub. */
export async function tryPush(actor: Actor, text: { title: string; body: string }): Promise<Tried[]> {
  const { rows } = await as(actor, (tx) => sql<Reached & { device: string }>`select * from app.my_push_addresses()`.execute(tx));
  return Promise.all(
    rows.map(async ({ device, ...where }) => {
      const service = new URL(where.endpoint).host;
      const answer = await handOver(where, JSON.stringify({ ...text, url: '/settings', tag: 'test' })).then(
        (status) => status ?? null,
        (error: Error) => error.message.slice(0, 200),
      );
      return { device, service, answer };
    }),
  );
}
