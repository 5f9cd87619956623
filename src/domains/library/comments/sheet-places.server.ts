import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { BlockId } from '../text/block-ids.ts';
import type { MakeComment } from './model.ts';

type Found = { subject: MakeComment['subject']; block: string | null };
/** Finds what a cell means, or says why not. */
export type PlaceIndex = (place: string) => Found | 'place_unknown' | 'place_several';

type Page = { id: string; path: string; title: string; blocks: BlockId[] | null };
type Control = { id: string; slug: string; number: string | null; title: string; aliases: string[] };
const even = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();

/** What places of a space are called: `[slug]`, `[#block]`, `[/path]`, `[request 4]` as the hub writes them; else a control's number, slug or title, a page's title or path, a block's id. */
export async function indexPlaces(tx: Tx, space: string, places: readonly string[]): Promise<PlaceIndex> {
  const { rows: pages } =
    await sql<Page>`select p.id, p.path, p.title, r.blocks from app.pages p left join app.revisions r on r.id = p.revision_id where p.space_id = ${space} and p.retired_at is null`.execute(
      tx,
    );
  const { rows: controls } =
    await sql<Control>`select c.id, c.slug, c.number, c.title, array(select a.value from app.control_aliases a where a.control_id = c.id) as aliases
    from app.controls c where c.space_id = ${space} and c.retired_at is null`.execute(tx);
  const numbers = places.flatMap((place) => requestIn(place) ?? []);
  const { rows: requests } = await sql<{
    id: string;
    number: number;
  }>`select id, number from app.change_requests where space_id = ${space} and number = any(${numbers}::int[])`.execute(tx);
  const names = new Map<string, Found[]>();
  const put = (name: string | null, found: Found) => {
    if (name)
      names.set(even(name), [...(names.get(even(name)) ?? []).filter(({ subject, block }) => subject.id !== found.subject.id || block !== found.block), found]);
  };
  for (const { id, path, title, blocks } of pages) {
    const subject = { kind: 'page' as const, id };
    for (const name of [path, `[/${path}]`, title]) put(name, { subject, block: null });
    for (const block of blocks ?? []) for (const name of [block.id, `#${block.id}`, `[#${block.id}]`]) put(name, { subject, block: block.id });
  }
  for (const { id, slug, number, title, aliases } of controls) {
    const found = { subject: { kind: 'control' as const, id }, block: null };
    for (const name of [slug, `[${slug}]`, number, title, ...aliases, ...(number ? [`${number} ${title}`] : [])]) put(name, found);
  }
  for (const { id, number } of requests)
    for (const name of [`request ${number}`, `[request ${number}]`]) put(name, { subject: { kind: 'change_request', id }, block: null });
  return (place) => {
    const bracket = /\[[^[\]]+\]\s*$/.exec(place)?.[0];
    const found = (bracket && names.get(even(bracket))) || names.get(even(place));
    return !found ? 'place_unknown' : found.length > 1 ? 'place_several' : found[0]!;
  };
}

function requestIn(place: string): number | undefined {
  const number = /\brequest (\d{1,9})\]?\s*$/i.exec(place)?.[1];
  return number ? Number(number) : undefined;
}
