/** How a question is taken apart: words, quotations, exclusions and filters, in the six UN languages. */
import { describe, expect, test } from 'vitest';
import { composeQuery, type Resolved } from '#domains/search/compose-query.ts';
import { readDay, readLabel, readQuestion, readThing } from '#domains/search/question.ts';

const says = (text: string) => {
  const { words, without, filters } = readQuestion(text);
  return { words, without, filters: filters.map(({ name, value, not }) => `${not ? '-' : ''}${name}:${value}`) };
};

test.each([
  ['sim swap', 'sim swap', [], []],
  ['"sim swap" fraud', '"sim swap" fraud', [], []],
  ['fraud from:amina in:#alerts', 'fraud', [], ['from:amina', 'in:#alerts']],
  ['from: amina fraud', 'fraud', [], ['from:amina']],
  ['from:"Mei Tan" x', 'x', [], ['from:Mei Tan']],
  ['fraud -test -"dry run" -from:me', 'fraud', ['test', 'dry run'], ['-from:me']],
  ['SIM-swap well-known', 'SIM-swap well-known', [], []],
  ['https://evil.example/a?b=c', 'https://evil.example/a?b=c', [], []],
  ['note: 10:30 x', 'note: 10:30 x', [], []],
  ['"from:amina"', '"from:amina"', [], []],
  ['TLP:AMBER', '', [], ['tlp:AMBER']],
  ['from:', '', [], []],
  [
    'fraude de:amina dans:#alertes avant:2026-11 après:2025 avec:fichier fil:"carte SIM"',
    'fraude',
    [],
    ['from:amina', 'in:#alertes', 'before:2026-11', 'after:2025', 'has:fichier', 'thread:carte SIM'],
  ],
  [
    'fraude de:amina en:alertas antes:2026 después:2025 tiene:archivo hilo:tarjeta',
    'fraude',
    [],
    ['from:amina', 'in:alertas', 'before:2026', 'after:2025', 'has:archivo', 'thread:tarjeta'],
  ],
  [
    'номер от:amina в:alerts до:2026 после:2025 есть:файл тема:SIM',
    'номер',
    [],
    ['from:amina', 'in:alerts', 'before:2026', 'after:2025', 'has:файл', 'thread:SIM'],
  ],
  [
    '欺诈 来自：amina 在:alerts 之前:2026 之后:2025 包含:文件 话题:换卡',
    '欺诈',
    [],
    ['from:amina', 'in:alerts', 'before:2026', 'after:2025', 'has:文件', 'thread:换卡'],
  ],
  [
    'احتيال من:amina في:alerts قبل:2026 بعد:2025 يحتوي:ملف موضوع:شريحة',
    'احتيال',
    [],
    ['from:amina', 'in:alerts', 'before:2026', 'after:2025', 'has:ملف', 'thread:شريحة'],
  ],
])('%s', (text, words, without, filters) => {
  expect(says(text)).toEqual({ words, without, filters });
});

test('whatever a person types is read, in time that does not explode', () => {
  for (const text of ['"', '-', ':', '-:', 'from:"', '«»', '“a', '-"', `${'from:'.repeat(40)}`, '-'.repeat(200), `"${'a '.repeat(99)}`, '\u0000'])
    expect(() => readQuestion(text)).not.toThrow();
});

describe('values', () => {
  test.each(['2026', '2026-11', '2026-11-23', '2026/1/2', '２０２６-１１'])('a day: %s', (text) => expect(readDay(text).year).toBe(2026));
  test.each(['yesterday', '2026-13', '2026-02-30', '23.11.2026', '0001', '9999', ''])('no day: %j', (text) =>
    expect(() => readDay(text)).toThrow(expect.objectContaining({ code: 'search.query.bad_date' })),
  );
  test.each([
    ['green', 'TLP:GREEN'],
    ['TLP:amber+strict', 'TLP:AMBER+STRICT'],
    ['amber strict', 'TLP:AMBER+STRICT'],
    ['amber-strict', 'TLP:AMBER+STRICT'],
    ['none', ''],
  ])('a label: %s', (text, label) => expect(readLabel(text)).toBe(label));
  test('no label, no thing', () => {
    expect(() => readLabel('purple')).toThrow(expect.objectContaining({ code: 'search.query.unknown_label' }));
    expect(() => readThing('cat')).toThrow(expect.objectContaining({ code: 'search.query.unknown_thing' }));
    expect(readThing('Archivo')).toBe('file');
  });
});

describe('the query', () => {
  const resolved: Resolved = {
    authors: (value) => (value === 'amina' ? ['A'] : value === 'two' ? ['B', 'C'] : []),
    places: (value) => ({ conversations: value === 'alerts' ? ['K'] : [], spaces: value === 'book' ? ['S'] : [], direct: value === 'direct' }),
    threads: (value) => (value === 'any' ? ['T'] : []),
  };
  const of = (text: string, span = { since: null as Date | null, until: null as Date | null }) => composeQuery(readQuestion(text), span, resolved, false);
  test('words alone ask for texts and messages', () => expect(of('sim')).toMatchObject({ texts: "'sim'", messages: "'sim'" }));
  test('an author asks for messages alone', () => expect(of('sim from:amina')).toMatchObject({ texts: null, messages: "'sim' & 'f:A'" }));
  test('several values of one filter: one is enough', () => expect(of('from:amina from:two').messages).toBe("('f:A' | 'f:B' | 'f:C')"));
  test('a name that stands for nothing finds nothing, as an absent one', () => expect(of('sim from:nobody')).toMatchObject({ texts: null, messages: null }));
  test('a space asks for its texts and what is said about them, a channel for its messages', () => {
    expect(of('sim in:book')).toMatchObject({ texts: "'sim' & 's:S'", messages: "'sim' & 's:S'" });
    expect(of('sim in:alerts')).toMatchObject({ texts: null, messages: "'sim' & 'c:K'" });
    expect(of('sim in:direct')).toMatchObject({ texts: null, messages: "'sim' & 'k:direct'" });
  });
  test('a minus leaves out, and never stands alone', () => {
    expect(of('sim -swap -from:amina').messages).toBe("'sim' & !'swap' & !'f:A'");
    expect(() => of('-swap')).toThrow(expect.objectContaining({ code: 'search.query.only_without' }));
    expect(() => of('-from:amina')).toThrow(expect.objectContaining({ code: 'search.query.only_without' }));
    expect(() => of('-has:file -tlp:green')).toThrow(expect.objectContaining({ code: 'search.query.only_without' }));
  });
  test('days and threads are asked for beside the words, or alone', () => {
    const span = { since: new Date('1998-11-15T00:00:00Z'), until: null };
    expect(of('sim', span)).toMatchObject({ texts: null, messages: "'sim'", ...span, threads: null });
    expect(of('after:1998', span)).toMatchObject({ texts: null, messages: '', ...span });
    expect(of('-sim after:1998', span)).toMatchObject({ messages: "!'sim'" });
    expect(of('sim thread:any')).toMatchObject({ texts: null, messages: "'sim'", threads: ['T'] });
    expect(of('thread:any thread:none')).toMatchObject({ texts: null, messages: '', threads: ['T'] });
    expect(of('sim thread:none')).toMatchObject({ texts: null, messages: null });
    expect(of('sim -thread:any').messages).toBe("'sim' & !'t:T'");
  });
});
