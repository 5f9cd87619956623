import { expect, test } from 'vitest';
import { readMailIn } from './where.ts';

test('an address, the relay, and what is left out', () => {
  expect(readMailIn(undefined, 'https://hub.example.org')).toBeUndefined();
  expect(readMailIn('smtp://127.0.0.1:2525/?relay=MX.example.org', 'https://hub.example.org')).toEqual({
    way: 'smtp',
    host: '127.0.0.1',
    port: 2525,
    domain: 'hub.example.org',
    relay: 'mx.example.org',
    from: ['127.0.0.0/8', '::1'],
  });
  expect(readMailIn('imaps://answers%40example.org:a%2Fb@imap.example.org/?relay=mx.example.org', 'https://hub.example.org')).toEqual({
    way: 'imaps',
    host: 'imap.example.org',
    port: 993,
    user: 'answers@example.org',
    pass: 'a/b',
    folder: 'INBOX',
    domain: 'hub.example.org',
    relay: 'mx.example.org',
  });
  expect(readMailIn('smtp://[::]:25?relay=mx&domain=r.example.org&from=10.0.0.0/8', 'https://hub.example.org')).toMatchObject({
    host: '::',
    domain: 'r.example.org',
    from: ['10.0.0.0/8'],
  });
});

test.each([
  'mail',
  'smtp://host/?relay=mx',
  'smtp://h:25',
  'smtp://u:p@h:25/?relay=mx',
  'smtp://h:25/?relay=mx&relai=x',
  'smtp://h:25/?relay=mx&from=all',
  'imap://h:1/?relay=mx',
  'imaps://h/?relay=mx',
  'imaps://u:secret@h/?relay=',
  'imaps://u:secret@h/?relay=mx&from=::1',
])('refused in words: %s', (value) => expect(() => readMailIn(value, 'https://hub.example.org')).toThrow(/^INDABA_MAIL_IN cannot be used: /));
