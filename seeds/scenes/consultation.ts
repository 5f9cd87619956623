import type { When } from '../when.ts';

/** A consultation that runs: what was asked, said and answered, and what countries hold of it. */
export const consultation = {
  space: 'ss7',
  page: 'operators',
  /** Whose steward asks that this document be decided formally. */
  steward: 'lucia',
  rules: { preset: 'formal', approvals: 0, approvers: ['editor'], up_to_date: false, last_call_days: 14, consultation_days: 28, position_days: 14 },
  by: 'jonas',
  opener: 'noor',
  at: '-34d 09:10' as When,
  opened: '-33d 08:00' as When,
  title: 'Tell customers when a session has ended',
  reason:
    'After a time-out the menu simply stands still. Two of our providers found customers who went on to type their PIN into the next screen, which was an SMS window. One sentence on the phone would end that, and costs an operator nothing but the text.',
  change: {
    find: 'End USSD and STK sessions after :param[a time set nationally]{#operator-session-timeout}, to lower the chance that someone gets in between.',
    replace:
      'End USSD and STK sessions after :param[a time set nationally]{#operator-session-timeout}, to lower the chance that someone gets in between. Tell the customer on the screen that the session has ended.',
  },
  comments: [
    {
      by: 'pita',
      at: '-27d 21:40' as When,
      kind: 'technical' as const,
      body: 'STK menus on old cards cannot show anything after the session is gone. Half of the cards here are of that kind. Say “where the card can”.',
      quote: 'Tell the customer on the screen that the session has ended.',
      proposed: 'Where the card can, tell the customer on the screen that the session has ended.',
      answer: {
        by: 'noor',
        at: '-20d 10:15' as When,
        disposition: 'in_part' as const,
        reason: 'The limit is real and will be named in the notes to the recommendation. In the sentence itself it would let new cards off too.',
      },
    },
    {
      by: 'ilda',
      at: '-25d 14:05' as When,
      kind: 'editorial' as const,
      body: '“on the screen” can go: where else would it be said?',
      quote: 'on the screen',
      proposed: 'Tell the customer that the session has ended.',
      answer: {
        by: 'noor',
        at: '-20d 10:22' as When,
        disposition: 'not_accepted' as const,
        reason: 'An SMS that comes minutes later would satisfy the shorter sentence.',
      },
    },
    {
      by: 'mateo',
      at: '-23d 16:30' as When,
      kind: 'general' as const,
      body: 'We support this. The same silence exists in apps; the mobile application practices could say it too.',
      quote: '',
      proposed: '',
      answer: { by: 'noor', at: '-20d 10:31' as When, disposition: 'noted' as const, reason: 'Thank you. A proposal for the practices is welcome.' },
    },
  ],
  /** As the clock asks for them; a discuss says what would resolve it. */
  positions: [
    { by: 'mateo', jurisdiction: 'XPA', stance: 'support' as const, words: 'Our operators have agreed to it.' },
    { by: 'ilda', jurisdiction: 'XVI', stance: 'no_objection' as const, words: '' },
    {
      by: 'pita',
      jurisdiction: 'XTA',
      stance: 'discuss' as const,
      words: 'Name in the recommendation from which card generation it holds, so that a small operator need not replace every card at once.',
    },
  ],
};

/** The next edition of the framework, with what was decided since the first. */
export const nextEdition = {
  space: 'security-assurance-framework',
  by: 'mei',
  number: '1.1',
  words: 'The sentence on logging in before an app is installed says what it means.',
};
