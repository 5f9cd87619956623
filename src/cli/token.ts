import { endTokens, listTokens } from '#domains/people/operator.server.ts';
import { config } from '#platform/config.server.ts';
import { openDatabase } from '#platform/database/session.server.ts';
import { Fault } from '#platform/fault.ts';
import type { Command } from './command.ts';
import { refusePending } from './web.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const command: Command = {
  summary: 'List the API tokens that work, or end them. Making one is left to the person it speaks for.',
  usage: 'list [<person>] | revoke <id or person> --reason <words>',
  help: [
    'list    prints the tokens that work now: id, whose, name, what they may, until when, last use. What opens them is kept nowhere.',
    'revoke  ends one token by its id, or every token of a person (the last part of /people/<person>). The log keeps the reason.',
    'create  is not here: a token speaks in the name of a person, so they make it themselves, signed in and freshly proved, on /account.',
    '        A service gets an account of its own in its organization, invited as any colleague. See docs/operating/tokens.md.',
  ].join('\n'),
  options: { reason: { type: 'string' } },
  positionals: true,
  run: async ({ values, positionals: [what = 'list', whom, ...more] }) => {
    const reason = String(values.reason ?? '').trim();
    if (what === 'create')
      throw new Fault(
        'A token speaks in the name of a person: they make it themselves on /account, signed in. "indaba token --help" says what a service does.',
        { exitCode: 2 },
      );
    if (more.length || (what !== 'list' && (what !== 'revoke' || !whom || !reason || reason.length > 500)))
      throw new Fault('Say list, or revoke <id or person> --reason "…" with at most 500 characters: see "indaba token --help".', { exitCode: 2 });
    const database = await openDatabase(config());
    try {
      await refusePending(database.urls.owner);
      if (what === 'list') await list(database.urls.owner, whom ?? null);
      else await revoke(database.urls.owner, whom!, reason);
    } finally {
      await database.close();
    }
  },
};

async function list(ownerUrl: string, person: string | null): Promise<void> {
  const tokens = await listTokens(ownerUrl, person);
  const day = (at: Date) => at.toISOString().slice(0, 10);
  for (const { id, slug, name, scopes, expires_at, last_seen_at } of tokens)
    console.log(
      `${id}  ${slug.padEnd(20)} ${scopes.join(',').padEnd(18)} until ${day(expires_at)}  ${last_seen_at ? `used ${day(last_seen_at)}` : 'never used    '}  ${name}`,
    );
  console.log(tokens.length === 1 ? 'One token works.' : `${tokens.length} tokens work.`);
}

async function revoke(ownerUrl: string, whom: string, reason: string): Promise<void> {
  const n = await endTokens(ownerUrl, UUID.test(whom) ? { id: whom, person: null, reason } : { id: null, person: whom, reason });
  if (!n) throw new Fault(`No token works that is "${whom}" or belongs to them.`);
  console.log(n === 1 ? 'One token ended. The log has it.' : `${n} tokens ended. The log has them.`);
}
