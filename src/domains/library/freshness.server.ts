import { sql } from 'kysely';
import { as } from '#platform/database/open.server.ts';

/** How long a look at the log is believed when nothing was heard, in milliseconds. */
export const BELIEVED = 1_000;

export type Freshness = {
  /** Settles when everything committed before the call has been told; undefined when that is so already. */
  check(): Promise<void> | undefined;
  /** Something was committed somewhere: the next check looks. */
  wake(): void;
};

type Look = { snapshot: string; spaces: Array<string | null> };

async function look(before: string | undefined): Promise<Look> {
  return as({ kind: 'visitor' }, async (tx) => {
    // What this snapshot sees and the one before did not: exact, also when a slow transaction commits late.
    const { rows } = await sql<Look>`
      select pg_current_snapshot()::text as snapshot, coalesce((
        select array_agg(distinct e.data ->> 'space_id') from app.events e
        where ${before ?? null}::pg_snapshot is not null and e.xid >= pg_snapshot_xmin(${before ?? null}::pg_snapshot) and not pg_visible_in_snapshot(e.xid, ${before ?? null}::pg_snapshot)
          and split_part(e.kind, '.', 1) in ('space','page','control','change_request','edition')), '{}') as spaces`.execute(tx);
    return rows[0]!;
  });
}

/**
 * Watches the public part of the library as a visitor sees it. `changed` is told the spaces in which something happened;
 * null when it may be anything.
 */
export function watchLibrary(changed: (spaces: string[] | null) => void, now: () => number = Date.now): Freshness {
  let snapshot: string | undefined;
  let looked = Number.NEGATIVE_INFINITY;
  let heard = 0;
  let told = 0;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    const upTo = heard;
    const started = now();
    try {
      const found = await look(snapshot);
      const spaces = found.spaces.filter((id) => id !== null);
      if (snapshot === undefined || spaces.length < found.spaces.length) changed(null);
      else if (spaces.length) changed(spaces);
      snapshot = found.snapshot;
    } catch {
      // Without the database what is kept is still the last that anybody could know: reading goes on.
    } finally {
      looked = started;
      told = upTo;
      running = undefined;
    }
  }
  return {
    wake: () => void heard++,
    check() {
      if (told === heard && now() - looked < BELIEVED) return undefined;
      // A look that began before the last signal does not count for it.
      const began = heard;
      return (running ??= run()).then(() => (told < began ? this.check() : undefined));
    },
  };
}
