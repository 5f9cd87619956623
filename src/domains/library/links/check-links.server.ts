import { sql } from 'kysely';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { settingsNow } from '#platform/settings/values.server.ts';
import { outerLinks } from '../text/outer-links.ts';
import { askLink, type Verdict } from './ask-link.server.ts';

const clerk = { kind: 'clerk' } as const;
const PAGES = 200;

/** How many addresses a run asks at most, how many of one host, how many hosts at once, the pause between two questions to one host, and when it stops, in milliseconds. */
export type Pace = { most: number; ofHost: number; hosts: number; pause: number; until: number; silence: number };
const GENTLE: Pace = { most: 300, ofHost: 30, hosts: 4, pause: 1_000, until: 240_000, silence: 10_000 };

/**
 * Asks the links of published pages that lead out, each once a week and a broken one again the next day. Of pages that not everybody reads only where the setting says so; where it says off, nobody is asked.
 * How many were asked and how many owners were told of new broken ones.
 */
export async function checkLinks(pace: Partial<Pace> = {}): Promise<{ asked: number; told: number }> {
  const setting = (await settingsNow()).outer_links;
  if (setting === 'off') return { asked: 0, told: 0 };
  await collectLinks(setting === 'all');
  const wanted = { ...GENTLE, ...pace };
  const due = await as(
    clerk,
    async (tx) =>
      (
        await sql<{ url: string }>`
    select l.url from app.outer_links l group by l.url
    having min(coalesce(l.asked_at, '-infinity')) < now() - case when max(l.failures) = 1 then interval '20 hours' else interval '7 days' end
     order by min(coalesce(l.asked_at, '-infinity')), l.url limit ${wanted.most}`.execute(tx)
      ).rows,
  );
  const verdicts = await askAll(
    due.map(({ url }) => url),
    wanted,
  );
  await keep(verdicts);
  const told = await as(clerk, async (tx) => {
    tx.notes.wake = true;
    return (await sql<{ told: number }>`select app.tell_broken_links() as told`.execute(tx)).rows[0]?.told ?? 0;
  });
  return { asked: verdicts.size, told };
}

/** Writes down which links the pages hold now; what is there no more goes, with what was known of it. */
async function collectLinks(all: boolean): Promise<void> {
  const scope = all ? sql`true` : sql`p.audience_id = 1`;
  await as(clerk, (tx) =>
    sql`delete from app.outer_links l where not exists (select from app.pages p where p.id = l.page_id and p.retired_at is null and p.revision_id is not null and ${scope})`.execute(
      tx,
    ),
  );
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const pages = await as(
      clerk,
      async (tx) =>
        (
          await sql<{ id: string; audience_id: number; text: string }>`
      select p.id, p.audience_id, r.text from app.pages p join app.revisions r on r.id = p.revision_id
       where p.retired_at is null and ${scope} and p.id > ${after} order by p.id limit ${PAGES}`.execute(tx)
        ).rows,
    );
    if (!pages.length) return;
    after = pages.at(-1)!.id;
    const found = pages.flatMap(({ id, audience_id, text }) =>
      /https?:\/\//i.test(text) ? outerLinks(text, config().url).map((link) => ({ ...link, page: id, audience_id })) : [],
    );
    await as(clerk, async (tx) => {
      const rows = JSON.stringify(found);
      await sql`delete from app.outer_links l where l.page_id = any(${pages.map(({ id }) => id)}::uuid[])
        and not exists (select from jsonb_to_recordset(${rows}::jsonb) as f(page uuid, url text) where f.page = l.page_id and f.url = l.url)`.execute(tx);
      await sql`insert into app.outer_links as l (page_id, audience_id, url, words) select f.page, f.audience_id, f.url, f.words from jsonb_to_recordset(${rows}::jsonb) as f(page uuid, audience_id int, url text, words text)
        on conflict (page_id, audience_id, url) do update set words = excluded.words where l.words <> excluded.words`.execute(tx);
    });
  }
}

/** Asks them, host by host one after the other; what there was no time for is asked the next time. */
async function askAll(urls: readonly string[], pace: Pace): Promise<Map<string, Verdict>> {
  const ends = performance.now() + pace.until;
  const verdicts = new Map<string, Verdict>();
  const hosts = [...Map.groupBy(urls, (url) => new URL(url).host).values()];
  const one = async () => {
    for (let host = hosts.shift(); host; host = hosts.shift())
      for (const [at, url] of host.slice(0, pace.ofHost).entries()) {
        if (performance.now() > ends) return;
        if (at) await new Promise((done) => setTimeout(done, pace.pause));
        verdicts.set(url, await askLink(url, pace.silence));
      }
  };
  await Promise.all(Array.from({ length: pace.hosts }, one));
  // Where nobody at all was reached it is the hub that has no way out, and no link is to blame.
  const asked = [...verdicts];
  const cut =
    new Set(asked.map(([url]) => new URL(url).host)).size > 2 &&
    asked.every(([, verdict]) => verdict === 'broken' || verdict === 'silent' || verdict === 'unknown');
  return cut ? new Map(asked.map(([url]) => [url, 'unknown'])) : verdicts;
}

async function keep(verdicts: ReadonlyMap<string, Verdict>): Promise<void> {
  const rows = JSON.stringify([...verdicts].map(([url, verdict]) => ({ url, verdict })));
  await as(clerk, (tx) =>
    sql`update app.outer_links l set asked_at = now(),
        answered_at = case when v.verdict = 'answers' then now() else l.answered_at end,
        failures = case v.verdict when 'answers' then 0 when 'unknown' then l.failures else l.failures + 1 end,
        failing_since = case v.verdict when 'answers' then null when 'unknown' then l.failing_since else coalesce(l.failing_since, now()) end,
        fault = case v.verdict when 'answers' then null when 'unknown' then l.fault else v.verdict end,
        told_at = case when v.verdict = 'answers' then null else l.told_at end
      from jsonb_to_recordset(${rows}::jsonb) as v(url text, verdict text) where v.url = l.url`.execute(tx),
  );
}
