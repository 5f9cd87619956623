import { expect, test } from 'vitest';
import { randomSoup, seeded } from '../../../tests/support/random-text.ts';
import { foldWord, highlight, indexText, searchTerms, snippet, toSearchQuery, toSearchVectorInput } from './search-words.ts';

test('words are folded alike in index and question', () => {
  expect(['Policies', 'measures', 'Sécurité', 'ＳＩＭ', 'STRASSE', 'Straße', 'Œuvre', 'año', 'status', 'class', 'его', 'ёлка', 'й', '①'].map(foldWord)).toEqual(
    ['policy', 'measure', 'securite', 'sim', 'strasse', 'strasse', 'oeuvre', 'ano', 'status', 'class', 'его', 'елка', 'й', '1'],
  );
});

test('Arabic spellings meet: hamza, teh marbuta, tatweel, marks, digits, the article and what is joined to it', () => {
  expect(new Set(['الأمن', 'الامن', 'أمن', 'والأمن', 'الأَمْن', 'الأمـــن', 'بالأمن'].map(foldWord))).toEqual(new Set(['امن']));
  expect(foldWord('هوية')).toBe(foldWord('هويه'));
  expect(foldWord('مستشفى')).toBe(foldWord('مستشفي'));
  expect(foldWord('للأمن')).toBe('امن');
  expect(foldWord('١٢٣')).toBe('123');
  expect(foldWord('۱۲۳')).toBe('123');
});

test('Chinese and Japanese are cut into pairs, and mixed runs at their seams', () => {
  expect(indexText('安全措施')).toBe('安全 全措 措施 施');
  expect(indexText('SIM卡2张')).toBe('sim 卡 2 张');
  expect(indexText('カード')).toBe('カー ード ド');
  expect(searchTerms('安全 安全 SIM sims', 'zh')).toEqual(['安全', 'sim']);
});

test('a vector is a literal with places', () => {
  expect(toSearchVectorInput("SIM-swap: l'opérateur swaps 安全")).toBe("'sim':1 'swap':2,5 'l':3 'operateur':4 '安全':6 '全':7");
  expect(toSearchVectorInput('')).toBe('');
  expect(toSearchVectorInput('a '.repeat(30_000)).split(',').length).toBeLessThanOrEqual(255);
});

test('a question becomes words, phrases and a beginning', () => {
  expect(toSearchQuery('SIM swaps')).toBe("'sim' & 'swap'");
  expect(toSearchQuery('sim-swap "one time codes" oper', { prefix: true })).toBe("('sim' <-> 'swap') & ('one' <-> 'time' <-> 'code') & 'oper':*");
  expect(toSearchQuery('安全措施')).toBe("('安全' <-> '全措' <-> '措施')");
  expect(toSearchQuery('安全SIM')).toBe("('安全' <2> 'sim')");
  expect(toSearchQuery('卡')).toBe("'卡':*");
  expect(toSearchQuery('10.3')).toBe("('10' <-> '3')");
  expect(toSearchQuery(' !! & | :* () ')).toBe('');
});

test('nothing a person types gets out of the quotes', () => {
  const random = seeded(31);
  const shape = /^(?:\(?'[\p{L}\p{M}\p{N}]+'(?::\*)?(?: <(?:-|\d+)> '[\p{L}\p{M}\p{N}]+'(?::\*)?)*\)?(?: & |$))*$/u;
  for (let n = 0; n < 2000; n++) {
    const text = randomSoup(random, 60) + ["'", '\\', '"', ':*', '<->', '!', '&', '|', '(', ')', '\0', "' | '", 'a:b'][n % 13] + randomSoup(random, 20);
    expect(toSearchQuery(text, { prefix: n % 2 === 0 })).toMatch(shape);
    expect(toSearchVectorInput(text)).toMatch(/^(?:'[\p{L}\p{M}\p{N}]+':\d+(?:,\d+)*(?: |$))*$/u);
  }
  expect(toSearchQuery('word '.repeat(500)).split('&')).toHaveLength(16);
});

test('hits are marked in the text as it stands', () => {
  expect(highlight('The SIM swaps of 安全措施 and Operators', 'swap 措施 oper')).toEqual([
    { text: 'The SIM ', hit: false },
    { text: 'swaps', hit: true },
    { text: ' of 安全', hit: false },
    { text: '措施', hit: true },
    { text: ' and ', hit: false },
    { text: 'Operators', hit: true },
  ]);
  expect(highlight('والأمن هنا', 'امن')[0]).toEqual({ text: 'والأمن', hit: true });
  expect(
    highlight('全安全', '全')
      .filter((p) => p.hit)
      .map((p) => p.text)
      .join(''),
  ).toBe('全全');
  expect(highlight('nothing', '')).toEqual([{ text: 'nothing', hit: false }]);
  expect(highlight('', 'x')).toEqual([]);
  const random = seeded(33);
  for (let n = 0; n < 500; n++) {
    const text = randomSoup(random, 120);
    expect(
      highlight(text, randomSoup(random, 20))
        .map((p) => p.text)
        .join(''),
    ).toBe(text);
  }
});

test('a snippet is cut around its first hit', () => {
  const text = `${'word '.repeat(100)}needle here ${'tail '.repeat(100)}`;
  const parts = snippet(text, 'needle', 80);
  expect(parts.find((p) => p.hit)?.text).toBe('needle');
  expect([parts[0]?.text, parts.at(-1)?.text]).toEqual(['…', '…']);
  expect(parts.map((p) => p.text).join('').length).toBeLessThan(90);
  expect(snippet('short text', 'none')).toEqual([{ text: 'short text', hit: false }]);
  expect(snippet(`${'字'.repeat(300)}安全${'字'.repeat(300)}`, '安全', 60).some((p) => p.hit && p.text.includes('安全'))).toBe(true);
});
