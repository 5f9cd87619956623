import { expect, test } from 'vitest';
import { splitLocale } from './locale.ts';

test('a locale before an address is taken off', () => {
  expect(splitLocale('/ar-XB/library/x')).toEqual({ locale: 'ar-XB', path: '/library/x' });
  expect(splitLocale('/en')).toEqual({ locale: 'en', path: '/' });
  expect(splitLocale('/library')).toEqual({ locale: undefined, path: '/library' });
});

test('what is left of an address stays inside the hub, however many slashes stood there', () => {
  for (const path of ['/ar-XB//elsewhere.example/', '/ar-XB///elsewhere.example', new URL('http://hub/en/\\elsewhere.example').pathname])
    expect(splitLocale(path).path).toMatch(/^\/elsewhere\.example/);
});
