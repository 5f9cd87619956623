/** One reader of server-sent events: where its bytes go, and how it is let go. */
export type Frames = {
  /** Sends text; false when the reader is too slow to be kept. */
  send(text: string): boolean;
  /** Ends the stream. */
  close(): void;
};

/** A stream of server-sent events. `began` gets the reader when somebody listens, `left` is called when they went; a reader who is `slow` bytes behind is told of as too slow. */
export function openFrames(slow: number, began: (frames: Frames) => void, left: () => void): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const frames: Frames = {
          send(text) {
            if ((controller.desiredSize ?? 0) < -slow) return false;
            controller.enqueue(bytes.encode(text));
            return true;
          },
          close() {
            try {
              controller.close();
            } catch {
              // The reader has left already.
            }
          },
        };
        // Some proxies hold back an answer until its first bytes; 2 s before the browser tries again.
        frames.send('retry: 2000\n\n');
        began(frames);
      },
      cancel: left,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 16_384 }),
  );
}
