/**
 * The one opener. Nothing else in the house touches the pool: a query outside as() has no role, hence no rights, hence fails.
 */
import type { Socket } from 'node:net';
import { Kysely } from 'kysely';
import type { PoolClient, QueryResult } from 'pg';
import type { DB } from '../../../db/types.ts';
import { asRefusal } from '#platform/errors.ts';
import { pool } from './pool.server.ts';
import { SECRET_NAME, singleClient } from './single-client.server.ts';

/** Who is asking. key = lower-case hex sha256 of the cookie or bearer secret; the cookie itself never reaches the database. archivist: the retention job. */
export type Actor = { kind: 'visitor' } | { kind: 'person'; key: string } | { kind: 'clerk'; as?: string } | { kind: 'archivist' };
export type Tx = Kysely<DB> & { readonly notes: TxNotes };
/** What the transaction wants done after commit. `hint`: who should look again, at something that is no event: a member's other windows, every process at the settings, or those who write a shared draft (`said`: where somebody's cursor is). */
export type TxNotes = {
  wake: boolean;
  hint?: { about: 'read'; member: string } | { about: 'settings' } | { about: 'draft'; draft: string; said?: string };
  /** The next statement is the last: the commit goes out right behind it, and what it did stands, whatever the work then makes of the answer. */
  last?: boolean;
};

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
  const client = await pool(actor.kind === 'clerk' || actor.kind === 'archivist' ? 'worker' : 'web').connect();
  const notes: TxNotes = { wake: false };
  let ending: Promise<string> | undefined;
  const end = () => {
    ending ??= commit(client);
    line.end();
  };
  const letGo = held(client);
  const line = singleClient(client, () => {
    if (notes.last) end();
    letGo();
  });
  let broken: Error | undefined;
  // Not awaited, and held back: the first query of the work goes out in the same write. Should opening fail, the queries behind it fail too.
  const opening = open(client, actor);
  opening.catch(() => {});
  try {
    const tx = Object.assign(new Kysely<DB>({ dialect: line.dialect }), { notes });
    const result = await work(tx);
    end();
    letGo();
    await opening;
    const command = await ending;
    // COMMIT of a failed transaction answers ROLLBACK without an error.
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
    if (notes.wake || notes.hint) committed(notes);
    return result;
  } catch (error) {
    letGo();
    const first = await opening.then(
      () => error,
      (why: unknown) => why,
    );
    try {
      if (ending) await ending;
      else await client.query(`rollback; ${LEAVE}`);
    } catch (lost) {
      broken = lost as Error;
    }
    // A statement of ours is gone from this connection, dropped by somebody's own SQL: the connection is of no more use.
    if ((first as { code?: string }).code === '26000') broken ??= first as Error;
    throw asRefusal(first);
  } finally {
    // Whatever still holds tx must not speak in the next person's transaction.
    line.end();
    client.release(broken);
  }
}

/** Asks for the end at once, to be awaited later. */
function commit(client: PoolClient): Promise<string> {
  const ended = client.query(`commit; ${LEAVE}`).then((results) => (results as unknown as QueryResult[])[0]?.command ?? 'nothing');
  ended.catch(() => {});
  return ended;
}

/** Keeps back what is written to the server until the answer is called: a write for each statement is half of what a request costs this process. */
function held(client: PoolClient): () => void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  let holding = true;
  stream.cork();
  return () => {
    if (holding) stream.uncork();
    holding = false;
  };
}

async function open(client: PoolClient, actor: Actor): Promise<void> {
  const role = actor.kind === 'clerk' && actor.as ? 'indaba_person' : `indaba_${actor.kind}`;
  const session = actor.kind === 'person' ? actor.key : '';
  const member = actor.kind === 'clerk' ? (actor.as ?? '') : '';
  const begun = client.query('begin');
  const opened = client.query({
    name: SECRET_NAME,
    text: "select set_config('role', $1, true), set_config('indaba.session', $2, true), set_config('indaba.member', $3, true)",
    values: [role, session, member],
  });
  await Promise.all([begun, opened]);
}
