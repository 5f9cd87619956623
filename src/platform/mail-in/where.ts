import { isIP } from 'node:net';
import { Fault } from '../fault.ts';

/** Where answers by mail come in, and whose word about their senders counts. */
export type MailIn = {
  /** The part after the @ of the addresses that people answer to. */
  domain: string;
  /** The name under which the relay, or the server of the mailbox, writes Authentication-Results. */
  relay: string;
} & (Listening | Fetching);
/** The hub listens, and a relay hands mail in from these addresses and ranges. */
export type Listening = { way: 'smtp'; host: string; port: number; from: string[] };
/** The hub fetches from a mailbox of its own. */
export type Fetching = { way: 'imaps'; host: string; port: number; user: string; pass: string; folder: string };

const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const LIKE = 'smtp://127.0.0.1:2525/?relay=mx.example.org or imaps://user:password@imap.example.org/?relay=mx.example.org';

/** Reads INDABA_MAIL_IN; throws a Fault that says what is wrong with it, without repeating what may be a password. */
export function readMailIn(value: string | undefined, hubUrl: string): MailIn | undefined {
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (!url?.hostname || (url.protocol !== 'smtp:' && url.protocol !== 'imaps:')) throw wrong('it names no place');
  const given = Object.fromEntries(url.searchParams);
  const known = url.protocol === 'smtp:' ? ['relay', 'domain', 'from'] : ['relay', 'domain'];
  for (const name of Object.keys(given)) if (!known.includes(name)) throw wrong(`"${name}" is not known after the question mark; ${known.join(', ')} are`);
  const relay = (given.relay ?? '').toLowerCase();
  // Without it anybody's word would count.
  if (!NAME.test(relay)) throw wrong('relay= has to be the name under which your mail server writes Authentication-Results');
  const domain = (given.domain ?? new URL(hubUrl).hostname).toLowerCase();
  if (!NAME.test(domain)) throw wrong(`"${domain}" is not a domain`);
  return { domain, relay, ...(url.protocol === 'smtp:' ? listening(url, given.from) : fetching(url)) };
}

function listening(url: URL, ranges = '127.0.0.0/8,::1'): Listening {
  if (!url.port || url.username || url.pathname.length > 1) throw wrong('to listen it needs an address and a port, and no more before the question mark');
  const from = ranges.split(',').map((range) => range.trim());
  for (const range of from) if (!isIP(range.split('/')[0] ?? '')) throw wrong(`from= holds "${range}", which is not an address or range`);
  return { way: 'smtp', host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port), from };
}

function fetching(url: URL): Fetching {
  if (!url.username || !url.password) throw wrong('to fetch it needs the name and the password of a mailbox');
  const folder = decodeURIComponent(url.pathname.slice(1)) || 'INBOX';
  return {
    way: 'imaps',
    host: url.hostname,
    port: Number(url.port || 993),
    user: decodeURIComponent(url.username),
    pass: decodeURIComponent(url.password),
    folder,
  };
}

const wrong = (what: string) => new Fault(`INDABA_MAIL_IN cannot be used: ${what}. It must look like ${LIKE}.`);
