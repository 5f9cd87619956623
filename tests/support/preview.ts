import { listen, loadApplication } from '../../src/server.ts';
import { resolve } from 'node:path';

/** Serves build/ without a database: the shell, the gallery and the error pages. Returns its address and how to stop. */
export async function preview(port = 0): Promise<{ url: string; stop: () => Promise<void> }> {
  // The layout asks nothing of a database that has no address; the pseudo-locale is what previews are for.
  delete process.env['INDABA_WEB_URL'];
  process.env['INDABA_PSEUDO'] = '1';
  const server = await listen({ host: '127.0.0.1', port, trustProxy: [], url: 'http://127.0.0.1' } as unknown as Parameters<typeof listen>[0]);
  server.open(await loadApplication(resolve(import.meta.dirname, '../..')));
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.close(1_000) };
}
