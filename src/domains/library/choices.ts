import { Refusal } from '#platform/errors.ts';
import type { Choice } from './text/merge-blocks.ts';

/**
 * What the reviewer chose for each conflict, by page: fields `choice.<page>.<n>` (ours, theirs, own) and `own.<page>.<n>`.
 * Refuses: library.change_request.choice_missing, when a conflict on the form has no choice.
 */
export function choicesOf(form: FormData): Record<string, Choice[]> {
  const choices: Record<string, Choice[]> = {};
  for (const field of form.getAll('conflict').map(String)) {
    const [page = '', at = ''] = field.split('.');
    const chosen = form.get(`choice.${field}`);
    if (chosen !== 'ours' && chosen !== 'theirs' && chosen !== 'own') throw new Refusal('library.change_request.choice_missing');
    (choices[page] ??= [])[Number(at)] = chosen === 'own' ? { text: String(form.get(`own.${field}`) ?? '').replace(/\r\n?/g, '\n') } : chosen;
  }
  return choices;
}
