import type { PageServerLoad } from './$types.js';
import { search_title } from '#paraglide/messages.js';
import { LONGEST } from '#domains/search/model.ts';
import { Refusal } from '#platform/errors.ts';
import { ask } from './ask.server.ts';
import { readResults, type Results } from './found.server.ts';
import { errorText } from '#ui/error-text.server.ts';

const nothing: Results = { pages: [], controls: [], messages: [] };

export const load: PageServerLoad = async (event) => {
  const question = (event.url.searchParams.get('q') ?? '').trim();
  const title = search_title();
  if (!question) return { title, question, results: nothing, problem: '' };
  if (question.length > LONGEST) return { title, question, results: nothing, problem: errorText('search.query.too_long', { length: question.length }) };
  try {
    return { title, question, results: await ask(event, 'search', (tx) => readResults(tx, question)), problem: '' };
  } catch (caught) {
    if (!(caught instanceof Refusal) || caught.status !== 429) throw caught;
    event.setHeaders({ 'retry-after': '60' });
    return { title, question, results: nothing, problem: errorText(caught.code) };
  }
};
