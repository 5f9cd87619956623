import { formatTime } from '../ui/time.ts';
import { feature } from './registry.ts';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// The server knows no zone and prints UTC; here the reader's own clock counts, and its zone is named.
feature('time', (element) => {
  const at = new Date((element as HTMLTimeElement).dateTime);
  if (Number.isNaN(at.getTime())) return;
  const lang = document.documentElement.lang;
  element.title = `${new Intl.DateTimeFormat(lang.endsWith('-XB') ? 'en-GB' : lang, { dateStyle: 'full', timeStyle: 'short', timeZone: zone }).format(at)} (${zone})`;
  element.textContent = formatTime(at, zone, lang);
});
