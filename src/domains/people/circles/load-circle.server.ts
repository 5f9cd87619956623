import type { Tx } from '#platform/database/open.server.ts';
import { type Admission, type Circle, findCircle, type InOtherwise, listAdmissions, listInOtherwise } from '../circles.server.ts';
import { listReadable, type Readable } from '../guests/bring-in.server.ts';
import { findMyEnd } from '../guests/guests.server.ts';
import { listOrganizations, listTold, type Told } from '../directory.server.ts';

type Who = { slug: string; name: string };
type Stranger = Who & { guest: boolean };
export type CirclePage = {
  circle: Circle;
  otherwise: InOtherwise[];
  /** My last day in it, as a guest. */
  myEnd: string | null;
  /** What waits for those who run it. */
  waiting: Admission[];
  /** What I asked, or am invited to. */
  mine: Admission | undefined;
  told: Told[];
  /** Whom I could bring in. */
  people: Stranger[];
  organizations: Stranger[];
  /** What whoever comes in will read. */
  readable: Readable[];
};

/** All that a page shows of one circle, with one reader's eyes; undefined where there is none for them. */
export async function loadCircle(tx: Tx, slug: string): Promise<CirclePage | undefined> {
  const circle = await findCircle(tx, slug);
  if (!circle) return undefined;
  const admissions = await listAdmissions(tx, { circleId: circle.id });
  const otherwise = await listInOtherwise(tx, circle.id);
  const bodies = circle.may_run ? (await listOrganizations(tx)).filter(({ ended_on }) => !ended_on) : [];
  const inside = new Set([...circle.members.map((each) => `${each.kind}/${each.slug}`), ...otherwise.map((each) => `person/${each.slug}`)]);
  const people = new Map(
    bodies
      .toSorted((a, b) => Number(b.is_guest) - Number(a.is_guest))
      .flatMap((each) => each.members.map(({ slug, name }) => [slug, { slug, name, guest: each.is_guest }] as const)),
  );
  return {
    circle,
    otherwise,
    myEnd: circle.in_it ? await findMyEnd(tx, circle.id) : null,
    waiting: circle.may_run ? admissions.filter((each) => !each.mine) : [],
    mine: admissions.find((each) => each.mine),
    told: circle.in_it ? await listTold(tx, { kind: 'circle', id: circle.id }) : [],
    organizations: bodies.filter((each) => !inside.has(`organization/${each.slug}`)).map(({ slug, name, is_guest }) => ({ slug, name, guest: is_guest })),
    readable: circle.may_run && circle.audience_id !== null ? await listReadable(tx, circle.audience_id) : [],
    people: [...people.values()].filter((each) => !inside.has(`person/${each.slug}`)).sort((a, b) => a.name.localeCompare(b.name)),
  };
}
