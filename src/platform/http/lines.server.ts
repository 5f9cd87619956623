/** The lines into the house: how many, and what is said to who sends what no request is. Nobody's bad line costs another reader theirs. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from '../limits.ts';

// Beyond the limit each is told why; beyond this many more the system closes them unheard, because telling costs, too.
const TOLD = 500;
const refusedLines = new WeakSet<Socket>();

/** Was this line refused when it was opened? What it sends is not answered again. */
export const wasRefused = (socket: Socket): boolean => refusedLines.has(socket);

/** Counts connections, all together and by `networkOf` their address, and answers what cannot be read; those of `trusts` are not counted by address. */
export function guardLines(server: Server, limits: Limits, trusts: (address: string) => boolean, networkOf: (address: string) => string): void {
  const byNetwork = new Map<string, number>();
  let open = 0;
  server.maxConnections = limits.connections + TOLD;
  server.on('connection', (socket: Socket) => {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
    const network = trusts(address) ? undefined : networkOf(address);
    const here = network === undefined ? 0 : (byNetwork.get(network) ?? 0);
    if (open >= limits.connections || here >= limits['address-connections']) {
      refusedLines.add(socket);
      socket.on('error', () => socket.destroy());
      say(socket, 503, 'Service Unavailable', 'Too many connections are open. Try again in a few seconds.', 'retry-after: 5\r\n');
      return;
    }
    open++;
    if (network !== undefined) byNetwork.set(network, here + 1);
    socket.once('close', () => {
      open--;
      if (network === undefined) return;
      const left = (byNetwork.get(network) ?? 1) - 1;
      if (left) byNetwork.set(network, left);
      else byNetwork.delete(network);
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket & { _httpMessage?: { headersSent: boolean } }) => {
    // An answer that has begun cannot be turned into another.
    if (error.code === 'ECONNRESET' || !socket.writable || refusedLines.has(socket) || socket._httpMessage?.headersSent) return void socket.destroy();
    if (error.code === 'HPE_HEADER_OVERFLOW')
      say(socket, 431, 'Request Header Fields Too Large', 'The head of this request is too large. Delete the cookies of this site and try again.');
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') say(socket, 408, 'Request Timeout', 'The request took too long to arrive, so nothing was done.');
    else say(socket, 400, 'Bad Request', 'This is no request that can be read.');
  });
}

/** Says it on the bare line and hangs up, at the latest in two seconds. */
function say(socket: Socket, status: number, title: string, words: string, more = ''): void {
  const head = `HTTP/1.1 ${status} ${title}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\n`;
  socket.end(`${head}${more}content-length: ${Buffer.byteLength(words) + 1}\r\n\r\n${words}\n`);
  setTimeout(() => socket.destroy(), 2_000).unref();
}
