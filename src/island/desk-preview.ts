/** While somebody writes Markdown, the same renderer that makes the page shows it beside the field; a line that is down leaves the last preview. */
export function preview(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLTextAreaElement>('textarea[name=text]');
  const shown = form.querySelector('#preview');
  const from = form.dataset['preview'];
  if (!field || !shown || !from) return;
  for (const button of form.querySelectorAll<HTMLElement>('[data-preview-act]')) button.hidden = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const show = async (): Promise<void> => {
    const mine = ++asked;
    const wanted = new FormData();
    for (const name of ['text', 'control', 'page_title']) {
      const from = form.elements.namedItem(name) as HTMLInputElement | null;
      if (from) wanted.set(name, from.value);
    }
    const response = await fetch(from, { method: 'POST', body: wanted }).catch(() => undefined);
    if (!response?.ok) return;
    const html = await response.text();
    if (mine === asked) shown.innerHTML = html;
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void show(), 500);
  });
  // Leaving by accident would lose what was typed.
  let sent = false;
  form.addEventListener('submit', () => {
    sent = true;
  });
  const before = new FormData(form);
  addEventListener('beforeunload', (event) => {
    const now = new FormData(form);
    if (!sent && ['text', 'title', 'reason', 'page_title', 'page_description', 'page_sources'].some((name) => now.get(name) !== before.get(name)))
      event.preventDefault();
  });
}
