import { getRequestEvent } from '$app/server';
import { fail, redirect } from '@sveltejs/kit';
import { Refusal } from '#platform/errors.ts';
import { to } from '#ui/locale.ts';
import { errorText } from '#ui/error-text.server.ts';

export type Refused = { code: string; message: string; values: Record<string, string> };

/** What was typed, as text, so that the form can show it again; files and secrets are left out. */
export function typed(form: FormData): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of form) if (typeof value === 'string' && !/password|secret|token/.test(name)) values[name] = value;
  return values;
}

/** A "not found" in answer to a form, where it is known of whoever sent it that something else may be behind it. */
export function whyRefused(error: Refusal, { whyRefused: known }: App.Locals): { code: string; details: Record<string, unknown> } {
  const fits = error.status === 404 || (error.status === 403 && known?.code === 'govern.agreement.needed_here');
  return known && fits ? known : error;
}

/**
 * Turns a Refusal of a command into the answer of a form action that loses nothing; throws everything else again.
 * A dangerous act of a session that proved itself too long ago goes by way of /prove: the browser carries there what was typed, and back.
 */
export function refused(error: unknown, form?: FormData): ReturnType<typeof fail<Refused>> {
  if (!(error instanceof Refusal)) throw error;
  if (error.code === 'people.step_up.needed') {
    const { pathname, search } = getRequestEvent().url;
    redirect(307, to(`/prove?back=${encodeURIComponent(pathname + search)}`));
  }
  const { code, details } = whyRefused(error, getRequestEvent().locals);
  return fail(error.status, { code, message: errorText(code, details), values: form ? typed(form) : {} });
}
