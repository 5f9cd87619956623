import { redirect } from '@sveltejs/kit';
import { keepAnswer, takeAnswer } from '#domains/people/single-sign-on/arrive.server.ts';
import { findConnection } from '#domains/people/single-sign-on/connections.server.ts';
import { samlAnswer } from '#domains/people/single-sign-on/saml.server.ts';
import { hashOf } from '#domains/people/single-sign-on/way.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { as } from '#platform/database/open.server.ts';
import { outcomeOfRefusal, placeOf } from '../../sso.server.ts';
import type { RequestHandler } from './$types.js';

const visitor = { kind: 'visitor' } as const;

/** A SAML provider's page posts its answer here, from another site and hence without cookies. What it says is kept with its try; the browser that began comes back for it. RelayState is a state, never an address. */
export const POST: RequestHandler = async ({ params, request, locals, getClientAddress }) => {
  const organization = params.organization;
  const form = await request.formData();
  const state = String(form.get('RelayState') ?? '');
  const stateHash = hashOf(state);
  const allowed = await as(visitor, (tx) => takeTry(tx, { what: 'sso', network: getClientAddress() }));
  const connection = allowed ? await as(visitor, (tx) => findConnection(tx, organization)) : undefined;
  if (connection?.kind !== 'saml') return redirect(303, placeOf('enter', 'refused', organization));
  try {
    const said = await samlAnswer(connection, state, String(form.get('SAMLResponse') ?? ''));
    const kept = await as(
      visitor,
      async (tx) => (await takeAnswer(tx, { connection, stateHash, browserHash: null })) && keepAnswer(tx, { connection, stateHash, said }),
    );
    if (!kept) return redirect(303, placeOf('enter', 'over', organization));
  } catch (error) {
    return redirect(303, placeOf('enter', outcomeOfRefusal(error, locals.requestId), organization));
  }
  return redirect(303, `/sso/${organization}/finish`);
};
