import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types.js';
import { common_room_channels, common_room_controls, common_room_library, common_room_people } from '#paraglide/messages.js';
import { LONGEST } from '#domains/search/model.ts';
import { foldWord } from '#lib/text/search-words.ts';
import { to } from '#ui/locale.ts';
import { Refusal } from '#platform/errors.ts';
import { ask } from '../ask.server.ts';
import { type Asked, isAsked, readAsked } from '../filters.server.ts';
import { suggest } from './suggest.server.ts';

/** The question with its filters; null while it is being typed and cannot be understood yet. */
function understood(get: (name: string) => string | null): Asked | null {
  try {
    const asked = readAsked(get);
    return isAsked(asked) ? asked : null;
  } catch (error) {
    if (error instanceof Refusal && error.status === 422) return null;
    throw error;
  }
}

/** What the palette offers while one types: rooms, then what I may see, narrowed by the same filters as a search. */
export const GET: RequestHandler = async (event) => {
  const question = (event.url.searchParams.get('q') ?? '').trim().slice(0, LONGEST);
  const rooms = [
    { title: common_room_library(), url: '/library' },
    { title: common_room_controls(), url: '/controls' },
    { title: common_room_channels(), url: '/channels' },
    { title: common_room_people(), url: '/people' },
  ].filter((room) => foldWord(room.title).startsWith(foldWord(question)));
  const asked = understood((name) => (name === 'q' ? question : event.url.searchParams.get(name)));
  const found = asked ? await ask(event, 'suggest', (tx) => suggest(tx, asked)) : [];
  const items = [...rooms, ...found].slice(0, 12).map((item) => ({ ...item, url: to(item.url) }));
  return json({ items }, { headers: { 'cache-control': 'private, no-store' } });
};
