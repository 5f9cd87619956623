import { sql } from 'kysely';
import { records_mail_own_subject, records_mail_own_text, records_mail_records_subject, records_mail_records_text } from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';
import { formatMoment } from '#ui/time.ts';

type Row = { name: string; email: string; locale: string; time_zone: string; expires_at: Date; organization: string | null; slug: string | null };

/** Tells whoever asked for a package that it can be fetched, and until when; nobody who could not fetch it. */
export async function mailExport({ ids }: { ids: { export: string } }): Promise<void> {
  const { rows } = await as({ kind: 'clerk' }, (tx) =>
    sql<Row>`select m.name, c.email, m.locale, m.time_zone, e.expires_at, o.name as organization, o.slug
      from app.data_exports e join app.members m on m.id = e.member_id and m.status = 'active' join app.accounts c on c.member_id = m.id and c.email <> ''
      left join app.organizations o on o.id = e.organization_id
     where e.id = ${ids.export} and e.made_at is not null and e.taken_at is null and e.expires_at > now()
       and (o.id is null or app.stands_in_for(m.id, '{focal_point}', o.id) is not null
         or exists (select from app.memberships ms where ms.member_id = m.id and ms.organization_id = o.id and ms.role = 'focal_point'))`.execute(tx),
  );
  const row = rows[0];
  if (!row) return;
  const locale = isLocale(row.locale) ? row.locale : 'en';
  const { url } = config();
  const words = {
    name: row.name,
    organization: row.organization ?? '',
    hub: await hubNameNow(),
    until: formatMoment(row.expires_at, row.time_zone, locale),
    link: row.slug ? `${url}/organizations/${row.slug}/records` : `${url}/account/data`,
  };
  const [subject, text] = row.slug ? [records_mail_records_subject, records_mail_records_text] : [records_mail_own_subject, records_mail_own_text];
  await sendMail({ to: row.email, subject: subject(words, { locale }), text: text(words, { locale }) });
}
