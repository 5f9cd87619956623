import { type RequestEvent, redirect } from '@sveltejs/kit';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';

export type Input = { circle: string; member?: string; organization?: string; words?: string; until?: string; id?: string; yes?: string };
/** A form of the page of one circle: what it does, what is said afterwards, and where it leads. */
export const act =
  (work: (tx: Tx, input: Input) => Promise<unknown>, done: () => string, leads?: string) =>
  async ({ request, locals, params }: RequestEvent<{ slug: string }>) => {
    const form = await request.formData();
    try {
      if (locals.actor.kind !== 'person') throw notFound('people.circle.not_found');
      const [kind, slug = ''] = String(form.get('whom') ?? '').split('/');
      const { words = '', until = '', id = '', yes = '' } = Object.fromEntries(form) as Record<string, string>;
      await as(locals.actor, (tx) =>
        work(tx, {
          circle: params.slug,
          words,
          until,
          id,
          yes,
          ...(kind === 'person' ? { member: slug } : kind === 'organization' ? { organization: slug } : {}),
        }),
      );
    } catch (error) {
      return refused(error, form);
    }
    if (leads) redirect(303, to(leads));
    return { done: done() };
  };
/** An act on one person alone. */
export const person =
  <T>(work: (tx: Tx, input: { circle: string; member: string }) => T) =>
  (tx: Tx, { circle, member = '' }: Input) =>
    work(tx, { circle, member });
