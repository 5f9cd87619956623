import { people_apply_sent_title } from '#paraglide/messages.js';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = () => ({ title: people_apply_sent_title() });
