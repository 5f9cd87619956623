// size: six acts of one page, one of which takes a file.
import { redirect } from '@sveltejs/kit';
import {
  addToApplication,
  checkApplicationDomain,
  confirmContact,
  findMyApplication,
  withdrawApplication,
} from '#domains/people/joining/my-application.server.ts';
import { sendLetter } from '#domains/people/joining/letters.server.ts';
import { cleanLetter } from '#domains/files/clean-letter.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import {
  people_application_added,
  people_application_confirmed,
  people_application_dead_title,
  people_application_letter_sent,
  people_application_title,
} from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

const visitor = { kind: 'visitor' } as const;

// Mail scanners open every link: looking changes nothing, only the POST confirms.
export const load: PageServerLoad = async ({ params, url, setHeaders }) => {
  setHeaders({ 'cache-control': 'private, no-store' });
  const application = await as(visitor, (tx) => findMyApplication(tx, params));
  const since = Number(/^\d{13}$/.exec(url.searchParams.get('since') ?? '')?.[0] ?? 0);
  return {
    title: application ? people_application_title({ organization: application.name }) : people_application_dead_title(),
    application: application ?? null,
    // Only until it has looked.
    looking: Boolean(application && !application.proved_at && since && (!application.checked_at || Date.parse(application.checked_at) < since)),
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
  async check(event) {
    const since = Date.now();
    const answer = await act(event, '', (tx, _, link) => checkApplicationDomain(tx, link));
    if (!('done' in answer)) return answer;
    // A page of its own, so that loading it again asks for nothing.
    redirect(303, to(`/apply/${event.params.token}?since=${since}`));
  },
  add: (event) => act(event, people_application_added(), (tx, form, link) => addToApplication(tx, { ...link, text: form.get('text') })),
  async letter(event) {
    const { request, params, getClientAddress } = event;
    const form = await request.formData();
    try {
      if (!(await as(visitor, (tx) => takeTry(tx, { what: 'join', network: getClientAddress() }))))
        throw new Refusal('people.sign_in.slow_down', { status: 429 });
      // Nothing is drawn for whoever has no link; and drawing takes its time, so no transaction waits for it.
      if (!(await as(visitor, (tx) => findMyApplication(tx, params)))?.me.confirmed) throw notFound('people.application.not_found');
      const letter = await cleanLetter(form.get('letter'));
      await as(visitor, (tx) => sendLetter(tx, { ...params, ...letter }));
      return { done: people_application_letter_sent() };
    } catch (error) {
      return refused(error, form);
    }
  },
  withdraw: (event) => act(event, '', (tx, _, link) => withdrawApplication(tx, link)),
};
