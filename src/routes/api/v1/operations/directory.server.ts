import { listAdopted, sayAdopted, unsayAdopted } from '#domains/people/directory/adopted.server.ts';
import { findPeople } from '#domains/people/directory/find-people.server.ts';
import { AdoptedInput, OnCallInput, ProfileFields } from '#domains/people/directory/model.ts';
import { addOnCall, changeOnCall, listOnCall, removeOnCall } from '#domains/people/directory/on-call.server.ts';
import { changeProfileFields } from '#domains/people/directory/profile.server.ts';
import { notFound } from '#platform/errors.ts';
import { cursor, cut, operation } from '../operation.server.ts';

const collection = 'people';
const idOf = (id: string | undefined) => {
  if (!/^[0-9a-f-]{36}$/.test(id ?? '')) throw notFound();
  return id!;
};

/** The directory: people by what they show, one's own profile, whom to call. */
export const directory = [
  operation({
    method: 'GET',
    path: '/people',
    collection,
    list: true,
    summary: 'People I may see who work somewhere, by name, with what they show to me; filters find only by what they show to me.',
    query: {
      q: 'Part of a name, organization, country or position.',
      country: 'Code of a jurisdiction.',
      region: 'Its region.',
      kind: 'Kind of organization.',
      expertise: 'Slug of a topic.',
      language: 'BCP 47 tag.',
      zone: 'IANA name of a time zone.',
      adopted: 'Slug of a library space that their organization says it adopted, whole or in part.',
      now: 'yes: within their working hours now.',
    },
    run: async (tx, { query, page }) => {
      const asked = Object.fromEntries(
        ['q', 'country', 'region', 'kind', 'expertise', 'language', 'zone', 'adopted'].map((name) => [name, query.get(name) ?? '']),
      );
      const { people, next } = await findPeople(tx, { ...asked, now: query.get('now') === 'yes', after: page.after ?? '', limit: page.limit });
      return { items: people, next: next ? cursor(next) : null };
    },
  }),
  operation({
    method: 'PATCH',
    path: '/me/profile',
    collection,
    summary: 'Say anew what I show of myself, each with to whom (shown_…): nobody, organization, circles or members. What is left out is taken away.',
    input: ProfileFields,
    run: (tx, { input }) => changeProfileFields(tx, input),
  }),
  operation({
    method: 'GET',
    path: '/adopted-spaces',
    collection,
    list: true,
    summary: 'Which spaces of the library organizations say they adopted, as far as they show it to me; without a token what they show to everybody.',
    query: { space: 'Slug of a space.', organization: 'Slug of an organization.' },
    run: async (tx, call) => {
      const only = Object.fromEntries(['space', 'organization'].flatMap((name) => (call.query.get(name) ? [[name, call.query.get(name)!]] : [])));
      return cut(await listAdopted(tx, only), call, (row) => row.id);
    },
  }),
  operation({
    method: 'POST',
    path: '/organizations/{slug}/adopted-spaces',
    collection,
    summary: 'Say that an organization whose focal point I am adopted a space, in part or not yet, and who sees this; said again, it replaces what was said.',
    input: AdoptedInput,
    run: (tx, { params, input }) => sayAdopted(tx, params.slug!, input),
  }),
  operation({
    method: 'DELETE',
    path: '/organizations/{slug}/adopted-spaces/{space}',
    collection,
    summary: 'No longer say anything of a space.',
    run: (tx, { params }) => unsayAdopted(tx, params.slug!, params.space!),
  }),
  operation({
    method: 'GET',
    path: '/on-call',
    collection,
    list: true,
    summary: 'Whom to call at which organization, in their order, and who is reachable now.',
    run: async (tx, call) => cut(await listOnCall(tx), call, (row) => row.id),
  }),
  operation({
    method: 'POST',
    path: '/organizations/{slug}/on-call',
    collection,
    summary: 'Add somebody to call at an organization whose focal point I am.',
    input: OnCallInput,
    run: (tx, { params, input }) => addOnCall(tx, params.slug!, input),
  }),
  operation({
    method: 'PATCH',
    path: '/organizations/{slug}/on-call/{id}',
    collection,
    summary: 'Change whom to call.',
    input: OnCallInput,
    run: (tx, { params, input }) => changeOnCall(tx, params.slug!, idOf(params.id), input),
  }),
  operation({
    method: 'DELETE',
    path: '/organizations/{slug}/on-call/{id}',
    collection,
    summary: 'Take somebody off the list.',
    run: (tx, { params }) => removeOnCall(tx, idOf(params.id)),
  }),
];
