import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import type { CountedPlace } from './count-slack.server.ts';
import { nothing } from './messages.server.ts';
import type { Person, Place } from './model.ts';
import type { SlackReading } from './read-slack.server.ts';
import { stageFiles } from './stage-files.server.ts';
import { type KnownPlace, stageMessages, stagePeople, stagePlace } from './stage.server.ts';

export type PlaceDone = CountedPlace & {
  /** Messages written down by this run, messages that stand in their conversation since this run, all that ever came of it. */
  fresh: number;
  landed: number;
  known: number;
  /** Files taken in by this run. */
  files: number;
  state: 'waiting' | 'open' | 'aside';
  failed?: string;
};
export type Decision = { steward: string; audience: number; label: string };
export type BringIn = {
  /** The label of private channels and direct conversations. */
  privateLabel: string;
  slug(name: string): string;
  /** What was said about an open channel beforehand; `aside` leaves it out. */
  decision(place: Place): Decision | 'aside' | undefined;
  why(error: unknown): string;
  progress(line: string): void;
};
export type Brought = { places: PlaceDone[]; matched: number };

const clerk = { kind: 'clerk' } as const;
const MOST = 500;

/**
 * Brings an export in: people, then each place with its messages in pieces of a transaction each, then everything that has a label into its conversation.
 * What an interrupted run wrote is found again; what is there already is not written twice. A place that fails is named, and the others come in.
 */
export async function bringIn(reading: SlackReading, how: BringIn): Promise<Brought> {
  const run = newId();
  await as(clerk, (tx) => sql`insert into app.import_runs (id, source) values (${run}, 'slack')`.execute(tx));
  const people = await as(clerk, (tx) => stagePeople(tx, [...reading.people.values()]));
  const done: PlaceDone[] = [];
  const ids = new Map<PlaceDone, string>();
  for (const [n, place] of reading.places.entries()) {
    const one: PlaceDone = {
      source: place.source,
      kind: place.kind,
      name: place.name,
      people: place.people.length,
      fresh: 0,
      landed: 0,
      known: 0,
      files: 0,
      state: 'waiting',
      ...nothing(),
    };
    done.push(one);
    try {
      const known = await writeDown(reading, place, one, people, how, (line) => how.progress(`${n + 1}/${reading.places.length} ${line}`));
      ids.set(one, known.id);
      if (known.state === 'aside') one.state = 'aside';
    } catch (error) {
      one.failed = how.why(error);
    }
  }
  const matched = await as(clerk, async (tx) => (await sql<{ n: number }>`select app.match_imported(null) as n`.execute(tx)).rows[0]!.n);
  for (const [one, id] of ids) await open(reading.places.find((place) => place.source === one.source)!, id, one, how);
  const counts = summary(reading, done, matched);
  await as(clerk, (tx) => sql`update app.import_runs set ended_at = now(), counts = ${JSON.stringify(counts)}::jsonb where id = ${run}`.execute(tx));
  return { places: done, matched };
}

async function writeDown(
  reading: SlackReading,
  place: Place,
  one: PlaceDone,
  people: Map<string, string>,
  how: BringIn,
  progress: (line: string) => void,
): Promise<KnownPlace> {
  await addPeople(reading, people, place.people);
  const known = await as(clerk, (tx) => stagePlace(tx, place, how.slug(place.name), people, reading.people));
  if (known.state === 'waiting' && place.kind === 'channel' && how.decision(place) === 'aside') {
    await as(clerk, (tx) => sql`select app.set_aside_import(${known.id})`.execute(tx));
    known.state = 'aside';
  }
  for await (const day of reading.messages(place, one)) {
    if (known.state === 'aside') continue;
    await addPeople(
      reading,
      people,
      day.flatMap((each) => [each.person, ...each.reactions.flatMap((one) => one.people)]),
    );
    for (let at = 0; at < day.length; at += MOST) one.fresh += await as(clerk, (tx) => stageMessages(tx, known.id, day.slice(at, at + MOST), people));
    one.files += await stageFiles(reading, known.id, day);
    progress(`${place.kind === 'channel' ? place.name : place.kind} ${one.come}`);
  }
  await as(clerk, async (tx) => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from app.import_messages where place_id = ${known.id}`.execute(tx);
    one.known = rows[0]!.n;
    await sql`update app.import_places set messages = ${one.known}, first_at = least(first_at, ${one.first}), last_at = greatest(last_at, ${one.last}) where id = ${known.id} and state <> 'aside'`.execute(
      tx,
    );
  });
  return known;
}

/** Whoever turned up since the lists were read. */
async function addPeople(reading: SlackReading, people: Map<string, string>, wanted: string[]): Promise<void> {
  const missing = [...new Set(wanted)].filter((source) => !people.has(source));
  if (!missing.length) return;
  const unknown = (source: string): Person => ({ source, name: source, email: null, kind: 'person', state: 'unknown' });
  for (const [key, id] of await as(clerk, (tx) =>
    stagePeople(
      tx,
      missing.map((source) => reading.people.get(source) ?? unknown(source)),
    ),
  ))
    people.set(key, id);
}

/** Gives a place the label that was said for it, and puts what waits into its conversation. */
async function open(place: Place, id: string, one: PlaceDone, how: BringIn): Promise<void> {
  try {
    const decision = place.kind === 'channel' ? how.decision(place) : undefined;
    const [before] = await state(id);
    if (before?.state === 'waiting') {
      if (decision && decision !== 'aside')
        await as({ kind: 'clerk', as: decision.steward }, (tx) => sql`select app.decide_import(${id}, ${decision.audience}, ${decision.label})`.execute(tx));
      else if (place.kind !== 'channel')
        await as(clerk, (tx) => sql`update app.import_places set state = 'opening', ceiling = ${how.privateLabel} where id = ${id}`.execute(tx));
    }
    one.landed = await landPlace(id);
    const [after] = await state(id);
    one.state = after?.state === 'open' || after?.state === 'aside' ? after.state : 'waiting';
  } catch (error) {
    one.failed = how.why(error);
  }
}

const state = (id: string) => as(clerk, async (tx) => (await sql<{ state: string }>`select state from app.import_places where id = ${id}`.execute(tx)).rows);

/** Puts what waits of one place into its conversation, if it has a label; how many messages. */
export function landPlace(id: string): Promise<number> {
  return as(clerk, async (tx) => {
    const { rows } = await sql<{ n: number }>`select app.land_import(${id}) as n`.execute(tx);
    tx.notes.wake = true;
    return rows[0]!.n;
  });
}

/** Numbers alone: a steward reads them, and they tell of no single private conversation. */
function summary(reading: SlackReading, done: PlaceDone[], matched: number): Record<string, unknown> {
  const sum = (of: (place: PlaceDone) => number): number => done.reduce((all, place) => all + of(place), 0);
  const left = [...reading.report.counts];
  return {
    found: sum((place) => place.found),
    come: sum((place) => place.come - place.parts),
    new: sum((place) => place.fresh),
    open: sum((place) => place.landed),
    files: sum((place) => place.files),
    failed: done.filter((place) => place.failed).length,
    channels: done.filter((place) => place.kind === 'channel').length,
    private: done.filter((place) => place.kind === 'private').length,
    direct: done.filter((place) => place.kind === 'direct').length,
    people: reading.people.size,
    matched,
    reasons: Object.fromEntries(left),
  };
}
