import { describe, expect, test } from 'vitest';
import { domainOf } from './domain.ts';
import { lookAlikes, shapeOf, shown } from './look-alike.ts';

describe('what is a domain', () => {
  test.each([
    ['TA.Lumaria.Example', 'ta.lumaria.example'],
    [' https://www.ta.example/about?x ', 'ta.example'],
    ['info@ta.example', 'ta.example'],
    ['ta.example.', 'ta.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['ＴＡ.example', 'ta.example'],
  ])('%s is %s', (typed, domain) => expect(domainOf(typed)).toBe(domain));
  test.each([
    '',
    'ta',
    'localhost',
    'ta.local',
    'db.internal',
    '192.0.2.1',
    '[::1]',
    'ta..example',
    '-ta.example',
    'ta.example; drop',
    'ta.1',
    'a b.example',
    `${'a'.repeat(64)}.example`,
  ])('%s is none', (typed) => expect(domainOf(typed)).toBeUndefined());
});

describe('domains that are taken for another', () => {
  const known = ['ta.lumaria.example', 'centralbank.example', 'sandoria.test'];
  test.each<[string, string, string | undefined]>([
    ['ta.lurnaria.example', 'same_shape', 'ta.lumaria.example'],
    ['ta.1umaria.example', 'same_shape', 'ta.lumaria.example'],
    ['central-bank.example', 'same_shape', 'centralbank.example'],
    ['centra1bank.example', 'same_shape', 'centralbank.example'],
    ['centralbnak.example', 'one_letter', 'centralbank.example'],
    ['centralbamk.example', 'one_letter', 'centralbank.example'],
    ['centralbankk.example', 'one_letter', 'centralbank.example'],
    ['centralbank.test', 'other_ending', 'centralbank.example'],
    ['mail.centralbank.example', 'inside', 'centralbank.example'],
  ])('%s: %s as %s', (domain, why, other) => expect(lookAlikes(domain, known)).toContainEqual({ why, domain: other }));
  test('letters of another script are read back, said, and compared by their shape', () => {
    const fake = domainOf('сentralbаnk.example')!;
    expect(fake).toMatch(/^xn--/);
    expect(shown(fake)).toBe('сentralbаnk.example');
    expect(shapeOf(fake)).toBe(shapeOf('centralbank.example'));
    expect(lookAlikes(fake, known)).toEqual([{ why: 'foreign_letters' }, { why: 'same_shape', domain: 'centralbank.example' }]);
  });
  test.each(['bücher.example', '例え.example', 'مثال.example', 'ñandú.example'])('%s comes back as it was', (name) =>
    expect(shown(domainOf(name)!)).toBe(name),
  );
  test('what is known itself, and what is simply another, is no look-alike', () => {
    expect(lookAlikes('centralbank.example', known)).toEqual([]);
    expect(lookAlikes('office.tavola.example', known)).toEqual([]);
  });
});
