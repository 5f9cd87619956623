// size: one list of people, read as a list.
/** The community that demo and tests live with. Countries, bodies and people are invented; ids are fixed, so that a test can name them. */

export type OrganizationKind =
  | 'regulator'
  | 'central-bank'
  | 'supervisor'
  | 'cyber-agency'
  | 'provider'
  | 'operator'
  | 'regional-body'
  | 'expert'
  | 'secretariat';

export type Jurisdiction = {
  id: string;
  code: string;
  slug: string;
  name: string;
  region: string;
  timeZone: string;
};

export type Organization = {
  id: string;
  slug: string;
  name: string;
  kind: OrganizationKind;
  /** Guests see only the circles they are invited to, and what is public. */
  guest: boolean;
  /** Slugs; empty for bodies that serve no one country. */
  jurisdictions: readonly string[];
};

export type HubRole = 'steward' | 'editor' | 'reviewer' | 'moderator' | 'trustee';

export type CastMember = {
  id: string;
  slug: string;
  name: string;
  email: string;
  /** Null for Eve, who is signed in and belongs nowhere. */
  organization: string | null;
  organizationRole: 'member' | 'focal_point';
  hubRoles: readonly HubRole[];
  /** The locale of the screens. */
  locale: string;
  /** Languages the person writes in, best first. */
  writes: readonly string[];
  timeZone: string;
  /** What the sign-in page of the demo says about the person. */
  sketch: string;
  /** Offered for one-click sign-in in demo. */
  inCast: boolean;
};

export type Circle = {
  id: string;
  slug: string;
  name: string;
  purpose: string;
  /** Slugs of people; the rest of their organization is not in. */
  people: readonly string[];
  /** Slugs of organizations, with everyone in them. */
  organizations: readonly string[];
  /** Slugs of those who run it, all of them in it. */
  runners: readonly string[];
  entry?: 'open' | 'request';
  /** Kinds of organization whose people are in it by rule. */
  kinds?: readonly string[];
};

/** A fixed id in the shape of a UUIDv7: family in the third group, number at the end. */
const id = (family: string, number: number): string => `01930000-0000-7${family}-8000-${number.toString(16).padStart(12, '0')}`;

const country = (number: number, code: string, name: string, region: string, timeZone: string): Jurisdiction => ({
  id: id('001', number),
  code,
  slug: name.toLowerCase(),
  name,
  region,
  timeZone,
});

export const jurisdictions: readonly Jurisdiction[] = [
  country(1, 'XLU', 'Lumaria', 'Inland', 'Africa/Nairobi'),
  country(2, 'XSA', 'Sandoria', 'Straits', 'Asia/Singapore'),
  country(3, 'XTA', 'Tavola', 'Islands', 'Pacific/Tongatapu'),
  country(4, 'XOR', 'Oruna', 'Coast', 'Africa/Abidjan'),
  country(5, 'XTE', 'Temura', 'Gulf', 'Asia/Muscat'),
  country(6, 'XPA', 'Palindra', 'Highlands', 'America/Lima'),
  country(7, 'XVI', 'Virada', 'Islands', 'Atlantic/Cape_Verde'),
];

const body = (number: number, slug: string, name: string, kind: OrganizationKind, served: readonly string[], guest = false): Organization => ({
  id: id('002', number),
  slug,
  name,
  kind,
  guest,
  jurisdictions: served,
});

export const organizations: readonly Organization[] = [
  body(1, 'lumaria-telecom', 'Telecommunications Authority of Lumaria', 'regulator', ['lumaria']),
  body(2, 'lumaria-central-bank', 'Central Bank of Lumaria', 'central-bank', ['lumaria']),
  body(3, 'sandoria-supervisor', 'Financial Supervisory Office of Sandoria', 'supervisor', ['sandoria']),
  body(4, 'tavola-communications', 'Tavola Communications Office', 'regulator', ['tavola']),
  body(5, 'oruna-telecom', 'Autorité des télécommunications d’Oruna', 'regulator', ['oruna']),
  body(6, 'temura-cyber', 'National Cyber Agency of Temura', 'cyber-agency', ['temura']),
  body(7, 'palindra-central-bank', 'Banco Central de Palindra', 'central-bank', ['palindra']),
  body(8, 'virada-regulator', 'Virada Regulatory Board', 'regulator', ['virada']),
  body(9, 'sika-pay', 'Sika Pay', 'provider', ['lumaria'], true),
  body(10, 'secretariat', 'Indaba Secretariat', 'secretariat', []),
  body(11, 'kite-mobile', 'Kite Mobile', 'operator', ['tavola'], true),
];

