import { FILE_LIMIT, FILES_LIMIT } from '#domains/files/model.ts';
import type { Archive } from './archive.server.ts';
import { type Json, list, readList, record, strings, text } from './json.server.ts';
import { type Counted, type LeftOut, type Limits, type Lines, type Place, type Said, tell } from './model.ts';
import type { Names } from './mrkdwn.ts';
import { emoji } from './emoji.ts';
import { toMarkdown } from './mrkdwn.ts';
import type { People } from './people.server.ts';
import { fallback } from './fallback.server.ts';
import { cut } from './cut.ts';

/** What Slack itself wrote into a channel: nobody said it. */
const NOTICES =
  /^(?:(?:channel|group)_(?:join|leave|topic|purpose|name|archive|unarchive|posting_permissions|convert_to_private)|bot_(?:add|remove|enable|disable)|pinned_item|unpinned_item|reminder_add|ekm_access_denied|sh_room_created|sh_room_shared|huddle_thread|joiner_notification\w*|app_conversation_join|assistant_app_thread|tombstone_notice|channel_canvas_updated|document_mention|file_mention|message_replied)$/;

const MONTH = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });

export type Sources = { archive: Archive; people: People; names: Names; limits: Limits; to: Lines; uploads: Map<string, string>; days: Map<string, string[]> };

export const nothing = (): Counted => ({ found: 0, come: 0, parts: 0, left: {}, threads: 0, first: null, last: null });

/** The messages of a place in the order of time, a day at a time: memory holds one day. Every entry is either given or counted in `left`. */
export async function* readMessages(place: Place, from: Sources, counted: Counted): AsyncGenerator<Said[]> {
  const days = from.days.get(place.folder) ?? [];
  const seen = new Set<string>();
  const threads = new Set<string>();
  const pins = new Set(place.pins);
  for (const day of days) {
    const entries = await readList(from.archive, day, from.limits, from.to);
    if (!entries) continue;
    counted.found += entries.length;
    const said: Said[] = [];
    const leave = (why: LeftOut, what: string) => {
      counted.left[why] = (counted.left[why] ?? 0) + 1;
      tell(from.to, why, what, day);
    };
    for (const entry of entries) {
      const message = record(entry);
      const ts = text(message.ts);
      const at = timeOf(ts);
      // Slack takes 40,000 characters; what is five times as long was not said there.
      if ((!ts && message.type !== 'message') || text(message.text).length > 200_000) leave('bad_message', ts || '?');
      else if (!at) leave('bad_time', ts || '?');
      else if (seen.has(ts)) leave('said_twice', ts);
      else {
        const why = notSaid(message);
        const one = why ? undefined : read(message, ts, at, place, from, day);
        if (!one) leave(why ?? 'empty', text(message.subtype) || ts);
        else {
          seen.add(ts);
          one[0]!.pinned ||= pins.has(ts);
          said.push(...one);
          counted.come += one.length;
          counted.parts += one.length - 1;
        }
      }
    }
    said.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.key < b.key ? -1 : 1));
    for (const one of said) {
      if (place.kind !== 'direct' && one.thread !== one.key && !one.thread.startsWith('month:') && !threads.has(one.thread) && !one.key.includes('/'))
        tell(from.to, 'no_parent', one.thread, day);
      threads.add(one.thread);
    }
    if (said.length) {
      counted.first ??= said[0]!.at;
      counted.last = said.at(-1)!.at;
      counted.threads = threads.size;
      yield said;
    }
  }
}

function timeOf(ts: string): Date | undefined {
  if (!/^\d{9,10}\.\d{1,6}$/.test(ts)) return undefined;
  const at = new Date(Math.floor(Number(ts) * 1000));
  // Slack began in 2013; tomorrow has not been said yet.
  return at.getTime() > Date.UTC(2012, 0) && at.getTime() < Date.now() + 86_400_000 ? at : undefined;
}

function notSaid(message: Json): LeftOut | undefined {
  const subtype = text(message.subtype);
  if (subtype === 'tombstone' || subtype === 'message_deleted') return 'deleted';
  if (message.type !== undefined && message.type !== 'message') return 'notice';
  if (NOTICES.test(subtype)) return 'notice';
  return undefined;
}

