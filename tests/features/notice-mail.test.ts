/** Mail about circles and packages, by a real mail server and the real worker: who is told, what it says, and who gets none. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { answerAdmission } from '#domains/people/circles/answer-admission.server.ts';
import { changeCircle } from '#domains/people/circles/change-circle.server.ts';
import { askCircle } from '#domains/people/circles/enter-circle.server.ts';
import { inviteToCircle } from '#domains/people/circles/invite-to-circle.server.ts';
import { mailAdmission } from '#domains/people/circles/mail-admission.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { askOwnData, askRecords } from '#domains/records/exports/ask-export.server.ts';
import { mailExport } from '#domains/records/exports/mail-export.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { startWorker } from '../../src/worker.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let mailbox: Mailbox;
let worker: Awaited<ReturnType<typeof startWorker>>;
// Mails are waited for up to a minute: the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  community = await plantCommunity();
  mailbox = await openMailbox();
  // The mail server came after the first look at the environment.
  forgetConfig();
  worker = await startWorker(community.database.worker);
}, 60_000);
afterAll(async () => {
  await worker?.stop();
  await mailbox?.close();
  await closePools();
  await community?.database.drop();
});
beforeEach(() => mailbox.forget());

const be = (slug: string) => community.be(slug);
const address = (slug: string) => `${slug}@example.test`;
const rules = { purpose: '', roster: 'members', by_rule: false, rule_regions: [], rule_kinds: [], rule_topics: [] };
/** A circle that Jonas runs. */
async function circle(name: string, listed: boolean): Promise<string> {
  const { slug } = await as(await be('jonas'), (tx) => makeCircle(tx, { name, purpose: '', retry_key: newId() }));
  await as(await be('jonas'), (tx) => changeCircle(tx, slug, { ...rules, name, listed, entry: listed ? 'request' : 'invitation' }));
  return slug;
}

test('somebody asks, those who run it are told, and whoever asked hears the answer', async () => {
  const slug = await circle('Ferry watch', true);
  const { id } = await as(await be('mei'), (tx) => askCircle(tx, { circle: slug, words: 'quokkas' }));
  const asked = await mailbox.to(address('jonas'), 'asks to join');
  expect(asked).toContain('Subject: Mei asks to join Ferry watch');
  expect(asked).toContain(`/circles/${slug}`);
  await as(await be('jonas'), (tx) => answerAdmission(tx, { id, yes: 'yes', words: 'numbats' }));
  expect(await mailbox.to(address('mei'), 'You are in')).toContain('Ferry watch');
  for (const mail of [...mailbox.all(address('jonas')), ...mailbox.all(address('mei'))]) expect(mail).not.toMatch(/quokkas|numbats/);
  const second = await as(await be('amina'), (tx) => askCircle(tx, { circle: slug, words: '' }));
  await as(await be('jonas'), (tx) => answerAdmission(tx, { id: second.id, yes: 'no', words: '' }));
  expect(await mailbox.to(address('amina'), 'declined')).toContain('Jonas declined');
});

test('an invitation names a listed circle and keeps the name of a hidden one', async () => {
  await as(await be('jonas'), async (tx) => void (await inviteToCircle(tx, { circle: await found(), member: 'desta', words: '' })));
  expect(await mailbox.to(address('desta'), 'invites you')).toContain('Jonas invites you to Open harbour');
  const hidden = await circle('Wombat table', false);
  await as(await be('jonas'), (tx) => inviteToCircle(tx, { circle: hidden, member: 'amina', words: 'quokkas' }));
  const mail = await mailbox.to(address('amina'), 'invites you');
  expect(mail).toContain('a hidden circle');
  expect(mail).not.toMatch(/Wombat|wombat|quokkas/);
});
const found = () => circle('Open harbour', true);

test('asking again within a day, or being suspended meanwhile, sends nothing', async () => {
  const slug = await circle('Night desk', true);
  const { id } = await as(await be('mei'), (tx) => askCircle(tx, { circle: slug, words: '' }));
  await mailbox.to(address('jonas'), 'Night desk');
  mailbox.forget();
  await community.behind(`update app.circle_admissions set outcome = 'withdrawn', answered_at = now() where id = '${id}'`);
  const again = await as(await be('mei'), (tx) => askCircle(tx, { circle: slug, words: '' }));
  await mailAdmission({ ids: { admission: again.id, step: 'made' } });
  expect(mailbox.all(address('jonas'))).toEqual([]);
  const invited = await as(await be('jonas'), (tx) => inviteToCircle(tx, { circle: slug, member: 'desta', words: '' }));
  await mailbox.to(address('desta'), 'Night desk');
  mailbox.forget();
  await community.behind("update app.members set status = 'suspended' where slug = 'desta'");
  await mailAdmission({ ids: { admission: invited.id, step: 'made' } });
  expect(mailbox.all(address('desta'))).toEqual([]);
  await community.behind("update app.members set status = 'active' where slug = 'desta'");
});

test('a package that is ready is told of, with its day; not to whoever may no longer fetch it', async () => {
  const own = await as(await be('amina'), askOwnData);
  const mail = await mailbox.to(address('amina'), 'Your data can be fetched');
  expect(mail).toContain('/account/data');
  const records = await as(await be('desta'), (tx) => askRecords(tx, { organization: 'lumaria', reason: 'A request' }));
  expect(await mailbox.to(address('desta'), 'records of Telecommunications Authority')).toContain('/organizations/lumaria/records');
  mailbox.forget();
  await community.behind("update app.memberships set role = 'member' where member_id = (select id from app.members where slug = 'desta')");
  await mailExport({ ids: { export: records.id } });
  await community.behind("update app.members set status = 'suspended' where slug = 'amina'");
  await mailExport({ ids: { export: own.id } });
  expect([...mailbox.all(address('desta')), ...mailbox.all(address('amina'))]).toEqual([]);
});
