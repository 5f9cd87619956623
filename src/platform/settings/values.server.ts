/** What the settings are now, held by each process: read anew when the bus says that something was set, and every few seconds should it not. */
import { sql } from 'kysely';
import { theBus } from '#platform/bus/bus.server.ts';
import { as } from '#platform/database/open.server.ts';
import { initial, type Settings } from './table.ts';

/** How long what was read is believed without a word, in milliseconds. */
const BELIEVED = 5_000;

let held: Settings = initial;
let read = Number.NEGATIVE_INFINITY;
let reading: Promise<void> | undefined;
const hearers = new Set<() => void>();

async function load(): Promise<void> {
  const began = performance.now();
  const { rows } = await as({ kind: 'visitor' }, (tx) => sql<{ name: string; value: unknown }>`select name, value from app.hub_settings()`.execute(tx));
  const now = { ...initial, ...Object.fromEntries(rows.filter(({ name }) => Object.hasOwn(initial, name)).map(({ name, value }) => [name, value])) };
  const changed = JSON.stringify(now) !== JSON.stringify(held);
  held = now;
  read = began;
  if (changed) for (const hear of hearers) hear();
}

/** Reads the settings anew and then gives them; keeps the last ones when the database does not answer. */
export async function freshSettings(): Promise<Settings> {
  // One that is under way may have begun before the change.
  await reading;
  await (reading ??= load()
    .catch(() => {})
    .finally(() => {
      reading = undefined;
    }));
  return held;
}

/** The settings as this process knows them: no older than a few seconds where requests come. */
export function hubSettings(): Settings {
  if (performance.now() - read > BELIEVED && !reading) void freshSettings();
  return held;
}

/** The settings for a job, which comes seldom: read now unless they were a moment ago. */
export const settingsNow = async (): Promise<Settings> => (performance.now() - read > 1_000 ? freshSettings() : held);

/** Called after the settings have become others in this process. */
export const onSettings = (hear: () => void): void => void hearers.add(hear);

/** Lets this process hear of changes made elsewhere; call once when it starts. */
export function followSettings(): void {
  const stop = theBus().onHint(({ about }) => {
    if (about === 'settings') void freshSettings();
  });
  const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ??= []) as Array<() => Promise<void>>;
  stops.push(async () => stop());
}

/** What the hub calls itself, for a job. */
export const hubNameNow = async (): Promise<string> => (await settingsNow()).hub_name || 'Indaba';

/** What the hub calls itself. */
export const hubName = (): string => hubSettings().hub_name || 'Indaba';
