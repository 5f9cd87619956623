import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { config } from '#platform/config.server.ts';
import { folderFault } from '#platform/data-folder.server.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const folder = (): string => join(config().data, 'uploads');

function pathOf(id: string): string {
  if (!ID.test(id)) throw new Error('not an id');
  return join(folder(), id);
}

/** Makes the place where a file gathers; nothing is in it yet. */
export function beginPieces(id: string): void {
  try {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    writeFileSync(pathOf(id), '', { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw folderFault(folder(), error);
  }
}

/** How many bytes are here; nothing where none ever were, or where they have gone. */
export const piecesHere = (id: string): number | undefined => statSync(pathOf(id), { throwIfNoEntry: false })?.size;

/** The bytes that are here. */
export const readPieces = (id: string): Buffer => readFileSync(pathOf(id));

/** Lets go of what has gathered. */
export const dropPieces = (id: string): void => rmSync(pathOf(id), { force: true });

/** Lets go of what nobody has added to since a moment. */
export function dropOldPieces(before: number): void {
  if (!existsSync(folder())) return;
  for (const id of readdirSync(folder())) if (ID.test(id) && (statSync(pathOf(id), { throwIfNoEntry: false })?.mtimeMs ?? before) < before) dropPieces(id);
}

const AHEAD = 1024 * 1024;
type Writing = { stop(): void; ended: Promise<void> };
const writing = new Map<string, Writing>();

/** Ends whoever writes here now: a line that came anew knows that the one before it is broken, often long before we do. */
export async function takeOver(id: string): Promise<void> {
  const before = writing.get(id);
  before?.stop();
  await before?.ended;
}

export type Written = { at: number; why: 'end' | 'broken' | 'taken over' | 'too much' | 'not any more' };

/**
 * Writes what arrives behind `from`, never beyond `most`, and says how far it came: whatever arrived is kept, also when the line breaks, and is on the disk when
 * this returns. `still` is asked every two seconds whether the sender may go on.
 */
export async function writePieces(id: string, body: ReadableStream<Uint8Array>, { from, most, still }: Span): Promise<Written> {
  const stopped = Promise.withResolvers<'taken over'>();
  const ended = Promise.withResolvers<void>();
  const mine = { stop: () => stopped.resolve('taken over'), ended: ended.promise };
  const file = await open(pathOf(id), 'r+');
  writing.set(id, mine);
  const reader = body.getReader();
  let at = from;
  let asked = Date.now();
  // Read on while the disk works: what still stands in the stream when the line breaks is lost with it.
  let written = Promise.resolve();
  let ahead = 0;
  const write = (bytes: Uint8Array, place: number): void => {
    ahead += bytes.length;
    // At its place, not at the end: two writers of the same bytes can only write the same.
    written = written.then(async () => {
      await file.write(bytes, 0, bytes.length, place);
      ahead -= bytes.length;
    });
    written.catch(() => {});
  };
  const arrive = async (): Promise<Written> => {
    let last: number | undefined;
    for (;;) {
      const reading = reader.read().catch(() => 'broken' as const);
      let next = await Promise.race([reading, last ? lull(last) : stopped.promise]);
      if (next === 'taken over' && !last) {
        // What went through the line before it broke may still stand in front of the door: it is let in.
        last = Date.now() + 1_500;
        next = await Promise.race([reading, lull(last)]);
      }
      if (next === 'taken over') void reader.cancel().catch(() => {});
      if (typeof next === 'string') return { at, why: next };
      if (next.done) return { at, why: 'end' };
      if (at + next.value.length > most) return { at, why: 'too much' };
      write(next.value, at);
      at += next.value.length;
      if (ahead > AHEAD) await written;
      if (Date.now() - asked < 2_000) continue;
      if (!(await still())) return { at, why: 'not any more' };
      asked = Date.now();
    }
  };
  try {
    const came = await arrive();
    await written;
    return came;
  } catch (error) {
    throw folderFault(folder(), error);
  } finally {
    await file.sync().catch(() => {});
    await file.close();
    if (writing.get(id) === mine) writing.delete(id);
    ended.resolve();
  }
}

const lull = (last: number) => new Promise<'taken over'>((go) => setTimeout(go, Math.min(300, Math.max(0, last - Date.now())), 'taken over'));

type Span = { from: number; most: number; still: () => Promise<boolean> };
