import { addOnCall, changeOnCall, listOnCall, listOnCallReaders, mayKeepOnCall, removeOnCall } from '#domains/people/directory/on-call.server.ts';
import { findOrganization, listTold } from '#domains/people/directory.server.ts';
import { directory_on_call_added, directory_on_call_changed, directory_on_call_of, directory_on_call_removed } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const me = await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const organization = await findOrganization(tx, event.params.slug);
    if (!organization || !(await mayKeepOnCall(tx, organization.id))) throw notFound('people.organization.not_found');
    const told = (await listTold(tx, { kind: 'organization', id: organization.id })).filter(({ kind }) => kind.startsWith('organization.on_call_'));
    return {
      title: directory_on_call_of({ organization: organization.name }),
      room: 'people' as const,
      organization,
      contacts: await listOnCall(tx, { organization: organization.slug }),
      readers: await listOnCallReaders(tx),
      told,
      zone: me.time_zone,
      zones: ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')],
    };
  });
};

const act =
  (work: (tx: Tx, slug: string, form: FormData, input: Record<string, unknown>) => Promise<unknown>, done: () => string) =>
  async ({ request, locals, params }: RequestEvent) => {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('people.organization.not_found');
      const input = { ...Object.fromEntries(form), days: form.getAll('days').map(String), languages: form.getAll('languages').map(String) };
      await as(locals.actor, (tx) => work(tx, params.slug, form, input));
      return { done: done() };
    } catch (error) {
      return refused(error, form);
    }
  };
const idOf = (form: FormData) => /^[0-9a-f-]{36}$/.exec(String(form.get('id')))?.[0] ?? '00000000-0000-0000-0000-000000000000';

export const actions: Actions = {
  add: act((tx, slug, _, input) => addOnCall(tx, slug, input), directory_on_call_added),
  change: act((tx, slug, form, input) => changeOnCall(tx, slug, idOf(form), input), directory_on_call_changed),
  remove: act((tx, _, form) => removeOnCall(tx, idOf(form)), directory_on_call_removed),
};
