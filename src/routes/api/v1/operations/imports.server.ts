import * as v from 'valibot';
import { listImports, OpenImport, openImport, setAsideImport } from '#domains/exchange/brought-in.server.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'imports';

/** Talk that was brought in from another program: channels that wait for a label. For stewards. */
export const imports = [
  operation({
    method: 'GET',
    path: '/imports',
    collection,
    list: true,
    summary: 'Channels that were brought in, those that wait for a label first. For stewards; never what was private.',
    run: async (tx, call) => cut(await listImports(tx, 20_000), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/imports/{id}/opening',
    collection,
    summary: 'Say who reads a channel that was brought in, and the highest label in it; it opens soon after, for good.',
    input: v.omit(OpenImport, ['id']),
    run: (tx, { input, params }) => openImport(tx, { ...input, id: params.id }),
  }),
  operation({
    method: 'POST',
    path: '/imports/{id}/setting-aside',
    collection,
    summary: 'Forget what waits of a channel; later runs leave it out.',
    run: (tx, { params }) => setAsideImport(tx, { id: params.id }),
  }),
];
