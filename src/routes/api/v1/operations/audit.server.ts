import { sayWhy } from '#domains/audit/say-why.server.ts';
import { WhyInput } from '#domains/audit/model.ts';
import { findWhose, listLog, listRoots } from '#domains/audit/queries.server.ts';
import { cursor, cut, operation } from '../operation.server.ts';

const collection = 'audit';

/** The log, and what others keep of it. */
export const audit = [
  operation({
    method: 'GET',
    path: '/audit-roots',
    collection,
    list: true,
    summary: 'The root of each day, for anybody to keep: whoever changes the log later cannot make it again.',
    run: async (tx, call) => cut(await listRoots(tx), call, (row) => row.day),
  }),
  operation({
    method: 'GET',
    path: '/audit-entries',
    collection,
    list: true,
    summary: 'What happened, newest first: what concerns me, or the people of an organization I run, or for a steward who said why, all.',
    query: { of: 'Nothing, the slug of an organization, or "all".' },
    run: async (tx, { query, page: { limit, after } }) => {
      const rows = await listLog(tx, await findWhose(tx, query.get('of')), { limit: limit + 1, ...(after ? { before: Number(after) || 0 } : {}) });
      const items = rows.slice(0, limit);
      return { items, next: rows.length > limit ? cursor(String(items.at(-1)!.position)) : null };
    },
  }),
  operation({
    method: 'POST',
    path: '/audit-readings',
    collection,
    summary: 'Say why one reads the log of all; for a quarter of an hour a steward then may.',
    input: WhyInput,
    run: (tx, { input }) => sayWhy(tx, input),
  }),
];
