import { describe, expect, test } from 'vitest';
import { withLocale } from '#ui/locale.server.ts';
import { plainFormerMembers, sayFormerMembers } from './former-member.ts';
import { isHonestName } from './model.ts';

const stored = '\u2068A former member of Bank &amp; Sons\u2069';
const page = `<p>${stored}</p><a title="${stored}, Mei">\u2068A former member\u2069</a> <q>A former member of parliament</q>`;

describe('who was erased', () => {
  test('is said in the language of the page, wherever a name stands; what somebody wrote stays as written', () => {
    expect(withLocale('en', () => sayFormerMembers(page))).toBe(
      '<p>A former member of Bank &amp; Sons</p><a title="A former member of Bank &amp; Sons, Mei">A former member</a> <q>A former member of parliament</q>',
    );
    const other = withLocale('ar-XB', () => sayFormerMembers(page));
    expect(other).toContain('Bank &amp; Sons');
    expect(other).not.toContain('A former member of Bank');
    expect(other).toContain('<q>A former member of parliament</q>');
  });

  test('is one English form for programs', () => {
    expect(plainFormerMembers(JSON.stringify({ name: stored }))).toBe('{"name":"A former member of Bank &amp; Sons"}');
  });

  test('is nothing that anybody could call themselves', () => {
    expect(isHonestName('\u2068A former member of X\u2069')).toBe(false);
  });
});
