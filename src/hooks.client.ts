import { baseLocale, isLocale, overwriteGetLocale } from '#paraglide/runtime.js';

// The server has decided already; the page says so.
overwriteGetLocale(() => {
  const lang = document.documentElement.lang;
  return isLocale(lang) ? lang : baseLocale;
});
