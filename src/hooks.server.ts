import { createHash, randomUUID } from 'node:crypto';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit/hooks';
import { islandUrl, look, lookHash, lookUrl, notes, workUrl } from 'virtual:page-assets';
import { connectBus } from '#platform/bus/bus.server.ts';
import { keeping, keepVisitorPages } from './kept.server.ts';
import { withinLimits } from './limits.server.ts';
import { wire } from './wiring.server.ts';
import { sessionCookieName } from '#domains/people/cookie.server.ts';
import { sayFormerMembers } from '#domains/people/former-member.ts';
import { startBeating } from '#domains/hub/health/beat.server.ts';
import { findWhyRefused } from '#domains/govern/why-refused.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { accentRules } from '#platform/settings/accent.ts';
import { followSettings, freshSettings, hubSettings, onSettings } from '#platform/settings/values.server.ts';
import { error_common_cross_site } from '#paraglide/messages.js';
import { Refusal } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';
import { leanStyle } from '#ui/lean-style.server.ts';
import { direction, splitLocale } from '#ui/locale.ts';
import { negotiate, offeredLocales, offerLocales, withLocale } from '#ui/locale.server.ts';
import { loggedPath } from '#ui/logged-path.ts';
import { whyRefused } from '#ui/refused.server.ts';
import { sameSite } from '#ui/same-site.server.ts';

export const init: ServerInit = async () => {
  wire();
  connectBus();
  // A preview of the components has no database, hence nothing to keep and nobody to tell it.
  if (!process.env['INDABA_WEB_URL']) return;
  onSettings(() => offerLocales(hubSettings()));
  followSettings();
  await freshSettings();
  keepVisitorPages();
  startBeating('web');
};

const fingerprint = (secret: string) => createHash('sha256').update(secret).digest('hex');

/** Who is asking. /api takes bearer tokens and never cookies, everything else the other way round; neither grants anything by itself. */
function actorOf(path: string, cookie: string | undefined, authorization: string | null): Actor {
  const secret = path.startsWith('/api/') ? /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] : cookie;
  return secret ? { kind: 'person', key: fingerprint(secret) } : { kind: 'visitor' };
}

const headers: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), browsing-topics=()',
};

// Svelte's markers are for hydration; a page without its script has no use for them.
const markers = /<!--(?:\[(?:-?\d+|!)?|\]|[a-z0-9]{5,7})?-->/g;

// A visitor's reading page is one request: the mark is in its head already, so the icon costs little more than nothing there.
const ICON = 'href="/mark.svg" type="image/svg+xml"';
const ICON_INSIDE = `href="data:image/svg+xml,${'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M5.3 17.1h0M3.6 9.8h0M8.3 4h0M15.7 4h0M20.4 9.8h0M18.7 17.1h0" stroke="%230b5d4a" stroke-width="5.8" stroke-linecap="round"/></svg>'.replaceAll('"', "'")}"`;

function page(html: string, locals: App.Locals): string {
  const lean = locals.reading && !locals.signedIn;
  // Most pages have no footnotes and no defined terms, and do not pay for theirs.
  const style = / class="(?:notes|terms)"/.test(html) ? look + notes : look;
  const text = lean ? leanStyle(style, html, locals.locale, direction(locals.locale)) : style;
  // The hub's own colour comes last, over the one that the style sheet names.
  const own = accentRules(hubSettings().accent);
  const inside = locals.reading ? text + own : own;
  locals.styleHash = inside === look ? lookHash : inside && `sha256-${createHash('sha256').update(inside).digest('base64')}`;
  const styles = locals.reading
    ? `<style>${inside}</style>${locals.signedIn ? `<link rel="stylesheet" href="${workUrl}">` : ''}`
    : `<link rel="stylesheet" href="${lookUrl}"><link rel="stylesheet" href="${workUrl}">${own && `<style>${own}</style>`}`;
  const island = locals.signedIn ? `<link rel="manifest" href="/manifest.webmanifest"><script src="${islandUrl}" defer></script>` : '';
  const bare = sayFormerMembers(html.includes('__sveltekit_') ? html : html.replace(markers, ''));
  // A function, so that a dollar sign in the style stays one.
  return (!lean ? bare : bare.replace(ICON, () => ICON_INSIDE))
    .replace('%indaba.lang%', locals.locale)
    .replace('%indaba.dir%', direction(locals.locale))
    .replace('%indaba.head%', () => styles + island);
}

