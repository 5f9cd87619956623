import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types.js';
import { common_room_channels, common_room_controls, common_room_library, common_room_people } from '#paraglide/messages.js';
import { LONGEST } from '#domains/search/model.ts';
import { foldWord } from '#lib/text/search-words.ts';
import { to } from '#ui/locale.ts';
import { ask } from '../ask.server.ts';
import { suggest } from './suggest.server.ts';

/** What the palette offers while one types: rooms, then what I may see. */
export const GET: RequestHandler = async (event) => {
  const question = (event.url.searchParams.get('q') ?? '').trim().slice(0, LONGEST);
  const rooms = [
    { title: common_room_library(), url: '/library' },
    { title: common_room_controls(), url: '/controls' },
    { title: common_room_channels(), url: '/channels' },
    { title: common_room_people(), url: '/people' },
  ].filter((room) => foldWord(room.title).startsWith(foldWord(question)));
  const found = question ? await ask(event, 'suggest', (tx) => suggest(tx, question)) : [];
  const items = [...rooms, ...found].slice(0, 12).map((item) => ({ ...item, url: to(item.url) }));
  return json({ items }, { headers: { 'cache-control': 'private, no-store' } });
};
