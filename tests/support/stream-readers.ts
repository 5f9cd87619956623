/**
 * Opens many event streams from a process of its own and writes down what each was told and when. Run by `fork`, asked by messages:
 * {open: [{url, cookie}]} answers {ready}; {report: true} answers {streams: [{frames: [n, ms], ended}]}. Moments are milliseconds of the wall clock.
 */
import { get } from 'node:http';

export type Opened = { url: string; cookie: string };
export type Told = { frames: Array<[number: number, at: number]>; ended: number | null };

const told: Told[] = [];

process.on('message', (asked: { open?: Opened[]; report?: true }) => {
  if (asked.report) process.send?.({ streams: told });
  if (asked.open) void openAll(asked.open);
});

async function openAll(all: Opened[]): Promise<void> {
  for (let i = 0; i < all.length; i += 40) await Promise.all(all.slice(i, i + 40).map(open));
  process.send?.({ ready: true });
}

/** Resolves when the stream has said where it begins. A stream that ends is not opened again: that it may not is asked elsewhere. */
function open({ url, cookie }: Opened): Promise<void> {
  const mine: Told = { frames: [], ended: null };
  told.push(mine);
  return new Promise((resolve, reject) => {
    get(url, { headers: { cookie, accept: 'text/event-stream' }, agent: false }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`${url} answered ${answer.statusCode}`));
      let rest = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        rest += text;
        const at = Date.now();
        const whole = rest.split('\n\n');
        rest = whole.pop() ?? '';
        for (const frame of whole) {
          if (frame.includes('event: position')) resolve();
          const [, number] = /said (\d+) said/.exec(frame) ?? [];
          if (number) mine.frames.push([Number(number), at]);
        }
      });
      answer.on('close', () => (mine.ended = Date.now()));
    }).on('error', (error) => (mine.ended === null && mine.frames.length === 0 ? reject(error) : (mine.ended ??= Date.now())));
  });
}
