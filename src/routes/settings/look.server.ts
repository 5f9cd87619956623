import { clockSkew, takeLook, tryName, tryStorage } from '#domains/hub/try-outside.server.ts';
import { tryPush } from '#domains/conversations/telling/try-push.server.ts';
import { lookAtConnections } from '#domains/people/single-sign-on/look.server.ts';
import { findMyAccount, type Me } from '#domains/people/queries.server.ts';
import {
  hub_line_clock_off,
  hub_line_clock_ok,
  hub_line_found,
  hub_line_not_found,
  hub_mail_test_kept,
  hub_mail_test_refused,
  hub_mail_test_subject,
  hub_mail_test_text,
  hub_mail_test_took,
  hub_push_test_gone,
  hub_push_test_no_answer,
  hub_push_test_none,
  hub_push_test_refused,
  hub_push_test_text,
  hub_push_test_title,
  hub_push_test_took,
  hub_scanner_test_found,
  hub_scanner_test_missed,
  hub_scanner_test_none,
  hub_scanner_test_silent,
  hub_scanner_test_version,
  hub_sso_test_none,
  hub_sso_test_ok,
  hub_sso_test_wrong,
  hub_storage_test_failed,
  hub_storage_test_ok,
} from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { sender, sendMail } from '#platform/mail.server.ts';
import { harmlessTest, scanBytes, scannerVersion } from '#platform/scanner.server.ts';
import { hubName } from '#platform/settings/values.server.ts';

export type Looked = { looked: string; lines: { ok: boolean; text: string }[] };

/** Tries what a steward asks for, and says in words what came of it. Refuses with hub.too_often, and as not found for whoever is no steward. */
export async function look(actor: Actor, me: Me, what: string): Promise<Looked> {
  await as(actor, takeLook);
  const tries: Record<string, () => Promise<Looked['lines']>> = {
    mail: () => mail(actor, me),
    storage: async () => [disk()],
    scanner,
    line: () => line(actor),
    sso: () => services(actor),
    push: () => push(actor),
  };
  const run = tries[what];
  if (!run) throw notFound();
  return { looked: what, lines: await run() };
}

/** What a server says may name the account it was asked with; never its password. */
const safe = (text: string) => {
  const password = decodeURIComponent(new URL(config().smtpUrl ?? 'smtp://none').password);
  const plain = password ? text.replaceAll(password, '…').replaceAll(Buffer.from(password).toString('base64'), '…') : text;
  return plain.replace(/\s+/g, ' ').slice(0, 300);
};

// Not by a job: the answer of the server is what the steward wants to see.
async function mail(actor: Actor, me: Me): Promise<Looked['lines']> {
  const to = (await as(actor, findMyAccount))?.email ?? '';
  const { address } = await sender();
  const text = hub_mail_test_text({ name: me.name, hub: hubName(), address });
  try {
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no answer within 20 seconds')), 20_000).unref());
    const answer = await Promise.race([sendMail({ to, subject: hub_mail_test_subject({ hub: hubName() }), text }), late]);
    return [{ ok: answer !== undefined, text: answer === undefined ? hub_mail_test_kept() : hub_mail_test_took({ to, answer: safe(answer) }) }];
  } catch (error) {
    return [{ ok: false, text: hub_mail_test_refused({ answer: safe((error as Error).message) }) }];
  }
}

function disk(): Looked['lines'][number] {
  const tried = tryStorage();
  return 'ms' in tried ? { ok: true, text: hub_storage_test_ok({ ms: tried.ms }) } : { ok: false, text: hub_storage_test_failed({ why: tried.why }) };
}

async function scanner(): Promise<Looked['lines']> {
  if (!config().scanner) return [{ ok: false, text: hub_scanner_test_none() }];
  try {
    const from = performance.now();
    const { version } = await scannerVersion();
    const says = hub_scanner_test_version({ ms: Math.round(performance.now() - from), version });
    const { found } = await scanBytes(harmlessTest());
    return [{ ok: true, text: says }, found === null ? { ok: false, text: hub_scanner_test_missed() } : { ok: true, text: hub_scanner_test_found({ found }) }];
  } catch (error) {
    return [{ ok: false, text: hub_scanner_test_silent({ why: (error as Error).message.slice(0, 200) }) }];
  }
}

async function line(actor: Actor): Promise<Looked['lines']> {
  const [{ host, addresses }, skew] = [await tryName(), await as(actor, clockSkew)];
  return [
    addresses.length ? { ok: true, text: hub_line_found({ host, addresses: addresses.join(', ') }) } : { ok: false, text: hub_line_not_found({ host }) },
    Math.abs(skew) < 2
      ? { ok: true, text: hub_line_clock_ok({ ms: Math.round(Math.abs(skew) * 1_000) }) }
      : { ok: false, text: hub_line_clock_off({ seconds: Math.round(skew) }) },
  ];
}

async function services(actor: Actor): Promise<Looked['lines']> {
  const { seen, wrong } = await lookAtConnections(actor);
  if (!seen) return [{ ok: true, text: hub_sso_test_none() }];
  const fine = seen - wrong.length;
  return [...(fine ? [{ ok: true, text: hub_sso_test_ok({ count: fine }) }] : []), ...wrong.map((what) => ({ ok: false, text: hub_sso_test_wrong({ what }) }))];
}

async function push(actor: Actor): Promise<Looked['lines']> {
  const tried = await tryPush(actor, { title: hub_push_test_title({ hub: hubName() }), body: hub_push_test_text() });
  if (!tried.length) return [{ ok: false, text: hub_push_test_none() }];
  return tried.map(({ device, service, answer }) => {
    if (answer === null) return { ok: false, text: hub_push_test_gone({ device }) };
    if (typeof answer === 'string') return { ok: false, text: hub_push_test_no_answer({ device, service, answer: safe(answer) }) };
    const took = answer >= 200 && answer < 300;
    return { ok: took, text: (took ? hub_push_test_took : hub_push_test_refused)({ device, service, status: String(answer) }) };
  });
}
