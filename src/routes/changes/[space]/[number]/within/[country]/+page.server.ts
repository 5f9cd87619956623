import { redirect } from '@sveltejs/kit';
import { findWithin } from '#domains/library/countries/queries.server.ts';
import { keepSubmission } from '#domains/library/countries/keep-submission.server.ts';
import { readSubmission } from '#domains/library/countries/read-form.ts';
import { submitCountry } from '#domains/library/countries/submit.server.ts';
import { findDeciding } from '#domains/library/deciding/queries.server.ts';
import { findHere } from '#domains/library/queries/review.server.ts';
import { countries_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const found = await as(locals.actor, async (tx) => {
    const request = await findHere(tx, params);
    const within = await findWithin(tx, request, params.country);
    const deciding = await findDeciding(tx, request.id);
    const mine = deciding?.mine.find(({ id }) => id === within.country.id);
    // As the form on the request: while positions are asked for, and after that to clear a discuss.
    const phase = deciding?.procedure?.phase ?? '';
    return { request, ...within, phase, stance: mine?.stance ?? null, may_give: Boolean(mine) && (phase === 'positions' || mine?.stance === 'discuss') };
  });
  const notice = ['kept', 'submitted'].find((each) => url.searchParams.has(each)) ?? '';
  return { title: countries_title({ country: found.country.name, request: found.request.title }), room: 'library' as const, notice, ...found };
};

type About = { request: string; country: string; submission: unknown };
const act = (done: string, work: (tx: Tx, about: About) => Promise<unknown>) => async (event: RequestEvent) => {
  const form = await event.request.formData();
  const { space, number, country } = event.params;
  try {
    await as(event.locals.actor, async (tx) => work(tx, { request: (await findHere(tx, event.params)).id, country, submission: readSubmission(form) }));
  } catch (error) {
    return refused(error, form);
  }
  redirect(303, to(`/changes/${space}/${number}/within/${country}?${done}`));
};

export const actions: Actions = {
  keep: act('kept', keepSubmission),
  submit: act('submitted', (tx, about) => submitCountry(tx, { ...about, position: false })),
  give: act('submitted', (tx, about) => submitCountry(tx, { ...about, position: true })),
};
