import type { Reason, Report, ReportLine } from './model.ts';

export type ReportPart = 'in' | 'changed' | 'left_out';
export type ReportGroup = { part: ReportPart; reason: Reason; key: string; lines: ReportLine[] };

/** A report in groups, one for each part and reason, in the order in which they first occur; `key` names the sentence in `messages/`. */
export function groupReport(report: Report): ReportGroup[] {
  const parts: [ReportPart, ReportLine[]][] = [
    ['in', report.in],
    ['changed', report.changed],
    ['left_out', report.leftOut],
  ];
  return parts.flatMap(([part, lines]) => {
    const groups = new Map<Reason, ReportGroup>();
    for (const line of lines) {
      const group = groups.get(line.reason) ?? { part, reason: line.reason, key: `exchange_gitbook_${line.reason}`, lines: [] };
      group.lines.push(line);
      groups.set(line.reason, group);
    }
    return [...groups.values()];
  });
}

/** The values a report's sentence is filled with: sizes in megabytes, control characters of hostile names made visible. */
export function wordsOf(line: ReportLine): Record<string, string> {
  const shown = (value: string | number): string =>
    String(value)
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
      .slice(0, 300);
  const words: Record<string, string> = { what: shown(line.what), where: shown(line.where) };
  for (const [key, value] of Object.entries(line.data ?? {})) {
    const bytes = (key === 'size' || (key === 'limit' && /large/.test(line.reason))) && typeof value === 'number';
    words[key] = bytes ? `${Math.ceil(value / 104857.6) / 10} MB` : shown(value);
  }
  return words;
}
