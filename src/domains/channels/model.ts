/** Shapes and pure rules of channels; the browser may import this file. */
import * as v from 'valibot';

const LABELS = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'] as const;

export const OpenChannel = v.object({
  name: v.pipe(
    v.string('channels.channel.unnamed'),
    v.transform((text: string) => text.replace(/\s+/g, ' ').trim()),
    v.minLength(1, 'channels.channel.unnamed'),
    v.maxLength(80, 'channels.channel.name_too_long'),
  ),
  purpose: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500, 'channels.channel.purpose_too_long')), ''),
  audience_id: v.pipe(
    v.union([v.string(), v.number()]),
    v.transform(Number),
    v.integer('channels.audience.missing'),
    v.minValue(1, 'channels.audience.missing'),
  ),
  ceiling: v.picklist(LABELS, 'channels.ceiling.missing'),
  retry_key: v.pipe(v.string(), v.uuid()),
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
  threads: number;
  last_at: Date | null;
  archived_at: Date | null;
  may_change: boolean;
};
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
