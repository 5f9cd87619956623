import { fail } from '@sveltejs/kit';
import { Refusal } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';

export type Refused = { code: string; message: string; values: Record<string, string> };

/** What was typed, as text, so that the form can show it again; files and secrets are left out. */
export function typed(form: FormData): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of form) if (typeof value === 'string' && !/password|secret|token/.test(name)) values[name] = value;
  return values;
}

/** Turns a Refusal of a command into the answer of a form action that loses nothing; throws everything else again. */
export function refused(error: unknown, form?: FormData): ReturnType<typeof fail<Refused>> {
  if (!(error instanceof Refusal)) throw error;
  return fail(error.status, { code: error.code, message: errorText(error.code, error.details), values: form ? typed(form) : {} });
}
