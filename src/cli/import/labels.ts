import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import * as v from 'valibot';
import type { Decision } from '#domains/exchange/slack/bring-in.server.ts';
import type { Place } from '#domains/exchange/slack/model.ts';
import { as } from '#platform/database/open.server.ts';
import { Fault } from '#platform/fault.ts';
import { say } from './words.ts';

const LABELS = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT'] as const;
const Entry = v.union([
  v.literal('aside'),
  v.literal('wait'),
  v.strictObject({ readers: v.pipe(v.string(), v.regex(/^(?:everyone|public|(?:circle|organization):[^\s:]+)$/)), label: v.picklist(LABELS) }),
]);
const Labels = v.record(v.string(), Entry);
type Given = Exclude<v.InferOutput<typeof Entry>, string>;
export type Labels = v.InferOutput<typeof Labels>;

/** The label of private conversations, as it was said on the command line. */
export function privateLabel(said: string | undefined): string {
  if (said === undefined) return 'TLP:AMBER';
  if (said === 'TLP:AMBER' || said === 'TLP:AMBER+STRICT') return said;
  throw new Fault(say('exchange_slack_private_label', { label: said }), { exitCode: 2 });
}

/** Reads what was written down beforehand: a channel's name, and who reads it under which label. Throws a Fault that names the line. */
export function readLabels(file: string | undefined, places: Place[]): Labels {
  if (file === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Fault(say('exchange_slack_labels_unreadable', { file, why: (error as Error).message }), { exitCode: 2 });
  }
  const read = v.safeParse(Labels, value);
  if (!read.success) throw new Fault(say('exchange_slack_labels_wrong', { file, name: String(read.issues[0].path?.[0]?.key ?? '') }), { exitCode: 2 });
  const channels = new Set(places.filter((place) => place.kind === 'channel').map((place) => place.name));
  const stranger = Object.keys(read.output).find((name) => !channels.has(name));
  if (stranger !== undefined) throw new Fault(say('exchange_slack_labels_stranger', { file, name: stranger }), { exitCode: 2 });
  return read.output;
}

/** A file to fill in: every channel waits. */
export const emptyLabels = (places: Place[]): Labels =>
  Object.fromEntries(places.filter((place) => place.kind === 'channel').map((place) => [place.name, 'wait']));

/** Who answers for the labels, and which audiences they name. Throws a Fault for whoever or whatever is not there. */
export async function decisions(labels: Labels, steward: string | undefined): Promise<(place: Place) => Decision | 'aside' | undefined> {
  const wanted = Object.entries(labels).filter((each): each is [string, Given] => typeof each[1] === 'object');
  if (!wanted.length) return (place) => (labels[place.name] === 'aside' && place.kind === 'channel' ? 'aside' : undefined);
  if (!steward) throw new Fault(say('exchange_slack_no_steward'), { exitCode: 2 });
  const { who, audiences } = await as({ kind: 'clerk' }, async (tx) => {
    const people = await sql<{ id: string }>`select m.id from app.accounts a join app.members m on m.id = a.member_id and m.status = 'active'
      join app.hub_roles r on r.member_id = m.id and r.role = 'steward' where a.email_key = lower(trim(${steward}))`.execute(tx);
    const known = await sql<{ name: string; id: number }>`
      select 'everyone' as name, 2 as id union all select 'public', 1
      union all select 'circle:' || c.slug, c.audience_id from app.circles c
      union all select 'organization:' || o.slug, a.id from app.organizations o join app.audiences a on a.kind = 'organization' and a.ref = o.id`.execute(tx);
    return { who: people.rows[0]?.id, audiences: new Map(known.rows.map((row) => [row.name, row.id])) };
  });
  if (!who) throw new Fault(say('exchange_slack_not_steward', { address: steward }), { exitCode: 2 });
  for (const [name, { readers }] of wanted) if (!audiences.has(readers)) throw new Fault(say('exchange_slack_no_readers', { name, readers }), { exitCode: 2 });
  return (place) => {
    const entry = place.kind === 'channel' ? labels[place.name] : undefined;
    if (entry === undefined || entry === 'wait') return undefined;
    return entry === 'aside' ? 'aside' : { steward: who, audience: audiences.get(entry.readers)!, label: entry.label };
  };
}
