import { listAdoptable, listAdopted, maySayAdopted, sayAdopted, unsayAdopted } from '#domains/people/directory/adopted.server.ts';
import { findOrganization, listTold } from '#domains/people/directory.server.ts';
import { directory_adopted_of, directory_adopted_removed, directory_adopted_saved } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const organization = await findOrganization(tx, event.params.slug);
    if (!organization || !(await maySayAdopted(tx, organization.id))) throw notFound('people.organization.not_found');
    const told = await listTold(tx, { kind: 'organization', id: organization.id });
    return {
      title: directory_adopted_of({ organization: organization.name }),
      room: 'people' as const,
      organization,
      adopted: await listAdopted(tx, { organization: organization.slug }),
      spaces: await listAdoptable(tx),
      told: told.filter(({ kind }) => kind.startsWith('organization.adopted_')),
    };
  });
};

const act =
  (work: (tx: Tx, slug: string, form: FormData) => Promise<unknown>, done: () => string) =>
  async ({ request, locals, params }: RequestEvent) => {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('people.organization.not_found');
      await as(locals.actor, (tx) => work(tx, params.slug, form));
      return { done: done() };
    } catch (error) {
      return refused(error, form);
    }
  };

export const actions: Actions = {
  say: act((tx, slug, form) => sayAdopted(tx, slug, Object.fromEntries(form)), directory_adopted_saved),
  remove: act((tx, slug, form) => unsayAdopted(tx, slug, String(form.get('space'))), directory_adopted_removed),
};
