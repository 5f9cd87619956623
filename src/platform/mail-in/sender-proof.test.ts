import { expect, test } from 'vitest';
import { provenSender } from './sender-proof.ts';

const FROM = 'ana@bank.example.gh';
const proven = (...lines: string[]) =>
  provenSender(
    lines.map((line) => ({ key: line.slice(0, line.indexOf(':')).toLowerCase(), line })),
    'mx.example.org',
    FROM,
  );
const results = (value: string) => `Authentication-Results: ${value}`;

test.each([
  ['the policy of the domain', 'mx.example.org; dmarc=pass (p=REJECT sp=none) header.from=bank.example.gh'],
  ['with a version, in other capitals, over lines', 'MX.example.org 1;\r\n  spf=fail smtp.mailfrom=x@evil.test;\r\n\tDMARC=Pass header.from=Bank.Example.gh'],
  ['a signature of the domain', 'mx.example.org; dkim=pass header.d=bank.example.gh header.s=a'],
  ['a signature of its mother', 'mx.example.org; dkim=fail header.d=evil.test; dkim=pass header.d=bank.example.gh'],
  ['the sender of the envelope', 'mx.example.org; spf=pass smtp.mailfrom=bounce@bank.example.gh'],
])('believed: %s', (_, value) => expect(proven(results(value))).toBe(true));

test.each([
  ['nothing said', []],
  ['said by another', [results('mx.evil.test; dmarc=pass header.from=bank.example.gh')]],
  ['said by a longer name', [results('mx.example.org.evil.test; dmarc=pass header.from=bank.example.gh')]],
  ['nothing looked at', [results('mx.example.org; none')]],
  ['failed', [results('mx.example.org; dmarc=fail header.from=bank.example.gh; dkim=pass header.d=bank.example.gh')]],
  ['another domain', [results('mx.example.org; dmarc=pass header.from=evil.test')]],
  ['a signature of a stranger', [results('mx.example.org; dkim=pass header.d=evil.test')]],
  ['a signature of a look-alike', [results('mx.example.org; dkim=pass header.d=evilbank.example.gh')]],
  ['a signature of a whole country', [results('mx.example.org; dkim=pass header.d=gh')]],
  ['a signature of a daughter', [results('mx.example.org; dkim=pass header.d=x.bank.example.gh')]],
  ['within a comment', [results('mx.example.org; dkim=fail (; dmarc=pass header.from=bank.example.gh) header.d=bank.example.gh')]],
  ['within a comment in a comment', [results('mx.example.org; dkim=fail (a (b) ; dmarc=pass header.from=bank.example.gh)')]],
  ['within quotation marks', [results('mx.example.org; spf=fail reason="; dmarc=pass header.from=bank.example.gh"')]],
  ['the name within a comment', [results('mx.evil.test (mx.example.org); dmarc=pass header.from=bank.example.gh')]],
  ['twice, differing', [results('mx.example.org; dmarc=pass header.from=bank.example.gh; dmarc=fail header.from=bank.example.gh')]],
  [
    'below what the relay said',
    [results('mx.example.org; dmarc=fail header.from=bank.example.gh'), results('mx.example.org; dmarc=pass header.from=bank.example.gh')],
  ],
])('not believed: %s', (_, lines) => expect(proven(...lines)).toBe(false));
