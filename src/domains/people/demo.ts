const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
const LOOPBACK_NAMES = /^(localhost|127\.0\.0\.1|\[::1\])$/;

export type Asking = { headers: Headers; host: string; address: string; demoChosen: boolean };

/**
 * May one click become a member of the cast here? Only from this very machine without a proxy between, or when demo was set by hand.
 * The server says so itself in x-indaba-direct (and always writes x-forwarded-for); without either (a dev server) the address speaks.
 * The name must be a loopback name too, else a foreign page could point its own name at this machine.
 */
export function mayBecome(asking: Asking): boolean {
  if (asking.demoChosen) return true;
  if (!LOOPBACK_NAMES.test(asking.host.replace(/:\d+$/, ''))) return false;
  if (asking.headers.get('x-indaba-direct') === '1') return true;
  return !FORWARDED.some((name) => asking.headers.has(name)) && /^(127\.|::1$|::ffff:127\.)/.test(asking.address);
}
