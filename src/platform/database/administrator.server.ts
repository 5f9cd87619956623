import { rolesSql } from './roles.server.ts';

/** What an administrator runs once, by psql, in the hub's database, when the user of DATABASE_URL may not create roles. */
export function printableSql(databaseUrl: string | undefined): string {
  const parts = databaseUrl ? URL.parse(databaseUrl) : null;
  const name = parts ? decodeURIComponent(parts.pathname.slice(1)) : 'indaba';
  const user = parts ? decodeURIComponent(parts.username) : 'indaba_owner';
  const quoted = (word: string) => `"${word.replaceAll('"', '""')}"`;
  const become =
    user === 'indaba_owner' || user === ''
      ? []
      : ['', '-- Let the user of DATABASE_URL act as the owner.', `grant indaba_owner to ${quoted(user)} with inherit false, set true;`];
  return [
    `-- Run by psql as an administrator of the server, connected to the database ${quoted(name)}. Safe to run again.`,
    '',
    rolesSql().trim(),
    ...become,
    '',
    '-- Give each login a password; psql asks for it and sends only its hash.',
    ...['owner', 'web', 'worker', 'stream'].map((login) => `\\password indaba_${login}`),
    '',
    '-- Then start Indaba with DATABASE_URL (indaba_owner, or the user above), INDABA_WEB_URL, INDABA_WORKER_URL and INDABA_STREAM_URL.',
  ].join('\n');
}
