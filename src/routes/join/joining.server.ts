import { redirect, type RequestEvent } from '@sveltejs/kit';
import { acceptInvitation } from '#domains/people/accept-invitation.server.ts';
import { addressInvitation } from '#domains/people/address-invitation.server.ts';
import type { Entered } from '#domains/people/enter.server.ts';
import { FIRST_ADDRESS, JoinInput, PasskeyJoin, passwordFault } from '#domains/people/model.ts';
import { beginNewPasskey, checkNewPasskey } from '#domains/people/passkey.server.ts';
import { hashPassword } from '#domains/people/password.server.ts';
import { findInvitation, type Invited } from '#domains/people/queries.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { refused } from '#ui/refused.server.ts';
import { answering, arriveAt, deviceFrom } from '../entering.server.ts';

type Joining = RequestEvent<{ token: string }>;
const visitor = { kind: 'visitor' } as const;

async function open({ params, getClientAddress }: Joining, own: boolean): Promise<Invited> {
  const found = await as(visitor, async (tx) =>
    (await takeTry(tx, { what: 'join', network: getClientAddress() })) ? await findInvitation(tx, params.token) : 'slow',
  );
  if (found === 'slow') throw new Refusal('people.sign_in.slow_down', { status: 429 });
  if (!found || own !== (found.email === FIRST_ADDRESS)) throw notFound('people.invitation.not_found');
  return found;
}

/** Accepts with a password. `own`: the person writes their address, because the link does not know it. */
export async function joinWithPassword(event: Joining, own: boolean): Promise<ReturnType<typeof refused>> {
  const form = await event.request.formData();
  const { token } = event.params;
  let entered: Entered;
  try {
    const { name, email, password } = parse(JoinInput, Object.fromEntries(form));
    const invited = await open(event, own);
    if (own && !email) throw new Refusal('people.email.not_an_address');
    const fault = passwordFault(password, own ? email : invited.email);
    if (fault) throw new Refusal(fault);
    const passwordHash = await hashPassword(password);
    entered = await as(visitor, async (tx) => {
      if (own && email) await addressInvitation(tx, { token, email });
      return acceptInvitation(tx, { token, name, passwordHash, device: deviceFrom(event) });
    });
  } catch (error) {
    return refused(error, form);
  }
  redirect(303, arriveAt(event.cookies, entered, own ? '/organizations' : '/'));
}

/** Accepts with a passkey, in the two steps its script takes. */
export function joinWithPasskey(event: Joining, own: boolean): Promise<Response> {
  const { token } = event.params;
  return answering(async () => {
    const input = parse(PasskeyJoin, await event.request.json().catch(() => ({})));
    const { name, email } = input;
    const invited = await open(event, own);
    if (own && !email) throw new Refusal('people.email.not_an_address');
    if (input.step === 'begin') return as(visitor, (tx) => beginNewPasskey(tx, { memberId: newId(), email: (own && email) || invited.email, name, has: [] }));
    const device = deviceFrom(event);
    const entered = await as(visitor, async (tx) => {
      const passkey = await checkNewPasskey(tx, { ceremony: input.ceremony, response: input.response, name: device.name || 'Passkey' });
      if (!passkey) return undefined;
      if (own && email) await addressInvitation(tx, { token, email });
      return acceptInvitation(tx, { token, name, passwordHash: null, passkey, device });
    });
    if (!entered) throw new Refusal('people.passkey.refused');
    return { to: arriveAt(event.cookies, entered, own ? '/organizations' : '/account') };
  });
}
