import { sql } from 'kysely';
import {
  people_mail_membership_ended_subject,
  people_mail_membership_ended_text,
  people_mail_membership_left_subject,
  people_mail_membership_left_text,
  people_mail_membership_lifted_subject,
  people_mail_membership_lifted_text,
  people_mail_membership_made_focal_point_subject,
  people_mail_membership_made_focal_point_text,
  people_mail_membership_made_member_subject,
  people_mail_membership_made_member_text,
  people_mail_membership_stewards,
  people_mail_membership_suspended_subject,
  people_mail_membership_suspended_text,
} from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';
import type { MembershipActKind } from './membership.ts';

type Payload = { ids: { act: string } };
type Row = {
  act: MembershipActKind;
  member_id: string;
  email: string;
  name: string;
  locale: string;
  organization: string;
  slug: string;
  by: string;
  by_self: boolean;
  whom: string[];
};

const texts = {
  suspended: [people_mail_membership_suspended_subject, people_mail_membership_suspended_text],
  lifted: [people_mail_membership_lifted_subject, people_mail_membership_lifted_text],
  ended: [people_mail_membership_ended_subject, people_mail_membership_ended_text],
  left: [people_mail_membership_left_subject, people_mail_membership_left_text],
  made_focal_point: [people_mail_membership_made_focal_point_subject, people_mail_membership_made_focal_point_text],
  made_member: [people_mail_membership_made_member_subject, people_mail_membership_made_member_text],
} as const;

/** Tells the person concerned what was done to their membership and whom to ask; not why. Afterwards the address of whoever left is forgotten. */
export async function mailMembership({ ids }: Payload): Promise<void> {
  const row = await as({ kind: 'clerk' }, async (tx) => {
    const { rows } = await sql<Row>`
      select a.act, m.id as member_id, c.email, m.name, m.locale, o.name as organization, o.slug, b.name as by, b.member_id = m.id as by_self,
        array(select f.name from app.memberships ms join app.members f on f.id = ms.member_id
          where ms.organization_id = o.id and ms.role = 'focal_point' and f.status = 'active' and f.id <> m.id order by f.name) as whom
        from app.membership_acts a join app.members m on m.id = a.member_id join app.accounts c on c.member_id = m.id
        join app.organizations o on o.id = a.organization_id join app.bylines b on b.id = a.byline_id where a.id = ${ids.act} and c.email <> ''`.execute(tx);
    return rows[0];
  });
  // Whoever laid down a role knows it.
  if (!row || (row.by_self && row.act === 'made_member')) return;
  const locale = isLocale(row.locale) ? row.locale : 'en';
  const { url } = config();
  const whom = row.whom.length ? new Intl.ListFormat(locale, { type: 'disjunction' }).format(row.whom) : people_mail_membership_stewards({}, { locale });
  const link = row.act === 'made_focal_point' ? `${url}/organizations/${row.slug}` : `${url}/signin`;
  const words = { name: row.name, by: row.by, organization: row.organization, hub: await hubNameNow(), whom, link };
  const [subject, text] = texts[row.act === 'ended' && row.by_self ? 'left' : row.act];
  await sendMail({ to: row.email, subject: subject(words, { locale }), text: text(words, { locale }) });
  await as({ kind: 'clerk' }, (tx) =>
    sql`update app.accounts c set email = '' from app.members m where m.id = c.member_id and m.id = ${row.member_id} and m.status = 'left'`.execute(tx),
  );
}
