import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { ApplicationState } from './application.ts';
import type { Letter } from './letters.server.ts';

export type ApplicationRow = {
  id: string;
  name: string;
  kind: string;
  domain: string;
  jurisdictions: string[];
  state: ApplicationState;
  made_at: Date;
  confirmed_at: Date | null;
  ended_at: Date | null;
};

/** The applications, open ones first, for stewards; empty for everybody else. Those that nobody confirmed yet come last of the open ones. */
export async function listApplications(tx: Tx): Promise<ApplicationRow[]> {
  const { rows } = await sql<ApplicationRow>`
    select a.id, a.name, a.kind, a.domain, a.jurisdictions, app.application_state(a) as state, a.made_at, a.confirmed_at, a.ended_at from app.applications a
     order by a.ended_at is not null, a.confirmed_at is null, case when a.ended_at is null then a.made_at end, a.ended_at desc limit 200`.execute(tx);
  return rows;
}

/** How many applications wait for a steward: confirmed by both contacts, and open. Zero for everybody else. */
export async function countWaitingApplications(tx: Tx): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from app.applications where confirmed_at is not null and ended_at is null`.execute(tx);
  return rows[0]?.n ?? 0;
}

export type Answered = {
  question: string;
  own_words: string;
  answer: 'yes' | 'no' | 'not_needed' | null;
  remark: string | null;
  by: string | null;
  at: string | null;
  earlier: number;
};
export type Application = ApplicationRow & {
  mandate: string;
  why: string;
  locale: string;
  confirmed_at: Date | null;
  public_mail: boolean;
  domain_token: string;
  checked_at: Date | null;
  result: string | null;
  method: 'dns' | 'letter' | null;
  letter_reference: string | null;
  letter_on: string | null;
  letter_by: string | null;
  proved_at: Date | null;
  vetted_by: string | null;
  vetted_at: Date | null;
  ended_as: string | null;
  ended_by: string | null;
  reason: string | null;
  organization: string | null;
  gap: string | null;
  own: boolean;
  had_a_hand: boolean;
  may_vet: boolean;
  may_confirm: boolean;
  may_end: boolean;
  second_stewards: number;
  contacts: { place: number; name: string; role: string; email: string; confirmed_at: string | null }[];
  notes: { by: string | null; steward: boolean; text: string; at: string }[];
  letters: Letter[];
  /** The version it is vetted with, null where it ended before; and the newest. */
  checklist: number | null;
  checklist_now: number;
  answers: Answered[];
  known_domains: string[];
  namesakes: string[];
  twins: { id: string; name: string }[];
};

/** One application with all that was found, for a steward; undefined for everybody else. */
export async function findApplication(tx: Tx, id: string): Promise<Application | undefined> {
  const { rows } = await sql<Application>`
    select a.id, a.name, a.kind, a.domain, a.jurisdictions, app.application_state(a) as state, a.made_at, a.ended_at, a.mandate, a.why, a.locale, a.confirmed_at,
        app.is_public_mail(a.domain) as public_mail, a.domain_token, a.checked_at, a.result, a.method, a.letter_reference, a.letter_on::text as letter_on, l.name as letter_by, a.proved_at,
        w.name as vetted_by, a.vetted_at, a.ended_as, e.name as ended_by, a.reason, o.slug as organization, app.vetting_gap(a) as gap, app.is_own_application(a) as own,
        app.has_vetted(a.id) as had_a_hand, app.may_vet(a.id) as may_vet, app.may_confirm_application(a.id) as may_confirm, app.may_end_application(a.id) as may_end,
        app.count_second_stewards(a.id) as second_stewards,
        (select jsonb_agg(jsonb_build_object('place', c.place, 'name', c.name, 'role', c.role, 'email', c.email, 'confirmed_at', c.confirmed_at) order by c.place)
           from app.application_contacts c where c.application_id = a.id) as contacts,
        coalesce((select jsonb_agg(jsonb_build_object('by', coalesce(c.name, b.name), 'steward', n.byline_id is not null, 'text', n.text, 'at', n.at) order by n.at)
           from app.application_notes n left join app.application_contacts c on c.application_id = n.application_id and c.place = n.place left join app.bylines b on b.id = n.byline_id
          where n.application_id = a.id), '[]') as notes,
        coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name, 'mime', l.mime, 'size', octet_length(l.bytes), 'by', c.name, 'at', l.at) order by l.at)
           from app.application_letters l join app.application_contacts c on c.application_id = l.application_id and c.place = l.place where l.application_id = a.id), '[]') as letters,
        app.checklist_of(a) as checklist, app.checklist_now() as checklist_now,
        coalesce((select jsonb_agg(jsonb_build_object('question', q.code, 'own_words', q.question, 'answer', v.answer, 'remark', v.remark, 'by', v.by, 'at', v.at, 'earlier', coalesce(v.earlier, 0)) order by p.position)
           from app.checklist_points p join app.vetting_questions q on q.code = p.question left join lateral (
             select x.answer, x.remark, b.name as by, x.at, (select count(*) - 1 from app.vetting_answers y where y.application_id = a.id and y.question = q.code) as earlier
               from app.vetting_answers x join app.bylines b on b.id = x.byline_id where x.application_id = a.id and x.question = q.code order by x.at desc, x.id desc limit 1) v on true
          where p.version = app.checklist_of(a)), '[]') as answers,
        array(select d.domain from app.organization_domains d where d.proved_at is not null union select x.domain from app.applications x where x.id <> a.id and x.ended_at is null) as known_domains,
        array(select x.name from app.organizations x where lower(x.name) = lower(a.name) and x.id is distinct from a.organization_id
          union select x.name from app.organizations x join app.organization_domains d on d.organization_id = x.id where d.domain = a.domain and d.proved_at is not null and x.id is distinct from a.organization_id) as namesakes,
        coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name) order by x.made_at) from app.applications x where x.id <> a.id and x.ended_at is null
          and (x.domain = a.domain or lower(x.name) = lower(a.name))), '[]') as twins
      from app.applications a left join app.bylines l on l.id = a.letter_by left join app.bylines w on w.id = a.vetted_by left join app.bylines e on e.id = a.ended_by
      left join app.organizations o on o.id = a.organization_id where a.id = ${id}`.execute(tx);
  return rows[0];
}
