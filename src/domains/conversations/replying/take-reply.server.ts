import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { NoSuchAddress } from '#platform/mail-in/listen.server.ts';
import type { Label } from '../model.ts';
import { postMessage } from '../post-message.server.ts';
import { hashOf, secretIn } from './address.server.ts';
import { readReply } from './read-reply.server.ts';
import { mailNotTaken } from './refuse-reply.server.ts';

export type Opened = { member_id: string; email: string; name: string; locale: string; thread_id: string; label: Label; why: string | null };

/**
 * Takes a mail to an address that the hub gave out: posts its words as the member whose address it is, under the label of what they answer, once however
 * often the relay brings it. What cannot be taken is answered with why, to that member alone; what a program wrote is let go. Throws NoSuchAddress for an
 * address of nobody, and what a database or mail server says where neither could be done, so that the relay keeps the mail.
 */
export async function takeReply(raw: Buffer, address: string): Promise<'posted' | 'refused' | 'let go'> {
  const secret = secretIn(address);
  const reply = await readReply(raw);
  const [to] = secret ? await as({ kind: 'clerk' }, async (tx) => (await sql<Opened>`select * from app.open_reply(${hashOf(secret)})`.execute(tx)).rows) : [];
  if (!to || !secret) throw new NoSuchAddress('Nobody answers to this address');
  if (reply.automatic) return 'let go';
  try {
    if (!reply.proven || reply.from !== to.email.toLowerCase()) throw new Refusal('conversations.reply.unproven');
    if (to.why) throw new Refusal(to.why);
    if (!reply.words) throw new Refusal('conversations.reply.empty');
    const post = { thread_id: to.thread_id, body: reply.words, marking: to.label, retry_key: keyOf(secret, reply.id || raw.toString('latin1')) };
    await as({ kind: 'clerk', as: to.member_id }, (tx) => postMessage(tx, post));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await mailNotTaken(to, secret, error.code, reply.words);
    return 'refused';
  }
  // Said after the words stand: the relay does not bring it again because of this.
  if (reply.files) await mailNotTaken(to, secret, 'conversations.reply.files', '').catch(() => undefined);
  return 'posted';
}

/** The same mail is the same post. */
function keyOf(secret: string, mail: string): string {
  const hash = createHash('sha256').update(`${secret}\n${mail}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
