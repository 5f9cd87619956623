import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { Fault } from '../fault.ts';

const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

/** Header that tells the application: the request came from this machine, by no proxy. Never taken from outside. */
export const DIRECT_HEADER = 'x-indaba-direct';

/** Is this address one of those whose word counts? Throws a Fault naming a range that is none. */
export function trusting(trusted: string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of trusted) {
    const [address = '', bits] = range.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    try {
      if (bits === undefined) list.addAddress(address, family);
      else list.addSubnet(address, Number(bits), family);
    } catch (cause) {
      throw new Fault(`INDABA_TRUST_PROXY holds "${range}", which is not an address or range.`, { cause });
    }
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * Rewrites the forwarding headers of a request so that they can be believed: who asks (x-forwarded-for, one address), by
 * which scheme and for which host. What a peer outside `trusted` claims is thrown away.
 */
export function forwarding(trusted: string[], hubUrl: string): (request: IncomingMessage) => void {
  const trusts = trusting(trusted);
  const hub = new URL(hubUrl);
  return (request) => {
    const { headers } = request;
    const peer = plain(request.socket.remoteAddress ?? '');
    const believed = trusts(peer);
    const chain = believed ? addresses(headers['x-forwarded-for']) : [];
    // From the right: the last address that no trusted proxy stands for is the one that asked.
    const client = chain.findLast((address) => !trusts(address)) ?? chain[0] ?? peer;
    const direct = isLoopback(peer) && !FORWARDING.some((name) => headers[name] !== undefined);
    const host = (believed && first(headers['x-forwarded-host'])) || headers.host || hub.host;
    const scheme = believed ? first(headers['x-forwarded-proto']) : undefined;
    for (const name of Object.keys(headers)) if (name.startsWith('x-indaba-')) delete headers[name];
    headers['x-forwarded-for'] = client;
    headers.host = host;
    // A proxy that ends TLS but names no scheme: for the hub's own name the hub's address knows better.
    headers['x-forwarded-proto'] = scheme === 'https' || scheme === 'http' ? scheme : host === hub.host ? hub.protocol.slice(0, -1) : 'http';
    delete headers['x-forwarded-host'];
    if (direct) headers[DIRECT_HEADER] = '1';
  };
}

function addresses(header: string | string[] | undefined): string[] {
  return String(header ?? '')
    .split(',')
    .map((each) => plain(each.trim()))
    .filter((each) => /^[0-9a-f.:]+$/i.test(each));
}

function first(header: string | string[] | undefined): string | undefined {
  return (
    String(header ?? '')
      .split(',')[0]
      ?.trim() || undefined
  );
}

/** IPv4 inside IPv6, as a double-stack socket reports it. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
