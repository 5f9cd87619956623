/**
 * Readers of the event log beside each other: 12 writers, random pauses inside transactions, some roll back, one stays open 3 s.
 * `id > last` loses what commits late; the horizon with a memory does not, and waits for nobody. `node tests/bench/event-order.ts`
 */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { withDatabase } from '#platform/database/scratch.server.ts';

const SECONDS = 8;
await withDatabase(measure);
process.exit(0);

async function measure(url: string): Promise<void> {
  const open = async () => {
    const line = new Client({ connectionString: url });
    await line.connect();
    return line;
  };
  const committed = new Map<string, number>();
  let writing = true;
  const insert = "insert into app.events (kind, audience_id, subject_kind, subject_id) values ('bench', 2, 'bench', $1) returning id";
  const writers = Array.from({ length: 12 }, async (_, n) => {
    const line = await open();
    for (let i = 0; writing; i++) {
      await line.query('begin');
      const { rows } = await line.query<{ id: string }>(insert, [randomUUID()]);
      if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
      if (n === 0 && i === 50) await new Promise((resolve) => setTimeout(resolve, 3_000));
      const keep = Math.random() > 0.03;
      const asked = performance.now();
      await line.query(keep ? 'commit' : 'rollback');
      if (keep) committed.set(rows[0]!.id, asked);
    }
    await line.end();
  });
  const seen = { naive: new Map<string, number>(), below: new Map<string, number>(), horizon: new Map<string, number>() };
  const twice = { naive: 0, below: 0, horizon: 0 };
  let reading = true;
  const take = (name: keyof typeof seen, ids: string[]) => {
    for (const id of ids)
      if (seen[name].has(id)) twice[name]++;
      else seen[name].set(id, performance.now());
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
  const readers = [
    (async () => {
      const line = await open();
      for (let last = '0'; reading; await pause()) {
        const { rows } = await line.query<{ id: string }>('select id from app.events where id > $1 order by id', [last]);
        take(
          'naive',
          rows.map((row) => row.id),
        );
        last = rows.at(-1)?.id ?? last;
      }
      await line.end();
    })(),
    (async () => {
      const line = await open();
      for (let from = '0'; reading; await pause()) {
        const { rows } = await line.query<{ id: string; top: string }>(
          'select e.id, s.top from (select pg_snapshot_xmin(pg_current_snapshot())::text as top) s left join app.events e on e.xid >= $1::xid8 and e.xid < s.top::xid8',
          [from],
        );
        take(
          'below',
          rows.filter((row) => row.id !== null).map((row) => row.id),
        );
        from = rows[0]?.top ?? from;
      }
      await line.end();
    })(),
    (async () => {
      const line = await open();
      const memory = new Map<string, bigint>();
      for (let horizon = '0'; reading; await pause()) {
        const { rows } = await line.query<{ id: string; xid: string; top: string }>(
          'select e.id, e.xid::text, s.top from (select pg_snapshot_xmin(pg_current_snapshot())::text as top) s left join app.events e on e.xid >= $1::xid8 and e.id <> all($2::bigint[])',
          [horizon, [...memory.keys()]],
        );
        const fresh = rows.filter((row) => row.id !== null);
        take(
          'horizon',
          fresh.map((row) => row.id),
        );
        for (const row of fresh) memory.set(row.id, BigInt(row.xid));
        horizon = rows[0]?.top ?? horizon;
        for (const [id, xid] of memory) if (xid < BigInt(horizon)) memory.delete(id);
      }
      await line.end();
    })(),
  ];
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
  writing = false;
  await Promise.all(writers);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  reading = false;
  await Promise.all(readers);
  console.log(`${committed.size} events committed in ${SECONDS} s by 12 writers, one transaction open for 3 s`);
  for (const [name, of] of Object.entries(seen) as Array<[keyof typeof seen, Map<string, number>]>) {
    const lost = [...committed.keys()].filter((id) => !of.has(id)).length;
    const late = [...committed].flatMap(([id, at]) => (of.has(id) ? [of.get(id)! - at] : [])).sort((a, b) => a - b);
    const at = (part: number) => (late[Math.min(late.length - 1, Math.floor(late.length * part))] ?? 0).toFixed(0);
    console.log(
      `${name.padEnd(8)} lost ${lost} (${((100 * lost) / committed.size).toFixed(1)} %), twice ${twice[name]}, after commit p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms`,
    );
  }
}
