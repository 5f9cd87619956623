import type { GitbookReading, Report } from '#domains/exchange/gitbook/model.ts';
import { planImport, type PlannedSpace } from '#domains/exchange/gitbook/plan-import.ts';
import { pictureAddress, readPictures } from '#domains/library/import/land-pictures.server.ts';
import { landSpace } from '#domains/library/import/land-space.server.ts';
import type { Landed } from '#domains/library/import/model.ts';
import { readLibrary } from '#domains/library/import/read-library.server.ts';
import { as } from '#platform/database/open.server.ts';
import { oneLine } from '#platform/fault.ts';
import { takeOutDocuments } from './documents.ts';
import { say } from './words.ts';

/** from: what the reason of the request calls the source, where that is not its public address or its title. */
export type ImportOptions = { publish: boolean; licence?: string | undefined; sourceUrl?: string | undefined; from?: string | undefined };
export type Imported = { published: boolean; spaces: Landed[]; failed: { space: string; why: string }[]; report: Report; milliseconds: number };

const clerk = { kind: 'clerk' } as const;

/**
 * Lands a reading in the library, each space in a transaction of its own: what fails is named and leaves nothing of that space,
 * the others stand.
 */
export async function importGitbook(reading: GitbookReading, options: ImportOptions): Promise<Imported> {
  const began = performance.now();
  const { known, existing, closed } = await as(clerk, readLibrary);
  const failed: Imported['failed'] = [];
  // A space that not everybody may read keeps its name to itself: public text neither joins it nor takes its address.
  const open = reading.spaces.filter((space) => !closed.has(space.slug));
  for (const space of reading.spaces)
    if (closed.has(space.slug)) failed.push({ space: space.title, why: say('exchange_import_address_taken', { slug: space.slug }) });
  takeOutDocuments(open, reading.report);
  const pictures = await readPictures(open.flatMap((space) => space.assets));
  const plan = planImport({ ...reading, spaces: open }, existing, (asset, slug) => pictureAddress(pictures, asset, slug));
  const spaces: Landed[] = [];
  for (const planned of plan) {
    try {
      spaces.push(
        await as(clerk, (tx) =>
          landSpace(tx, {
            planned,
            known: known.find((space) => space.slug === planned.existing?.slug),
            pictures,
            publish: options.publish,
            licence: options.licence ?? say('exchange_import_no_licence'),
            sources: [`GitBook: ${planned.imported.title}`],
            words: wordsFor(planned, options),
          }),
        ),
      );
    } catch (error) {
      failed.push({ space: planned.title, why: reasonOf(error) });
    }
  }
  return { published: options.publish, spaces, failed, report: reading.report, milliseconds: Math.round(performance.now() - began) };
}

function wordsFor(planned: PlannedSpace, options: ImportOptions): Parameters<typeof landSpace>[1]['words'] {
  const space = planned.title;
  return {
    title: say('exchange_import_request', { space }),
    aside: say('exchange_import_request_aside', { space }),
    reason: say('exchange_import_reason', {
      from: options.from ?? options.sourceUrl ?? planned.imported.title,
      pages: planned.pages.length,
      controls: planned.controls.length,
    }),
    asideReason: say('exchange_import_reason_aside'),
    replaced: say('exchange_import_replaced'),
  };
}

/** A refusal speaks by its code, and names the pages it is about. */
function reasonOf(error: unknown): string {
  const { code, details } = error as { code?: string; details?: { path?: string; problems?: { path?: string; code: string; line: number }[] } };
  if (!code?.includes('.')) return oneLine(error);
  const said = errorWords(code);
  const where =
    details?.problems?.slice(0, 5).map((problem) => `${problem.path} ${problem.line}: ${errorWords(problem.code)}`) ?? (details?.path ? [details.path] : []);
  return [said, ...where].join(' ');
}

const errorWords = (code: string): string => say(`error_${code.replaceAll('.', '_')}`);
