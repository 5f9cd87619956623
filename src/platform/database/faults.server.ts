import { Fault } from '../fault.ts';

export const LEAST_VERSION = 160000;

/** Refuses a server that is too old for what the migrations use (`grant … with inherit`, among others). */
export function refuseOldServer(versionNumber: number, least = LEAST_VERSION): void {
  if (versionNumber >= least) return;
  const name = (value: number) => Math.floor(value / 10000);
  throw new Fault(
    `The database is PostgreSQL ${name(versionNumber)}: Indaba needs ${name(least)} or newer. Upgrade it, or leave DATABASE_URL unset to use the database that Indaba brings.`,
  );
}

/** Turns a failure to connect into one clear line; the password is never part of it. */
export function connectionFault(error: unknown, url: string, variable = 'DATABASE_URL'): Fault {
  const { code, message } = error as { code?: string; message?: string };
  const parts = URL.parse(url);
  const place = `${parts?.hostname ?? '?'}:${parts?.port || 5432}`;
  const user = decodeURIComponent(parts?.username ?? '');
  const cause = { cause: error };
  if (code === '28P01' || code === '28000')
    return new Fault(`The database at ${place} refuses the user "${user}": check the name and password in ${variable}.`, cause);
  if (code === '3D000')
    return new Fault(`The database "${parts?.pathname.slice(1)}" does not exist at ${place}: create it first, or correct ${variable}.`, cause);
  if (code === '53300') return new Fault(`The database at ${place} has no free connection: raise max_connections or end other clients.`, cause);
  if (code === '57P03') return new Fault(`The database at ${place} is starting up or shutting down: try again in a moment.`, cause);
  if (code === '53100') return new Fault('The disk of the database is full: free some space and run the command again.', cause);
  if (code === '42501') return new Fault(`The user "${user}" has no right to use the database at ${place}: ${message}.`, cause);
  return new Fault(`The database at ${place} cannot be reached (${code || message || 'no answer'}): check that it runs and that ${variable} names it.`, cause);
}
