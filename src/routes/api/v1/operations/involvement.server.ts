import * as v from 'valibot';
import { followThread } from '#domains/conversations/follow-thread.server.ts';
import { involve } from '#domains/conversations/involve.server.ts';
import { FollowThread, Involve, MoveThread } from '#domains/conversations/model.ts';
import { moveThread, planMove } from '#domains/conversations/move-thread.server.ts';
import { findConversation, findThread } from '#domains/conversations/queries.server.ts';
import { notFound } from '#platform/errors.ts';
import { type Call, operation } from '../operation.server.ts';

const collection = 'conversations';
const idOf = ({ params }: Call) => {
  if (!v.is(v.pipe(v.string(), v.uuid()), params.id)) throw notFound();
  return params.id;
};

/** What I hear of, which is mine alone; and where threads go. */
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
  operation({
    method: 'GET',
    path: '/threads/{id}/move',
    collection,
    summary: 'What moving a thread to a channel would do: how many readers gain and lose its words, or the code of why it is refused.',
    query: { conversation_id: 'The conversation of the channel.' },
    run: async (tx, call) => {
      const conversation_id = call.query.get('conversation_id') ?? '';
      return planMove(tx, { id: idOf(call), conversation_id: idOf({ ...call, params: { id: conversation_id } }) });
    },
  }),
  operation({
    method: 'POST',
    path: '/threads/{id}/move',
    collection,
    summary: 'Move a thread to a channel, for as many new readers (`gaining`) as the plan said.',
    input: v.omit(MoveThread, ['id']),
    run: (tx, call) => moveThread(tx, { ...call.input, id: idOf(call as Call) }),
  }),
];
