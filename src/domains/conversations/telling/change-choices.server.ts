import { sql } from 'kysely';
import { keyOf, storedHash } from '#domains/people/secrets.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import type { Choices, Told } from './choices.ts';

/** How I am told of messages. Refuses with common.not_found (not signed in). */
export async function findChoices(tx: Tx): Promise<Told> {
  const clock = (minutes: ReturnType<typeof sql>) => sql`to_char(make_time(${minutes} / 60, ${minutes} % 60, 0), 'HH24:MI')`;
  const { rows } = await sql<Told>`
    select coalesce(c.mail_mentions, 'now') as mail_mentions, coalesce(c.mail_direct, 'now') as mail_direct, coalesce(c.mail_followed, 'daily') as mail_followed, coalesce(c.push, 'calls') as push,
        ${clock(sql`coalesce(c.digest_at, 480)`)} as digest_at, ${clock(sql`c.quiet_from`)} as quiet_from, ${clock(sql`c.quiet_until`)} as quiet_until, s.time_zone
      from app.my_settings() s left join app.telling_choices c on c.member_id = app.me()`.execute(tx);
  if (!rows[0]) throw new Refusal('common.not_found', { status: 404 });
  return rows[0];
}

/**
 * Says how I want to be told. Refuses with common.not_found (not signed in, or a token that only reads), conversations.telling.quiet_half (quiet hours
 * with one end), conversations.telling.quiet_empty (that begin when they end).
 */
export async function changeChoices(tx: Tx, input: Choices): Promise<Told> {
  await findChoices(tx);
  const { quiet_from: from, quiet_until: until } = input;
  const half = (from === undefined) !== (until === undefined) || (from === null) !== (until === null);
  if (half) throw new Refusal('conversations.telling.quiet_half', { details: { path: 'quiet_until' } });
  if (typeof from === 'number' && from === until) throw new Refusal('conversations.telling.quiet_empty', { details: { path: 'quiet_until' } });
  const kept = <T>(given: T | undefined, column: string) => (given === undefined ? sql.ref(`app.telling_choices.${column}`) : sql`${given}`);
  try {
    await sql`
      insert into app.telling_choices (member_id, mail_mentions, mail_direct, mail_followed, push, digest_at, quiet_from, quiet_until)
        values (app.me(), ${input.mail_mentions ?? 'now'}, ${input.mail_direct ?? 'now'}, ${input.mail_followed ?? 'daily'}, ${input.push ?? 'calls'}, ${input.digest_at ?? 480}, ${from ?? null}, ${until ?? null})
        on conflict (member_id) do update set mail_mentions = ${kept(input.mail_mentions, 'mail_mentions')}, mail_direct = ${kept(input.mail_direct, 'mail_direct')},
          mail_followed = ${kept(input.mail_followed, 'mail_followed')}, push = ${kept(input.push, 'push')}, digest_at = ${kept(input.digest_at, 'digest_at')},
          quiet_from = ${kept(from, 'quiet_from')}, quiet_until = ${kept(until, 'quiet_until')}`.execute(tx);
  } catch (caught) {
    if ((caught as { code?: string }).code === '42501') throw new Refusal('common.not_found', { status: 404 });
    throw caught;
  }
  return findChoices(tx);
}

/** Ends the kinds of mail that a mail was of, by the link that came with it; false for a link that is not known. */
export async function stopMail(tx: Tx, input: { token: string }): Promise<boolean> {
  const { rows } = await sql<{ done: boolean }>`select app.stop_mail(${storedHash(keyOf(input.token))}) as done`.execute(tx);
  return rows[0]?.done ?? false;
}
