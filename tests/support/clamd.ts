/** A stand-in for clamd that speaks its protocol over a real socket, and finds one word. Not a scanner: what is tested is what becomes of its answers. */
import { createServer, type AddressInfo } from 'node:net';

export type Clamd = { address: string /** How many bytes it was given, by stream. */; seen: number[]; close(): Promise<void> };

/** `says`: what it answers to VERSION. It finds whatever holds EICAR's beginning or the word `malware-for-the-test`. */
export async function falseClamd(says = `ClamAV 1.4.3/27500/${new Date().toUTCString().slice(0, -4)}`, port = 0): Promise<Clamd> {
  const seen: number[] = [];
  const server = createServer((line) => {
    let all = Buffer.alloc(0);
    line.on('error', () => {});
    line.on('data', (some: Buffer) => {
      all = Buffer.concat([all, some]);
      const end = all.indexOf(0);
      if (end < 0) return;
      const command = all.subarray(0, end).toString();
      if (command === 'zVERSION') return void line.end(`${says}\0`);
      if (command !== 'zINSTREAM') return void line.end('UNKNOWN COMMAND\0');
      const pieces: Buffer[] = [];
      for (let at = end + 1; at + 4 <= all.length; ) {
        const size = all.readUInt32BE(at);
        if (size === 0) {
          const bytes = Buffer.concat(pieces);
          seen.push(bytes.length);
          return void line.end(/malware-for-the-test|EICAR-STANDARD/.test(bytes.toString('latin1')) ? 'stream: Test.Word.1 FOUND\0' : 'stream: OK\0');
        }
        if (at + 4 + size > all.length) return;
        pieces.push(all.subarray(at + 4, at + 4 + size));
        at += 4 + size;
      }
    });
  });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  return { address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, close: () => new Promise((done) => server.close(() => done())) };
}
