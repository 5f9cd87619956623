import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { searchLexemes } from './search-text.ts';
import { newId, shortId } from '#platform/ids.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { knownNumber } from './model.ts';
import { parseControls, type ParsedControl } from './text/controls.ts';
import { splitPage } from './text/page.ts';

export type ProjectedPage = { id: string; audience_id: number; space_id: string; space_slug: string; text: string };

/**
 * Reads title, description, group and controls out of the text of a page and writes them to the registry, in the transaction that merges it.
 * A control keeps its record by its slug, whatever page of the space it stands on; one that is gone is retired, never removed.
 */
export async function projectPage(tx: Tx, page: ProjectedPage): Promise<void> {
  const { front, body } = splitPage(page.text);
  const group = front.group ?? null;
  await tx
    .updateTable('app.pages')
    .set({ title: front.title ?? '', description: front.description ?? '', group_key: group })
    .where('id', '=', page.id)
    .execute();
  await putSearch(tx, 'page', page.id, [front.title ?? '', front.description ?? '', body].join('\n\n'));

  const { controls } = parseControls(body);
  const known = await tx.selectFrom('app.controls').select(['id', 'slug', 'page_id']).where('space_id', '=', page.space_id).execute();
  const bySlug = new Map(known.map((control) => [control.slug, control]));
  for (const [position, control] of controls.entries()) {
    const id = bySlug.get(control.slug)?.id ?? newId();
    const values = columnsOf(control, page, position, group);
    if (bySlug.has(control.slug))
      await tx
        .updateTable('app.controls')
        .set({ ...values, retired_at: null, retired_because: null, successor_id: null })
        .where('id', '=', id)
        .execute();
    else
      await tx
        .insertInto('app.controls')
        .values({ ...values, id, code: codeOf(page.space_slug, control.slug), space_id: page.space_id, audience_id: page.audience_id })
        .execute();
    await tx.deleteFrom('app.control_aliases').where('control_id', '=', id).execute();
    const aliases = [...new Map(control.aliases.map((alias) => [`${alias.scheme}:${alias.value}`, alias])).values()];
    if (aliases.length)
      await tx
        .insertInto('app.control_aliases')
        .values(aliases.map((alias) => ({ ...alias, control_id: id, audience_id: page.audience_id })))
        .execute();
    await putSearch(
      tx,
      'control',
      id,
      [control.title, aliases.map((alias) => alias.value).join(' '), control.text, control.risk, control.vulnerability].join('\n\n'),
    );
  }
  await retireControls(tx, page.id, new Set(controls.map((control) => control.slug)));
}

/** Retires the controls of a page that its text no longer holds; their records, codes and history stay. */
export async function retireControls(tx: Tx, pageId: string, kept: ReadonlySet<string>): Promise<void> {
  const standing = await tx.selectFrom('app.controls').select(['id', 'slug']).where('page_id', '=', pageId).where('retired_at', 'is', null).execute();
  for (const { id } of standing.filter((control) => !kept.has(control.slug))) {
    await tx.updateTable('app.controls').set({ retired_at: new Date() }).where('id', '=', id).execute();
    await putSearch(tx, 'control', id, '');
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
