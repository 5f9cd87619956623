import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { Kind, Scope } from './model.ts';

export type Rule = {
  kind: Kind;
  label: string | null;
  keep_days: number | null;
  /** What counts as of now: the longer of old and new for a week. */
  days_now: number | null;
  reason: string | null;
  changed_by: string | null;
  changed_at: Date | null;
};

/** Every rule of keeping, whether I may change them, and whether a shorter time needs a second steward. */
export async function listRules(tx: Tx): Promise<{ rules: Rule[]; mayChange: boolean; two: boolean }> {
  const { rows } = await sql<Rule & { may_change: boolean; two: boolean }>`
    select r.kind, r.label, r.keep_days, app.keep_days(r.kind, r.label) as days_now, r.reason, b.name as changed_by, r.changed_at, (select app.may_change_retention()) as may_change, (select app.two_stewards()) as two
      from app.retention_rules r left join app.bylines b on b.id = r.changed_by left join app.marking_outlets o on o.label = r.label order by r.kind, o.rank`.execute(
    tx,
  );
  return { rules: rows.map(({ may_change: _, two: __, ...rule }) => rule), mayChange: rows[0]?.may_change === true, two: rows[0]?.two === true };
}

export type Hold = {
  id: string;
  scope: Scope;
  subject_id: string | null;
  subject: string | null;
  reference: string;
  reason: string;
  placed_by: string;
  placed_at: Date;
  lifted_by: string | null;
  lifted_at: Date | null;
  lifted_reason: string | null;
};

/** The holds, those that stand first; none for whoever is no steward. What is held is named where the asker may see it. */
export async function listHolds(tx: Tx): Promise<{ holds: Hold[]; mayPlace: boolean }> {
  const { rows } = await sql<Hold>`
    select h.id, h.scope, h.subject_id, case h.scope
        when 'person' then (select m.name from app.members m where m.id = h.subject_id)
        when 'organization' then (select o.name from app.organizations o where o.id = h.subject_id)
        when 'circle' then (select c.name from app.circles c where c.id = h.subject_id)
        when 'space' then (select s.title from app.spaces s where s.id = h.subject_id)
        when 'conversation' then (select a.name from app.conversations c join app.channels a on c.subject_kind = 'channel' and a.id = c.subject_id where c.id = h.subject_id) end as subject,
      h.reference, h.reason, p.name as placed_by, h.placed_at, l.name as lifted_by, h.lifted_at, h.lifted_reason
      from app.legal_holds h join app.bylines p on p.id = h.placed_by left join app.bylines l on l.id = h.lifted_by order by h.lifted_at is not null, h.placed_at desc limit 500`.execute(
    tx,
  );
  const may = await sql<{ may: boolean }>`select app.may_hold() as may`.execute(tx);
  return { holds: rows, mayPlace: may.rows[0]?.may === true };
}

export type Run = { id: string; started_at: Date; ended_at: Date | null; removed: Record<string, number> };

/** The last runs of the retention job; none for whoever is no steward. */
export async function listRuns(tx: Tx): Promise<Run[]> {
  const { rows } = await sql<Run>`select id, started_at, ended_at, removed from app.retention_runs order by started_at desc limit 10`.execute(tx);
  return rows;
}
