import { join } from 'node:path';
import type { Config, Seed } from './config.server.ts';
import { readSecret, writeSecret } from './data-folder.server.ts';
import { Fault } from './fault.ts';

type Note = { seed: Seed };

/**
 * What this data folder is, demo or real: written at the first start and never changed, because invented people with
 * one-click doors must not end up beside real ones. Throws a Fault when INDABA_SEED now says otherwise.
 */
export function hubKind(config: Pick<Config, 'data' | 'seed' | 'seedChosen'>): Seed {
  const path = join(config.data, 'hub.json');
  const note = readSecret<Note>(path);
  if (!note) {
    writeSecret(path, { seed: config.seed } satisfies Note);
    return config.seed;
  }
  if (config.seedChosen && config.seed !== note.seed)
    throw new Fault(
      note.seed === 'demo'
        ? `The data folder ${config.data} holds a demo, which never becomes a real hub: give INDABA_SEED=empty a fresh INDABA_DATA.`
        : `The data folder ${config.data} holds a real hub, which never becomes a demo: give INDABA_SEED=demo a fresh INDABA_DATA.`,
    );
  return note.seed;
}
