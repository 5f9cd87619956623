import * as v from 'valibot';
import { Email, isHonestName, PersonName } from '../model.ts';
import { Domain, domainOf } from './domain.ts';

/** Who applies by themselves; providers, operators and experts come as guests of a circle. */
export const APPLICANT_KINDS = ['regulator', 'central-bank', 'supervisor', 'cyber-agency', 'regional-body'] as const;
export const STATES = ['received', 'confirmed', 'proved', 'vetting', 'second', 'admitted', 'refused', 'withdrawn', 'expired'] as const;
export type ApplicationState = (typeof STATES)[number];

const line = (missing: `${string}.${string}`, most = 120) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.normalize('NFC').trim().replace(/\s+/g, ' ')),
    v.minLength(1, missing),
    v.maxLength(most, 'people.application.too_long'),
    v.check(isHonestName, 'people.name.dishonest'),
  );
const text = v.pipe(v.string(), v.trim(), v.maxLength(2000, 'people.application.too_long'));

/** One country a line, or with commas between. */
const Jurisdictions = v.pipe(
  v.string(),
  v.maxLength(1300, 'people.application.too_long'),
  v.transform((all) => [
    ...new Map(
      all
        .normalize('NFC')
        .split(/[\n,;،、]/)
        .map((one) => one.trim().replace(/\s+/g, ' '))
        .filter(Boolean)
        .map((one) => [one.toLowerCase(), one]),
    ).values(),
  ]),
  v.minLength(1, 'people.application.jurisdiction_missing'),
  v.maxLength(10, 'people.application.jurisdictions_many'),
  v.check((all) => all.every((one) => one.length <= 120 && isHonestName(one)), 'people.name.dishonest'),
);

const at = (email: string, domain: string) => {
  const own = domainOf(email.split('@')[1] ?? '') ?? '';
  return own === domain || own.endsWith(`.${domain}`);
};

/** What stands after a plus goes to the same person; the database asks it again. */
const mailbox = (email: string) =>
  email
    .trim()
    .toLowerCase()
    .replace(/\+[^@]*@/, '@');

export const ApplyInput = v.pipe(
  v.object({
    name: line('people.organization.name_missing'),
    kind: v.picklist(APPLICANT_KINDS, 'people.organization.kind_unknown'),
    mandate: v.pipe(text, v.minLength(1, 'people.application.mandate_missing')),
    jurisdictions: Jurisdictions,
    domain: Domain,
    name_1: PersonName,
    role_1: line('people.application.role_missing'),
    email_1: Email,
    name_2: PersonName,
    role_2: line('people.application.role_missing'),
    email_2: Email,
    locale: v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/, 'people.locale.unknown')), 'en'),
    why: v.optional(text, ''),
    retry_key: v.pipe(v.string(), v.uuid()),
  }),
  v.forward(
    v.partialCheck([['email_1'], ['domain']], ({ email_1, domain }) => at(email_1, domain), 'people.application.contact_elsewhere'),
    ['email_1'],
  ),
  v.forward(
    v.partialCheck([['email_2'], ['domain']], ({ email_2, domain }) => at(email_2, domain), 'people.application.contact_elsewhere'),
    ['email_2'],
  ),
  v.forward(
    v.partialCheck([['email_1'], ['email_2']], ({ email_1, email_2 }) => mailbox(email_1) !== mailbox(email_2), 'people.application.contacts_same'),
    ['email_2'],
  ),
);

export const NoteInput = v.object({ text: v.pipe(text, v.minLength(1, 'people.application.note_missing')) });
export const ReasonInput = v.object({ reason: v.pipe(text, v.minLength(1, 'people.application.reason_missing')) });
export const AnswerInput = v.object({
  question: v.pipe(v.string(), v.regex(/^[a-z_]{2,40}$/)),
  answer: v.picklist(['yes', 'no', 'not_needed'], 'people.application.answer_missing'),
  remark: v.pipe(v.string(), v.trim(), v.minLength(1, 'people.application.remark_missing'), v.maxLength(1000, 'people.application.too_long')),
});
/** The version that was seen, the questions that stay, and new ones (one a line, or a list). */
export const ChecklistInput = v.object({
  after: v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer('people.checklist.changed'), v.minValue(1, 'people.checklist.changed')),
  keep: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z_]{2,40}$/, 'people.checklist.question'))), v.maxLength(40, 'people.checklist.question')),
  add: v.pipe(
    v.union([v.string(), v.array(v.string())]),
    v.transform((text) =>
      [text]
        .flat()
        .flatMap((each) => each.normalize('NFC').split('\n'))
        .map((each) => each.trim().replace(/\s+/g, ' '))
        .filter(Boolean),
    ),
    v.maxLength(40, 'people.checklist.question'),
    v.check((all) => all.every((one) => one.length >= 10 && one.length <= 300 && !/\p{Cf}/u.test(one)), 'people.checklist.question'),
  ),
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'people.checklist.reason_missing'), v.maxLength(500, 'people.application.too_long')),
});
export const ApplicationLetterInput = v.object({
  reference: v.pipe(v.string(), v.trim(), v.minLength(1, 'people.domain.letter_missing'), v.maxLength(200, 'people.domain.letter_missing')),
  letter_on: v.pipe(
    v.string(),
    v.isoDate('people.domain.letter_day'),
    v.check((day) => day <= new Date().toISOString().slice(0, 10) && day > '1990', 'people.domain.letter_day'),
  ),
});
