// size: connect, let in, decline, remove, sign out: the acts of one page.
import { type ActionFailure, error, redirect, type RequestEvent } from '@sveltejs/kit';
import { isFresh } from '#domains/people/prove.server.ts';
import { findSetting, listSsoRequests, type Setting } from '#domains/people/single-sign-on/connections.server.ts';
import { connectOidc, connectSaml, removeConnection, setJoining } from '#domains/people/single-sign-on/connect-provider.server.ts';
import { decideSsoRequest } from '#domains/people/single-sign-on/decide-request.server.ts';
import { endSessionsOf } from '#domains/people/single-sign-on/end-sessions.server.ts';
import { entityId, JoiningInput, OidcInput, outcomeOf, postAddress, returnAddress } from '#domains/people/single-sign-on/model.ts';
import { certificatesEnd } from '#domains/people/single-sign-on/saml-metadata.server.ts';
import { sso_ended, sso_joining_saved, sso_removed, sso_request_admitted, sso_request_declined, sso_saved, sso_title } from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { to } from '#ui/locale.ts';
import { type Refused, refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const { slug } = event.params;
  const { setting, fresh, requests } = await as(event.locals.actor, async (tx) => {
    const found = await findSetting(tx, slug);
    if (!found) throw notFound('people.organization.not_found');
    return { setting: found, fresh: await isFresh(tx), requests: await listSsoRequests(tx, found.organization_id) };
  });
  // Asked at the door, because a client secret is not carried through a step-up.
  if (!fresh && event.request.method === 'GET') redirect(303, to(`/prove?next=${encodeURIComponent(`/organizations/${slug}/single-sign-on`)}`));
  return {
    title: sso_title(),
    room: 'people' as const,
    setting,
    requests,
    give: { back: returnAddress(config().url, slug), entity: entityId(config().url, slug), acs: postAddress(config().url, slug) },
    ends: setting.kind === 'saml' && setting.certificates ? certificatesEnd(setting.certificates) : null,
    outcome: outcomeOf(event.url.searchParams.get('sso')),
  };
};

type Work = (tx: Tx, form: FormData, setting: Setting) => Promise<string>;
const acting =
  (work: Work) =>
  async (event: RequestEvent): Promise<{ done: string } | ActionFailure<Refused>> => {
    await requireMe(event);
    const form = await event.request.formData();
    try {
      return await as(event.locals.actor, async (tx) => {
        const setting = await findSetting(tx, event.params['slug'] ?? '');
        if (!setting) throw notFound('people.organization.not_found');
        return { done: await work(tx, form, setting) };
      });
    } catch (caught) {
      return refused(caught, form);
    }
  };
const idOf = (form: FormData) => /^[0-9a-f-]{36}$/.exec(String(form.get('id')))?.[0] ?? error(404);

export const actions: Actions = {
  oidc: acting(async (tx, form, { slug }) => {
    await connectOidc(tx, { slug, ...parse(OidcInput, { ...Object.fromEntries(form), trusts_address: form.has('trusts_address') }) });
    return sso_saved();
  }),
  saml: acting(async (tx, form, { slug }) => {
    const file = form.get('metadata_file');
    const metadata = file instanceof File && file.size ? await file.text() : String(form.get('metadata') ?? '');
    await connectSaml(tx, { slug, metadata, trusts_address: form.has('trusts_address') });
    return sso_saved();
  }),
  joining: acting(async (tx, form, { slug }) => {
    await setJoining(tx, { slug, ...parse(JoiningInput, Object.fromEntries(form)) });
    return sso_joining_saved();
  }),
  admit: acting(async (tx, form) => (await decideSsoRequest(tx, { id: idOf(form), yes: true }), sso_request_admitted())),
  decline: acting(async (tx, form) => (await decideSsoRequest(tx, { id: idOf(form), yes: false }), sso_request_declined())),
  remove: acting(async (tx, _, { slug }) => (await removeConnection(tx, { slug }), sso_removed())),
  end: acting(async (tx, _, setting) => sso_ended({ count: await endSessionsOf(tx, { organizationId: setting.organization_id }) })),
};
