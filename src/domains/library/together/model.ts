import * as v from 'valibot';

const id = v.pipe(v.string(), v.uuid('common.not_found'));
/** One update of one writer's window: the client names the window, the clock counts its updates from 1 and is with it the retry key. */
export const SharedUpdate = v.object({
  client: v.pipe(v.string(), v.uuid('common.bad_input')),
  clock: v.pipe(v.number('common.bad_input'), v.integer('common.bad_input'), v.minValue(1, 'common.bad_input'), v.maxValue(1_000_000_000, 'common.bad_input')),
  /** A Yjs update, in base64. */
  update: v.pipe(v.string(), v.minLength(1, 'common.bad_input'), v.maxLength(800_000, 'library.together.too_large'), v.base64('common.bad_input')),
});
export type SharedUpdate = v.InferOutput<typeof SharedUpdate>;
export const SharedId = id;

/** Where a writer's cursor stands: a field, and a place in it that moves with the text (a Yjs relative position). Heard by the other writers and kept nowhere. */
export const Presence = v.object({
  client: v.pipe(v.string(), v.uuid('common.bad_input')),
  field: v.pipe(v.string(), v.maxLength(40, 'common.bad_input')),
  at: v.pipe(v.string(), v.maxLength(400, 'common.bad_input')),
});
