const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Did this request come from a page of this hub? What every browser says by itself decides: Sec-Fetch-Site, else Origin against the host asked.
 * A changing request that carries a cookie and says neither is refused; one without a cookie has nothing to abuse.
 */
export function sameSite(request: Request, host: string): boolean {
  if (reading.has(request.method)) return true;
  const site = request.headers.get('sec-fetch-site');
  if (site) return site === 'same-origin' || site === 'none';
  const origin = request.headers.get('origin');
  if (!origin) return !request.headers.get('cookie');
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
