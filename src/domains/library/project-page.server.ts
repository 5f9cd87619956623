import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { searchLexemes } from './search-text.ts';
import { newId, shortId } from '#platform/ids.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { knownNumber } from './model.ts';
import { parseControls, type ParsedControl } from './text/controls.ts';
import { splitPage } from './text/page.ts';

export type ProjectedPage = { id: string; revision_id: string; audience_id: number; space_id: string; space_slug: string; text: string };

/**
 * Makes a revision the text of its page: reads title, description, group and controls out of it and writes them to the registry, in the transaction that merges it.
 * A control keeps its record by its slug, whatever page of the space it stands on; one that is gone is retired, never removed.
 */
export async function projectPage(tx: Tx, page: ProjectedPage): Promise<void> {
  const { front, body } = splitPage(page.text);
  const group = front.group ?? null;
  await tx
    .updateTable('app.pages')
    .set({ title: front.title ?? '', description: front.description ?? '', group_key: group, revision_id: page.revision_id })
    .where('id', '=', page.id)
    .execute();
  await putSearch(tx, 'page', page.id, [front.title ?? '', front.description ?? '', body].join('\n\n'));

  const { controls } = parseControls(body);
  const known = await readKnown(
    tx,
    page.space_id,
    controls.map(({ slug }) => slug),
  );
  for (const [position, control] of controls.entries())
    await projectControl(tx, page, control, columnsOf(control, page, position, group), known.get(control.slug));
  await retireControls(tx, page.id, new Set(controls.map((control) => control.slug)));
}

type Known = Record<string, unknown> & { id: string; retired_at: Date | null; aliases: string[] };

/** What the registry says of these controls of a space. */
async function readKnown(tx: Tx, spaceId: string, slugs: readonly string[]): Promise<Map<string, Known>> {
  if (!slugs.length) return new Map();
  const { rows } = await sql<Known & { slug: string }>`
    select c.*, array(select a.scheme || ':' || a.value from app.control_aliases a where a.control_id = c.id) as aliases from app.controls c
    where c.space_id = ${spaceId} and c.slug = any(${[...slugs]}::text[])`.execute(tx);
  return new Map(rows.map((row) => [row.slug, row]));
}

/** Writes what is not there yet: on a long page most controls are as they were, and each statement is checked by policies. */
async function projectControl(
  tx: Tx,
  page: ProjectedPage,
  control: ParsedControl,
  values: ReturnType<typeof columnsOf>,
  known: Known | undefined,
): Promise<void> {
  const id = known?.id ?? newId();
  const written = (name: string, value: unknown) => (name === 'parameters' ? value : JSON.stringify(value));
  const stands = known && known.retired_at === null && Object.entries(values).every(([name, value]) => written(name, value) === JSON.stringify(known[name]));
  const aliases = [...new Map(control.aliases.map((alias) => [`${alias.scheme}:${alias.value}`, alias])).values()];
  const numbered = known && JSON.stringify(aliases.map(({ scheme, value }) => `${scheme}:${value}`).sort()) === JSON.stringify(known.aliases.toSorted());
  if (stands && numbered) return;
  if (known) {
    const back = { ...values, retired_at: null, retired_because: null, successor_id: null };
    if (!stands) await tx.updateTable('app.controls').set(back).where('id', '=', id).execute();
  } else {
    const code = codeOf(page.space_slug, control.slug);
    await tx
      .insertInto('app.controls')
      .values({ ...values, id, code, space_id: page.space_id, audience_id: page.audience_id })
      .execute();
  }
  if (!numbered) {
    if (known?.aliases.length) await tx.deleteFrom('app.control_aliases').where('control_id', '=', id).execute();
    if (aliases.length)
      await tx
        .insertInto('app.control_aliases')
        .values(aliases.map((alias) => ({ ...alias, control_id: id, audience_id: page.audience_id })))
        .execute();
  }
  await putSearch(
    tx,
    'control',
    id,
    [control.title, aliases.map((alias) => alias.value).join(' '), control.text, control.risk, control.vulnerability].join('\n\n'),
  );
}

/** Retires the controls of a page that its text no longer holds; their records, codes and history stay, and search finds them by name and number only. */
export async function retireControls(tx: Tx, pageId: string, kept: ReadonlySet<string>): Promise<void> {
  const standing = await tx.selectFrom('app.controls').select(['id', 'slug', 'title']).where('page_id', '=', pageId).where('retired_at', 'is', null).execute();
  for (const { id, title } of standing.filter((control) => !kept.has(control.slug))) {
    await tx.updateTable('app.controls').set({ retired_at: new Date() }).where('id', '=', id).execute();
    const numbers = await tx.selectFrom('app.control_aliases').select('value').where('control_id', '=', id).execute();
    await putSearch(tx, 'control', id, [title, numbers.map(({ value }) => value).join(' ')].join('\n\n'));
  }
}

function columnsOf(control: ParsedControl, page: ProjectedPage, position: number, group: string | null) {
  return {
    page_id: page.id,
    slug: control.slug,
    kind: control.kind,
    title: control.title,
    text: control.text,
    risk: control.risk || null,
    vulnerability: control.vulnerability || null,
    note: control.note || null,
    group_key: group,
    position,
    number: knownNumber(control.aliases),
    entity: control.entity,
    role: control.role,
    dimension: control.dimension,
    parameters: JSON.stringify(control.params),
  };
}

/** The permanent short address: made from space and slug, so that two hubs that start from the same library agree. */
export function codeOf(space: string, slug: string): string {
  return shortId(8, createHash('sha256').update(`${space}/${slug}`).digest());
}

async function putSearch(tx: Tx, kind: 'page' | 'control', id: string, text: string): Promise<void> {
  await sql`select search.put(${kind}, ${id}, ${text ? searchLexemes(text) : ''})`.execute(tx);
}
