import { json } from '@sveltejs/kit';
import { showReferences } from '#domains/conversations/chips.server.ts';
import { placesIn } from '#lib/text/references.ts';
import { as } from '#platform/database/open.server.ts';
import type { RequestHandler } from './$types.js';

/** What stands in the places of references that came over the stream, for this reader; absent and not-theirs alike. */
export const POST: RequestHandler = async ({ locals, request }) => {
  const asked = (await request.formData()).getAll('of').slice(0, 50).map(String);
  const references = placesIn(asked.map((each) => `<span class="chip" data-ref="${each.replace(/[<>"]/g, '')}">…</span>`).join(''));
  const show = await as(locals.actor, (tx) => showReferences(tx, references));
  return json(
    { shown: Object.fromEntries(references.map((each) => [`${each.kind}:${each.id}`, show(each)])) },
    { headers: { 'cache-control': 'private, no-store' } },
  );
};
