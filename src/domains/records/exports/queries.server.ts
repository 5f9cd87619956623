import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';

export type Export = {
  id: string;
  kind: 'own' | 'records';
  organization_id: string | null;
  asked_at: Date;
  made_at: Date | null;
  expires_at: Date | null;
  taken_at: Date | null;
  failed_at: Date | null;
  size: number | null;
  sha256: string | null;
  counts: Record<string, number>;
  /** It can be fetched now. */
  ready: boolean;
};

/** The packages I asked for, newest first: of my own data, or of one organization's records. */
export async function listExports(tx: Tx, organizationId: string | null): Promise<Export[]> {
  const { rows } = await sql<Export>`
    select id, kind, organization_id, asked_at, made_at, expires_at, taken_at, failed_at, size::float8 as size, encode(sha256, 'hex') as sha256, counts,
      coalesce(made_at is not null and taken_at is null and expires_at > now(), false) as ready
      from app.data_exports where organization_id is not distinct from ${organizationId}::uuid order by asked_at desc limit 10`.execute(tx);
  return rows;
}

/** The organization whose records I may take along. Refuses with records.export.not_found. */
export async function findExporting(tx: Tx, slug: string): Promise<{ id: string; slug: string; name: string }> {
  const { rows } = await sql<{
    id: string;
    slug: string;
    name: string;
  }>`select id, slug, name from app.organizations where slug = ${slug} and app.may_export_records(id)`.execute(tx);
  if (!rows[0]) throw notFound('records.export.not_found');
  return rows[0];
}

/** May I take the records of this organization along? */
export async function mayExportRecords(tx: Tx, organizationId: string): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`select app.may_export_records(${organizationId}) as may`.execute(tx);
  return rows[0]?.may === true;
}
