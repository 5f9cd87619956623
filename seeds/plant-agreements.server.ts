/** Terms of use and sharing rules to begin with: in a demonstration published and accepted by everybody, elsewhere a text that a steward reads, changes and publishes. */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { cast } from './cast.ts';

const documents = [
  { document: 'terms', title: 'Terms of use' },
  { document: 'sharing', title: 'Sharing rules' },
] as const;

/** Plants the two documents, as the clerk. `published`: by the demonstration's steward, and accepted by its people. */
export async function plantAgreements(tx: Tx, { published }: { published: boolean }): Promise<void> {
  const steward = published ? cast.find(({ hubRoles }) => hubRoles.includes('steward'))!.id : null;
  for (const { document, title } of documents) {
    const id = newId();
    const body = readFileSync(new URL(`./agreements/${document}.md`, import.meta.url), 'utf8');
    await sql`insert into app.agreement_versions (id, document, title, body, starter, published_by) values (${id}, ${document}, ${title}, ${body}, ${!published}, ${steward})`.execute(
      tx,
    );
    if (published)
      await sql`insert into app.agreement_acceptances (version_id, member_id) select ${id}, m.id from app.members m where m.status = 'active'`.execute(tx);
  }
}
