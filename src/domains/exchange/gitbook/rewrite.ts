import { formatDirective, parseDirective, planDirectives } from '#lib/text/directives.ts';

/** What a control that is already there hands on to the imported one that takes its place. */
export type Heir = { slug: string; title?: string; aliases?: string[]; attributes?: Record<string, string> };

const KEPT = ['entity', 'role', 'dimension', 'risk', 'vulnerability', 'note'];

/**
 * Puts controls of a text under the slugs of those they take over from: title and slug stay, aliases add up, and what the
 * source does not print is kept. Slugs not in the map stay.
 */
export function adoptControls(text: string, heirs: ReadonlyMap<string, Heir>): string {
  if (!heirs.size) return text;
  const lines = text.split('\n');
  for (const at of planDirectives(lines).ends.keys()) {
    const directive = parseDirective(lines[at]!);
    const heir = directive?.name === 'control' ? heirs.get(directive.id) : undefined;
    if (!directive || !heir) continue;
    const attributes: Record<string, string | undefined> = { kind: directive.attributes.kind };
    for (const key of KEPT) attributes[key] = directive.attributes[key] || heir.attributes?.[key];
    const aliases = [...new Set([...(heir.aliases ?? []), ...(directive.attributes.alias ?? '').split(' ')])].filter(Boolean);
    const colons = /^:+/.exec(lines[at]!)![0].length;
    lines[at] = formatDirective(
      'control',
      heir.title || directive.title,
      heir.slug,
      {
        kind: attributes.kind,
        entity: attributes.entity,
        role: attributes.role,
        dimension: attributes.dimension,
        risk: attributes.risk,
        vulnerability: attributes.vulnerability,
        alias: aliases,
        note: attributes.note,
      },
      colons,
    );
  }
  return lines.join('\n');
}

/** Turns library addresses in the links of a text into others (`/library/mou/x` → `/library/model-mou/y`); fenced code stays. */
export function rewriteAddresses(text: string, addresses: ReadonlyMap<string, string>): string {
  let fence = '';
  return text
    .split('\n')
    .map((line) => {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (mark && (!fence || (mark[0] === fence[0] && mark.length >= fence.length))) fence = fence ? '' : mark;
      if (fence || !line.includes('](')) return line;
      return line.replace(/(\]\(<?)(\/library\/[^\s)#>]+)/g, (whole, before: string, address: string) => {
        const to = addresses.get(address);
        return to === undefined ? whole : before + to;
      });
    })
    .join('\n');
}
