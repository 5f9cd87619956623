import { PasskeyNew } from '#domains/people/model.ts';
import { beginNewPasskey, checkNewPasskey } from '#domains/people/passkey.server.ts';
import { findRecovery, useRecovery } from '#domains/people/recovery.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { answering, arriveAt, deviceFrom } from '../../../entering.server.ts';
import type { RequestHandler } from './$types.js';

const visitor = { kind: 'visitor' } as const;

export const POST: RequestHandler = (event) =>
  answering(async () => {
    const input = parse(PasskeyNew, await event.request.json().catch(() => ({})));
    const { token } = event.params;
    const device = deviceFrom(event);
    if (!(await as(visitor, (tx) => takeTry(tx, { what: 'join', network: event.getClientAddress() }))))
      throw new Refusal('people.sign_in.slow_down', { status: 429 });
    const answer = await as(visitor, async (tx) => {
      const found = await findRecovery(tx, token);
      if (!found) throw notFound('people.recovery.not_found');
      if (input.step === 'begin') return beginNewPasskey(tx, { memberId: found.member_id, email: found.email, name: found.name, has: [] });
      const passkey = await checkNewPasskey(tx, { ceremony: input.ceremony, response: input.response, name: input.name });
      return passkey?.memberId === found.member_id ? useRecovery(tx, { token, passkey, device }) : undefined;
    });
    if (!answer) throw new Refusal('people.passkey.refused');
    return 'options' in answer ? answer : { to: arriveAt(event.cookies, answer, '/account') };
  });
