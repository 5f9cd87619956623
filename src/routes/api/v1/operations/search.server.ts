import { type Call, operation } from '../operation.server.ts';
import { readResults } from '../../../search/found.server.ts';

const question = ({ query }: Call) => (query.get('q') ?? '').trim();

export const search = [
  operation({
    method: 'GET',
    path: '/search',
    collection: 'search',
    onTheStep: true,
    summary: 'Pages, controls and messages that hold all the words and that I may read, newest first.',
    query: { q: 'The words.' },
    run: async (tx, call) => (question(call) ? readResults(tx, question(call), Math.min(call.page.limit, 40)) : { pages: [], controls: [], messages: [] }),
  }),
];
