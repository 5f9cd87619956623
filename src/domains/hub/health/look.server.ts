import { connect } from 'node:tls';
import { sql } from 'kysely';
import { config } from '#platform/config.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { findings } from './checks.ts';
import type { Address, Figures, Finding } from './model.ts';

/** How the hub does, as figures. Refuses as not found for whoever is no steward. */
export async function healthFigures(tx: Tx): Promise<Figures> {
  const { rows } = await sql<{ f: Figures }>`select app.health_figures() as f`.execute(tx);
  return rows[0]!.f;
}

/** What stewards see: every check as it is now; the certificate as the job saw it last, because pages ask nobody outside. */
export async function healthNow(actor: Actor): Promise<{ found: (Finding & { since: string | null })[]; figures: Figures }> {
  const figures = await as(actor, healthFigures);
  const seen = figures.states.find(({ name }) => name === 'address');
  const live = findings(figures, { url: config().url });
  const found = live.map((each) => (each.check === 'address' && seen?.bad && !each.bad ? seen.finding : each));
  const since = (finding: Finding) => figures.states.find(({ name, bad }) => name === finding.check && bad === finding.bad)?.since ?? null;
  return { found: found.map((each) => ({ ...each, since: since(each) })), figures };
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
