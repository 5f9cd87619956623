import { awaitLooks } from '#domains/files/await-looks.server.ts';
import { keepUpload, listUploads, needWriter, type Upload } from '#domains/files/keep-upload.server.ts';
import { FILES_LIMIT } from '#domains/files/model.ts';
import { takeIn } from '#domains/files/take-in.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';

/**
 * Takes in the files that a message's form carries and puts their ids in their place, so that a form refused for its words keeps them.
 * Bytes are looked at outside any transaction. Refuses: files.attachment.too_many, files.file.too_large, .empty, files.upload.too_many, common.not_allowed.
 */
export async function takeFiles(actor: Actor, form: FormData): Promise<void> {
  const files = form.getAll('files').filter((each): each is File => typeof each !== 'string' && (each.size > 0 || each.name !== ''));
  form.delete('files');
  if (!files.length) return awaitLooks(actor, form.getAll('upload').map(String));
  if (files.length + form.getAll('upload').length > FILES_LIMIT) throw new Refusal('files.attachment.too_many');
  await as(actor, needWriter);
  for (const file of files) {
    const taken = await takeIn(new Uint8Array(await file.arrayBuffer()));
    form.append('upload', (await as(actor, (tx) => keepUpload(tx, { name: file.name, taken }))).id);
  }
  await awaitLooks(actor, form.getAll('upload').map(String));
}

/** Which of a refused form's files wait for the next try. */
export async function waitingFiles(actor: Actor, form: FormData): Promise<Upload[]> {
  const ids = form.getAll('upload').map(String);
  return ids.length && actor.kind === 'person' ? as(actor, (tx) => listUploads(tx, ids)) : [];
}
