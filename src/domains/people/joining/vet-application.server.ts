import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { AnswerInput, ApplicationLetterInput, NoteInput, ReasonInput } from './application.ts';

/** A steward notes what they found for a question; the newest answer counts. Refuses with people.application.answer_missing, .remark_missing, .too_long, and as not found where one may not. */
export async function answerVetting(tx: Tx, input: { id: string } & Record<string, unknown>): Promise<void> {
  const { question, answer, remark } = parse(AnswerInput, input);
  await sql`insert into app.vetting_answers (application_id, question, answer, remark, byline_id) values (${input.id}, ${question}, ${answer}, ${remark}, app.my_person())`.execute(
    tx,
  );
}

/** A steward asks the applicant something; it goes to both by mail. Refuses with people.application.note_missing, .too_long, and as not found where one may not. */
export async function askApplicant(tx: Tx, input: { id: string; text: unknown }): Promise<void> {
  const { text } = parse(NoteInput, { text: input.text });
  await sql`insert into app.application_notes (application_id, byline_id, text) values (${input.id}, app.my_person(), ${text})`.execute(tx);
}

/** A steward notes the letter that proves the domain. Refuses with people.domain.letter_missing, .letter_day, people.application.not_found, people.step_up.needed. */
export async function acceptApplicationLetter(tx: Tx, input: { id: string } & Record<string, unknown>): Promise<void> {
  const { reference, letter_on } = parse(ApplicationLetterInput, input);
  await sql`select app.accept_application_letter(${input.id}, ${reference}, ${letter_on})`.execute(tx);
}

/** Says that nothing stands against it; a second steward is asked. Refuses with people.application.not_found, .unconfirmed, .unproved, .unanswered, .answered_no, people.step_up.needed. */
export async function finishVetting(tx: Tx, input: { id: string }): Promise<void> {
  await sql`select app.finish_vetting(${input.id})`.execute(tx);
}

/** The second steward is not convinced: the vetting goes on. Refuses with people.application.not_found, .reason_missing, .too_long. */
export async function sendBackApplication(tx: Tx, input: { id: string; reason: unknown }): Promise<void> {
  const { reason } = parse(ReasonInput, { reason: input.reason });
  await sql`select app.send_back_application(${input.id}, ${reason})`.execute(tx);
}

/** Ends an application with a reason that the applicant reads. Refuses with people.application.not_found, .reason_missing, .too_long, people.step_up.needed. */
export async function refuseApplication(tx: Tx, input: { id: string; reason: unknown }): Promise<void> {
  const { reason } = parse(ReasonInput, { reason: input.reason });
  await sql`select app.refuse_application(${input.id}, ${reason})`.execute(tx);
}
