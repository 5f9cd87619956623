import { Refusal } from '#platform/errors.ts';
import { errorText } from './error-text.server.ts';

/** What a refusal says of single fields, by their names. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Refusal)) return {};
  const { errors = [] } = error.details as { errors?: Array<{ path: string; code: string }> };
  return Object.fromEntries(errors.map(({ path, code }) => [path, errorText(code, error.details)]));
}
