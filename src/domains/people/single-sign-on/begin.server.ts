import { sql } from 'kysely';
import { as, type Actor } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { newSecret } from '../secrets.server.ts';
import { takeTry } from '../take-try.server.ts';
import { findConnection } from './connections.server.ts';
import type { Purpose } from './model.ts';
import { oidcAddress } from './oidc.server.ts';
import { samlAddress } from './saml.server.ts';
import { wayOf } from './way.ts';

type Input = { slug: string; purpose: Purpose; next: string; network: string };

/**
 * Sets out for a provider: remembers the try, and says where the browser goes and what it keeps. Opens its transaction itself, because the provider is
 * asked after it has ended. Refuses with people.sso.not_found, people.sign_in.slow_down, people.sso.unreachable, .refused, .secret_lost.
 */
export async function beginSso(actor: Actor, { slug, purpose, next, network }: Input): Promise<{ to: string; secret: string }> {
  const secret = newSecret();
  const way = wayOf(secret);
  if (!(await as(actor, (tx) => takeTry(tx, { what: 'sso', network })))) throw new Refusal('people.sign_in.slow_down', { status: 429 });
  const connection = await as(actor, async (tx) => {
    const found = await findConnection(tx, slug);
    if (!found) return undefined;
    // A SAML answer says which request it is for, an OIDC one which state.
    const { rows } = await sql<{
      begun: boolean;
    }>`select app.sso_begin(${newId()}, ${way.stateHash}, ${way.browserHash}, ${found.id}, ${purpose}, ${next}) as begun`.execute(tx);
    return rows[0]?.begun ? found : undefined;
  });
  if (!connection) throw notFound('people.sso.not_found');
  const again = purpose === 'prove';
  return { to: connection.kind === 'saml' ? await samlAddress(connection, way, again) : await oidcAddress(connection, way, again), secret };
}
