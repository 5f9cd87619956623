/**
 * The page /roles says what is so: for every right on it, one person of each role does the deed for real (and it is undone). A holder who is refused
 * fails here, and so does anybody else who gets through; and so does a may_… function that stands in no row.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRights, type Right } from '#domains/govern/roles.server.ts';
import { DELEGABLE } from '#domains/govern/model.ts';
import { proposeAct } from '#domains/govern/propose-act.server.ts';
import { holds, type Role, ROLES, SAID } from '#domains/govern/roles.ts';
import { setRules } from '#domains/library/deciding/set-rules.server.ts';
import { setUpkeep } from '#domains/library/upkeep/set-upkeep.server.ts';
import { actOnMembership } from '#domains/people/act-on-membership.server.ts';
import { createToken } from '#domains/people/create-token.server.ts';
import { giveDuty } from '#domains/people/give-duty.server.ts';
import { makeCircle } from '#domains/people/make-circle.server.ts';
import { registerOrganization } from '#domains/people/register-organization.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { publishAgreement } from '#domains/govern/publish-agreement.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { rulesOf } from '../support/deciding.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
let rights: Right[];
const actors: Record<string, Actor> = { visitor: { kind: 'visitor' } };
const id: Record<string, string> = {};
/** Who stands for each role; nowhere, suspended and the reading token hold nothing that changes anything. */
const slugs: Record<Exclude<Role, 'visitor'>, string> = {
  guest: 'karim',
  member: 'amina',
  focal_point: 'desta',
  editor: 'ed',
  reviewer: 'mei',
  moderator: 'mo',
  steward: 'lucia',
  trustee: 'tru',
};
const nobody = ['nowhere', 'suspended', 'reading token'];

