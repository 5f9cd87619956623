import { redirect } from '@sveltejs/kit';
import { sessionCookieName, sessionCookieOptions } from '#domains/people/cookie.server.ts';
import { signOut } from '#domains/people/sign-out.server.ts';
import { people_sign_out_title } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = () => ({ title: people_sign_out_title() });

export const actions: Actions = {
  async default({ locals, cookies, setHeaders }) {
    if (locals.actor.kind === 'person') await as(locals.actor, signOut);
    cookies.delete(sessionCookieName(), sessionCookieOptions());
    // Drafts and whatever else the browser kept of the hub. Not its cookies: that this browser is known says nothing of whoever used it.
    setHeaders({ 'clear-site-data': '"cache", "storage"' });
    redirect(303, '/signin');
  },
};
