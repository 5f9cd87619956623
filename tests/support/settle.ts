import type { Client } from 'pg';
import { sealLog } from '#domains/audit/seal-log.server.ts';

/** Seals until nothing waits. Other tests' transactions on the same server hold the horizon back for a moment, so once may not do. */
export async function settle(behind: Client): Promise<void> {
  for (let n = 0; n < 200; n++) {
    await sealLog();
    const { rows } = await behind.query(`select (select count(*) from app.audit_notes)
      + (select count(*) from app.events e where not exists (select from app.audit_entries a where a.source = 'event' and a.source_id = e.id)) = 0 as done`);
    if (rows[0].done) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the log was not sealed within ten seconds');
}
