import type { Placing } from './request-parts.server.ts';

/** Title, address and place of a page as a form brought them; `-` leaves the place as it is. */
export function readPlacing(form: FormData): Placing {
  const text = (name: string) => String(form.get(name) ?? '');
  const beside = form.get('beside') === null ? '-' : text('beside');
  return { title: text('called'), path: text('path'), place: beside === '-' ? null : { beside, how: text('how') === 'under' ? 'under' : 'after' } };
}
