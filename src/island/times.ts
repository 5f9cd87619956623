import { formatTime } from '../ui/time.ts';
import { feature } from './registry.ts';
import { zone } from './zone.ts';

// The clock of the account counts on every page alike; here its zone is named as well, and a visitor's browser gives theirs.
feature('time', (element) => {
  const at = new Date((element as HTMLTimeElement).dateTime);
  if (Number.isNaN(at.getTime())) return;
  const lang = document.documentElement.lang;
  element.title = `${new Intl.DateTimeFormat(lang.endsWith('-XB') ? 'en-GB' : lang, { dateStyle: 'full', timeStyle: 'short', timeZone: zone }).format(at)} (${zone})`;
  element.textContent = formatTime(at, zone, lang);
});
