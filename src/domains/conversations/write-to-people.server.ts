import type { Tx } from '#platform/database/open.server.ts';
import { findDirect, openDirect } from './direct.server.ts';
import { postForm } from './post-form.server.ts';
import { listThreads } from './queries.server.ts';

/** Opens the direct conversation with the people a form names, or finds it, and says there what the form holds. Refuses as openDirect and posting do. */
export async function writeToPeople(tx: Tx, form: FormData): Promise<{ id: string }> {
  const opened = await openDirect(tx, { people: form.getAll('people').map(String) });
  const title = (await findDirect(tx, opened.id))?.label ?? '';
  const [thread] = await listThreads(tx, opened.conversation_id);
  if (thread) form.set('thread_id', thread.id);
  const text = (name: string) => form.get(name)?.toString();
  await postForm(tx, { subject: { kind: 'direct', id: opened.id }, title }, text, form.getAll('upload').map(String));
  return { id: opened.id };
}
