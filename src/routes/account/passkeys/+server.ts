import { addPasskey } from '#domains/people/add-passkey.server.ts';
import { PasskeyNew } from '#domains/people/model.ts';
import { beginNewPasskey } from '#domains/people/passkey.server.ts';
import { isFresh } from '#domains/people/prove.server.ts';
import { findMe, findMyAccount, listMyPasskeys } from '#domains/people/queries.server.ts';
import { as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { to } from '#ui/locale.ts';
import { answering } from '../../entering.server.ts';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = ({ request, locals }) =>
  answering(async () => {
    const input = parse(PasskeyNew, await request.json().catch(() => ({})));
    if (input.step === 'begin') {
      return as(locals.actor, async (tx) => {
        const me = locals.actor.kind === 'person' ? await findMe(tx) : undefined;
        if (!me) throw notFound();
        // A stolen browser must not make itself a key of its own. The name comes back by the address.
        if (!(await isFresh(tx))) return { to: to(`/prove?next=${encodeURIComponent(`/account?key=${encodeURIComponent(input.name)}#passkeys`)}`) };
        const has = (await listMyPasskeys(tx)).map((each) => each.credential_id);
        return beginNewPasskey(tx, { memberId: me.id, email: (await findMyAccount(tx))?.email ?? me.slug, name: me.name, has });
      });
    }
    const { ceremony, response, name } = input;
    if (!(await as(locals.actor, (tx) => addPasskey(tx, { ceremony, response, name })))) throw new Refusal('people.passkey.refused');
    return { to: to('/account?added') };
  });
