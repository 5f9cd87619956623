/** What a relay found out about the sender of a mail: RFC 8601, as far as an answer needs it. */

type Header = { key: string; line: string };

/**
 * Does the relay say that this mail comes from the domain of its From address? Only the topmost Authentication-Results under the relay's own name
 * counts: what stands below it, anybody may have written.
 */
export function provenSender(headers: Header[], relay: string, from: string): boolean {
  const domain = from.slice(from.lastIndexOf('@') + 1).toLowerCase();
  const result = headers
    .filter(({ key }) => key === 'authentication-results')
    .map(({ line }) => partsOf(line.slice(line.indexOf(':') + 1)))
    .find(([name]) => name?.split(/\s+/)[0]?.toLowerCase() === relay);
  if (!result) return false;
  const found = result.slice(1).map(readResult);
  const of = (method: string) => found.filter((one) => one.method === method);
  const dmarc = of('dmarc');
  // A relay that looked at the domain's own policy has said all.
  if (dmarc.length) return dmarc.length === 1 && dmarc[0]!.verdict === 'pass' && dmarc[0]!.properties['header.from'] === domain;
  const signed = of('dkim').some(({ verdict, properties }) => verdict === 'pass' && within(domain, properties['header.d']));
  const sent = of('spf').some(({ verdict, properties }) => verdict === 'pass' && within(domain, properties['smtp.mailfrom']?.split('@').at(-1)));
  return signed || sent;
}

/** A mother domain speaks for its own: never a whole top-level domain, nor a daughter for her mother. */
const within = (domain: string, proven: string | undefined) =>
  proven !== undefined && (domain === proven || (proven.split('.').length > 2 && domain.endsWith(`.${proven}`)));

/** The parts between semicolons; comments are dropped, and what stands in quotation marks ends nothing. */
function partsOf(value: string): string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const sign = value[at]!;
    if (sign === '\\' && (quoted || depth)) {
      at++;
      if (!depth) parts[parts.length - 1] += value[at] ?? '';
    } else if (sign === '"' && !depth) quoted = !quoted;
    else if (sign === '(' && !quoted) depth++;
    else if (sign === ')' && !quoted && depth) depth--;
    else if (sign === ';' && !quoted && !depth) parts.push('');
    else if (!depth) parts[parts.length - 1] += quoted && /[\s=;]/.test(sign) ? '_' : sign;
  }
  return parts.map((part) => part.trim());
}

function readResult(part: string): { method: string; verdict: string; properties: Record<string, string> } {
  const pairs = part
    .replace(/\s*=\s*/g, '=')
    .split(/\s+/)
    .map((pair) => pair.toLowerCase().split('='));
  const [[method = '', verdict = ''] = [], ...rest] = pairs;
  return { method: method.split('/')[0]!, verdict, properties: Object.fromEntries(rest.map(([name = '', ...value]) => [name, value.join('=')])) };
}
