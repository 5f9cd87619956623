/** The checker of histories can fail: each kind of bad history is found, and a good one is left in peace. */
import { expect, test } from 'vitest';
import { findFaults, GRACE, type History } from './history.ts';

/** Two people, three messages in one thread, one of the two removed at the end. */
function good(): History {
  const stored = [1, 2, 3].map((n) => ({
    id: `m${n}`,
    by: n === 2 ? 'mei' : 'amina',
    key: `k${n}`,
    thread: 't',
    conversation: 'c',
    number: n,
    inConversation: n,
  }));
  const shows = { t: stored.map(({ id, number }) => ({ id, number })) };
  const heard = stored.map(({ id, number }) => ({ id, thread: 't', number, at: 1_000 * number }));
  return {
    acknowledged: stored.map(({ by, key, id, number }) => ({ by, key, id, thread: 't', number, sent: 1_000 * number - 50, at: 1_000 * number })),
    sent: ['k1', 'k2', 'k3', 'k4'],
    stored,
    readers: [
      { who: 'amina', shows: structuredClone(shows), heard: structuredClone(heard) },
      { who: 'mei', shows: structuredClone(shows), heard: structuredClone(heard) },
    ],
    removed: [{ who: 'mei', at: 2_000 }],
  };
}

test('a good history is left in peace, retries that were never acknowledged included', () => {
  expect(findFaults(good())).toEqual([]);
});

const spoilt: Array<[string, RegExp, (history: History) => void]> = [
  [
    'an acknowledged message is gone',
    /^lost: amina k1/,
    (history) => {
      history.stored.shift();
    },
  ],
  ['a retry made a second message', /^stored 2 times: amina k1/, ({ stored }) => stored.push({ ...stored[0]!, id: 'm4', number: 4, inConversation: 4 })],
  ['a message nobody sent', /^stored and never sent: m2/, ({ sent }) => sent.splice(1, 1)],
  ['an answer named another message', /^acknowledged as m9 1/, ({ acknowledged }) => (acknowledged[0]!.id = 'm9')],
  ['a hole in the numbers of a thread', /^thread t: number 4 stands where 3/, ({ stored }) => (stored[2]!.number = 4)],
  ['a hole in the numbers of a conversation', /^conversation c: number 4 stands where 3/, ({ stored }) => (stored[2]!.inConversation = 4)],
  [
    'what was written later stands before',
    /^reordered: amina in t wrote 3 before 1/,
    ({ acknowledged }) => ([acknowledged[0]!.sent, acknowledged[0]!.at] = [4_000, 4_001]),
  ],
  ['a reader misses one', /^amina shows 3 as message 2 of t/, ({ readers }) => readers[0]!.shows.t!.splice(1, 1)],
  ['a reader misses the last', /^amina shows nothing as message 3/, ({ readers }) => readers[0]!.shows.t!.pop()],
  ['a reader sees another order', /^amina shows 2 as message 1/, ({ readers }) => readers[0]!.shows.t!.reverse().splice(0, 1)],
  ['a reader sees one twice', /^amina shows 1 more/, ({ readers }) => readers[0]!.shows.t!.push({ id: 'm3', number: 3 })],
  ['one number meant two messages', /^amina was told two messages as 1/, ({ readers }) => readers[0]!.heard.push({ id: 'm9', thread: 't', number: 1, at: 1 })],
  [
    'the one who was removed is told afterwards',
    /^mei was told m3 5001 ms after/,
    ({ readers }) => readers[1]!.heard.push({ id: 'm3', thread: 't', number: 3, at: 2_001 + GRACE }),
  ],
];

test.each(spoilt)('found: %s', (_name, words, spoil) => {
  const history = good();
  spoil(history);
  expect(
    findFaults(history).some((fault) => words.test(fault)),
    findFaults(history).join('\n'),
  ).toBe(true);
});

test('what the one who was removed did not get is no fault', () => {
  const history = good();
  history.readers[1]!.shows.t!.pop();
  expect(findFaults(history)).toEqual([]);
});
