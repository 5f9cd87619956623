/** Which domain is whose: who names, proves, reads and removes it; against a name server that answers. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '#domains/people/create-token.server.ts';
import { checkDomain, checkWaitingDomains } from '#domains/people/joining/check-domain.server.ts';
import { acceptDomainLetter, askDomainCheck, findDomains, nameDomain, removeDomain } from '#domains/people/joining/domains.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type NameServer, openNameServer } from '../support/name-server.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
let names: NameServer;
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
/** desta and jonas are focal points, lucia is steward (of the secretariat), karim a guest, Eve belongs nowhere; reader is Desta's token that may only read. */
const everyone = ['amina', 'desta', 'jonas', 'mei', 'karim', 'lucia', 'eve', 'visitor', 'reader'];
beforeAll(async () => {
  hub = await plantCommunity();
  names = await openNameServer();
  for (const slug of everyone.slice(0, -2)) actors[slug] = await hub.be(slug);
  const { token } = await as(actors['desta']!, (tx) => createToken(tx, { name: 'reader', scopes: [], days: 1 }));
  actors['reader'] = { kind: 'person', key: keyOf(token) };
});
afterAll(async () => {
  await names.close();
  await closePools();
  await hub.database.drop();
});

const tried = (who: string, work: (tx: Tx) => Promise<unknown>): Promise<string> =>
  as(actors[who]!, work).then(
    (value) => (value === false ? 'too often' : 'done'),
    (error: { code?: string }) => error.code ?? String(error),
  );
async function whoMay(work: (tx: Tx, who: string) => Promise<unknown>): Promise<string[]> {
  const able: string[] = [];
  for (const who of everyone) if ((await tried(who, (tx) => work(tx, who))) === 'done') able.push(who);
  return able;
}
const of = (who: string, organization = 'lumaria') => as(actors[who]!, (tx) => findDomains(tx, organization));
const name = async (who: string, domain: string, organization = 'lumaria') =>
  (await as(actors[who]!, (tx) => nameDomain(tx, { domain, organizationId: hub.organizations[organization]! }))).id;
const one = async (domain: string, organization = 'lumaria') => (await of('lucia', organization))!.domains.find((each) => each.domain === domain)!;

describe('who may', () => {
  test('name a domain: its focal point and a steward, by command and by a statement of one’s own', async () => {
    expect(await whoMay((tx, who) => nameDomain(tx, { domain: `${who}.example`, organizationId: hub.organizations['lumaria']! }))).toEqual(['desta', 'lucia']);
    expect(
      await whoMay((tx, who) =>
        sql`insert into app.organization_domains (id, organization_id, domain, asked_by)
          select gen_random_uuid(), ${hub.organizations['lumaria']}, ${`own-${who}.example`}, b.id from app.bylines b where b.member_id = app.me()`
          .execute(tx)
          .then(({ numAffectedRows }) => {
            if (!numAffectedRows) throw new Error('nothing');
          }),
      ),
    ).toEqual(['desta', 'lucia']);
  });
  test('see them: its own members and stewards', async () => {
    const readers: string[] = [];
    for (const who of everyone) {
      const rows = await as(actors[who]!, async (tx) => (await sql`select domain from app.organization_domains`.execute(tx)).rows).catch(() => []);
      if (rows.length) readers.push(who);
    }
    expect(readers).toEqual(['amina', 'desta', 'lucia', 'reader']);
    expect(await of('jonas')).toBeUndefined();
    expect(await of('eve')).toBeUndefined();
  });
  test('say it is proved: nobody by a statement', async () => {
    for (const set of ["proved_at = now(), method = 'dns'", "token = repeat('0', 32)", "domain = 'other.example'"])
      expect(await whoMay((tx) => sql`update app.organization_domains set ${sql.raw(set)}`.execute(tx))).toEqual([]);
    expect(
      await whoMay((tx) =>
        sql`insert into app.organization_domains (id, organization_id, domain, method, proved_at) values (gen_random_uuid(), ${hub.organizations['lumaria']}, 'x.example', 'dns', now())`.execute(
          tx,
        ),
      ),
    ).toEqual([]);
  });
  test('have it looked up, ten times an hour', async () => {
    const id = await name('desta', 'often.example');
    expect(await whoMay((tx) => askDomainCheck(tx, { id }))).toEqual(['desta', 'lucia']);
    for (let n = 0; n < 8; n++) await tried('desta', (tx) => askDomainCheck(tx, { id }));
    expect(await tried('desta', (tx) => askDomainCheck(tx, { id }))).toBe('too often');
  });
  test('accept a letter: a steward, never for their own organization, with a reference and a day', async () => {
    const letter = { reference: 'TA/2026/114, folder 3', letter_on: '2026-02-03' };
    const ids = await Promise.all(everyone.map((who) => name('lucia', `letter-${who}.example`)));
    expect(await whoMay((tx, who) => acceptDomainLetter(tx, { id: ids[everyone.indexOf(who)], ...letter }))).toEqual(['lucia']);
    expect(await one('letter-lucia.example')).toMatchObject({ method: 'letter', letter_on: '2026-02-03', proved_by: 'Lucia' });
    const own = await name('lucia', 'secretariat.example', 'secretariat');
    expect(await tried('lucia', (tx) => acceptDomainLetter(tx, { id: own, ...letter }))).toBe('people.domain.not_found');
    const open = ids[0];
    expect(await tried('lucia', (tx) => acceptDomainLetter(tx, { id: open, ...letter, reference: ' ' }))).toBe('people.domain.letter_missing');
    expect(await tried('lucia', (tx) => acceptDomainLetter(tx, { id: open, ...letter, letter_on: '2099-01-01' }))).toBe('people.domain.letter_day');
  });
  test('remove it: those who may name it, who proved themselves lately', async () => {
    const id = await name('desta', 'old.example');
    expect(await tried('jonas', (tx) => removeDomain(tx, { id }))).toBe('people.domain.not_found');
    expect(await tried('amina', (tx) => removeDomain(tx, { id }))).toBe('people.domain.not_found');
    await hub.behind(`update app.sessions set proved_at = now() - interval '1 hour' where member_id = '${hub.ids['desta']}'`);
    expect(await tried('desta', (tx) => removeDomain(tx, { id }))).toBe('people.step_up.needed');
    await hub.behind(`update app.sessions set proved_at = now()`);
    expect(await tried('desta', (tx) => removeDomain(tx, { id }))).toBe('done');
  });
  test('never one where anybody gets an address', async () => {
    for (const domain of ['gmail.com', 'mail.yahoo.co.uk', 'proton.me'])
      expect(await tried('lucia', (tx) => nameDomain(tx, { domain, organizationId: hub.organizations['lumaria']! }))).toBe('people.domain.public_mail');
    await expect(
      as(actors['desta']!, (tx) =>
        sql`insert into app.organization_domains (id, organization_id, domain, asked_by) select gen_random_uuid(), ${hub.organizations['lumaria']}, 'gmail.com', b.id from app.bylines b where b.member_id = app.me()`.execute(
          tx,
        ),
      ),
    ).rejects.toMatchObject({ status: 404 });
  });
});

