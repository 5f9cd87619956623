import { healthNow } from '#domains/hub/health/look.server.ts';
import { isNote } from '#domains/hub/health/model.ts';
import { checkName, foundText, todoText } from '#domains/hub/ui/health-words.ts';
import { hub_health_title } from '#paraglide/messages.js';
import { requireMe } from '../entering.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  await requireMe(event);
  const { found, figures } = await healthNow(event.locals.actor);
  const checks = found.map((each) => ({
    check: each.check,
    bad: each.bad,
    note: isNote(each),
    since: each.since,
    name: checkName(each.check),
    found: foundText(each),
    todo: todoText(each),
  }));
  // What needs somebody comes first.
  return { title: hub_health_title(), checks: [...checks.filter(({ bad }) => bad), ...checks.filter(({ bad }) => !bad)], nodes: figures.nodes };
};
