import { controls_also_known, controls_dimension, controls_for, controls_note } from '#paraglide/messages.js';
import { to } from '#ui/locale.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { listOnPage, type Alias } from './queries.server.ts';
import { dimensionName, roleName, schemeName } from './words.ts';

export type Facts = { id: string; code: string; number: string; href: string; facts: Array<{ label: string; value: string }> };

/** The other numbers of a control, each with the name of its source; FIGI's own begin with C and need none. */
export function otherNumbers(aliases: readonly Alias[], known: string): string[] {
  return aliases
    .filter((alias) => !(alias.scheme === 'gitbook' && alias.value === known) && alias.scheme !== 'indaba')
    .map((alias) => `${schemeName(alias.scheme)} ${alias.value}`);
}

type Said = { slug: string; role: string[]; dimension: string[]; aliases: Alias[]; note: string };

function factsOf(control: Said, { id, code, number }: Pick<Facts, 'id' | 'code' | 'number'>): Facts {
  const list = (labels: string[]) => labels.join(', ');
  const facts = [
    { label: controls_for(), value: list(control.role.map(roleName)) },
    { label: controls_dimension(), value: list(control.dimension.map(dimensionName)) },
    { label: controls_also_known(), value: list(otherNumbers(control.aliases, number)) },
    { label: controls_note(), value: control.note },
  ].filter((fact) => fact.value !== '');
  return { id, code, number, href: to(`/c/${code}`), facts };
}

/** What stands under each control of a page, by its slug there. */
export async function factsOnPage(tx: Tx, pageId: string): Promise<Map<string, Facts>> {
  return new Map((await listOnPage(tx, pageId)).map((control) => [control.slug, factsOf(control, control)]));
}

/** The same for a text of another time: as it says it, under the numbers that its controls had then. */
export function factsInText(controls: readonly Said[], known: ReadonlyMap<string, Pick<Facts, 'id' | 'code' | 'number'>>): Map<string, Facts> {
  return new Map(
    controls.flatMap((control) => {
      const record = known.get(control.slug);
      return record ? [[control.slug, factsOf(control, record)]] : [];
    }),
  );
}
