import type { TaskList } from 'graphile-worker';
import { fillFrames } from '#domains/activity/content.server.ts';
import { messageFrames } from '#domains/conversations/frames.server.ts';

/** Every kind of job and what runs it; each room with a `jobs.server.ts` adds its own here. Payloads carry ids and the actor, never contents. */
export const jobs: TaskList = {};

/** What the rooms give to the furniture that knows them only by kind and id; called once when a process that serves pages starts. */
export function wire(): void {
	fillFrames('message', messageFrames);
}
