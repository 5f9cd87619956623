import { isIP } from 'node:net';
import { Fault } from '../fault.ts';

/** Where answers by mail come in, and whose word about their senders counts. */
export type MailIn = {
  host: string;
  port: number;
  /** The part after the @ of the addresses that people answer to. */
  domain: string;
  /** The name under which the relay writes Authentication-Results. */
  relay: string;
  /** Addresses and ranges that may hand mail in. */
  from: string[];
};

const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** Reads INDABA_MAIL_IN, such as smtp://127.0.0.1:2525/?relay=mx.example.org; throws a Fault that says what is wrong with it. */
export function readMailIn(value: string | undefined, hubUrl: string): MailIn | undefined {
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  const wrong = (what: string) => new Fault(`INDABA_MAIL_IN cannot be used: ${what}. It must look like smtp://127.0.0.1:2525/?relay=mx.example.org.`);
  if (url?.protocol !== 'smtp:' || !url.hostname || !url.port) throw wrong('it names no address and port to listen at');
  if (url.username || (url.pathname !== '' && url.pathname !== '/')) throw wrong('it holds more than an address, a port and what follows the question mark');
  const given = Object.fromEntries(url.searchParams);
  for (const name of Object.keys(given)) if (!['relay', 'domain', 'from'].includes(name)) throw wrong(`"${name}" is not known; relay, domain and from are`);
  const relay = (given.relay ?? '').toLowerCase();
  // Without it anybody's word would count.
  if (!NAME.test(relay)) throw wrong('relay= has to be the name under which your mail server writes Authentication-Results');
  const domain = (given.domain ?? new URL(hubUrl).hostname).toLowerCase();
  if (!NAME.test(domain)) throw wrong(`"${domain}" is not a domain`);
  const from = (given.from ?? '127.0.0.0/8,::1').split(',').map((range) => range.trim());
  for (const range of from) if (!isIP(range.split('/')[0] ?? '')) throw wrong(`from= holds "${range}", which is not an address or range`);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port), domain, relay, from };
}
