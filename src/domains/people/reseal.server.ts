import { sql } from 'kysely';
import { currentKey } from '#platform/keys.server.ts';
import { as } from '#platform/database/open.server.ts';
import { seal, unseal } from '#platform/seal.server.ts';

const BATCH = 200;
const clerk = { kind: 'clerk' } as const;
type Sealed = { kind: string; id: string; sealed: string };

/** The values that an older version of the key `seal` closes, at most so many. */
export async function staleValues(most = BATCH): Promise<Sealed[]> {
  const present = String(currentKey('seal').version);
  const { rows } = await as(clerk, (tx) => sql<Sealed>`select kind, id, sealed from app.sealed_values(${present}, ${most})`.execute(tx));
  return rows;
}

/** Closes with the present key what an older one closes, and gives back how many; what does not open is left as it is. Safe beside people who change theirs, and beside itself. */
export async function resealValues(): Promise<{ resealed: number; unopened: number }> {
  const done = { resealed: 0, unopened: 0 };
  for (;;) {
    // What does not open comes again each time: it must not hide what stands behind it.
    const rows = (await staleValues(BATCH + done.unopened)).map((row) => ({ ...row, plain: unseal(row.kind, row.id, row.sealed) }));
    const open = rows.filter((row) => row.plain !== undefined);
    done.unopened = rows.length - open.length;
    if (open.length === 0) return done;
    for (const { kind, id, sealed, plain } of open) {
      const after = seal(kind, id, plain!);
      const { rows: changed } = await as(clerk, (tx) => sql<{ yes: boolean }>`select app.reseal(${kind}, ${id}, ${sealed}, ${after}) as yes`.execute(tx));
      if (changed[0]?.yes) done.resealed++;
    }
  }
}
