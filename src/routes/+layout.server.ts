import type { LayoutServerLoad } from './$types.js';

export const load: LayoutServerLoad = ({ locals }) => ({
  locale: locals.locale,
  path: locals.path,
});
