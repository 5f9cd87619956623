import * as v from 'valibot';
import { Email, isHonestName, PersonName } from '../model.ts';

/** What a guest of a circle may be. */
export const GUEST_BODIES = ['provider', 'operator', 'expert', 'regional-body'] as const;
/** How long a guest may be asked for at most, and how long before the end everybody is reminded. */
export const GUEST_DAYS_MOST = 365;
export const REMIND_DAYS = 14;

/** The first and the last day that may be chosen, as a form says them. */
export function guestDays(now = Date.now()): { first: string; last: string } {
  const day = (days: number) => new Date(now + days * 86_400_000).toISOString().slice(0, 10);
  return { first: day(1), last: day(GUEST_DAYS_MOST) };
}

const Until = v.pipe(
  v.string(),
  v.isoDate('people.guest.end_missing'),
  v.check((day) => day >= new Date().toISOString().slice(0, 10), 'people.guest.end_past'),
  v.check((day) => day <= guestDays().last, 'people.guest.end_far'),
);
const circle = v.pipe(v.string(), v.maxLength(80));

export const StayInput = v.object({ circle, whom: v.pipe(v.string(), v.regex(/^(person|organization)\/[^/]{1,80}$/, 'people.circle.whom')), until: Until });
export const InviteGuestInput = v.object({
  circle,
  name: v.pipe(
    v.string(),
    v.transform((text) => text.normalize('NFC').trim().replace(/\s+/g, ' ')),
    v.minLength(1, 'people.organization.name_missing'),
    v.maxLength(120, 'people.name.long'),
    v.check(isHonestName, 'people.name.dishonest'),
  ),
  kind: v.picklist(GUEST_BODIES, 'people.organization.kind_unknown'),
  person: PersonName,
  email: Email,
  until: Until,
});
