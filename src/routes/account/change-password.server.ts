import type { RequestEvent } from '@sveltejs/kit';
import { beginPasswordSignIn } from '#domains/people/begin-password-sign-in.server.ts';
import { passwordFault } from '#domains/people/model.ts';
import { hashPassword, verifyPassword } from '#domains/people/password.server.ts';
import { isFresh, prove } from '#domains/people/prove.server.ts';
import { findMyAccount } from '#domains/people/queries.server.ts';
import { findMyFactor } from '#domains/people/second-factor.server.ts';
import { setPassword } from '#domains/people/set-password.server.ts';
import { signOutElsewhere } from '#domains/people/sign-out-elsewhere.server.ts';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

/**
 * Changes the asker's password after checking the present one, counted like a sign-in so that a stolen browser cannot guess it.
 * Refuses with people.password.wrong, .short, .long, .trivial, .refused, people.sign_in.slow_down, people.step_up.needed.
 */
export async function changePassword({ locals, getClientAddress }: RequestEvent, form: FormData): Promise<void> {
  const current = String(form.get('current_password') ?? '');
  const wanted = String(form.get('new_password') ?? '');
  const { account, attempt, fresh } = await as(locals.actor, async (tx) => {
    const mine = await findMyAccount(tx);
    const fresh = await isFresh(tx);
    // The present password proves enough, unless there is none or more than it is asked at sign-in.
    if (!fresh && (!mine?.has_password || (await findMyFactor(tx)).on_since)) throw new Refusal('people.step_up.needed', { status: 403 });
    return {
      fresh,
      account: mine,
      attempt: await beginPasswordSignIn(tx, { email: mine?.email ?? '', network: getClientAddress() }),
    };
  });
  if (!attempt.allowed) throw new Refusal('people.sign_in.slow_down', { status: 429 });
  if (account?.has_password && !(await verifyPassword(current, attempt.account?.password_hash))) throw new Refusal('people.password.wrong');
  const fault = passwordFault(wanted, account?.email);
  if (fault) throw new Refusal(fault);
  const hash = await hashPassword(wanted);
  await as(locals.actor, async (tx) => {
    if (!fresh) await prove(tx, { proof: 'password' });
    await setPassword(tx, { hash });
    await signOutElsewhere(tx);
  });
}
