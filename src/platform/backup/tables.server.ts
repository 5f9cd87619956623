import type { Client } from 'pg';

/** The schemas whose rows are the hub. The job queue is left out: what waited there is a few seconds of mail. */
export const SCHEMAS = ['app', 'search', 'sealed'];

/** Every table that holds rows, by its full name, with the columns that are kept. A partitioned table stands for its partitions. */
export async function tablesOf(client: Client): Promise<{ name: string; columns: string[] }[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    // The number of the transaction that wrote an event means nothing on another server: it is given anew there.
    `select format('%I.%I', n.nspname, c.relname) as name,
            array(select quote_ident(a.attname) from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                     and coalesce(pg_get_expr(d.adbin, d.adrelid), '') !~ 'pg_current_xact_id' order by a.attnum) as columns
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any($1) order by 1`,
    [SCHEMAS],
  );
  return rows;
}

/** The migrations a database has had, in order. */
export async function migrationsOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from indaba_meta.migrations order by name');
  return rows.map((row) => row.name);
}