/** Puts what every answer carries on this one. */
function sealed(response: Response, locals: App.Locals): Response {
  for (const [name, value] of Object.entries(headers)) if (!response.headers.has(name)) response.headers.set(name, value);
  response.headers.set('x-request-id', locals.requestId);
  const policy = response.headers.get('content-security-policy');
  const hash = locals.styleHash ?? (locals.reading ? lookHash : '');
  const withStyle = hash ? policy?.replace("style-src 'self'", `style-src 'self' '${hash}'`) : policy;
  response.headers.set('content-security-policy', withStyle ?? "default-src 'none'; frame-ancestors 'none'; sandbox");
  if (!response.headers.has('cache-control')) {
    response.headers.set('cache-control', locals.actor.kind === 'visitor' ? 'no-cache' : 'private, no-store');
  }
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    response.headers.set('content-type', 'text/html; charset=utf-8');
    response.headers.append('vary', 'Cookie, Accept-Language');
  }
  return response;
}

export const handle: Handle = ({ event, resolve }) => {
  const { locals, cookies, request, url } = event;
  const { locale: asked, path } = splitLocale(url.pathname);
  const spoken = negotiate(cookies.get('indaba_locale'), request.headers.get('accept-language'));
  locals.locale = asked ?? spoken;
  locals.path = path + url.search;
  locals.requestId = randomUUID();
  locals.actor = actorOf(path, cookies.get(sessionCookieName()), request.headers.get('authorization'));

  return withLocale(locals.locale, async () => {
    // A SAML provider's page posts its answer from another site: it comes without a cookie, and opens nothing by itself.
    const answer = /^\/sso\/[^/]+\/acs$/.test(path);
    if (!path.startsWith('/api/') && !answer && !sameSite(request, url.host)) return sealed(new Response(error_common_cross_site(), { status: 403 }), locals);
    if (asked && !offeredLocales().includes(asked)) return sealed(new Response(null, { status: 307, headers: { location: locals.path } }), locals);
    // Whoever asks for a language by its address means it for the addresses without one, too.
    if (asked && asked !== spoken && request.method === 'GET') {
      cookies.set('indaba_locale', asked, { path: '/', maxAge: 31_536_000, sameSite: 'lax', secure: url.protocol === 'https:' });
    }
    const beyond = await withinLimits(event);
    if (beyond) return sealed(beyond, locals);
    // Asked beforehand, because a form's answer is made in one go. How far I have read is told too often for that.
    if (request.method === 'POST' && locals.actor.kind === 'person' && !path.startsWith('/api/') && !url.search.startsWith('?/read'))
      locals.whyRefused = await as(locals.actor, findWhyRefused);
    return keeping(event, async () => sealed(await resolve(event, { transformPageChunk: ({ html }) => page(html, locals) }), locals));
  });
};

/** A Refusal keeps its status and code; anything else is told to the log in full and to the reader as a number. */
export const handleError: HandleServerError = ({ kind, error: caught, event }) => {
  if (caught instanceof Refusal) {
    const { code, details } = whyRefused(caught, event.locals);
    return { status: caught.status, message: errorText(code, details), code };
  }
  if (kind !== 'unknown') return;
  const cause = caught instanceof Error ? (caught.stack ?? caught.message) : String(caught);
  console.error(JSON.stringify({ level: 'error', request: event.locals.requestId, method: event.request.method, path: loggedPath(event.url.pathname), cause }));
  return { status: 500, message: 'internal', request: event.locals.requestId };
};
