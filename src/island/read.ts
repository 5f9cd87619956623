import { onFrame, onPosition, onRead, onResync, sayRead } from './live.ts';
import { feature } from './registry.ts';
import { zone } from './zone.ts';
import { fetchPage, swapFrom } from './swap.ts';

type Numbers = { items: { of: string; count: number; words: string }[] };
const waiting = new Map<string, number>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells the server how far a thread was read, once it has been seen; a page in the background has not been seen. */
export function readUpTo(thread: string, number: number): void {
  waiting.set(thread, number);
  clearTimeout(timer);
  timer = setTimeout(() => void tell(), 600);
}

async function tell(): Promise<void> {
  if (document.visibilityState !== 'visible') return;
  for (const [thread, number] of waiting) {
    waiting.delete(thread);
    const body = new URLSearchParams({ id: thread, number: String(number) });
    await fetch(`${location.pathname}?/read`, { method: 'POST', body, headers: { accept: 'application/json' } }).catch(() => waiting.set(thread, number));
  }
  sayRead();
  soon();
}

// The numbers of what is unread: asked for at most once in a second, for all of them together.
let asking: ReturnType<typeof setTimeout> | undefined;
const soon = (): void => void (asking ??= setTimeout(() => void ask(), 1_000));
async function ask(): Promise<void> {
  asking = undefined;
  if (!document.querySelector('[data-unread]') || document.visibilityState !== 'visible') return;
  const of = document.querySelector<HTMLElement>('[data-threads-of]')?.dataset['threadsOf'];
  const response = await fetch(`/channels/unread${of ? `?conversation=${of}` : ''}`, { headers: { accept: 'application/json' } }).catch(() => undefined);
  if (!response) return void setTimeout(soon, 5_000);
  if (!response.ok) return;
  for (const { of, count, words } of ((await response.json()) as Numbers).items) {
    for (const element of document.querySelectorAll<HTMLElement>(`[data-unread="${of}"]`)) {
      const [number, text] = element.children;
      if (number) number.textContent = String(count);
      if (text) text.textContent = words;
      element.hidden = count === 0;
    }
  }
}

let swapping: ReturnType<typeof setTimeout> | undefined;
let due = 0;
let unseen = false;
function lists(wait: number): void {
  const at = Date.now() + wait;
  if (swapping && due <= at) return;
  clearTimeout(swapping);
  due = at;
  swapping = setTimeout(() => {
    swapping = undefined;
    unseen = document.hidden;
    fetchPage(location.href).then(
      ({ page, response }) => response.ok && document.querySelectorAll('[data-threads-of]').forEach((list) => void swapFrom(page, list)),
      () => lists(2_000),
    );
  }, wait);
}

let listening = false;
feature('unread-numbers', () => {
  if (listening) return;
  listening = true;
  onFrame((frame) => {
    if (/^message\.(posted|taken)/.test(frame.kind)) soon();
    const list = document.querySelector<HTMLElement>(`[data-threads-of="${String(frame.data?.['conversation_id'] ?? '')}"]`);
    // What stands in a list of threads moves with every message, too: the latest stands first.
    if (list?.id) lists(frame.kind.startsWith('thread.') || 'all' in list.dataset ? 60 : 2_000);
  });
  onResync(soon);
  onRead(soon);
  // A hint that was lost on the way, or came while this window was hidden: whoever turns to it sees the numbers put right.
  addEventListener('focus', soon);
  document.addEventListener('visibilitychange', () => {
    void tell();
    soon();
    if (unseen && !document.hidden) lists(0);
  });
});

// "Everything up to 08:41:07 UTC": the page says how far it knows.
feature('upto', (element) => {
  const say = (at: string) => {
    const time = new Date(at).toLocaleTimeString('en-GB', { timeZone: zone });
    element.textContent = (element.dataset['words'] ?? '').replace('{time}', time).replace('{zone}', zone);
  };
  // The same clock as the list beside it.
  say(element.dataset['at'] ?? '');
  onPosition(say);
});
