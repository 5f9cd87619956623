import { theBus } from '#platform/bus/bus.server.ts';
import { tell } from './tell.server.ts';

const EVERY = 5_000;
/** So that a burst of messages is one round. */
const GATHER = 500;

/** Tells from now on: soon after each commit that the bus speaks of, and every five seconds. `stop` waits for the round that is running. */
export function startTelling(): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let ended = false;
  const round = async () => {
    await tell();
    // Loaded with the first round: they speak words, and words are compiled by the first start.
    const [{ sendPushes }, { sendMails }] = await Promise.all([import('./send-pushes.server.ts'), import('./send-mails.server.ts')]);
    await sendPushes();
    await sendMails();
  };
  const run = () => {
    gathering = undefined;
    if (ended) return;
    // A round that fails (no mail server, no database) says so and is tried again by the clock.
    running ??= round()
      .catch((error: unknown) => void process.stderr.write(`Telling people failed: ${error instanceof Error ? error.message : String(error)}\n`))
      .finally(() => {
        running = undefined;
      });
  };
  const unhear = theBus().onWake(() => {
    gathering ??= setTimeout(run, GATHER);
  });
  const clock = setInterval(run, EVERY);
  return {
    async stop() {
      ended = true;
      unhear();
      clearInterval(clock);
      clearTimeout(gathering);
      await running;
    },
  };
}
