/** Keys and a data folder of one's own for a test, as a first start makes them. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { ensureKeys } from '#platform/keys.server.ts';

/** Points the environment at a fresh folder, makes the keys in it, and tells the database the one it needs. */
export async function ownKeys(owner: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'indaba-test-'));
  Object.assign(process.env, { INDABA_DATA: folder, INDABA_KEYS: join(folder, 'keys') });
  forgetConfig();
  ensureKeys();
  await ensureSignInKey(owner);
  return folder;
}
