import { sql } from 'kysely';
import { govern_mail_act_ended_subject, govern_mail_act_ended_text, govern_mail_act_open_subject, govern_mail_act_open_text } from '#paraglide/messages.js';
import { isLocale } from '#paraglide/runtime.js';
import { config } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { withLocale } from '#ui/locale.server.ts';
import type { ActState, Facts } from './model.ts';
import { actTitle, stateName } from './words.ts';
import { formatMoment } from '#ui/time.ts';

type Payload = { ids: { act: string; state: ActState } };
type Row = { kind: string; shown: Facts; reason: string; end_reason: string | null; proposer: string; ender: string | null; lapses_at: Date };
type Whom = { name: string; email: string; locale: string; time_zone: string };

/** Tells of an act that needs two: those who may confirm it, that it waits; whoever proposed it and whom it is about, how it ended. */
export async function mailAct({ ids }: Payload): Promise<void> {
  const { act, whom } = await as({ kind: 'clerk' }, async (tx) => ({ act: await find(tx, ids.act), whom: await listWhom(tx, ids) }));
  if (!act) return;
  const link = `${config().url}/acts/${ids.act}`;
  for (const to of whom) {
    const locale = isLocale(to.locale) ? to.locale : 'en';
    await withLocale(locale, async () => {
      const title = actTitle(act.kind, act.shown);
      const until = formatMoment(act.lapses_at, to.time_zone, locale);
      if (ids.state === 'open')
        await sendMail({
          to: to.email,
          subject: govern_mail_act_open_subject({ title }),
          text: govern_mail_act_open_text({ name: to.name, by: act.proposer, title, reason: act.reason, until, link }),
        });
      else
        await sendMail({
          to: to.email,
          subject: govern_mail_act_ended_subject({ title, state: stateName(ids.state) }),
          text: govern_mail_act_ended_text({
            name: to.name,
            by: act.ender ?? '',
            title,
            state: stateName(ids.state),
            reason: act.end_reason ?? act.reason,
            link,
          }),
        });
    });
  }
}

async function find(tx: Tx, id: string): Promise<Row | undefined> {
  const { rows } = await sql<Row>`select a.kind, a.shown, a.reason, a.end_reason, p.name as proposer, e.name as ender, a.lapses_at
    from app.two_person_acts a join app.members p on p.id = a.proposed_by left join app.members e on e.id = a.ended_by where a.id = ${id}`.execute(tx);
  return rows[0];
}

async function listWhom(tx: Tx, { act, state }: Payload['ids']): Promise<Whom[]> {
  const { rows } =
    await sql<Whom>`select m.name, c.email, m.locale, m.time_zone from app.two_person_acts a, app.members m join app.accounts c on c.member_id = m.id
    where a.id = ${act} and m.status = 'active' and c.email <> '' and case when ${state} = 'open'
      then exists (select from app.hub_roles r where r.member_id = m.id and r.role = a.duty) and m.id <> a.proposed_by and m.id is distinct from a.subject_member_id
      else m.id <> a.ended_by and (m.id = a.proposed_by or a.state = 'done' and m.id = a.subject_member_id) end`.execute(tx);
  return rows;
}
