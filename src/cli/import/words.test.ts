import { expect, test } from 'vitest';
import { say } from './words.ts';

test('one of a thing is said as one, also where two things are counted', () => {
  const waiting = (count: number, messages: number) => say('exchange_slack_waiting', { count, messages, address: '/imports' });
  expect(waiting(1, 1)).toBe('1 channel with 1 message waits for a label: a steward opens it at /imports');
  expect(waiting(2, 1)).toBe('2 channels with 1 message wait for a label: a steward opens them at /imports');
  expect(say('exchange_slack_more', { count: 3 })).toBe('and 3 more');
  expect(say('no_such_words')).toBe('no_such_words');
});
