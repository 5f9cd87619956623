import { findCircle } from '#domains/people/circles.server.ts';
import { listOrganizations } from '#domains/people/directory.server.ts';
import { guestDays } from '#domains/people/guests/guest.ts';
import { bringGuest, inviteGuest, listGuests, renewGuest } from '#domains/people/guests/guests.server.ts';
import { people_guest_brought, people_guest_invited, people_guest_renewed, people_guests_title } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../../../entering.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  return as(event.locals.actor, async (tx) => {
    const circle = await findCircle(tx, event.params.slug);
    if (!circle?.may_run) throw notFound('people.circle.not_found');
    const guests = await listGuests(tx, circle.id);
    const inside = new Set(guests.map((each) => `${each.kind}/${each.slug}`));
    const bodies = (await listOrganizations(tx)).filter((each) => each.is_guest && !each.ended_on && !inside.has(`organization/${each.slug}`));
    return {
      title: people_guests_title(),
      room: 'people' as const,
      circle: { slug: circle.slug, name: circle.name },
      guests,
      bodies: bodies.map(({ slug, name }) => ({ value: `organization/${slug}`, label: name })),
      days: guestDays(),
    };
  });
};

async function act(event: RequestEvent, done: string, work: (tx: Tx, input: Record<string, unknown>) => Promise<unknown>) {
  await requireMe(event);
  const form = await event.request.formData();
  try {
    await as(event.locals.actor, (tx) => work(tx, { ...Object.fromEntries(form), circle: event.params.slug }));
    return { done };
  } catch (error) {
    return refused(error, form);
  }
}

export const actions: Actions = {
  renew: (event) => act(event, people_guest_renewed(), renewGuest),
  bring: (event) => act(event, people_guest_brought(), bringGuest),
  invite: (event) => act(event, people_guest_invited(), inviteGuest),
};
