/** The bus: tells every process that something was committed. It carries a position, or a hint to one member's windows, and never what happened; whoever hears it reads the tables. */
import { onCommit, type TxNotes } from '#platform/database/open.server.ts';
import { postgresBus } from './postgres-bus.server.ts';

/** About what, and whose windows; or that the hub's settings were changed. Not the log: who read when is nobody's business. */
export type Hint = NonNullable<TxNotes['hint']>;

export type Bus = {
  /** Says that something was committed; cheap, does not wait, and many calls become one signal. */
  wake(): void;
  /** Hears every signal, one's own included. Gives back how to stop hearing. */
  onWake(hear: () => void): () => void;
  /** Says that a member's open windows should look again. It is kept nowhere and may be lost: whoever relies on it asks the tables. */
  hint(hint: Hint): void;
  /** Hears every hint, one's own included. Gives back how to stop hearing. */
  onHint(hear: (hint: Hint) => void): () => void;
  close(): Promise<void>;
};

let bus: Bus | undefined;

/** The bus of this process; made on first use. */
export function theBus(): Bus {
  bus ??= postgresBus();
  return bus;
}

/** Lets every transaction that recorded an event, or left a hint, tell the bus after its commit. Call once when the process starts. */
export function connectBus(): void {
  onCommit((notes) => {
    if (notes.wake) theBus().wake();
    if (notes.hint) theBus().hint(notes.hint);
  });
  const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ??= []) as Array<() => Promise<void>>;
  stops.push(closeBus);
}

/** Ends the bus; the next use makes a new one. */
export async function closeBus(): Promise<void> {
  const ended = bus;
  bus = undefined;
  await ended?.close();
}
