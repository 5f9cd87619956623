/** What db/schema.sql has to say, read from the catalogue, for reading in a review; bin/write-down.ts writes it. */
import pg from 'pg';

const ours = `('app','search','sealed')`;
const tablesSql = `select c.oid, n.nspname || '.' || c.relname as name, obj_description(c.oid) as says,
  (select string_agg(format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' else '' end,
     case when a.attidentity <> '' then ' generated always as identity' when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end), E',\n' order by a.attnum)
     from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select string_agg(format('  constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), E',\n' order by k.contype desc, k.conname) from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n') as constraints,
  (select string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\n' order by i.indexrelid::regclass::text) from pg_index i where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid)) as indexes,
  (select string_agg(pg_get_triggerdef(t.oid) || ';', E'\n' order by t.tgname) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers,
  (select string_agg(format('create policy %I on %s.%I as %s for %s to %s%s%s;', p.policyname, p.schemaname, p.tablename, lower(p.permissive), lower(p.cmd), array_to_string(p.roles, ', '),
     coalesce(' using (' || p.qual || ')', ''), coalesce(' with check (' || p.with_check || ')', '')), E'\n' order by p.policyname, p.cmd) from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname) as policies
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ${ours} and c.relkind in ('r','p') and not c.relispartition order by 2`;
const functionsSql = `select p.oid::regprocedure::text as name, obj_description(p.oid) as says, pg_get_functiondef(p.oid) as text, pg_get_userbyid(p.proowner) as owner,
  (select string_agg(a.grantee::regrole::text, ', ' order by 1) from aclexplode(p.proacl) a where a.grantee <> p.proowner) as callers
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ${ours} order by 1`;

type Table = {
  name: string;
  says: string | null;
  columns: string;
  constraints: string | null;
  indexes: string | null;
  triggers: string | null;
  policies: string | null;
};
type Routine = { name: string; says: string | null; text: string; owner: string; callers: string | null };

const quoted = (text: string | null) => (text ? `-- ${text.replaceAll('\n', '\n-- ')}\n` : '');

/** The text of db/schema.sql for the database behind this address. */
export async function databaseSchema(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  const tables = (await client.query<Table>(tablesSql)).rows;
  const routines = (await client.query<Routine>(functionsSql)).rows;
  await client.end();
  const parts = tables.map((table) =>
    [
      `${quoted(table.says)}create table ${table.name} (\n${[table.columns, table.constraints].filter(Boolean).join(',\n')}\n);`,
      table.indexes,
      table.triggers,
      table.policies,
    ]
      .filter(Boolean)
      .join('\n'),
  );
  const functions = routines.map((each) => `${quoted(each.says)}-- owner ${each.owner}; called by ${each.callers ?? 'nobody'}\n${each.text.trim()};`);
  return `-- Written by bin/db-schema.ts from the catalogue; not edited by hand. The truth is in migrations/ and policies/.\n\n${[...parts, ...functions].join('\n\n')}\n`;
}
