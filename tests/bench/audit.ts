/**
 * What the log costs: writers beside a sealer that never rests, against the same writers alone; how many rows a second are sealed, and checked.
 * `node tests/bench/audit.ts`
 */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { hashOf, type LogRow } from '#domains/audit/check-log.ts';
import { withDatabase } from '#platform/database/scratch.server.ts';

const SECONDS = 4;
const ROUNDS = 3;
const WAITING = 50_000;
await withDatabase(measure);
process.exit(0);

async function measure(url: string): Promise<void> {
  const open = async () => {
    const line = new Client({ connectionString: url });
    await line.connect();
    return line;
  };
  const line = await open();
  await line.query('grant indaba_clerk, indaba_keyring to current_user');
  const seal = async (one: Client) => Number((await one.query('select app.audit_seal(500) as n')).rows[0].n);
  /** Events a second of eight writers, each event its own transaction. */
  const write = async (): Promise<number> => {
    const until = performance.now() + SECONDS * 1_000;
    const counts = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const own = await open();
        let n = 0;
        for (; performance.now() < until; n++)
          await own.query("insert into app.events (kind, audience_id, subject_kind, subject_id, data) values ('bench.made', 2, 'bench', $1, $2)", [
            randomUUID(),
            { n },
          ]);
        await own.end();
        return n;
      }),
    );
    return counts.reduce((sum, n) => sum + n, 0) / SECONDS;
  };
  const rates = { alone: [] as number[], beside: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.alone.push(await write());
    let sealing = true;
    const sealer = open().then(async (own) => {
      while (sealing) if ((await seal(own)) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await own.end();
    });
    rates.beside.push(await write());
    sealing = false;
    await sealer;
  }
  const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
  console.log(
    `events/s of 8 writers: alone ${median(rates.alone).toFixed(0)}, beside a sealer that never rests ${median(rates.beside).toFixed(0)}: ${(median(rates.beside) / median(rates.alone)).toFixed(2)}×`,
  );
  while ((await seal(line)) > 0);
  await line.query(
    "insert into app.events (kind, audience_id, subject_kind, subject_id, data) select 'bench.made', 2, 'bench', gen_random_uuid(), jsonb_build_object('n', n) from generate_series(1, $1) n",
    [WAITING],
  );
  const from = performance.now();
  let sealed = 0;
  let slowest = 0;
  for (;;) {
    const began = performance.now();
    const n = await seal(line);
    slowest = Math.max(slowest, performance.now() - began);
    if (n === 0) break;
    sealed += n;
  }
  const took = (performance.now() - from) / 1_000;
  console.log(`sealing: ${(sealed / took).toFixed(0)} rows/s (${sealed} rows in ${took.toFixed(1)} s), the slowest batch of 500 ${slowest.toFixed(0)} ms`);
  const began = performance.now();
  let read = 0;
  for (let last = '0'; ; ) {
    const { rows } = await line.query<LogRow>('select * from app.audit_rows($1, 2000)', [last]);
    for (const row of rows) if (!hashOf(row, row.previous).equals(row.hash)) throw new Error(`row ${row.pos}`);
    read += rows.length;
    if (rows.length < 2_000) break;
    last = rows.at(-1)!.pos;
  }
  console.log(`checking: ${((read / (performance.now() - began)) * 1_000).toFixed(0)} rows/s (${read} rows)`);
  const { rows } = await line.query(
    "select sum(pg_total_relation_size(t::regclass)) / (select count(*) from app.audit_entries) as bytes from unnest(array['app.audit_entries', 'app.audit_payloads']) t",
  );
  console.log(`room: ${Number(rows[0].bytes).toFixed(0)} bytes a row, indexes and payload included`);
  await line.end();
}
