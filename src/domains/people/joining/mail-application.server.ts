import { sql } from 'kysely';
import {
  people_mail_application_asked_subject,
  people_mail_application_asked_text,
  people_mail_application_link_subject,
  people_mail_application_link_text,
  people_mail_application_ready_subject,
  people_mail_application_ready_text,
  people_mail_application_refused_subject,
  people_mail_application_refused_text,
  people_mail_application_second_subject,
  people_mail_application_second_text,
} from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';
import { keyOf, newSecret, storedHash } from '../secrets.server.ts';

const clerk = { kind: 'clerk' } as const;
type Whom = { name: string; email: string; locale: string };
type About = { organization: string; reason: string | null; asked: string | null; contacts: Whom[]; stewards: Whom[] };
const spoken = (locale: string) => (isLocale(locale) ? (locale as 'en') : 'en');

/** Mails a contact the private link of their application. Made here, and only its hash is kept; a second run ends the link before. */
export async function mailApplicationLink({ ids }: { ids: { application: string; place: number } }): Promise<void> {
  const token = newSecret();
  const row = await as(clerk, async (tx) => {
    const { rows } = await sql<Whom & { organization: string; other: string }>`
      update app.application_contacts c set token_hash = ${storedHash(keyOf(token))}, mailed_at = now() from app.applications a, app.application_contacts o
       where c.application_id = ${ids.application} and c.place = ${ids.place} and a.id = c.application_id and a.ended_at is null and o.application_id = a.id and o.place <> c.place
      returning c.name, c.email, a.locale, a.name as organization, o.name as other`.execute(tx);
    return rows[0];
  });
  if (!row) return;
  const { url } = config();
  const locale = spoken(row.locale);
  const words = { name: row.name, other: row.other, organization: row.organization, hub: await hubNameNow(), link: `${url}/apply/${token}` };
  await sendMail({
    to: row.email,
    subject: people_mail_application_link_subject(words, { locale }),
    text: people_mail_application_link_text(words, { locale }),
  });
}

// To the two contacts; their link came with the first mail, and only its hash is here.
const toContacts = {
  asked: [people_mail_application_asked_subject, people_mail_application_asked_text],
  refused: [people_mail_application_refused_subject, people_mail_application_refused_text],
} as const;
const toStewards = {
  ready: [people_mail_application_ready_subject, people_mail_application_ready_text],
  second: [people_mail_application_second_subject, people_mail_application_second_text],
} as const;

/** Tells the contacts (asked; refused, those who confirmed) or the stewards (ready, second) how an application goes. */
export async function mailApplication({
  ids,
  actor,
}: {
  ids: { application: string; what: keyof typeof toContacts | keyof typeof toStewards };
  actor: string | null;
}): Promise<void> {
  const about = await as(clerk, async (tx) => {
    const { rows } = await sql<About>`
      select a.name as organization, a.reason, (select n.text from app.application_notes n where n.application_id = a.id and n.byline_id is not null order by n.at desc limit 1) as asked,
        (select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'email', c.email, 'locale', a.locale) order by c.place), '[]') from app.application_contacts c
           where c.application_id = a.id and (${ids.what} <> 'refused' or c.confirmed_at is not null)) as contacts,
        -- Whoever did it knows.
        coalesce((select jsonb_agg(jsonb_build_object('name', m.name, 'email', c.email, 'locale', m.locale)) from app.hub_roles r join app.members m on m.id = r.member_id join app.accounts c on c.member_id = m.id
           where r.role = 'steward' and m.status = 'active' and m.id is distinct from ${actor}::uuid), '[]') as stewards
        from app.applications a where a.id = ${ids.application}`.execute(tx);
    return rows[0];
  });
  const ours = ids.what === 'ready' || ids.what === 'second';
  // A job from before an upgrade may ask for a mail that is no more.
  if (!about || !(ours || ids.what in toContacts)) return;
  const { url } = config();
  const [subject, text] = ours ? toStewards[ids.what as 'ready'] : toContacts[ids.what as 'asked'];
  for (const to of ours ? about.stewards : about.contacts) {
    const locale = spoken(to.locale);
    const words = {
      name: to.name,
      organization: about.organization,
      hub: await hubNameNow(),
      reason: about.reason ?? '',
      asked: about.asked ?? '',
      link: ours ? `${url}/applications/${ids.application}` : `${url}/apply`,
    };
    await sendMail({ to: to.email, subject: subject(words, { locale }), text: text(words, { locale }) });
  }
}
