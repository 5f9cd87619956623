import { sql } from 'kysely';
import {
  messages_mail_foot,
  messages_mail_hello,
  messages_mail_open,
  deciding_mail_hidden_subject,
  deciding_mail_hidden_text,
  deciding_mail_item,
  deciding_mail_many_subject,
  deciding_mail_until,
} from '#paraglide/messages.js';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { sendMail } from '#platform/mail.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';
import { endText } from './end-words.ts';
import { toldText } from './told-words.ts';

const clerk = { kind: 'clerk' } as const;
const AT_ONCE = 20;
type Due = {
  member_id: string;
  email: string;
  name: string;
  locale: string;
  time_zone: string;
  notices: string[];
  reasons: string[];
  /** No title: a mail may not say it. */
  items: { kind: string; until: string | null; id: string | null; page: string | null; title: string | null; words: string | null }[];
};

/** Mails what there is to tell of requests on their way to a decision and of pages, one mail for each member; one that the server does not take is tried again. How many went out; throws the first failure when all are done. */
export async function tellDeciders(): Promise<number> {
  let sent = 0;
  const failed: unknown[] = [];
  for (;;) {
    const due = await as(clerk, async (tx) => (await sql<Due>`select * from app.claim_request_mails(${AT_ONCE})`.execute(tx)).rows);
    for (const one of due) {
      const went = await send(one).then(
        () => true,
        (error) => {
          failed.push(error);
          return false;
        },
      );
      if (went) sent += 1;
      await as(clerk, (tx) => sql`select app.request_mails_sent(${one.notices}, ${went})`.execute(tx));
    }
    if (due.length < AT_ONCE) break;
  }
  if (failed.length) throw failed[0];
  return sent;
}

async function send(due: Due): Promise<void> {
  const locale = (isLocale(due.locale) ? due.locale : 'en') as 'en';
  const { url } = config();
  const hub = await hubNameNow();
  const token = newSecret();
  const stop = `${url}/mail/stop/${token}`;
  const parts = due.items.map((item) => {
    const link = item.page ? `${url}/library/${item.page}` : item.id ? `${url}/changes/${item.id}` : `${url}/catch-up`;
    if (!item.title) return deciding_mail_hidden_text({ hub, link }, { locale });
    const until = item.until && deciding_mail_until({ until: endText(new Date(item.until), due.time_zone, locale) }, { locale });
    return [
      deciding_mail_item({ what: toldText(item.kind, locale), title: item.title }, { locale }),
      item.words,
      until,
      messages_mail_open({ link }, { locale }),
    ]
      .filter(Boolean)
      .join('\n');
  });
  const [only] = due.items;
  const subject = due.items.some(({ title }) => !title)
    ? deciding_mail_hidden_subject({ hub }, { locale })
    : due.items.length === 1
      ? deciding_mail_item({ what: toldText(only!.kind, locale), title: only!.title! }, { locale })
      : deciding_mail_many_subject({ count: due.items.length, hub }, { locale });
  await as(clerk, (tx) =>
    sql`insert into app.notice_mails (id, member_id, reasons, stop_hash) values (${newId()}, ${due.member_id}, ${due.reasons}, ${storedHash(keyOf(token))})`.execute(
      tx,
    ),
  );
  const text = [messages_mail_hello({ name: due.name }, { locale }), ...parts, messages_mail_foot({ choices: `${url}/account/told`, stop }, { locale })];
  await sendMail({ to: due.email, subject, text: text.join('\n\n'), stop });
}
