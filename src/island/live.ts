/**
 * One event stream per browser: the tab that holds the lock listens and passes frames on, the others hear it over a BroadcastChannel.
 * When that tab closes, another takes the lock and resumes after the last frame it has heard.
 */
export type Frame = { id: string; kind: string; subject_kind: string; subject_id: string; at?: string; data?: Record<string, unknown>; content?: unknown };
/** What tabs tell each other. `hello`: I have just been opened, what did I miss? `read`: I have read something, look again. */
export type Said =
  | { what: 'frame'; frame: Frame }
  | { what: 'resync' }
  | { what: 'position'; id: string; at: string }
  | { what: 'line'; up: boolean }
  | { what: 'read' }
  | { what: 'hello' };

const frames = new Set<(frame: Frame) => void>();
const resyncs = new Set<() => void>();
const positions = new Set<(at: string) => void>();
const lines = new Set<(up: boolean) => void>();
const reads = new Set<() => void>();
// The page says where the log stood when it was made: nothing between then and the opening of the stream is missed.
let last = document.querySelector<HTMLElement>('[data-cursor]')?.dataset['cursor'] ?? '';
let channel: BroadcastChannel | undefined;
const recent: Frame[] = [];
let refusals = 0;

/** Hears every frame this person may hear. */
export const onFrame = (hear: (frame: Frame) => void): void => void frames.add(hear);
/** Called when frames may have been missed: fetch again what is shown. */
export const onResync = (hear: () => void): void => void resyncs.add(hear);
/** Called when everything up to a moment has been heard. */
export const onPosition = (hear: (at: string) => void): void => void positions.add(hear);
/** Called when the line goes down or comes back. */
export const onLine = (hear: (up: boolean) => void): void => void lines.add(hear);

/** Called when I have read something in another tab, window or device. */
export const onRead = (hear: () => void): void => void reads.add(hear);
/** Tells the other tabs that something was read here. */
export const sayRead = (): void => channel?.postMessage({ what: 'read' } satisfies Said);

/** The subjects a frame touches, as `kind:id`: its own, and every `something_id` in its data. */
export function subjectsOf(frame: Frame): string[] {
  const found = [`${frame.subject_kind}:${frame.subject_id}`];
  for (const [key, value] of Object.entries(frame.data ?? {})) if (key.endsWith('_id') && typeof value === 'string') found.push(`${key.slice(0, -3)}:${value}`);
  return found;
}

function hear(said: Said): void {
  if (said.what === 'frame') {
    if (said.frame.id) last = said.frame.id;
    recent.push(said.frame);
    if (recent.length > 50) recent.shift();
    for (const run of frames) run(said.frame);
  } else if (said.what === 'position') {
    last = said.id;
    for (const run of positions) run(said.at);
  } else if (said.what === 'resync') for (const run of resyncs) run();
  else if (said.what === 'line') for (const run of lines) run(said.up);
  else if (said.what === 'read') for (const run of reads) run();
}

// Where somebody between holds the stream back, not even its first word comes; an open one is never silent for longer than its heartbeat.
const FIRST = 10_000;
const SILENT = 50_000;
let watch: ReturnType<typeof setTimeout> | undefined;

/** The same frames, asked for one answer after the other: where a stream does not come through, answers that end do. */
async function poll(tell: (said: Said) => void): Promise<void> {
  current?.close();
  const mine = ++polls;
  let after = last;
  while (mine === polls) {
    const response = await fetch(`/events?poll=1${after && `&after=${encodeURIComponent(after)}`}`).catch(() => undefined);
    const answer = response?.ok && ((await response.json().catch(() => undefined)) as Polled | undefined);
    if (mine !== polls) return;
    if (!answer) {
      tell({ what: 'line', up: response?.status === 401 });
      if (response?.status !== 401 || ++refusals < 8) setTimeout(() => start(tell, true), 5_000);
      return;
    }
    tell({ what: 'line', up: true });
    if (answer.resync || !after) tell({ what: 'resync' });
    if (answer.read) tell({ what: 'read' });
    after = answer.cursor;
    for (const frame of answer.frames) tell({ what: 'frame', frame: { ...frame, id: after } });
    tell({ what: 'position', id: after, at: new Date(response.headers.get('date') ?? Date.now()).toISOString() });
  }
}
type Polled = { frames: Frame[]; cursor: string; resync: boolean; read: boolean };
let polls = 0;

