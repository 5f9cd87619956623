import * as client from 'openid-client';
import { OutgoingError, outgoing } from '#platform/outgoing/outgoing.server.ts';
import { config } from '#platform/config.server.ts';
import { Refusal } from '#platform/errors.ts';
import { unseal } from '#platform/seal.server.ts';
import type { Connection } from './connections.server.ts';
import type { Said } from './arrive.server.ts';
import { returnAddress } from './model.ts';
import type { Way } from './way.ts';

// What a provider says of itself changes seldom; asked again after ten minutes, or when anything of the connection changed.
const FRESH_MS = 600_000;
const known = new Map<string, { until: number; found: Promise<client.Configuration> }>();
// Keys that others can check: no shared secret, and not "none".
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

const ask: client.CustomFetch = (url, { method, headers, body }) => outgoing(url, { method, headers, body: body == null ? undefined : String(body) });

// By the form where the provider lists it, else by the head, as the standard has it when nothing is said.
function showSecret(secret: string): client.ClientAuth {
  const [post, basic] = [client.ClientSecretPost(secret), client.ClientSecretBasic(secret)];
  return (server, ...rest) => (server.token_endpoint_auth_methods_supported?.includes('client_secret_post') ? post : basic)(server, ...rest);
}

async function discover(connection: Connection): Promise<client.Configuration> {
  const secret = unseal('sso', connection.id, connection.sealed_secret ?? '');
  if (secret === undefined) throw new Refusal('people.sso.secret_lost', { status: 503 });
  const issuer = new URL(connection.issuer);
  // Plain http only where the guarded client would let it through: on this machine, named by whoever runs it.
  const plain = issuer.protocol === 'http:' && config().outgoingAllow.includes(issuer.host);
  const found = await client.discovery(issuer, connection.client_id ?? '', {}, showSecret(secret), {
    [client.customFetch]: ask,
    // Else a signature would be taken on the word of the connection that brought it.
    execute: plain ? [client.enableNonRepudiationChecks, client.allowInsecureRequests] : [client.enableNonRepudiationChecks],
  });
  found[client.customFetch] = ask;
  return found;
}

/** What a provider says of itself, asked at most every ten minutes. Refuses with people.sso.unreachable, people.sso.secret_lost. */
async function providerOf(connection: Connection): Promise<client.Configuration> {
  const key = JSON.stringify([connection.id, connection.issuer, connection.client_id, connection.sealed_secret]);
  const kept = known.get(key);
  if (kept && kept.until > Date.now()) return kept.found;
  if (known.size > 500) known.clear();
  const found = discover(connection);
  known.set(key, { until: Date.now() + FRESH_MS, found });
  try {
    return await found;
  } catch (error) {
    known.delete(key);
    throw said(error);
  }
}

/** Where the browser is sent to sign in at an OIDC provider. `again`: they have to show themselves anew. Refuses as `providerOf` does. */
export async function oidcAddress(connection: Connection, way: Way, again: boolean): Promise<string> {
  const provider = await providerOf(connection);
  return client.buildAuthorizationUrl(provider, {
    redirect_uri: returnAddress(config().url, connection.slug),
    scope: 'openid email profile',
    state: way.state,
    nonce: way.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(way.verifier),
    code_challenge_method: 'S256',
    ...(again ? { prompt: 'login', max_age: '0' } : {}),
  }).href;
}

/** Exchanges the code that came back and checks everything about the answer. No transaction may be open. Refuses with people.sso.refused, .unreachable, .secret_lost. */
export async function oidcAnswer(connection: Connection, way: Way, url: URL): Promise<Said> {
  const provider = await providerOf(connection);
  const here = new URL(returnAddress(config().url, connection.slug));
  here.search = url.search;
  try {
    const tokens = await client.authorizationCodeGrant(provider, here, {
      pkceCodeVerifier: way.verifier,
      expectedState: way.state,
      expectedNonce: way.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    const { alg } = JSON.parse(Buffer.from((tokens.id_token ?? '').split('.')[0] ?? '', 'base64url').toString()) as { alg?: string };
    if (!claims || !ALGORITHMS.includes(alg ?? '')) throw new Refusal('people.sso.refused', { status: 403 });
    // Some providers put the address into userinfo only; asked for this very subject.
    const told =
      claims['email'] || !provider.serverMetadata().userinfo_endpoint
        ? claims
        : { ...(await client.fetchUserInfo(provider, tokens.access_token, claims.sub)), sub: claims.sub };
    const checked = told['email_verified'];
    return {
      subject: claims.sub,
      address: text(told['email']) ?? text(claims['preferred_username']) ?? text(claims['upn']) ?? '',
      vouched: told['email'] !== undefined && (checked === true || checked === 'true'),
      name: text(told['name']) ?? '',
      authenticatedAt: typeof claims.auth_time === 'number' ? new Date(claims.auth_time * 1000) : undefined,
    };
  } catch (error) {
    throw said(error);
  }
}

const text = (value: unknown) => (typeof value === 'string' && value.trim() ? value.trim() : undefined);

// What went wrong in detail is for the log; to the person it is one of two things: the provider is away, or its answer is not believed.
function said(error: unknown): unknown {
  if (error instanceof Refusal) return error;
  const away = error instanceof OutgoingError || (error instanceof Error && error.cause instanceof OutgoingError);
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new Refusal(away ? 'people.sso.unreachable' : 'people.sso.refused', { status: away ? 503 : 403, details: { cause } });
}
