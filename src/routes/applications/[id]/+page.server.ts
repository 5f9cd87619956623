import { redirect } from '@sveltejs/kit';
import { admitApplication } from '#domains/people/joining/admit-application.server.ts';
import { findApplication } from '#domains/people/joining/applications.server.ts';
import { lookAlikes } from '#domains/people/joining/look-alike.ts';
import {
  acceptApplicationLetter,
  answerVetting,
  askApplicant,
  finishVetting,
  refuseApplication,
  sendBackApplication,
} from '#domains/people/joining/vet-application.server.ts';
import { isHonestName } from '#domains/people/model.ts';
import {
  people_vet_answered,
  people_vet_asked,
  people_vet_backed,
  people_vet_finished,
  people_vet_letter_done,
  people_vet_refused,
} from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { errorText } from '#ui/error-text.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { requireMe } from '../../entering.server.ts';
import { act, idOf } from './vetting.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const found = await as(event.locals.actor, (tx) => findApplication(tx, idOf(event.params.id)));
  if (!found) throw notFound('people.application.not_found');
  const { known_domains, ...application } = found;
  const odd = { alike: lookAlikes(found.domain, known_domains), script: !isHonestName(found.name), gap: found.gap && errorText(found.gap) };
  return { title: found.name, room: 'people' as const, application, odd };
};

export const actions: Actions = {
  answer: (event) => act(event, people_vet_answered(), answerVetting),
  ask: (event) => act(event, people_vet_asked(), (tx, input) => askApplicant(tx, { id: input.id, text: input.text })),
  letter: (event) => act(event, people_vet_letter_done(), acceptApplicationLetter),
  finish: (event) => act(event, people_vet_finished(), finishVetting),
  back: (event) => act(event, people_vet_backed(), (tx, input) => sendBackApplication(tx, { id: input.id, reason: input.reason })),
  refuse: (event) => act(event, people_vet_refused(), (tx, input) => refuseApplication(tx, { id: input.id, reason: input.reason })),
  async admit(event) {
    let slug = '';
    const answer = await act(event, '', async (tx, input) => ({ slug } = await admitApplication(tx, input)));
    if (!slug) return answer;
    redirect(303, to(`/organizations/${slug}?admitted`));
  },
};
