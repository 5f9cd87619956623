import { tusDelete, tusHead, tusOptions, tusPatch } from '#domains/files/resumable.server.ts';
import type { RequestHandler } from './$types.js';
import { asOperation, byToken } from '../../bytes.server.ts';

export const HEAD = byToken(tusHead);
export const PATCH = byToken(tusPatch);
const drop = byToken(tusDelete);

/** Lets go of it: in the words of tus, or as any operation. */
export const DELETE: RequestHandler = (event) => (event.request.headers.has('Tus-Resumable') ? drop(event) : asOperation(event));
export const GET = asOperation;
export const OPTIONS = tusOptions;
