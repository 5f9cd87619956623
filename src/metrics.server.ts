/** /metrics: what this process counts and how the hub does, in the text format of Prometheus. On a port of its own, or beside the pages for who has the token. Docs: docs/operating/metrics.md */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Config, config } from '#platform/config.server.ts';
import { Fault } from '#platform/fault.ts';
import { metric } from '#platform/http/traffic.server.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const BELIEVED = 5_000;
let held: { at: number; lines: string[] } | undefined;

/** How the hub does; asked of the database at most every five seconds, however often somebody scrapes. */
async function hubLines(): Promise<string[]> {
  if (held && performance.now() - held.at < BELIEVED) return held.lines;
  // Loaded with the first scrape: a start does not wait for it.
  const [{ findings }, { healthFigures }, { as }] = await Promise.all([
    import('#domains/hub/health/checks.ts'),
    import('#domains/hub/health/look.server.ts'),
    import('#platform/database/open.server.ts'),
  ]);
  const lines = await as({ kind: 'clerk' }, healthFigures).then(
    (f) => [
      ...metric('indaba_database_up', 'gauge', 'Whether the database answered.', [['', 1]]),
      ...metric('indaba_jobs_waiting', 'gauge', 'Jobs that have waited for more than five minutes.', [['', f.waiting.count]]),
      ...metric('indaba_jobs_given_up', 'gauge', 'Jobs that failed as often as they may.', [['', f.failed.reduce((sum, each) => sum + each.count, 0)]]),
      ...metric('indaba_mail_stuck', 'gauge', 'Mails that could not be sent so far.', [['', f.mail.count]]),
      ...metric('indaba_unsealed_seconds', 'gauge', 'Age of the oldest act that the log has not sealed.', [['', Math.max(0, f.unsealed_seconds)]]),
      ...metric('indaba_open_transaction_seconds', 'gauge', 'How long the oldest transaction has been open.', [['', f.open_seconds ?? 0]]),
      ...metric(
        'indaba_backup_age_seconds',
        'gauge',
        'Age of the last backup; absent while there is none.',
        f.backup_seconds === null ? [] : [['', f.backup_seconds]],
      ),
      ...metric(
        'indaba_disk_free_bytes',
        'gauge',
        'Free on the disk of the data folder, by process.',
        f.nodes.map((node) => [`kind="${node.kind}",node=${JSON.stringify(node.name)}`, node.facts.disk_free] as const),
      ),
      ...metric(
        'indaba_clock_skew_seconds',
        'gauge',
        'Clock of a process before that of the database.',
        f.nodes.map((node) => [`kind="${node.kind}",node=${JSON.stringify(node.name)}`, node.skew_seconds] as const),
      ),
      ...metric(
        'indaba_check_bad',
        'gauge',
        'The checks of the health page: 1 needs somebody.',
        findings(f, { url: config().url }).map(({ check, bad }) => [`check="${check}"`, Number(bad)] as const),
      ),
    ],
    () => metric('indaba_database_up', 'gauge', 'Whether the database answered.', [['', 0]]),
  );
  held = { at: performance.now(), lines };
  return lines;
}

const same = (one: string, other: string) => timingSafeEqual(...([one, other].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer]));

/** Answers /metrics with what `own` counts and how the hub does; where a token is set, only to who sends it. */
export function metricsAnswer(own: () => string[], token: string | undefined): Answer {
  return (request, response) => {
    const say = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' }).end(`${text}\n`);
    if (request.url?.split('?', 1)[0] !== '/metrics') return say(404, 'Not found');
    if (token && !same(/^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '', token))
      return say(401, 'Send the token of INDABA_METRICS_TOKEN.');
    void hubLines().then((lines) => say(200, [...own(), ...lines].join('\n')));
  };
}

/** Opens the port of its own where INDABA_METRICS_PORT names one; throws a Fault when it is taken. */
export async function listenForMetrics(
  settings: Pick<Config, 'host' | 'metricsPort' | 'metricsToken'>,
  own: () => string[],
): Promise<{ port: number; close(): Promise<void> } | undefined> {
  if (settings.metricsPort === undefined) return undefined;
  const server = createServer({ maxHeaderSize: 8_192, headersTimeout: 5_000, requestTimeout: 10_000 }, metricsAnswer(own, settings.metricsToken));
  server.maxConnections = 50;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Fault(`INDABA_METRICS_PORT ${settings.metricsPort} cannot be listened on (${error.code}).`, { cause: error })),
    );
    server.listen(settings.metricsPort, settings.host, resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
