import type { Runner } from 'graphile-worker';
import { startReplying } from '#domains/conversations/replying/start-replying.server.ts';
import { startTelling } from '#domains/conversations/telling/start-telling.server.ts';
import { startBeating } from '#domains/hub/health/beat.server.ts';
import { lookAtMails } from '#platform/mail.server.ts';
import { queuePool } from '#platform/jobs/queue-pool.server.ts';
import { clockwork, jobs } from './wiring.server.ts';

const CONCURRENCY = 2;

/** Takes and runs jobs as the worker's login, tells people of messages and takes their answers by mail, until stopped; undefined when no kind of job exists. `stop` lets the running ones finish. */
export async function startWorker(url: string): Promise<{ stop(): Promise<void> } | undefined> {
  if (Object.keys(jobs).length === 0) return undefined;
  const { Logger, parseCronItems, run } = await import('graphile-worker');
  // A job that failed is said here and kept with its error in the queue, to be tried again.
  const logger = new Logger(() => (level, message) => level === 'error' && process.stderr.write(`${message}\n`));
  const pool = queuePool(url, CONCURRENCY + 2);
  startBeating('worker');
  lookAtMails(async (mail) => (await import('#domains/people/former-in-mail.server.ts')).sayFormerInMail(mail));
  const telling = startTelling();
  const replying = await startReplying();
  const runner: Runner = await run({
    pgPool: pool,
    taskList: jobs,
    parsedCronItems: parseCronItems(clockwork),
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    pollInterval: 2_000,
    logger,
  });
  return {
    stop: async () => {
      await replying?.stop();
      await telling.stop();
      await runner.stop();
      await pool.end();
    },
  };
}
