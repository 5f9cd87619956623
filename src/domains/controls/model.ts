import * as v from 'valibot';

/** The closed lists that attributes of a control draw their ids from; their names are messages. An id the list does not know is shown as it is. */
export const KINDS = ['control', 'recommendation', 'practice', 'clause'] as const;
export const ENTITIES = ['mobile-user', 'mno', 'dfs-provider', 'third-party-provider'] as const;
export const ROLES = [
  'telecom-regulator',
  'central-bank',
  'mno',
  'dfs-provider',
  'third-party-provider',
  'payment-service-provider',
  'solution-provider',
  'merchant',
  'app-developer',
  'device-manufacturer',
  'mobile-user',
] as const;
export const DIMENSIONS = [
  'access-control',
  'authentication',
  'non-repudiation',
  'data-confidentiality',
  'communication-security',
  'data-integrity',
  'availability',
  'privacy',
] as const;

const word = v.optional(v.fallback(v.pipe(v.string(), v.trim(), v.maxLength(120)), ''), '');
/** What the register is narrowed to; anything unknown in an address narrows to nothing it could mean, never to an error. */
export const Filters = v.object({ q: word, role: word, entity: word, dimension: word, kind: word, space: word, group: word, withdrawn: word });
export type Filters = v.InferOutput<typeof Filters>;

/** The filters as an address, with some of them changed; empty ones are left out. */
export function registerAddress(filters: Partial<Filters>, changed: Partial<Filters> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filters, ...changed })) if (value) query.set(name, value);
  return query.size ? `/controls?${query}` : '/controls';
}

/** A control as a reader names it: by number, where it has one, and title. */
export const controlName = ({ number, title }: { number: string; title: string }): string => (number ? `${number} ${title}` : title);
