/** Who answers for which page, and in how many days from now it is read again; before none, the day is over. `reviewed`: it was read again today. */
export type Kept = { space: string; page: string; owner: { person: string } | { organization: string }; in: number; reviewed?: true };

/** Said by an editor who reads all of it. */
export const keeper = 'noor';
export const upkeep: readonly Kept[] = [
  { space: 'ss7', page: 'operators', owner: { organization: 'lumaria-central-bank' }, in: 21 },
  { space: 'ss7', page: 'about', owner: { person: 'jonas' }, in: -12 },
  { space: 'sim-swap', page: 'operators', owner: { person: 'pita' }, in: 120, reviewed: true },
  { space: 'sim-swap', page: 'regulators', owner: { person: 'amina' }, in: 9 },
  { space: 'mobile-app-practices', page: 'about', owner: { person: 'mei' }, in: 200 },
];
