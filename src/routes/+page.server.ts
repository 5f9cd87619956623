import { home_description, home_title } from '#paraglide/messages.js';
import type { PageServerLoad } from './$types.js';
import type { HomeNews, HomeSpace, HomeTask } from './home.ts';

export const load: PageServerLoad = () => {
  const spaces: HomeSpace[] = [];
  const news: HomeNews[] = [];
  const todo: HomeTask[] = [];
  return { title: home_title(), description: home_description(), spaces, news, todo, since: null as string | null };
};
