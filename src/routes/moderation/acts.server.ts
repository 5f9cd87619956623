import { sql } from 'kysely';
import {
  dismissReport,
  liftRestriction,
  removeMessage,
  restoreMessage,
  restrictMember,
  upholdDecision,
} from '#domains/conversations/moderation/decide.server.ts';
import type { Tx } from '#platform/database/open.server.ts';

const text = (form: FormData, name: string) => String(form.get(name) ?? '');

/** Whom a form means: by the byline that a report carries, or by the address of a member. */
async function bylineOf(tx: Tx, form: FormData): Promise<string> {
  if (text(form, 'byline_id')) return text(form, 'byline_id');
  const name = text(form, 'person').trim().replace(/^@/, '').toLowerCase();
  const { rows } = await sql<{
    id: string;
  }>`select b.id from app.members m join app.bylines b on b.member_id = m.id and b.kind = 'person' where m.slug = ${name} or lower(m.name) = ${name} order by m.slug = ${name} desc limit 1`.execute(
    tx,
  );
  return rows[0]?.id ?? '';
}

/** What the forms of the page ask, by their names. */
export const acts: Record<string, (tx: Tx, form: FormData) => Promise<unknown>> = {
  dismiss: (tx, form) => dismissReport(tx, { id: text(form, 'id') }),
  remove: (tx, form) => removeMessage(tx, { message_id: text(form, 'message_id'), reason: form.get('reason'), words: text(form, 'words') }),
  restrict: async (tx, form) =>
    restrictMember(tx, {
      byline_id: await bylineOf(tx, form),
      conversation_id: text(form, 'where') || null,
      reason: form.get('reason'),
      words: text(form, 'words'),
      days: Number(form.get('days')),
      report_id: text(form, 'report_id') || null,
    }),
  lift: (tx, form) => liftRestriction(tx, { id: text(form, 'id'), words: text(form, 'words') }),
  restore: (tx, form) => restoreMessage(tx, { id: text(form, 'id'), words: text(form, 'words') }),
  uphold: (tx, form) => upholdDecision(tx, { id: text(form, 'id'), words: text(form, 'words') }),
};
