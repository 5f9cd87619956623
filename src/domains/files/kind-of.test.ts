import { expect, test } from 'vitest';
import { kindOf } from './kind-of.ts';

test.each([
  ['page.png', 'application/octet-stream', ''],
  ['page.html', 'application/octet-stream', 'HTML'],
  ['list.csv', 'application/octet-stream', 'CSV'],
  ['holiday.png', 'application/pdf', 'PDF'],
  ['letter.docx', 'application/zip', 'DOCX'],
  ['holiday.png', 'application/zip', 'ZIP'],
  ['table', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'XLSX'],
  ['old.xls', 'application/x-cfb', 'XLS'],
  ['setup.pdf', 'application/x-msdownload', ''],
  ['README', 'application/octet-stream', ''],
])('%s whose bytes say %s is called %j', (name, mime, kind) => {
  expect(kindOf({ name, mime })).toBe(kind);
});
