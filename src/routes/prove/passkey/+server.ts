import { PasskeyUse } from '#domains/people/model.ts';
import { beginPasskeySignIn } from '#domains/people/passkey.server.ts';
import { prove } from '#domains/people/prove.server.ts';
import { findMe } from '#domains/people/queries.server.ts';
import { usePasskey } from '#domains/people/sign-in-with-passkey.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { answering } from '../../entering.server.ts';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = ({ request, locals, getClientAddress }) =>
  answering(async () => {
    const input = parse(PasskeyUse, await request.json().catch(() => ({})));
    if (locals.actor.kind !== 'person') throw notFound();
    if (!(await as(locals.actor, (tx) => takeTry(tx, { what: 'passkey', network: getClientAddress() }))))
      throw new Refusal('people.sign_in.slow_down', { status: 429 });
    if (input.step === 'begin') return as(locals.actor, beginPasskeySignIn);
    const { ceremony, response } = input;
    const mine = await as(locals.actor, async (tx) => {
      const me = await findMe(tx);
      // Somebody else's passkey on the same device proves nothing about this session.
      if (!me || (await usePasskey(tx, { ceremony, response })) !== me.id) return false;
      await prove(tx, { proof: 'passkey' });
      return true;
    });
    if (!mine) throw new Refusal('people.passkey.refused');
    return { submit: true };
  });
