import { beginPasskeySignIn } from '#domains/people/passkey.server.ts';
import { PasskeyUse, safeNext } from '#domains/people/model.ts';
import { signInWithPasskey } from '#domains/people/sign-in-with-passkey.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { answering, arriveAt, deviceFrom } from '../../entering.server.ts';
import type { RequestHandler } from './$types.js';

const visitor = { kind: 'visitor' } as const;

export const POST: RequestHandler = (event) =>
  answering(async () => {
    const { request, cookies, url, getClientAddress } = event;
    const input = parse(PasskeyUse, await request.json().catch(() => ({})));
    if (!(await as(visitor, (tx) => takeTry(tx, { what: 'passkey', network: getClientAddress() }))))
      throw new Refusal('people.sign_in.slow_down', { status: 429 });
    if (input.step === 'begin') return as(visitor, beginPasskeySignIn);
    const { ceremony, response } = input;
    const entered = await as(visitor, (tx) => signInWithPasskey(tx, { ceremony, response, device: deviceFrom(event) }));
    if (!entered) throw new Refusal('people.passkey.refused');
    return { to: arriveAt(cookies, entered, safeNext(url.searchParams.get('next'))) };
  });
