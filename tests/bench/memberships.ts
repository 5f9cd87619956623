/**
 * What a change of one membership costs in a hub of 2,000 members and 200 circles, 100 of them by rule: everything the triggers do in that transaction.
 * `node tests/bench/memberships.ts [members] [circles]`; beside it the same change where nothing follows, and bringing all audiences up to date as a whole.
 */
import { Client } from 'pg';
import { withDatabase } from '#platform/database/scratch.server.ts';

const members = Number(process.argv[2] ?? 2000);
const circles = Number(process.argv[3] ?? 200);
await withDatabase(async (admin) => {
  const client = new Client({ connectionString: admin });
  await client.connect();
  const run = (text: string, values: unknown[] = []) => client.query(text, values);
  await run(
    `insert into app.jurisdictions (id, code, name, region) select gen_random_uuid(), 'c' || i, 'Country ' || i, 'Region ' || i % 6 from generate_series(1, 60) i`,
  );
  await run(
    `insert into app.organizations (id, slug, name, kind, is_guest) select gen_random_uuid(), 'o' || i, 'Organization ' || i, (array['regulator','central-bank','supervisor','cyber-agency','provider'])[i % 5 + 1], i % 5 = 4 from generate_series(1, 200) i`,
  );
  await run(
    `insert into app.organization_jurisdictions select o.id, j.id from app.organizations o join app.jurisdictions j on j.code = 'c' || (substr(o.slug, 2)::int % 60 + 1)`,
  );
  await run(`insert into app.members (id, slug, name) select gen_random_uuid(), 'm' || i, 'Member ' || i from generate_series(1, $1::int) i`, [members]);
  await run(`insert into app.topic_follows select m.id, t.slug from app.members m join app.topics t on (substr(m.slug, 2)::int + t.position) % 7 = 0`);
  await run(`insert into app.audiences (kind, ref, label) select 'circle', gen_random_uuid(), 'Circle ' || i from generate_series(1, $1::int) i`, [circles]);
  // Half by rule: by kind, by region, by matter, and by pairs of these.
  await run(`insert into app.circles (id, slug, name, audience_id, listed, by_rule, rule_kinds, rule_regions, rule_topics)
  select a.ref, 'c' || n, a.label, a.id, true, n % 2 = 0, case when n % 2 = 0 and n % 3 <> 1 then array[(array['regulator','central-bank','supervisor','cyber-agency'])[n % 4 + 1]] else '{}' end,
    case when n % 2 = 0 and n % 3 <> 0 then array['Region ' || n % 6] else '{}' end, case when n % 10 = 0 then array['ss7','fraud'] else '{}' end
    from (select a.*, substr(label, 8)::int as n from app.audiences a where kind = 'circle') a`);
  await run(`alter table app.circle_members disable trigger user`);
  await run(
    `insert into app.circle_members (circle_id, member_id) select c.id, m.id from app.circles c join app.members m on (substr(m.slug, 2)::int * 7 + substr(c.slug, 2)::int) % 50 = 0 where not c.by_rule`,
  );
  await run(
    `insert into app.circle_members (circle_id, organization_id) select c.id, o.id from app.circles c join app.organizations o on (substr(o.slug, 2)::int + substr(c.slug, 2)::int) % 40 = 0 where not c.by_rule`,
  );
  await run(`alter table app.circle_members enable trigger user`);
  await run(`alter table app.memberships disable trigger user`);
  await run(
    `insert into app.memberships (member_id, organization_id) select m.id, o.id from app.members m join app.organizations o on o.slug = 'o' || (substr(m.slug, 2)::int % 200 + 1)`,
  );
  await run(`alter table app.memberships enable trigger user`);
  const timed = async (work: () => Promise<unknown>) => {
    const from = performance.now();
    await work();
    return performance.now() - from;
  };
  const whole = await timed(() => run(`select app.sync_audiences(array(select id from app.audiences where kind not in ('public', 'named')))`));
  await run('analyze');
  const { rows } = await run(`select count(*)::int as rows, max(n)::int as most from (select count(*) as n from app.audience_members group by member_id) k`);
  const out: number[] = [];
  const into: number[] = [];
  const bare: number[] = [];
  const touched: number[] = [];
  for (let i = 1; i <= 60; i++) {
    const at = [`m${i * 31}`, `o${((i * 31) % 200) + 1}`];
    const where = `member_id = (select id from app.members where slug = $1) and organization_id = (select id from app.organizations where slug = $2)`;
    const before = (await run(`select sum(epoch)::int as e from app.audiences`)).rows[0].e;
    out.push(await timed(() => run(`delete from app.memberships where ${where}`, at)));
    touched.push((await run(`select sum(epoch)::int as e from app.audiences`)).rows[0].e - before);
    into.push(
      await timed(() =>
        run(
          `insert into app.memberships (member_id, organization_id) select m.id, o.id from app.members m, app.organizations o where m.slug = $1 and o.slug = $2`,
          at,
        ),
      ),
    );
    await run('begin');
    await run('set local session_replication_role = replica');
    bare.push(await timed(() => run(`delete from app.memberships where ${where}`, at)));
    await run('rollback');
  }
  const at = (list: number[], q: number) => [...list].sort((a, b) => a - b)[Math.floor(list.length * q)]!.toFixed(1);
  const wrong =
    await run(`select a.label from app.audiences a where a.kind not in ('public', 'named') and (exists (select app.expected_members(a.id) except select member_id from app.audience_members where audience_id = a.id)
  or exists (select member_id from app.audience_members where audience_id = a.id except select app.expected_members(a.id)) or a.size <> (select count(*) from app.audience_members where audience_id = a.id) or a.has_guests <> app.audience_guests(a.id))`);
  console.log(`${members} members, ${circles} circles; all audiences as a whole: ${whole.toFixed(0)} ms. ${JSON.stringify(rows[0] ?? {})}`);
  console.log(`one membership ended:   p50 ${at(out, 0.5)} ms, p95 ${at(out, 0.95)} ms; audiences changed p50 ${at(touched, 0.5)}`);
  console.log(`one membership begun:   p50 ${at(into, 0.5)} ms, p95 ${at(into, 0.95)} ms`);
  console.log(`the same row, no trigger: p50 ${at(bare, 0.5)} ms`);
  console.log(`audiences that are wrong afterwards: ${wrong.rows.length}`);
  await client.end();
  process.exitCode = wrong.rows.length ? 1 : 0;
});
process.exit();
