import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { type Nature, Words } from './model.ts';

type About = { id: string; reason?: unknown };

/** I approve a request as it is worded now. Refuses: common.not_found, library.change_request.not_open, library.approval.not_yours, library.approval.given. */
export async function approveRequest(tx: Tx, { id, reason }: About): Promise<void> {
  await sql`select app.approve_request(${newId()}, ${id}, ${parse(Words, reason)})`.execute(tx);
  tx.notes.wake = true;
}

/** I take my approval back. Refuses: common.not_found, common.not_allowed, library.change_request.not_open, library.approval.not_found. */
export async function takeBackApproval(tx: Tx, { id, reason }: About): Promise<void> {
  await sql`select app.take_back_approval(${id}, ${parse(Words, reason)})`.execute(tx);
  tx.notes.wake = true;
}

/** Whoever decides says whether a request is editorial or substantive, with a reason. Refuses: common.not_found, library.change_request.not_open, .may_not_decide, .reason_missing. */
export async function correctNature(tx: Tx, { id, reason, nature }: About & { nature: Nature }): Promise<void> {
  await sql`select app.correct_nature(${id}, ${nature}, ${parse(Words, reason)})`.execute(tx);
  tx.notes.wake = true;
}
