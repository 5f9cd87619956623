import { sql } from 'kysely';
import { people_mail_confirm_subject, people_mail_confirm_text, people_mail_unconfirmed_subject, people_mail_unconfirmed_text } from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';
import { formatDay } from '#ui/time.ts';

const clerk = { kind: 'clerk' } as const;
type Whom = { name: string; email: string; locale: string };
type Asked = { organization: string; slug: string; people: number; due_on: string; until_on: string; focal: Whom[] };
const spoken = (locale: string) => (isLocale(locale) ? (locale as 'en') : 'en');

/** By the clock, once a day: asks focal points a month before and again when it is due; suspends whom nobody confirmed in time, and tells them. */
export async function tendConfirmations(): Promise<void> {
  const { asked, suspended } = await as(clerk, async (tx) => {
    const { rows: gone } = await sql<{ id: string }>`select app.suspend_unconfirmed() as id`.execute(tx);
    if (gone.length) tx.notes.wake = true;
    const whom = await sql<Whom & { organization: string }>`
      select m.name, a.email, m.locale, (select min(o.name) from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id) as organization
        from app.members m join app.accounts a on a.member_id = m.id where m.id = any(${gone.map(({ id }) => id)}::uuid[])`.execute(tx);
    const { rows } = await sql<Asked>`
      with near as (update app.memberships ms set reminded_at = now() from app.members m where m.id = ms.member_id and m.status = 'active' and app.confirm_due(ms.confirmed_at) < now() + interval '30 days'
          and (ms.reminded_at is null or ms.reminded_at < app.confirm_due(ms.confirmed_at) and app.confirm_due(ms.confirmed_at) < now())
        returning ms.organization_id, ms.confirmed_at)
      select o.name as organization, o.slug, count(*)::int as people, min(app.confirm_due(n.confirmed_at))::date::text as due_on, min(app.confirm_until(n.confirmed_at))::date::text as until_on,
        coalesce((select jsonb_agg(jsonb_build_object('name', m.name, 'email', a.email, 'locale', m.locale)) from app.memberships f join app.members m on m.id = f.member_id join app.accounts a on a.member_id = m.id
          where f.organization_id = o.id and f.role = 'focal_point' and m.status = 'active'), '[]') as focal
        from near n join app.organizations o on o.id = n.organization_id group by o.id, o.name, o.slug`.execute(tx);
    return { asked: rows, suspended: whom.rows };
  });
  const { url } = config();
  for (const one of asked)
    for (const to of one.focal) {
      const locale = spoken(to.locale);
      const words = {
        name: to.name,
        organization: one.organization,
        count: one.people,
        due: formatDay(one.due_on, locale),
        until: formatDay(one.until_on, locale),
        link: `${url}/organizations/${one.slug}/confirm`,
      };
      await sendMail({ to: to.email, subject: people_mail_confirm_subject(words, { locale }), text: people_mail_confirm_text(words, { locale }) });
    }
  for (const to of suspended) {
    const locale = spoken(to.locale);
    const words = { name: to.name, organization: to.organization, hub: await hubNameNow() };
    await sendMail({ to: to.email, subject: people_mail_unconfirmed_subject(words, { locale }), text: people_mail_unconfirmed_text(words, { locale }) });
  }
}
