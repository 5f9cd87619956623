import type { ReportLine } from '../gitbook/model.ts';

/**
 * What a repository may cost: bytes on the line, bytes and files written, bytes of one file, memory and time of the process that unpacks it.
 * A file of 2 GB of zeros travels as 2 MB, so memory is watched from outside.
 */
export const REPOSITORY = {
  line: 200 * 1024 * 1024,
  written: 500 * 1024 * 1024,
  files: 10_000,
  fileBytes: 10 * 1024 * 1024,
  depth: 20,
  memory: 1024 * 1024 * 1024,
  ms: 10 * 60_000,
};
export type RepositoryLimits = typeof REPOSITORY;

/** What is asked of the process that fetches, in one message. */
export type Asked = { address: string; branch: string | null; folder: string; limits: RepositoryLimits };
/** What it answers: the commit that was read and what was left out; or a code of `exchange.git.…` and what it is about. */
export type Answered = { commit: string; branch: string | null; leftOut: ReportLine[] } | { refused: string; about: string };
