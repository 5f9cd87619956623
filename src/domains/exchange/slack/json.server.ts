import type { Archive } from './archive.server.ts';
import { whyNot } from './archive.server.ts';
import { type Limits, type Lines, tell } from './model.ts';

export type Json = { [key: string]: unknown };

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const record = (value: unknown): Json => (value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const strings = (value: unknown): string[] => list(value).filter((each): each is string => typeof each === 'string');

/** A list out of a file of the archive, or undefined with a line of the report. Files that are not there are no fault. */
export async function readList(archive: Archive, name: string, limits: Limits, to: Lines): Promise<unknown[] | undefined> {
  if (!archive.names.has(name)) return undefined;
  let bytes: Buffer;
  try {
    bytes = await archive.read(name, limits.json);
  } catch (error) {
    tell(to, whyNot(error), name, name);
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
    if (Array.isArray(value)) return value;
    tell(to, 'not_list', name, name);
  } catch {
    tell(to, 'not_json', name, name);
  }
  return undefined;
}
