import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Config } from '#platform/config.server.ts';
import { Fault } from '#platform/fault.ts';
import { compressing } from '#platform/http/compress.server.ts';
import { forwarding, trusting } from '#platform/http/forwarded.server.ts';
import { openHall } from '#platform/http/kept-pages.server.ts';
import { traffic } from '#platform/http/traffic.server.ts';
import { listenForMetrics, metricsAnswer } from './metrics.server.ts';
import { guardLines, wasRefused } from '#platform/http/lines.server.ts';
import { defaultLimits } from '#platform/limits.ts';
import { networkOf } from '#domains/people/network.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/** The listening process: answers /healthz at once, /readyz and the rest once `open` was called. */
export type HubServer = {
  port: number;
  /** The port of /metrics, where it has one of its own. */
  metricsPort: number | undefined;
  /** Lets requests in. */
  open(handler: Handler): void;
  /** Takes no new request, ends event streams, lets running requests finish up to `patience` milliseconds. */
  close(patience: number): Promise<void>;
};

type Where = Pick<Config, 'host' | 'port' | 'trustProxy' | 'url'> & Partial<Pick<Config, 'limits' | 'metricsPort' | 'metricsToken'>>;

/** Listens where the settings say; throws a Fault when the port is taken or not allowed. */
export async function listen(settings: Where): Promise<HubServer> {
  let handler: Handler | undefined;
  let closing = false;
  const running = new Set<ServerResponse>();
  const believe = forwarding(settings.trustProxy, settings.url);
  const hall = openHall();
  const counted = traffic(running);
  const metrics = settings.metricsToken ? metricsAnswer(counted.lines, settings.metricsToken) : undefined;
  // On everything, scripts and styles included. A year of https only where people come by https; whether its subdomains too, the proxy knows better.
  const always: [string, string][] = [['x-content-type-options', 'nosniff']];
  if (settings.url.startsWith('https:')) always.push(['strict-transport-security', 'max-age=31536000']);
  const limits = settings.limits ?? defaultLimits;
  const patience = { headersTimeout: limits['header-seconds'] * 1_000, requestTimeout: limits['request-seconds'] * 1_000 };
  // How often late requests are looked for; a stream's request has long arrived, so none of this ends it.
  const options = { ...patience, maxHeaderSize: limits['header-bytes'], connectionsCheckingInterval: Math.min(5_000, patience.headersTimeout / 4) };

  const server = createServer(options, (request, response) => {
    if (wasRefused(request.socket)) return;
    running.add(response);
    counted.count(response);
    for (const [name, value] of always) response.setHeader(name, value);
    response.once('close', () => {
      running.delete(response);
      // The line that carried it is idle only now.
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    if (closing) response.setHeader('connection', 'close');
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz') return answer(response, 200, 'ok');
    if (path === '/readyz') return handler && !closing ? answer(response, 200, 'ready') : answer(response, 503, closing ? 'stopping' : 'starting');
    // Without a token it is a page that does not exist, like any other.
    if (path === '/metrics' && metrics) return metrics(request, response);
    if (!handler) {
      response.setHeader('retry-after', '2');
      return answer(response, 503, 'Indaba is starting. Try again in a moment.');
    }
    const pass = () => {
      believe(request);
      compressing(request, response);
      handler?.(request, response, () => answer(response, 404, 'Not found'));
    };
    const kept = hall.door?.(request, response) ?? false;
    if (kept === true) return counted.kept();
    if (kept === false) return pass();
    kept.then((answered) => (answered ? counted.kept() : pass()), pass);
  });
  // Longer than the idle time of common proxies, so that they never reuse a line that we are closing.
  server.keepAliveTimeout = 75_000;
  guardLines(server, limits, trusting(settings.trustProxy), networkOf);

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFault(error, settings)));
    server.listen(settings.port, settings.host, resolve);
  });
  const apart = await listenForMetrics({ host: settings.host, metricsPort: settings.metricsPort, metricsToken: settings.metricsToken }, counted.lines).catch(
    (error) => {
      server.close();
      throw error;
    },
  );
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : settings.port,
    metricsPort: apart?.port,
    open: (given) => {
      handler = given;
    },
    close: async (patience) => {
      closing = true;
      await apart?.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // A stream never ends by itself; its reader comes back and resumes where it was.
      for (const response of running) if (/event-stream/.test(String(response.getHeader('content-type') ?? ''))) response.end();
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, patience).unref())]);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Loads what `bin/build.ts` made; the settings it reads from the environment have to stand before this. */
export async function loadApplication(root: string): Promise<Handler> {
  Object.assign(process.env, {
    PROTOCOL_HEADER: 'x-forwarded-proto',
    HOST_HEADER: 'host',
    ADDRESS_HEADER: 'x-forwarded-for',
    // src/limits.server.ts refuses with a sentence; the adapter would only cut the line.
    BODY_SIZE_LIMIT: 'Infinity',
  });
  const { handler } = (await import(new URL('build/handler.js', `file://${root}/`).href)) as { handler: Handler };
  return handler;
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(`${text}\n`);
}

function listenFault(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Fault {
  if (error.code === 'EADDRINUSE')
    return new Fault(`Port ${port} on ${host} is taken by another program: stop it, or start with another PORT.`, { cause: error });
  if (error.code === 'EACCES') return new Fault(`This user may not listen on port ${port}: use a PORT above 1023.`, { cause: error });
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new Fault(`HOST is ${host}, which is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all.`, { cause: error });
  return new Fault(`The process cannot listen on ${host}:${port} (${error.code}).`, { cause: error });
}
