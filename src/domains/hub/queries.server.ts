import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { initial, type Settings } from '#platform/settings/table.ts';
import type { Change } from './model.ts';

/** May I set the hub? Then it is in my account's menu. */
export async function maySetHub(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`select app.may_set_hub() as may`.execute(tx);
  return rows[0]!.may;
}

/** The settings as they stand in the database, for whoever may set them. */
export async function findSettings(tx: Tx): Promise<Settings | undefined> {
  if (!(await maySetHub(tx))) return undefined;
  const { rows } = await sql<{ name: string; value: unknown }>`select name, value from app.hub_settings()`.execute(tx);
  return { ...initial, ...Object.fromEntries(rows.filter(({ name }) => Object.hasOwn(initial, name)).map(({ name, value }) => [name, value])) };
}

/** What was set, newest first, by whom and from what; of a picture only that it was. For stewards; nothing for others. */
export async function listChanges(tx: Tx, most = 50): Promise<Change[]> {
  const { rows } = await sql<Change>`
    select * from (
      select s.id, s.name, b.name as by, s.changed_at as at,
        -- What loosens security two did: done in the transaction of their act, hence at its moment.
        (select m.name from app.two_person_acts a join app.members m on m.id = a.proposed_by where a.kind = 'loosen_setting' and a.state = 'done' and a.ended_at = s.changed_at and a.content ->> 'setting' = s.name) as proposed_by,
        case s.name when 'mark' then null else lag(s.value) over (partition by s.name order by s.id) end as from, case s.name when 'mark' then null else s.value end as to
        from app.settings s left join app.bylines b on b.id = s.byline_id) c
     order by id desc limit ${most}`.execute(tx);
  return rows;
}

/** Does what loosens security need a second steward here? And which settings wait for one, with the act and what is wanted. */
export async function listWaiting(tx: Tx): Promise<{ two: boolean; waits: { setting: string; act: string; wanted: unknown }[] }> {
  const { rows } = await sql<{ two: boolean; waits: { setting: string; act: string; wanted: unknown }[] }>`
    select app.two_stewards() as two, (select coalesce(jsonb_agg(jsonb_build_object('setting', a.content ->> 'setting', 'act', a.id, 'wanted', a.content -> 'value') order by a.proposed_at), '[]')
      from app.two_person_acts a where a.kind = 'loosen_setting' and a.state = 'open' and a.lapses_at > now()) as waits`.execute(tx);
  return rows[0]!;
}
