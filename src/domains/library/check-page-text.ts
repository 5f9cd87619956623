import { parseControls } from './text/controls.ts';
import { type Problem, splitPage } from './text/page.ts';

/** What is wrong with the text of a page, by line, before anybody is asked to review it. */
export function pageProblems(text: string): Problem[] {
  const { front, body, bodyLine, problem } = splitPage(text);
  const problems: Problem[] = problem ? [problem] : [];
  if (!problem && !front.title?.trim()) problems.push({ code: 'library.page.title_missing', line: 1 });
  const onPage = (line: number) => line + bodyLine - 1;
  const found = parseControls(body).problems.map((each) => {
    const first = each.details?.first;
    return { ...each, line: onPage(each.line), ...(typeof first === 'number' && { details: { ...each.details, first: onPage(first) } }) };
  });
  return [...problems, ...found];
}

/** Slugs of the controls that a text had and has no longer. */
export function droppedControls(before: string, after: string): string[] {
  const kept = new Set(parseControls(splitPage(after).body).controls.map((control) => control.slug));
  return parseControls(splitPage(before).body)
    .controls.map((control) => control.slug)
    .filter((slug) => !kept.has(slug));
}
