import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { isLocale } from '#paraglide/runtime.js';
import { files_infected_mail_subject, files_infected_mail_text } from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { sendMail } from '#platform/mail.server.ts';
import { scanBytes, type Verdict } from '#platform/scanner.server.ts';
import { settingsNow } from '#platform/settings/values.server.ts';
import { haveBytes, pathOfBytes } from './bytes.server.ts';

const clerk = { kind: 'clerk' } as const;

/**
 * Asks the malware scanner about files that wait for it: one, or all. While nobody can be asked they go on waiting, and the next run asks again: the page /health
 * says so. Gives back how many were looked at.
 */
export async function lookThrough(only?: string): Promise<number> {
  if (!config().scanner) return 0;
  const { rows } = await as(clerk, (tx) =>
    sql<{ id: string; hash: string }>`select id, encode(sha256, 'hex') as hash from app.uploads
      where looked = 'waiting' and (${only ?? null}::uuid is null or id = ${only ?? null}) order by created_at limit 200`.execute(tx),
  );
  let seen = 0;
  for (const { id, hash } of rows) {
    if (!haveBytes(hash)) continue;
    let verdict: Verdict;
    try {
      verdict = await scanBytes(readFileSync(pathOfBytes(hash)));
    } catch (error) {
      console.error(JSON.stringify({ level: 'error', job: 'files.look', cause: (error as Error).message }));
      continue;
    }
    const { found } = verdict;
    await as(clerk, (tx) =>
      sql`update app.uploads set looked = ${found === null ? 'clean' : 'infected'}, found = ${found} where id = ${id} and looked = 'waiting'`.execute(tx),
    );
    seen += 1;
  }
  return seen;
}

/** Tells every steward that the scanner found something in a file that a member sent in, and what became of it. */
export async function mailInfected({ ids }: { ids: { upload: string } }): Promise<void> {
  const { what, stewards } = await as(clerk, async (tx) => {
    const found = await sql<{ found: string; member: string }>`
      select u.found, m.name as member from app.uploads u join app.members m on m.id = u.member_id where u.id = ${ids.upload} and u.looked = 'infected'`.execute(
      tx,
    );
    const { rows } = await sql<{ name: string; email: string; locale: string }>`
      select m.name, a.email, m.locale from app.hub_roles r join app.members m on m.id = r.member_id join app.accounts a on a.member_id = m.id
       where r.role = 'steward' and m.status = 'active' and a.email <> ''`.execute(tx);
    return { what: found.rows[0], stewards: rows };
  });
  if (!what) return;
  const hub = (await settingsNow()).hub_name || 'Indaba';
  for (const { name, email, locale: spoken } of stewards) {
    const locale = isLocale(spoken) ? spoken : 'en';
    const text = files_infected_mail_text({ name, member: what.member, found: what.found, link: `${config().url}/audit` }, { locale });
    await sendMail({ to: email, subject: files_infected_mail_subject({ hub }, { locale }), text });
  }
}
