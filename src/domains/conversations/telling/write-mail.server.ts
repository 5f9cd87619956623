import { sayMessage } from '#lib/text/say-message.ts';
import {
  messages_mail_foot,
  messages_mail_hello,
  messages_mail_item,
  messages_mail_item_named,
  messages_mail_many_subject,
  messages_mail_mention_subject,
  messages_mail_open,
  messages_mail_red_subject,
  messages_mail_red_text,
  messages_mail_said_subject,
  messages_mail_waits_subject,
  messages_mail_waits_text,
  messages_mail_from_subject,
  messages_reply_at,
  messages_reply_this,
} from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';
import { makeReplyAddresses } from '../replying/address.server.ts';
import { formatMoment } from '#ui/time.ts';

type Locale = 'en';
type Item =
  | {
      mail: 'text';
      reason: string;
      thread_id: string;
      message_id: string;
      label: string;
      author: string | null;
      organization: string | null;
      thread: string | null;
      body: string;
      at: string;
    }
  | { mail: 'notice' | 'waits' };
/** What mail has to tell one member now, as app.claim_mails() gives it. */
export type Due = {
  member_id: string;
  email: string;
  name: string;
  locale: string;
  time_zone: string;
  notices: string[];
  reasons: string[];
  items: Item[];
};

/** The words of a mail. What a label keeps back is not here to be written: the database gave only that something waits. */
export async function writeMail(due: Due, wanted: string, token: string): Promise<{ subject: string; text: string; stop: string; answer: string | undefined }> {
  const locale = wanted as Locale;
  const { url } = config();
  const hub = await hubNameNow();
  const told = due.items.filter((item) => item.mail === 'text');
  const red = due.items.some((item) => item.mail === 'waits');
  const stop = `${url}/mail/stop/${token}`;
  const at = (moment: string) => formatMoment(new Date(moment), due.time_zone, locale);
  // One address for each message: an answer knows what it answers. In a mail of several it stands beside each.
  const answers = await makeReplyAddresses(
    due.member_id,
    told.map(({ message_id }) => message_id),
  );
  const only = told.length === 1 && due.items.length === 1;
  const parts = told.map((item) => {
    const words = { author: item.author ?? '', organization: item.organization ?? '', thread: item.thread ?? '', at: at(item.at) };
    const head = item.organization ? messages_mail_item(words, { locale }) : messages_mail_item_named(words, { locale });
    return [
      item.label,
      item.thread ? `${head}\n${item.thread}` : head,
      '',
      sayMessage(item.body),
      '',
      messages_mail_open({ link: `${url}/threads/${item.thread_id}` }, { locale }),
      ...howToAnswer(item.label, answers.get(item.message_id), only, locale),
    ].join('\n');
  });
  if (red) parts.push(messages_mail_red_text({ link: `${url}/catch-up` }, { locale }));
  else if (told.length < due.items.length) parts.push(messages_mail_waits_text({ link: `${url}/catch-up` }, { locale }));
  return {
    subject: subjectOf(due, told, red, hub, locale),
    text: [messages_mail_hello({ name: due.name }, { locale }), ...parts, messages_mail_foot({ choices: `${url}/account/told`, stop }, { locale })].join(
      '\n\n',
    ),
    stop,
    answer: only ? answers.get(told[0]!.message_id) : undefined,
  };
}

function howToAnswer(label: string, address: string | undefined, only: boolean, locale: Locale): string[] {
  if (!address) return [];
  return [only ? messages_reply_this({ label }, { locale }) : messages_reply_at({ label, address }, { locale })];
}

function subjectOf(due: Due, told: Extract<Item, { mail: 'text' }>[], red: boolean, hub: string, locale: Locale): string {
  const [one] = told;
  if (red) return messages_mail_red_subject({ hub }, { locale });
  if (!one || told.length < due.items.length) return messages_mail_waits_subject({ hub }, { locale });
  // The label stands before what it covers.
  const label = told.some((item) => item.label !== 'TLP:CLEAR') ? 'TLP:GREEN' : 'TLP:CLEAR';
  if (told.length > 1) return `[${label}] ${messages_mail_many_subject({ count: told.length, hub }, { locale })}`;
  const words = { people: one.author ?? '', thread: one.thread ?? '' };
  const said =
    one.reason === 'mention' ? messages_mail_mention_subject : one.reason === 'direct' || !one.thread ? messages_mail_from_subject : messages_mail_said_subject;
  return `[${label}] ${said(words, { locale })}`;
}
