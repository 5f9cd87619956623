/** Every limit of the web process, in one table: what it is called, its number, what it means. `INDABA_LIMITS` changes numbers, nothing else does. */
import { Fault } from './fault.ts';

const table = {
  'body-bytes': [262_144, 'a form or JSON sent to any address that is not named below'],
  'page-body-bytes': [4_194_304, 'a form that carries the whole text of a library page, or a letter with an application'],
  'files-body-bytes': [25_165_824, 'a form that carries files of a message, from whoever is signed in'],
  'api-body-bytes': [2_097_152, 'one call of /api/v1'],
  'header-bytes': [16_384, 'the head of a request, cookies included'],
  'header-seconds': [20, 'time for the head of a request to arrive'],
  'request-seconds': [120, 'time for the whole request to arrive, body included'],
  connections: [10_000, 'open connections, all together'],
  'address-connections': [4_000, 'open connections of one network; those of a trusted proxy count only together'],
  reads: [3_000, 'pages and answers read in a minute with one session or token'],
  'address-reads': [12_000, 'the same by one network, signed in or not'],
  writes: [300, 'forms and changing calls in a minute with one session or token'],
  'address-writes': [3_000, 'the same by one network, signed in or not'],
  previews: [180, 'previews of a text in a minute with one session'],
  'address-suggestions': [3_000, 'suggestions while searching in a minute by one network'],
  streams: [60, 'event streams opened in a minute with one session or token'],
} satisfies Record<string, [number, string]>;

export type LimitName = keyof typeof table;
export type Limits = Record<LimitName, number>;

export const limitNames = Object.keys(table) as LimitName[];
export const defaultLimits = Object.fromEntries(Object.entries(table).map(([name, [number]]) => [name, number])) as Limits;

/** Reads `writes=600, connections=20000` over the table; throws a Fault naming what cannot be read. */
export function readLimits(text: string | undefined): Limits {
  const limits = { ...defaultLimits };
  for (const pair of (text ?? '').split(/[\s,]+/).filter(Boolean)) {
    const [, name = '', number = ''] = /^([a-z-]+)=([1-9]\d{0,9})$/.exec(pair) ?? [];
    if (!Object.hasOwn(limits, name)) throw new Fault(`INDABA_LIMITS holds "${pair}": it must be pairs like writes=600, with one of ${limitNames.join(', ')}.`);
    limits[name as LimitName] = Number(number);
  }
  if (limits['header-seconds'] > limits['request-seconds']) throw new Fault('INDABA_LIMITS: header-seconds may not be more than request-seconds.');
  return limits;
}
