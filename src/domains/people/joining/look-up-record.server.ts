import { Resolver } from 'node:dns/promises';
import { config } from '#platform/config.server.ts';
import { recordName, recordText } from './domain.ts';

export type Found = 'found' | 'absent' | 'other' | 'no_domain' | 'unreachable';

/** Looks for the record that shows whose a domain is, at _indaba.<domain> and at the domain itself. Never throws: what went wrong is an answer, too. */
export async function lookUpRecord(domain: string, token: string): Promise<Found> {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  const { dnsServers } = config();
  if (dnsServers) resolver.setServers(dnsServers);
  const wanted = recordText(token);
  const [own, apex] = await Promise.all([texts(resolver, recordName(domain)), texts(resolver, domain)]);
  const said = [own, apex].flatMap((answer) => (Array.isArray(answer) ? answer : []));
  // People copy with quotation marks and spaces; what counts is the token.
  if (said.some((text) => text.replace(/["\s]/g, '').toLowerCase() === wanted)) return 'found';
  if (own === 'unreachable' || apex === 'unreachable') return 'unreachable';
  if (apex === 'no_name' && own === 'no_name') return 'no_domain';
  return said.some((text) => text.includes('indaba-verification')) ? 'other' : 'absent';
}

async function texts(resolver: Resolver, name: string): Promise<string[] | 'no_name' | 'nothing' | 'unreachable'> {
  try {
    // A long text comes in pieces.
    return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''));
  } catch (error) {
    const { code } = error as { code?: string };
    return code === 'ENOTFOUND' ? 'no_name' : code === 'ENODATA' ? 'nothing' : 'unreachable';
  }
}
