import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { toSearchQuery, toSearchVectorInput } from '../../src/lib/text/search-words.ts';
import { randomSoup, seeded } from '../support/random-text.ts';

let db: Client;
beforeAll(async () => {
  db = new Client({ connectionString: inject('database').admin });
  await db.connect();
});
afterAll(() => db.end());

async function found(text: string, question: string, prefix = false): Promise<boolean> {
  const query = toSearchQuery(question, { prefix });
  if (query === '') return false;
  const { rows } = await db.query('select $1::tsvector @@ $2::tsquery as hit', [toSearchVectorInput(text), query]);
  return rows[0].hit;
}

test.each([
  ['The SIM swap is verified', 'sim swaps', true],
  ['The SIM swap is verified', 'swap-sim', false],
  ['The SIM-swap is verified', 'sim swap', true],
  ['Sécurité des opérateurs', 'securite operateur', true],
  ['Control 10.3 of X.1150', '10.3', true],
  ['Control 10.3 of X.1150', '10.4', false],
  ['Control 3.10', '10.3', false],
  ['运营商必须核实客户身份', '核实', true],
  ['运营商必须核实客户身份', '客户身份', true],
  ['运营商必须核实客户身份', '身客', false],
  ['运营商必须核实客户身份', '份', true],
  ['核实甲，身份乙', '核实身份', false],
  ['更换SIM卡之前', 'SIM卡', true],
  ['更换SIM卡之前', '卡之前', true],
  ['ワンタイムパスワード', 'パスワード', true],
  ['يجب على المشغّل التحقق من الهوية', 'مشغل', true],
  ['يجب على المشغّل التحقق من الهوية', 'هويه', true],
  ['يجب على المشغّل التحقق من الهوية', 'بنك', false],
  ['Оператор проверяет личность', 'оператор', true],
  ["it's a \\ test ' of : quotes", "it's", true],
  ['one two three', '"two three"', true],
  ['one two three', '"three two"', false],
  ['one two three', "' | 'one", true],
  ['one two three', '!one', true],
])('%j for %j: %s', async (text, question, hit) => {
  expect(await found(text, question)).toBe(hit);
});

test('the last word as a beginning', async () => {
  expect(await found('operators verify', 'oper', true)).toBe(true);
  expect(await found('operators verify', 'oper')).toBe(false);
  expect(await found('operators verify', 'oper ver', true)).toBe(false);
});

test('PostgreSQL reads whatever a person types, and a text finds itself', async () => {
  const random = seeded(41);
  for (let n = 0; n < 300; n++) {
    const text = randomSoup(random, 80);
    const hit = await found(text, text.slice(0, 40));
    expect(typeof hit).toBe('boolean');
  }
});
