import { type Cookies, json, redirect, type RequestEvent } from '@sveltejs/kit';
import { passkeyUrl } from 'virtual:page-assets';
import { deviceCookie, halfCookie, sessionCookieName, sessionCookieOptions } from '#domains/people/cookie.server.ts';
import { mayBecome } from '#domains/people/demo.ts';
import { deviceOf } from '#domains/people/device.ts';
import type { Entered } from '#domains/people/enter.server.ts';
import { safeNext } from '#domains/people/model.ts';
import type { Device } from '#domains/people/open-session.server.ts';
import { passkeysOffered } from '#domains/people/passkey.server.ts';
import { findMe, type Me } from '#domains/people/queries.server.ts';
import { newSecret } from '#domains/people/secrets.server.ts';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';
import { to } from '#ui/locale.ts';

// The secret of the browser itself, kept there only once somebody is let in.
const devices = new WeakMap<Cookies, string>();

/** Keeps the secret of a session that was just opened in the browser. */
export function remember(cookies: Cookies, secret: string): void {
  cookies.set(sessionCookieName(), secret, sessionCookieOptions());
  const [half, options] = halfCookie();
  if (cookies.get(half)) cookies.delete(half, options);
  const device = devices.get(cookies);
  const [name, kept] = deviceCookie();
  if (device) cookies.set(name, device, kept);
}

/** The browser that asks; from its first sign-in on it is known again by a cookie of its own. */
export function deviceFrom({ request, cookies }: Pick<RequestEvent, 'request' | 'cookies'>): Device {
  const secret = cookies.get(deviceCookie()[0]) ?? newSecret();
  devices.set(cookies, secret);
  return { name: deviceOf(request.headers.get('user-agent')), secret };
}

/** Where somebody goes who was let in, or of whom more is asked; keeps the cookie that belongs to it. Refuses with people.sign_in.passkey_needed. */
export function arriveAt(cookies: Cookies, entered: Entered, next: string): string {
  if ('passkey' in entered) throw new Refusal('people.sign_in.passkey_needed');
  if ('session' in entered) {
    remember(cookies, entered.session);
    return to(next);
  }
  const [name, options] = halfCookie();
  cookies.set(name, entered.half, options);
  return to(`/signin/second?next=${encodeURIComponent(safeNext(next))}`);
}

/** The script for passkeys, or null where this hub's address cannot have any. */
export function passkeyScript(): string | null {
  return passkeysOffered() ? passkeyUrl : null;
}

/** The member who asks; whoever is not signed in is sent to sign in and comes back. */
export async function requireMe(event: Pick<RequestEvent, 'locals'>): Promise<Me> {
  const me = event.locals.actor.kind === 'person' ? await as(event.locals.actor, findMe) : undefined;
  if (!me) redirect(303, to(`/signin?next=${encodeURIComponent(event.locals.path)}&members`));
  return me;
}

/** May this request see and use what a demonstration offers to whoever sits at the machine? */
export function atTheMachine({ request, url, getClientAddress }: Pick<RequestEvent, 'request' | 'url' | 'getClientAddress'>): boolean {
  const { seed, seedChosen } = config();
  return mayBecome({ headers: request.headers, host: url.host, address: getClientAddress(), demoChosen: seedChosen && seed === 'demo' });
}

/** Answers the passkey script: what work returns, or the sentence of its refusal. */
export async function answering(work: () => Promise<unknown>): Promise<Response> {
  try {
    return json(await work());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return json({ message: errorText(error.code, error.details) }, { status: error.status });
  }
}
