import { oneLine } from '#platform/fault.ts';

const PATIENCE = 7_500;

/** What has to be undone when the process ends, last in first out. */
export type Life = {
  onStop(name: string, undo: () => Promise<void> | void): void;
  /** Resolves when a signal came. */
  readonly ended: Promise<void>;
  readonly ending: boolean;
};

/**
 * Runs `begin`, waits for SIGINT, SIGTERM or SIGHUP, then undoes everything in reverse order, all within 8 seconds. A signal
 * during `begin` lets its present step finish first, so that nothing is left half-started. Failures of `begin` are thrown after undoing.
 */
export async function live(begin: (life: Life) => Promise<void>): Promise<void> {
  const undo: { name: string; run: () => Promise<void> | void }[] = [];
  const signal = Promise.withResolvers<void>();
  let ending = false;
  const onSignal = () => {
    // A second signal changes nothing: the terminal and npm both pass it on.
    if (ending) return;
    ending = true;
    setTimeout(() => {
      process.stderr.write('Stopping took too long; what was still running was cut off.\n');
      process.exit(1);
    }, PATIENCE).unref();
    signal.resolve();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  const life: Life = {
    onStop: (name, run) => undo.push({ name, run }),
    ended: signal.promise,
    get ending() {
      return ending;
    },
  };
  let failure: unknown;
  try {
    const begun = begin(life);
    // A step that hangs must not keep the rest from stopping.
    await Promise.race([begun, signal.promise.then(() => new Promise((resolve) => setTimeout(resolve, 3_000).unref()))]);
    await signal.promise;
  } catch (error) {
    if (!ending) failure = error;
  }
  for (const { name, run } of undo.reverse()) {
    try {
      await run();
    } catch (error) {
      process.stderr.write(`${name}: ${oneLine(error)}\n`);
    }
  }
  if (failure !== undefined) throw failure;
}

/**
 * Runs what modules and the built application left in the shared list (pools, streams): they know best how to end. Again until it stays empty: a
 * stream's last look may have opened a pool anew while the others were closing.
 */
export async function runShutdownList(): Promise<void> {
  // What is said to the database comes before the lines to it are closed: a question asked of a closing pool is never answered.
  const farewells = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.farewell')] ??= []) as (() => Promise<void>)[];
  if (farewells.length > 0) {
    const late = new Promise((resolve) => setTimeout(resolve, 1_000));
    await Promise.race([late, Promise.allSettled(farewells.splice(0).map((each) => each()))]);
  }
  const list = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ??= []) as (() => Promise<void>)[];
  while (list.length > 0) await Promise.allSettled(list.splice(0).map((each) => each()));
}
