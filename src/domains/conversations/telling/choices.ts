import * as v from 'valibot';

/** When a mail may come: a minute after, at the full hour, once a day, not at all. */
export const MODES = ['now', 'hourly', 'daily', 'never'] as const;
/** What is pushed to browsers that asked for it: what names me or is written to me, all I am told of, nothing. */
export const PUSHED = ['calls', 'everything', 'never'] as const;
const mode = v.optional(v.picklist(MODES));
/** A time of day in the member's own zone, as clocks write it; the empty text takes quiet hours away. */
const time = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  v.transform((clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))),
);
const none = v.pipe(
  v.union([v.literal(''), v.null()]),
  v.transform(() => null),
);

/** How I want to be told of messages; what is left out stays as it is. Times are HH:MM in my time zone; quiet hours have both ends or none. */
export const Choices = v.object({
  mail_mentions: mode,
  mail_direct: mode,
  mail_followed: mode,
  push: v.optional(v.picklist(PUSHED)),
  digest_at: v.optional(time),
  quiet_from: v.optional(v.union([time, none])),
  quiet_until: v.optional(v.union([time, none])),
});
export type Choices = v.InferOutput<typeof Choices>;

export type Told = {
  mail_mentions: (typeof MODES)[number];
  mail_direct: (typeof MODES)[number];
  mail_followed: (typeof MODES)[number];
  push: (typeof PUSHED)[number];
  digest_at: string;
  quiet_from: string | null;
  quiet_until: string | null;
  time_zone: string;
};
