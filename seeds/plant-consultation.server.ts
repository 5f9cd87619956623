/** Plays the demo's consultation and its next edition, everybody as themselves, through the commands that members use. */
import { sql } from 'kysely';
import { disposeComment } from '#domains/library/comments/dispose-comment.server.ts';
import { makeComment } from '#domains/library/comments/make-comment.server.ts';
import { findComment } from '#domains/library/comments/queries.server.ts';
import { requestParts } from '#domains/library/comments/request-parts.server.ts';
import { givePosition } from '#domains/library/deciding/positions.server.ts';
import { openProcedure, runProcedures } from '#domains/library/deciding/procedure.server.ts';
import { setRules } from '#domains/library/deciding/set-rules.server.ts';
import { prepareEdition } from '#domains/library/editions/prepare-edition.server.ts';
import { publishEdition } from '#domains/library/editions/publish-edition.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { byline, date, openScene, speaking } from './plant-scenes.server.ts';
import { consultation, nextEdition } from './scenes/consultation.ts';
import { before } from './when.ts';

/** A formal consultation whose comments are answered and whose positions are asked for, one of them a *discuss*. */
export async function plantConsultation(): Promise<void> {
  const scene = consultation;
  await speaking(scene.steward, (tx) => setRules(tx, scene.space, { rules: scene.rules }));
  const { id } = await openScene(scene);
  await date('change_request', id, scene.at);
  await speaking(scene.opener, (tx) => openProcedure(tx, { id }));
  for (const said of scene.comments) {
    const made = await speaking(said.by, async (tx) => {
      const [part] = await requestParts(tx, id);
      const { kind, body, quote, proposed } = said;
      return makeComment(tx, {
        subject: { kind: 'change_request', id },
        block: quote ? (part?.id ?? null) : null,
        kind,
        body,
        quote,
        proposed,
        retry_key: newId(),
      });
    });
    await date('thread', made.thread_id, said.at);
    await date('message', made.id, said.at);
    const { by, at, disposition, reason } = said.answer;
    const answer = await speaking(by, async (tx) => {
      const version = (await findComment(tx, made.thread_id))?.version ?? 0;
      return disposeComment(tx, { id: made.thread_id, disposition, reason, version, retry_key: newId() });
    });
    await date('message', answer.id, at);
  }
  // Four weeks have gone by: the clock asks for positions.
  await as({ kind: 'clerk' }, (tx) => sql`select app.backdate_procedure(${id}, ${before(new Date(), scene.opened)})`.execute(tx));
  await runProcedures();
  for (const { by, jurisdiction, stance, words } of scene.positions)
    await speaking(by, async (tx) => {
      const { id: jurisdiction_id } = await tx.selectFrom('app.jurisdictions').select('id').where('code', '=', jurisdiction).executeTakeFirstOrThrow();
      await givePosition(tx, { id, jurisdiction_id, stance, words });
    });
}

/** What was decided since edition 1.0, published as the next one, with its summary. */
export async function plantNextEdition(): Promise<void> {
  const { space, by, number, words } = nextEdition;
  await speaking(by, async (tx) => {
    const { id: space_id } = await tx.selectFrom('app.spaces').select('id').where('slug', '=', space).executeTakeFirstOrThrow();
    const byline_id = await byline(tx);
    await prepareEdition(tx, { space_id, byline_id, number, dated_on: null, words });
    const { id } = await tx
      .selectFrom('app.editions')
      .select('id')
      .where('space_id', '=', space_id)
      .where('number', '=', sql<string>`${number}`)
      .executeTakeFirstOrThrow();
    await publishEdition(tx, { id, byline_id });
  });
}
