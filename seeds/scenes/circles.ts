import type { Channel } from './model.ts';

/** Channels of circles. AMBER needs named organizations or a circle, so only these may carry it. */
export const circleChannels: readonly Channel[] = [
  {
    slug: 'sim-swap',
    name: 'SIM swap',
    purpose: 'Rules, figures and cases, before they are ready for everyone.',
    audience: { kind: 'circle', circle: 'sim-swap-working-circle' },
    ceiling: 'TLP:AMBER',
    threads: [
      {
        title: 'Swaps at two outlets, same evening',
        messages: [
          {
            by: 'amina',
            at: '-5d 16:40',
            body: 'Since Monday we see replacements asked for in person, with good copies of identity cards, at two outlets of one operator. All between 18:00 and 20:00 local time, when the back office is closed. Nine so far, six of them followed by a transfer within the hour.',
            marking: 'TLP:AMBER',
          },
          {
            by: 'jonas',
            at: '-5d 17:05',
            body: 'Confirmed from the bank side. The receiving wallets were opened in the last ten days. We have asked three providers to hold first payments to a new payee for 24 hours.',
            marking: 'TLP:AMBER',
          },
          {
            by: 'mei',
            at: '-4d 01:15',
            body: 'We had the same hours last year. What helped was simple: no replacement after the back office closes. The pattern moved to Saturdays, then stopped.',
          },
          { by: 'amina', at: '-4d 06:22', body: 'Done as of today, by instruction to the operator, for two weeks. I will report the count on Friday.' },
          {
            by: 'pita',
            at: '-4d 20:31',
            body: 'Nothing like it here, but our shops close when the boat leaves. May I tell my two operators the hours and the trick, without naming Lumaria?',
          },
          {
            by: 'amina',
            at: '-3d 05:50',
            body: 'Yes to both, for their security people only. I will write a GREEN version for all members when the count is in.',
          },
          {
            by: 'amina',
            at: '-1d 15:12',
            body: 'Count since the instruction: one attempt, refused at the counter. The GREEN text goes out tomorrow.',
            marking: 'TLP:AMBER',
          },
        ],
      },
      {
        title: 'One number for the holding time, or three?',
        messages: [
          {
            by: 'jonas',
            at: '-8d 08:15',
            body: 'The recommendation has one holding time. We would set three: damaged card with identity shown, lost card with identity shown, and anyone sent by somebody else. Does that break the comparison between countries?',
          },
          {
            by: 'mei',
            at: '-8d 09:02',
            body: 'Not if the longest of the three is the value and the others are named as exceptions. We compare the worst case anyway.',
          },
          { by: 'pita', at: '-7d 21:40', body: 'Please keep it at one sentence that a shop assistant can say. Three cases I cannot train.' },
          {
            by: 'jonas',
            at: '-6d 07:30',
            body: '“Bring the old card and your identity card and you get it now; otherwise tomorrow.” One sentence, two cases. I will draft it like that.',
          },
        ],
      },
    ],
  },
  {
    slug: 'lumaria',
    name: 'Lumaria joint committee',
    purpose: 'The two authorities of Lumaria, between meetings.',
    audience: { kind: 'circle', circle: 'lumaria-authorities' },
    ceiling: 'TLP:AMBER+STRICT',
    threads: [
      {
        title: 'Which clauses of the MoU we still disagree on',
        messages: [
          {
            by: 'jonas',
            at: '-10d 11:00',
            body: 'Legal has read the model. Forty-nine items are fine. Four are open: the deadline for telling each other, the period for test reports, common monitoring systems, and who speaks to the press.',
          },
          {
            by: 'amina',
            at: '-10d 13:25',
            body: 'On the deadline: 24 hours for a suspicion, 4 hours once money has moved. We can live with that at weekends if there is one number to call.',
          },
          {
            by: 'jonas',
            at: '-9d 07:42',
            body: 'Agreed, and the number is mine until we have a rota. Common monitoring I would leave out for now; we have no budget line for it.',
          },
          { by: 'amina', at: '-9d 09:18', body: 'Leave it out with a date to look again. The steering committee in March?' },
          { by: 'jonas', at: '-9d 09:30', body: 'March. I will write it into the reasons so that nobody thinks we forgot.' },
        ],
      },
      {
        title: 'Reply to the operator about the evening rule',
        messages: [
          {
            by: 'amina',
            at: '-2d 08:05',
            body: 'They ask to lift the evening stop after one week. Sales, of course. I would rather keep the two weeks and show them the count.',
            marking: 'TLP:AMBER+STRICT',
          },
          {
            by: 'jonas',
            at: '-2d 08:40',
            body: 'Keep it. From our side: no transfer to new wallets above the small limit in the same period. They will see it is not only them.',
            marking: 'TLP:AMBER+STRICT',
          },
          { by: 'amina', at: '-20h', body: 'Sent, with both measures in one letter. I said we decide together on Monday.' },
        ],
      },
    ],
  },
  {
    slug: 'small-offices',
    name: 'Small offices',
    purpose: 'For those who hold all the duties at once.',
    audience: { kind: 'circle', circle: 'small-regulators' },
    ceiling: 'TLP:GREEN',
    threads: [
      {
        title: 'Where to begin with 120 controls and two people',
        messages: [
          {
            by: 'pita',
            at: '-14d 20:20',
            body: 'I read all seventeen threats over a week. It is good, and it is too much. If you had one month, which ten would you take?',
          },
          {
            by: 'ilda',
            at: '-13d 09:10',
            body: 'SIM first, because that is where people lose money here: 10.1, 10.3, 10.5. Then what costs operators nothing: session timeouts, masked PINs, default accounts gone. That is six. The rest I took from complaints of the last year.',
          },
          { by: 'pita', at: '-13d 21:15', body: 'Six I can do. What did you do with the other hundred and fourteen?' },
          { by: 'ilda', at: '-12d 09:33', body: '“Later”, with a date, for most. It is an answer. An empty cell is not.' },
          { by: 'lucia', at: '-12d 10:04', body: 'That sentence should be on the first page of the library.' },
        ],
      },
      {
        title: 'Sharing an auditor',
        messages: [
          {
            by: 'ilda',
            at: '-6d 14:00',
            body: 'We pay an auditor from abroad for one week a year. If Tavola took the week after, we would both pay half the flights. Same questions, same form?',
          },
          {
            by: 'pita',
            at: '-6d 20:45',
            body: 'I would need to ask the board, but yes. The audit guideline as the form? I can send the eleven questions that matter here.',
          },
          { by: 'ilda', at: '-5d 09:20', body: 'Send them. Findings stay with each of us, only the questions are shared.' },
          { by: 'pita', at: '-40m', body: 'The board says yes, for March. I will send the questions before the weekend.' },
        ],
      },
    ],
  },
  {
    slug: 'providers-round-table',
    name: 'Providers’ round table',
    purpose: 'Controls in practice, with invited providers.',
    by: 'amina',
    audience: { kind: 'circle', circle: 'providers-round-table' },
    ceiling: 'TLP:GREEN',
    threads: [
      {
        title: 'Turning the one-time code around',
        messages: [
          {
            by: 'karim',
            at: '-11d 08:50',
            body: 'We tried the recommendation that [the user sends the code](/library/ss7/providers#c-let-the-user-send-the-code). It works, and two out of ten customers on basic phones gave up. They did not see the code and write the message at the same time.',
          },
          { by: 'amina', at: '-11d 12:11', body: 'Useful, thank you. Did those who gave up have one screen only, USSD and SMS on the same phone?' },
          {
            by: 'karim',
            at: '-11d 13:40',
            body: 'Yes. On smartphones almost nobody gave up. For basic phones we would rather check location and IMSI and keep amounts low.',
          },
          {
            by: 'jonas',
            at: '-10d 07:25',
            body: 'That is what the cap on insecure channels is for. Put both in your plan and say which customers get which. We will read it as meeting the aim.',
          },
          { by: 'karim', at: '-10d 08:02', body: 'You will have it by the end of the month, with the figures.' },
        ],
      },
      {
        title: 'Notice of recycled numbers: what format?',
        messages: [
          {
            by: 'karim',
            at: '-3d 10:30',
            body: 'We now receive churned numbers from one operator as a spreadsheet by e-mail, on Fridays. By then some are in use again. Could the authority set a format and a day?',
          },
          {
            by: 'amina',
            at: '-3d 12:02',
            body: 'A day we can set. Daily, before the number is given out. For the format: number, date of churn, date of reuse, new IMSI. Anything you miss?',
          },
          { by: 'karim', at: '-3d 12:45', body: 'Enough for us. Over an encrypted connection, please, not by e-mail.' },
          { by: 'lucia', at: '-2d 15:15', body: 'When you have agreed, please propose it as a note on control 10.5. Others ask for the same.' },
        ],
      },
    ],
  },
];
