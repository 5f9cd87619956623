import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';

export type Point = { question: string; own_words: string };
export type ChecklistVersion = {
  version: number;
  made_at: Date;
  made_by: string | null;
  confirmed_by: string | null;
  reason: string;
  /** How many applications are being vetted with it. */
  in_use: number;
  points: Point[];
};
export type Checklists = { versions: ChecklistVersion[]; mayChange: boolean; two: boolean };

/** Every version of the checklist, the newest first, for stewards; none for everybody else. */
export async function listChecklists(tx: Tx): Promise<Checklists> {
  const { rows } = await sql<ChecklistVersion & { may_change: boolean; two: boolean }>`
    select c.version, c.made_at, m.name as made_by, s.name as confirmed_by, c.reason, (select app.may_change_checklist()) as may_change, (select app.two_stewards()) as two,
        (select count(*)::int from app.applications a where a.checklist = c.version and a.ended_at is null) as in_use,
        coalesce((select jsonb_agg(jsonb_build_object('question', q.code, 'own_words', q.question) order by p.position)
          from app.checklist_points p join app.vetting_questions q on q.code = p.question where p.version = c.version), '[]') as points
      from app.checklists c left join app.bylines m on m.id = c.made_by left join app.bylines s on s.id = c.confirmed_by order by c.version desc`.execute(tx);
  return {
    versions: rows.map(({ may_change: _, two: __, ...one }) => one),
    mayChange: rows[0]?.may_change === true,
    two: rows[0]?.two === true,
  };
}
