import * as v from 'valibot';

/** What can be done to a membership, in the order in which the page offers it. */
export const MEMBERSHIP_ACTS = ['made_focal_point', 'made_member', 'lifted', 'suspended', 'ended'] as const;
export type MembershipActKind = (typeof MEMBERSHIP_ACTS)[number];

const slug = v.pipe(v.string(), v.maxLength(80));
/** Slugs of the member and the organization, what to do, and why. */
export const MembershipActInput = v.object({
  member: slug,
  organization: slug,
  act: v.picklist(MEMBERSHIP_ACTS, 'people.membership.act_unknown'),
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'people.membership.reason_missing'), v.maxLength(500, 'people.membership.reason_long')),
});
