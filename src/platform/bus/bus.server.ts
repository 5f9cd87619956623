/** The bus: tells every process that something was committed. It carries a position and never what happened; whoever hears it reads the log. */
import { onCommit } from '#platform/database/open.server.ts';
import { postgresBus } from './postgres-bus.server.ts';

export type Bus = {
  /** Says that something was committed; cheap, does not wait, and many calls become one signal. */
  wake(): void;
  /** Hears every signal, one's own included. Gives back how to stop hearing. */
  onWake(hear: () => void): () => void;
  close(): Promise<void>;
};

let bus: Bus | undefined;

/** The bus of this process; made on first use. */
export function theBus(): Bus {
  bus ??= postgresBus();
  return bus;
}

/** Lets every transaction that recorded an event wake the bus after its commit. Call once when the process starts. */
export function connectBus(): void {
  onCommit(() => theBus().wake());
  const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ??= []) as Array<() => Promise<void>>;
  stops.push(closeBus);
}

/** Ends the bus; the next use makes a new one. */
export async function closeBus(): Promise<void> {
  const ended = bus;
  bus = undefined;
  await ended?.close();
}
