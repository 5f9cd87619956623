import { randomUUID } from 'node:crypto';
import { fail, redirect } from '@sveltejs/kit';
import { applyToTakePart } from '#domains/people/joining/apply.server.ts';
import { takeTry } from '#domains/people/take-try.server.ts';
import { people_apply_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';
import { offeredLocales } from '#ui/locale.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

const visitor = { kind: 'visitor' } as const;

export const load: PageServerLoad = ({ locals }) => ({ title: people_apply_title(), retryKey: randomUUID(), locales: offeredLocales(), locale: locals.locale });

export const actions: Actions = {
  async default({ request, getClientAddress }) {
    const form = await request.formData();
    try {
      if (!(await as(visitor, (tx) => takeTry(tx, { what: 'apply', network: getClientAddress() }))))
        throw new Refusal('people.application.slow_down', { status: 429 });
      await as(visitor, (tx) => applyToTakePart(tx, Object.fromEntries(form)));
    } catch (error) {
      const answer = refused(error, form);
      const faults = (error as Refusal).details['errors'] as { path: string; code: string }[] | undefined;
      return fail(answer.status, { ...answer.data, errors: (faults ?? []).map(({ path, code }) => ({ path, message: errorText(code) })) });
    }
    redirect(303, to('/apply/sent'));
  },
};
