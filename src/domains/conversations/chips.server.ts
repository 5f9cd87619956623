import { fillPlaces, nameReferences, placesIn, type Reference, type ReferenceKind, referencesIn, writeReference } from '#lib/text/references.ts';
import { renderMessage } from '#lib/text/render-message.ts';
import {
  common_hidden_source,
  common_removed_bare,
  common_taken_back,
  talk_chip_change,
  talk_chip_control,
  talk_chip_hidden,
  talk_chip_message,
  talk_chip_page,
  talk_reference_quote,
  talk_reference_said,
} from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { getLocale } from '#paraglide/runtime.js';
import { splitLocale, to } from '#ui/locale.ts';
import { formatDay } from '#ui/time.ts';
import { tlpColour } from '#ui/tlp.ts';
import { BODY_LIMIT } from './model.ts';
import { listPlacedMessages, type PlacedMessage } from './queries.server.ts';

/** What a chip says of its subject, to a reader who may see it. */
export type Shown = { title: string; path: string };
/** How a room shows its subjects as chips, and finds one by its address; both with the reader's own eyes. */
export type ChipSource = { show(tx: Tx, ids: string[]): Promise<Map<string, Shown>>; find(tx: Tx, path: string): Promise<string | undefined> };

const sources = new Map<ReferenceKind, ChipSource>();
/** A room says how its kind of subject is shown in messages; called by the wiring. */
export function showChips(kind: 'page' | 'control' | 'change', source: ChipSource): void {
  sources.set(kind, source);
}

const LONGEST_QUOTE = 700;
const MOST = 20;
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
const word: Record<string, (of: { title: string }) => string> = {
  page: talk_chip_page,
  control: talk_chip_control,
  change: talk_chip_change,
  message: talk_chip_message,
};

/** What stands in the place of each of these references, for this reader: absent and not-theirs alike say nothing, in the same bytes. */
export async function showReferences(tx: Tx, references: Reference[]): Promise<(reference: Reference) => string> {
  const shown = new Map<string, string>();
  for (const kind of ['page', 'control', 'change'] as const) {
    const ids = [...new Set(references.filter((each) => each.kind === kind).map(({ id }) => id))];
    for (const [id, { title, path }] of ids.length ? ((await sources.get(kind)?.show(tx, ids)) ?? []) : [])
      shown.set(`${kind}:${id}`, `<a class="chip" href="${escaped(to(path))}"><bdi>${escaped(word[kind]!({ title }))}</bdi></a>`);
  }
  const messages = references.filter(({ kind }) => kind === 'message' || kind === 'quote').map((each) => each.id);
  for (const [id, message] of messages.length ? await followMoves(tx, [...new Set(messages)]) : []) {
    shown.set(
      `message:${id}`,
      `<a class="chip" href="${to(`/m/${id}`)}"><bdi>${escaped(talk_chip_message({ title: `${message.name ?? common_hidden_source()}, ${message.thread}` }))}</bdi></a>`,
    );
    shown.set(`quote:${id}`, quotation(message));
  }
  return ({ kind, id }) => shown.get(`${kind}:${id}`) ?? `<span class="chip none">${escaped(talk_chip_hidden())}</span>`;
}

/** These messages where they stand now: what moved with its thread is read in its new place. */
async function followMoves(tx: Tx, ids: string[]): Promise<Array<[string, PlacedMessage]>> {
  const found = await listPlacedMessages(tx, ids);
  const moved = found.flatMap(({ moved_to }) => moved_to ?? []);
  const there = moved.length ? await listPlacedMessages(tx, moved) : [];
  return found.map((each) => [each.id, there.find(({ id }) => id === each.moved_to) ?? each]);
}

/** Rendered messages with every reference as this reader may see it. */
export async function fillChips(tx: Tx, htmls: string[]): Promise<string[]> {
  // What stands after the twentieth in one message says nothing to anybody.
  const references = htmls.flatMap((html) => placesIn(html).slice(0, MOST));
  if (!references.length) return htmls;
  const show = await showReferences(tx, references);
  return htmls.map((html) => fillPlaces(html, show));
}

