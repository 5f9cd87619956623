// The words by which the framework names entities, actors and dimensions, and the ids the library uses for them.

const DIMENSIONS: [RegExp, string][] = [
  [/access\s+control/i, 'access-control'],
  [/authentication/i, 'authentication'],
  [/non-?\s?repudiation/i, 'non-repudiation'],
  [/confidentiality/i, 'data-confidentiality'],
  [/communications?\s+security/i, 'communication-security'],
  [/integrity/i, 'data-integrity'],
  [/availability/i, 'availability'],
  [/privacy/i, 'privacy'],
];

const ENTITIES: [RegExp, string][] = [
  [/mobile\s+users?/i, 'mobile-user'],
  [/\bM(?:V)?NOs?\b|mobile\s+(?:network\s+)?operators?/i, 'mno'],
  [/DFS\s+(?:service\s+)?providers?/i, 'dfs-provider'],
  [/third[\s-]*part(?:y|ies)/i, 'third-party-provider'],
];

const ACTORS: [RegExp, string][] = [
  [/\b(?:app(?:lication)?|mobile app) developers?\b/i, 'app-developer'],
  [/\bdevice manufacturers?\b/i, 'device-manufacturer'],
  [/\bmerchants?\b/i, 'merchant'],
  [/\b(?:solution) providers?\b/i, 'solution-provider'],
  [/\bpayment services? providers?\b/i, 'payment-service-provider'],
  [/\bM(?:V)?NOs?\b|\bmobile (?:network )?operators?\b/i, 'mno'],
  [/\bDFS (?:service )?providers?\b|\bDFS operators?\b/i, 'dfs-provider'],
  [/\bthird[\s-]part(?:y|ies)\b/i, 'third-party-provider'],
  [/\b(?:DFS|mobile) users?\b/i, 'mobile-user'],
  [/\bcentral banks?\b/i, 'central-bank'],
  [/\b(?:telecom(?:munications?)? )?regulators?\b/i, 'telecom-regulator'],
];

const found = (table: [RegExp, string][], text: string): string[] =>
  table
    .map(([word, id]) => [text.search(word), id] as const)
    .filter(([at]) => at >= 0)
    .sort((a, b) => a[0] - b[0])
    .map(([, id]) => id);

/** Ids of the security dimensions named in a text, in its order. */
export const dimensionsOf = (text: string): string[] => found(DIMENSIONS, text);

/** Ids of the affected entities named in a heading, in its order. */
export const entitiesOf = (text: string): string[] => found(ENTITIES, text);

/** Who has to act, as far as the first sentence's subject says so (`MNOs should …`); empty when it names nobody. */
export function actorsOf(text: string): string[] {
  const subject = /^(.{3,110}?)\b(?:should|must|shall|need to|needs to)\b/i.exec(text);
  if (!subject || /[.;](?:\s|$)/.test(subject[1]!)) return [];
  return found(
    ACTORS,
    subject[1]!.replace(/\b(?:with|from|to|of|on|between) (?:the )?.*$/i, (rest) => (/along|together/.test(subject[1]!) ? rest : '')),
  );
}
