import { getLocale } from '#paraglide/runtime.js';
import {
  library_discuss_count,
  library_discuss_part,
  library_hint_danger,
  library_hint_info,
  library_hint_success,
  library_hint_warning,
  library_note_back,
  library_notes,
  library_table,
} from '#paraglide/messages.js';
import type { Tx } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { aroundWritten, attributesOf, boxed } from '#ui/written.ts';
import { listAssets } from './assets.server.ts';
import type { Page, Space } from './queries.server.ts';
import type { BlockId } from './text/block-ids.ts';
import { noteLabels, splitBlocks } from './text/blocks.ts';
import { splitPage } from './text/page.ts';
import { type BlockTalk, type ControlFacts, type RenderOptions, renderPage, type TocEntry } from './text/render-page.ts';
import { withoutNames } from './text/rendered-diff.ts';

export type PageText = { html: string; toc: TocEntry[]; words: number; sources: string[]; licence: string; sourceUrl: string };

/** How many messages were said about each part of a page (by the id of the block), and about each control on it (by its code). */
export type PartCounts = { parts: ReadonlyMap<string, number>; controls: ReadonlyMap<string, number> };

/** The address of a page. */
export const pageAddress = (space: string, path: string): string => to(`/library/${space}/${path}`);

/** Where a text stands; in an edition its pictures are those of then, and links to pages that the edition holds stay within it. */
type Where = { space: Pick<Space, 'id' | 'slug'>; path: string; edition?: { id: string; link: (href: string) => string | null } };

/** What a text of this page needs to be rendered: its pictures, its links, what stands under its controls, the words around it. */
async function optionsFor(tx: Tx, { space, path, edition }: Where, body: string, facts: ReadonlyMap<string, ControlFacts>): Promise<RenderOptions> {
  const assets = await listAssets(tx, space.id, body, edition?.id);
  return {
    control: (slug) => facts.get(slug),
    asset: (src) => assets(src, path),
    link: edition?.link ?? ((href) => innerLink(href, space.slug, path)),
    words: {
      hint: { info: library_hint_info(), warning: library_hint_warning(), success: library_hint_success(), danger: library_hint_danger() },
      table: library_table(),
      notes: library_notes(),
      back: (place) => library_note_back({ place }),
    },
    around: attributesOf(aroundWritten()),
  };
}

/**
 * The text of a page in the markup readers get. `facts` are what stands under each control of it; the library itself
 * knows only where a control stands, so whoever knows more hands it in.
 */
export async function readText(
  tx: Tx,
  space: Pick<Space, 'id' | 'slug' | 'licence' | 'sources'>,
  page: { path: string; revision: Pick<NonNullable<Page['revision']>, 'text' | 'blocks'> | null },
  facts: ReadonlyMap<string, ControlFacts>,
  member = true,
  counts?: PartCounts,
  edition?: Where['edition'],
): Promise<PageText> {
  const { front, body } = splitPage(page.revision?.text ?? '');
  const rendered = renderPage(body, {
    ...(await optionsFor(tx, { space, path: page.path, ...(edition && { edition }) }, body, facts)),
    // Headings and controls have names to jump to; only members, whose talk hangs on blocks, need their ids as well.
    blockIds: member ? (page.revision?.blocks ?? []) : quietIds(page.revision?.blocks ?? [], body),
    reserved: ['origin'],
    talk: counts && ((block, control) => talkOf(counts, pageAddress(space.slug, page.path), block, control)),
  });
  const url = front.source_url ?? '';
  return {
    ...rendered,
    html: boxed(rendered.html),
    sources: front.sources ?? space.sources,
    licence: front.licence ?? space.licence,
    sourceUrl: /^https?:\/\//.test(url) ? url : '',
  };
}

/** How single blocks of these texts look to readers, without names to jump to: several of them, or two states of one, share a screen. */
export async function blockRenderer(
  tx: Tx,
  where: Where,
  texts: readonly string[],
  facts: ReadonlyMap<string, ControlFacts>,
): Promise<(block: string) => string> {
  const options = await optionsFor(tx, where, texts.join('\n'), facts);
  // A link may be explained elsewhere on the page.
  const bodies = texts.map((text) => splitPage(text).body);
  const definitions = bodies.flatMap((body) => splitBlocks(body).flatMap(({ kind, text }) => (kind === 'definition' ? [text.trim()] : [])));
  const notes = new Map(bodies.flatMap((body) => [...noteLabels(body)]));
  return (block) => withoutNames(renderPage([block, ...definitions].join('\n\n'), { ...options, notes }).html.trim());
}

/** A control has a conversation of its own, every other block one within that of its page. */
function talkOf({ parts, controls }: PartCounts, page: string, block: string, control?: ControlFacts): BlockTalk {
  const count = (control?.href ? controls.get(control.code) : parts.get(block)) ?? 0;
  const label = count ? library_discuss_count({ count }) : library_discuss_part();
  return { href: control?.href ? `${control.href}#talk` : `${page}/talk?part=${block}#talk`, count, label };
}

function quietIds(blocks: readonly BlockId[], body: string): string[] {
  const kinds = splitBlocks(body).map((block) => block.kind);
  return blocks.map(({ id }, i) => (kinds[i] === 'heading' || kinds[i] === 'control' ? '' : id));
}

/** Turns what an author wrote into an address of this hub in the reader's language; foreign addresses are left alone. */
export function innerLink(href: string, space: string, path: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:|^\/\/|^#/i.test(href)) return null;
  const base = `http://hub/library/${space}/${path}`;
  if (!URL.canParse(href, base)) return null;
  const { pathname, search, hash } = new URL(href, base);
  return to(pathname.replace(/(?:\/README)?\.md$/i, ''), getLocale()) + search + hash;
}
