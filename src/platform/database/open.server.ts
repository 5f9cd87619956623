/**
 * The one opener. Nothing else in the house touches the pool: a query outside as() has no role, hence no rights, hence fails.
 */
import { Kysely } from 'kysely';
import type { PoolClient, QueryResult } from 'pg';
import type { DB } from '../../../db/types.ts';
import { asRefusal } from '#platform/errors.ts';
import { pool } from './pool.server.ts';
import { singleClient } from './single-client.server.ts';

/** Who is asking. key = lower-case hex sha256 of the cookie or bearer secret; the cookie itself never reaches the database. */
export type Actor = { kind: 'visitor' } | { kind: 'person'; key: string } | { kind: 'clerk'; as?: string };
export type Tx = Kysely<DB> & { readonly notes: TxNotes };
/** What the transaction wants done after commit. `hint`: a member whose other windows should look again, at something that is no event. */
export type TxNotes = { wake: boolean; hint?: { about: 'read'; member: string } };

// In the same message as the end: a setting that an injected statement made for the connection must not meet the next person.
const LEAVE = 'reset all';

type Committed = (notes: TxNotes) => void;
let committed: Committed = () => {};
/** The bus says what to do when a transaction that recorded events, or left a hint, has committed. */
export function onCommit(run: Committed): void {
  committed = run;
}

/**
 * Runs work as somebody, in one transaction of at most two seconds.
 * Refuses with whatever work refuses with; a commit that turned into a rollback throws.
 */
export async function as<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool(actor.kind === 'clerk' ? 'worker' : 'web').connect();
  const line = singleClient(client);
  let broken: Error | undefined;
  // Sent, not awaited: the first query of the work goes out in the same write. Should opening fail, the queries behind it fail too.
  const opening = open(client, actor);
  opening.catch(() => {});
  try {
    const notes: TxNotes = { wake: false };
    const tx = Object.assign(new Kysely<DB>({ dialect: line.dialect }), { notes });
    const result = await work(tx);
    await opening;
    const [ended] = (await client.query(`commit; ${LEAVE}`)) as unknown as QueryResult[];
    const command = ended?.command;
    // COMMIT of a failed transaction answers ROLLBACK without an error.
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
    if (notes.wake || notes.hint) committed(notes);
    return result;
  } catch (error) {
    const first = await opening.then(
      () => error,
      (why: unknown) => why,
    );
    try {
      await client.query(`rollback; ${LEAVE}`);
    } catch (lost) {
      broken = lost as Error;
    }
    throw asRefusal(first);
  } finally {
    // Whatever still holds tx must not speak in the next person's transaction.
    line.end();
    client.release(broken);
  }
}

async function open(client: PoolClient, actor: Actor): Promise<void> {
  const role = actor.kind === 'clerk' ? (actor.as ? 'indaba_person' : 'indaba_clerk') : actor.kind === 'person' ? 'indaba_person' : 'indaba_visitor';
  const session = actor.kind === 'person' ? actor.key : '';
  const member = actor.kind === 'clerk' ? (actor.as ?? '') : '';
  const begun = client.query('begin');
  const opened = client.query({
    name: 'open',
    text: "select set_config('role', $1, true), set_config('indaba.session', $2, true), set_config('indaba.member', $3, true)",
    values: [role, session, member],
  });
  await Promise.all([begun, opened]);
}
