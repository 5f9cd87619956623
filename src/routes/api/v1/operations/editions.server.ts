import * as v from 'valibot';
import { editionToExport, packEdition, ZIP } from '#domains/library/editions/export-edition.server.ts';
import { EditionWords, Withdrawal } from '#domains/library/editions/model.ts';
import { dropEdition, prepareEdition } from '#domains/library/editions/prepare-edition.server.ts';
import { publishEdition } from '#domains/library/editions/publish-edition.server.ts';
import { editionControls, editionTree, findEdition, findEditionPage, listEditions } from '#domains/library/editions/queries.server.ts';
import { editionBefore, summariseEditions } from '#domains/library/editions/summary.server.ts';
import { withdrawEdition } from '#domains/library/editions/withdraw-edition.server.ts';
import { findSpace } from '#domains/library/queries.server.ts';
import { myByline } from '#domains/people/my-byline.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, cut, operation } from '../operation.server.ts';

const collection = 'library';
const path = '/spaces/{space}/editions/{number}';
const space = async (tx: Tx, { params }: Pick<Call, 'params'>) => (await findSpace(tx, params.space!)) ?? raise();
const edition = async (tx: Tx, call: Pick<Call, 'params'>) => (await findEdition(tx, (await space(tx, call)).id, call.params.number!)) ?? raise();

export const editions = [
  operation({
    method: 'GET',
    path: '/spaces/{space}/editions',
    collection,
    list: true,
    summary: 'The editions of a space, newest number first; a draft only for those who may publish it.',
    run: async (tx, call) => cut(await listEditions(tx, (await space(tx, call)).id), call, (row) => row.number),
  }),
  operation({
    method: 'GET',
    path,
    collection,
    summary: 'One edition: its pages in reading order, its controls with their numbers, and what changed since the one before.',
    run: async (tx, call) => {
      const found = await edition(tx, call);
      const { id } = await space(tx, call);
      const before = editionBefore(await listEditions(tx, id), found.number);
      const controls = [...(await editionControls(tx, found.id))].map(([slug, control]) => ({ slug, ...control }));
      const changes = before && found.status !== 'draft' ? await summariseEditions(tx, id, before, found) : null;
      return { ...found, tree: await editionTree(tx, found.id), held_controls: controls, changes };
    },
  }),
  operation({
    method: 'GET',
    path: `${path}/pages/{path}`,
    collection,
    summary: 'A page as an edition holds it: its Markdown, its revision, the ids of its blocks.',
    run: async (tx, call) => (await findEditionPage(tx, (await edition(tx, call)).id, call.params.path!)) ?? raise(),
  }),
  operation({
    method: 'GET',
    path: `${path}/file`,
    collection,
    summary:
      'A published edition as one ZIP (base64): its Markdown, its pictures, and a manifest with a fingerprint of each; always the same bytes. Not for texts of a smaller circle.',
    run: async (tx, { params }) => {
      const { name, marking, bytes, sha256 } = packEdition(await editionToExport(tx, params.space!, params.number!));
      return { media_type: ZIP, name, marking, sha256, content: Buffer.from(bytes).toString('base64') };
    },
  }),
  operation({
    method: 'POST',
    path: '/spaces/{space}/editions',
    collection,
    summary: 'Begin the next edition: a draft with a number, a day and words.',
    input: EditionWords,
    run: async (tx, call) => prepareEdition(tx, { ...call.input, space_id: (await space(tx, call as Call)).id, byline_id: await myByline(tx) }),
  }),
  operation({
    method: 'DELETE',
    path,
    collection,
    summary: 'Give a draft up.',
    run: async (tx, call) => dropEdition(tx, (await edition(tx, call)).id),
  }),
  operation({
    method: 'POST',
    path: `${path}/publish`,
    collection,
    summary: 'Publish a draft: what the space holds now, for good. Needs a token made in the last 15 minutes.',
    input: v.object({}),
    run: async (tx, call) => {
      await publishEdition(tx, { id: (await edition(tx, call)).id, byline_id: await myByline(tx) });
      return edition(tx, call);
    },
  }),
  operation({
    method: 'POST',
    path: `${path}/withdraw`,
    collection,
    summary: 'Say that a published edition must not be used any more, and why.',
    input: Withdrawal,
    run: async (tx, call) => {
      await withdrawEdition(tx, { ...call.input, id: (await edition(tx, call)).id, byline_id: await myByline(tx) });
      return edition(tx, call);
    },
  }),
];

function raise(): never {
  throw notFound();
}
