import type { Reroute } from '@sveltejs/kit/hooks';
import { splitLocale } from '#ui/locale.ts';

/** `/ar-XB/library/x` is answered by the route `/library/x`. */
export const reroute: Reroute = ({ url }) => splitLocale(url.pathname).path;
