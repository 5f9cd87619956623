import {
  addToApplication,
  checkApplicationDomain,
  confirmContact,
  findMyApplication,
  withdrawApplication,
} from '#domains/people/joining/my-application.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import {
  people_application_added,
  people_application_confirmed,
  people_application_dead_title,
  people_application_title,
  people_domain_checking,
} from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

const visitor = { kind: 'visitor' } as const;

// Mail scanners open every link: looking changes nothing, only the POST confirms.
export const load: PageServerLoad = async ({ params, setHeaders }) => {
  setHeaders({ 'cache-control': 'private, no-store' });
  const application = await as(visitor, (tx) => findMyApplication(tx, params));
  return {
    title: application ? people_application_title({ organization: application.name }) : people_application_dead_title(),
    application: application ?? null,
  };
};

async function act(
  { request, params, getClientAddress }: RequestEvent,
  done: string,
  work: (tx: Tx, form: FormData, link: { token: string }) => Promise<unknown>,
) {
  const form = await request.formData();
  try {
    if (!(await as(visitor, (tx) => takeTry(tx, { what: 'join', network: getClientAddress() }))))
      throw new Refusal('people.sign_in.slow_down', { status: 429 });
    if ((await as(visitor, (tx) => work(tx, form, params))) === false) throw new Refusal('people.domain.slow_down', { status: 429 });
    return { done };
  } catch (error) {
    return refused(error, form);
  }
}

export const actions: Actions = {
  confirm: (event) => act(event, people_application_confirmed(), (tx, _, link) => confirmContact(tx, link)),
  check: (event) => act(event, people_domain_checking(), (tx, _, link) => checkApplicationDomain(tx, link)),
  add: (event) => act(event, people_application_added(), (tx, form, link) => addToApplication(tx, { ...link, text: form.get('text') })),
  withdraw: (event) => act(event, '', (tx, _, link) => withdrawApplication(tx, link)),
};
