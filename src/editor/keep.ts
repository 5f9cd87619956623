// What is typed into a form that changes a page is kept while one types: in the browser at once, where it may rest there, and on the server a moment later. The line under it says what is true.
import { clock } from './clock.ts';

type Keeping = {
  to: string;
  at: string | null;
  rest: boolean;
  zone?: string;
  words: Record<'saving' | 'saved' | 'browser' | 'not' | 'refused' | 'out' | 'here' | 'bring' | 'drop', string>;
};
type Resting = { at: string; fields: Record<string, string>; sent?: boolean };
const FIELDS = ['title', 'reason', 'text', 'page_title', 'page_description', 'page_sources'];
const WAIT = 1_500;
const AGAIN = 10_000;

/** Keeps the form from now on. `changed` is called after words were brought back. */
export function keep(form: HTMLFormElement, line: HTMLElement, changed: () => void): void {
  const { to, at, rest, zone, words } = JSON.parse(line.dataset['keeping'] ?? '{}') as Keeping;
  // Signing out takes what begins so (island/draft.ts).
  const key = `indaba-draft:${document.querySelector<HTMLElement>('#line')?.dataset['me'] ?? ''}:page:${(form.elements.namedItem('kept') as HTMLInputElement).value}`;
  const say = (text: string) => {
    if (line.textContent !== text) line.textContent = text;
  };
  const fieldOf = (name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement | null;
  const now = (): Record<string, string> => Object.fromEntries(FIELDS.flatMap((name) => (fieldOf(name) ? [[name, fieldOf(name)?.value ?? '']] : [])));
  const same = (one: Record<string, string>, other: Record<string, string>) => FIELDS.every((name) => (one[name] ?? '') === (other[name] ?? ''));
  let kept = now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending = false;
  let sent = false;
  // Has the hub a draft, which goes when the form is taken?
  let known = !!at;
  let way = new AbortController();

  const inBrowser = (fields: Record<string, string>): boolean => {
    if (!rest) return false;
    try {
      localStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), fields, ...(sent && known && { sent }) } satisfies Resting));
      return true;
    } catch {
      return false;
    }
  };
  const forget = (): void => {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept there.
    }
  };
  const send = async (leaving = false): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (sent || (sending && !leaving)) return;
    const fields = now();
    if (same(fields, kept)) return;
    sending = true;
    say(words.saving);
    let wait = 0;
    try {
      // A request that outlives its page may carry no more than 64 KB.
      const body = new FormData(form);
      const size = Object.values(fields).reduce((sum, value) => sum + value.length, 0);
      const response = await fetch(to, {
        method: 'POST',
        body,
        signal: way.signal,
        headers: { accept: 'application/json' },
        ...(leaving && size < 20_000 && { keepalive: true }),
      });
      if (response.redirected || response.status === 401) say(words.out);
      else if (!response.ok) {
        const reason = ((await response.json().catch(() => ({}))) as { detail?: string; message?: string }).message ?? String(response.status);
        say(words.refused.replace('{reason}', reason));
        wait = response.status >= 500 ? AGAIN : 0;
      } else {
        const { at } = (await response.json()) as { at: string };
        kept = fields;
        known = true;
        // The server has it: the browser keeps only what the server has not.
        if (same(now(), kept)) forget();
        say(words.saved.replace('{time}', clock(new Date(at), zone)));
      }
    } catch {
      if (sent) return;
      say(inBrowser(now()) ? words.browser.replace('{time}', clock(new Date(), zone)) : words.not);
      wait = AGAIN;
    }
    sending = false;
    if (!same(now(), kept) && (wait || same(fields, kept))) timer ??= setTimeout(() => void send(), wait || WAIT);
  };
  const typed = (): void => {
    const fields = now();
    if (same(fields, kept)) return;
    inBrowser(fields);
    if (!sending) {
      say(words.saving);
      // Not put off while somebody types on and on.
      timer ??= setTimeout(() => void send(), WAIT);
    }
  };
  form.addEventListener('input', typed);
  form.addEventListener('visual-input', typed);
  addEventListener('online', () => void send());
  addEventListener('pagehide', () => timer && void send(true));
  // What is sent is kept as what it was sent as; a draft that comes in after it would stand in the form again.
  form.addEventListener('submit', (event) => {
    if (!event.isTrusted || event.defaultPrevented) return;
    sent = true;
    clearTimeout(timer);
    timer = undefined;
    way.abort();
    if (!same(now(), kept)) inBrowser(now());
  });
  // Back on a form that did not get through.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    sent = false;
    sending = false;
    way = new AbortController();
    typed();
  });

  if (at) say(words.saved.replace('{time}', clock(new Date(at), zone)));
  let resting: Resting | undefined;
  try {
    resting = JSON.parse(localStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    forget();
  }
  if (!resting) return;
  // What rests here reached no server: it is offered, never put over anything.
  // It was sent, and the hub let its draft go: it was taken.
  if (same(resting.fields, kept) || (resting.sent && !at)) {
    forget();
    return;
  }
  const bring = Object.assign(document.createElement('button'), { type: 'button', className: 'btn', textContent: words.bring });
  const drop = Object.assign(document.createElement('button'), { type: 'button', className: 'btn', textContent: words.drop });
  const offer = Object.assign(document.createElement('p'), { className: 'picks' });
  offer.setAttribute('role', 'status');
  offer.append(
    words.here.replace('{time}', new Date(resting.at).toLocaleString(document.documentElement.lang.replace(/-XB$/, ''), zone ? { timeZone: zone } : {})),
    bring,
    drop,
  );
  const { fields } = resting;
  bring.addEventListener('click', () => {
    for (const name of FIELDS) {
      const field = fieldOf(name);
      if (field && fields[name] !== undefined) field.value = fields[name];
    }
    offer.remove();
    changed();
    typed();
  });
  drop.addEventListener('click', () => {
    forget();
    offer.remove();
  });
  form.prepend(offer);
}
