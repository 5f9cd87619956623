import { feature } from './registry.ts';

const PREFIX = 'indaba-draft:';
const OPEN = new Set(['TLP:CLEAR', 'TLP:GREEN']);

/** May these words rest in the browser's storage? Only under CLEAR or GREEN, or unmarked where nothing higher is possible. */
function mayRest(form: HTMLFormElement): boolean {
  const mark = form.querySelector<HTMLSelectElement>('.mk select');
  if (!mark) return false;
  return mark.value ? OPEN.has(mark.value) : [...mark.options].every((option) => !option.value || OPEN.has(option.value));
}

// What was typed and not sent is there again after a reload, for marks that may lie about.
feature('draft', (element) => {
  const form = element as HTMLFormElement;
  const body = form.querySelector('textarea');
  if (!body || body.value) return;
  const key = PREFIX + location.pathname + location.search;
  try {
    if (mayRest(form)) body.value = localStorage.getItem(key) ?? '';
    form.addEventListener('input', () => (mayRest(form) && body.value ? localStorage.setItem(key, body.value) : localStorage.removeItem(key)));
    form.addEventListener('submit', () => localStorage.removeItem(key));
  } catch {
    // No storage in this browser: then no draft.
  }
});

// Whoever leaves takes the drafts along.
document.addEventListener('submit', (event) => {
  if (!/signout|sign-out/.test((event.target as HTMLFormElement).action)) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});
