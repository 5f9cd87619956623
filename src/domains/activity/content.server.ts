import { as, type Tx } from '#platform/database/open.server.ts';
import type { LogEvent } from './log.server.ts';

/** What a frame shows of its subject, the same for everybody who may read it; label = its TLP label, if it has one; audience = who may read the subject, whatever the event says. */
export type Content = { label: string | null; audience: number; content: Record<string, unknown> };
type Source = (tx: Tx, ids: string[]) => Promise<Map<string, Content>>;

const sources = new Map<string, Source>();

/** A room says how frames about its kind of subject are filled; called by the wiring. */
export function fillFrames(subjectKind: string, source: Source): void {
  sources.set(subjectKind, source);
}

/** Does a frame about this kind carry words? */
export function hasContent(subjectKind: string): boolean {
  return sources.has(subjectKind);
}

/** Reads what events show, as one connected reader: row-level security decides, not the relay. What that reader may not see is missing. */
export async function readContent(key: string, events: LogEvent[]): Promise<Map<string, Content>> {
  const found = new Map<string, Content>();
  await as({ kind: 'person', key }, async (tx) => {
    for (const kind of new Set(events.map((event) => event.subject_kind))) {
      const ids = [...new Set(events.filter((event) => event.subject_kind === kind).map((event) => event.subject_id))];
      for (const [id, content] of (await sources.get(kind)?.(tx, ids)) ?? []) found.set(`${kind}:${id}`, content);
    }
  });
  return found;
}
