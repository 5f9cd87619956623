import type { Tx } from '#platform/database/open.server.ts';
import type { PageState } from '../review-page.ts';
import { parseControls } from '../text/controls.ts';
import { splitPage } from '../text/page.ts';
import { controlsIn } from '../what-it-does.ts';
import { listControlNames } from './change-form.server.ts';

/** A control that a request moves to a page, or a control or page that it withdraws: why, and what follows it (null: nothing). */
export type Going = { what: 'moves' | 'goes' | 'page_goes'; name: string; code: string; to: string; because: string; successor: string | null };

/** What a request moves and withdraws, by name. */
export async function listGoings(tx: Tx, spaceId: string, pages: readonly PageState[]): Promise<Going[]> {
  const moves = [...controlsIn(pages)].filter(([, { from, to }]) => from !== null && from !== to);
  const said = pages.flatMap(({ withdrawals }) => withdrawals);
  const slugs = [...moves.map(([slug]) => slug), ...said.flatMap(({ control, successor }) => (control && successor ? [successor] : []))];
  const known = new Map((await listControlNames(tx, spaceId, slugs)).map((each) => [each.slug, each]));
  // What the request itself brings has no record yet.
  const fresh = new Map(
    pages.flatMap(({ action, text }) =>
      action === 'retire' ? [] : parseControls(splitPage(text).body).controls.map(({ slug, title }) => [slug, title] as const),
    ),
  );
  const named = (slug: string) => [known.get(slug)?.number, known.get(slug)?.title ?? fresh.get(slug) ?? slug].filter(Boolean).join(' ');
  const titles = new Map(pages.map((page) => [page.page_id, page.title ?? splitPage(page.text).front.title ?? page.path]));
  const others = said.flatMap(({ control, successor }) => (control === null && successor && !titles.has(successor) ? [successor] : []));
  if (others.length)
    for (const { id, title } of await tx.selectFrom('app.pages').select(['id', 'title']).where('id', 'in', others).execute()) titles.set(id, title);
  const controls = moves.map(([slug, { to }]): Going => {
    const about = said.find(({ control }) => control === slug);
    const base = { name: named(slug), code: known.get(slug)?.code ?? '' };
    if (to !== null) return { ...base, what: 'moves', to: titles.get(to) ?? '', because: '', successor: null };
    return { ...base, what: 'goes', to: '', because: about?.because ?? '', successor: about?.successor ? named(about.successor) : null };
  });
  const gone = pages
    .filter(({ action }) => action === 'retire')
    .map(({ page_id, withdrawals }): Going => {
      const about = withdrawals.find(({ control }) => control === null);
      return {
        what: 'page_goes',
        name: titles.get(page_id) ?? '',
        code: '',
        to: '',
        because: about?.because ?? '',
        successor: about?.successor ? (titles.get(about.successor) ?? '') : null,
      };
    });
  return [...controls, ...gone];
}
