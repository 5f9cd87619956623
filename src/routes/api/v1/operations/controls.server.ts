import * as v from 'valibot';
import { listControlHistory } from '#domains/controls/history.server.ts';
import { Filters } from '#domains/controls/model.ts';
import { countMatrix, findControl, listControls } from '#domains/controls/queries.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const control = async (tx: Tx, { params }: Call) => {
  const found = await findControl(tx, params.code!);
  if (!found) throw notFound();
  return found;
};

export const controls = [
  operation({
    method: 'GET',
    path: '/controls',
    collection: 'controls',
    list: true,
    summary: 'The register of controls in reading order.',
    query: {
      q: 'Words or a number.',
      role: 'Who has to act.',
      entity: 'Who is affected.',
      dimension: 'Security dimension of X.805.',
      kind: 'control, recommendation, practice or clause.',
      space: 'A space, by its slug.',
      group: 'Such as threat:10.',
      withdrawn: '1 for those that were withdrawn.',
    },
    run: async (tx, call) => cut(await listControls(tx, v.parse(Filters, Object.fromEntries(call.query)), 5000), call, (row) => row.code),
  }),
  operation({ method: 'GET', path: '/controls/{code}', collection: 'controls', summary: 'One control by its permanent code.', run: control }),
  operation({
    method: 'GET',
    path: '/controls/{code}/revisions',
    collection: 'controls',
    list: true,
    summary: 'How the text of a control changed.',
    run: async (tx, call) => {
      const rows = await listControlHistory(tx, await control(tx, call));
      return cut(
        rows.map((row, i) => ({ ...row, i })),
        call,
        (row) => String(row.i),
      );
    },
  }),
  operation({
    method: 'GET',
    path: '/matrix',
    collection: 'controls',
    list: true,
    summary: 'How many controls answer each threat for each affected entity.',
    run: async (tx, call) => cut(await countMatrix(tx), call, (row) => `${row.groupKey} ${row.entity}`),
  }),
];
