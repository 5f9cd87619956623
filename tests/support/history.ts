/** What clients wrote down of a run full of faults, and what is wrong with it. Knows nothing of how it came about, so that it can be shown bad histories. */

/** The hub said yes to this message. `sent` and `at`: when it was first tried, when the yes came; wall clock, milliseconds. */
export type Acknowledged = { by: string; key: string; id: string; thread: string; number: number; sent: number; at: number };
/** A row as it stands at the end, read behind everything. */
export type Stored = { id: string; by: string; key: string; thread: string; conversation: string; number: number; inConversation: number };
/** A message that reached somebody: in their stream, or when they loaded a thread. */
export type Heard = { id: string; thread: string; number: number; at: number };
/** What one client shows at the end, thread by thread, and everything it was ever told. */
export type Reader = { who: string; shows: Record<string, Array<{ id: string; number: number }>>; heard: Heard[] };
export type History = {
  acknowledged: Acknowledged[];
  /** Every key that anybody ever sent, acknowledged or not. */
  sent: string[];
  stored: Stored[];
  readers: Reader[];
  removed: Array<{ who: string; at: number }>;
};

/** Milliseconds after which somebody removed hears nothing any more. */
export const GRACE = 5_000;

/** Everything that is wrong with a history, in words; none when it is as promised. */
export function findFaults(history: History): string[] {
  return [...lostOrDoubled(history), ...outOfOrder(history), ...wronglyShown(history), ...toldAfterwards(history)];
}

/** Every acknowledged message is there once, as it was acknowledged, and nothing that nobody sent. */
function lostOrDoubled({ acknowledged, sent, stored }: History): string[] {
  const faults: string[] = [];
  const byKey = Map.groupBy(stored, ({ by, key }) => `${by} ${key}`);
  for (const [key, rows] of byKey) if (rows.length > 1) faults.push(`stored ${rows.length} times: ${key}`);
  for (const { by, key, id, thread, number } of acknowledged) {
    const [row] = byKey.get(`${by} ${key}`) ?? [];
    if (!row) faults.push(`lost: ${by} ${key}, acknowledged as ${number}`);
    else if (row.id !== id || row.thread !== thread || row.number !== number)
      faults.push(`acknowledged as ${id} ${number} in ${thread}, stored as ${row.id} ${row.number} in ${row.thread}`);
  }
  const known = new Set(sent);
  for (const { key, id } of stored) if (!known.has(key)) faults.push(`stored and never sent: ${id}`);
  return faults;
}

/** Numbers are dense in thread and conversation, and who writes one after the other is numbered so. */
function outOfOrder({ acknowledged, stored }: History): string[] {
  const faults: string[] = [];
  const dense = (rows: Stored[], number: (row: Stored) => number, where: string) => {
    const numbers = rows.map(number).sort((a, b) => a - b);
    const at = numbers.findIndex((each, i) => each !== i + 1);
    if (at >= 0) faults.push(`${where}: number ${numbers[at]} stands where ${at + 1} should`);
  };
  for (const [thread, rows] of Map.groupBy(stored, (row) => row.thread)) dense(rows, (row) => row.number, `thread ${thread}`);
  for (const [talk, rows] of Map.groupBy(stored, (row) => row.conversation)) dense(rows, (row) => row.inConversation, `conversation ${talk}`);
  for (const [whose, mine] of Map.groupBy(acknowledged, ({ by, thread }) => `${by} in ${thread}`)) {
    const inTime = mine.toSorted((a, b) => a.sent - b.sent);
    for (const [i, each] of inTime.entries()) {
      const before = inTime[i - 1];
      if (before && before.at <= each.sent && before.number >= each.number) faults.push(`reordered: ${whose} wrote ${before.number} before ${each.number}`);
    }
  }
  return faults;
}

/** Whoever still reads shows exactly what is stored, in its order; and a number never meant two messages to anybody. */
function wronglyShown({ stored, readers, removed }: History): string[] {
  const faults: string[] = [];
  const threads = Map.groupBy(stored, (row) => row.thread);
  for (const { who, shows, heard } of readers) {
    const meant = new Map<string, string>();
    for (const { thread, number, id } of heard) {
      const before = meant.get(`${thread} ${number}`);
      if (before && before !== id) faults.push(`${who} was told two messages as ${number} of ${thread}`);
      meant.set(`${thread} ${number}`, id);
    }
    if (removed.some((each) => each.who === who)) continue;
    for (const [thread, list] of Object.entries(shows)) {
      const wanted = (threads.get(thread) ?? []).toSorted((a, b) => a.number - b.number);
      const at = wanted.findIndex((row, i) => list[i]?.id !== row.id || list[i]?.number !== row.number);
      if (at >= 0) faults.push(`${who} shows ${list[at]?.number ?? 'nothing'} as message ${at + 1} of ${thread}`);
      else if (list.length > wanted.length) faults.push(`${who} shows ${list.length - wanted.length} more than there are in ${thread}`);
    }
  }
  return faults;
}

/** Nothing reaches whoever was removed, once the time for it is over. */
function toldAfterwards({ readers, removed }: History): string[] {
  return removed.flatMap(({ who, at }) => {
    const late = readers.filter((each) => each.who === who).flatMap(({ heard }) => heard.filter((each) => each.at > at + GRACE));
    return late.map((each) => `${who} was told ${each.id} ${each.at - at} ms after being removed`);
  });
}
