import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { emptyReport, type Reason } from './model.ts';
import { groupReport, wordsOf } from './report.ts';

const messages = JSON.parse(readFileSync(new URL('../../../../messages/en/exchange.json', import.meta.url), 'utf8')) as Record<string, string>;
const model = readFileSync(new URL('./model.ts', import.meta.url), 'utf8');
const reasons = [...model.slice(model.indexOf('type Reason'), model.indexOf('/** One line')).matchAll(/'([a-z0-9_]+)'/g)].map((hit) => hit[1] as Reason);

test('every reason has its sentence and no sentence is without a reason', () => {
  expect(
    Object.keys(messages)
      .filter((key) => /^exchange_gitbook_(?!part_)/.test(key))
      .sort(),
  ).toEqual(reasons.map((reason) => `exchange_gitbook_${reason}`).sort());
});

test('lines are grouped by part and reason, sizes are said in megabytes', () => {
  const report = emptyReport();
  report.leftOut.push(
    { reason: 'asset_too_large', what: 'a\u202e.png', where: 'x/a.png', data: { size: 52428800, limit: 10485760 } },
    { reason: 'config', what: 'c', where: 'c' },
    { reason: 'asset_too_large', what: 'b', where: 'b' },
  );
  const groups = groupReport(report);
  expect(groups.map((group) => [group.part, group.key, group.lines.length])).toEqual([
    ['left_out', 'exchange_gitbook_asset_too_large', 2],
    ['left_out', 'exchange_gitbook_config', 1],
  ]);
  expect(wordsOf(groups[0]!.lines[0]!)).toEqual({ what: 'a\uFFFD.png', where: 'x/a.png', size: '50 MB', limit: '10 MB' });
});
