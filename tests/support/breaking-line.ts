/** A line between a browser and the hub that breaks: after so many bytes from the browser, both ends are cut, as often as is said. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export type BreakingLine = { port: number; breaks: number /** Bytes that the hub was given. */; passed: number; close(): Promise<void> };

/** `every`: how many bytes of one connection go through before it is cut; `times`: how many connections are cut. */
export async function breakingLine(to: number, { every, times }: { every: number; times: number }): Promise<BreakingLine> {
  const lines = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ port: to, host: '127.0.0.1' });
    let through = 0;
    for (const line of [near, far]) {
      lines.add(line);
      line.on('error', () => {}).on('close', () => lines.delete(line));
    }
    near.on('data', (bytes: Buffer) => {
      const left = self.breaks < times ? every - through : Number.POSITIVE_INFINITY;
      const some = bytes.subarray(0, left);
      through += some.length;
      self.passed += some.length;
      if (some.length === bytes.length) {
        if (!far.write(some)) near.pause();
        return;
      }
      self.breaks += 1;
      near.removeAllListeners('data');
      // What went through is delivered; then it is over for both.
      far.write(some, () => {
        far.destroy();
        near.destroy();
      });
    });
    far.on('drain', () => near.resume());
    far.on('data', (bytes: Buffer) => near.write(bytes));
    far.on('end', () => near.end());
    near.on('end', () => far.end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const self: BreakingLine = {
    port: (server.address() as AddressInfo).port,
    breaks: 0,
    passed: 0,
    close: async () => {
      for (const line of lines) line.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
  return self;
}
