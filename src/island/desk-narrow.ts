import { fetchPage } from './swap.ts';

/** What is typed narrows a list of boxes below: the page is asked anew with it and with what is ticked, and the list takes the place of the old one. */
export function narrow(field: HTMLInputElement): void {
  const list = () => document.getElementById(field.dataset['narrows'] ?? '');
  const ticked = () => [...(list()?.querySelectorAll<HTMLInputElement>(':checked') ?? [])].map(({ value }) => value);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    const wanted = new URLSearchParams([['q', field.value], ...ticked().map((value) => ['to', value])]);
    const found = await fetchPage(`${location.pathname}?${wanted}`).catch(() => undefined);
    const into = list();
    const next = into && found?.page.getElementById(into.id);
    if (!found?.response.ok || mine !== asked || !next) return;
    const on = new Set(ticked());
    into.replaceWith(document.importNode(next, true));
    for (const box of list()?.querySelectorAll<HTMLInputElement>('input') ?? []) box.checked = on.has(box.value);
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), 200);
  };
  field.addEventListener('input', soon);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    clearTimeout(timer);
    void ask();
  });
  const button = field.parentElement?.querySelector('button');
  if (button) button.hidden = true;
  if (field.value !== field.defaultValue) soon();
}
