// size: four ways to sign in, each one act of this page.
import { type Cookies, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { becomeCastMember } from '#domains/people/become-cast-member.server.ts';
import { beginPasswordSignIn } from '#domains/people/begin-password-sign-in.server.ts';
import { deviceOf } from '#domains/people/device.ts';
import { BecomeInput, safeNext, SignInInput } from '#domains/people/model.ts';
import { openSession } from '#domains/people/open-session.server.ts';
import { hashPassword, isStale, verifyPassword } from '#domains/people/password.server.ts';
import { listCast } from '#domains/people/queries.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { setPassword } from '#domains/people/set-password.server.ts';
import { people_sign_in_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { to } from '#ui/locale.ts';
import { atTheMachine, passkeyScript, remember } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const visitor = { kind: 'visitor' } as const;

export const load: PageServerLoad = async (event) => {
  const cast = atTheMachine(event) ? await as(visitor, listCast) : [];

  return {
    title: people_sign_in_title(),
    script: passkeyScript(),
    next: safeNext(event.url.searchParams.get('next')),
    cast: cast.map(({ slug, name, organization }) => ({ slug, name, organization })),
  };
};

function enter(cookies: Cookies, url: URL, secret: string): never {
  remember(cookies, secret);
  redirect(303, to(safeNext(url.searchParams.get('next'))));
}

export const actions: Actions = {
  async password({ request, cookies, url, getClientAddress }) {
    const form = await request.formData();
    const parsed = v.safeParse(SignInInput, Object.fromEntries(form));
    const email = parsed.success ? parsed.output.email : '';
    const password = parsed.success ? parsed.output.password : '';
    const attempt = await as(visitor, (tx) => beginPasswordSignIn(tx, { email, network: getClientAddress() }));
    if (!attempt.allowed) return refused(new Refusal('people.sign_in.slow_down', { status: 429 }), form);
    // Outside the transaction: 50 ms of work that must not hold a connection. An unknown address costs the same.
    const right = await verifyPassword(password, attempt.account?.password_hash);
    if (!right || !attempt.account) return refused(new Refusal('people.sign_in.refused'), form);
    const { member_id: memberId, password_hash } = attempt.account;
    const secret = await as(visitor, (tx) => openSession(tx, { memberId, device: deviceOf(request.headers.get('user-agent')) }));
    if (password_hash && isStale(password_hash)) {
      const hash = await hashPassword(password);
      await as({ kind: 'person', key: keyOf(secret) }, (tx) => setPassword(tx, { hash }));
    }
    return enter(cookies, url, secret);
  },
  async become(event) {
    if (!atTheMachine(event)) throw notFound();
    const { slug } = v.parse(BecomeInput, Object.fromEntries(await event.request.formData()));
    const secret = await as(visitor, (tx) => becomeCastMember(tx, { slug, device: deviceOf(event.request.headers.get('user-agent')) }));
    return enter(event.cookies, event.url, secret);
  },
};
