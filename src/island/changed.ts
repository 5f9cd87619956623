import { onFrame, onRead, onResync, subjectsOf } from './live.ts';
import { fromTemplate } from './registry.ts';
import { fetchPage, swapFrom } from './swap.ts';

/**
 * `data-live="conversation:<id>"` on a part with an id: it is fetched again when a frame touches that subject; `channel` is any of that kind, `*` any at all,
 * `read` what I have read elsewhere.
 * `data-live-of="thread"`: only when the frame is about the subject itself, not about something in it.
 * `data-changed="page:<id>"`: the reader is told that the text has changed; text under somebody's eyes is never swapped.
 */
const stale = new Set<Element>();
let timer: ReturnType<typeof setTimeout> | undefined;
let busy = false;

function touched(attribute: string, subjects: string[]): Element[] {
  return [...document.querySelectorAll(`[${attribute}]`)].filter((element) =>
    (element.getAttribute(attribute) ?? '')
      .split(' ')
      .some((wanted) => wanted === '*' || subjects.some((subject) => subject === wanted || subject.startsWith(`${wanted}:`))),
  );
}

async function refresh(): Promise<void> {
  if (busy) return later();
  busy = true;
  // What was swapped while it was fetched is another element now, and may lack what came meanwhile.
  const parts = [...stale].flatMap((part) => (part.isConnected ? part : (document.getElementById(part.id) ?? [])));
  stale.clear();
  try {
    const sources = new Map<string, Element[]>();
    for (const part of parts) {
      const from = part.getAttribute('data-live-src') ?? location.href;
      sources.set(from, [...(sources.get(from) ?? []), part]);
    }
    for (const [from, wanted] of sources) {
      const { page, response } = await fetchPage(from);
      if (response.ok) for (const part of wanted) swapFrom(page, part);
    }
  } catch {
    for (const part of parts) stale.add(part);
    later(2_000);
  }
  busy = false;
}

function later(wait = 60): void {
  clearTimeout(timer);
  timer = setTimeout(() => void refresh(), wait);
}

onFrame((frame) => {
  const subjects = subjectsOf(frame);
  for (const part of touched('data-live', subjects)) {
    const of = part.getAttribute('data-live-of');
    if (!of || of === frame.subject_kind) stale.add(part);
  }
  // A part that hears much can wait: it shows sums, not words.
  if (stale.size) later([...stale].every((part) => !part.getAttribute('data-live')?.includes(':')) ? 2_000 : 60);
  if (touched('data-changed', subjects).length) tell();
});

onRead(() => {
  for (const part of touched('data-live', ['read:'])) stale.add(part);
  if (stale.size) later(1_000);
});

function tell(): void {
  if (document.querySelector('.strip.changed')) return;
  const strip = fromTemplate('changed');
  strip?.classList.add('changed');
  if (strip) document.body.prepend(strip);
}

// What changed between the making of this page and the opening of the stream had no frame: the server is asked which version stands.
async function compare(element: HTMLElement): Promise<void> {
  const response = await fetch(element.dataset['versionSrc'] ?? '').catch(() => undefined);
  if (response?.ok && (await response.text()) !== element.dataset['version']) tell();
}

onResync(() => {
  for (const part of document.querySelectorAll('[data-live]')) stale.add(part);
  if (stale.size) later();
  for (const element of document.querySelectorAll<HTMLElement>('[data-version-src]')) void compare(element);
});
