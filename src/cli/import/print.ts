import { groupReport, wordsOf } from '#domains/exchange/gitbook/report.ts';
import type { Landed, Outcome } from '#domains/library/import/model.ts';
import type { Imported } from './gitbook.ts';
import { say } from './words.ts';

const OUTCOMES: Outcome[] = ['created', 'edited', 'joined', 'unchanged', 'kept', 'clash', 'waiting', 'declined', 'retired'];
/** What the reading took in is told space by space; the pages and files one by one stand in the JSON. */
const TOLD = new Set(['page', 'asset', 'space']);
const visible = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');

/** An import in words, line by line: what came in, what was changed on the way, what was left out and why. */
export function printImport(done: Imported): string[] {
  const lines = [say('exchange_gitbook_part_in')];
  for (const space of done.spaces) lines.push(...spaceLines(space));
  for (const { space, why } of done.failed) lines.push(`  ${say('exchange_import_failed', { space, why })}`);
  let part = '';
  for (const group of groupReport(done.report)) {
    if (TOLD.has(group.reason) || group.part === 'in') continue;
    if (group.part !== part) lines.push('', say(`exchange_gitbook_part_${group.part}`));
    part = group.part;
    for (const line of group.lines) lines.push(`  ${say(group.key, wordsOf(line))}`);
  }
  const changed = done.spaces.flatMap((space) => space.pages).filter((page) => ['created', 'edited', 'joined'].includes(page.outcome)).length;
  const seconds = (done.milliseconds / 1000).toFixed(1);
  return [...lines, '', say('exchange_import_done', { spaces: done.spaces.length, seconds, changed, failed: done.failed.length })].map(visible);
}

function spaceLines(space: Landed): string[] {
  const { files, controls, requests } = space;
  const head = `  ${say(space.isNew ? 'exchange_import_head_space_new' : 'exchange_import_head_space', { title: space.title, slug: space.slug })}`;
  const counts = OUTCOMES.map((outcome) => ({ outcome, count: space.pages.filter((page) => page.outcome === outcome).length })).filter(({ count }) => count);
  const still = !requests.length && !files.kept && !space.redirects && counts.every(({ outcome }) => outcome === 'unchanged');
  const lines: string[] = [];
  if (still) lines.push(say('exchange_import_nothing', { pages: space.pages.length, controls: controls.kept, files: files.there }));
  else {
    lines.push(say('exchange_import_pages', { list: counts.map(({ outcome, count }) => say(`exchange_import_outcome_${outcome}`, { count })).join(', ') }));
    if (space.placed && requests.length) lines.push(say('exchange_import_placed', { count: space.placed }));
    if (requests.length) lines.push(say('exchange_import_controls', { kept: controls.kept, fresh: controls.fresh, retired: controls.retired.length }));
    if (controls.retired.length && requests.length) lines.push(say('exchange_import_retired_slugs', { slugs: controls.retired.join(', ') }));
    if (files.kept || files.there) lines.push(say('exchange_import_files', { kept: files.kept, there: files.there }));
    if (space.redirects) lines.push(say('exchange_import_redirects', { count: space.redirects }));
  }
  for (const { name, where } of files.refused) lines.push(say('exchange_import_file_refused', { name, where }));
  for (const name of files.waiting) lines.push(say('exchange_import_file_waiting', { name }));
  for (const { number, merged, kind } of requests)
    lines.push(say(merged ? 'exchange_import_merged' : kind === 'aside' ? 'exchange_import_aside' : 'exchange_import_open', { number, slug: space.slug }));
  for (const page of space.pages)
    if (page.request && ['clash', 'waiting', 'declined'].includes(page.outcome))
      lines.push(
        say(page.outcome === 'declined' ? 'exchange_import_page_declined' : 'exchange_import_page_request', {
          title: page.title,
          path: page.path,
          number: page.request,
          slug: space.slug,
        }),
      );
  return [head, ...lines.map((line) => `    ${line}`)];
}
