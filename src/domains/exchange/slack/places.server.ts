import type { Archive } from './archive.server.ts';
import { readList, record, strings, text, list } from './json.server.ts';
import { type Limits, type Lines, type Place, type PlaceKind, shown, tell } from './model.ts';
import type { People } from './people.server.ts';

const FILES: { file: string; kind: PlaceKind }[] = [
  { file: 'channels.json', kind: 'channel' },
  { file: 'groups.json', kind: 'private' },
  { file: 'mpims.json', kind: 'direct' },
  { file: 'dms.json', kind: 'direct' },
];

/**
 * Reads which channels, private channels and direct conversations there are. A folder of days that no list names is left out: nobody could say who may
 * read it.
 */
export async function readPlaces(archive: Archive, people: People, limits: Limits, to: Lines): Promise<Place[]> {
  const places = new Map<string, Place>();
  for (const { file, kind } of FILES) {
    for (const entry of (await readList(archive, file, limits, to)) ?? []) {
      const place = placeOf(record(entry), kind, people);
      if (!place || places.size >= limits.places) tell(to, 'bad_place', text(record(entry).name) || text(record(entry).id) || '?', file);
      else if (places.has(place.source)) tell(to, 'place_twice', place.name, file);
      else places.set(place.source, place);
    }
  }
  const folders = new Set([...archive.names.keys()].filter((name) => name.includes('/')).map((name) => name.slice(0, name.indexOf('/'))));
  for (const place of places.values()) {
    const folder = [place.folder, place.source].find((each) => folders.has(each));
    if (folder) place.folder = folder;
    else tell(to, 'no_folder', place.name, place.source);
  }
  return [...places.values()];
}

function placeOf(entry: Record<string, unknown>, kind: PlaceKind, people: People): Place | undefined {
  const source = text(entry.id);
  const name = text(entry.name);
  if (!/^[A-Z0-9]{2,30}$/.test(source) || (!name && kind !== 'direct')) return undefined;
  // What a list of public channels calls private is private.
  const closed = entry.is_private === true || entry.is_group === true || entry.is_mpim === true || entry.is_im === true;
  const who = [...new Set(strings(entry.members))].filter((each) => /^[A-Z0-9]{2,30}$/.test(each)).slice(0, 10_000);
  const called = who.map((id) => people.name(id) ?? id);
  return {
    source,
    kind: kind === 'channel' && closed ? (entry.is_mpim === true || entry.is_im === true ? 'direct' : 'private') : kind,
    name: shown(kind === 'direct' ? called.join(', ') || source : name).slice(0, 80),
    purpose: shown((text(record(entry.purpose).value) || text(record(entry.topic).value)).replace(/\s+/g, ' ')).slice(0, 500),
    archived: entry.is_archived === true,
    people: who,
    pins: list(entry.pins)
      .map((pin) => text(record(pin).id))
      .filter((ts) => /^\d+\.\d+$/.test(ts))
      .slice(0, 1000),
    // A direct conversation lies under its id, everything else under its name.
    folder: kind === 'direct' && !name ? source : name,
  };
}
