import { readDraft } from '#domains/library/draft.server.ts';
import type { Mine } from '#domains/library/queries/my-request.server.ts';
import type { RequestEvent } from './$types.js';

/** Where what stands in the form is kept: for the space, or for the request that the page joins. */
export const keptAt = (space_id: string, mine?: Mine) => ({ space_id, place: mine?.request.id ?? space_id, part: mine ? 'new' : '' });

/** The page that the form brought, and where it shall stand. */
export const read = async ({ request }: RequestEvent) => {
  const form = await request.formData();
  return { values: readDraft(form), beside: String(form.get('beside') ?? ''), how: form.get('how') === 'under' ? ('under' as const) : ('after' as const) };
};
