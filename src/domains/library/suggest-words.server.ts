import { notFound } from '#platform/errors.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { proposeDraft } from './draft.server.ts';
import { asTyped, cutBlock, type Excerpt } from './excerpt.ts';
import type { Opened } from './open-change-request.server.ts';
import { findPageToChange, type PageToChange } from './queries/change-form.server.ts';
import { withoutMarks } from './show-block.ts';
import type { Block } from './text/blocks.ts';

/** Other words for one part of a page, as the small form has them: the part by its id, in the revision it was read in. */
export type Suggestion = { part: string; base_revision_id: string; text: string; reason: string; editorial: boolean; retry_key: string };
export type PartToChange = PageToChange & { cut: Excerpt & { block: Block } };

/** The part of a page that somebody wants to say otherwise, as it stands now or stood in that revision. Refuses: common.not_found. */
export async function findPart(tx: Tx, where: { space: string; path: string; part: string; revision?: string }): Promise<PartToChange> {
  const found = await findPageToChange(tx, where);
  if (!found) throw notFound();
  const revision = await tx
    .selectFrom('app.revisions')
    .select(['id', 'number', 'text', 'blocks'])
    .where('page_id', '=', found.page.id)
    .where('id', '=', /^[0-9a-f-]{36}$/.test(where.revision ?? '') ? where.revision! : found.revision.id)
    .executeTakeFirst();
  const cut = revision && cutBlock(revision.text, revision.blocks as { id: string }[], where.part);
  if (!revision || !cut) throw notFound();
  return { ...found, revision, cut };
}

/**
 * A change request of one block: the rest of the page stays as it is, byte for byte, and the title is the page and the words the part begins with.
 * Refuses: library.change_request.signed_out, library.change_request.may_not_propose, library.change_request.nothing_changed, and what openChangeRequest refuses.
 */
export async function suggestWords(tx: Tx, { cut, ...found }: PartToChange, said: Suggestion, byline: string | undefined): Promise<Opened> {
  const text = cut.before + asTyped(said.text, cut.text).replace(/\s+$/, '') + cut.after;
  const { reason, retry_key, editorial } = said;
  const draft = { title: titleOf(found.page.title, cut), reason, text, retires: [], retry_key, base_revision_id: found.revision.id, control: '', editorial };
  return proposeDraft(tx, found, draft, text, byline);
}

function titleOf(page: string, { text }: Excerpt): string {
  const words = withoutMarks(text)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^[#>\-*+|\s]+|[*_`|]+/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return `${page.slice(0, 120)}: ${words.length > 60 ? `${words.slice(0, 58).trimEnd()}…` : words}`;
}
