import type { RequestEvent } from '@sveltejs/kit';
import { halfCookie, ssoCookie } from '#domains/people/cookie.server.ts';
import { type Finished, finishSso } from '#domains/people/single-sign-on/arrive.server.ts';
import type { Outcome, Purpose } from '#domains/people/single-sign-on/model.ts';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { arriveAt, deviceFrom } from '../entering.server.ts';

type Event = Pick<RequestEvent, 'cookies' | 'locals' | 'request'>;

/** The outcome that a refusal on the way means; every other error is thrown again. What a provider sent wrong goes to the log, never to the page. */
export function outcomeOfRefusal(error: unknown, requestId: string): Outcome {
  if (!(error instanceof Refusal)) throw error;
  if (error.details?.cause) console.error(JSON.stringify({ level: 'warn', request: requestId, sso: error.code, cause: error.details.cause }));
  if (error.code === 'people.sso.unreachable' || error.code === 'people.sso.secret_lost') return 'unreachable';
  if (error.code === 'people.sso.other_needed') return 'other_needed';
  return error.code === 'people.sign_in.passkey_needed' ? 'passkey_needed' : 'refused';
}

/** The page that shows an outcome: where the way began. */
export function placeOf(purpose: Purpose, outcome: Outcome, organization: string): string {
  if (purpose === 'test') return to(`/organizations/${organization}/single-sign-on?sso=${outcome}`);
  return to(`${purpose === 'link' ? '/account' : purpose === 'prove' ? '/prove' : '/signin'}?sso=${outcome}`);
}

/** Ends the way in the browser that began it, and says where to go. */
export async function finishAt(event: Event, organization: string): Promise<string> {
  const [name, options] = ssoCookie();
  const secret = event.cookies.get(name) ?? '';
  event.cookies.delete(name, options);
  let done: Finished | undefined;
  try {
    done = await as(event.locals.actor, (tx) => finishSso(tx, { secret, half: event.cookies.get(halfCookie()[0]), device: deviceFrom(event) }));
    if (!done) return placeOf('enter', 'over', organization);
    if (done.entered) return arriveAt(event.cookies, done.entered, done.next);
  } catch (error) {
    return placeOf('enter', outcomeOfRefusal(error, event.locals.requestId), organization);
  }
  if (done.outcome === 'proved') return to(done.next);
  return placeOf(done.purpose, done.outcome, organization);
}
