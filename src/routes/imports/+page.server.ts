import { redirect } from '@sveltejs/kit';
import { listAudienceChoices } from '#domains/channels/queries.server.ts';
import { listImportRuns, listImports, openImport, setAsideImport } from '#domains/exchange/brought-in.server.ts';
import { exchange_brought_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const { searchParams } = event.url;
  return as(event.locals.actor, async (tx) => {
    const places = await listImports(tx);
    const asked = places.find(({ id, state }) => id === searchParams.get('place') && state === 'waiting');
    return {
      title: exchange_brought_title(),
      places,
      asked,
      audiences: asked ? await listAudienceChoices(tx) : [],
      runs: await listImportRuns(tx),
      done: searchParams.get('done'),
    };
  });
};

const act =
  (done: string, work: (tx: Tx, input: unknown) => Promise<unknown>) =>
  async ({ request, locals, url }: Parameters<NonNullable<Actions['open']>>[0]) => {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound();
      await as(locals.actor, (tx) => work(tx, { ...Object.fromEntries(form), id: url.searchParams.get('place') }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/imports?done=${done}`));
  };

export const actions: Actions = { open: act('opening', openImport), aside: act('aside', setAsideImport) };
