import { listCast } from '#domains/people/queries.server.ts';
import { people_dev_mail_title } from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { keptMails } from '#platform/mail.server.ts';
import { atTheMachine } from '../../entering.server.ts';
import type { PageServerLoad } from './$types.js';

// Mails hold links that open accounts: shown only where one click would do the same.
export const load: PageServerLoad = async (event) => {
  const demo = atTheMachine(event) && (await as({ kind: 'visitor' }, listCast)).length > 0;
  if (!demo || config().smtpUrl) throw notFound();
  const own = config().url;
  const mails = keptMails().map((mail) => ({
    ...mail,
    parts: mail.text.split(/(https?:\/\/\S+)/).map((text) => ({ text, link: text.startsWith(`${own}/`) })),
  }));
  return { title: people_dev_mail_title(), mails };
};
