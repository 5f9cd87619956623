import { factsOnPage } from '#domains/controls/facts.server.ts';
import { readDraft, renderDraft } from '#domains/library/draft.server.ts';
import { findPageToChange } from '#domains/library/queries/change-form.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import type { RequestHandler } from './$types.js';

/** What is being typed, as readers would see it: a piece of a page, for the script that keeps the preview up to date. */
export const POST: RequestHandler = async ({ request, locals, url }) => {
  const draft = readDraft(await request.formData());
  const id = /^[0-9a-f-]{36}$/.exec(url.searchParams.get('page') ?? '')?.[0];
  const html = await as(locals.actor, async (tx) => {
    const found = id ? await findPageToChange(tx, { id }) : undefined;
    if (!found?.space.may_propose) throw notFound();
    return renderDraft(tx, found, draft, await factsOnPage(tx, found.page.id));
  });
  return new Response(html, { headers: { 'content-type': 'text/html' } });
};
