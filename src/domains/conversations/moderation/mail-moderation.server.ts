import { sql } from 'kysely';
import {
  keeping_mail_answer_subject,
  keeping_mail_answer_text,
  keeping_mail_outcome_subject,
  keeping_mail_outcome_text,
  keeping_mail_removed_subject,
  keeping_mail_removed_text,
  keeping_mail_report_subject,
  keeping_mail_report_text,
  keeping_mail_restricted_subject,
  keeping_mail_restricted_text,
  keeping_mail_settled_subject,
  keeping_mail_settled_text,
} from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { theBus } from '#platform/bus/bus.server.ts';
import { config } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';

type Payload = { ids: { report?: string; act?: string; whom: 'keepers' | 'author' | 'reporter'; only?: 'bell' } };
type Person = { id: string; email: string; name: string; locale: string };
type Mail = { people: Person[]; subject: typeof keeping_mail_report_subject; text: typeof keeping_mail_report_text; path: string };

/** Lets the open windows of those concerned look at their bell, and tells keepers that something waits, an author what was decided, a reporter that it was: neither words nor place stand in any of these mails, whatever the label. */
export async function mailModeration({ ids }: Payload): Promise<void> {
  const mail = await as({ kind: 'clerk' }, (tx) => (ids.report ? ofReport(tx, ids.report, ids.whom) : ofAct(tx, ids.act ?? '', ids.whom)));
  for (const { id } of mail?.people ?? []) theBus().hint({ about: 'read', member: id });
  // Their quiet hours: the mail comes when these end.
  if (ids.only === 'bell') return;
  for (const { email, name, locale: spoken } of mail?.people ?? []) {
    const locale = isLocale(spoken) ? spoken : 'en';
    await sendMail({ to: email, subject: mail!.subject({}, { locale }), text: mail!.text({ name, link: `${config().url}${mail!.path}` }, { locale }) });
  }
}

const addresses = sql`select distinct m.id, a.email, m.name, m.locale from app.members m join app.accounts a on a.member_id = m.id and a.email <> ''`;
const behind = (byline: string) => sql<Person>`${addresses} join app.bylines b on b.member_id = m.id where b.id = ${byline} and m.status = 'active'`;
/** Those who decide, without whom it is about and without whoever decided before. */
const keepers = (handed: boolean, conversation: string | null, ...without: string[]) =>
  sql<Person>`${addresses} where m.id in (${handed || !conversation ? sql`select app.hub_moderators()` : sql`select app.order_keepers(${conversation})`})
    and m.id not in (select b.member_id from app.bylines b where b.member_id is not null and b.id = any(${without}::uuid[]))`;

async function ofReport(tx: Tx, id: string, whom: string): Promise<Mail | undefined> {
  const { rows } = await sql<{
    conversation_id: string;
    byline_id: string;
    author_id: string;
    handed: boolean;
  }>`select conversation_id, byline_id, author_id, handed from app.message_reports where id = ${id}`.execute(tx);
  const report = rows[0];
  if (!report) return undefined;
  if (whom === 'reporter')
    return {
      people: (await behind(report.byline_id).execute(tx)).rows,
      subject: keeping_mail_outcome_subject,
      text: keeping_mail_outcome_text,
      path: '/reports',
    };
  const people = (await keepers(report.handed, report.conversation_id, report.author_id).execute(tx)).rows;
  return { people, subject: keeping_mail_report_subject, text: keeping_mail_report_text, path: '/moderation' };
}

async function ofAct(tx: Tx, id: string, whom: string): Promise<Mail | undefined> {
  const { rows } = await sql<{
    kind: string;
    conversation_id: string | null;
    byline_id: string;
    moderator_id: string;
    handed: boolean;
    settled_at: Date | null;
  }>`
    select kind, conversation_id, byline_id, moderator_id, handed, settled_at from app.moderation_acts where id = ${id}`.execute(tx);
  const act = rows[0];
  if (!act) return undefined;
  if (whom === 'keepers') {
    const people = (await keepers(act.handed, act.conversation_id, act.byline_id).execute(tx)).rows;
    return { people, subject: keeping_mail_answer_subject, text: keeping_mail_answer_text, path: '/moderation' };
  }
  const [subject, text] = act.settled_at
    ? [keeping_mail_settled_subject, keeping_mail_settled_text]
    : act.kind === 'removed'
      ? [keeping_mail_removed_subject, keeping_mail_removed_text]
      : [keeping_mail_restricted_subject, keeping_mail_restricted_text];
  return { people: (await behind(act.byline_id).execute(tx)).rows, subject, text, path: '/reports' };
}
