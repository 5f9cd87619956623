import { redirect } from '@sveltejs/kit';
import { ssoCookie } from '#domains/people/cookie.server.ts';
import { isFresh } from '#domains/people/prove.server.ts';
import { safeNext } from '#domains/people/model.ts';
import { beginSso } from '#domains/people/single-sign-on/begin.server.ts';
import { PURPOSES } from '#domains/people/single-sign-on/model.ts';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { outcomeOfRefusal, placeOf } from '../../sso.server.ts';
import type { RequestHandler } from './$types.js';

/** Sends the browser to the institution. A link, because a form may lead nowhere outside (form-action); from another site it only shows the page to sign in. */
export const GET: RequestHandler = async (event) => {
  const { params, url, cookies, locals, request } = event;
  if (['cross-site', 'same-site'].includes(request.headers.get('sec-fetch-site') ?? '')) return redirect(303, to('/signin'));
  const purpose = PURPOSES.find((each) => each === url.searchParams.get('for')) ?? 'enter';
  // What counts only for somebody who proved themselves just now is not begun before.
  if ((purpose === 'link' || purpose === 'test') && !(await as(locals.actor, isFresh)))
    return redirect(303, to(`/prove?next=${encodeURIComponent(locals.path)}`));
  let address: string;
  try {
    const begun = await beginSso(locals.actor, {
      slug: params.organization,
      purpose,
      next: safeNext(url.searchParams.get('next')),
      network: event.getClientAddress(),
    });
    const [name, options] = ssoCookie();
    cookies.set(name, begun.secret, options);
    address = begun.to;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) throw error;
    address = placeOf(purpose, outcomeOfRefusal(error, locals.requestId), params.organization);
  }
  return new Response(null, { status: 303, headers: { location: address, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } });
};
