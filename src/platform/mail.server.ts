import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport, type Transporter } from 'nodemailer';
import { config } from './config.server.ts';
import { writeSecret } from './data-folder.server.ts';
import { newId } from './ids.ts';
import { settingsNow } from './settings/values.server.ts';

/** `stop`: the address that turns such mail off by one POST, without signing in (RFC 8058). `answer`: where an answer goes. */
export type Mail = { to: string; subject: string; text: string; stop?: string; answer?: string | undefined };
export type KeptMail = Mail & { id: string; at: string; from: { name: string; address: string } };

const open = new Map<string, Transporter>();

/** Who mail comes from: as stewards set it, else the hub's name at the hub's own host. */
export async function sender(): Promise<{ name: string; address: string }> {
  const { hub_name, mail_name, mail_address } = await settingsNow();
  return { name: mail_name || hub_name || 'Indaba', address: mail_address || `noreply@${new URL(config().url).hostname}` };
}

const LAST = Symbol.for('indaba.last-look-at-mails');
type Last = (mail: Mail) => Mail | Promise<Mail>;

/** What each mail of this process goes through last, in its reader's language: given by the wiring, because the ground knows no reader. */
export function lookAtMails(last: Last): void {
  (globalThis as Record<symbol, unknown>)[LAST] = last;
}

/**
 * Sends a mail from a job: through SMTP_URL, or without one into INDABA_DATA/mail, where /dev/mail of a demonstration shows it. Gives back what the
 * server answered, undefined without one; throws when the server does not take it.
 */
export async function sendMail(written: Mail): Promise<string | undefined> {
  const { smtpUrl, data } = config();
  const last = (globalThis as Record<symbol, unknown>)[LAST] as Last | undefined;
  const mail = last ? await last(written) : written;
  const from = await sender();
  if (!smtpUrl) {
    const id = newId();
    writeSecret(join(data, 'mail', `${id}.json`), { id, at: new Date().toISOString(), from, ...mail } satisfies KeptMail);
    return undefined;
  }
  const transport = open.get(smtpUrl) ?? createTransport(smtpUrl);
  open.set(smtpUrl, transport);
  // Mail made by a program: no vacation replies, please. User text never becomes a header: nodemailer encodes subject and names.
  const { response } = (await transport.sendMail({
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    ...(mail.answer && { replyTo: { name: from.name, address: mail.answer } }),
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(mail.stop && { 'List-Unsubscribe': `<${mail.stop}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
  })) as { response: string };
  return response;
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

/** Removes the mails kept in the data folder since before a moment, or only counts them. */
export function dropKeptMails(before: number, dry: boolean): number {
  const folder = join(config().data, 'mail');
  if (!existsSync(folder)) return 0;
  const old = readdirSync(folder).filter((name) => name.endsWith('.json') && statSync(join(folder, name)).mtimeMs < before);
  if (!dry) for (const name of old) rmSync(join(folder, name), { force: true });
  return old.length;
}
