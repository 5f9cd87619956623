import { feature } from './registry.ts';

const PREFIX = 'indaba-draft:';
const OPEN = new Set(['TLP:CLEAR', 'TLP:GREEN']);

/** May these words rest in the browser's storage? Only under CLEAR or GREEN, or unmarked where nothing higher is possible. */
function mayRest(form: HTMLFormElement): boolean {
  const mark = form.querySelector<HTMLSelectElement>('.mk select');
  if (!mark) return false;
  return mark.value ? OPEN.has(mark.value) : [...mark.options].every((option) => !option.value || OPEN.has(option.value));
}

// What was typed and not sent is there again, on every device: kept on the server, whatever its mark. In the browser rest only marks that may lie about, for a line that is down.
feature('draft', (element) => {
  const form = element as HTMLFormElement;
  const body = form.querySelector('textarea');
  if (!body) return;
  const kept = form.querySelector<HTMLInputElement>('[name=draft]');
  // Of this member: who signs in here next finds their own.
  const key = `${PREFIX}${document.querySelector<HTMLElement>('#line')?.dataset['me']}:${location.pathname}${location.search}`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const keep = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const data = new FormData();
    data.set('subject', form.dataset['keep'] ?? '');
    for (const name of ['thread_id', 'title', 'body', 'mark']) data.set(name, (form.elements.namedItem(name) as HTMLInputElement | null)?.value ?? '');
    if (kept) kept.value = 'kept';
    void fetch(form.dataset['keepAt'] ?? '', { method: 'POST', body: data, keepalive: true }).catch(() => undefined);
  };
  try {
    if (!body.value && mayRest(form)) body.value = localStorage.getItem(key) ?? '';
    form.addEventListener('input', () => {
      if (mayRest(form) && body.value) localStorage.setItem(key, body.value);
      else localStorage.removeItem(key);
      clearTimeout(timer);
      if (form.dataset['keep']) timer = setTimeout(keep, 1_500);
    });
    form.addEventListener('submit', () => {
      clearTimeout(timer);
      timer = undefined;
      localStorage.removeItem(key);
    });
    addEventListener('pagehide', () => timer && keep());
  } catch {
    // No storage in this browser: then no draft.
  }
});

// Whoever leaves takes the drafts along.
document.addEventListener('submit', (event) => {
  if (!/signout|sign-out/.test((event.target as HTMLFormElement).action)) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});