beforeAll(async () => {
  hub = await plantCommunity();
  for (const name of [
    'circle',
    'space',
    'page',
    'channel',
    'open',
    'talk',
    'circleTalk',
    'thread',
    'circleThread',
    'reported',
    'request',
    'comment',
    'commentTalk',
    'jurisdiction',
    'union',
    'recovery',
    'aloneRecovery',
    'domain',
    'ssoRequest',
    'application',
    'pseudonym',
  ])
    id[name] = newId();
  const people = { ed: 'editor', mo: 'moderator', tru: 'trustee', colleague: '', ruth: '', gone: '' };
  for (const [slug, duty] of Object.entries(people)) {
    hub.ids[slug] = newId();
    await hub.behind(`insert into app.members (id, slug, name) values ('${hub.ids[slug]}', '${slug}', '${slug}');
      insert into app.accounts (member_id, email, email_key) values ('${hub.ids[slug]}', '${slug}@example.test', '${slug}@example.test');
      insert into app.bylines (id, kind, member_id, organization_id, name) values (gen_random_uuid(), 'person', '${hub.ids[slug]}', '${hub.organizations['lumaria']}', '${slug}');
      insert into app.memberships (member_id, organization_id) values ('${hub.ids[slug]}', '${hub.organizations[slug === 'colleague' || slug === 'gone' ? 'lumaria' : 'sandoria']}');
      ${duty ? `insert into app.hub_roles values ('${hub.ids[slug]}', '${duty}');` : ''}`);
  }
  const by = `(select id from app.bylines where member_id = '${hub.ids['ruth']}')`;
  await hub.behind(`delete from app.hub_roles where member_id = '${hub.ids['lucia']}' and role <> 'steward';
    update app.hub set second_steward_at = now();
    update app.memberships set role = 'member' where member_id = '${hub.ids['lucia']}';
    insert into app.audiences (kind, ref, label) values ('circle', '${id['circle']}', 'Desk');
    insert into app.circles (id, slug, name, audience_id) select '${id['circle']}', 'desk', 'Desk', id from app.audiences where label = 'Desk';
    insert into app.circle_members (circle_id, member_id) select '${id['circle']}', id from app.members where slug not in ('eve', 'jonas');
    insert into app.channels (id, slug, audience_id, name, purpose, byline_id) values ('${id['channel']}', 'all', 2, 'All', '', ${by}), ('${id['open']}', 'open', 1, 'Open', '', ${by});
    insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values ('${id['talk']}', 2, 'channel', '${id['channel']}', 'TLP:GREEN');
    insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) select '${id['circleTalk']}', id, 'channel', '${newId()}', 'TLP:AMBER' from app.audiences where label = 'Desk';
    insert into app.threads (id, conversation_id, audience_id, title, byline_id) values ('${id['thread']}', '${id['talk']}', 2, 'T', ${by});
    insert into app.threads (id, conversation_id, audience_id, title, byline_id) select '${id['circleThread']}', '${id['circleTalk']}', id, 'T', ${by} from app.audiences where label = 'Desk';
    insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, retry_key, body_hash) select '${id['reported']}', conversation_id, id, audience_id, byline_id, 'Words', gen_random_uuid(), '' from app.threads where id = '${id['circleThread']}';
    insert into app.spaces (id, slug, audience_id, title) values ('${id['space']}', 'book', 1, 'Book');
    insert into app.pages (id, space_id, audience_id, path, title) values ('${id['page']}', '${id['space']}', 1, 'one', 'One');
    insert into app.jurisdictions (id, code, name) values ('${id['jurisdiction']}', 'lumaria', 'Lumaria');
    insert into app.organization_jurisdictions values ('${hub.organizations['lumaria']}', '${id['jurisdiction']}');
    insert into app.jurisdictions (id, code, name, kind) values ('${id['union']}', 'union', 'Union', 'union');
    insert into app.memberships (member_id, organization_id) values ('${hub.ids['lucia']}', '${hub.organizations['sandoria']}');
    insert into app.organization_jurisdictions select id, '${id['union']}' from app.organizations where not is_guest;
    insert into app.space_rules (id, space_id, audience_id, preset, approvals, approvers) values (gen_random_uuid(), '${id['space']}', 1, 'none', 1, '{editor,steward,focal_point}');
    insert into app.change_requests (id, space_id, audience_id, title, reason, byline_id, retry_key) values ('${id['request']}', '${id['space']}', 1, 'R', 'Because', ${by}, gen_random_uuid());
    insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values ('${id['commentTalk']}', 2, 'change_request', '${id['request']}', 'TLP:GREEN');
    insert into app.threads (id, conversation_id, audience_id, title, byline_id) values ('${id['comment']}', '${id['commentTalk']}', 2, 'T', ${by});
    insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, retry_key, body_hash) values ('${id['comment']}', '${id['commentTalk']}', '${id['comment']}', 2, ${by}, 'Words', gen_random_uuid(), '');
    insert into app.comments (thread_id, conversation_id, audience_id, message_id, byline_id, kind) values ('${id['comment']}', '${id['commentTalk']}', 2, '${id['comment']}', ${by}, 'general');
    insert into app.recoveries (id, member_id) values ('${id['recovery']}', '${hub.ids['colleague']}'), ('${id['aloneRecovery']}', '${hub.ids['ruth']}');
    insert into app.organization_domains (id, organization_id, domain) values ('${id['domain']}', '${hub.organizations['lumaria']}', 'lumaria.example');
    insert into app.sso_connections (id, organization_id, kind, issuer, client_id, sealed_secret) values ('${id['ssoRequest']}', '${hub.organizations['lumaria']}', 'oidc', 'https://id.example', 'a', 'b');
    insert into app.sso_requests (id, connection_id, organization_id, subject, address, name, slug) values ('${id['ssoRequest']}', '${id['ssoRequest']}', '${hub.organizations['lumaria']}', 's', 's@lumaria.example', 'S', 's');
    insert into app.bylines (id, kind, audience_id, name) values ('${id['pseudonym']}', 'pseudonym', 2, 'Quiet heron');
    insert into sealed.byline_members values ('${id['pseudonym']}', '${hub.ids['ruth']}');
    insert into app.applications (id, name, kind, mandate, jurisdictions, domain, confirmed_at) values ('${id['application']}', 'New', 'regulator', 'M', '{Oruna}', 'new.example', now());
    insert into app.audit_entries (position, source, source_id, kind, at, payload_hash, previous, hash) select n, 'note', n, 'session.opened', now(), '', '', '' from generate_series(1, 20) n;
    insert into app.audit_payloads (position, kind, at, actor_id, member_id, organization_id, salt, body)
      select row_number() over (), 'session.opened', now(), m.id, m.id, null, '', '{}' from app.members m;
    update app.audit_payloads set organization_id = '${hub.organizations['lumaria']}' where member_id = '${hub.ids['colleague']}'`);
  for (const [role, slug] of Object.entries(slugs)) actors[role] = await hub.be(slug);
  actors['nowhere'] = await hub.be('eve');
  actors['suspended'] = await hub.be('gone');
  await hub.behind(`update app.members set status = 'suspended' where slug = 'gone'`);
  const { token } = await as(actors['steward']!, (tx) => createToken(tx, { name: 'r', scopes: ['read'], days: 1 }));
  actors['reading token'] = { kind: 'person', key: keyOf(token) };
  rights = await as(actors['visitor']!, listRights);
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});

