import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { type Draft, renderDraft } from '../draft.server.ts';
import { type ControlName, listControlNames, listSuccessors } from '../queries/change-form.server.ts';
import { type FactsOf, inParts, slugsOf } from '../start-draft.server.ts';
import { stateOf } from './append-update.server.ts';
import { fieldsOf } from './document.ts';
import { findShared, listEligible, listWriters, type SharedDraft, type Writer } from './queries.server.ts';
import { withFields } from './share-draft.server.ts';

export type OpenShared = {
  shared: SharedDraft;
  number: number;
  values: Draft;
  preview: string;
  controls: ControlName[];
  successors: ControlName[];
  writers: Writer[];
  eligible: Array<{ slug: string; name: string }>;
};

/** A shared draft as its page shows it: the form as it stands, who writes it, whom its author could ask along. Refuses: common.not_found. */
export async function openShared(tx: Tx, id: string, factsOf: FactsOf): Promise<OpenShared> {
  const shared = await findShared(tx, id);
  const { doc, number } = await stateOf(tx, shared.id);
  const { text: base, ...said } = await baseOf(tx, shared);
  const { retry_key, control } = shared;
  const began: Draft = {
    title: '',
    reason: '',
    ...(control ? { text: '' } : inParts(base)),
    ...said,
    retry_key,
    base_revision_id: shared.base_revision_id ?? '',
    control,
  };
  const values = withFields(began, fieldsOf(doc));
  return {
    shared,
    number,
    values,
    preview: await renderDraft(tx, { ...shared, space: { ...shared.space, may_propose: shared.may_write } }, values, await factsOf(tx, shared.page.id)),
    controls: await listControlNames(tx, shared.space.id, slugsOf(base)),
    successors: await listSuccessors(tx, shared.space.id),
    writers: await listWriters(tx, shared.id),
    eligible: shared.may_ask ? await listEligible(tx, shared.id) : [],
  };
}

type Base = { text: string } & Pick<Draft, 'retires' | 'withdrawals'>;
/** What the draft would change: the page as it was when the draft began, or what the request says so far. */
async function baseOf(tx: Tx, { request, page, base_revision_id }: SharedDraft): Promise<Base> {
  const { rows } = request
    ? await sql<Base>`select text, retires, withdrawals from app.change_request_pages where change_request_id = ${request.id} and page_id = ${page.id}`.execute(
        tx,
      )
    : await sql<Base>`select text, '{}'::text[] as retires, '[]'::jsonb as withdrawals from app.revisions where id = ${base_revision_id} and page_id = ${page.id}`.execute(
        tx,
      );
  return rows[0] ?? { text: '', retires: [] };
}