// The words of a quotation are never copied: they are read where they stand, with the label they have there, by whoever may.
function quotation(message: PlacedMessage): string {
  const name = message.name ?? common_hidden_source();
  const label = message.marking ? ` <b class="tlp ${tlpColour(message.marking)}" translate="no">${message.marking}</b>` : '';
  const cut = message.body.length > LONGEST_QUOTE ? `${message.body.slice(0, LONGEST_QUOTE)} …` : message.body;
  const words = message.deleted_at
    ? `<p class="gone">${escaped(message.moderated_as ? common_removed_bare() : common_taken_back({ name }))}</p>`
    : fillPlaces(renderMessage(cut), () => '<span class="chip none">…</span>');
  return `<blockquote class="quoted"><p class="small"><a href="${to(`/m/${message.id}`)}"><b><bdi>${escaped(name)}</bdi></b></a>${label}</p>${words}</blockquote>`;
}

const ADDRESS = /(?<![\w(<"'[/])https?:\/\/[^\s<>()[\]"'`]+/g;
const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;

const outsideCode = (body: string, change: (part: string) => string): string =>
  body
    .split(CODE)
    .map((part, i) => (i % 2 ? part : change(part)))
    .join('');

/** A source as its own writer changes it: the references in it are called as this writer sees them. Of a message above GREEN only the label is told, since a browser may keep what is typed. */
export async function readableReferences(tx: Tx, body: string): Promise<string> {
  const references = referencesIn(body).slice(0, MOST);
  if (!references.length) return body;
  const names = new Map<string, string>();
  for (const kind of ['page', 'control', 'change'] as const) {
    const ids = [...new Set(references.filter((each) => each.kind === kind).map(({ id }) => id))];
    for (const [id, { title }] of ids.length ? ((await sources.get(kind)?.show(tx, ids)) ?? []) : []) names.set(`${kind}:${id}`, word[kind]!({ title }));
  }
  const messages = references.filter(({ kind }) => kind === 'message' || kind === 'quote').map((each) => each.id);
  for (const [id, message] of messages.length ? await followMoves(tx, [...new Set(messages)]) : []) {
    const open = message.marking === null || message.marking === 'TLP:CLEAR' || message.marking === 'TLP:GREEN';
    const day = formatDay(message.created_at.toISOString(), getLocale());
    const said = open ? talk_reference_said({ name: message.name ?? common_hidden_source(), day }) : message.marking!;
    names.set(`message:${id}`, talk_chip_message({ title: said })).set(`quote:${id}`, talk_reference_quote({ said }));
  }
  const readable = outsideCode(body, (part) => nameReferences(part, ({ kind, id }) => names.get(`${kind}:${id}`)));
  return readable.length > BODY_LIMIT ? body : readable;
}

/** Bare addresses of this hub become references, where the writer may see what stands there; others stay as typed. What a reference is called for its writer is not kept: not every reader may know. */
export async function resolveReferences(tx: Tx, typed: string): Promise<string> {
  const { origin } = new URL(config().url);
  const body = outsideCode(typed, (part) => nameReferences(part));
  if (!body.includes(origin)) return body;
  const parts = body.split(CODE);
  const found = new Map<string, string>();
  for (const url of new Set(parts.flatMap((part, i) => (i % 2 ? [] : (part.match(ADDRESS) ?? []).filter((one) => one.startsWith(`${origin}/`))))).values()) {
    if (found.size >= MOST) break;
    const reference = await referenceTo(tx, url.replace(/[.,;:!?]+$/, ''));
    if (reference) found.set(url.replace(/[.,;:!?]+$/, ''), writeReference(reference));
  }
  return parts
    .map((part, i) =>
      i % 2
        ? part
        : part.replace(ADDRESS, (url) => {
            const bare = url.replace(/[.,;:!?]+$/, '');
            const reference = found.get(bare);
            return reference ? reference + url.slice(bare.length) : url;
          }),
    )
    .join('');
}

async function referenceTo(tx: Tx, url: string): Promise<Reference | undefined> {
  if (!URL.canParse(url)) return undefined;
  const { pathname, hash } = new URL(url);
  const id =
    /^#m-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(hash)?.[1] ??
    /^\/m\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(splitLocale(pathname).path)?.[1];
  if (id) return (await listPlacedMessages(tx, [id]))[0] && { kind: 'message', id };
  for (const [kind, source] of sources) {
    const one = await source.find(tx, decodeURI(splitLocale(pathname).path));
    if (one) return { kind, id: one };
  }
  return undefined;
}
