import { stopMail } from '#domains/conversations/telling/change-choices.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { messages_stop_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const visitor = { kind: 'visitor' } as const;

// Looking changes nothing: mail scanners look. A mail program's one click is a POST, as the button is.
export const load: PageServerLoad = () => ({ title: messages_stop_title() });

export const actions: Actions = {
  async default({ params, getClientAddress }) {
    const stopped = await as(visitor, async (tx) => {
      if (!(await takeTry(tx, { what: 'join', network: getClientAddress() }))) return 'slow';
      return stopMail(tx, { token: params.token });
    });
    if (stopped === 'slow') return refused(new Refusal('people.sign_in.slow_down', { status: 429 }));
    return stopped ? { stopped } : refused(new Refusal('conversations.mail.unknown_link', { status: 404 }));
  },
};
