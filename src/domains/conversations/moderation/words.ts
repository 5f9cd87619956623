import {
  keeping_outcome_dismissed,
  keeping_outcome_removed,
  keeping_outcome_restricted,
  keeping_reason_insult,
  keeping_reason_label,
  keeping_reason_other,
  keeping_reason_personal,
  keeping_reason_rules,
  keeping_reason_spam,
  keeping_ring_answer,
  keeping_ring_outcome,
  keeping_ring_removed,
  keeping_ring_report,
  keeping_ring_restricted,
  keeping_ring_undone,
  keeping_ring_upheld,
} from '#paraglide/messages.js';
import type { Ring } from './bell.server.ts';
import type { Outcome, Reason } from './model.ts';

const names: Record<Reason, () => string> = {
  rules: keeping_reason_rules,
  label: keeping_reason_label,
  insult: keeping_reason_insult,
  personal: keeping_reason_personal,
  spam: keeping_reason_spam,
  other: keeping_reason_other,
};

/** Why something is reported or was decided, in the reader's language. */
export const reasonName = (reason: string): string => names[reason as Reason]?.() ?? names.other();

const outcomes: Record<Outcome, () => string> = {
  dismissed: keeping_outcome_dismissed,
  removed: keeping_outcome_removed,
  restricted: keeping_outcome_restricted,
};

/** What became of a report, in the reader's language. */
export const outcomeName = (outcome: Outcome): string => outcomes[outcome]();

/** What the bell says of a report or a decision: the reason, and nothing of what was written. */
export function ringTitle({ kind, reason, outcome }: Pick<Ring, 'kind' | 'reason' | 'outcome'>): string {
  const why = { reason: reasonName(reason) };
  if (kind === 'report') return keeping_ring_report(why);
  if (kind === 'answer') return keeping_ring_answer(why);
  if (kind === 'removed') return keeping_ring_removed(why);
  if (kind === 'restricted') return keeping_ring_restricted(why);
  if (kind === 'settled') return outcome === 'undone' ? keeping_ring_undone(why) : keeping_ring_upheld(why);
  return keeping_ring_outcome({ outcome: outcomeName(outcome as Outcome) });
}

/** Where one reads on: the queue for whoever decides, their own page for everybody else. */
export const ringAddress = ({ kind, id }: Pick<Ring, 'kind' | 'id'>): string =>
  kind === 'report' ? `/moderation#r-${id}` : kind === 'answer' ? `/moderation#d-${id}` : kind === 'outcome' ? `/reports#r-${id}` : `/reports#a-${id}`;

/** A row of the bell as the page shows it; the place where one reads it. */
export const shownRing = (ring: Ring, place: string | null) => ({
  id: ring.id,
  title: ringTitle(ring),
  address: ringAddress(ring),
  label: ring.marking,
  place,
  handed: ring.kind === 'report' && ring.handed,
  at: ring.at.toISOString(),
});
