// size: five ways to sign in, each one act of this page.
import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { becomeCastMember } from '#domains/people/become-cast-member.server.ts';
import { beginPasswordSignIn } from '#domains/people/begin-password-sign-in.server.ts';
import { enter } from '#domains/people/enter.server.ts';
import { BecomeInput, safeNext, SignInInput } from '#domains/people/model.ts';
import { hashPassword, isStale, verifyPassword } from '#domains/people/password.server.ts';
import { listCast } from '#domains/people/queries.server.ts';
import { renewHash } from '#domains/people/renew-hash.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { findInstitution, isSsoOffered } from '#domains/people/single-sign-on/connections.server.ts';
import { outcomeOf } from '#domains/people/single-sign-on/model.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { people_sign_in_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { arriveAt, atTheMachine, deviceFrom, passkeyScript } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const visitor = { kind: 'visitor' } as const;

export const load: PageServerLoad = async (event) => {
  const cast = atTheMachine(event) ? await as(visitor, listCast) : [];
  const institutions = await as(visitor, isSsoOffered);

  return {
    title: people_sign_in_title(),
    script: passkeyScript(),
    next: nextOf(event.url),
    institutions,
    outcome: outcomeOf(event.url.searchParams.get('sso')),
    asked: event.url.searchParams.has('members'),
    over: event.url.searchParams.has('over'),
    cast: cast.map(({ slug, name, organization, duties }) => ({ slug, name, organization, duties })),
  };
};

const nextOf = (url: URL) => safeNext(url.searchParams.get('next'));

export const actions: Actions = {
  // Leads on by the domain of the address alone: the answer is the same for whoever is here and whoever is not.
  async institution({ request, getClientAddress }) {
    const form = await request.formData();
    const address = String(form.get('work_address') ?? '').slice(0, 254);
    if (!(await as(visitor, (tx) => takeTry(tx, { what: 'sso', network: getClientAddress() }))))
      return refused(new Refusal('people.sign_in.slow_down', { status: 429 }), form);
    const found = await as(visitor, (tx) => findInstitution(tx, address));
    return { institution: found ?? null, values: { work_address: address } as Record<string, string> };
  },
  async password(event) {
    const { request, cookies, url, getClientAddress } = event;
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
    const entered = await as(visitor, (tx) => enter(tx, { memberId, proof: 'password', device: deviceFrom(event) }));
    if ('session' in entered && password_hash && isStale(password_hash)) {
      const hash = await hashPassword(password);
      await as({ kind: 'person', key: keyOf(entered.session) }, (tx) => renewHash(tx, { memberId, hash }));
    }
    try {
      return redirect(303, arriveAt(cookies, entered, nextOf(url)));
    } catch (error) {
      return refused(error, form);
    }
  },
  async become(event) {
    if (!atTheMachine(event)) throw notFound();
    const { slug } = v.parse(BecomeInput, Object.fromEntries(await event.request.formData()));
    const session = await as(visitor, (tx) => becomeCastMember(tx, { slug, device: deviceFrom(event) }));
    redirect(303, arriveAt(event.cookies, { session }, nextOf(event.url)));
  },
};
