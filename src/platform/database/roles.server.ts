import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import { Fault } from '../fault.ts';
import { scramVerifier } from './scram.ts';

export const LOGINS = ['owner', 'web', 'worker', 'stream'] as const;
export type Login = (typeof LOGINS)[number];
export type Passwords = Record<Login, string>;

const ROLES_FILE = new URL('../../../db/roles.sql', import.meta.url);

/** The SQL that makes the roles, for an administrator to read and run. */
export function rolesSql(): string {
  return readFileSync(ROLES_FILE, 'utf8');
}

export type RoleState = {
  user: string;
  /** Whether the connected user may create roles. */
  mayCreate: boolean;
  /** Whether every role and membership is there already. */
  complete: boolean;
  /** Whether the connected user is the owner or may become it. */
  mayOwn: boolean;
  /** Logins that exist already. */
  existing: Login[];
};

/** Looks at what is there and what the connected user may do, changing nothing. */
export async function roleState(client: Client): Promise<RoleState> {
  const { rows } = await client.query<{ user: string; may_create: boolean; names: string[]; members: number; may_own: boolean }>(`
		select current_user as user,
		       (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as may_create,
		       array(select rolname::text from pg_roles where rolname like 'indaba\\_%') as names,
		       (select count(*)::int from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles g on g.oid = m.member
		         where m.set_option and (r.rolname, g.rolname) in (('indaba_person', 'indaba_web'), ('indaba_visitor', 'indaba_web'),
		           ('indaba_person', 'indaba_worker'), ('indaba_clerk', 'indaba_worker'), ('indaba_archivist', 'indaba_worker'), ('indaba_relay', 'indaba_stream'), ('indaba_keyring', 'indaba_owner'))) as members,
		       coalesce((select pg_has_role(current_user, oid, 'SET') and has_database_privilege(oid, current_database(), 'CREATE')
		                   from pg_roles where rolname = 'indaba_owner'), false) as may_own`);
  const row = rows[0];
  if (!row) throw new Error('the database told nothing about its roles');
  const needed = [...LOGINS, 'person', 'visitor', 'clerk', 'archivist', 'relay', 'keyring'].map((name) => `indaba_${name}`);
  return {
    user: row.user,
    mayCreate: row.may_create,
    complete: needed.every((name) => row.names.includes(name)) && row.members >= 7,
    mayOwn: row.may_own,
    existing: LOGINS.filter((name) => row.names.includes(`indaba_${name}`)),
  };
}

/** Creates the roles in one transaction, lets the connected user become the owner, and gives the logins their passwords. */
export async function createRoles(client: Client, passwords: Partial<Passwords>): Promise<void> {
  await client.query('begin');
  try {
    await client.query(rolesSql());
    await client.query(`do $$ begin
			if current_user <> 'indaba_owner' and not pg_has_role(current_user, 'indaba_owner', 'SET') then
				execute format('grant indaba_owner to %I with inherit false, set true', current_user);
			end if; end $$`);
    for (const [login, password] of Object.entries(passwords)) await client.query(`alter role indaba_${login} password '${scramVerifier(password)}'`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    const { code, message } = error as { code?: string; message: string };
    if (code !== '42501') throw error;
    throw new Fault(
      `The user of DATABASE_URL may not prepare the database (${message}): run "indaba migrate --print-sql" and let an administrator run what it prints.`,
      { cause: error },
    );
  }
}
