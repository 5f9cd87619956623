import { sql } from 'kysely';
import {
  common_stands_in,
  people_mail_admitted_subject,
  people_mail_admitted_text,
  people_mail_invitation_subject,
  people_mail_invitation_text,
} from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { formatDay } from '#ui/time.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';
import { keyOf, newSecret, storedHash } from './secrets.server.ts';

type Payload = { ids: { invitation: string }; actor: string | null };
type Row = {
  email: string;
  name: string;
  organization: string;
  inviter: string;
  stood_in_for: string | null;
  locale: string | null;
  expires_at: Date;
  from_hub: boolean;
};

/**
 * Mails an invitation. The link's secret is made here and only its hash is kept, so neither the queue nor the inviter ever holds it.
 * Run again after a failure it makes a new link; one that did arrive is then dead, which is why the mail is the last step.
 */
export async function mailInvitation({ ids }: Payload): Promise<void> {
  const token = newSecret();
  const row = await as({ kind: 'clerk' }, async (tx) => {
    const { rows } = await sql<Row>`
      update app.invitations i set token_hash = ${storedHash(keyOf(token))} from app.organizations o, app.bylines b left join app.members m on m.id = b.member_id, app.invitations j left join app.members f on f.id = j.for_member
       where i.id = ${ids.invitation} and j.id = i.id and o.id = i.organization_id and b.id = i.invited_by and i.used_at is null and i.revoked_at is null and i.expires_at > now()
      returning i.email, i.name, o.name as organization, b.name as inviter, f.name as stood_in_for, i.expires_at, i.from_hub,
        case when i.from_hub then (select a.locale from app.applications a where a.organization_id = o.id limit 1) else m.locale end as locale`.execute(tx);
    return rows[0];
  });
  if (!row) return;
  const locale = isLocale(row.locale ?? '') ? (row.locale as 'en') : 'en';
  const day = formatDay(row.expires_at.toISOString(), locale);
  const words = {
    name: row.name || row.email,
    organization: row.organization,
    inviter: row.stood_in_for ? common_stands_in({ by: row.inviter, name: row.stood_in_for }, { locale }) : row.inviter,
    link: `${config().url}/join/${token}`,
    day,
    hub: await hubNameNow(),
  };
  // To applicants the hub speaks, and says that they were accepted: one mail, so that nothing comes before it.
  const [subject, text] = row.from_hub
    ? [people_mail_admitted_subject, people_mail_admitted_text]
    : [people_mail_invitation_subject, people_mail_invitation_text];
  await sendMail({ to: row.email, subject: subject(words, { locale }), text: text(words, { locale }) });
}
