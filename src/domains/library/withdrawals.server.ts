import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { droppedControls } from './check-page-text.ts';
import type { Withdrawal } from './model.ts';
import { parseControls } from './text/controls.ts';
import { splitPage } from './text/page.ts';

type Part = { page_id: string; path: string; action: string; text: string; withdrawals?: readonly Withdrawal[] };
const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** Refuses where nothing was said of a successor: library.withdrawal.successor_unsaid; and one that will not stand: library.withdrawal.successor_gone (with what it should follow). */
export async function needSuccessors(tx: Tx, spaceId: string, parts: readonly Part[], status: 409 | 422): Promise<void> {
  const unsaid = parts.flatMap((part) => (part.withdrawals ?? []).filter(({ successor }) => successor === ''));
  if (unsaid.length)
    throw new Refusal('library.withdrawal.successor_unsaid', {
      details: { errors: unsaid.map(({ control }) => ({ path: `successor${control ? `.${control}` : ''}`, code: 'library.withdrawal.successor_unsaid' })) },
    });
  const lost = await lostSuccessors(tx, spaceId, parts);
  if (lost.length)
    throw new Refusal('library.withdrawal.successor_gone', { status, details: { names: lost.map((each) => each.control ?? each.path).join(', ') } });
}

/** What would be succeeded by something that does not stand in the space once the request is merged, or that goes itself. */
export async function lostSuccessors<P extends Part>(tx: Tx, spaceId: string, parts: readonly P[]): Promise<Array<P & { control: string | null }>> {
  const named = parts.flatMap((part) =>
    (part.withdrawals ?? []).filter(({ successor }) => successor !== null).map(({ control, successor }) => ({ part, control, successor: successor ?? '' })),
  );
  if (!named.length) return [];
  const own = new Set(parts.map(({ page_id }) => page_id));
  const standing = parts.filter(({ action }) => action !== 'retire');
  const [pages, controls] = [new Set(standing.map(({ page_id }) => page_id)), new Set<string>()];
  for (const { text } of standing) for (const { slug } of parseControls(splitPage(text).body).controls) controls.add(slug);
  const beside = named.map(({ successor }) => successor);
  const ids = beside.filter(isId);
  const living = ids.length
    ? await tx.selectFrom('app.pages').select('id').where('space_id', '=', spaceId).where('retired_at', 'is', null).where('id', 'in', ids).execute()
    : [];
  for (const { id } of living) if (!own.has(id)) pages.add(id);
  const there = await tx
    .selectFrom('app.controls')
    .select(['slug', 'page_id'])
    .where('space_id', '=', spaceId)
    .where('retired_at', 'is', null)
    .where('slug', 'in', beside)
    .execute();
  for (const { slug, page_id } of there) if (!own.has(page_id)) controls.add(slug);
  return named
    .filter(({ part, control, successor }) =>
      control === null ? successor === part.page_id || !pages.has(successor) : successor === control || !controls.has(successor),
    )
    .map(({ part, control }) => ({ ...part, control }));
}

type Merged = Part & { now_text: string | null };

/** Notes why the controls that a merge took away are gone, and what follows each; without a reason of their own, that of the request. */
export async function nameWithdrawnControls(
  tx: Tx,
  request: { space_id: string; reason: string },
  parts: readonly Merged[],
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  for (const part of parts) {
    if (part.action !== 'edit' && part.action !== 'retire') continue;
    const dropped = droppedControls(part.now_text ?? '', part.action === 'retire' ? '' : (texts.get(part.page_id) ?? ''));
    for (const slug of dropped) {
      const said = part.withdrawals?.find(({ control }) => control === slug);
      // What moved to another page of the request stands, and is left alone.
      await sql`update app.controls c set retired_because = ${(said?.because || request.reason).slice(0, 10_000)},
          successor_id = (select s.id from app.controls s where s.space_id = c.space_id and s.slug = ${said?.successor ?? null} and s.retired_at is null and s.id <> c.id)
        where c.space_id = ${request.space_id} and c.slug = ${slug} and c.retired_at is not null`.execute(tx);
    }
  }
}
