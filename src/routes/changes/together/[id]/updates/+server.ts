import { json } from '@sveltejs/kit';
import { appendUpdate, stateOf } from '#domains/library/together/append-update.server.ts';
import { stateBytes } from '#domains/library/together/document.ts';
import { SharedUpdate } from '#domains/library/together/model.ts';
import { findShared, listUpdatesAfter } from '#domains/library/together/queries.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { errorText } from '#ui/error-text.server.ts';
import type { RequestHandler } from './$types.js';

async function whole(tx: Tx, id: string) {
  const { doc, number } = await stateOf(tx, id);
  return { number, state: Buffer.from(stateBytes(doc)).toString('base64') };
}

/** A shared draft as one state, or with `after` the updates behind a number. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
  const after = url.searchParams.get('after');
  const answer = await as(locals.actor, async (tx) => {
    const { id } = await findShared(tx, params.id);
    return after === null ? whole(tx, id) : { items: await listUpdatesAfter(tx, id, Math.max(0, Math.trunc(Number(after)) || 0)) };
  });
  return json(answer, { headers: { 'cache-control': 'private, no-store' } });
};

/** Takes one update; answers when it is committed, with its number. The same again is answered alike. */
export const POST: RequestHandler = async ({ locals, params, request }) => {
  try {
    const update = parse(SharedUpdate, await request.json().catch(() => ({})));
    return json(
      await as(locals.actor, async (tx) => {
        const { id } = await findShared(tx, params.id);
        return appendUpdate(tx, id, update);
      }),
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return json({ code: error.code, message: errorText(error.code, error.details) }, { status: error.status });
  }
};
