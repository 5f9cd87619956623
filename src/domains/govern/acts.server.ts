import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { ActState, Facts } from './model.ts';

export type Act = {
  id: string;
  kind: string;
  duty: string;
  shown: Facts;
  hash: string;
  reason: string;
  state: ActState;
  proposer: string | null;
  proposed_at: Date;
  lapses_at: Date;
  ender: string | null;
  ended_at: Date | null;
  end_reason: string | null;
  mine: boolean;
  may_confirm: boolean;
  may_end: boolean;
  may_read_opening: boolean;
};

/** The acts that need two and concern me: by my duty, because I proposed them, or because they are about me. Newest first. */
export async function listActs(tx: Tx, only: { id?: string } = {}): Promise<Act[]> {
  const { rows } = await sql<Act>`
    select a.id, a.kind, a.duty, a.shown, encode(a.hash, 'hex') as hash, a.reason, case when a.state = 'open' and a.lapses_at <= now() then 'lapsed' else a.state end as state,
      p.name as proposer, a.proposed_at, a.lapses_at, e.name as ender, a.ended_at, a.end_reason, a.proposed_by = app.me() as mine,
      app.may_confirm_act(a.id) as may_confirm, app.may_end_act(a.id) as may_end, app.may_read_opening(a.id) as may_read_opening
      from app.two_person_acts a left join app.members p on p.id = a.proposed_by left join app.members e on e.id = a.ended_by
     where ${only.id ?? null}::uuid is null or a.id = ${only.id ?? null} order by a.proposed_at desc, a.id desc limit 200`.execute(tx);
  return rows;
}

/** One act, or undefined: absent and not mine to read alike. */
export async function findAct(tx: Tx, id: string): Promise<Act | undefined> {
  return (await listActs(tx, { id }))[0];
}

/** What both would read, before it is proposed. Refuses with govern.act.not_found where one may not propose it, and with what the kind refuses. */
export async function previewAct(tx: Tx, { kind, subject, content }: { kind: string; subject: string; content: Record<string, string> }): Promise<Facts> {
  const { rows } = await sql<{ facts: Facts }>`select app.preview_act(${kind}, ${subject}, ${JSON.stringify(content)}::jsonb) as facts`.execute(tx);
  return rows[0]!.facts;
}

/** Which kinds of act I may propose. */
export async function listMyActKinds(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ kind: string }>`select kind from app.act_kinds() kind where app.may_propose_act(kind) order by kind`.execute(tx);
  return rows.map(({ kind }) => kind);
}

export type Pseudonym = { id: string; name: string; where: string };

/** For a trustee: the pseudonyms in places that they can read themselves; empty for everybody else. */
export async function listPseudonyms(tx: Tx): Promise<Pseudonym[]> {
  const { rows } = await sql<Pseudonym>`select b.id, b.name, a.label as where from app.bylines b join app.audiences a on a.id = b.audience_id
    where b.kind = 'pseudonym' and app.may_propose_act('open_pseudonym') order by b.name, b.id limit 200`.execute(tx);
  return rows;
}
