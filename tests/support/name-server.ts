/** A name server of one's own, on UDP, that knows TXT records; sets INDABA_DNS. Open it before the configuration is read. */
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { forgetConfig } from '#platform/config.server.ts';

export type NameServer = {
  /** TXT records by name; a name without records exists, a name that is absent does not. */
  records: Map<string, string[]>;
  /** Names that are asked for and get no answer at all. */
  silent: Set<string>;
  asked: string[];
  close(): Promise<void>;
};

const TXT = 16;

export async function openNameServer(): Promise<NameServer> {
  const records = new Map<string, string[]>();
  const silent = new Set<string>();
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const labels: string[] = [];
    let at = 12;
    while (question[at]) {
      labels.push(question.toString('latin1', at + 1, at + 1 + question[at]!));
      at += question[at]! + 1;
    }
    const name = labels.join('.').toLowerCase();
    const type = question.readUInt16BE(at + 1);
    asked.push(name);
    if ([...silent].some((each) => name.endsWith(each))) return;
    // A name above one that exists, exists.
    const exists = [...records.keys()].some((each) => each === name || each.endsWith(`.${name}`));
    const answers = type === TXT ? (records.get(name) ?? []) : [];
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8580 | (exists ? 0 : 3), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(answers.length, 6);
    socket.send(Buffer.concat([head, question.subarray(12, at + 5), ...answers.map(record)]), from.port, from.address);
  });
  await new Promise<void>((ready) => socket.bind(0, '127.0.0.1', ready));
  process.env.INDABA_DNS = `127.0.0.1:${(socket.address() as AddressInfo).port}`;
  forgetConfig();
  return {
    records,
    silent,
    asked,
    close: () =>
      new Promise((closed) => {
        delete process.env.INDABA_DNS;
        forgetConfig();
        socket.close(() => closed());
      }),
  };
}

// A text longer than 255 bytes goes in pieces, as name servers send it.
function record(text: string): Buffer {
  const pieces = text.match(/.{1,200}/gs) ?? [''];
  const data = Buffer.concat(pieces.map((piece) => Buffer.concat([Buffer.from([Buffer.byteLength(piece)]), Buffer.from(piece)])));
  const fixed = Buffer.alloc(12);
  fixed.writeUInt16BE(0xc00c, 0);
  fixed.writeUInt16BE(TXT, 2);
  fixed.writeUInt16BE(1, 4);
  fixed.writeUInt32BE(1, 6);
  fixed.writeUInt16BE(data.length, 10);
  return Buffer.concat([fixed, data]);
}
