/** A mail server of one's own: what the hub sends arrives here. Sets SMTP_URL; open it before the hub. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Mailbox = {
  /** The last mail to this address that holds these words, waited for: the first job of a process loads what it needs, which takes its time on a busy machine. */
  to(address: string, words?: string): Promise<string>;
  /** All mails to this address so far, each with its headers. */
  all(address: string): string[];
  /** From now on this address is refused, or none again. */
  refuse(address: string | null): void;
  forget(): void;
  close(): Promise<void>;
};

export async function openMailbox(): Promise<Mailbox> {
  let mails: { to: string; text: string }[] = [];
  let refused: string | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => done(address === refused ? new Error('no such mailbox') : null),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      // Quoted-printable, undone as far as a link needs it.
      stream.on('end', () => {
        const text = Buffer.concat(parts)
          .toString()
          .replace(/=\r\n/g, '')
          .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
        mails.push({ to: session.envelope.rcptTo.map((each) => each.address).join(), text });
        done();
      });
    },
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  process.env.SMTP_URL = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return {
    async to(address, words = '') {
      for (let n = 0; n < 600; n++) {
        const mail = mails.findLast((each) => each.to === address && each.text.includes(words));
        if (mail) return mail.text;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`no mail to ${address}${words && ` that says "${words}"`}`);
    },
    all: (address) => mails.filter((each) => each.to === address).map(({ text }) => text),
    refuse: (address) => {
      refused = address;
    },
    forget: () => {
      mails = [];
    },
    close: async () => {
      await new Promise<void>((closed) => server.close(closed));
      delete process.env.SMTP_URL;
    },
  };
}

/** The path of the link to join in a mail. */
export const linkIn = (mail: string): string => new URL(/http:\/\/localhost:\d+\/join\/[\w-]{43}/.exec(mail)![0]).pathname;
