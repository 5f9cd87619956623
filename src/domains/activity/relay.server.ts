// size: one small machine whose parts share their state; split, its one promise (who gets what, when) could not be read in one place.
import { theBus } from '#platform/bus/bus.server.ts';
import { type Content, hasContent, readContent } from './content.server.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { BATCH, type LogEvent, type LogView, lookAtLog, type Reader } from './log.server.ts';

/** An open stream: where bytes go, and whose they are. */
export type Connection = {
  /** The session's key, as the opener takes it. */
  key: string;
  /** Where the reader stands; without it the stream begins now. */
  after?: Cursor;
  /** Sends text; false when the reader is too slow to be kept. */
  send(text: string): boolean;
  /** Ends the stream. */
  close(): void;
};
export type Relay = { add(connection: Connection): void; remove(connection: Connection): void; tick(): Promise<void>; close(): void; readonly size: number };
type Frame = { event: LogEvent; label: string | null; text: string };

const POLL = 1_000;
const REFRESH = 2_000;
const HEARTBEAT = 20_000;
/** Somebody who missed more events than this reads the pages anew. */
const FURTHEST = 5 * BATCH;
/** Readers tried per audience before an event counts as readable by nobody. */
const TRIES = 5;

/**
 * Reads each event once and gives it to whoever may read it now. The cursor is a horizon with a memory of what was seen above it, so that
 * a late commit is never skipped and a slow transaction delays nobody. Membership is asked again whenever the epoch of an audience moved.
 */
