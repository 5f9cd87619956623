import type { RequestEvent } from '@sveltejs/kit';
import { beginPasswordSignIn } from '#domains/people/begin-password-sign-in.server.ts';
import { verifyPassword } from '#domains/people/password.server.ts';
import { prove } from '#domains/people/prove.server.ts';
import { findMyAccount } from '#domains/people/queries.server.ts';
import { findMyFactor, takeCode } from '#domains/people/second-factor.server.ts';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

/** Proves the session that asks by password, and by a code where there is a second factor. Refuses with people.password.wrong, people.code.wrong, people.sign_in.slow_down, people.step_up.refused. */
export async function checkPassword({ locals, getClientAddress }: RequestEvent, form: FormData): Promise<void> {
  const network = getClientAddress();
  const attempt = await as(locals.actor, async (tx) => beginPasswordSignIn(tx, { email: (await findMyAccount(tx))?.email ?? '', network }));
  if (!attempt.allowed) throw new Refusal('people.sign_in.slow_down', { status: 429 });
  const right = await verifyPassword(String(form.get('prove_password') ?? ''), attempt.account?.password_hash);
  if (!right || !attempt.account) throw new Refusal('people.password.wrong');
  const memberId = attempt.account.member_id;
  const code = await as(locals.actor, async (tx) =>
    (await findMyFactor(tx)).on_since ? takeCode(tx, { memberId, code: String(form.get('prove_code') ?? ''), network }) : 'none',
  );
  if (code === 'slow') throw new Refusal('people.sign_in.slow_down', { status: 429 });
  if (code === 'wrong') throw new Refusal('people.code.wrong');
  await as(locals.actor, (tx) => prove(tx, { proof: code === 'none' ? 'password' : 'password+code' }));
}
