import { sql } from 'kysely';
import { people_mail_guest_subject, people_mail_guest_text, people_mail_guest_own_text } from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { formatDay } from '#ui/time.ts';
import { REMIND_DAYS } from './guest.ts';

const clerk = { kind: 'clerk' } as const;
type Whom = { name: string; email: string; locale: string };
type Near = { circle: string; slug: string; guest: string; ends_on: string; runners: Whom[]; guests: Whom[] };

/** By the clock: takes out whose time is over, and says to guests and to those who run the circle when the end is near; once for each end. */
export async function tendGuests(): Promise<void> {
  const near = await as(clerk, async (tx) => {
    const { rows: ended } = await sql<{ n: number }>`select app.end_guests() as n`.execute(tx);
    if (ended[0]?.n) tx.notes.wake = true;
    const person = (whose: ReturnType<typeof sql>) =>
      sql`coalesce((select jsonb_agg(jsonb_build_object('name', m.name, 'email', a.email, 'locale', m.locale)) from app.members m join app.accounts a on a.member_id = m.id where m.status = 'active' and m.id in (${whose})), '[]')`;
    const { rows } = await sql<Near>`
      with near as (update app.circle_members cm set reminded_at = now() where cm.ends_at < now() + make_interval(days => ${REMIND_DAYS}) and cm.reminded_at is null returning cm.*)
      select c.name as circle, c.slug, coalesce(o.name, g.name) as guest, ((n.ends_at - interval '1 second') at time zone 'UTC')::date::text as ends_on,
        ${person(sql`select r.member_id from app.circle_runners r where r.circle_id = c.id`)} as runners,
        ${person(sql`select n.member_id union select ms.member_id from app.memberships ms where ms.organization_id = n.organization_id`)} as guests
        from near n join app.circles c on c.id = n.circle_id left join app.organizations o on o.id = n.organization_id left join app.members g on g.id = n.member_id`.execute(
      tx,
    );
    return rows;
  });
  const { url } = config();
  for (const one of near)
    for (const to of [...one.runners.map((whom) => ({ ...whom, runs: true })), ...one.guests.map((whom) => ({ ...whom, runs: false }))]) {
      const locale = isLocale(to.locale) ? (to.locale as 'en') : 'en';
      const words = {
        name: to.name,
        guest: one.guest,
        circle: one.circle,
        day: formatDay(one.ends_on, locale),
        link: `${url}/circles/${one.slug}${to.runs ? '/guests' : ''}`,
      };
      const text = to.runs ? people_mail_guest_text : people_mail_guest_own_text;
      await sendMail({ to: to.email, subject: people_mail_guest_subject(words, { locale }), text: text(words, { locale }) });
    }
}
