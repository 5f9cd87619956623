import { sql } from 'kysely';
import { dropBytes, dropDrafts, keptHashes } from '#domains/files/bytes.server.ts';
import { dropOldPieces } from '#domains/files/pieces.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { dropKeptMails } from '#platform/mail.server.ts';
import { dropPackages } from './exports/folder.server.ts';
import { BEGINNING, steps } from './remove-due.server.ts';

export type Removed = Array<{ kind: string; label: string | null; n: number }>;
type Options = { dryRun?: boolean; say?: (line: string) => void };

const archivist = { kind: 'archivist' } as const;
const DAY = 86_400_000;

/**
 * Removes whatever the rules say is due and no hold keeps, batch by batch, each a transaction that carries its own count; a dry run changes nothing.
 * One kind that fails does not stop the others; the first failure is thrown at the end.
 */
export async function runRetention({ dryRun = false, say = () => {} }: Options = {}): Promise<Removed> {
  const run = newId();
  const sums = new Map<string, Removed[number]>();
  const all = () => [...sums.values()];
  let failed: unknown;
  for (const step of steps) {
    for (let after: string | undefined = BEGINNING; after !== undefined; ) {
      try {
        const from: string = after;
        const batch = await as(archivist, async (tx) => {
          const done = await step.batch(tx, from, dryRun);
          const before = all().map((each) => ({ ...each }));
          if (!dryRun && done.removed.length) await tell(tx, run, merged(before, done.removed), false);
          return done;
        });
        for (const each of batch.removed) add(sums, each);
        if (batch.removed.length) say(`${step.name}: ${batch.removed.reduce((n, each) => n + each.n, 0)}`);
        after = batch.next;
      } catch (error) {
        // Somebody came in between (a hold, a message in a thread that was going): the batch is undone whole, the next run looks again.
        failed ??= error;
        after = undefined;
      }
    }
  }
  // Copies are counted nowhere: a number would say that something is held.
  if (!dryRun) await as(archivist, (tx) => sql`select app.drop_free_copies(), app.drop_spent_sso_requests()`.execute(tx));
  await sweepFolders(sums, dryRun);
  if (!dryRun && sums.size) await as(archivist, (tx) => tell(tx, run, all(), true));
  if (failed) throw failed;
  return all();
}

/** Bytes that no row names, and mails kept in the data folder; nothing younger than a day, which somebody may be about to name. */
async function sweepFolders(sums: Map<string, Removed[number]>, dry: boolean): Promise<void> {
  const yesterday = Date.now() - DAY;
  const hashes = keptHashes(yesterday);
  for (let i = 0; i < hashes.length; i += 1_000) {
    const some = hashes.slice(i, i + 1_000);
    const { rows } = await as(archivist, (tx) =>
      sql<{
        hash: string;
      }>`select encode(x.sha256, 'hex') as hash from (select sha256 from app.files union all select sha256 from app.attachments union all select sha256 from app.uploads
            union all select sha256 from app.import_files union all select sha256 from app.draft_pictures) x
          where x.sha256 = any(array(select decode(h, 'hex') from unnest(${some}::text[]) h))`.execute(tx),
    );
    const named = new Set(rows.map(({ hash }) => hash));
    if (!dry) for (const hash of some) if (!named.has(hash)) dropBytes(hash, yesterday);
  }
  // Files that never became whole: their rows went a day after they began.
  if (!dry) {
    dropOldPieces(yesterday);
    dropDrafts(yesterday);
  }
  // Packages nobody fetched in their three days.
  if (!dry) dropPackages(Date.now() - 3 * DAY);
  const mail = await as(archivist, (tx) =>
    sql<{ days: number | null }>`select case when not app.anything_held() then app.keep_days('mail', null) end as days`.execute(tx),
  );
  const days = mail.rows[0]?.days;
  const n = days ? dropKeptMails(Date.now() - days * DAY, dry) : 0;
  if (n) add(sums, { kind: 'mail', label: null, n });
}

const tell = (tx: Tx, run: string, removed: Removed, over: boolean) =>
  sql`select app.retention_ran(${run}, ${JSON.stringify(Object.fromEntries(removed.map(({ kind, label, n }) => [label ? `${kind} ${label}` : kind, n])))}::jsonb, ${over})`.execute(
    tx,
  );

function add(sums: Map<string, Removed[number]>, { kind, label, n }: Removed[number]): void {
  const sum = sums.get(`${kind} ${label}`);
  if (sum) sum.n += n;
  else sums.set(`${kind} ${label}`, { kind, label, n });
}

function merged(before: Removed, more: Removed): Removed {
  const sums = new Map(before.map((each) => [`${each.kind} ${each.label}`, each]));
  for (const each of more) add(sums, each);
  return [...sums.values()];
}
