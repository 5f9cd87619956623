import type { ProposedChange } from '../open-change-request.server.ts';

/** The service byline that speaks for every import, and the one that merges what is published at once. */
export const IMPORTER = 'Importer';
export const MERGER = 'Indaba';
/** Bylines whose merged text counts as the source's own: what people changed since is told apart from it. */
export const SOURCES = [IMPORTER, 'Starter library'];

export type KnownPage = {
  id: string;
  path: string;
  title: string;
  parentPath: string | null;
  position: number;
  revisionId: string;
  /** The text as it stands. */
  text: string;
  /** The text as it came in last; the present one where nobody brought it in. */
  base: string;
};
/** What an import asked for and nobody granted: it is not asked again in the same words. */
export type Asked = { id: string; number: number; status: 'open' | 'declined'; pages: { action: string; path: string; source: string }[] };
export type KnownSpace = {
  id: string;
  slug: string;
  audienceId: number;
  title: string;
  sources: string[];
  pages: KnownPage[];
  /** Pages that this hub retired; an import does not bring them back. */
  retired: { path: string; importedFrom: string | null }[];
  asked: Asked[];
  /** Former addresses that lead on already. */
  redirects: ReadonlySet<string>;
};

/** What became of a page. */
export type Outcome = 'created' | 'edited' | 'joined' | 'unchanged' | 'kept' | 'clash' | 'waiting' | 'declined' | 'retired';
export type LandedPage = { path: string; title: string; outcome: Outcome; request?: number };
/** What an import wants of a space: `main` can be merged as it is, `aside` needs a person, since source and hub changed the same place. */
export type Wanted = {
  main: ProposedChange[];
  aside: ProposedChange[];
  pages: LandedPage[];
};

export type Landed = {
  slug: string;
  title: string;
  isNew: boolean;
  pages: LandedPage[];
  placed: number;
  controls: { kept: number; fresh: number; retired: string[] };
  redirects: number;
  files: { kept: number; there: number; refused: { name: string; where: string }[]; waiting: string[] };
  requests: { number: number; merged: boolean; kind: 'main' | 'aside' }[];
};
