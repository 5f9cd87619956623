import pg from 'pg';
import { config } from '#platform/config.server.ts';
import { loginUrl } from '#platform/database/logins.server.ts';
import type { Bus, Hint } from './bus.server.ts';

const CHANNEL = 'indaba_events';
const HINTS = 'indaba_hints';
/** Stands where otherwise a member's id does. */
const SETTINGS = 'settings';
const DRAFT = 'draft ';
/** Milliseconds between two signals: a burst of commits is one wake-up. */
const GAP = 5;

/**
 * The bus over LISTEN and NOTIFY, on a direct line of its own: a NOTIFY inside the transaction that writes would queue every commit of
 * the server behind one lock. When the line is lost nothing is: the relay polls as well, and the line is laid again.
 */
export function postgresBus(url = config().listenUrl ?? loginUrl('stream')): Bus {
  const hearers = new Set<() => void>();
  const hinted = new Set<(hint: Hint) => void>();
  let client: pg.Client | undefined;
  let closed = false;
  let laying: Promise<void> | undefined;
  let pending: NodeJS.Timeout | undefined;
  let wait = 250;

  const tell = () => {
    for (const hear of hearers) hear();
  };
  const lost = () => {
    client = undefined;
    if (closed) return;
    setTimeout(() => void lay(), wait).unref();
    wait = Math.min(wait * 2, 5_000);
  };
  function lay(): Promise<void> {
    laying ??= (async () => {
      // Hints come by the dozen, and none waits for the one before it.
      const line = new pg.Client({ connectionString: url, application_name: 'indaba-bus', keepAlive: true, connectionTimeoutMillis: 5_000, pipeline: true });
      line.on('error', () => line.end().catch(() => {}));
      line.once('end', lost);
      // Our own signals were heard in this process before they were sent.
      line.on('notification', (said) => {
        if (said.processId === (line as unknown as { processID: number }).processID) return;
        if (said.channel === CHANNEL) tell();
        else if (said.payload) for (const hear of hinted) hear(readHint(said.payload));
      });
      try {
        await line.connect();
        await line.query(`listen ${CHANNEL}; listen ${HINTS}`);
        client = line;
        wait = 250;
        // Something may have been said while nobody listened.
        tell();
      } catch {
        await line.end().catch(() => {});
      } finally {
        laying = undefined;
      }
    })();
    return laying;
  }
  async function send(): Promise<void> {
    pending = undefined;
    if (closed) return;
    if (!client) await lay();
    await client?.query(`select pg_notify('${CHANNEL}', pg_snapshot_xmin(pg_current_snapshot())::text)`).catch(() => {});
  }
  return {
    wake() {
      tell();
      pending ??= setTimeout(() => void send(), GAP);
    },
    onWake(hear) {
      hearers.add(hear);
      if (!client) void lay();
      return () => void hearers.delete(hear);
    },
    hint(hint) {
      for (const hear of hinted) hear(hint);
      void client?.query('select pg_notify($1, $2)', [HINTS, writeHint(hint)]).catch(() => {});
    },
    onHint(hear) {
      hinted.add(hear);
      if (!client) void lay();
      return () => void hinted.delete(hear);
    },
    async close() {
      closed = true;
      clearTimeout(pending);
      await laying;
      await client?.end().catch(() => {});
    },
  };
}

function writeHint(hint: Hint): string {
  if (hint.about === 'draft') return `${DRAFT}${hint.draft} ${hint.said ?? ''}`;
  return hint.about === 'settings' ? SETTINGS : hint.member;
}

function readHint(payload: string): Hint {
  if (!payload.startsWith(DRAFT)) return payload === SETTINGS ? { about: 'settings' } : { about: 'read', member: payload };
  const [, draft = '', said = ''] = /^draft (\S+) ([\s\S]*)$/.exec(payload) ?? [];
  return { about: 'draft', draft, ...(said && { said }) };
}
