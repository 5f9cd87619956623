type Suggestion = { title: string; url: string; where?: string };

const dialog = document.getElementById('palette') as HTMLDialogElement | null;
const input = dialog?.querySelector('input');
const list = dialog?.querySelector('ul');
const none = dialog?.querySelector<HTMLElement>('[data-none]');
const rooms = [...(list?.children ?? [])];
let asked = 0;

function options(): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[role=option]') ?? [])];
}

function choose(at: number): void {
  const all = options();
  all.forEach((option, index) => {
    const on = index === at;
    option.id = `palette-${index}`;
    option.setAttribute('aria-selected', String(on));
    option.firstElementChild?.classList.toggle('on', on);
    if (on) option.scrollIntoView({ block: 'nearest' });
  });
  if (all[at]) input?.setAttribute('aria-activedescendant', `palette-${at}`);
  else input?.removeAttribute('aria-activedescendant');
}

function show(found: Suggestion[] | undefined): void {
  const items = found?.map(({ title, url, where }) => {
    const option = document.createElement('li');
    const link = document.createElement('a');
    option.setAttribute('role', 'option');
    link.href = url;
    link.tabIndex = -1;
    link.append(title);
    if (where) link.append(Object.assign(document.createElement('span'), { className: 'quiet small', textContent: where }));
    option.append(link);
    return option;
  });
  list?.replaceChildren(...(items ?? rooms));
  if (none) none.hidden = !items || items.length > 0;
  choose(items?.length === 0 ? -1 : 0);
}

async function suggest(text: string): Promise<void> {
  const mine = ++asked;
  if (!text) return show(undefined);
  const response = await fetch(`${dialog?.dataset['suggest']}?q=${encodeURIComponent(text)}`, { headers: { accept: 'application/json' } });
  const answer = response.ok ? ((await response.json()) as { items: Suggestion[] }) : { items: [] };
  // Only the answer to the latest question counts.
  if (mine === asked) show(answer.items);
}

/** It stands open; what was typed meanwhile is asked for. */
export function openPalette(): void {
  show(undefined);
  if (input?.value.trim()) void suggest(input.value.trim()).catch(() => show([]));
}

let timer: ReturnType<typeof setTimeout> | undefined;
input?.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(() => void suggest(input.value.trim()).catch(() => show([])), 120);
});
input?.addEventListener('keydown', (event) => {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute('aria-selected') === 'true');
  if (event.key === 'ArrowDown') choose((at + 1) % all.length);
  else if (event.key === 'ArrowUp') choose((at - 1 + all.length) % all.length);
  else if (event.key === 'Enter') {
    const link = all[at]?.querySelector('a');
    location.assign(link ? link.href : `${dialog?.dataset['search']}?q=${encodeURIComponent(input.value)}`);
  } else return;
  event.preventDefault();
});
// A click on the ground around it closes, as people expect.
dialog?.addEventListener('click', (event) => event.target === dialog && dialog.close());
