/** A community in which two countries are led, one is not yet, and days that go by. */
import { runProcedures } from '#domains/library/deciding/procedure.server.ts';
import { tellDeciders } from '#domains/library/deciding/tell-deciders.server.ts';
import { type Cast, cast } from './cast.ts';

/** The cast with Amina a focal point of the authority that leads Lumaria, Mei one of Sandoria's, Pita of Tavola's. */
export async function decidingCast(db: { admin: string }, options: { agreed?: boolean } = {}): Promise<Cast & { jurisdiction: Record<string, string> }> {
  const c = await cast(db);
  await c.behind(`update app.memberships set role = 'focal_point' where member_id = any($1)`, [[c.member.amina, c.member.mei]]);
  const found = await c.behind<{ id: string; code: string }>('select id, code from app.jurisdictions');
  const jurisdiction = Object.fromEntries(found.map(({ id, code }) => [code, id]));
  if (options.agreed)
    await c.behind(`insert into app.lead_choices (jurisdiction_id, organization_id, lead_id) values ($1, $2, $3)`, [
      jurisdiction['lumaria'],
      c.organization['central-bank-lumaria'],
      c.organization['ta-lumaria'],
    ]);
  return { ...c, jurisdiction };
}

/** Lets days go by one after the other: every clock and every mail that waits is that much nearer, the worker looks each day. */
export async function passDays(c: Pick<Cast, 'behind'>, days: number, look = true): Promise<void> {
  const step = look ? 1 : days;
  const back = (table: string, names: string[]) => `update app.${table} set ${names.map((name) => `${name} = ${name} - interval '${step} days'`).join(', ')};`;
  for (let n = 0; n < days; n += step) {
    await c.behind(
      back('procedures', ['opened_at', 'comments_until', 'positions_until', 'reminded_until', 'over_at']) +
        back('request_notices', ['at', 'until', 'mail_due']),
    );
    if (!look) continue;
    await runProcedures();
    await tellDeciders();
  }
}
