import { Client } from 'pg';
import { connectionFault } from './faults.server.ts';

/** One connection outside the pool, for preparing the database only; requests and jobs go through the opener. Throws a Fault when it cannot connect. */
export async function connectOnce(url: string, variable?: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, application_name: 'indaba prepare' });
  // Without a listener a line cut while idle would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => {});
    throw connectionFault(error, url, variable);
  }
  return client;
}

/** The same database as another user. */
export function asUser(url: string, user: string, password: string): string {
  const parts = new URL(url);
  parts.username = encodeURIComponent(user);
  parts.password = encodeURIComponent(password);
  return parts.href;
}

/** The same address, acting as the owner from the first statement on; unchanged when its user is the owner already. */
export function asOwner(url: string): string {
  const parts = new URL(url);
  if (decodeURIComponent(parts.username) === 'indaba_owner') return url;
  parts.searchParams.set('options', [parts.searchParams.get('options'), '-c role=indaba_owner'].filter(Boolean).join(' '));
  return parts.href;
}
