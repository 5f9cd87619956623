/** Nothing that a person wrote makes the hub ask an address, but for links of published pages, which a job asks and a steward switches off: whoever asks outside is known by name here. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Files of the server that open a line to somewhere else, and to where. */
const asking: Record<string, string> = {
  'src/platform/outgoing/outgoing.server.ts':
    'the guarded client: sign-in services that a focal point connects, push services of browsers, repositories that an administrator follows, links of published pages',
  'src/platform/scanner.server.ts': 'the malware scanner in INDABA_SCANNER',
  'src/platform/mail-in/fetch.server.ts': 'the mailbox in INDABA_MAIL_IN',
  'src/platform/mail.server.ts': 'the mail server in SMTP_URL',
  'src/domains/hub/health/look.server.ts': 'the certificate at the hub’s own address',
  'src/domains/people/joining/look-up-record.server.ts': 'name servers, for the record that proves a domain',
};
const ways =
  /\bfetch\(|from 'node:https?'|import \{[^}]*\bconnect\b[^}]*\} from 'node:(?:net|tls)'|from 'undici'|\b(?:net|tls|http|https)\.(?:connect|request|get)\(|[^.\w]connect\(\{|createConnection\(|Resolver\(|sendNotification\(|createTransport\(|new ImapFlow\(/;
const code = (path: string) => readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|^import type .*$/gm, '');

test('only these files ask anything outside', () => {
  const found = globSync('src/{platform,domains,lib,routes,ui,cli}/**/*.{ts,svelte}').filter((path) => !path.endsWith('.test.ts') && ways.test(code(path)));
  expect(found.sort()).toEqual(Object.keys(asking).sort());
});
