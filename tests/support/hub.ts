/** The real server with the built pages, in this process, on the community's database: `node bin/build.ts` has to have run. */
import { resolve } from 'node:path';
import { forgetConfig } from '#platform/config.server.ts';
import { readLimits } from '#platform/limits.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { listen, loadApplication } from '../../src/server.ts';

export type Hub = { base: string; close(): Promise<void> };

/** Opens the door; the environment must point at a database already (plantCommunity does). */
export async function openHub(trustProxy: string[] = []): Promise<Hub> {
  const limits = readLimits(process.env.INDABA_LIMITS);
  const server = await listen({ host: '127.0.0.1', port: 0, trustProxy, url: 'http://localhost', limits });
  const base = `http://localhost:${server.port}`;
  process.env.INDABA_URL = base;
  forgetConfig();
  server.open(await loadApplication(resolve(import.meta.dirname, '../..')));
  return {
    base,
    close: async () => {
      await server.close(500);
      const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ?? []) as Array<() => Promise<void>>;
      await Promise.all(stops.splice(0).map((stop) => stop()));
      await closePools();
    },
  };
}

export type Answer = { status: number; text: string; location: string | null; headers: Headers };

/** A browser without script: keeps cookies, follows nothing by itself. */
export class Visitor {
  readonly base: string;
  readonly headers: Record<string, string>;
  readonly cookies = new Map<string, string>();
  constructor(base: string, headers: Record<string, string> = {}) {
    this.base = base;
    this.headers = headers;
  }
  async get(path: string): Promise<Answer> {
    return this.#ask(path, {});
  }
  /** Sends a form, as the page's own origin unless told otherwise. */
  async post(path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#ask(path, { method: 'POST', body: new URLSearchParams(form), headers: { origin: this.base, ...headers } });
  }
  async #ask(path: string, init: RequestInit): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.base + path, {
      ...init,
      redirect: 'manual',
      // Packed for nobody: unpacking proves nothing here, packing is most of what an answer costs (http.test.ts and reading.test.ts ask for it packed).
      headers: { accept: 'text/html', 'accept-encoding': 'identity', ...this.headers, ...(cookie ? { cookie } : {}), ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...rest] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (rest.some((each) => /max-age=0|expires=Thu, 01 Jan 1970/i.test(each))) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: response.status, text: await response.text(), location: response.headers.get('location'), headers: response.headers };
  }
}
