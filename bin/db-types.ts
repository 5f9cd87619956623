/** What db/types.ts has to say, read from the catalogue; bin/write-down.ts writes it. */
import pg from 'pg';

const scalar: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  int4: 'number',
  int8: 'string',
  float8: 'number',
  bool: 'boolean',
  bytea: 'Buffer',
  jsonb: 'Json',
  timestamptz: 'Date',
  date: 'Date',
  xid8: 'string',
  tsvector: 'string',
  regclass: 'string',
};

type Column = { table: string; column: string; type: string; nullable: boolean; defaulted: boolean };

function typeOf(column: Column): string {
  const array = column.type.startsWith('_');
  const base = scalar[array ? column.type.slice(1) : column.type] ?? 'unknown';
  const read = `${base}${array ? '[]' : ''}${column.nullable ? ' | null' : ''}`;
  const write = base === 'Date' ? `${read} | string` : base === 'Json' ? `string${column.nullable ? ' | null' : ''}` : read;
  const optional = column.nullable || column.defaulted ? `${write} | undefined` : write;
  return `ColumnType<${read}, ${optional}, ${write}>`;
}

/** The text of db/types.ts for the database behind this address. */
export async function databaseTypes(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<Column>(`
		select n.nspname || '.' || c.relname as table, a.attname as column, t.typname as type, not a.attnotnull as nullable,
			a.atthasdef or a.attidentity <> '' as defaulted
		from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = a.atttypid
		where n.nspname in ('app','search','sealed') and c.relkind in ('r','p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
		order by 1, a.attnum`);
  await client.end();
  const tables = Map.groupBy(rows, (row) => row.table);
  const lines = [...tables].map(([table, columns]) => `\t'${table}': {\n${columns.map((c) => `\t\t${c.column}: ${typeOf(c)};`).join('\n')}\n\t};`);
  return `// Written by bin/db-types.ts from the catalogue; not edited by hand.\nimport type { ColumnType } from 'kysely';\n\nexport type Json = string | number | boolean | null | Json[] | { [key: string]: Json };\n\nexport interface DB {\n${lines.join('\n')}\n}\n`;
}
