import * as v from 'valibot';

/** Why a steward reads the log. */
export const WhyInput = v.object({ reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'audit.reason.missing'), v.maxLength(500, 'audit.reason.long')) });

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** A root as it is published: a day (UTC) and its hash. */
export const Root = v.object({ day: v.pipe(v.string(), v.isoDate()), root: hash });
export type Root = v.InferOutput<typeof Root>;
/** A place in the chain that an operator noted: the position and hash of one row. */
export const Mark = v.object({ position: v.pipe(v.number(), v.integer(), v.minValue(1)), hash });
export type Mark = v.InferOutput<typeof Mark>;
