import { redirect } from '@sveltejs/kit';
import { askRecords } from '#domains/records/exports/ask-export.server.ts';
import { findExporting, listExports } from '#domains/records/exports/queries.server.ts';
import { records_export_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const organization = await findExporting(tx, event.params.slug);
    return {
      title: records_export_title(),
      room: 'people' as const,
      organization,
      exports: await listExports(tx, organization.id),
      asked: event.url.searchParams.has('asked'),
    };
  });
};

export const actions: Actions = {
  async default({ request, locals, params }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('records.export.not_found');
      await as(locals.actor, (tx) => askRecords(tx, { ...Object.fromEntries(form), labels: form.getAll('labels'), organization: params.slug }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/organizations/${params.slug}/records?asked`));
  },
};
