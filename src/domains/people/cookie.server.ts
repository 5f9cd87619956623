import { config } from '#platform/config.server.ts';
import { SESSION_DAYS } from './secrets.server.ts';

export type CookieOptions = { path: '/'; httpOnly: true; sameSite: 'lax'; secure: boolean; maxAge: number };

const secure = () => config().url.startsWith('https:');

/** The name of the session cookie. Under https the prefix makes browsers refuse one that a neighbouring host or plain http tries to set. */
export function sessionCookieName(): string {
  return secure() ? '__Host-indaba' : 'indaba';
}

/** How the session cookie is set and deleted. */
export function sessionCookieOptions(): CookieOptions {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: secure(), maxAge: SESSION_DAYS * 86_400 };
}
