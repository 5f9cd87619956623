/** A real OpenID provider on this machine, and a browser that signs in at it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forgetConfig } from '#platform/config.server.ts';
import { Visitor } from './hub.ts';

export type Person = { email?: string; email_verified?: unknown; name?: string; preferred_username?: string };
export type Idp = {
  issuer: string;
  host: string;
  people: Record<string, Person>;
  clients: (list: { client_id: string; client_secret: string; redirect_uris: string[] }[]) => Promise<void>;
  close(): Promise<void>;
};

/** Starts a provider. People are added to `people` under the name they sign in with. */
export async function openIdp(): Promise<Idp> {
  const { Provider } = (await import('oidc-provider' as string)) as {
    Provider: new (issuer: string, options: object) => { callback(): (...all: unknown[]) => void };
  };
  let answer: (...all: unknown[]) => void = () => undefined;
  const server: Server = createServer((request, response) => answer(request, response));
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  const issuer = `http://${host}`;
  const people: Record<string, Person> = {};
  allow(host);
  return {
    issuer,
    host,
    people,
    clients: async (clients) => {
      const provider = new Provider(issuer, {
        clients: clients.map((each) => ({ ...each, token_endpoint_auth_method: 'client_secret_post' })),
        claims: { email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
        conformIdTokenClaims: false,
        cookies: { keys: ['test'] },
        findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
      });
      answer = provider.callback();
    },
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(() => done()))),
  };
}

/** Lets the guarded client ask this service of the test. */
export function allow(host: string): void {
  process.env['INDABA_OUTGOING_ALLOW'] = [...new Set([...(process.env['INDABA_OUTGOING_ALLOW'] ?? '').split(','), host])].filter(Boolean).join(',');
  forgetConfig();
}

/** Signs somebody in at the provider, from the address the hub sent the browser to; gives back where the provider sends it. */
export async function signInAt(idp: Idp, address: string, who: string, browser = new Visitor(idp.issuer)): Promise<string> {
  let at = address;
  for (let step = 0; step < 12; step += 1) {
    if (!at.startsWith(idp.issuer) && !at.startsWith('/')) return at;
    const path = at.replace(idp.issuer, '');
    const page = await browser.get(path);
    if (page.location) {
      at = page.location;
      continue;
    }
    const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1]?.replace(idp.issuer, '');
    if (!action) throw new Error(`the provider answered ${page.status}: ${page.text.slice(0, 400)}`);
    const prompt = /name="prompt" value="(\w+)"/.exec(page.text)?.[1] ?? '';
    const sent = await browser.post(action, prompt === 'login' ? { prompt, login: who, password: 'any' } : { prompt });
    at = sent.location ?? '';
  }
  throw new Error('the provider never came to an end');
}
