import { search_withdrawn, search_withdrawn_next } from '#paraglide/messages.js';
import { readFoundControls } from '#domains/controls/found.server.ts';
import { readFoundMessages } from '#domains/conversations/found.server.ts';
import { groupNumber } from '#domains/library/queries.server.ts';
import { readFoundPages } from '#domains/library/found.server.ts';
import { findByQuery } from '#domains/search/find-hits.server.ts';
import type { Query } from '#domains/search/compose-query.ts';
import type { Found } from '#domains/search/model.ts';
import { plainText } from '#lib/text/plain-text.ts';
import { foldWord, searchTerms } from '#lib/text/search-words.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { placesOf } from '../places.server.ts';
import { type Asked, resolveAsked } from './filters.server.ts';

export type Results = { pages: Found[]; controls: Found[]; messages: Found[] };

/** Everything a question finds, each kind read again by its room with the asker's own rights. */
export async function readResults(tx: Tx, asked: Asked, most = 40): Promise<Results> {
  const query = await resolveAsked(tx, asked);
  const texts = await findByQuery(tx, query, 'texts', most * 4);
  const of = (kind: string) => texts.filter((hit) => hit.kind === kind).map((hit) => hit.id);
  const pages = (await readFoundPages(tx, of('page'))).map(
    (page): Found => ({
      id: page.id,
      kind: 'page',
      title: page.title,
      number: groupNumber(page.groupKey),
      address: `/library/${page.spaceSlug}/${page.path}`,
      where: page.spaceTitle,
      text: page.text,
      at: null,
    }),
  );
  // What is withdrawn comes after what stands.
  const found = (await readFoundControls(tx, of('control'))).sort((a, b) => Number(a.withdrawn) - Number(b.withdrawn));
  const controls = found.map(
    (control): Found => ({
      id: control.id,
      kind: 'control',
      title: control.title,
      number: control.number,
      address: `/c/${control.code}`,
      where: control.spaceTitle,
      text: control.withdrawn ? (control.successor ? search_withdrawn_next({ name: control.successor }) : search_withdrawn()) : control.text,
      at: null,
    }),
  );
  const best = byTitle(asked.question.words);
  return { pages: best(pages).slice(0, most), controls: best(controls).slice(0, most), messages: await messagesOf(tx, query, most) };
}

/** What has the words in its title, or is asked for by its number, comes first; the rest stays as it was found. */
function byTitle(question: string): (found: Found[]) => Found[] {
  const terms = searchTerms(question);
  const rank = (found: Found) => {
    if (found.number && found.number === question.trim()) return 0;
    const title = found.title.split(/\s+/).map(foldWord);
    return 1 + terms.filter((term) => !title.some((word) => word.startsWith(term))).length;
  };
  return (found) =>
    found
      .map((each) => ({ each, rank: rank(each) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ each }) => each);
}

async function messagesOf(tx: Tx, query: Query, most: number): Promise<Found[]> {
  const hits = await findByQuery(tx, query, 'messages', most);
  const messages = await readFoundMessages(
    tx,
    hits.map((hit) => hit.id),
  );
  const places = await placesOf(tx, messages);
  return messages.flatMap((message): Found[] => {
    const place = places.get(message.subjectId);
    if (!place) return [];
    return [
      {
        id: message.id,
        kind: 'message',
        title: message.threadTitle,
        number: '',
        // Its permanent address finds the page of the thread on which it stands, however long the thread is.
        address: `/m/${message.id}`,
        where: place.name,
        name: message.name,
        marking: message.marking,
        text: plainText(message.body),
        at: message.at.toISOString(),
      },
    ];
  });
}
