import type { TaskList } from 'graphile-worker';

/** Every kind of job and what runs it; each room with a `jobs.server.ts` adds its own here. Payloads carry ids and the actor, never contents. */
export const jobs: TaskList = {};