/** `late`: somebody else listened before, and what was said between the two is known to nobody. */
function listen(tell: (said: Said) => void, late = false): EventSource {
  const alive = (wait: number): void => {
    clearTimeout(watch);
    watch = setTimeout(() => void poll(tell), wait);
  };
  alive(FIRST);
  const source = new EventSource(`/events${last ? `?after=${encodeURIComponent(last)}` : ''}`);
  let wasDown = false;
  let known = last !== '';
  const frame = (event: Event): void => {
    const { data, lastEventId } = event as MessageEvent<string>;
    try {
      tell({ what: 'frame', frame: { ...(JSON.parse(data) as Frame), id: lastEventId } });
    } catch {
      // A frame of a newer server than this script: the next page load brings the script.
    }
  };
  source.addEventListener('message', frame);
  source.addEventListener('resync', (event) => {
    last = (event as MessageEvent<string>).lastEventId;
    tell({ what: 'resync' });
  });
  source.addEventListener('position', (event) => {
    alive(SILENT);
    const { data, lastEventId } = event as MessageEvent<string>;
    tell({ what: 'position', id: lastEventId, at: (JSON.parse(data) as { at: string }).at });
    // What happened between the making of the page and this position is fetched once; asked any sooner, what comes in between would be in neither.
    if (!known) tell({ what: 'resync' });
    known = true;
  });
  source.addEventListener('read', () => tell({ what: 'read' }));
  source.addEventListener('open', () => {
    if (wasDown) tell({ what: 'line', up: true });
    // What was read elsewhere meanwhile is in no frame.
    if (wasDown || late) tell({ what: 'read' });
    wasDown = false;
    refusals = 0;
  });
  source.addEventListener('error', () => {
    if (!wasDown) setTimeout(() => wasDown && tell({ what: 'line', up: false }), 3_000);
    wasDown = true;
    // A refusal closes for good. A server that is starting refuses too, so it is asked again, but somebody signed out is not asked for ever.
    if (source.readyState === EventSource.CLOSED && ++refusals < 8) setTimeout(() => start(tell, true), 2_000 * 2 ** refusals * (0.5 + Math.random()));
  });
  return source;
}

let current: EventSource | undefined;
function start(tell: (said: Said) => void, late = false): void {
  current?.close();
  polls++;
  current = listen(tell, late);
}

/** Starts listening, itself or through the tab that does. */
export function startLive(): void {
  if (!('locks' in navigator) || !('BroadcastChannel' in window)) {
    start(hear);
    return;
  }
  const tabs = new BroadcastChannel('indaba');
  channel = tabs;
  let leads = false;
  tabs.onmessage = ({ data }: MessageEvent<Said>) => {
    // A tab that was just opened hears the latest frames again; those it has heard it knows.
    if (data.what === 'hello') {
      if (leads) for (const frame of recent) tabs.postMessage({ what: 'frame', frame } satisfies Said);
      return;
    }
    if (
      data.what === 'frame' &&
      recent.some((frame) => frame.id === data.frame.id && frame.kind === data.frame.kind && frame.subject_id === data.frame.subject_id)
    )
      return;
    hear(data);
  };
  tabs.postMessage({ what: 'hello' } satisfies Said);
  // A page that does not say where it stands asks once, when it does not get the lock.
  let late = false;
  const second = setTimeout(() => {
    late = true;
    if (!last) hear({ what: 'resync' });
  }, 500);
  void navigator.locks.request('indaba-events', () => {
    clearTimeout(second);
    leads = true;
    start((said) => {
      hear(said);
      tabs.postMessage(said);
    }, late);
    return new Promise(() => {});
  });
  // A page kept for "back" would hold the lock and hear nothing.
  addEventListener('pageshow', (event) => event.persisted && hear({ what: 'resync' }));
}
