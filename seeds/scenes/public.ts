import type { Channel } from './model.ts';

/** Channels that anybody reads, signed in or not. Only full members write in them, and only TLP:CLEAR. */
export const publicChannels: readonly Channel[] = [
  {
    slug: 'open-questions',
    name: 'Open questions',
    purpose: 'Questions about the texts, answered where anybody can read them. Members write.',
    by: 'lucia',
    audience: { kind: 'public' },
    ceiling: 'TLP:CLEAR',
    threads: [
      {
        title: 'May a licence quote a control?',
        messages: [
          {
            by: 'ilda',
            at: '-18d 09:20',
            body: 'We want to put a dozen controls into the annex of our licence. Is that allowed, and how should we name them? Our lawyers do not like links.',
          },
          {
            by: 'noor',
            at: '-18d 11:02',
            body: 'The texts here are CC BY 4.0: quote, change and translate, and say where they come from. Name the control by its permanent address, for example `/c/` and the code, and add the day you read it. Numbers change between editions; the address does not.',
          },
          {
            by: 'lucia',
            at: '-18d 12:40',
            body: 'And please tell us when you have done it. A control that stands in a licence is one we change with more care.',
          },
          { by: 'ilda', at: '-17d 08:11', body: 'Thank you. The annex will say “as of” with a date, then.' },
        ],
      },
      {
        title: 'A provider asks: which controls are ours?',
        messages: [
          {
            by: 'pita',
            at: '-7d 21:30',
            body: 'A payment start-up in Tavola asked me for “the list”. They are not members. Can I send them something without making a document first?',
          },
          {
            by: 'amina',
            at: '-6d 06:55',
            body: 'Send them the register, filtered: [controls a DFS provider has to act on](/controls?role=dfs-provider). It opens without signing in, and prints.',
          },
          { by: 'pita', at: '-6d 19:47', body: 'They have it. First answer: “shorter than we feared”.' },
        ],
      },
    ],
  },
];
