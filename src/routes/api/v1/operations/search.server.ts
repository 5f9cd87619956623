import { operation } from '../operation.server.ts';
import { isAsked, readAsked } from '../../../search/filters.server.ts';
import { readResults } from '../../../search/found.server.ts';

export const search = [
  operation({
    method: 'GET',
    path: '/search',
    collection: 'search',
    onTheStep: true,
    summary:
      'Pages, controls and messages that hold all the words and that I may read, newest first. What a filter names and I may not see finds what an unknown name finds: nothing.',
    query: {
      q: 'The words; "quotations", -without, and the filters below as from:…, in:… among them.',
      from: 'Messages by this member (address, name, or me).',
      in: 'In this channel or space (address or name), or direct.',
      before: 'Messages before this day: 2026, 2026-11 or 2026-11-23, in my time zone.',
      after: 'Messages from this day on.',
      has: 'file, link, poll or indicator.',
      tlp: 'clear, green, amber, amber+strict, red or none.',
      thread: 'In threads with this in their title, or this id.',
    },
    run: async (tx, { query, page }) => {
      const asked = readAsked((name) => query.get(name));
      return isAsked(asked) ? readResults(tx, asked, Math.min(page.limit, 40)) : { pages: [], controls: [], messages: [] };
    },
  }),
];
