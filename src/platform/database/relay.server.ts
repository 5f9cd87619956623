import { pool } from './pool.server.ts';

/** One named statement as relay, which may call the functions of the log and nothing else. */
export type AskRelay = <R extends Record<string, unknown>>(name: string, text: string, values: unknown[]) => Promise<R[]>;

/** Reads the log as relay: one transaction, one snapshot, read only, over a login of its own. */
export async function asRelay<T>(work: (ask: AskRelay) => Promise<T>): Promise<T> {
  const client = await pool('stream').connect();
  let broken: Error | undefined;
  try {
    await client.query("begin isolation level repeatable read read only; set local role indaba_relay; set local statement_timeout = '5s'");
    const result = await work(
      async <R extends Record<string, unknown>>(name: string, text: string, values: unknown[]) => (await client.query<R>({ name, text, values })).rows,
    );
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((lost: Error) => {
      broken = lost;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
