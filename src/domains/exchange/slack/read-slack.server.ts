import { type Archive, openArchive } from './archive.server.ts';
import { LIMITS, type Limits, type Lines, type Person, type Place, type Said, type Counted, tell } from './model.ts';
import { nothing, readMessages, type Sources } from './messages.server.ts';
import { readPeople } from './people.server.ts';
import { readPlaces } from './places.server.ts';

export type SlackReading = {
  people: Map<string, Person>;
  places: Place[];
  report: Lines;
  /** Bytes of a file of the archive. */
  file: Archive['read'];
  /** Days of messages in the order of time; `counted` is filled on the way. */
  messages(place: Place, counted: Counted): AsyncGenerator<Said[]>;
  close(): Promise<void>;
};
export type Refused = { refused: 'no_file' | 'no_zip' | 'too_many' | 'damaged' | 'no_export' };

/** Files that stand beside the channels and hold nothing that was said. */
const KNOWN = /^(?:users|org_users|channels|groups|dms|mpims)\.json$/;

/**
 * Opens an export of Slack, a ZIP or a folder. Nothing in it makes this throw: what cannot be read is a line of the report and the rest is given. Nothing is
 * fetched from anywhere.
 */
export async function openSlack(file: string, options: Partial<Limits> = {}): Promise<SlackReading | Refused> {
  const limits = { ...LIMITS, ...options };
  const report: Lines = { lines: [], counts: new Map() };
  const archive = await openArchive(file, limits, report);
  if ('refused' in archive) return archive;
  const people = await readPeople(archive, limits, report);
  const places = await readPlaces(archive, people, limits, report);
  if (!places.length && !people.all.size) {
    await archive.close();
    return { refused: 'no_export' };
  }
  const byId = new Map(places.map((place) => [place.source, place.name]));
  const names = { person: (id: string) => people.name(id), place: (id: string) => byId.get(id) };
  const from: Sources = { archive, people, names, limits, to: report, uploads: uploadsOf(archive), days: daysOf(archive) };
  reportOthers(archive, places, report);
  return {
    people: people.all,
    places,
    report,
    file: archive.read,
    messages: (place, counted = nothing()) => readMessages(place, from, counted),
    close: archive.close,
  };
}

/** Files of days by their folder, in the order of time. */
function daysOf(archive: Archive): Map<string, string[]> {
  const days = new Map<string, string[]>();
  for (const name of [...archive.names.keys()].filter((each) => /^[^/]+\/\d{4}-\d\d-\d\d\.json$/.test(each)).sort()) {
    const folder = name.slice(0, name.indexOf('/'));
    const some = days.get(folder);
    if (some) some.push(name);
    else days.set(folder, [name]);
  }
  return days;
}

/** Where the tools that fetch files put them: `__uploads/<id>/<name>`, or `<channel>/attachments/<id>-<name>`. */
function uploadsOf(archive: Archive): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of archive.names.keys()) {
    const id = /^__uploads\/(F[A-Z0-9]{2,30})\/[^/]+$/.exec(name)?.[1] ?? /^[^/]+\/(?:attachments|files)\/(F[A-Z0-9]{2,30})[-_][^/]+$/.exec(name)?.[1];
    if (id && !found.has(id)) found.set(id, name);
  }
  return found;
}

/** Says of every file what nobody will read. */
function reportOthers(archive: Archive, places: Place[], to: Lines): void {
  const folders = new Set(places.map((place) => place.folder));
  const strangers = new Set<string>();
  for (const name of archive.names.keys()) {
    const [top = '', rest] = [name.slice(0, Math.max(name.indexOf('/'), 0)), name.slice(name.indexOf('/') + 1)];
    if (!top) {
      if (name === 'integration_logs.json') tell(to, 'integration_logs', name, name);
      else if (!KNOWN.test(name)) tell(to, 'other_file', name, name);
    } else if (top === '__uploads' || (folders.has(top) && /^(?:attachments|files)\//.test(rest))) continue;
    else if (!folders.has(top)) strangers.add(top);
    else if (!/^\d{4}-\d\d-\d\d\.json$/.test(rest)) tell(to, 'other_file', name, name);
  }
  for (const top of strangers) tell(to, 'unknown_folder', top, top);
}
