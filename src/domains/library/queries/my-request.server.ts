import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import type { PageState } from '../review-page.ts';
import type { PageToChange } from './change-form.server.ts';
import { type ChangeRequest, listRequestPages } from './change-requests.server.ts';
import { findHere } from './review.server.ts';

export type MyRequest = { request: ChangeRequest; page: PageState; place: Pick<PageToChange, 'space' | 'page'> };

/** One's own open request at this address and the page of it that is wanted (else its first). Refuses: common.not_found, common.not_allowed, library.change_request.not_open. */
export async function findMyRequest(tx: Tx, params: { space?: string; number?: string }, wanted: string | null): Promise<MyRequest> {
  const request = await findHere(tx, params);
  if (request.status !== 'open') throw new Refusal('library.change_request.not_open', { status: 409 });
  if (!request.may_withdraw) throw new Refusal('common.not_allowed', { status: 403 });
  const pages = (await listRequestPages(tx, request.id)).filter((page) => page.action !== 'retire');
  const page = pages.find((each) => each.page_id === wanted) ?? pages[0];
  if (!page) throw notFound();
  const space = { id: request.space_id, slug: request.space_slug, title: request.space, may_propose: true };
  return { request, page, place: { space, page: { id: page.page_id, path: page.path, title: page.title ?? page.path } } };
}