type Sketch = Omit<CastMember, 'id' | 'email' | 'organizationRole' | 'hubRoles' | 'locale' | 'writes' | 'inCast'> &
  Partial<Pick<CastMember, 'organizationRole' | 'hubRoles' | 'writes' | 'inCast'>> & { number: number; at: string };

const person = ({ number, at, ...rest }: Sketch): CastMember => ({
  organizationRole: 'member',
  hubRoles: [],
  writes: ['en'],
  inCast: true,
  locale: 'en',
  ...rest,
  id: id('003', number),
  email: `${rest.slug}@${at}.example`,
});

export const cast: readonly CastMember[] = [
  person({
    number: 1,
    slug: 'amina',
    name: 'Amina Okello',
    at: 'telecom.lumaria',
    organization: 'lumaria-telecom',
    timeZone: 'Africa/Nairobi',
    sketch: 'Analyst at the Telecommunications Authority of Lumaria',
  }),
  person({
    number: 2,
    slug: 'jonas',
    name: 'Jonas Adeyemi',
    at: 'bank.lumaria',
    organization: 'lumaria-central-bank',
    organizationRole: 'focal_point',
    hubRoles: ['trustee'],
    timeZone: 'Africa/Nairobi',
    sketch: 'Focal point at the Central Bank of Lumaria',
  }),
  person({
    number: 3,
    slug: 'mei',
    name: 'Mei Tan',
    at: 'supervision.sandoria',
    organization: 'sandoria-supervisor',
    hubRoles: ['reviewer', 'trustee'],
    timeZone: 'Asia/Singapore',
    sketch: 'Reviewer, at the financial supervisor of Sandoria',
  }),
  person({
    number: 4,
    slug: 'pita',
    name: 'Pita Vea',
    at: 'office.tavola',
    organization: 'tavola-communications',
    organizationRole: 'focal_point',
    timeZone: 'Pacific/Tongatapu',
    sketch: 'One of two people at the regulator of Tavola, on a poor line',
  }),
  person({
    number: 5,
    slug: 'karim',
    name: 'Karim Bello',
    at: 'sika-pay',
    organization: 'sika-pay',
    timeZone: 'Africa/Nairobi',
    sketch: 'Head of security at a DFS provider, a guest',
  }),
  person({
    number: 6,
    slug: 'lucia',
    name: 'Lucía Ferrer',
    at: 'secretariat',
    organization: 'secretariat',
    organizationRole: 'focal_point',
    hubRoles: ['steward', 'moderator'],
    writes: ['en', 'es', 'fr'],
    timeZone: 'Europe/Zurich',
    sketch: 'Steward, at the secretariat',
  }),
  person({
    number: 7,
    slug: 'noor',
    name: 'Noor Haddad',
    at: 'cyber.temura',
    organization: 'temura-cyber',
    hubRoles: ['editor', 'reviewer', 'steward'],
    writes: ['ar', 'en'],
    timeZone: 'Asia/Muscat',
    sketch: 'Editor, writes Arabic',
  }),
  person({
    number: 8,
    slug: 'eve',
    name: 'Eve Marsh',
    at: 'nowhere',
    organization: null,
    timeZone: 'UTC',
    sketch: 'Signed in, belongs nowhere',
  }),
  person({
    number: 9,
    slug: 'awa',
    name: 'Awa Kouré',
    at: 'telecom.oruna',
    organization: 'oruna-telecom',
    inCast: false,
    writes: ['fr', 'en'],
    timeZone: 'Africa/Abidjan',
    sketch: 'Engineer at the telecommunications authority of Oruna',
  }),
  person({
    number: 10,
    slug: 'mateo',
    name: 'Mateo Rivas',
    at: 'banco.palindra',
    organization: 'palindra-central-bank',
    hubRoles: ['steward', 'trustee'],
    organizationRole: 'focal_point',
    writes: ['es', 'en'],
    timeZone: 'America/Lima',
    sketch: 'Second steward and trustee, at a central bank',
  }),
  person({
    number: 11,
    slug: 'ilda',
    name: 'Ilda Monte',
    at: 'board.virada',
    organization: 'virada-regulator',
    inCast: false,
    organizationRole: 'focal_point',
    timeZone: 'Atlantic/Cape_Verde',
    sketch: 'Licensing and security at the regulator of Virada',
  }),
  person({
    number: 12,
    slug: 'rana',
    name: 'Rana Osei',
    at: 'bank.lumaria',
    organization: 'lumaria-central-bank',
    inCast: false,
    timeZone: 'Africa/Nairobi',
    sketch: 'Oversight analyst at the Central Bank of Lumaria',
  }),
  person({
    number: 13,
    slug: 'sefa',
    name: 'Sefa Lolo',
    at: 'office.tavola',
    organization: 'tavola-communications',
    inCast: false,
    timeZone: 'Pacific/Tongatapu',
    sketch: 'The other of two people at the regulator of Tavola',
  }),
  person({
    number: 14,
    slug: 'bruno',
    name: 'Bruno Paz',
    at: 'banco.palindra',
    organization: 'palindra-central-bank',
    inCast: false,
    writes: ['es', 'en'],
    timeZone: 'America/Lima',
    sketch: 'Payments specialist at the central bank of Palindra',
  }),
  person({
    number: 15,
    slug: 'anouk',
    name: 'Anouk Weber',
    at: 'secretariat',
    organization: 'secretariat',
    inCast: false,
    writes: ['fr', 'en'],
    timeZone: 'Europe/Zurich',
    sketch: 'Programme officer at the secretariat',
  }),
  person({
    number: 16,
    slug: 'tomas',
    name: 'Tomas Reyes',
    at: 'kite-mobile',
    organization: 'kite-mobile',
    inCast: false,
    organizationRole: 'focal_point',
    timeZone: 'Pacific/Tongatapu',
    sketch: 'Network security at a mobile operator, a guest',
  }),
];

