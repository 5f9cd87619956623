// size: a code given, a factor begun, a factor confirmed: three acts of one step between password and session.
import { type Cookies, redirect } from '@sveltejs/kit';
import { shownKey } from '#domains/people/authenticator.server.ts';
import { beginSecondFactor } from '#domains/people/begin-second-factor.server.ts';
import { confirmSecondFactor } from '#domains/people/confirm-second-factor.server.ts';
import { halfCookie } from '#domains/people/cookie.server.ts';
import { countHalfTry, endHalf, enter, findHalf, type Half } from '#domains/people/enter.server.ts';
import { safeNext } from '#domains/people/model.ts';
import { openFactor, takeCode } from '#domains/people/second-factor.server.ts';
import { findInstitutionOf } from '#domains/people/single-sign-on/connections.server.ts';
import { people_second_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { arriveAt, deviceFrom, passkeyScript } from '../../entering.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

const visitor = { kind: 'visitor' } as const;
const secretOf = (cookies: Cookies) => cookies.get(halfCookie()[0]) ?? '';
const nextOf = (url: URL) => safeNext(url.searchParams.get('next'));

export const load: PageServerLoad = async ({ cookies, url, setHeaders }) => {
  setHeaders({ 'cache-control': 'private, no-store' });
  const found = await as(visitor, async (tx) => {
    const half = await findHalf(tx, secretOf(cookies));
    const begun = half?.needs === 'set_factor' ? await openFactor(tx, half.member_id) : undefined;
    const institution = half?.needs === 'sso' ? await findInstitutionOf(tx, secretOf(cookies)) : undefined;
    return half && { needs: half.needs, email: half.email, shown: begun ? shownKey(begun.secret, half.email) : null, institution };
  });
  return { title: people_second_title(), next: nextOf(url), half: found ?? null, script: passkeyScript() };
};

/** Goes on from a half sign-in; one that is over begins at the password again. */
async function going<T>({ cookies, url }: RequestEvent, needs: Half['needs'], work: (tx: Tx, half: Half, secret: string) => Promise<T>): Promise<T> {
  const secret = secretOf(cookies);
  const done = await as(visitor, async (tx) => {
    const half = await findHalf(tx, secret);
    return half?.needs === needs ? { value: await work(tx, half, secret) } : undefined;
  });
  return done ? done.value : redirect(303, to(`/signin?over&next=${encodeURIComponent(nextOf(url))}`));
}

export const actions: Actions = {
  async code(event) {
    const form = await event.request.formData();
    const device = deviceFrom(event);
    const answer = await going(event, 'code', async (tx, { member_id: memberId }, secret) => {
      const code = await takeCode(tx, { memberId, code: String(form.get('code') ?? ''), network: event.getClientAddress() });
      if (code === 'wrong') await countHalfTry(tx, secret);
      if (code !== 'right') return code;
      await endHalf(tx, secret);
      return enter(tx, { memberId, proof: 'password+code', device });
    });
    if (answer === 'slow') return refused(new Refusal('people.sign_in.slow_down', { status: 429 }));
    if (answer === 'wrong') return refused(new Refusal('people.code.wrong'));
    redirect(303, arriveAt(event.cookies, answer, nextOf(event.url)));
  },
  begin: (event) => going(event, 'set_factor', (tx, { member_id: memberId }) => beginSecondFactor(tx, { memberId })),
  async set(event) {
    const form = await event.request.formData();
    const device = deviceFrom(event);
    const answer = await going(event, 'set_factor', async (tx, { member_id: memberId }, secret) => {
      const codes = await confirmSecondFactor(tx, { memberId, code: String(form.get('code') ?? '') });
      if (!codes) return undefined;
      await endHalf(tx, secret);
      return { codes, entered: await enter(tx, { memberId, proof: 'password+code', device }) };
    });
    if (!answer) return refused(new Refusal('people.code.wrong'));
    return { codes: answer.codes, next: arriveAt(event.cookies, answer.entered, nextOf(event.url)) };
  },
};