function read(entry: Json, ts: string, at: Date, place: Place, from: Sources, day: string): Said[] | undefined {
  // An export for lawyers writes an edit as an event that holds the message and what it said before.
  const message = entry.subtype === 'message_changed' ? { ...record(entry.message), ts } : entry;
  const files = list(message.files ?? (message.file ? [message.file] : []))
    .map(record)
    .slice(0, 50);
  const words = (source: string): string =>
    message.subtype === 'me_message' && source ? `_${toMarkdown(source, from.names)}_` : toMarkdown(source, from.names);
  const said = words(text(message.text)) || toMarkdown(fallback(message), from.names);
  const kept = filesOf(files, from, day);
  // What comes along is shown by itself; a message has words, if only the name of its file.
  const named = kept.filter(({ path }) => !path || !said);
  const body = [said, ...named.map((file) => `📎 ${file.name.replace(/[\\`*[\]<>_~]/g, '\\$&')}`)].filter(Boolean).join('\n\n');
  if (!body.trim()) return undefined;
  const person = from.people.author(message, day, from.to);
  const answers = text(message.thread_ts);
  const parent = answers === ts || Number(message.reply_count) > 0 || list(message.replies).length > 0;
  const thread = place.kind === 'direct' ? 'all' : timeOf(answers) ? answers : parent ? ts : `month:${at.toISOString().slice(0, 7)}`;
  const edited = timeOf(text(record(message.edited).ts)) ?? (entry === message ? undefined : at);
  const before = text(record(entry.previous_message ?? message.original ?? entry.original).text);
  const parts = cut(body, from.limits.body);
  if (parts.length > 1) tell(from.to, 'split', ts, day);
  const title = place.kind === 'direct' ? place.name : thread.startsWith('month:') ? MONTH.format(at) : titleOf(said || kept[0]?.name || '', ts);
  const reactions = reactionsOf(message, from, day);
  return parts.map(
    (part, n): Said => ({
      key: n ? `${ts}/${n + 1}` : ts,
      at,
      person,
      thread,
      title,
      body: part,
      editedAt: edited ?? null,
      earlier: n === 0 && before ? (cut(words(before), from.limits.body)[0] ?? null) : null,
      reactions: n ? [] : reactions,
      pinned: n === 0 && list(message.pinned_to).includes(place.source),
      files: n ? [] : kept,
    }),
  );
}

/** Signs that a workspace drew itself are nowhere else. */
function reactionsOf(message: Json, from: Sources, day: string): Said['reactions'] {
  return list(message.reactions)
    .map(record)
    .slice(0, 200)
    .flatMap((each) => {
      const name = text(each.name).replace(/::skin-tone-[2-6]$/, '');
      const sign = emoji(name);
      if (!sign) tell(from.to, 'reaction_unknown', name, day);
      const people = strings(each.users).filter((id) => from.people.all.has(id));
      return sign && people.length ? [{ emoji: sign, people: people.slice(0, 5000) }] : [];
    });
}

function filesOf(files: Json[], from: Sources, day: string): Said['files'] {
  let taken = 0;
  return files.flatMap((file) => {
    const id = text(file.id);
    const name = (text(file.name) || text(file.title))
      .replace(/[\p{Cc}\p{Cf}/\\]/gu, ' ')
      .trim()
      .slice(0, 150);
    if (!name && !id) return [];
    const found = from.uploads.get(id);
    const size = found === undefined ? 0 : (from.archive.names.get(found) ?? 0);
    const why = !size ? 'file_elsewhere' : size > FILE_LIMIT ? 'file_large' : taken === FILES_LIMIT ? 'file_many' : 'file_here';
    tell(from.to, why, name || id, day);
    if (why === 'file_here') taken++;
    return [{ id, name: name || id, path: why === 'file_here' ? found! : null }];
  });
}

/** The beginning of what opened a thread, without marks. */
function titleOf(markdown: string, ts: string): string {
  const line = markdown
    .replace(/```[\s\S]*?```/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[\\`*_~>#]|^\s*-\s/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (!line) return new Date(Number(ts) * 1000).toISOString().slice(0, 16).replace('T', ' ');
  if (line.length <= 90) return line;
  const short = line.slice(0, 90);
  return `${short.slice(0, Math.max(short.lastIndexOf(' '), 50))}…`;
}
