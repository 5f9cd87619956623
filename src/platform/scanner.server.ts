/** Speaks to clamd, the daemon of ClamAV, over its socket: what it is, and what it finds in bytes (INSTREAM). Nothing is written to its disk by us, and it needs none of our files. */
import { connect } from 'node:net';
import { config } from './config.server.ts';

export type Verdict = { found: string | null };

const PIECE = 64 * 1024;
// A scan of 20 MB takes seconds; a daemon that loads its signatures answers nobody meanwhile.
const PATIENCE = 60_000;

/** What clamd finds in these bytes, by its own name; null when nothing. Throws when it cannot be reached or will not say. */
export async function scanBytes(bytes: Uint8Array): Promise<Verdict> {
  const answer = await ask('INSTREAM', bytes);
  if (answer === 'stream: OK') return { found: null };
  const found = /^stream: (.{1,200}) FOUND$/.exec(answer)?.[1];
  if (found) return { found };
  throw new Error(answer.slice(0, 200) || 'no answer');
}

/** What clamd says it is, and of which day its signatures are, where it says so. Throws when it cannot be reached. */
export async function scannerVersion(): Promise<{ version: string; signatures: Date | null }> {
  const [version = '', , day] = (await ask('VERSION')).split('/');
  const signatures = day ? new Date(`${day} UTC`) : null;
  return { version: version.slice(0, 100), signatures: signatures && !Number.isNaN(signatures.getTime()) ? signatures : null };
}

/** Bytes that every scanner takes for a virus and that are none (EICAR); put together here, so that no scanner finds them in our sources. */
export const harmlessTest = (): Uint8Array => Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join(''));

function ask(command: 'INSTREAM' | 'VERSION', bytes?: Uint8Array): Promise<string> {
  const { scanner } = config();
  if (!scanner) throw new Error('no scanner is set');
  return new Promise((done, failed) => {
    const line = connect(scanner);
    let said = '';
    const late = setTimeout(() => line.destroy(new Error(`no answer within ${PATIENCE / 1_000} seconds`)), PATIENCE);
    line.on('data', (text) => (said += text.toString('utf8')));
    line.once('error', (error) => {
      clearTimeout(late);
      // What it said before it closed the line (that a file is too large for it) tells more than that it did.
      if (said) done(said.replace(/\0.*$/s, '').trim());
      else failed(error);
    });
    line.once('close', () => {
      clearTimeout(late);
      if (said) done(said.replace(/\0.*$/s, '').trim());
      else failed(new Error('the line was closed without an answer'));
    });
    line.write(`z${command}\0`);
    if (!bytes) return;
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      const size = Buffer.alloc(4);
      size.writeUInt32BE(piece.length);
      line.write(size);
      line.write(piece);
    }
    line.write(Buffer.alloc(4));
  });
}
