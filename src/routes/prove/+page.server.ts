// size: the ways to prove oneself on one page.
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { safeNext } from '#domains/people/model.ts';
import { isFresh, passwordProves, prove } from '#domains/people/prove.server.ts';
import { findMyAccount, listCast, listMyPasskeys } from '#domains/people/queries.server.ts';
import { findMyFactor } from '#domains/people/second-factor.server.ts';
import { listMySso } from '#domains/people/single-sign-on/connections.server.ts';
import { outcomeOf } from '#domains/people/single-sign-on/model.ts';
import { people_prove_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { atTheMachine, passkeyScript, requireMe } from '../entering.server.ts';
import { checkPassword } from './check-password.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const isCast = async (event: RequestEvent, id: string) =>
  atTheMachine(event) && (await as({ kind: 'visitor' }, listCast)).some((each) => each.member_id === id);

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  const mine = await as(event.locals.actor, async (tx) => ({
    account: await findMyAccount(tx),
    factor: await findMyFactor(tx),
    enough: await passwordProves(tx),
    passkeys: await listMyPasskeys(tx),
    sso: await listMySso(tx),
  }));
  return {
    title: people_prove_title(),
    // An act goes on only from a form that this hub sent here itself: a link from outside must not name one.
    query: event.request.method === 'POST' ? event.url.search : `?next=${encodeURIComponent(safeNext(event.url.searchParams.get('next')))}`,
    email: mine.account?.email ?? '',
    password: mine.enough && (mine.account?.has_password ?? false),
    passkeyOnly: !mine.enough,
    code: mine.factor.on_since !== null,
    script: mine.passkeys.length ? passkeyScript() : null,
    // A way out and back takes no form along: it ends at the page the act was asked on, to be done again.
    sso: mine.sso.filter((each) => each.linked_at).map(({ slug, organization }) => ({ slug, organization })),
    onward: safeNext((event.url.searchParams.get('next') ?? event.url.searchParams.get('back'))?.replace(/\?\/.*$/, '')),
    outcome: outcomeOf(event.url.searchParams.get('sso')),
    cast: await isCast(event, me.id),
  };
};

/** What the act that was asked for had in its form; what is typed here, and secrets, are not carried on. */
const carried = (form: FormData) =>
  [...form].filter((pair): pair is [string, string] => typeof pair[1] === 'string' && !/^prove_|password|secret|token/.test(pair[0]));

export const actions: Actions = {
  async default(event) {
    const me = await requireMe(event);
    const form = await event.request.formData();
    const again = carried(form);
    if (!form.has('prove_step')) return { again };
    try {
      if (form.has('prove_demo') && (await isCast(event, me.id))) await as(event.locals.actor, (tx) => prove(tx, { proof: 'demo' }));
      else if (!(await as(event.locals.actor, isFresh))) await checkPassword(event, form);
    } catch (error) {
      const { status, data } = refused(error);
      return fail(status, { ...data, again });
    }
    const back = event.url.searchParams.get('back');
    // 307: the browser sends the same form on to the act that was asked for.
    redirect(back ? 307 : 303, to(safeNext(back ?? event.url.searchParams.get('next'))));
  },
};
