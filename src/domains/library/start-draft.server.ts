import { newId } from '#platform/ids.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { baseOf, type Draft, renderDraft, wholeText } from './draft.server.ts';
import { cutControl } from './excerpt.ts';
import { type ControlName, findPageToChange, listControlNames, type PageToChange } from './queries/change-form.server.ts';
import { twoTexts } from './history.server.ts';
import { takeApart } from './page-parts.ts';
import { parseControls } from './text/controls.ts';
import type { ControlFacts } from './text/render-page.ts';

/** What stands under the controls of a page; the room of controls knows, and the door hands it in. */
export type FactsOf = (tx: Tx, pageId: string) => Promise<ReadonlyMap<string, ControlFacts>>;
export type Address = { space: string; path: string };

/** A proposal to begin with: the page as it stands, as it stood in an older revision, or one control of it. Refuses: common.not_found, library.change_request.may_not_propose. */
export async function startDraft(
  tx: Tx,
  where: Address,
  { control = '', revision = 0 }: { control?: string; revision?: number },
  factsOf: FactsOf,
): Promise<PageToChange & { controls: ControlName[]; values: Draft; preview: string }> {
  const found = await findHere(tx, where);
  if (!found.space.may_propose) throw new Refusal('library.change_request.may_not_propose', { status: 403 });
  const { id } = found.revision;
  // An older text to begin with is still a change of the text as it stands.
  const text = (revision > 0 && revision < found.revision.number && (await twoTexts(tx, found.page.id, 0, revision))?.b) || found.revision.text;
  const cut = control ? cutControl(text, control) : undefined;
  const words = cut ? { text: cut.text, control } : { ...inParts(text), control: '' };
  const values: Draft = { title: '', reason: '', retires: [], retry_key: newId(), base_revision_id: id, ...words };
  const controls = await listControlNames(tx, found.space.id, slugsOf(found.revision.text));
  return { ...found, controls, values, preview: await renderDraft(tx, found, values, await factsOf(tx, found.page.id)) };
}

/** The draft in the form as a whole page, and as readers would see it. Refuses: common.not_found. */
export async function lookAtDraft(
  tx: Tx,
  where: Address,
  draft: Draft,
  factsOf: FactsOf,
): Promise<{ found: PageToChange; text: string; line: number; preview: string }> {
  const found = await findHere(tx, where);
  return { found, ...wholeText(await baseOf(tx, found.page.id, draft), draft), preview: await renderDraft(tx, found, draft, await factsOf(tx, found.page.id)) };
}

/** The page at this address, for whoever wants to change it. Refuses: common.not_found. */
export async function findHere(tx: Tx, where: Address): Promise<PageToChange> {
  const found = await findPageToChange(tx, where);
  if (!found) throw notFound();
  return found;
}

/** A page as the form shows it. */
export function inParts(page: string): Pick<Draft, 'text' | 'front'> {
  const parts = takeApart(page);
  return parts ? { text: parts.body, front: parts.front } : { text: page };
}

/** Slugs of the controls in a text. */
export const slugsOf = (text: string): string[] => parseControls(text).controls.map((control) => control.slug);
