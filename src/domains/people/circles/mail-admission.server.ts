import { sql } from 'kysely';
import {
  circles_mail_accepted_subject,
  circles_mail_accepted_text,
  circles_mail_asked_subject,
  circles_mail_asked_text,
  circles_mail_declined_subject,
  circles_mail_declined_text,
  circles_mail_hidden,
  circles_mail_invited_subject,
  circles_mail_invited_text,
} from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';

const texts = {
  asked: [circles_mail_asked_subject, circles_mail_asked_text],
  invited: [circles_mail_invited_subject, circles_mail_invited_text],
  accepted: [circles_mail_accepted_subject, circles_mail_accepted_text],
  declined: [circles_mail_declined_subject, circles_mail_declined_text],
} as const;
type Row = { what: keyof typeof texts; email: string; name: string; locale: string; circle: string | null; slug: string | null; by: string };

/** Tells those who run a circle that somebody asks to come in, whoever is invited, and whoever asked what the answer is. What they wrote to each other stays in the hub. */
export async function mailAdmission({ ids }: { ids: { admission: string; step: 'made' | 'answered' } }): Promise<void> {
  const { rows } = await as({ kind: 'clerk' }, (tx) => sql<Row>`select * from app.admission_to_mail(${ids.admission}, ${ids.step})`.execute(tx));
  const { url } = config();
  for (const row of rows) {
    const locale = isLocale(row.locale) ? row.locale : 'en';
    const words = {
      name: row.name,
      by: row.by,
      circle: row.circle ?? circles_mail_hidden({}, { locale }),
      hub: await hubNameNow(),
      link: row.slug ? `${url}/circles/${row.slug}` : `${url}/circles`,
    };
    const [subject, text] = texts[row.what];
    await sendMail({ to: row.email, subject: subject(words, { locale }), text: text(words, { locale }) });
  }
}
