/** What is looked at, and what is found. Pure: the figures come from outside. */

/** What a process says of itself with each beat. */
export type Facts = {
  url: string;
  version: string;
  migration: string;
  disk_free: number;
  disk_total: number;
  smtp: boolean;
  /** Is it told where the malware scanner listens? */
  scanner: boolean;
  keys: Record<string, number>;
};
export type Node = { kind: 'web' | 'worker'; name: string; seen_seconds: number; skew_seconds: number; facts: Facts };
/** What was found; code and params name the sentence. */
export type Finding = { check: Check; bad: boolean; code: string; params: Record<string, string | number> };
export type State = { name: string; bad: boolean; since: string; finding: Finding };

/** What app.health_figures() tells. */
export type Figures = {
  demo: boolean;
  age_seconds: number;
  nodes: Node[];
  waiting: { count: number; seconds: number };
  mail: { count: number; seconds: number; error: string | null };
  failed: { task: string; count: number; error: string | null }[];
  unsealed_seconds: number;
  open_seconds: number | null;
  unfound: number;
  /** The last nightly recount: how many numbers it had to put right, of each kind. */
  recount: { seconds: number; counted: number; threads: number; conversations: number; markers: number; activity: number; audiences: number } | null;
  /** The documents that members accept, of which a version is published. */
  agreements: string[];
  backup_seconds: number | null;
  unlooked: { count: number; seconds: number };
  states: State[];
};
/** What the malware scanner said when it was asked; undefined where none is set. `days`: how old its signatures are, where it says so. */
export type Scanner = { version: string; days: number | null } | { error: string } | 'not asked' | undefined;
/** What the address of the hub shows to who comes from outside. */
export type Address = { url: string; certificate?: { days: number } | { error: string } | undefined };

export const CHECKS = [
  'jobs',
  'mail',
  'failed',
  'disk',
  'backup',
  'scanner',
  'clock',
  'nodes',
  'versions',
  'keys',
  'seal',
  'transactions',
  'search',
  'counts',
  'address',
  'terms',
] as const;
export type Check = (typeof CHECKS)[number];

/** Not bad, and yet to be known: something that could be there is not. */
export const isNote = ({ check, code }: Finding): boolean =>
  (check === 'scanner' && (code === 'none' || code === 'set')) || (check === 'terms' && code !== 'well' && code !== 'demo');
