// size: seven small acts of one page; each would be a file of imports by itself.
import { error, type RequestEvent } from '@sveltejs/kit';
import { maySetHub } from '#domains/hub/queries.server.ts';
import { changePassword } from './change-password.server.ts';
import { changeProfile } from '#domains/people/change-profile.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { ProfileInput, TOKEN_DAYS, TokenInput } from '#domains/people/model.ts';
import { findMyAccount, listMyPasskeys, listMySessions } from '#domains/people/queries.server.ts';
import { findMyFactor } from '#domains/people/second-factor.server.ts';
import { revokePasskey } from '#domains/people/revoke-passkey.server.ts';
import { revokeSession } from '#domains/people/revoke-session.server.ts';
import { listMySso } from '#domains/people/single-sign-on/connections.server.ts';
import { outcomeOf } from '#domains/people/single-sign-on/model.ts';
import { signOutElsewhere } from '#domains/people/sign-out-elsewhere.server.ts';
import {
  people_account_elsewhere_done,
  people_account_passkey_added,
  people_account_password_changed,
  people_account_revoked,
  people_account_saved,
  people_account_title,
} from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { offeredLocales } from '#ui/locale.server.ts';
import { refused } from '#ui/refused.server.ts';
import { passkeyScript, requireMe } from '../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const zones = Intl.supportedValuesOf('timeZone');

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  const mine = await as(event.locals.actor, async (tx) => ({
    account: await findMyAccount(tx),
    sessions: await listMySessions(tx),
    passkeys: await listMyPasskeys(tx),
    factor: await findMyFactor(tx),
    steward: await maySetHub(tx),
    sso: await listMySso(tx),
  }));
  const browsers = mine.sessions.filter((each) => each.kind === 'browser');
  const added = event.url.searchParams.has('added') ? people_account_passkey_added() : null;
  return {
    title: people_account_title(),
    profile: me,
    account: mine.account,
    browsers,
    tokens: mine.sessions.filter((each) => each.kind === 'token'),
    passkeys: mine.passkeys.map(({ credential_id: _, ...rest }) => rest),
    zones,
    days: TOKEN_DAYS,
    script: passkeyScript(),
    added,
    sso: mine.sso,
    outcome: outcomeOf(event.url.searchParams.get('sso')),
    factor: mine.factor.on_since !== null,
    steward: mine.steward,
    keyName: (event.url.searchParams.get('key') ?? '').slice(0, 80),
  };
};

type Done = { done: string; token?: string };

/** Runs a command for the member and says what was done; a refusal gives back what was typed. */
async function acting(event: RequestEvent, work: (tx: Tx, form: FormData) => Promise<Done>): Promise<Done | ReturnType<typeof refused>> {
  await requireMe(event);
  const form = await event.request.formData();
  try {
    return await as(event.locals.actor, (tx) => work(tx, form));
  } catch (caught) {
    return refused(caught, form);
  }
}

const id = (form: FormData) => ({ id: /^[0-9a-f-]{36}$/.exec(String(form.get('id')))?.[0] ?? error(404) });

export const actions: Actions = {
  profile: async (event) => {
    const answer = await acting(event, async (tx, form) => {
      const input = parse(ProfileInput, Object.fromEntries(form));
      await changeProfile(tx, input);
      const offered = offeredLocales().find((locale) => locale === input.locale);
      if (offered) event.cookies.set('indaba_locale', offered, { path: '/', maxAge: 31_536_000, sameSite: 'lax', secure: event.url.protocol === 'https:' });
      return { done: people_account_saved() };
    });
    return answer;
  },
  password: async (event) => {
    await requireMe(event);
    const form = await event.request.formData();
    try {
      await changePassword(event, form);
      return { done: people_account_password_changed() };
    } catch (caught) {
      return refused(caught, form);
    }
  },
  revoke_passkey: (event) => acting(event, async (tx, form) => (await revokePasskey(tx, id(form)), { done: people_account_revoked() })),
  revoke_session: (event) => acting(event, async (tx, form) => (await revokeSession(tx, id(form)), { done: people_account_revoked() })),
  elsewhere: (event) => acting(event, async (tx) => ({ done: people_account_elsewhere_done({ count: await signOutElsewhere(tx) }) })),
  token: (event) =>
    acting(event, async (tx, form) => {
      const { token } = await createToken(tx, parse(TokenInput, { name: form.get('name'), scopes: form.getAll('scopes'), days: Number(form.get('days')) }));
      return { done: '', token };
    }),
};
