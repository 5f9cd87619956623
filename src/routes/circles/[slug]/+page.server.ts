import { addToCircle } from '#domains/people/add-to-circle.server.ts';
import { findCircle } from '#domains/people/circles.server.ts';
import { listOrganizations, listTold } from '#domains/people/directory.server.ts';
import { removeFromCircle } from '#domains/people/remove-from-circle.server.ts';
import { people_circle_added, people_circle_removed } from '#paraglide/messages.js';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../entering.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const circle = await findCircle(tx, event.params.slug);
    if (!circle) throw notFound('people.circle.not_found');
    const inside = new Set(circle.members.map((each) => `${each.kind}/${each.slug}`));
    const bodies = circle.may_run ? await listOrganizations(tx) : [];
    const people = new Map(bodies.flatMap((each) => each.members).map((each) => [each.slug, { slug: each.slug, name: each.name }]));
    return {
      title: circle.name,
      room: 'people' as const,
      made: event.url.searchParams.has('made'),
      circle,
      told: await listTold(tx, { kind: 'circle', id: circle.id }),
      organizations: bodies.filter((each) => !inside.has(`organization/${each.slug}`)).map(({ slug, name }) => ({ slug, name })),
      people: [...people.values()].filter((each) => !inside.has(`person/${each.slug}`)).sort((a, b) => a.name.localeCompare(b.name)),
    };
  });
};

type Act = (tx: Tx, input: { circle: string; member?: string; organization?: string }) => Promise<void>;
async function change(actor: Actor, form: FormData, circle: string, act: Act, done: string) {
  try {
    if (actor.kind !== 'person') throw notFound('people.circle.not_found');
    const [kind, slug = ''] = String(form.get('whom')).split('/');
    await as(actor, (tx) => act(tx, { circle, ...(kind === 'person' ? { member: slug } : kind === 'organization' ? { organization: slug } : {}) }));
    return { done };
  } catch (error) {
    return refused(error, form);
  }
}

export const actions: Actions = {
  add: async ({ request, locals, params }) => change(locals.actor, await request.formData(), params.slug, addToCircle, people_circle_added()),
  remove: async ({ request, locals, params }) => change(locals.actor, await request.formData(), params.slug, removeFromCircle, people_circle_removed()),
};
