/** What waits for stewards and focal points in the demo: an application whose vetting has begun, and somebody who cannot sign in. */
import { sql } from 'kysely';
import { applyToTakePart } from '#domains/people/joining/apply.server.ts';
import { confirmContact } from '#domains/people/joining/my-application.server.ts';
import { answerVetting } from '#domains/people/joining/vet-application.server.ts';
import { askRecovery } from '#domains/people/recovery.server.ts';
import { keyOf, newSecret, storedHash } from '#domains/people/secrets.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { cast } from './cast.ts';

const visitor = { kind: 'visitor' } as const;
const clerk = { kind: 'clerk' } as const;
const DOMAIN = 'payments.norland.example';

/** Plants both; each by the way that people take. */
export async function plantJoining(): Promise<void> {
  await plantApplication();
  // Pita's colleague; Pita is their focal point, and confirms that it is really them.
  const email = cast.find(({ slug }) => slug === 'sefa')?.email;
  if (email) await as(visitor, (tx) => askRecovery(tx, { email }));
}

async function plantApplication(): Promise<void> {
  await as(visitor, (tx) =>
    applyToTakePart(tx, {
      name: 'Payments Office of Norland',
      kind: 'supervisor',
      mandate: 'Licenses and supervises payment service providers and mobile money, under the Payments Act of 2022, sections 4 to 19.',
      jurisdictions: 'Norland',
      domain: DOMAIN,
      why: 'We write our first guideline on SIM swap and would rather read what others learned than learn it again.',
      name_1: 'Ingrid Solberg',
      role_1: 'Head of supervision',
      email_1: `ingrid@${DOMAIN}`,
      name_2: 'Lars Winter',
      role_2: 'Security analyst',
      email_2: `lars@${DOMAIN}`,
      retry_key: newId(),
    }),
  );
  const id = await as(clerk, async (tx) => (await tx.selectFrom('app.applications').select('id').where('domain', '=', DOMAIN).executeTakeFirstOrThrow()).id);
  for (const place of [1, 2]) {
    // The mails with the links go out later, and then others count than these.
    const token = newSecret();
    await as(clerk, (tx) =>
      sql`update app.application_contacts set token_hash = ${storedHash(keyOf(token))} where application_id = ${id} and place = ${place}`.execute(tx),
    );
    await as(visitor, (tx) => confirmContact(tx, { token }));
  }
  await as(clerk, (tx) =>
    sql`update app.applications set checked_at = now(), result = 'found', method = 'dns', proved_at = now() where id = ${id}`.execute(tx),
  );
  const mateo = cast.find(({ slug }) => slug === 'mateo');
  const answers = [
    ['mandate', 'Read the Payments Act in the gazette of Norland, sections 4 and 12.'],
    ['domain', 'The list of offices on the government’s page names it.'],
    ['no_duplicate', 'Looked under Organizations: nobody from Norland is here.'],
  ] as const;
  for (const [question, remark] of answers) await as({ kind: 'clerk', as: mateo!.id }, (tx) => answerVetting(tx, { id, question, answer: 'yes', remark }));
}
