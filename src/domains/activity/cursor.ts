/** Where a reader of the log stands: which hub, and the horizon below which everything has been seen. */
export type Cursor = { epoch: string; horizon: bigint };

/** Reads a cursor as it stands in `Last-Event-ID`; nothing when it is not one. */
export function readCursor(text: string | null | undefined): Cursor | undefined {
  const found = /^([0-9a-f]{8}-[0-9a-f-]{27}):(\d{1,20})$/.exec(text ?? '');
  return found?.[1] && found[2] ? { epoch: found[1], horizon: BigInt(found[2]) } : undefined;
}

/** Writes a cursor as it stands in a frame's `id:`. */
export function writeCursor({ epoch, horizon }: Cursor): string {
  return `${epoch}:${horizon}`;
}
