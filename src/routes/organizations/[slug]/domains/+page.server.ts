import { acceptDomainLetter, askDomainCheck, findDomains, nameDomain, removeDomain } from '#domains/people/joining/domains.server.ts';
import { people_domain_added, people_domain_checking, people_domain_letter_done, people_domain_removed, people_domains_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const organization = await as(event.locals.actor, (tx) => findDomains(tx, event.params.slug));
  if (!organization) throw notFound('people.organization.not_found');
  return { title: people_domains_title(), room: 'people' as const, organization };
};

type Work = (tx: Tx, form: FormData, organizationId: string) => Promise<unknown>;
async function act(event: RequestEvent, done: string, work: Work) {
  await requireMe(event);
  const form = await event.request.formData();
  try {
    const answer = await as(event.locals.actor, async (tx) => {
      const organization = await findDomains(tx, event.params.slug);
      if (!organization) throw notFound('people.organization.not_found');
      return work(tx, form, organization.id);
    });
    if (answer === false) throw new Refusal('people.domain.slow_down', { status: 429 });
    return { done };
  } catch (error) {
    return refused(error, form);
  }
}
const idOf = (form: FormData): string => {
  const id = /^[0-9a-f-]{36}$/.exec(String(form.get('id')))?.[0];
  if (!id) throw notFound('people.domain.not_found');
  return id;
};

export const actions: Actions = {
  add: (event) => act(event, people_domain_added(), (tx, form, organizationId) => nameDomain(tx, { domain: String(form.get('domain') ?? ''), organizationId })),
  check: (event) => act(event, people_domain_checking(), (tx, form) => askDomainCheck(tx, { id: idOf(form) })),
  letter: (event) => act(event, people_domain_letter_done(), (tx, form) => acceptDomainLetter(tx, Object.fromEntries(form))),
  remove: (event) => act(event, people_domain_removed(), (tx, form) => removeDomain(tx, { id: idOf(form) })),
};
