/** Shapes of a Slack export as it was read: plain data, no database, nothing decided about labels. */

/** Why something of the archive is not in the hub as it stood there; the words are in messages under `exchange_slack_<reason>`. */
export type Reason =
  // of the archive
  | 'not_json'
  | 'not_list'
  | 'too_large'
  | 'too_many'
  | 'too_deep'
  | 'unreadable'
  | 'climbs_out'
  | 'is_link'
  | 'is_special'
  | 'name_twice'
  | 'unknown_folder'
  | 'other_file'
  | 'integration_logs'
  | 'no_folder'
  | 'bad_place'
  | 'place_twice'
  | 'bad_person'
  // of messages: each of these is counted once per message
  | 'notice'
  | 'deleted'
  | 'empty'
  | 'bad_message'
  | 'bad_time'
  | 'said_twice'
  // of messages that do come in
  | 'unknown_person'
  | 'foreign_person'
  | 'split'
  | 'no_parent'
  | 'file_elsewhere'
  | 'file_here'
  | 'file_large'
  | 'file_many'
  | 'file_damaged'
  | 'file_infected'
  | 'reaction_unknown';

/** The reasons for which a message does not come in. Those that come in and these make up all there are. */
export const LEFT_OUT = ['notice', 'deleted', 'empty', 'bad_message', 'bad_time', 'said_twice'] as const satisfies Reason[];
export type LeftOut = (typeof LEFT_OUT)[number];

/** One line of the report: what it is about, where it was read. Lines never hold words of a message. */
export type Line = { reason: Reason; what: string; where: string };

export type Person = {
  /** Slack's own id, such as U012AB3CD; for a bot `bot:` and its id, for somebody no list names `named:` and the name. */
  source: string;
  name: string;
  /** Lower case; null for bots, for people of other workspaces and where the export has none. */
  email: string | null;
  kind: 'person' | 'bot';
  state: 'here' | 'deleted' | 'foreign' | 'unknown';
};

export type PlaceKind = 'channel' | 'private' | 'direct';
export type Place = {
  source: string;
  kind: PlaceKind;
  /** Of a direct conversation: the names of those in it. */
  name: string;
  purpose: string;
  archived: boolean;
  /** Slack ids of those who were in it. */
  people: string[];
  /** Slack times of pinned messages. */
  pins: string[];
  /** Where its days lie, below the root of the export. */
  folder: string;
};

export type Said = {
  /** Slack's time, which is also its name within the place; of further parts of one that was cut with `/2` and so on. */
  key: string;
  at: Date;
  person: string;
  /** What it answers to, or itself where others answer to it; `month:2026-01` for talk without a thread; a direct conversation is one thread, `all`. */
  thread: string;
  title: string;
  body: string;
  editedAt: Date | null;
  earlier: string | null;
  reactions: { emoji: string; people: string[] }[];
  pinned: boolean;
  files: { id: string; name: string; path: string | null }[];
};

/** What was counted of one place: `found` = `come` − `parts` + the sum of `left`. */
export type Counted = {
  found: number;
  come: number;
  parts: number;
  left: Partial<Record<LeftOut, number>>;
  threads: number;
  first: Date | null;
  last: Date | null;
};

/** Sizes in bytes. `json` holds for one day of one channel, `unpacked` for all that is read of an archive. */
export const LIMITS = {
  entries: 200_000,
  json: 32 * 1024 * 1024,
  unpacked: 8 * 1024 * 1024 * 1024,
  depth: 6,
  places: 20_000,
  people: 100_000,
  lines: 2_000,
  body: 20_000,
};
export type Limits = typeof LIMITS;

/** What was read, without the messages. The lists are in the order of the archive. */
export type Lines = { lines: Line[]; counts: Map<Reason, number> };

/** Notes a line; of each reason the first 200 are kept in words, all are counted. */
export function tell(to: Lines, reason: Reason, what: string, where: string): void {
  const seen = to.counts.get(reason) ?? 0;
  to.counts.set(reason, seen + 1);
  if (seen < 200 && to.lines.length < LIMITS.lines) to.lines.push({ reason, what: shown(what), where: shown(where) });
}

/** Control characters of hostile names made visible, and no name longer than a line. */
export const shown = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD').slice(0, 200);
