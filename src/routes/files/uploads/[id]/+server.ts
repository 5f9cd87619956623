import { tusDelete, tusHead, tusOptions, tusPatch } from '#domains/files/resumable.server.ts';
import { taking } from '../../../taking-pieces.server.ts';

/** A file that comes in pieces: how much is here, more of it, or not at all any more (tus 1.0). */
export const HEAD = taking(tusHead);
export const PATCH = taking(tusPatch);
export const DELETE = taking(tusDelete);
export const OPTIONS = tusOptions;
