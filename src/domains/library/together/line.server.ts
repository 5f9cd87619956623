import { theBus } from '#platform/bus/bus.server.ts';
import { asRelay } from '#platform/database/relay.server.ts';
import { type Frames, openFrames } from '#platform/http/frames.server.ts';

/** An open window on a shared draft: whose (the session's key), up to which update it has heard, and where bytes go. */
type Line = { key: string; after: number } & Frames;
type Room = { lines: Set<Line>; said: string[]; running?: Promise<void>; again: boolean; gather?: NodeJS.Timeout };
type Update = { number: number; client: string; clock: number; bytes: Buffer };

/** Milliseconds in which what comes in together goes out together. */
const GATHER = 25;
/** So often everybody's right is asked for anew where nobody types: whoever lost it hears the end of the line. */
const POLL = 2_000;
const BEAT = 20_000;
/** Bytes a reader may be behind before the line is cut; it comes back and asks for what is missing. */
const SLOW = 2_000_000;
const MOST = 500;
const rooms = new Map<string, Room>();
let stop: (() => void) | undefined;

/** Everything new in one draft to those of its windows that may have it now; the others are closed. One snapshot: who may, and what there is. */
async function round(draft: string, room: Room): Promise<void> {
  const said = room.said.splice(0);
  const lines = [...room.lines];
  if (!lines.length) return;
  const after = Math.min(...lines.map((line) => line.after));
  const { may, updates } = await asRelay(async (ask) => ({
    may: new Set(
      (await ask<{ key: string }>('shared_writers', 'select key from app.relay_writers($1, $2) key', [draft, [...new Set(lines.map(({ key }) => key))]])).map(
        ({ key }) => key,
      ),
    ),
    updates: await ask<Update>('shared_updates', 'select * from app.relay_updates($1, $2, $3)', [draft, after, MOST]),
  }));
  const frames = updates.map(({ number, client, clock, bytes }) => ({
    number,
    text: `event: update\ndata: ${JSON.stringify({ number, client, clock, update: bytes.toString('base64') })}\n\n`,
  }));
  const here = said.map((each) => `event: here\ndata: ${each}\n\n`).join('');
  for (const line of lines) {
    if (!may.has(line.key)) {
      drop(draft, line);
      continue;
    }
    const news = frames.filter(({ number }) => number > line.after);
    line.after = news.at(-1)?.number ?? line.after;
    const text = news.map((each) => each.text).join('') + here;
    if (text && !line.send(text)) drop(draft, line);
  }
  if (updates.length === MOST) room.again = true;
}

function tick(draft: string): void {
  const room = rooms.get(draft);
  if (!room) return;
  if (room.running) {
    room.again = true;
    return;
  }
  room.running = (async () => {
    do {
      room.again = false;
      // The database may be away for a moment; the next round goes on from where each window stands.
      await round(draft, room).catch((error: unknown) => console.error(JSON.stringify({ level: 'warn', room: 'library', cause: String(error) })));
    } while (room.again);
    delete room.running;
  })();
}

function soon(draft: string): void {
  const room = rooms.get(draft);
  if (!room) return;
  room.gather ??= setTimeout(() => {
    delete room.gather;
    tick(draft);
  }, GATHER);
}

function drop(draft: string, line: Line): void {
  const room = rooms.get(draft);
  room?.lines.delete(line);
  if (room && !room.lines.size) rooms.delete(draft);
  line.close();
}

function begin(): void {
  if (stop) return;
  const deaf = theBus().onHint((hint) => {
    if (hint.about !== 'draft') return;
    const room = rooms.get(hint.draft);
    // Who is where is worth nothing a moment later: of many only the last.
    if (room && hint.said) room.said = [...room.said.slice(-99), hint.said];
    soon(hint.draft);
  });
  const poll = setInterval(() => {
    for (const draft of rooms.keys()) tick(draft);
  }, POLL);
  const beat = setInterval(() => {
    for (const [draft, { lines }] of rooms) for (const line of lines) if (!line.send(': here\n\n')) drop(draft, line);
  }, BEAT);
  poll.unref();
  beat.unref();
  stop = () => {
    deaf();
    clearInterval(poll);
    clearInterval(beat);
    for (const [draft, { lines }] of rooms) for (const line of lines) drop(draft, line);
    stop = undefined;
  };
  const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ??= []) as Array<() => Promise<void>>;
  stops.unshift(async () => stop?.());
}

/**
 * Opens the line of one shared draft for a signed-in writer, from behind an update on: `update` frames in their order, `here` frames with cursors. Whoever may not write it
 * hears nothing and is closed at once; who loses the right, within two seconds.
 */
export function openLine(key: string, draft: string, after: number): ReadableStream<Uint8Array> {
  let line: Line | undefined;
  return openFrames(
    SLOW,
    (frames) => {
      begin();
      line = { key, after, ...frames };
      const room = rooms.get(draft) ?? { lines: new Set<Line>(), said: [], again: false };
      rooms.set(draft, room);
      room.lines.add(line);
      soon(draft);
    },
    () => {
      if (line) drop(draft, line);
    },
  );
}

/** Ends every line of this process; the next one starts anew. */
export const stopLines = (): void => stop?.();
