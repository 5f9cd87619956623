import { randomBytes } from 'node:crypto';
import {
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely';
import type { PoolClient } from 'pg';

/** A prepared statement outlives its transaction, so nobody inside one may guess its name: another statement under it would run in the name of whoever comes next. */
export const SECRET_NAME = randomBytes(15).toString('base64url');
const names = new Map<string, string>();
const mostNames = 500;

/** Statements that come again are planned once a connection; beyond the bound a text is planned each time. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= mostNames) return known;
  const name = `${SECRET_NAME}${names.size}`;
  names.set(text, name);
  return name;
}

/** Kysely over one client that is already inside a transaction: it can neither begin, end, nor fetch another, and after end() it says nothing more. `asked` is called right behind every statement. */
export function singleClient(client: PoolClient, asked: () => void): { dialect: Dialect; end(): void } {
  let open = true;
  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      if (!open) throw new Error('the transaction is over: nothing may be asked outside as()');
      const name = nameOf(query.sql);
      const answer = client.query({ ...(name ? { name } : {}), text: query.sql, values: [...query.parameters] });
      asked();
      const result = await answer;
      return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) };
    },
    // biome-ignore lint/correctness/useYield: streaming rows is not offered inside a request
    async *streamQuery() {
      throw new Error('rows are not streamed inside a transaction of the hub');
    },
  };
  const driver: Driver = {
    async init() {},
    async acquireConnection() {
      return connection;
    },
    async beginTransaction() {
      throw new Error('a command never opens its own transaction: as() has');
    },
    async commitTransaction() {},
    async rollbackTransaction() {},
    async releaseConnection() {},
    async destroy() {},
  };
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
  return {
    dialect,
    end() {
      open = false;
    },
  };
}
