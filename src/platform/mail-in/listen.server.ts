import { SMTPServer } from 'smtp-server';
import { Fault } from '../fault.ts';
import { trusting } from '../http/forwarded.server.ts';
import type { Listening } from './where.ts';

/** An answer with its pictures and its tail of earlier mails; the hub takes only the words. */
export const MOST_BYTES = 5_000_000;

export class NoSuchAddress extends Error {
  responseCode = 550;
}

/** `take`: does with a mail what is to be done before the relay may forget it. It throws NoSuchAddress where nobody is there; any other failure lets the relay try again. */
export type Taking = { known(address: string): boolean; take(mail: Buffer, address: string): Promise<void> };

/** Listens for mail from the relay until stopped; throws a Fault when the address is taken. */
export async function listenForMail({ host, port, from }: Listening, { known, take }: Taking): Promise<{ port: number; stop(): Promise<void> }> {
  const trusts = trusting(from);
  const server = new SMTPServer({
    name: 'indaba',
    banner: 'Indaba takes answers from its relay',
    // The relay stands on the same machine or in the same closed network: it is known by its address.
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MOST_BYTES,
    maxClients: 20,
    socketTimeout: 60_000,
    closeTimeout: 5_000,
    logger: false,
    onConnect: ({ remoteAddress }, done) =>
      done(trusts(remoteAddress.replace(/^::ffff:/, '')) ? undefined : Object.assign(new Error('Only the relay hands mail in here'), { responseCode: 554 })),
    onRcptTo: ({ address }, session, done) =>
      done(
        !known(address)
          ? new NoSuchAddress('Nobody answers to this address')
          : // One mail, one place: else one mail would be posted in several.
            session.envelope.rcptTo.length
            ? Object.assign(new Error('One address at a time'), { responseCode: 452 })
            : undefined,
      ),
    onData(stream, { envelope: { rcptTo } }, done) {
      const parts: Buffer[] = [];
      let size = 0;
      stream.on('data', (part: Buffer) => {
        size += part.length;
        if (size <= MOST_BYTES) parts.push(part);
      });
      stream.on('end', () => {
        if (size > MOST_BYTES) return done(Object.assign(new Error(`Larger than ${MOST_BYTES / 1e6} MB`), { responseCode: 552 }));
        take(Buffer.concat(parts), rcptTo[0]!.address).then(
          () => done(),
          (error: unknown) => {
            if (error instanceof NoSuchAddress) return done(error);
            process.stderr.write(`An answer by mail waits with the relay: ${error instanceof Error ? error.message : String(error)}\n`);
            done(Object.assign(new Error('Not now; please try again'), { responseCode: 451 }));
          },
        );
      });
    },
  });
  // A connection that breaks is the relay's matter: it comes again.
  server.on('error', () => {});
  await new Promise<void>((ready, failed) => {
    server.server.once('error', (cause) => failed(new Fault(`INDABA_MAIL_IN: cannot listen at ${host}:${port}.`, { cause })));
    server.listen(port, host, () => ready());
  });
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    stop: () => new Promise<void>((closed) => void server.close(() => closed())),
  };
}
