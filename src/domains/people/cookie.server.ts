import { config } from '#platform/config.server.ts';
import { hubSettings } from '#platform/settings/values.server.ts';

export type CookieOptions = { path: '/'; httpOnly: true; sameSite: 'lax'; secure: boolean; maxAge: number };

const secure = () => config().url.startsWith('https:');
// Under https the prefix makes browsers refuse one that a neighbouring host or plain http tries to set.
const named = (name: string) => (secure() ? `__Host-${name}` : name);
const kept = (maxAge: number): CookieOptions => ({ path: '/', httpOnly: true, sameSite: 'lax', secure: secure(), maxAge });

/** The name of the session cookie. */
export function sessionCookieName(): string {
  return named('indaba');
}

/** How the session cookie is set and deleted. */
export function sessionCookieOptions(): CookieOptions {
  return kept(hubSettings().session_days * 86_400);
}

/** The cookie of a sign-in of which more is asked: name and options. It is no session. */
export const halfCookie = (): [name: string, options: CookieOptions] => [named('indaba-half'), kept(600)];

/** The cookie by which a browser is known again when somebody signs in; it opens nothing and outlives signing out. */
export const deviceCookie = (): [name: string, options: CookieOptions] => [named('indaba-device'), kept(400 * 86_400)];

/** The cookie of somebody on the way to their institution's sign-in service and back; it opens nothing by itself. */
export const ssoCookie = (): [name: string, options: CookieOptions] => [named('indaba-sso'), kept(900)];
