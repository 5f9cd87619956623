import { createHash, randomUUID } from 'node:crypto';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Handle } from '@sveltejs/kit/hooks';
import { baseLocale, overwriteGetLocale, type Locale } from '#paraglide/runtime.js';
import { direction, splitLocale } from '#ui/locale.ts';

const reader = new AsyncLocalStorage<Locale>();
overwriteGetLocale(() => reader.getStore() ?? baseLocale);

export const handle: Handle = ({ event, resolve }) => {
  const { locale = baseLocale, path } = splitLocale(event.url.pathname);
  const cookie = event.cookies.get('indaba');
  event.locals.actor = cookie ? { kind: 'person', key: createHash('sha256').update(cookie).digest('hex') } : { kind: 'visitor' };
  event.locals.locale = locale;
  event.locals.path = path + event.url.search;
  event.locals.requestId = randomUUID();
  return reader.run(locale, () =>
    resolve(event, {
      transformPageChunk: ({ html }) =>
        html.replace('%indaba.lang%', locale).replace('%indaba.dir%', direction(locale)).replace('%indaba.head%', ''),
    }),
  );
};
