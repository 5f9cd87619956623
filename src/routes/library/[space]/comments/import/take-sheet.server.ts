import { type Planned, planSheet } from '#domains/library/comments/plan-sheet.server.ts';
import { readSheetFile } from '#domains/library/comments/read-sheet.server.ts';
import { takeRow } from '#domains/library/comments/take-row.server.ts';
import { findSpace } from '#domains/library/queries.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';

type Row = { row: number; place: string; words: string; act: Planned['act']; why: string };
export type Looked = { rows: Row[]; counts: Record<Planned['act'], number>; beyond: number; file: string; done: boolean };

/** The bytes of the file, as it was chosen or as the form kept it between looking and taking. */
export async function bytesOf(form: FormData): Promise<Uint8Array> {
  const [file, kept] = [form.get('sheet'), form.get('kept')];
  if (file instanceof File && file.size > 0) return new Uint8Array(await file.arrayBuffer());
  return typeof kept === 'string' ? new Uint8Array(Buffer.from(kept, 'base64')) : new Uint8Array();
}

/** Says what a filled table would do, or does it: each row by itself, so that one that is refused holds up no other. Refuses as reading a sheet does, and with common.not_found. */
export async function takeSheet(actor: Actor, slug: string, bytes: Uint8Array, done: boolean): Promise<Looked> {
  const { rows, beyond } = await readSheetFile(bytes);
  const planned = await as(actor, async (tx) => {
    const space = await findSpace(tx, slug);
    if (!space) throw notFound();
    return planSheet(tx, space, rows);
  });
  const said: Row[] = [];
  for (const one of planned) {
    const why = one.act === 'not' ? one.why : done && one.act !== 'there' ? await refusalOf(actor, one) : '';
    said.push({ row: one.row, place: one.place, words: one.words, act: why ? 'not' : one.act, why: why && errorText(why, {}) });
  }
  const counts = { make: 0, dispose: 0, there: 0, not: 0 };
  for (const { act } of said) counts[act]++;
  return { rows: said, counts, beyond, done, file: done ? '' : Buffer.from(bytes).toString('base64') };
}

async function refusalOf(actor: Actor, one: Planned): Promise<string> {
  try {
    await as(actor, (tx) => takeRow(tx, one));
    return '';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
