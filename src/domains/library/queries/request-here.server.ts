import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type ChangeRequest, findChangeRequest } from './change-requests.server.ts';

/** The request at this address. Refuses: common.not_found. */
export async function findHere(tx: Tx, params: { space?: string; number?: string }): Promise<ChangeRequest> {
  const number = Number(/^[1-9]\d{0,8}$/.exec(params.number ?? '')?.[0] ?? 0);
  const request = number ? await findChangeRequest(tx, { space: params.space ?? '', number }) : undefined;
  if (!request) throw notFound();
  return request;
}
