import { sql } from 'kysely';
import { type Actor, as } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { openPackage } from './folder.server.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The answer that carries a package out; it is gone from here afterwards. Refuses with records.export.not_found (also what was fetched already), people.step_up.needed. */
export async function takeExport(actor: Actor, id: string): Promise<Response> {
  if (!ID.test(id) || actor.kind !== 'person') throw notFound('records.export.not_found');
  await as(actor, (tx) => sql`select app.take_export(${id})`.execute(tx));
  const body = openPackage(id);
  if (!body) throw notFound('records.export.not_found');
  return new Response(body, {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="indaba-${id.slice(-12)}.zip"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
