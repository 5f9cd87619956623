import type { When } from '../when.ts';

export type Tlp = 'TLP:CLEAR' | 'TLP:GREEN' | 'TLP:AMBER' | 'TLP:AMBER+STRICT' | 'TLP:RED';

/** `by` is the slug of a cast member. */
export type Message = { by: string; at: When; body: string; marking?: Tlp };

/** The first message opens the thread; its author is the author of the thread. */
export type Thread = { title: string; language?: 'fr' | 'ar' | 'es'; messages: readonly Message[] };

export type Channel = {
  slug: string;
  name: string;
  purpose: string;
  /** Who opened it, when that is not who spoke first: only stewards and moderators open one to the public. */
  by?: string;
  /** Anyone at all, every member, or the slug of a circle. */
  audience: { kind: 'public' } | { kind: 'everyone' } | { kind: 'circle'; circle: string };
  ceiling: Tlp;
  /** Only these, beside who opened it, start threads; everybody answers. */
  keepers?: readonly string[];
  threads: readonly Thread[];
};

export type ChangeRequest = {
  slug: string;
  space: string;
  page: string;
  /** The slug of the control it is about. */
  control: string;
  title: string;
  reason: string;
  by: string;
  at: When;
  /** `find` stands once in the starter text of the page. */
  change: { find: string; replace: string };
  comments: readonly Message[];
  decision?: { outcome: 'merged' | 'declined'; by: string; at: When; reason: string };
};
