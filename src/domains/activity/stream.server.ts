import { openFrames } from '#platform/http/frames.server.ts';
import { type Cursor, readCursor } from './cursor.ts';
import { type Connection, type Relay, startRelay } from './relay.server.ts';

/** Bytes a reader may be behind before the stream is cut; it comes back and resumes. */
const SLOW = 1_000_000;
let relay: Relay | undefined;

/** The relay of this process; started by the first stream. */
export function theRelay(): Relay {
  if (!relay) {
    relay = startRelay();
    const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ??= []) as Array<() => Promise<void>>;
    stops.unshift(async () => stopRelay());
  }
  return relay;
}

/** Ends every stream and stops reading the log; the next stream starts it again. */
export function stopRelay(): void {
  relay?.close();
  relay = undefined;
}

/** Opens a stream of server-sent events for a signed-in reader, from where `lastEventId` says. */
export function openStream(key: string, lastEventId: string | null | undefined): ReadableStream<Uint8Array> {
  let connection: Connection | undefined;
  return openFrames(
    SLOW,
    (frames) => {
      connection = { key, after: cursorOf(lastEventId), ...frames };
      theRelay().add(connection);
    },
    () => {
      if (connection) theRelay().remove(connection);
    },
  );
}

/** The same frames for one long poll: answers as soon as there is one, or after `wait` milliseconds with none. */
export async function longPoll(
  key: string,
  lastEventId: string | null | undefined,
  wait: number,
  gone?: AbortSignal,
): Promise<{ frames: unknown[]; cursor: string; resync: boolean; read: boolean } | undefined> {
  return new Promise((resolve) => {
    const answer = { frames: [] as unknown[], cursor: lastEventId ?? '', resync: false, read: false };
    let timer: NodeJS.Timeout | undefined;
    const done = (result: typeof answer | undefined) => {
      clearTimeout(timer);
      theRelay().remove(connection);
      gone?.removeEventListener('abort', leave);
      resolve(result);
    };
    const leave = () => done(answer);
    const connection: Connection = {
      key,
      after: cursorOf(lastEventId),
      send(text) {
        for (const block of text.split('\n\n')) {
          const line = (name: string) =>
            block
              .split('\n')
              .find((each) => each.startsWith(`${name}: `))
              ?.slice(name.length + 2);
          if (line('id')) answer.cursor = line('id') ?? '';
          if (line('event') === 'resync') answer.resync = true;
          else if (line('event') === 'read') answer.read = true;
          else if (!line('event') && line('data')) answer.frames.push(JSON.parse(line('data') ?? ''));
        }
        // Without a cursor the first answer says where to begin.
        if (answer.frames.length || answer.resync || answer.read || (!lastEventId && answer.cursor)) done(answer);
        return true;
      },
      close: () => done(undefined),
    };
    timer = setTimeout(leave, wait);
    gone?.addEventListener('abort', leave);
    theRelay().add(connection);
  });
}

/** What is no cursor counts as one of another hub: it is answered by one resync. */
function cursorOf(text: string | null | undefined): Cursor | undefined {
  return text ? (readCursor(text) ?? { epoch: '', horizon: 0n }) : undefined;
}
