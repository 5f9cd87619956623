import { sql } from 'kysely';
import { dutyName } from '#domains/people/ui/kinds.ts';
import { getLocale } from '#paraglide/runtime.js';
import type { Tx } from '#platform/database/open.server.ts';
import { formatMoment } from '#ui/time.ts';

type Row = { must: boolean; duty: string | null; name: string | null; at: Date | null; time_zone: string };

/**
 * What may be behind a "not found" in answer to what I send: terms that I have not accepted, or a duty that ended these days, my own or one I held for
 * somebody. It says something of me alone, so it can stand beside any refusal. Undefined: nothing of that kind.
 */
export async function findWhyRefused(tx: Tx): Promise<{ code: string; details: Record<string, unknown> } | undefined> {
  const { rows } = await sql<Row>`
    select app.must_agree() as must, l.duty, l.standing_for as name, l.at, s.time_zone from app.my_settings() s left join app.my_lost_duty() l on true`.execute(
    tx,
  );
  const row = rows[0];
  if (row?.must) return { code: 'govern.agreement.needed_here', details: {} };
  if (!row?.duty || !row.at) return undefined;
  const moment = formatMoment(row.at, row.time_zone, getLocale());
  return { code: row.name ? 'govern.duty.over_for' : 'govern.duty.over', details: { duty: dutyName(row.duty), moment, name: row.name } };
}
