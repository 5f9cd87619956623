import { redirect } from '@sveltejs/kit';
import { findMayRead, findWhose, listLog } from '#domains/audit/queries.server.ts';
import { sayWhy } from '#domains/audit/say-why.server.ts';
import { audit_log_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const LIMIT = 100;

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const { searchParams } = event.url;
  const before = /^\d{1,15}$/.exec(searchParams.get('before') ?? '')?.[0];
  return as(event.locals.actor, async (tx) => {
    const whose = await findWhose(tx, searchParams.get('of'));
    const may = await findMayRead(tx);
    const rows = await listLog(tx, whose, { limit: LIMIT + 1, ...(before ? { before: Number(before) } : {}) });
    return {
      title: audit_log_title(),
      of: searchParams.get('of') || 'mine',
      may: { steward: may.steward, open: may.open, until: may.until, organizations: may.organizations.map(({ slug, name }) => ({ slug, name })) },
      organization: may.organizations.find(({ slug }) => slug === searchParams.get('of'))?.name,
      rows: rows.slice(0, LIMIT),
      older: rows.length > LIMIT ? rows[LIMIT - 1]!.position : undefined,
    };
  });
};

export const actions: Actions = {
  async default({ request, locals }) {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('audit.not_found');
      await as(locals.actor, (tx) => sayWhy(tx, { reason: form.get('reason') }));
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to('/audit/log?of=all'));
  },
};
