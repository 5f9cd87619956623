import type { Channel } from './model.ts';

/** Channels that every member reads. Text that all members share is at most GREEN. */
export const openChannels: readonly Channel[] = [
  {
    slug: 'announcements',
    name: 'Announcements',
    purpose: 'What the secretariat and the editors want every member to know.',
    audience: { kind: 'everyone' },
    ceiling: 'TLP:GREEN',
    keepers: ['noor'],
    threads: [
      {
        title: 'The framework is open for changes',
        messages: [
          {
            by: 'lucia',
            at: '-21d 08:30',
            body: 'Every page of the library now has a button *Propose a change*. You do not need to be an editor. Write what should change and why; a reviewer who is not you decides, and says why.\n\nStart small. A sentence that your licensees always misread is a good first one.',
          },
          { by: 'pita', at: '-21d 20:12', body: 'Does it work on a phone? I have a laptop two days a week.' },
          {
            by: 'lucia',
            at: '-20d 07:45',
            body: 'Yes, and without JavaScript. The editor is then a plain text field with a preview button. Tell me where it hurts.',
          },
          { by: 'pita', at: '-20d 21:03', body: 'Tried it from the ferry. It kept my text when the line dropped. Good.' },
        ],
      },
      {
        title: 'Control 13.11 needs an author',
        messages: [
          {
            by: 'noor',
            at: '-12d 06:20',
            body: 'The source of [13.11, rooted or altered phones](/library/security-assurance-framework/malware#c-respond-to-rooted-phones) gives a reason and then stops. We have kept the gap and marked it. Who has a rule in force that we could learn from?',
          },
          {
            by: 'mei',
            at: '-12d 09:41',
            body: 'We ask providers to detect it and to lower the limits, not to refuse service. Refusing hits people with second-hand phones. I can write that up as a proposal next week.',
          },
          {
            by: 'awa',
            at: '-11d 10:15',
            body: 'Same here. About a third of the phones our providers see cannot pass an integrity check for reasons that have nothing to do with fraud. Please keep it a matter of limits.',
          },
        ],
      },
      {
        title: 'Next working call: what you did on SIM swap',
        messages: [
          {
            by: 'lucia',
            at: '-2d 09:00',
            body: 'Thursday, 09:00 UTC, one hour. Three countries in ten minutes each: what you set, what it cost, what you would do again. Lumaria, Virada and Oruna have said yes. Notes will be here the same day for those who cannot join.',
          },
          { by: 'ilda', at: '-2d 11:26', body: 'Virada will be short. We set a holding time, had complaints for two months, and then none.' },
          { by: 'amina', at: '-1d 07:10', body: 'I will bring our figures on waiting time against complaints. Please ask hard questions about the method.' },
        ],
      },
    ],
  },
  {
    slug: 'ask-a-peer',
    name: 'Ask a peer',
    purpose: 'Short questions to people who have done it before. Any language.',
    audience: { kind: 'everyone' },
    ceiling: 'TLP:GREEN',
    threads: [
      {
        title: 'How do you get penetration-test reports out of licensees?',
        messages: [
          {
            by: 'ilda',
            at: '-9d 10:02',
            body: 'Our licence says reports are due “regularly”. I have two from last year, out of eleven. What does yours say, and does it work?',
          },
          {
            by: 'jonas',
            at: '-9d 12:30',
            body: 'Once a year and after a major change, within 30 days, and the remedial plan is part of the report. The plan is what made the difference. A report without one counts as not delivered.',
          },
          {
            by: 'mei',
            at: '-8d 02:14',
            body: 'We let them send a summary signed by the tester if the full report stays with them and we may read it on site. Arrival went from half to nearly all.',
            marking: 'TLP:GREEN',
          },
          {
            by: 'pita',
            at: '-8d 21:50',
            body: 'We have three licensees and one of them is the only network on two islands. I ask on the phone. Is there a template for the summary?',
          },
          {
            by: 'mei',
            at: '-7d 01:22',
            body: 'One page: scope, dates, who tested, findings by severity, what is fixed, what is not and until when. I will post ours without the names.',
          },
          { by: 'ilda', at: '-7d 09:05', body: 'That is exactly what I can put into the licence condition. Thank you both.' },
        ],
      },
      {
        title: 'Délai avant la remise d’une nouvelle SIM : quel chiffre chez vous ?',
        language: 'fr',
        messages: [
          {
            by: 'awa',
            at: '-6d 09:40',
            body: 'Bonjour à toutes et à tous. Nous préparons la décision sur le remplacement des SIM. La recommandation laisse la durée à chaque pays. Les opérateurs proposent deux heures, les banques trois jours. Qui a déjà fixé un délai, et sur quelle base ?',
          },
          {
            by: 'lucia',
            at: '-6d 13:05',
            body: 'La page [SIM risks, for operators](/library/sim-swap/operators#c-hold-the-new-sim-back) marque la valeur comme ouverte. Ilda et Amina en ont une. Je leur demande de répondre ici, en anglais s’il le faut.',
          },
          {
            by: 'ilda',
            at: '-5d 08:30',
            body: 'En Virada : 24 heures, sauf si la personne vient avec sa pièce d’identité et l’ancienne SIM. Alors, tout de suite. Pardon pour mon français.',
          },
          {
            by: 'awa',
            at: '-5d 10:12',
            body: 'Votre français est très clair, merci. L’exception me paraît juste : le délai protège contre l’usurpation, pas contre une carte abîmée. Avez-vous bloqué seulement les transferts, ou tout le compte ?',
          },
          { by: 'ilda', at: '-5d 15:48', body: 'Seulement les transferts et les changements du compte. On peut recevoir de l’argent et payer l’électricité.' },
          {
            by: 'awa',
            at: '-4d 08:55',
            body: 'C’est ce que je vais proposer : 24 heures, l’exception, et le compte qui reste ouvert à la réception. Je dirai ici ce que le conseil décide.',
          },
        ],
      },
      {
        title: 'Words for SIM swap in Arabic',
        messages: [
          {
            by: 'noor',
            at: '-4d 06:05',
            body: 'Before I translate the SIM pages: operators in Temura write استبدال الشريحة for a replacement SIM, and the press writes تبديل الشريحة for the fraud. I would keep استبدال الشريحة for the act and say احتيال استبدال الشريحة for the fraud. Does any other country use a different word in law?',
          },
          {
            by: 'amina',
            at: '-4d 09:37',
            body: 'The call centres of our operators, who answer in Arabic too, say بدل فاقد when the card was lost. Customers know that one. It only covers loss, though, not a swap.',
          },
          { by: 'noor', at: '-4d 10:20', body: 'Then بدل فاقد belongs in the note for support staff, not in the control. That helps, thank you.' },
          { by: 'awa', at: '-3d 08:44', body: 'Could we keep such a list for French too? We have three words for the same thing in two decrees.' },
          { by: 'noor', at: '-3d 11:31', body: 'Yes. Send me the decrees and the words, I will start the page with Arabic and French side by side.' },
        ],
      },
      {
        title: 'Who checks USSD when the bank and the operator are the same group?',
        messages: [
          {
            by: 'mateo',
            at: '-3d 14:08',
            body: 'In Palindra the wallet belongs to the operator. When we ask about USSD interception, each side says the other one has it. Which of the two do you address?',
          },
          {
            by: 'amina',
            at: '-3d 15:20',
            body: 'The role, not the company. We sent the list filtered by operator to one desk and the list filtered by provider to the other, in the same group, and asked for two signatures.',
          },
          { by: 'mateo', at: '-3d 20:02', body: 'Two signatures from one building. I like it.' },
          { by: 'jonas', at: '-2d 06:58', body: 'It also showed which controls had nobody. Four in our case. Write those down first.' },
        ],
      },
    ],
  },
];
