import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { Fault } from './fault.ts';
import { type Limits, readLimits } from './limits.ts';
import { type MailIn, readMailIn } from './mail-in/where.ts';

export type Seed = 'demo' | 'empty';

/** Everything the environment may say, checked once. Absent means absent: nothing here is guessed from the network. */
export type Config = {
  /** Where the process listens. */
  port: number;
  host: string;
  /** Origin without a trailing slash; used in mail, passkeys, cookies. */
  url: string;
  /** Addresses or CIDR ranges whose forwarded headers count. */
  trustProxy: string[];
  /** The only folder the process writes, absolute. */
  data: string;
  /** Folder of the key files, absolute. */
  keys: string;
  /** DATABASE_URL; undefined = embedded database. */
  databaseUrl: string | undefined;
  /** Logins. `start` fills these into the environment once the database is ready. */
  webUrl: string | undefined;
  workerUrl: string | undefined;
  streamUrl: string | undefined;
  /** A direct line for LISTEN when the others go through a pooler; else the stream login. */
  listenUrl: string | undefined;
  seed: Seed;
  /** True when INDABA_SEED was given in words, not taken by default. */
  seedChosen: boolean;
  smtpUrl: string | undefined;
  /** Where answers by mail come in; undefined = none are offered. */
  mailIn: MailIn | undefined;
  /** Where /metrics is answered: a port of its own, beside the pages with the token, both, or (neither) nowhere. */
  metricsPort: number | undefined;
  metricsToken: string | undefined;
  /** Name servers to ask instead of the machine's own, each an address with or without a port. */
  dnsServers: string[] | undefined;
  /** Seals and opens backups; only the commands `backup` and `restore` ask for it. */
  backupPassphrase: string | undefined;
  /** `host:port` which the guarded client may ask although they are private; empty unless somebody means it. */
  outgoingAllow: string[];
  /** Where the malware scanner (clamd) listens; undefined = there is none. */
  scanner: { host: string; port: number } | { path: string } | undefined;
  /** What one process takes: bodies, heads, connections, requests in a minute. */
  limits: Limits;
};

type Env = Record<string, string | undefined>;

let cached: Config | undefined;

/** The process's settings, read from the environment on the first call; throws a Fault naming the variable when one is wrong. */
export function config(): Config {
  cached ??= readConfig(process.env);
  return cached;
}

/** Forgets what was read, so that the next `config()` reads the environment again (after `start` filled in the logins; in tests). */
export function forgetConfig(): void {
  cached = undefined;
}

/** Checks an environment and turns it into settings; throws a Fault naming the variable when one is wrong. */
export function readConfig(env: Env): Config {
  const port = portOf(text(env, 'PORT') ?? '3000');
  const databaseUrl = address(env, 'DATABASE_URL', ['postgres:', 'postgresql:']);
  const data = resolve(text(env, 'INDABA_DATA') ?? 'data');
  const seed = text(env, 'INDABA_SEED');
  if (seed !== undefined && seed !== 'demo' && seed !== 'empty') throw new Fault(`INDABA_SEED is "${seed}": it must be demo or empty.`);
  const database = (name: string) => address(env, name, ['postgres:', 'postgresql:']);
  return {
    port,
    host: hostOf(text(env, 'HOST') ?? '127.0.0.1'),
    url: originOf(text(env, 'INDABA_URL') ?? `http://localhost:${port}`),
    trustProxy: rangesOf(text(env, 'INDABA_TRUST_PROXY')),
    data,
    keys: resolve(text(env, 'INDABA_KEYS') ?? `${data}/keys`),
    databaseUrl,
    webUrl: database('INDABA_WEB_URL'),
    workerUrl: database('INDABA_WORKER_URL'),
    streamUrl: database('INDABA_STREAM_URL'),
    listenUrl: database('INDABA_LISTEN_URL'),
    seed: seed ?? (databaseUrl ? 'empty' : 'demo'),
    seedChosen: seed !== undefined,
    metricsPort: text(env, 'INDABA_METRICS_PORT') === undefined ? undefined : portOf(text(env, 'INDABA_METRICS_PORT')!, 'INDABA_METRICS_PORT'),
    metricsToken: secretOf(env, 'INDABA_METRICS_TOKEN'),
    smtpUrl: address(env, 'SMTP_URL', ['smtp:', 'smtps:']),
    mailIn: readMailIn(text(env, 'INDABA_MAIL_IN'), originOf(text(env, 'INDABA_URL') ?? `http://localhost:${port}`)),
    dnsServers: serversOf(text(env, 'INDABA_DNS')),
    backupPassphrase: text(env, 'INDABA_BACKUP_PASSPHRASE'),
    outgoingAllow: hostsOf(text(env, 'INDABA_OUTGOING_ALLOW')),
    scanner: scannerOf(text(env, 'INDABA_SCANNER')),
    limits: readLimits(text(env, 'INDABA_LIMITS')),
  };
}

