import { sealLog } from '#domains/audit/seal-log.server.ts';

type Row = { done: boolean };
type Asking = { query(text: string): Promise<{ rows: Row[] }> } | ((text: string) => Promise<Row[]>);

/** Seals until nothing waits. Other tests' transactions on the same server hold the horizon back for a moment, so once may not do. */
export async function settle(behind: Asking): Promise<void> {
  const ask = typeof behind === 'function' ? behind : async (text: string) => (await behind.query(text)).rows;
  for (let n = 0; n < 1_200; n++) {
    await sealLog();
    const [row] = await ask(`select (select count(*) from app.audit_notes)
      + (select count(*) from app.events e where not exists (select from app.audit_entries a where a.source = 'event' and a.source_id = e.id)) = 0 as done`);
    if (row?.done) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the log was not sealed within a minute');
}