class Undo extends Error {}
/** Does somebody get through? A deed that touches no row is refused too. */
async function does(who: string, work: (tx: Tx, who: string) => Promise<unknown>): Promise<boolean> {
  try {
    await as(actors[who]!, async (tx) => {
      if ((await work(tx, who)) === false) throw new Error('nothing');
      throw new Undo();
    });
  } catch (error) {
    const refused = error as { code?: string; message?: string };
    if (
      !(error instanceof Undo) &&
      refused.message !== 'nothing' &&
      !/^(common|people|govern|conversations|library|audit|channels|records)\./.test(refused.code ?? '')
    )
      throw error;
    return error instanceof Undo;
  }
  return false;
}
const sees = (statement: string) => async (tx: Tx) => (await sql.raw(statement).execute(tx)).rows.length > 0;
const changes = (statement: string) => async (tx: Tx) => Number((await sql.raw(statement).execute(tx)).numAffectedRows ?? 0) > 0;
const by = `(select b.id from app.bylines b where b.kind = 'person' and b.member_id = app.me())`;
const post = (thread: () => string) => (tx: Tx) =>
  sql`select * from app.post_message(${newId()}, ${thread()}, 'Words', null, ${newId()}, '\\x00', '')`.execute(tx);
const act = (input: object) => (tx: Tx) => actOnMembership(tx, { member: 'colleague', organization: 'lumaria', reason: 'Test.', ...input });
const channel = (audience: number) => (tx: Tx, who: string) =>
  sql
    .raw(
      `insert into app.channels (id, slug, audience_id, name, purpose, byline_id) values ('${newId()}', 'by-${who.replace(/\W/g, '')}-${audience}', ${audience}, 'N', '', ${by})`,
    )
    .execute(tx);
const invite = (role: string, organization: string) => (tx: Tx) =>
  sql
    .raw(
      `insert into app.invitations (id, organization_id, email, name, role, invited_by) values ('${newId()}', '${hub.organizations[organization]}', 'n@example.test', '', '${role}', ${by})`,
    )
    .execute(tx);

