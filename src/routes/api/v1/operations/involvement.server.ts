import * as v from 'valibot';
import { followThread } from '#domains/conversations/follow-thread.server.ts';
import { involve } from '#domains/conversations/involve.server.ts';
import { FollowThread, Involve } from '#domains/conversations/model.ts';
import { findConversation, findThread } from '#domains/conversations/queries.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, operation } from '../operation.server.ts';

const collection = 'conversations';
const idOf = ({ params }: Call) => {
  if (!v.is(v.pipe(v.string(), v.uuid()), params.id)) throw notFound();
  return params.id;
};

/** What I hear of: mine alone, read by nobody else. */
export const involvement = [
  operation({
    method: 'PATCH',
    path: '/threads/{id}/following',
    collection,
    summary: 'Follow a thread, mute it, or with null neither. Posting in a thread follows it.',
    input: v.omit(FollowThread, ['id']),
    run: async (tx, call) => {
      await followThread(tx, { ...call.input, id: idOf(call as Call) });
      return findThread(tx, idOf(call as Call));
    },
  }),
  operation({
    method: 'PATCH',
    path: '/conversations/{id}/involvement',
    collection,
    summary: 'What I want to be told of a conversation (nothing, mentions, everything), and whether it stands in my list.',
    input: v.omit(Involve, ['conversation_id']),
    run: async (tx, call) => {
      await involve(tx, { ...call.input, conversation_id: idOf(call as Call) });
      return findConversation(tx, idOf(call as Call));
    },
  }),
];
