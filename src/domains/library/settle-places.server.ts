import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import type { PageChange } from './model.ts';
import { listPlaced, listPlaceProblems, type PlaceProblem } from './places.server.ts';
import { freePath } from './propose-page.server.ts';
import { findAsItStands, type Mine } from './queries/my-request.server.ts';
import { current, moveControl, retirePart } from './request-parts.server.ts';
import { cutControl } from './excerpt.ts';
import { upToDate } from './review-page.ts';
import { updateChangeRequest } from './update-change-request.server.ts';
import { lostSuccessors } from './withdrawals.server.ts';

export type PlaceChoice = 'mine' | 'theirs' | 'drop' | 'restore' | 'again' | 'free' | 'top' | 'leave' | 'bring' | 'none';
/** Something that has to be decided before the request can be merged, with what its author may choose. */
export type PlaceConflict = Omit<PlaceProblem, 'code'> & {
  code: PlaceProblem['code'] | 'library.withdrawal.successor_gone';
  key: string;
  title: string;
  choices: PlaceChoice[];
};

const CHOICES: Record<PlaceConflict['code'], PlaceChoice[]> = {
  'library.change_request.page_retired': ['restore', 'drop'],
  'library.change_request.page_changed': ['again', 'drop'],
  'library.change_request.address_moved': ['mine', 'theirs'],
  'library.change_request.place_moved': ['mine', 'theirs'],
  'library.page.path_taken': ['free', 'theirs'],
  'library.page.parent_gone': ['top', 'theirs'],
  'library.change_request.control_elsewhere': ['leave', 'bring'],
  'library.withdrawal.successor_gone': ['none'],
};

/** Where an open request meets what others decided meanwhile: places, addresses, pages and successors that are gone, controls that stand elsewhere. */
export async function listPlaceConflicts(tx: Tx, { request, pages }: Mine): Promise<PlaceConflict[]> {
  const texts = new Map(pages.map((page) => [page.page_id, page.action === 'retire' ? '' : upToDate(page).text]));
  const problems = await listPlaceProblems(tx, request, await listPlaced(tx, request.id), texts);
  const lost = await lostSuccessors(tx, request.space_id, pages);
  const all = [
    ...problems,
    ...lost.map(({ page_id, path, control }) => ({ code: 'library.withdrawal.successor_gone' as const, page_id, path, ...(control && { slug: control }) })),
  ];
  return all.map((problem) => {
    const page = pages.find(({ page_id }) => page_id === problem.page_id);
    const fits = (choice: PlaceChoice) => (choice === 'theirs' ? page?.action !== 'create' : choice === 'restore' ? page?.action === 'edit' : true);
    return {
      ...problem,
      key: [problem.code, problem.page_id, problem.slug ?? ''].join(':'),
      title: page?.title ?? problem.path,
      choices: CHOICES[problem.code].filter(fits),
    };
  });
}

/**
 * What the author decided about one such place. Refuses: library.change_request.settled_already (409), library.change_request.choice_missing,
 * and what updateChangeRequest refuses.
 */
export async function settlePlace(tx: Tx, mine: Mine, byline_id: string, { key, choice }: { key: string; choice: string }): Promise<void> {
  const conflict = (await listPlaceConflicts(tx, mine)).find((each) => each.key === key);
  if (!conflict) throw new Refusal('library.change_request.settled_already', { status: 409 });
  const chosen = conflict.choices.find((each) => each === choice);
  if (!chosen) throw new Refusal('library.change_request.choice_missing');
  const { id } = mine.request;
  if (chosen === 'mine' || chosen === 'theirs') return updateChangeRequest(tx, { id, byline_id, spots: await spotsFor(tx, mine, conflict, chosen) });
  if (chosen === 'drop') return updateChangeRequest(tx, { id, byline_id, drop: [conflict.page_id] });
  await updateChangeRequest(tx, { id, byline_id, pages: await settled(tx, mine, conflict, chosen) });
}

async function settled(tx: Tx, mine: Mine, { page_id, slug = '', code }: PlaceConflict, choice: PlaceChoice): Promise<PageChange[]> {
  const state = mine.pages.find((page) => page.page_id === page_id)!;
  const { action, path, parent_path, position, text, retires, withdrawals, base_revision_id } = state;
  const same: PageChange = { action, page_id, path, parent_path, position, text, retires, withdrawals, base_revision_id };
  const said = withdrawals.find(({ control }) => control === null);
  const spot = await sql<{
    parent_path: string | null;
    position: number;
  }>`select a.path as parent_path, p.position from app.pages p left join app.pages a on a.id = p.parent_id where p.id = ${page_id}`.execute(tx);
  switch (choice) {
    case 'restore':
      return [{ ...current(state), action: 'restore', parent_path: null, position: null, path: state.path_now ?? path }];
    case 'again':
      return [(await retirePart(tx, mine, page_id, { control: null, because: said?.because ?? '', successor: said?.successor ?? null }))!];
    case 'free':
      return [{ ...same, path: await freePath(tx, mine.request.space_id, path) }];
    case 'top':
      return [{ ...same, parent_path: null, position: position ?? spot.rows[0]?.position ?? 0 }];
    case 'leave': {
      const now = current(state);
      const cut = cutControl(now.text, slug);
      return [{ ...now, text: cut ? `${cut.before}${cut.after.replace(/^\s*\n/, '')}`.trimEnd().concat('\n') : now.text }];
    }
    case 'bring': {
      const stands = await tx
        .selectFrom('app.controls')
        .select('page_id')
        .where('space_id', '=', mine.request.space_id)
        .where('slug', '=', slug)
        .executeTakeFirst();
      const without = { ...mine, pages: mine.pages.filter((page) => page.page_id !== page_id) };
      const left = stands ? (await moveControl(tx, without, slug, page_id)).filter((page) => page.page_id !== page_id) : [];
      return [current(state), ...left];
    }
    default:
      return [{ ...same, withdrawals: withdrawals.map((each) => ((each.control ?? '') === slug ? { ...each, successor: null } : each)) }];
  }
}

/** An address or a place is left as somebody else made it; or left and wished for again, now that it was seen. The one says nothing about the other. */
async function spotsFor(tx: Tx, mine: Mine, { page_id, code }: PlaceConflict, choice: 'mine' | 'theirs') {
  const { path, parent_path, position } = mine.pages.find((page) => page.page_id === page_id)!;
  const left =
    code === 'library.change_request.address_moved' || code === 'library.page.path_taken'
      ? { path: (await findAsItStands(tx, mine.request.space_id, page_id))?.path ?? path }
      : { parent_path: null, position: null };
  const wished = 'path' in left ? { path } : { parent_path, position };
  return [{ page_id, ...left }, ...(choice === 'mine' ? [{ page_id, ...wished }] : [])];
}
