import type { RequestEvent } from '@sveltejs/kit';

/**
 * Says that this is a reading page: its style stands in its head, a visitor gets no script, and the visitor's bytes may be kept.
 * Call it first in `load`, before anything can be refused, so that absent and not-yours look alike.
 */
export function reading({ locals, setHeaders }: Pick<RequestEvent, 'locals' | 'setHeaders'>): void {
  locals.reading = true;
  setHeaders({ 'cache-control': locals.actor.kind === 'visitor' ? 'public, max-age=0, must-revalidate' : 'private, no-store' });
}

/** Says that a visitor's page depends on nothing but these: `space:<id>`, or `library` for what lists many. Its bytes are kept until one of them changes. */
export function keptUntil({ locals }: Pick<RequestEvent, 'locals'>, ...tags: string[]): void {
  locals.keep = tags;
}
