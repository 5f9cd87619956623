/** Shapes and pure rules of channels; the browser may import this file. */
import * as v from 'valibot';

const LABELS = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'] as const;

/** The label of a message without one of its own; empty means none. */
const usualLabel = v.pipe(
  v.nullable(v.picklist(['', ...LABELS], 'channels.ceiling.missing')),
  v.transform((label) => label || null),
);

export const OpenChannel = v.object({
  name: v.pipe(
    v.string('channels.channel.unnamed'),
    v.transform((text: string) => text.replace(/\s+/g, ' ').trim()),
    v.minLength(1, 'channels.channel.unnamed'),
    v.maxLength(80, 'channels.channel.name_too_long'),
  ),
  purpose: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500, 'channels.channel.purpose_too_long')), ''),
  /** An audience of mine, or `named`: the people and organizations under `readers`. */
  audience_id: v.union([
    v.literal('named'),
    v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer('channels.audience.missing'), v.minValue(1, 'channels.audience.missing')),
  ]),
  /** `person/amina`, `organization/ta-lumaria`: who reads it beside me. */
  readers: v.optional(
    v.pipe(
      v.union([v.string(), v.array(v.string())]),
      v.transform((value) => [...new Set((Array.isArray(value) ? value : [value]).filter(Boolean))]),
      v.maxLength(200, 'channels.readers.many'),
      v.everyItem((each) => /^(person|organization)\/[^/]+$/.test(each), 'channels.readers.unknown'),
    ),
    [],
  ),
  ceiling: v.picklist(LABELS, 'channels.ceiling.missing'),
  marking: v.optional(usualLabel, null),
  /** Keepers: an announcement channel. */
  starters: v.optional(v.picklist(['readers', 'keepers']), 'readers'),
  retry_key: v.pipe(v.string(), v.uuid()),
});

const name = OpenChannel.entries.name;
const purpose = v.pipe(v.string(), v.trim(), v.maxLength(500, 'channels.channel.purpose_too_long'));
const flag = v.pipe(
  v.union([v.boolean(), v.picklist(['yes', 'no'])]),
  v.transform((value) => value === true || value === 'yes'),
);
/** What its keepers may change; what is left out stays. An empty label means none. */
export const ChangeChannel = v.object({
  name: v.optional(name),
  purpose: v.optional(purpose),
  rules: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(4000, 'channels.channel.rules_too_long'))),
  ceiling: v.optional(v.picklist(LABELS, 'channels.ceiling.missing')),
  marking: v.optional(usualLabel),
  starters: v.optional(v.picklist(['readers', 'keepers'])),
  everyone_joins: v.optional(flag),
});
export type OpenChannel = v.InferOutput<typeof OpenChannel>;

export type Channel = {
  id: string;
  slug: string;
  name: string;
  purpose: string;
  audience: string;
  audience_kind: string;
  readers: number;
  ceiling: string;
  conversation_id: string;
  unread: number;
  /** The same without the threads I muted. */
  fresh: number;
  threads: number;
  last_at: Date | null;
  /** Where its readers are named by hand: the circle behind it. */
  circle: string | null;
  archived_at: Date | null;
  may_change: boolean;
  rules: string;
  /** The label of a message without one of its own. */
  marking: string | null;
  starters: 'readers' | 'keepers';
  everyone_joins: boolean;
  /** Does it stand in my list? */
  joined: boolean;
  /** What I want to be told of it. */
  level: 'nothing' | 'mentions' | 'everything';
};
export type Keeper = { byline_id: string; slug: string | null; name: string; opened: boolean };
/** Who a channel could be for: an audience of mine, and the labels it admits. */
export type AudienceChoice = { id: number; kind: string; label: string; size: number; labels: string[] };

/** An address made of a name: lower-case letters and digits of any script, joined by hyphens. */
export function slugOf(name: string): string {
  return (
    name
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60)
      .replace(/-+$/, '') || 'channel'
  );
}
