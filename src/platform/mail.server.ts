import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport, type Transporter } from 'nodemailer';
import { config } from './config.server.ts';
import { writeSecret } from './data-folder.server.ts';
import { newId } from './ids.ts';

export type Mail = { to: string; subject: string; text: string };
export type KeptMail = Mail & { id: string; at: string };

const open = new Map<string, Transporter>();

/** Sends a mail from a job: through SMTP_URL, or without one into INDABA_DATA/mail, where /dev/mail of a demonstration shows it. Throws when the server does not take it. */
export async function sendMail(mail: Mail): Promise<void> {
  const { smtpUrl, url, data } = config();
  if (!smtpUrl) {
    const id = newId();
    return writeSecret(join(data, 'mail', `${id}.json`), { id, at: new Date().toISOString(), ...mail } satisfies KeptMail);
  }
  const transport = open.get(smtpUrl) ?? createTransport(smtpUrl);
  open.set(smtpUrl, transport);
  const address = `noreply@${new URL(url).hostname}`;
  // Mail made by a program: no vacation replies, please. User text never becomes a header: nodemailer encodes subject and names.
  await transport.sendMail({
    from: { name: 'Indaba', address },
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    headers: { 'Auto-Submitted': 'auto-generated' },
  });
}

/** The mails kept in the data folder, newest first. */
export function keptMails(): KeptMail[] {
  const folder = join(config().data, 'mail');
  let names: string[] = [];
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .reverse()
      .slice(0, 100);
  } catch {
    return [];
  }
  return names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeptMail);
}