export function startRelay(): Relay {
  const connections = new Set<Connection>();
  const joining = new Set<Connection>();
  const readers = new Map<string, Reader & { audiences: Set<number> }>();
  const epochs = new Map<number, string>();
  const seen = new Map<string, bigint>();
  let cursor: Cursor | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let refreshed = 0;
  let beat = Date.now();
  let closed = false;
  let gather: NodeJS.Timeout | undefined;

  const drop = (connection: Connection) => {
    connections.delete(connection);
    joining.delete(connection);
    connection.close();
  };
  const send = (connection: Connection, text: string) => {
    if (!connection.send(text)) drop(connection);
  };

  /** Asks whose the open connections are: all of them, or those that came since. Whoever is missing was signed out, suspended or has expired. */
  async function refresh(log: LogView, only?: Connection[]): Promise<void> {
    const asked = only ?? [...connections, ...joining];
    const keys = [...new Set(asked.map((each) => each.key))];
    const found = await log.readers(keys);
    if (!only) {
      readers.clear();
      refreshed = Date.now();
    }
    for (const reader of found) readers.set(reader.key, { ...reader, audiences: new Set([...reader.audience_ids, 1]) });
    for (const connection of asked) if (!readers.has(connection.key)) drop(connection);
  }

  /** What is new since the round before; nothing is remembered here, so that a round that fails is repeated whole. */
  async function advance(log: LogView): Promise<{ fresh: LogEvent[]; known: Map<string, bigint>; restored: boolean }> {
    const same = cursor?.epoch === log.at.epoch;
    const known = new Map(same ? seen : []);
    const horizon = same && cursor ? cursor.horizon : log.at.horizon;
    const fresh = await readAll(log, horizon, known, Number.POSITIVE_INFINITY, same || !cursor ? log.first : undefined);
    // What stands above the first horizon was committed before anybody listened here.
    return { fresh: same ? fresh : [], known, restored: cursor !== undefined && !same };
  }

  /** What somebody missed who comes back with a cursor; nothing when it leads too far back or to another hub. */
  async function catchUp(log: LogView, after: Cursor): Promise<LogEvent[] | undefined> {
    if (after.epoch !== log.at.epoch || after.horizon > log.at.horizon) return undefined;
    const missed = await readAll(log, after.horizon, new Map(), FURTHEST);
    return missed.length >= FURTHEST ? undefined : missed;
  }

  /** Words for events, read as one reader of each audience; when that one was just removed, as the next. */
  async function fill(events: LogEvent[]): Promise<Frame[]> {
    const contents = new Map<string, Content>();
    for (const audience of new Set(events.map((event) => event.audience_id))) {
      let wanted = events.filter((event) => event.audience_id === audience && hasContent(event.subject_kind));
      for (let tried = new Set<string>(); wanted.length && tried.size < TRIES; ) {
        const key = candidate(audience, tried);
        if (!key) break;
        tried.add(key);
        for (const [subject, content] of await readContent(key, wanted)) contents.set(subject, content);
        wanted = wanted.filter((event) => !contents.has(`${event.subject_kind}:${event.subject_id}`));
        if (wanted.length) await lookAtLog(undefined, (log) => refresh(log));
      }
    }
    return events.flatMap((event) => {
      const found = contents.get(`${event.subject_kind}:${event.subject_id}`);
      // The one who read may belong to more audiences than those who are told.
      const content = found?.audience === event.audience_id ? found : undefined;
      // Nobody could read it: then nobody is told.
      if (!content && hasContent(event.subject_kind)) return [];
      const { kind, subject_kind, subject_id, data, at } = event;
      return [
        {
          event,
          label: content?.label ?? null,
          text: JSON.stringify({ kind, subject_kind, subject_id, data, at, ...(content ? { content: content.content } : {}) }),
        },
      ];
    });
  }
  /** Somebody who may read for all: a token that may not see AMBER cannot, unless there is nobody else. */
  function candidate(audience: number, tried: Set<string>): string | undefined {
    let second: string | undefined;
    for (const [key, reader] of readers) {
      if (tried.has(key) || !reader.audiences.has(audience)) continue;
      if (!reader.sealed_labels.length) return key;
      second ??= key;
    }
    return second;
  }

  function deliver(frames: Frame[], from: Cursor, to: Cursor, targets: Iterable<Connection>): void {
    const tail = position(to);
    const blocks = frames.map((frame) => `id: ${writeCursor(from)}\ndata: ${frame.text}\n\n`);
    for (const connection of targets) {
      const reader = readers.get(connection.key);
      if (!reader) continue;
      let text = '';
      frames.forEach((frame, index) => {
        if (reader.audiences.has(frame.event.audience_id) && !(frame.label && reader.sealed_labels.includes(frame.label))) text += blocks[index];
      });
      if (text) send(connection, text + tail);
    }
  }

  async function round(): Promise<void> {
    // Taken before the log is looked at: who comes later waits for the next round.
    const newcomers = [...joining];
    const { from, at, fresh, known, restored, missed } = await lookAtLog(cursor && { horizon: cursor.horizon, known: [...seen.keys()] }, async (log) => {
      const { fresh, known, restored } = await advance(log);
      const moved = fresh.some((event) => epochs.get(event.audience_id) !== event.audience_epoch);
      if (moved || Date.now() - refreshed >= REFRESH) await refresh(log);
      else if (newcomers.length) await refresh(log, newcomers);
      for (const event of fresh) epochs.set(event.audience_id, event.audience_epoch);
      const missed = new Map<string, LogEvent[] | undefined>();
      for (const { after } of newcomers) if (after && !missed.has(writeCursor(after))) missed.set(writeCursor(after), await catchUp(log, after));
      return { from: cursor ?? log.at, at: log.at, fresh, known, restored, missed };
    });
    const frames = await fill(fresh);
    cursor = at;
    seen.clear();
    for (const [id, xid] of known) if (xid >= at.horizon) seen.set(id, xid);
    if (restored) for (const connection of connections) send(connection, resync(at));
    else deliver(frames, from, at, connections);
    await welcome(newcomers, missed, at);
    if (Date.now() - beat >= HEARTBEAT) {
      beat = Date.now();
      for (const connection of connections) send(connection, `: here\n\n${position(at)}`);
    }
  }

  /** Newcomers hear first what they missed, then everything live. What several of them missed is read once. */
  async function welcome(newcomers: Connection[], missed: Map<string, LogEvent[] | undefined>, at: Cursor): Promise<void> {
    const all = new Map([...missed.values()].flatMap((events) => events ?? []).map((event) => [event.id, event]));
    const frames = new Map((await fill([...all.values()])).map((frame) => [frame.event.id, frame]));
    for (const connection of newcomers) {
      if (!joining.delete(connection)) continue;
      connections.add(connection);
      const events = connection.after ? missed.get(writeCursor(connection.after)) : [];
      if (!events) send(connection, resync(at));
      else
        deliver(
          events.flatMap((event) => frames.get(event.id) ?? []),
          connection.after ?? at,
          at,
          [connection],
        );
      send(connection, position(at));
    }
  }

  function tick(): Promise<void> {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      // First let go: a round that has nothing to wait for would end before `running` is set, and it would stay set.
      await null;
      do {
        again = false;
        if (connections.size + joining.size === 0) cursor = undefined;
        // The database may be away for a moment; the next poll goes on from the same cursor.
        else if (!closed) await round().catch((error: unknown) => console.error(JSON.stringify({ level: 'warn', room: 'activity', cause: String(error) })));
      } while (again && !closed);
      running = undefined;
    })();
    return running;
  }

  const deaf = theBus().onWake(() => void tick());
  // Not in the log, without an id: it only makes the other windows of that member ask again.
  const unhinted = theBus().onHint((hint) => {
    if (hint.about !== 'read') return;
    for (const connection of connections) if (readers.get(connection.key)?.member_id === hint.member) send(connection, `event: ${hint.about}\ndata: {}\n\n`);
  });
  const poll = setInterval(() => void tick(), POLL);
  poll.unref();
  return {
    // Together with whoever comes in the same moment: after a restart all come at once.
    add: (connection) => {
      joining.add(connection);
      gather ??= setTimeout(() => {
        gather = undefined;
        void tick();
      }, 10);
    },
    remove: (connection) => {
      connections.delete(connection);
      joining.delete(connection);
    },
    tick,
    close: () => {
      closed = true;
      deaf();
      unhinted();
      clearInterval(poll);
      clearTimeout(gather);
      for (const connection of [...connections, ...joining]) drop(connection);
    },
    get size() {
      return connections.size;
    },
  };
}

/** All events from a horizon on that are not known; what it brings is known afterwards. */
async function readAll(log: LogView, horizon: bigint, known: Map<string, bigint>, most = Number.POSITIVE_INFINITY, first?: LogEvent[]): Promise<LogEvent[]> {
  const all: LogEvent[] = [];
  for (let batch = BATCH; batch === BATCH && all.length < most; ) {
    const rows = first ?? (await log.events(horizon, [...known.keys()]));
    first = undefined;
    for (const row of rows) known.set(row.id, BigInt(row.xid));
    all.push(...rows);
    batch = rows.length;
  }
  return all;
}

/** Tells where the reader stands now; a page shows the time of it. */
function position(at: Cursor): string {
  return `event: position\nid: ${writeCursor(at)}\ndata: {"at":"${new Date().toISOString()}"}\n\n`;
}

function resync(at: Cursor): string {
  return `event: resync\nid: ${writeCursor(at)}\ndata: {}\n\n`;
}
