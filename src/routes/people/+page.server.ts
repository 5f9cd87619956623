import { listTopics } from '#domains/people/circles/topics.server.ts';
import { listAdoptable, listAdopted } from '#domains/people/directory/adopted.server.ts';
import { findPeople, listZones } from '#domains/people/directory/find-people.server.ts';
import { listJurisdictions } from '#domains/people/directory.server.ts';
import { people_directory_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../entering.server.ts';
import type { PageServerLoad } from './$types.js';

const WORDS = ['q', 'country', 'region', 'kind', 'expertise', 'language', 'zone', 'adopted', 'after'] as const;

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const asked = event.url.searchParams;
  const wanted = Object.fromEntries(WORDS.map((name) => [name, (asked.get(name) ?? '').slice(0, 100)])) as Record<(typeof WORDS)[number], string>;
  const now = asked.get('now') === 'yes';
  return as(event.locals.actor, async (tx) => {
    const countries = await listJurisdictions(tx);
    return {
      title: people_directory_title(),
      room: 'people' as const,
      wanted: { ...wanted, now },
      ...(await findPeople(tx, { ...wanted, now })),
      countries: countries.map(({ code, name }) => ({ value: code, label: name })),
      regions: [...new Set(countries.flatMap((each) => each.region ?? []))].sort(),
      topics: await listTopics(tx),
      zones: await listZones(tx),
      spaces: await listAdoptable(tx),
      adopted: wanted.adopted ? await listAdopted(tx, { space: wanted.adopted }) : [],
    };
  });
};
