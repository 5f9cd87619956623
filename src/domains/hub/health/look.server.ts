import { connect } from 'node:tls';
import { sql } from 'kysely';
import { config } from '#platform/config.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { scannerVersion } from '#platform/scanner.server.ts';
import { findings } from './checks.ts';
import type { Address, Figures, Finding, Scanner } from './model.ts';

/** How the hub does, as figures. Refuses as not found for whoever is no steward. */
export async function healthFigures(tx: Tx): Promise<Figures> {
  const { rows } = await sql<{ f: Figures }>`select app.health_figures() as f`.execute(tx);
  return rows[0]!.f;
}

/** What stewards see: every check as it is now; certificate and scanner as the job saw them last, because pages ask nobody outside. */
export async function healthNow(actor: Actor): Promise<{ found: (Finding & { since: string | null })[]; figures: Figures }> {
  const figures = await as(actor, healthFigures);
  const seen = (check: string) => figures.states.find(({ name }) => name === check)?.finding;
  const live = findings(figures, { url: config().url }, config().scanner ? 'not asked' : undefined);
  const found = live.map((each) => {
    const before = seen(each.check);
    if (each.check === 'address') return before?.bad && !each.bad ? before : each;
    return each.check === 'scanner' && each.code === 'set' && before && before.code !== 'none' ? before : each;
  });
  const since = (finding: Finding) => figures.states.find(({ name, bad }) => name === finding.check && bad === finding.bad)?.since ?? null;
  return { found: found.map((each) => ({ ...each, since: since(each) })), figures };
}

/** What the malware scanner says of itself, where one is set. */
export async function scannerSeen(now = Date.now()): Promise<Scanner> {
  if (!config().scanner) return undefined;
  try {
    const { version, signatures } = await scannerVersion();
    return { version, days: signatures && Math.max(0, Math.floor((now - signatures.getTime()) / 86_400_000)) };
  } catch (error) {
    return { error: (error as Error).message.slice(0, 200) };
  }
}

/** What the address of the hub shows to who comes from outside: under https, how long its certificate still holds. */
export async function addressSeen(url = config().url): Promise<Address> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:') return { url };
  return new Promise((resolve) => {
    const end = (certificate: Address['certificate']) => {
      line.destroy();
      resolve({ url, certificate });
    };
    const line = connect({ host: hostname, port: Number(port || 443), servername: hostname, timeout: 5_000 }, () => {
      const days = Math.floor((Date.parse(line.getPeerCertificate().valid_to) - Date.now()) / 86_400_000);
      end({ days });
    });
    line.once('timeout', () => end({ error: 'no answer within five seconds' }));
    line.once('error', (error) => end({ error: error.message.slice(0, 200) }));
  });
}
