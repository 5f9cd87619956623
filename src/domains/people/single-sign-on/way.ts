import { createHash, createHmac } from 'node:crypto';

/** Everything one way to a provider and back needs, made of the one secret in the browser's cookie: the database keeps hashes of it, the provider gets parts that lead nowhere else. */
export type Way = { state: string; nonce: string; verifier: string; request: string; stateHash: Buffer; browserHash: Buffer };

/** The way that belongs to a browser's secret. */
export function wayOf(secret: string): Way {
  const part = (name: string) => createHmac('sha256', secret).update(`indaba sso ${name}`).digest('base64url');
  const state = part('state');
  return { state, nonce: part('nonce'), verifier: part('verifier'), request: requestOf(state), stateHash: hashOf(state), browserHash: hashOf(secret) };
}

/** The id of the SAML request that goes with a state: an answer to one request counts for its own state only. An XML id begins with a letter or a line. */
export function requestOf(state: string): string {
  return `_${createHash('sha256').update(`indaba sso request ${state}`).digest('hex')}`;
}

/** How a state is looked up. */
export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
