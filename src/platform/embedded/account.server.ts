import { readFileSync } from 'node:fs';
import { Fault } from '../fault.ts';

/** The unprivileged account that PostgreSQL runs as; undefined when this process is unprivileged itself. */
export type Account = { uid: number; gid: number };

/** PostgreSQL refuses to run as root: as root take the account `postgres`, else `nobody`; initdb needs one that has a name. */
export function databaseAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const found = lines.find((fields) => fields[0] === name);
    if (found) return { uid: Number(found[2]), gid: Number(found[3]) };
  }
  throw new Fault(
    'PostgreSQL does not run as root and there is neither an account "postgres" nor "nobody" to run it as: start Indaba as an ordinary user, or set DATABASE_URL.',
  );
}
