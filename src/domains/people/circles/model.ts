/** Shapes of circles; the browser may import this file. */
import * as v from 'valibot';
import { CircleInput, ORGANIZATION_KINDS } from '../model.ts';

export const ENTRIES = ['open', 'request', 'invitation'] as const;
export const ROSTERS = ['members', 'everyone', 'runners'] as const;

const yes = v.optional(
  v.pipe(
    v.union([v.boolean(), v.string()]),
    v.transform((value) => value === true || value === 'yes'),
  ),
  false,
);
// One box ticked comes as a word, several as a list.
const several = <T extends v.GenericSchema<string, string>>(one: T) =>
  v.optional(
    v.pipe(
      v.union([v.string(), v.array(v.string())]),
      v.transform((value) => [...new Set((Array.isArray(value) ? value : [value]).filter(Boolean))]),
      v.array(one),
      v.maxLength(20),
    ),
    [],
  );
const words = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500, 'people.circle.words_long')), '');

/** How a circle is entered, who knows of it and sees its members, and whom its rule fits. */
export const CircleRules = v.pipe(
  v.object({
    name: CircleInput.entries.name,
    purpose: CircleInput.entries.purpose,
    entry: v.picklist(ENTRIES, 'people.circle.entry_unknown'),
    listed: yes,
    roster: v.picklist(ROSTERS, 'people.circle.roster_unknown'),
    by_rule: yes,
    rule_regions: several(v.pipe(v.string(), v.maxLength(80))),
    rule_kinds: several(v.picklist(ORGANIZATION_KINDS, 'people.organization.kind_unknown')),
    rule_topics: several(v.pipe(v.string(), v.maxLength(40))),
  }),
  v.check(({ listed, entry, roster }) => listed || (entry === 'invitation' && roster !== 'everyone'), 'people.circle.hidden_is_closed'),
  v.check(
    ({ by_rule, rule_regions, rule_kinds, rule_topics }) => !by_rule || rule_regions.length + rule_kinds.length + rule_topics.length > 0,
    'people.circle.rule_empty',
  ),
);
export type CircleRules = v.InferOutput<typeof CircleRules>;

const slug = v.pipe(v.string(), v.maxLength(80));
export const AskCircle = v.object({ circle: slug, words });
export const InviteToCircle = v.object({ circle: slug, member: slug, words });
export const NameRunner = v.object({ member: slug });
export const AnswerAdmission = v.object({ id: v.pipe(v.string(), v.uuid('common.not_found')), yes, words });
export const FollowTopics = v.object({ topics: several(v.pipe(v.string(), v.maxLength(40))) });
