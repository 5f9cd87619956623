/** Who may: everybody of a policy test tries the same, and what came of it is told in a word. */
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';

type Actors = Record<string, Actor>;

/** Tries as one of them: 'done', or the code it was refused with. */
export const trier =
  (actors: Actors) =>
  (who: string, work: (tx: Tx) => Promise<unknown>): Promise<string> =>
    as(actors[who]!, work).then(
      () => 'done',
      (error: { code?: string }) => error.code ?? String(error),
    );

/**
 * Tries as all of them, in order, and names those who could. An answer among `no` counts as could not.
 * With `undo` each tries on the same ground: what worked is rolled back.
 */
export const asker =
  (actors: Actors, everyone: readonly string[], { no = [false], undo = false }: { no?: unknown[]; undo?: boolean } = {}) =>
  async (work: (tx: Tx, who: string) => Promise<unknown>): Promise<string[]> => {
    const able: string[] = [];
    const undone = new Error('undone');
    for (const who of everyone) {
      const could = await as(actors[who]!, async (tx) => {
        const yes = !no.includes(await work(tx, who));
        if (yes && undo) throw undone;
        return yes;
      }).catch((error) => error === undone);
      if (could) able.push(who);
    }
    return able;
  };
