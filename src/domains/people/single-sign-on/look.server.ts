import { sql } from 'kysely';
import { as, type Actor } from '#platform/database/open.server.ts';
import { outgoing } from '#platform/outgoing/outgoing.server.ts';
import { certificatesEnd } from './saml-metadata.server.ts';

type Row = { organization: string; kind: 'oidc' | 'saml'; issuer: string; certificates: string[]; tested_at: Date | null };
const MONTH = 30 * 86_400_000;

/** What is connected, for whoever runs the hub. */
const forOperator = sql<Row>`select o.name as organization, c.kind, c.issuer, c.certificates, c.tested_at from app.sso_connections c join app.organizations o on o.id = c.organization_id order by o.name`;
/** The same for a steward; nothing for others. */
const forSteward = sql<Row>`select * from app.sso_to_look_at()`;

/** Looks at every connection as a sign-in would: is the provider there, is it who it says, do its certificates still hold. For whoever runs the hub, and for stewards. */
export async function lookAtConnections(actor: Actor = { kind: 'clerk' }): Promise<{ seen: number; wrong: string[] }> {
  const { rows } = await as(actor, (tx) => (actor.kind === 'clerk' ? forOperator : forSteward).execute(tx));
  const looked = await Promise.all(rows.map(async (row) => ({ row, fault: await faultOf(row) })));
  return { seen: rows.length, wrong: looked.flatMap(({ row, fault }) => (fault ? [`${row.organization}: ${fault}`] : [])) };
}

async function faultOf({ kind, issuer, certificates, tested_at }: Row): Promise<string | undefined> {
  if (kind === 'saml') {
    const left = certificatesEnd(certificates).getTime() - Date.now();
    if (left < MONTH) return left < 0 ? 'the certificate of its provider is over' : 'the certificate of its provider ends within a month';
  } else {
    try {
      const answer = await outgoing(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
      const said = answer.ok ? ((await answer.json()) as { issuer?: unknown }) : undefined;
      if (said?.issuer !== issuer) return `${issuer} does not describe itself as that`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return tested_at ? undefined : 'its connection was never tested, so nobody comes in by it';
}
