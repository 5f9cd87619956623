/** A provider that says what a test wants it to say, true or false, with keys of its own. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allow } from './oidc.ts';

export type Token = { header?: Record<string, unknown>; claims?: Record<string, unknown>; by?: 'own' | 'stranger' | 'none' | 'secret' | 'public key' };
export type FalseIdp = {
  issuer: string;
  /** What the token endpoint answers next. */
  next: Token & { hang?: boolean; redirect?: string };
  /** What it says of itself, over what is true. */
  description: Record<string, unknown>;
  /** Codes that were shown to it, and what with. */
  asked: URLSearchParams[];
  close(): Promise<void>;
};

const base64 = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Starts one; `client` is what the hub is called there, with its secret. */
export async function openFalseIdp(client: { id: string; secret: string }): Promise<FalseIdp> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let idp: FalseIdp;
  const token = ({ header, claims, by = 'own' }: Token): string => {
    const now = Math.floor(Date.now() / 1000);
    const algorithm = { own: 'RS256', stranger: 'RS256', none: 'none', secret: 'HS256', 'public key': 'HS256' }[by];
    const head = base64({ alg: algorithm, kid: 'one', ...header });
    const body = base64({
      iss: idp.issuer,
      aud: client.id,
      sub: 'amina',
      email: 'amina@ta.example',
      email_verified: true,
      iat: now,
      exp: now + 300,
      ...claims,
    });
    const signed = `${head}.${body}`;
    const hmac = (key: string) => createHmac('sha256', key).update(signed).digest('base64url');
    const rsa = (key: KeyObject) => sign('sha256', Buffer.from(signed), key).toString('base64url');
    const ends = {
      own: () => rsa(own.privateKey),
      stranger: () => rsa(stranger.privateKey),
      none: () => '',
      secret: () => hmac(client.secret),
      'public key': () => hmac(own.publicKey.export({ type: 'spki', format: 'pem' }) as string),
    };
    return `${signed}.${ends[by]()}`;
  };
  const server = createServer((request, response) => {
    const answer = (value: unknown) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/.well-known/openid-configuration') {
      const { issuer } = idp;
      return answer({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
        ...idp.description,
      });
    }
    if (request.url === '/jwks') return answer({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }] });
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      idp.asked.push(new URLSearchParams(body));
      if (idp.next.hang) return;
      if (idp.next.redirect) return void response.writeHead(302, { location: idp.next.redirect }).end();
      answer({ access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: token(idp.next) });
    });
  });
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  allow(host);
  idp = {
    issuer: `http://${host}`,
    next: {},
    description: {},
    asked: [],
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(() => done()))),
  };
  return idp;
}
