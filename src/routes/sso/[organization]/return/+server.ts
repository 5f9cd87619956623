import { redirect } from '@sveltejs/kit';
import { ssoCookie } from '#domains/people/cookie.server.ts';
import { keepAnswer, takeAnswer } from '#domains/people/single-sign-on/arrive.server.ts';
import { findConnection } from '#domains/people/single-sign-on/connections.server.ts';
import { oidcAnswer } from '#domains/people/single-sign-on/oidc.server.ts';
import { wayOf } from '#domains/people/single-sign-on/way.ts';
import { as } from '#platform/database/open.server.ts';
import { finishAt, outcomeOfRefusal, placeOf } from '../../sso.server.ts';
import type { RequestHandler } from './$types.js';

/** An OIDC provider sends the browser back here. The try is taken first, then the provider asked with no transaction open, then what it said is kept. */
export const GET: RequestHandler = async (event) => {
  const { params, url, cookies, locals } = event;
  const organization = params.organization;
  const way = wayOf(cookies.get(ssoCookie()[0]) ?? '');
  const over = () => redirect(303, placeOf('enter', 'over', organization));
  if (url.searchParams.get('state') !== way.state) return over();
  const { stateHash, browserHash } = way;
  const connection = await as(locals.actor, async (tx) => {
    const found = await findConnection(tx, organization);
    return found?.kind === 'oidc' && (await takeAnswer(tx, { connection: found, stateHash, browserHash })) ? found : undefined;
  });
  if (!connection) return over();
  try {
    const said = await oidcAnswer(connection, way, url);
    await as(locals.actor, (tx) => keepAnswer(tx, { connection, stateHash, said }));
  } catch (error) {
    return redirect(303, placeOf('enter', outcomeOfRefusal(error, locals.requestId), organization));
  }
  return redirect(303, await finishAt(event, organization));
};
