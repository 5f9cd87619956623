import { listWatches, SetWatch, setWatch } from '#domains/library/watching/watch.server.ts';
import { cut, operation } from '../operation.server.ts';

const collection = 'library';

/** What I watch, which is mine alone. */
export const watching = [
  operation({
    method: 'GET',
    path: '/watches',
    collection,
    list: true,
    summary: 'The pages, controls and spaces you watch.',
    run: async (tx, call) => cut(await listWatches(tx), call, (row) => row.id),
  }),
  operation({
    method: 'PATCH',
    path: '/watches',
    collection,
    summary: 'Watch a page, a control or a space, or do so no more.',
    input: SetWatch,
    run: async (tx, call) => {
      await setWatch(tx, call.input);
      return { watching: call.input.watching };
    },
  }),
];
