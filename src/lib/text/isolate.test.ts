import { expect, test } from 'vitest';
import { isolate } from './isolate.ts';

test('a name that begins with a sign is set apart; others stay as they are', () => {
  expect(isolate('#lumaria')).toBe('\u2068#lumaria\u2069');
  expect(isolate('Lumaria')).toBe('Lumaria');
  expect(isolate('قناة')).toBe('قناة');
  expect(isolate('')).toBe('');
});
