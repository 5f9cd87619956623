import { halfCookie } from '#domains/people/cookie.server.ts';
import { endHalf, enter, findHalf } from '#domains/people/enter.server.ts';
import { keepFirstPasskey } from '#domains/people/keep-first-passkey.server.ts';
import { PasskeyNew, safeNext } from '#domains/people/model.ts';
import { beginNewPasskey, checkNewPasskey } from '#domains/people/passkey.server.ts';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { answering, arriveAt, deviceFrom } from '../../../entering.server.ts';
import type { RequestHandler } from './$types.js';

const visitor = { kind: 'visitor' } as const;

// Whoever is asked for a passkey and has none makes the first here; the database refuses where there is one.
export const POST: RequestHandler = (event) =>
  answering(async () => {
    const input = parse(PasskeyNew, await event.request.json().catch(() => ({})));
    const secret = event.cookies.get(halfCookie()[0]) ?? '';
    const device = deviceFrom(event);
    const answer = await as(visitor, async (tx) => {
      const half = await findHalf(tx, secret);
      if (half?.needs !== 'set_passkey' && half?.needs !== 'set_factor') return undefined;
      const { member_id: memberId, email, name } = half;
      if (input.step === 'begin') return beginNewPasskey(tx, { memberId, email, name, has: [] });
      const made = await checkNewPasskey(tx, { ceremony: input.ceremony, response: input.response, name: input.name });
      if (made?.memberId !== memberId) return undefined;
      await keepFirstPasskey(tx, made);
      await endHalf(tx, secret);
      return enter(tx, { memberId, proof: 'passkey', device });
    });
    if (!answer) throw new Refusal('people.passkey.refused');
    return 'options' in answer ? answer : { to: arriveAt(event.cookies, answer, safeNext(event.url.searchParams.get('next'))) };
  });
