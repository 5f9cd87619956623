/** What whoever runs the machine does to duties and tokens. As the owner of the database, whom no door serves: a process that answers people cannot do any of it. */
import { asOwner, connectOnce } from '#platform/database/connect.server.ts';
import { Fault } from '#platform/fault.ts';

export type Steward = { slug: string; name: string; status: string; organizations: string[] };
export type Token = { id: string; slug: string; name: string; scopes: string[]; created_at: Date; last_seen_at: Date | null; expires_at: Date };

const refused: Record<string, (person: string) => string> = {
  'people.duty.two_can': () =>
    'Two stewards can act: they name another on the page of that person, one proposes and the other confirms (docs/operating/governing.md).',
  'people.duty.members_only': (person) => `"${person}" works for no organization that is a full member: a guest holds no duty.`,
  'people.duty.held': (person) => `"${person}" is a steward already.`,
  'people.member.not_found': (person) => `There is no active member "${person}": take the last part of the address of their page, /people/<name>.`,
};

async function asked<T>(ownerUrl: string, query: string, values: unknown[], person = ''): Promise<T[]> {
  const client = await connectOnce(asOwner(ownerUrl));
  try {
    return (await client.query(query, values)).rows as T[];
  } catch (error) {
    const said = refused[(error as Error).message];
    throw said ? new Fault(said(person), { cause: error }) : error;
  } finally {
    await client.end();
  }
}

/** Names a steward where fewer than two can act; the log has who ran the machine's reason, and every member is told. Gives back the name. Throws a Fault where it is not to be. */
export async function nameSteward(ownerUrl: string, person: string, reason: string): Promise<string> {
  return (await asked<{ name: string }>(ownerUrl, 'select app.name_steward($1, $2) as name', [person, reason], person))[0]!.name;
}

/** Who is a steward, suspended ones too. */
export const listStewards = (ownerUrl: string): Promise<Steward[]> => asked(ownerUrl, 'select * from app.list_stewards()', []);

/** The tokens that work now, of one member or of all. */
export const listTokens = (ownerUrl: string, person: string | null): Promise<Token[]> => asked(ownerUrl, 'select * from app.list_tokens($1)', [person]);

/** Ends a token by its id, or every token of a member; gives back how many ended. */
export async function endTokens(ownerUrl: string, { id, person, reason }: { id: string | null; person: string | null; reason: string }): Promise<number> {
  return (await asked<{ n: number }>(ownerUrl, 'select app.end_tokens($1, $2, $3) as n', [id, person, reason]))[0]!.n;
}
