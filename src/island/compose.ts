import { tlpColour } from '../ui/tlp.ts';
import { feature } from './registry.ts';
import { fetchPage, swapFrom } from './swap.ts';
import { showLine } from './line.ts';
import { keepUnsent, waits } from './outbox.ts';

// Sends a form without leaving the page. The server-made retry key makes trying again safe; a refusal comes back as the page with the form's error.
feature('compose', (element) => {
  const form = element as HTMLFormElement;
  const body = form.querySelector('textarea');
  body?.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  const mark = form.querySelector<HTMLSelectElement>('.mk select');
  mark?.addEventListener('change', () => {
    mark.className = mark.value ? tlpColour(mark.value) || 'clear' : 'none';
  });
  form.addEventListener('submit', (event) => {
    if (!form.checkValidity()) return;
    event.preventDefault();
    const by = (event as SubmitEvent).submitter;
    const to = by?.hasAttribute('formaction') ? (by as HTMLButtonElement).formAction : form.action;
    const data = new FormData(form, by);
    // In order: behind what waits already.
    const down = !navigator.onLine || form.hasAttribute('data-down');
    form.removeAttribute('data-down');
    if ((down || waits(form)) && keepUnsent(form, data, to)) return showLine(!down);
    void send(form, data, 0, to);
  });
});

async function send(form: HTMLFormElement, data: FormData, attempt: number, to: string): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>('button:not([type=button])');
  form.setAttribute('aria-busy', 'true');
  if (button) button.disabled = true;
  try {
    const { page, response } = await fetchPage(to, {
      method: 'POST',
      body: data,
      // On a line that hangs, words wait; a file may take its time.
      ...([...data].some(([, value]) => typeof value !== 'string' && value.size) ? {} : { signal: AbortSignal.timeout(20_000) }),
    });
    if (response.status >= 500 && response.status !== 501) throw new Error(String(response.status));
    showLine(true);
    // Another place (a new thread, a sign-in): go there as the browser would have.
    const { pathname, searchParams } = new URL(response.url);
    const other = pathname !== location.pathname || searchParams.get('thread') !== new URLSearchParams(location.search).get('thread');
    if (response.redirected && other) return location.assign(response.url);
    swapFrom(page);
    const next = form.id ? page.getElementById(form.id) : null;
    const error = next?.querySelector('.err');
    if (next && form.isConnected && !form.hasAttribute('data-swap')) refresh(form, next, error ? undefined : data);
    // Refused before the page was made: the sentence stands there alone, and what is typed stays here.
    if (!next && !response.ok) {
      form.querySelector('.err')?.remove();
      form.querySelector('textarea')?.after(document.importNode(page.querySelector('.err') ?? page.createTextNode(''), true));
    }
  } catch {
    showLine(false);
    if (!keepUnsent(form, data, to)) {
      setTimeout(() => void send(form, data, attempt + 1, to), Math.min(30_000, 1_000 * 2 ** attempt));
      return;
    }
  }
  form.removeAttribute('aria-busy');
  if (button) button.disabled = false;
}

// The sent form takes the fresh key and the error of the new one; what is typed leaves only when it was accepted.
function refresh(form: HTMLFormElement, next: Element, accepted?: FormData): void {
  const key = form.querySelector<HTMLInputElement>('[name=retry_key]');
  const fresh = next.querySelector<HTMLInputElement>('[name=retry_key]');
  if (key && fresh) key.value = fresh.value;
  form.querySelector('.err')?.remove();
  const body = form.querySelector('textarea');
  if (!accepted) body?.after(next.querySelector('.err') ?? '');
  // What was typed on while the line worked is the next message, not this one.
  else
    for (const field of [...form.elements].filter((each): each is HTMLInputElement =>
      /^(body|title|poll_options|send_at)$/.test((each as HTMLInputElement).name),
    ))
      if (field.value === accepted.get(field.name)?.toString().replaceAll('\r\n', '\n')) field.value = '';
  // Files that wait on the server stand in the list now; chosen still, they would go twice.
  const chosen = form.querySelector<HTMLInputElement>('[type=file]');
  if (chosen && (accepted || next.querySelector('.uploads li'))) chosen.value = '';
  const waiting = form.querySelector('.uploads');
  const wait = next.querySelector('.uploads');
  // Chosen meanwhile, and still on their way.
  if (waiting) wait?.append(...waiting.querySelectorAll('.up'));
  waiting?.replaceWith(wait ?? '');
  body?.focus();
}
