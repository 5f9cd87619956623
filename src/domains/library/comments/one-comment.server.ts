import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { findSpace, type Space } from '../queries.server.ts';
import type { Comment, DisposeComment } from './model.ts';
import { findComment } from './queries.server.ts';

/** The comment at this address. Refuses: common.not_found. */
export async function commentHere(tx: Tx, params: { space: string; id: string }): Promise<{ space: Space; comment: Comment }> {
  const space = await findSpace(tx, params.space);
  const comment = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(params.id) ? await findComment(tx, params.id) : undefined;
  if (!space || comment?.space_id !== space.id) throw notFound();
  return { space, comment };
}

/** What the form of a disposition says. */
export function disposal(id: string, form: FormData): DisposeComment {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const disposition = text('disposition');
  return {
    id,
    disposition: (disposition === 'open' ? null : disposition) as DisposeComment['disposition'],
    reason: text('reason'),
    answered_by: text('answered_by') ? Number(text('answered_by')) : null,
    version: Number(text('version')),
    retry_key: text('retry_key'),
  };
}
