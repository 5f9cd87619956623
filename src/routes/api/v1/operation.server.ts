import type * as v from 'valibot';
import type { Tx } from '#platform/database/open.server.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Call<I = unknown> = {
  /** What stands in the address: `{slug}`; `{path}` at the end takes the rest of it. */
  params: Record<string, string>;
  query: URLSearchParams;
  input: I;
  /** The Idempotency-Key, or one made for this call. */
  retryKey: string;
  page: { limit: number; after: string | null };
};
export type Operation = {
  method: Method;
  path: string;
  /** One sentence, shown in the OpenAPI document. */
  summary: string;
  collection: string;
  input?: v.GenericSchema;
  /** Names of the query parameters it understands, with a sentence each. */
  query?: Record<string, string>;
  /** A list answers {items, next}. */
  list?: boolean;
  /** Answers within the asker's turns and on the step, so that time tells nothing: search. */
  onTheStep?: boolean;
  /** The representation an If-Match is held against, before the change. */
  current?: (tx: Tx, call: Call) => Promise<unknown>;
  run: (tx: Tx, call: Call) => Promise<unknown>;
};

/** Declares one operation; the input it is given has passed its schema. */
export function operation<S extends v.GenericSchema = v.GenericSchema>(
  declared: Omit<Operation, 'run' | 'input'> & { input?: S; run: (tx: Tx, call: Call<v.InferOutput<S>>) => Promise<unknown> },
): Operation {
  return declared as Operation;
}

export type List = { items: unknown[]; next: string | null };

/** Cuts a page out of a whole list by the key of its rows; the cursor is opaque and survives rows that come and go. */
export function cut<T>(rows: readonly T[], call: Call, keyOf: (row: T) => string): List {
  const { limit, after } = call.page;
  const from = after === null ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1;
  const items = rows.slice(from, from + limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && from + limit < rows.length ? cursor(keyOf(last)) : null };
}

/** A place in a list, as the outside sees it. */
export const cursor = (key: string): string => Buffer.from(key).toString('base64url');

/** The place a cursor names; an unreadable one is the beginning of nothing. */
export const placeOf = (text: string | null): string | null => (text ? Buffer.from(text, 'base64url').toString('utf8') : null);