/** The deed of each right. */
const deeds: Record<string, (tx: Tx, who: string) => Promise<unknown>> = {
  read_public: sees(`select 1 from app.channels where slug = 'open'`),
  read_members: sees(`select 1 from app.channels where slug = 'all'`),
  see_people: async (tx) => sees(`select 1 from app.organizations where slug = 'bank'`)(tx),
  talk_circle: (tx) => post(() => id['circleThread']!)(tx),
  talk_members: (tx) => post(() => id['thread']!)(tx),
  propose: (tx) =>
    sql
      .raw(
        `insert into app.change_requests (id, space_id, audience_id, title, reason, byline_id, retry_key) values ('${newId()}', '${id['space']}', 1, 'T', 'R', ${by}, gen_random_uuid())`,
      )
      .execute(tx),
  report_message: (tx) => sql`select app.report_message(${newId()}, ${id['reported']}, 'other', '', true)`.execute(tx),
  keep_order: (tx) => sql`select app.remove_message(${newId()}, ${id['reported']}, 'rules', '')`.execute(tx),
  open_channel: channel(2),
  read_log_own: sees(`select 1 from app.audit_payloads where member_id = app.me()`),
  read_log_people: (tx) => sees(`select 1 from app.audit_payloads where member_id = '${hub.ids['colleague']}'`)(tx),
  invite: invite('member', 'lumaria'),
  act_on_members: act({ act: 'suspended' }),
  sign_in_policy: (tx) =>
    sql
      .raw(`insert into app.sign_in_policies (organization_id, passkeys_only, second_factor) values ('${hub.organizations['lumaria']}', true, false)`)
      .execute(tx),
  confirm_recovery: (tx) => sql`select app.confirm_recovery(${id['recovery']})`.execute(tx),
  connect_sso: (tx) =>
    sql
      .raw(
        `insert into app.sso_connections (id, organization_id, kind, issuer, client_id, sealed_secret) values ('${newId()}', '${hub.organizations['lumaria']}', 'oidc', 'https://new.example', 'a', 'b')
          on conflict (organization_id) do update set issuer = excluded.issuer`,
      )
      .execute(tx),
  admit_sso: (tx) => sql`select app.decide_sso_request(${id['ssoRequest']}, false, ${newId()}, ${newId()})`.execute(tx),
  confirm_members: (tx) => sql`select app.confirm_member(${hub.ids['colleague']}, ${hub.organizations['lumaria']})`.execute(tx),
  prove_domain: (tx) =>
    sql
      .raw(
        `insert into app.organization_domains (id, organization_id, domain, asked_by) values ('${newId()}', '${hub.organizations['lumaria']}', 'new.example', ${by})`,
      )
      .execute(tx),
  decide: (tx) => changes(`update app.change_requests set status = 'declined', decided_by = ${by}, decision_reason = 'No' where id = '${id['request']}'`)(tx),
  approve: (tx) => sql`select app.approve_request(${newId()}, ${id['request']}, '')`.execute(tx),
  speak_within: (tx) => sql`select app.open_within(${newId()}, ${id['request']}, ${id['union']})`.execute(tx),
  give_position: (tx) => sql`select app.name_lead(${id['jurisdiction']}, ${hub.organizations['lumaria']}, ${hub.organizations['lumaria']})`.execute(tx),
  set_rules: (tx) => setRules(tx, 'book', { rules: rulesOf({ approvals: 2, approvers: ['editor', 'steward', 'focal_point'] }) }),
  dispose: (tx) => changes(`update app.comments set disposition = 'noted' where thread_id = '${id['comment']}'`)(tx),
  publish_edition: (tx) =>
    sql.raw(`insert into app.editions (id, space_id, audience_id, number, byline_id) values ('${newId()}', '${id['space']}', 1, '1.0', ${by})`).execute(tx),
  keep_pages: (tx) => setUpkeep(tx, id['page']!, { review_on: '2030-01-01' }),
  change_channel: (tx) => changes(`update app.channels set name = 'Other' where id = '${id['channel']}'`)(tx),
  open_public_channel: channel(1),
  register_organization: (tx, who) => registerOrganization(tx, { name: `Office of ${who}`, kind: 'regulator', retry_key: newId() }),
  invite_focal_point: invite('focal_point', 'sandoria'),
  confirm_recovery_alone: (tx) => sql`select app.confirm_recovery(${id['aloneRecovery']})`.execute(tx),
  accept_letter: (tx) => sql`select app.accept_domain_letter(${id['domain']}, 'Letter 1', '2026-01-01')`.execute(tx),
  make_circle: (tx) => makeCircle(tx, { name: 'Circle', purpose: '', retry_key: newId() }),
  give_duty: (tx) => giveDuty(tx, { slug: 'ruth', duty: 'editor' }),
  propose_duty: (tx) => proposeAct(tx, { kind: 'give_duty', subject: hub.ids['ruth'], content: { duty: 'trustee' }, reason: 'Test.' }),
  set_hub: (tx) => sql`insert into app.settings (name, value) values ('invitation_days', '5')`.execute(tx),
  hold: (tx) =>
    sql
      .raw(
        `insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by) values ('${newId()}', 'person', '${hub.ids['karim']}', 'Case 1', 'Asked.', ${by})`,
      )
      .execute(tx),
  take_records: (tx) =>
    sql
      .raw(
        `insert into app.data_exports (id, member_id, kind, organization_id, reason) values ('${newId()}', app.me(), 'records', '${hub.organizations['lumaria']}', 'Asked.')`,
      )
      .execute(tx),
  change_retention: (tx) => changes(`update app.retention_rules set keep_days = 900, reason = 'Test.' where kind = 'draft'`)(tx),
  publish_terms: (tx) => publishAgreement(tx, { document: 'terms', title: 'T', body: 'Words', changes: 'All.' }),
  rule_circle: async (tx) => {
    const made = newId();
    await sql`select app.make_circle(${made}, ${made}, 'Ruled', '')`.execute(tx);
    await sql`select app.change_circle(${made}, 'Ruled', '', 'invitation', false, 'runners', true, '{}', '{regulator}', '{}')`.execute(tx);
  },
  vet: (tx) => sql`select app.refuse_application(${id['application']}, 'Not now.')`.execute(tx),
  change_checklist: (tx) =>
    sql`select app.change_checklist(1, E'mandate\ndomain\ncalled_back\ncontacts_known\nno_objection\nno_duplicate\nHas it signed the treaty?', 'Test.')`.execute(
      tx,
    ),
  see_health: (tx) => sql`select app.health_figures()`.execute(tx),
  loosen: (tx) =>
    proposeAct(tx, {
      kind: 'loosen_setting',
      subject: createHash('md5')
        .update('indaba setting session_days')
        .digest('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
      content: { setting: 'session_days', value: 60 },
      reason: 'Test.',
    }),
  expel_organization: (tx) => proposeAct(tx, { kind: 'expel_organization', subject: hub.organizations['bank'], content: {}, reason: 'Test.' }),
  open_pseudonym: (tx) => proposeAct(tx, { kind: 'open_pseudonym', subject: id['pseudonym'], content: {}, reason: 'Test.' }),
  delegate: (tx, who) =>
    sql
      .raw(`insert into app.delegations (id, duty, organization_id, from_member, to_member, ends_at, reason) select '${newId()}', '${DELEGABLE.find((duty) => duty === who) ?? 'editor'}',
      ${who === 'focal_point' ? `'${hub.organizations['lumaria']}'` : 'null'}, app.me(), '${hub.ids['amina']}', now() + interval '3 days', 'Away.'`)
      .execute(tx),
  keep_on_call: (tx) =>
    sql.raw(`insert into app.on_call (id, organization_id, name, phone) values ('${newId()}', '${hub.organizations['lumaria']}', 'Desk', '1')`).execute(tx),
  say_adopted: (tx) =>
    sql
      .raw(
        `insert into app.adopted_spaces (id, organization_id, space_id, audience_id, state) select '${newId()}', '${hub.organizations['lumaria']}', s.id, 2, 'adopted' from app.spaces s limit 1`,
      )
      .execute(tx),
  read_log_all: async (tx) => {
    await sql`insert into app.audit_readings (id, member_id, reason) values (${newId()}, app.me(), 'Test')`.execute(tx);
    return sees(`select 1 from app.audit_payloads where member_id = '${hub.ids['karim']}'`)(tx);
  },
};
/** What anybody signed in, or a token that only reads, does of these: it changes nothing. */
const reading = ['read_public', 'read_members', 'see_people', 'read_log_own', 'see_health'];

describe('what the page says, the database does', () => {
  test('every right on the page has a deed here and words, and no deed stands alone', () => {
    expect(rights.map(({ key }) => key).sort()).toEqual(Object.keys(deeds).sort());
    expect(rights.map(({ key }) => key).filter((key) => !SAID.includes(key))).toEqual([]);
  });
  test.each(Object.keys(deeds))('%s', async (key) => {
    const { holders } = rights.find((each) => each.key === key)!;
    const able: Role[] = [];
    for (const role of ROLES) if (await does(role, deeds[key]!)) able.push(role);
    expect(able).toEqual(ROLES.filter((role) => holds(role, holders)));
    const strangers: string[] = [];
    for (const who of nobody) if (await does(who, deeds[key]!)) strangers.push(who);
    // Whoever is suspended is a visitor; a token for reading reads.
    expect(strangers.filter((who) => !(reading.includes(key) && (who !== 'suspended' || key === 'read_public')))).toEqual([]);
  });
  test('every may_… function stands in a row of the page, or here with the reason why not', async () => {
    const elsewhere: Record<string, string> = {
      may_write: 'part of the others: may this session change anything',
      may_ask_erasure: 'of oneself, anybody who is signed in',
      may_keep_own: 'one’s own markers, sessions and profile',
      may_speak: 'part of the others: is this byline mine',
      may_record: 'part of the others: an event only about what one did',
      may_change_factor: 'one’s own account',
      may_answer_by_mail: 'of oneself: not where one’s organization asks for more than a password',
      may_open_imports: 'a steward’s, only over what an import brought in and nobody has decided: policies of imports',
    };
    const found = (
      await hub.behind<{ name: string }>(
        `select distinct proname as name from pg_proc where pronamespace = 'app'::regnamespace and proname like 'may\\_%' order by 1`,
      )
    ).map(({ name }) => name);
    const shown = (await hub.behind<{ name: string }>(`select distinct unnest(asks) as name from app.rights()`)).map(({ name }) => name);
    expect(shown.filter((name) => !found.includes(name))).toEqual([]);
    expect(found.filter((name) => !shown.includes(name) && !(name in elsewhere))).toEqual([]);
  });
});
