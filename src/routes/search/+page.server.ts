import { sql } from 'kysely';
import type { PageServerLoad } from './$types.js';
import { search_title } from '#paraglide/messages.js';
import { FILTERS } from '#domains/search/question.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { ask } from './ask.server.ts';
import { isAsked, readAsked } from './filters.server.ts';
import { readResults, type Results } from './found.server.ts';
import { errorText } from '#ui/error-text.server.ts';

const nothing: Results = { pages: [], controls: [], messages: [] };
type Choice = { value: string; label: string };

/** What the fields offer: people and places the asker may see. */
async function choices(tx: Tx): Promise<{ people: Choice[]; places: Choice[] }> {
  const { rows: people } =
    await sql<Choice>`select slug as value, name as label from app.members where status = 'active' order by lower(name), slug limit 500`.execute(tx);
  const { rows: places } =
    await sql<Choice>`(select '#' || slug as value, name as label from app.channels order by slug limit 500) union all (select slug, title from app.spaces order by slug limit 100)`.execute(
      tx,
    );
  return { people, places };
}

export const load: PageServerLoad = async (event) => {
  const get = (name: string) => event.url.searchParams.get(name);
  const fields = Object.fromEntries(FILTERS.map((name) => [name, (get(name) ?? '').trim()])) as Record<(typeof FILTERS)[number], string>;
  const offered = event.locals.actor.kind === 'person' ? await as(event.locals.actor, choices) : { people: [], places: [] };
  const page = { title: search_title(), question: (get('q') ?? '').trim(), words: '', fields, ...offered, asked: false, results: nothing, problem: '' };
  try {
    const asked = readAsked(get);
    if (!isAsked(asked)) return page;
    return { ...page, asked: true, words: asked.question.words, results: await ask(event, 'search', (tx) => readResults(tx, asked)) };
  } catch (caught) {
    if (!(caught instanceof Refusal) || ![422, 429, 503].includes(caught.status)) throw caught;
    if (caught.status !== 422) event.setHeaders({ 'retry-after': caught.status === 429 ? '60' : '5' });
    return { ...page, problem: errorText(caught.code, caught.details) };
  }
};
