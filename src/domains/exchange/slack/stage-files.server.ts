import { sql } from 'kysely';
import { FILE_LIMIT, plainName } from '#domains/files/model.ts';
import { type Taken, takeIn } from '#domains/files/take-in.server.ts';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { Fault } from '#platform/fault.ts';
import { Refusal } from '#platform/errors.ts';
import { scanBytes } from '#platform/scanner.server.ts';
import { type Said, tell } from './model.ts';
import type { SlackReading } from './read-slack.server.ts';

const clerk = { kind: 'clerk' } as const;

/** Takes in the files of these messages as if they were sent in here: pictures drawn anew, the rest never shown. Only of messages that wait and have none yet. How many. */
export async function stageFiles(reading: SlackReading, place: string, said: Said[]): Promise<number> {
  const some = said.filter(({ files }) => files.some(({ path }) => path));
  if (!some.length) return 0;
  const { rows } = await as(clerk, (tx) =>
    sql<{
      source_key: string;
    }>`select source_key from app.import_messages m where place_id = ${place} and source_key = any(${some.map(({ key }) => key)}::text[]) and landed_at is null
      and not exists (select from app.import_files f where f.place_id = m.place_id and f.source_key = m.source_key)`.execute(tx),
  );
  const waiting = new Set(rows.map(({ source_key }) => source_key));
  let taken = 0;
  for (const { key, files } of some.filter((one) => waiting.has(one.key))) {
    const rows: Array<Taken & { place: number; name: string }> = [];
    for (const { name, path } of files) {
      const file = path && (await takeFile(reading, name, path));
      if (file) rows.push({ place: rows.length + 1, name: plainName(name), ...file });
    }
    if (!rows.length) continue;
    await as(clerk, (tx) =>
      sql`insert into app.import_files (place_id, source_key, place, name, mime, size, sha256, width, height)
        select ${place}, ${key}, x.place, x.name, x.mime, x.size, decode(x.hash, 'hex'), x.width, x.height
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) x(place int, name text, mime text, size bigint, hash text, width int, height int)`.execute(
        tx,
      ),
    );
    taken += rows.length;
  }
  return taken;
}

/** One that cannot be read, is none, or in which the malware scanner finds something is told; the message comes in without it. Throws a Fault while a scanner that is set does not answer. */
export async function takeFile(reading: Pick<SlackReading, 'file' | 'report'>, name: string, path: string): Promise<Taken | undefined> {
  try {
    const bytes = await reading.file(path, FILE_LIMIT);
    if (!config().scanner || (await clean(bytes))) return await takeIn(bytes);
    tell(reading.report, 'file_infected', name, path);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal) && !(error as { problem?: string }).problem && (error as Error).message !== 'too large') throw error;
    tell(reading.report, 'file_damaged', name, path);
    return undefined;
  }
}

async function clean(bytes: Uint8Array): Promise<boolean> {
  try {
    return (await scanBytes(bytes)).found === null;
  } catch (error) {
    throw new Fault(`The malware scanner does not answer (${(error as Error).message}): start it and run the import again, it goes on from here.`, {
      cause: error,
    });
  }
}
