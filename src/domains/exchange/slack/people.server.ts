import type { Archive } from './archive.server.ts';
import { type Json, readList, record, text } from './json.server.ts';
import { type Limits, type Lines, type Person, shown, tell } from './model.ts';

/** Everybody the export names, and whoever turns up in its messages without being named. */
export class People {
  readonly all = new Map<string, Person>();
  #home: string | undefined;

  /** Whoever a message says it is by. The first time somebody is met whom no list names, they get what name the message itself gives. */
  author(message: Json, place: string, to: Lines): string {
    const bot = text(message.bot_id) || (message.subtype === 'bot_message' ? text(message.username) || 'bot' : '');
    const id = text(message.user);
    if (id && this.all.has(id)) return id;
    if (bot && (!id || id === 'USLACKBOT')) return this.#bot(bot, message);
    const profile = record(message.user_profile);
    const name = named(profile, profile) || text(message.username);
    const source = id || (name ? `named:${name.slice(0, 100)}` : 'named:');
    const known = this.all.get(source);
    if (known) return source;
    const team = text(message.user_team) || text(profile.team) || text(message.team);
    const foreign = Boolean(id && team && this.#home && team !== this.#home);
    this.all.set(source, { source, name: clean(name || id) || 'Unknown', email: null, kind: 'person', state: foreign ? 'foreign' : 'unknown' });
    tell(to, foreign ? 'foreign_person' : 'unknown_person', name || id || '?', place);
    return source;
  }

  name(id: string): string | undefined {
    return this.all.get(id)?.name;
  }

  #bot(id: string, message: Json): string {
    const source = `bot:${id.slice(0, 100)}`;
    if (!this.all.has(source)) {
      const name = clean(text(message.username) || text(record(message.bot_profile).name)) || 'Bot';
      this.all.set(source, { source, name, email: null, kind: 'bot', state: 'here' });
    }
    return source;
  }

  /** Takes in one entry of users.json. */
  add(entry: unknown, file: string, limits: Limits, to: Lines): void {
    const user = record(entry);
    const id = text(user.id);
    if (!/^[A-Z0-9]{2,30}$/.test(id) || this.all.has(id) || this.all.size >= limits.people) {
      if (!this.all.has(id)) tell(to, 'bad_person', id || '?', file);
      return;
    }
    const profile = record(user.profile);
    const team = text(user.team_id) || text(profile.team);
    const foreign = user.is_stranger === true || user.is_foreign === true || Boolean(team && this.#home && team !== this.#home && !user.enterprise_user);
    if (!foreign && team) this.#home ??= team;
    const bot = user.is_bot === true || id === 'USLACKBOT';
    const email = text(profile.email).trim().toLowerCase();
    this.all.set(id, {
      source: id,
      name: clean(named(profile, user)) || id,
      // Whoever was only shared a channel with is vouched for by another workspace, not by this export.
      email: !bot && !foreign && /^[^\s@]{1,64}@[^\s@]{1,190}$/.test(email) ? email : null,
      kind: bot ? 'bot' : 'person',
      state: foreign ? 'foreign' : user.deleted === true ? 'deleted' : 'here',
    });
  }
}

const named = (profile: Json, user: Json): string =>
  text(profile.real_name) || text(user.real_name) || text(profile.display_name) || text(user.name) || text(profile.name);
const clean = (name: string): string => shown(name.replace(/\s+/g, ' ').trim()).slice(0, 120);

/** Reads the lists of people; an export of a whole company names them in org_users.json. */
export async function readPeople(archive: Archive, limits: Limits, to: Lines): Promise<People> {
  const people = new People();
  for (const file of ['users.json', 'org_users.json'])
    for (const entry of (await readList(archive, file, limits, to)) ?? []) people.add(entry, file, limits, to);
  return people;
}
