import { initials } from '../ui/initials.ts';
import { tlpColour } from '../ui/tlp.ts';
import { type Acts, writeActs, writePoll } from './acts.ts';
import { fillChips } from './chips.ts';
import { type Frame, onFrame, onResync } from './live.ts';
import { onSent } from './outbox.ts';
import { readUpTo } from './read.ts';
import { feature, fromTemplate, mountAll } from './registry.ts';
import { fetchPage, swapFrom } from './swap.ts';

type Content = Acts & {
  name: string | null;
  organization: string | null;
  number: number;
  marking: string | null;
  html: string;
  at: string;
  edited: boolean;
  gone: boolean;
  moderated?: boolean;
};

// Messages that arrive are written from their frame, without asking the server; whatever does not follow on is fetched once.
feature('conversation', (list) => {
  const thread = list.dataset['thread'] ?? '';
  const last = () => Number(list.dataset['last'] ?? 0);
  onFrame((frame) => {
    const content = frame.content as Content | undefined;
    // Its words are elsewhere now: the page says where, or that they went.
    if (frame.kind === 'thread.moved' && frame.subject_id === thread) location.reload();
    // Renamed, resolved, reopened: a line between the messages says so.
    if (/^thread\.re/.test(frame.kind) && frame.subject_id === thread && list.isConnected && list.dataset['latest']) return again(list);
    if (!list.isConnected || frame.data?.['thread_id'] !== thread || !content) return;
    if (frame.kind === 'message.posted' && content.poll && !document.getElementById(`m-${frame.subject_id}`) && list.dataset['latest']) return again(list);
    const there = document.getElementById(`m-${frame.subject_id}`);
    const me = list.dataset['me'];
    if (there) list.dataset['last'] = String(Math.max(last(), content.number));
    // Why it was removed is said in words, and those come with the page.
    if (there && content.moderated && list.dataset['latest']) return void again(list);
    if (there) return there.tagName === 'ARTICLE' ? change(there, frame, content, me) : undefined;
    if (frame.kind !== 'message.posted' || content.number <= last() || !list.dataset['latest']) return;
    if (content.number > last() + 1) return again(list);
    list.dataset['last'] = String(content.number);
    const follow = innerHeight + scrollY > document.documentElement.scrollHeight - 400;
    const article = write(frame, content, me);
    if (!article) return;
    // My own, heard before the answer to its form: it takes the place of the one on its way.
    const mine = list.querySelector('.waiting');
    const words = (element: Element) => (element.textContent ?? '').replace(/\s+/g, '');
    if (mine && words(article).includes(words(mine.lastElementChild ?? mine)) && words(mine).includes(words(article.querySelector('bdi') ?? article)))
      mine.remove();
    list.insertBefore(article, list.querySelector('.waiting'));
    mountAll(article);
    if (follow) article.scrollIntoView({ block: 'nearest' });
    readUpTo(thread, content.number);
  });
  const refresh = () => list.isConnected && list.dataset['latest'] && again(list);
  onResync(refresh);
  onSent(refresh);
});

// The message on its way, until the answer to its form replaces the list.
document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  const list = document.querySelector<HTMLElement>('[data-island~=conversation][data-latest]');
  const body = form.querySelector('textarea')?.value.trim();
  if (form.id !== 'compose' || !list || !body || !form.checkValidity() || list.querySelector('.waiting')) return;
  const article = fromTemplate('message-waiting');
  if (!article) return;
  article.classList.add('waiting');
  const text = document.createElement('p');
  text.textContent = body;
  article.append(text);
  list.append(article);
});

function write(frame: Frame, content: Content, me?: string): HTMLElement | undefined {
  const article = fromTemplate('message-frame');
  if (!article) return undefined;
  article.id = `m-${frame.subject_id}`;
  const seat = article.querySelector('.seat');
  if (seat) seat.textContent = initials(content.name ?? '');
  const [name, from] = article.querySelectorAll('bdi');
  if (name) name.textContent = content.name;
  if (content.organization && from) from.textContent = content.organization;
  else from?.parentElement?.remove();
  article.querySelector('time')?.setAttribute('datetime', content.at);
  const mark = article.querySelector('.tlp');
  if (content.marking && mark) {
    mark.className = `tlp ${tlpColour(content.marking)}`;
    mark.textContent = content.marking;
  } else mark?.remove();
  if (!content.edited) article.querySelector('.was')?.remove();
  say(article, content);
  void fillChips(article);
  writeActs(article, frame.subject_id, content, me);
  // Whether a circle or body of mine is meant, the next load knows.
  if (me && article.querySelector(`[data-at='person:${me}'],[data-at='channel:here']`) && frame.kind === 'message.posted') article.classList.add('named');
  return article;
}

// Rendered by the server, which lets no markup of a person through.
function say(article: HTMLElement, content: Content): void {
  if (!content.gone) {
    article.querySelector('form.says')?.insertAdjacentHTML('beforebegin', content.html);
    return;
  }
  article.querySelector('form.says')?.remove();
  const gone = fromTemplate(content.moderated ? 'message-removed' : 'message-gone');
  if (gone) {
    gone.textContent = gone.textContent?.replace('{name}', content.name ?? '') ?? '';
    article.append(gone);
  }
}

// My own act under my own message stays: the frame knows nothing of whose it is.
function change(article: HTMLElement, frame: Frame, content: Content, me?: string): void {
  if (frame.kind === 'message.posted') return;
  const next = write(frame, content, me);
  if (!next) return;
  for (const kept of article.querySelectorAll('a.ed,.acts,.poll')) {
    const form = next.querySelector('form.says');
    if (kept.matches('a')) form?.append(kept);
    else if (kept.matches('.poll')) content.gone || form?.before(kept);
    else form?.after(kept);
  }
  if (article.classList.contains('named')) next.classList.add('named');
  // Whoever was on a button of this message stays on it.
  const on = document.activeElement;
  const value = on instanceof HTMLButtonElement && article.contains(on) && on.closest('form.says') ? on.value : undefined;
  writePoll(next, content);
  article.replaceWith(next);
  mountAll(next);
  if (value) (next.querySelector<HTMLElement>(`button[value="${value}"]`) ?? next.querySelector<HTMLElement>('.more'))?.focus();
}

let fetching = false;
let behind: HTMLElement | undefined;
async function again(list: HTMLElement): Promise<void> {
  // What comes while the list is fetched may not be in it any more.
  behind = list;
  if (fetching) return;
  fetching = true;
  while (behind?.isConnected) {
    const wanted: HTMLElement = behind;
    behind = undefined;
    try {
      const { page, response } = await fetchPage(wanted.dataset['fromSrc'] ?? location.href);
      const next = page.getElementById(wanted.id);
      if (response.status >= 500) throw new Error(String(response.status));
      if (response.ok && next) {
        swapFrom(page, wanted);
        wanted.dataset['last'] = next.dataset['last'] ?? '0';
        if (document.hidden) readUpTo(wanted.dataset['thread'] ?? '', Number(wanted.dataset['last']));
      }
    } catch {
      // The line is down: nobody may write again for hours, so it is not left to the next frame.
      behind ??= wanted;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
  fetching = false;
}
