import { showLine } from './line.ts';
import { feature, mountAll } from './registry.ts';
import { fetchPage } from './swap.ts';

export type Acts = {
  reactions?: { emoji: string; by: string[]; names: string[] }[];
  pinned?: boolean;
  poll?: { voters: number; options: { votes: number; names: string[] | null }[] };
};

/** Writes who reacted under a message; the same as the page has it. */
export function writeActs(article: Element, id: string, { reactions = [], pinned }: Acts, me?: string): void {
  const form = article.querySelector<HTMLFormElement>('form.says');
  const more = form?.querySelector<HTMLAnchorElement>('.more');
  if (!pinned) article.querySelector('.pin')?.remove();
  if (!form || !more) return;
  for (const [element, name] of [
    [form, 'action'],
    [more, 'href'],
    [article.querySelector('.was'), 'href'],
  ] as const)
    element?.setAttribute(name, (element.getAttribute(name) ?? '').replace('{id}', id).replace('%7Bid%7D', id));
  for (const old of form.querySelectorAll('button')) old.remove();
  for (const { emoji, by, names } of reactions) {
    const button = Object.assign(document.createElement('button'), {
      name: 'emoji',
      value: emoji,
      title: names.join(', '),
      textContent: `${emoji} ${by.length}`,
    });
    button.setAttribute('aria-pressed', String(by.includes(me ?? '-')));
    button.append(Object.assign(document.createElement('span'), { className: 'vh', textContent: ` ${names.join(', ')}` }));
    more.before(button);
  }
}

/** Writes new numbers into a poll; what I chose stays as I see it. */
export function writePoll(article: Element, { poll }: Acts): void {
  const options = article.querySelectorAll('.poll li');
  poll?.options.forEach(({ votes, names }, i) => {
    const meter = options[i]?.querySelector('meter');
    if (meter) [meter.max, meter.value] = [Math.max(1, poll.voters), votes];
    for (const [part, text] of [
      ['.votes', String(votes)],
      ['.names', names?.join(', ') ?? ''],
    ] as const) {
      const element = options[i]?.querySelector(part);
      if (element) element.textContent = text;
    }
  });
  const voters = article.querySelector('.voters');
  if (poll && voters) voters.textContent = String(poll.voters);
}

// Everything else one can do with a message is on a page of its own; its acts are brought here when somebody asks for them.
feature('more', (element) => {
  const link = element as HTMLAnchorElement;
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const form = link.closest('form');
    event.preventDefault();
    const there = form?.nextElementSibling;
    if (there?.classList.contains('acts')) return void there.remove();
    void fetchPage(link.href).then(
      ({ page }) => {
        const acts = page.getElementById('acts');
        if (!acts || !form) return location.assign(link.href);
        const copy = document.importNode(acts, true);
        copy.removeAttribute('id');
        form.after(copy);
        mountAll(copy);
        copy.querySelector<HTMLElement>('button,a')?.focus();
        copy.addEventListener('keydown', (key) => {
          if (key.key !== 'Escape') return;
          copy.remove();
          link.focus();
        });
      },
      () => location.assign(link.href),
    );
  });
});

// A reaction, a pin, something saved: sent without leaving the page. What it changes comes back as a frame, to me as to everybody.
document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  const at = form.closest('.msg');
  if (!at || !/\/about\?\//.test(form.action)) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const menu = form.closest('.acts');
  void fetch(form.action, { method: 'POST', body: data, redirect: 'manual', credentials: 'same-origin' }).then(
    () => {
      at.querySelector<HTMLElement>('.more')?.focus();
      menu?.remove();
    },
    () => showLine(false),
  );
});
