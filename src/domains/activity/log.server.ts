import { asRelay } from '#platform/database/relay.server.ts';
import type { Cursor } from './cursor.ts';

export type LogEvent = {
  id: string;
  xid: string;
  kind: string;
  audience_id: number;
  byline_id: string | null;
  subject_kind: string;
  subject_id: string;
  data: Record<string, unknown>;
  at: Date;
  audience_epoch: string;
};
export type Reader = { key: string; member_id: string; audience_ids: number[]; sealed_labels: string[]; expires_at: Date };
/** Everything read through one of these stands in one snapshot: events, epochs and membership agree. */
export type LogView = {
  at: Cursor;
  first: LogEvent[];
  events(horizon: bigint, known: string[]): Promise<LogEvent[]>;
  readers(keys: string[]): Promise<Reader[]>;
};

/** How many events one statement brings. */
export const BATCH = 2_000;

/** Looks at the log as relay, which may call three functions and nothing else. `first` = the first batch above a horizon, brought with the position in one trip. */
export async function lookAtLog<T>(above: { horizon: bigint; known: string[] } | undefined, work: (log: LogView) => Promise<T>): Promise<T> {
  return asRelay(async (ask) => {
    const rows = await ask<LogEvent & { epoch: string; horizon: string }>(
      'relay-look',
      'select p.epoch, p.horizon::text as horizon, f.*, f.xid::text as xid from app.relay_position() p left join lateral app.relay_frames(coalesce($1::xid8, p.horizon), $2::bigint[], $3) f on true',
      [above ? String(above.horizon) : null, above?.known ?? [], BATCH],
    );
    const position = rows[0];
    if (!position) throw new Error('the hub has no row');
    return work({
      at: { epoch: position.epoch, horizon: BigInt(position.horizon) },
      first: rows.filter((row) => row.id !== null),
      events: (horizon, known) =>
        ask<LogEvent>('relay-frames', 'select *, xid::text as xid from app.relay_frames($1::xid8, $2::bigint[], $3)', [String(horizon), known, BATCH]),
      readers: (keys) => ask<Reader>('relay-members', 'select * from app.relay_members($1::text[])', [keys]),
    });
  });
}
