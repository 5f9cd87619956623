import * as v from 'valibot';
import { Refusal } from './errors.ts';

/** Checks what came in against a schema; refuses with the code the schema names, else common.bad_input, and lists every fault by path. */
export function parse<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const errors = result.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', code: isCode(issue.message) ? issue.message : 'common.bad_input' }));
  throw new Refusal(errors[0]?.code ?? 'common.bad_input', { details: { errors } });
}

/** What a repeated form made before, if it says the same as now; refuses with common.key_reused when it does not. */
export function sameAgain<T extends object>(before: T, wanted: Partial<T>): T {
  for (const [name, value] of Object.entries(wanted)) if (before[name as keyof T] !== value) throw new Refusal('common.key_reused', { status: 409 });
  return before;
}

function isCode(message: string): boolean {
  return /^[a-z_]+(\.[a-z_]+){1,2}$/.test(message);
}