export const circles: readonly Circle[] = [
  {
    id: id('004', 1),
    slug: 'sim-swap-working-circle',
    name: 'SIM swap working circle',
    purpose: 'Rules, figures and cases of SIM swap, before they are ready for everyone.',
    people: ['amina', 'jonas', 'mei', 'pita'],
    organizations: [],
    runners: ['jonas', 'amina'],
    entry: 'request',
  },
  {
    id: id('004', 2),
    slug: 'lumaria-authorities',
    name: 'Authorities of Lumaria',
    purpose: 'The joint committee of the two authorities of Lumaria.',
    people: [],
    organizations: ['lumaria-telecom', 'lumaria-central-bank'],
    runners: ['amina', 'jonas'],
  },
  {
    id: id('004', 3),
    slug: 'small-regulators',
    name: 'Small regulators',
    purpose: 'For offices where one person holds all the duties.',
    people: ['lucia'],
    organizations: ['tavola-communications', 'virada-regulator'],
    runners: ['pita'],
    entry: 'open',
  },
  {
    id: id('004', 4),
    slug: 'providers-round-table',
    name: 'Providers’ round table',
    purpose: 'Where invited providers and the authorities of Lumaria speak about controls in practice.',
    people: ['amina', 'jonas', 'karim', 'tomas', 'lucia'],
    organizations: [],
    runners: ['lucia'],
  },
  {
    id: id('004', 5),
    slug: 'central-banks',
    name: 'Central banks',
    purpose: 'For everyone who works at a central bank of the hub.',
    people: ['lucia'],
    organizations: [],
    runners: ['lucia'],
    kinds: ['central-bank'],
  },
];

/** The people that a visitor of the demo may become. */
export const signInAs: readonly CastMember[] = cast.filter((member) => member.inCast);
