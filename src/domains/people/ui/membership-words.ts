import {
  people_membership_act_ended,
  people_membership_act_ended_go,
  people_membership_act_ended_note,
  people_membership_act_ended_text,
  people_membership_act_lifted,
  people_membership_act_lifted_go,
  people_membership_act_lifted_note,
  people_membership_act_lifted_text,
  people_membership_act_made_focal_point,
  people_membership_act_made_focal_point_go,
  people_membership_act_made_focal_point_note,
  people_membership_act_made_focal_point_text,
  people_membership_act_made_member,
  people_membership_act_made_member_go,
  people_membership_act_made_member_note,
  people_membership_act_made_member_text,
  people_membership_act_suspended,
  people_membership_act_suspended_go,
  people_membership_act_suspended_note,
  people_membership_act_suspended_text,
  people_membership_lay_down,
  people_membership_lay_down_go,
  people_membership_lay_down_note,
  people_membership_lay_down_text,
  people_membership_leave,
  people_membership_leave_go,
  people_membership_leave_note,
  people_membership_leave_text,
  people_membership_told_laid_down,
  people_membership_told_left,
  people_membership_done_ended,
  people_membership_done_lifted,
  people_membership_done_made_focal_point,
  people_membership_done_made_member,
  people_membership_done_suspended,
  people_membership_told_ended,
  people_membership_told_lifted,
  people_membership_told_made_focal_point,
  people_membership_told_made_member,
  people_membership_told_suspended,
} from '#paraglide/messages.js';
import type { MembershipActKind } from '../membership.ts';

type Who = { name: string; organization: string };
type Words = {
  act: () => string;
  note: (who: Who) => string;
  text: (who: Who) => string;
  go: (who: Who) => string;
  done: (who: Who) => string;
  told: (who: Who & { by: string }) => string;
};

/** What each act on a membership is called, what it brings about, and how it is told afterwards. */
export const membershipWords: Record<MembershipActKind, Words> = {
  suspended: {
    act: people_membership_act_suspended,
    note: people_membership_act_suspended_note,
    text: people_membership_act_suspended_text,
    go: people_membership_act_suspended_go,
    done: people_membership_done_suspended,
    told: people_membership_told_suspended,
  },
  lifted: {
    act: people_membership_act_lifted,
    note: people_membership_act_lifted_note,
    text: people_membership_act_lifted_text,
    go: people_membership_act_lifted_go,
    done: people_membership_done_lifted,
    told: people_membership_told_lifted,
  },
  ended: {
    act: people_membership_act_ended,
    note: people_membership_act_ended_note,
    text: people_membership_act_ended_text,
    go: people_membership_act_ended_go,
    done: people_membership_done_ended,
    told: people_membership_told_ended,
  },
  made_focal_point: {
    act: people_membership_act_made_focal_point,
    note: people_membership_act_made_focal_point_note,
    text: people_membership_act_made_focal_point_text,
    go: people_membership_act_made_focal_point_go,
    done: people_membership_done_made_focal_point,
    told: people_membership_told_made_focal_point,
  },
  made_member: {
    act: people_membership_act_made_member,
    note: people_membership_act_made_member_note,
    text: people_membership_act_made_member_text,
    go: people_membership_act_made_member_go,
    done: people_membership_done_made_member,
    told: people_membership_told_made_member,
  },
};

/** The same, of oneself. */
const ownWords: Partial<Record<MembershipActKind, Words>> = {
  ended: {
    act: people_membership_leave,
    note: people_membership_leave_note,
    text: people_membership_leave_text,
    go: people_membership_leave_go,
    done: people_membership_told_left,
    told: people_membership_told_left,
  },
  made_member: {
    act: people_membership_lay_down,
    note: people_membership_lay_down_note,
    text: people_membership_lay_down_text,
    go: people_membership_lay_down_go,
    done: people_membership_told_laid_down,
    told: people_membership_told_laid_down,
  },
};

/** How an act is called by whoever does it to this person, who may be themselves. */
export const actWords = (act: MembershipActKind, own: boolean): Words => (own && ownWords[act]) || membershipWords[act];
