import { createHash } from 'node:crypto';
import { countRings } from '#domains/conversations/moderation/bell.server.ts';
import { countNew } from '#domains/conversations/telling/catch-up.server.ts';
import { countRequestRings } from '#domains/library/deciding/bell.server.ts';
import { findMe, findMyOrganization, listCast, type Me } from '#domains/people/queries.server.ts';
import { as, type Actor } from '#platform/database/open.server.ts';

export type Viewer = { me: (Me & { organization: string | null; seal: string }) | null; demo: boolean; unread: number; waiting: number };

/** Who the session of this request belongs to, and whether the hub is a demonstration; a dead cookie is a visitor. */
export async function viewer(actor: Actor): Promise<Viewer> {
  return as(actor, async (tx) => {
    const demo = (await listCast(tx)).length > 0;
    const me = actor.kind === 'person' ? await findMe(tx) : undefined;
    if (!me) return { me: null, demo, unread: 0, waiting: 0 };
    const { waiting, told } = await countRings(tx);
    return {
      me: { ...me, organization: await findMyOrganization(tx), seal: sealOf(actor) },
      demo,
      unread: (await countNew(tx)) + waiting + told + (await countRequestRings(tx)),
      waiting,
    };
  });
}

/** What a browser may seal unsent words with: made of the cookie that no script reads, so gone when the session is. It opens nothing here. */
const sealOf = (actor: Actor): string => (actor.kind === 'person' ? createHash('sha256').update(`outbox ${actor.key}`).digest('hex') : '');
