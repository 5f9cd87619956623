import { sql } from 'kysely';
import {
  sso_mail_admitted_subject,
  sso_mail_admitted_text,
  sso_mail_asked_subject,
  sso_mail_asked_text,
  sso_mail_joined_subject,
  sso_mail_joined_text,
} from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';

type Ids = { what: 'joined' | 'asked' | 'admitted'; connection: string; member?: string; request?: string };
type Row = { organization: string; slug: string; name: string; address: string; locale: string; focal: { name: string; email: string; locale: string }[] };

const spoken = (locale: string) => (isLocale(locale) ? (locale as 'en') : 'en');

/** Tells the focal points who came by single sign-on, or whoever was let in that they may. */
export async function mailSso({ ids }: { ids: Ids }): Promise<void> {
  const row = await as({ kind: 'clerk' }, async (tx) => {
    const { rows } = await sql<Row>`
      select o.name as organization, o.slug, coalesce(m.name, r.name) as name, coalesce(a.email, r.address) as address, coalesce(m.locale, 'en') as locale,
        coalesce((select json_agg(json_build_object('name', f.name, 'email', fa.email, 'locale', f.locale)) from app.memberships ms join app.members f on f.id = ms.member_id
          join app.accounts fa on fa.member_id = f.id where ms.organization_id = o.id and ms.role = 'focal_point' and f.status = 'active' and f.id is distinct from m.id), '[]') as focal
        from app.sso_connections c join app.organizations o on o.id = c.organization_id
        left join app.members m on m.id = ${ids.member ?? null} and m.status = 'active' left join app.accounts a on a.member_id = m.id
        left join app.sso_requests r on r.id = ${ids.request ?? null} and r.decided_at is null where c.id = ${ids.connection} and (m.id is not null or r.id is not null)`.execute(
      tx,
    );
    return rows[0];
  });
  if (!row) return;
  const { url } = config();
  const words = { organization: row.organization, name: row.name, address: row.address, hub: await hubNameNow() };
  if (ids.what === 'admitted') {
    const locale = spoken(row.locale);
    await sendMail({
      to: row.address,
      subject: sso_mail_admitted_subject(words, { locale }),
      text: sso_mail_admitted_text({ ...words, link: `${url}/signin` }, { locale }),
    });
    return;
  }
  const [subject, text] = ids.what === 'asked' ? [sso_mail_asked_subject, sso_mail_asked_text] : [sso_mail_joined_subject, sso_mail_joined_text];
  const link = ids.what === 'asked' ? `${url}/organizations/${row.slug}/single-sign-on` : `${url}/organizations/${row.slug}`;
  for (const { name: to, email, locale: theirs } of row.focal) {
    const locale = spoken(theirs);
    await sendMail({ to: email, subject: subject(words, { locale }), text: text({ ...words, to, link }, { locale }) });
  }
}
