import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.ts';
import type { Hint } from './bus.server.ts';
import { postgresBus } from './postgres-bus.server.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());

test('hints and wake-ups given at once all come to another process, in order, and the driver has nothing to warn of', async () => {
  const warnings: string[] = [];
  const warned = (warning: Error) => void warnings.push(warning.message);
  process.on('warning', warned);
  const [here, there] = [postgresBus(db.stream), postgresBus(db.stream)];
  const heard: Hint[] = [];
  let woken = 0;
  here.onHint(() => {});
  there.onHint((hint) => heard.push(hint));
  there.onWake(() => (woken += 1));
  try {
    // Both lines are laid.
    await vi.waitFor(
      () => {
        here.hint({ about: 'settings' });
        expect(heard.length).toBeGreaterThan(0);
      },
      { timeout: 60_000 },
    );
    heard.length = 0;
    woken = 0;
    const members = Array.from({ length: 20 }, (_, n) => `member-${n}`);
    here.wake();
    for (const member of members) here.hint({ about: 'read', member });
    await vi.waitFor(() => expect(heard.filter(({ about }) => about === 'read')).toEqual(members.map((member) => ({ about: 'read', member }))), {
      timeout: 60_000,
    });
    await vi.waitFor(() => expect(woken).toBeGreaterThan(0), { timeout: 60_000 });
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', warned);
    await Promise.all([here.close(), there.close()]);
  }
});