function text(env: Env, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** A secret that stands in a header of every request for it: long, and without blanks. */
function secretOf(env: Env, name: string): string | undefined {
  const value = text(env, name);
  if (value !== undefined && !/^\S{16,200}$/.test(value)) throw new Fault(`${name} is too short or holds blanks: give it 16 characters at least.`);
  return value;
}

function portOf(value: string, name = 'PORT'): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65535) throw new Fault(`${name} is "${value}": it must be a number from 0 to 65535.`);
  return port;
}

function hostOf(value: string): string {
  if (isIP(value) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value)) return value;
  throw new Fault(`HOST is "${value}": it must be an IP address or a host name, without scheme or port.`);
}

function originOf(value: string): string {
  const url = URL.parse(value);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new Fault(`INDABA_URL is "${value}": it must look like https://hub.example.org, without a path.`);
  return url.origin;
}

function address(env: Env, name: string, protocols: string[]): string | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  // The value is not repeated: it may hold a password.
  if (!url || !protocols.includes(url.protocol) || (!url.hostname && !url.searchParams.get('host')))
    throw new Fault(`${name} cannot be read: it must look like ${protocols[0]}//user:password@host/name.`);
  return value;
}

function serversOf(value: string | undefined): string[] | undefined {
  const servers = value?.split(',').map((part) => part.trim());
  for (const one of servers ?? []) {
    const [, v6, v4] = /^(?:\[([0-9a-f:]+)\](?::\d{1,5})?|([\d.]+)(?::\d{1,5})?)$/i.exec(one) ?? [];
    if (!isIP(one) && !isIP(v6 ?? v4 ?? ''))
      throw new Fault(
        `INDABA_DNS holds "${one}": it must be a comma-separated list of IP addresses, each with or without a port, such as 192.0.2.53 or [2001:db8::53]:53.`,
      );
  }
  return servers;
}

function hostsOf(value: string | undefined): string[] {
  if (!value) return [];
  return value.split(',').map((part) => {
    const one = part.trim().toLowerCase();
    // Whole names with their port, never a pattern or a range: each private service is let through by itself.
    if (/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]):\d{1,5}$/.test(one)) return one;
    throw new Fault(`INDABA_OUTGOING_ALLOW holds "${part.trim()}": it must be a comma-separated list of host:port such as id.example.org:443.`);
  });
}

function scannerOf(value: string | undefined): Config['scanner'] {
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (url?.protocol === 'unix:' && url.pathname.startsWith('/') && !url.host) return { path: decodeURIComponent(url.pathname) };
  if (url?.protocol === 'tcp:' && url.hostname && !url.username && ['', '/'].includes(url.pathname))
    return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 3310) };
  throw new Fault(`INDABA_SCANNER is "${value}": it must look like tcp://127.0.0.1:3310 or unix:/run/clamav/clamd.ctl.`);
}

function rangesOf(value: string | undefined): string[] {
  if (!value) return [];
  return value.split(',').map((part) => {
    const range = part.trim() === 'loopback' ? '127.0.0.0/8' : part.trim();
    const [ip, bits, more] = range.split('/');
    const family = isIP(ip ?? '');
    if (!family || more !== undefined || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))))
      throw new Fault(`INDABA_TRUST_PROXY holds "${part.trim()}": it must be a comma-separated list of IP addresses or ranges such as 10.0.0.0/8.`);
    return range;
  });
}