describe('the record', () => {
  test('is found, and the answer is said in words that help', async () => {
    const id = await name('desta', 'ta.example');
    const look = async () => {
      await checkDomain({ ids: { domain: id } });
      return (await one('ta.example')).result;
    };
    expect(await look()).toBe('no_domain');
    names.records.set('ta.example', ['v=spf1 -all']);
    expect(await look()).toBe('absent');
    names.records.set('_indaba.ta.example', ['indaba-verification=0123456789abcdef0123456789abcdef']);
    expect(await look()).toBe('other');
    names.silent.add('ta.example');
    expect(await look()).toBe('unreachable');
    names.silent.clear();
    expect((await one('ta.example')).proved_at).toBeNull();
    const { token } = await one('ta.example');
    names.records.set('_indaba.ta.example', ['something else', `"indaba-verification=${token}"`]);
    expect(await look()).toBe('found');
    expect(await one('ta.example')).toMatchObject({ method: 'dns', proved_by: null });
    const noted = await hub.behind<{ kind: string }>(`select kind, data from app.audit_notes where data ->> 'domain' = 'ta.example' order by id`);
    expect(noted.map(({ kind }) => kind)).toEqual(['domain.named', 'domain.proved']);
  });
  test('may stand at the domain itself, and is looked for by the clock', async () => {
    await name('jonas', 'bank.example', 'bank');
    names.records.set('bank.example', [`indaba-verification=${(await one('bank.example', 'bank')).token}`]);
    await checkWaitingDomains();
    expect((await one('bank.example', 'bank')).method).toBe('dns');
  });
  test('of another organization proves nothing: each has its own token, and a proved domain stays whose it is', async () => {
    const stolen = await name('jonas', 'ta.example', 'bank');
    await checkDomain({ ids: { domain: stolen } });
    expect((await one('ta.example', 'bank')).result).toBe('other');
    const { token } = await one('ta.example', 'bank');
    names.records.get('_indaba.ta.example')!.push(`indaba-verification=${token}`);
    await checkDomain({ ids: { domain: stolen } });
    expect(await one('ta.example', 'bank')).toMatchObject({ result: 'taken', proved_at: null });
    expect(await tried('lucia', (tx) => acceptDomainLetter(tx, { id: stolen, reference: 'x', letter_on: '2026-01-01' }))).toBe('people.domain.taken');
  });
});
