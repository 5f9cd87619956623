import { listRevisions } from '#domains/library/history.server.ts';
import { findPage, findSpace, listSpaces, pageTree } from '#domains/library/queries.server.ts';
import { findWithdrawnPage } from '#domains/library/queries/withdrawn.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const space = async (tx: Tx, { params }: Call) => (await findSpace(tx, params.space!)) ?? raise();
const page = async (tx: Tx, call: Call) => (await findPage(tx, (await space(tx, call)).id, call.params.path!)) ?? raise();

export const library = [
  operation({
    method: 'GET',
    path: '/spaces',
    collection: 'library',
    list: true,
    summary: 'The spaces I may read.',
    run: async (tx, call) => cut(await listSpaces(tx), call, (row) => row.slug),
  }),
  operation({ method: 'GET', path: '/spaces/{space}', collection: 'library', summary: 'One space.', run: space }),
  operation({
    method: 'GET',
    path: '/spaces/{space}/pages',
    collection: 'library',
    list: true,
    summary: 'The pages of a space in reading order.',
    run: async (tx, call) => cut(await pageTree(tx, (await space(tx, call)).id), call, (row) => row.id),
  }),
  operation({
    method: 'GET',
    path: '/spaces/{space}/pages/{path}',
    collection: 'library',
    summary: 'A page as it stands: its Markdown, its revision, the ids of its blocks. Of one that is withdrawn: since when, why, and what stands in its place.',
    run: async (tx, call) => {
      const { id } = await space(tx, call);
      const found = await findPage(tx, id, call.params.path!);
      return found ?? { withdrawn: (await findWithdrawnPage(tx, id, call.params.path!)) ?? raise() };
    },
  }),
  operation({
    method: 'GET',
    path: '/spaces/{space}/revisions/{path}',
    collection: 'library',
    list: true,
    summary: 'The history of a page, newest first.',
    run: async (tx, call) => cut(await listRevisions(tx, (await page(tx, call)).id, 500), call, (row) => String(row.number)),
  }),
];

function raise(): never {
  throw notFound();
}
