import { sql } from 'kysely';
// Its names are not told apart by Node: the whole is taken.
import webPush from 'web-push';
import { briefly } from '#lib/text/say-message.ts';
import { sayFormerMembers } from '#domains/people/former-member.ts';
import {
  messages_mail_from_subject,
  messages_mail_mention_subject,
  messages_mail_red_subject,
  messages_mail_waits_subject,
  messages_push_said,
} from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { keyVersion } from '#platform/keys.server.ts';
import { outgoing } from '#platform/outgoing/outgoing.server.ts';
import { hubNameNow } from '#platform/settings/values.server.ts';

const clerk = { kind: 'clerk' } as const;
const AT_ONCE = 50;
/** How long a push service keeps it for a browser that is not there: a day, in seconds. */
const KEEP = 86_400;

type Item = { mail: 'text'; reason: string; thread_id: string; label: string; author: string | null; body: string } | { mail: 'notice' | 'waits' };
type Due = { push: string; endpoint: string; p256dh: string; auth: string; key_version: number; locale: string; item: Item };

/** Sends what push has to tell now; a browser that its service no longer knows is forgotten, a service that does not answer is asked again. How many went out. */
export async function sendPushes(): Promise<number> {
  let sent = 0;
  for (;;) {
    const due = await as(clerk, async (tx) => (await sql<Due>`select * from app.claim_pushes(${AT_ONCE})`.execute(tx)).rows);
    const outcomes = await Promise.all(due.map(async (one) => [one.push, await send(one)] as const));
    for (const [push, outcome] of outcomes) {
      if (outcome === 'sent') sent += 1;
      await as(clerk, (tx) => sql`select app.push_sent(${push}, ${outcome})`.execute(tx));
    }
    if (due.length < AT_ONCE) return sent;
  }
}

async function send({ locale, item, ...where }: Due): Promise<'sent' | 'gone' | 'later'> {
  try {
    const spoken = isLocale(locale) ? locale : 'en';
    const status = await handOver(where, sayFormerMembers(JSON.stringify(await say(item, spoken)), spoken));
    if (status === undefined) return 'gone';
    if (status >= 200 && status < 300) return 'sent';
    return [401, 403, 404, 410].includes(status) ? 'gone' : 'later';
  } catch {
    return 'later';
  }
}

/** Where a browser is reached, and with which of the hub's keys. */
export type Reached = { endpoint: string; p256dh: string; auth: string; key_version: number };

/** Closes a text for one browser and hands it to its push service: the status that the service answered; undefined where the key it knows is gone. Throws where nobody answers. */
export async function handOver({ endpoint, p256dh, auth, key_version }: Reached, text: string): Promise<number | undefined> {
  const key = keyVersion('vapid', key_version);
  if (!key?.publicKey) return undefined;
  const { method, headers, body } = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, text, {
    TTL: KEEP,
    urgency: 'high',
    contentEncoding: 'aes128gcm',
    vapidDetails: { subject: subject(), publicKey: key.publicKey, privateKey: key.key },
  });
  const answer = await outgoing(endpoint, {
    method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: body as Buffer,
  });
  return answer.status;
}

/** Whom a push service may ask about these messages; it takes https or mailto only. */
function subject(): string {
  const url = new URL(config().url);
  return url.protocol === 'https:' ? url.origin : `mailto:noreply@${url.hostname}`;
}

async function say(item: Item, wanted: string): Promise<{ title: string; body: string; url: string; tag: string }> {
  const locale = wanted as 'en';
  const hub = await hubNameNow();
  if (item.mail !== 'text') {
    const title = (item.mail === 'waits' ? messages_mail_red_subject : messages_mail_waits_subject)({ hub }, { locale });
    return { title, body: '', url: '/catch-up', tag: 'waits' };
  }
  const words = { people: item.author ?? '' };
  const said = item.reason === 'mention' ? messages_mail_mention_subject : item.reason === 'direct' ? messages_mail_from_subject : messages_push_said;
  return {
    title: said(words, { locale }),
    body: `${item.label} ${briefly(item.body, 180)}`,
    url: `/threads/${item.thread_id}`,
    tag: item.thread_id,
  };
}
