import { redirect } from '@sveltejs/kit';
import { makeComment } from '#domains/library/comments/make-comment.server.ts';
import { commentForm, readComment } from '#domains/library/comments/comment-form.server.ts';
import { comments_new_page } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  if (!(await parent()).me) redirect(303, to(`/signin?next=${encodeURIComponent(to(locals.path))}&members`));
  const form = await as(locals.actor, (tx) => commentForm(tx, params.space, url.searchParams));
  return { title: comments_new_page({ place: form.about }), room: 'library' as const, retryKey: newId(), ...form };
};

export const actions: Actions = {
  async default({ locals, params, url, request }) {
    const form = await request.formData();
    let made: string;
    try {
      made = await as(locals.actor, async (tx) => {
        const { subject } = await commentForm(tx, params.space, url.searchParams);
        return (await makeComment(tx, readComment(subject, form))).thread_id;
      });
    } catch (error) {
      return refused(error, form);
    }
    redirect(303, to(`/library/${params.space}/comments/${made}?made`));
  },
};
