/** A stand-in for the push service of browsers: keeps what the hub hands it, and opens it as the browser it was closed for would. Open it before the hub. */
import { createECDH, type ECDH, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { forgetConfig } from '#platform/config.server.ts';

// The other half of the standard, as a browser has it.
const { decrypt } = createRequire(createRequire(import.meta.url).resolve('web-push'))('http_ece') as {
  decrypt(body: Buffer, options: { version: string; privateKey: unknown; authSecret: string }): Buffer;
};

export type Got = { path: string; headers: Record<string, string | string[] | undefined>; body: Buffer };
export type PushBrowser = { keys: ECDH; auth: string; subscription: { endpoint: string; keys: { p256dh: string; auth: string } } };
export type PushService = {
  base: string;
  /** What came since it was last emptied. */
  got: Got[];
  /** The status it answers with. */
  answer: number;
  /** A browser with keys of its own, reached under this path. */
  browser(path: string): PushBrowser;
  /** What that browser would show. */
  open(one: PushBrowser, got: Got): { title: string; body: string; url: string; tag: string };
  close(): void;
};

export async function openPushService(): Promise<PushService> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      service.got.push({ path: request.url!, headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(service.answer).end();
    });
  });
  await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
  const { port } = server.address() as AddressInfo;
  process.env.INDABA_OUTGOING_ALLOW = `127.0.0.1:${port}`;
  forgetConfig();
  const service: PushService = {
    base: `http://127.0.0.1:${port}`,
    got: [],
    answer: 201,
    browser: (path) => {
      const keys = createECDH('prime256v1');
      const auth = randomBytes(16).toString('base64url');
      return { keys, auth, subscription: { endpoint: service.base + path, keys: { p256dh: keys.generateKeys().toString('base64url'), auth } } };
    },
    open: (one, { body }) => JSON.parse(decrypt(body, { version: 'aes128gcm', privateKey: one.keys, authSecret: one.auth }).toString()),
    close: () => {
      server.close();
      delete process.env.INDABA_OUTGOING_ALLOW;
      forgetConfig();
    },
  };
  return service;
}
