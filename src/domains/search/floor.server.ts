import { setTimeout as sleep } from 'node:timers/promises';
import { STEP } from './model.ts';

/**
 * Answers only at whole multiples of the step, whether work succeeded or was refused. The timer runs in the process, after the
 * transaction has ended: waiting must hold no connection.
 */
export async function onTheStep<T>(work: () => Promise<T>, step = STEP): Promise<T> {
  const started = performance.now();
  const [outcome] = await Promise.allSettled([work()]);
  const spent = performance.now() - started;
  await sleep(Math.ceil(Math.max(spent, 1) / step) * step - spent);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
