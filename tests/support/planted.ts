/** Unique words in rows of every audience, in every table that holds words: what the leak test looks for. */
import { createHash } from 'node:crypto';
import { keepBytes } from '#domains/files/bytes.server.ts';
import { firstUpdate } from '#domains/library/together/document.ts';
import { newId } from '#platform/ids.ts';
import { toSearchVectorInput } from '#lib/text/search-words.ts';
import type { Cast, Name } from './cast.ts';
import { CIRCLE, NAMES } from './cast.ts';

export type Canary = { word: string; table: string; audience: string; readers: ReadonlySet<Name | 'visitor'> };
export type Planted = { canaries: Canary[]; ids: Record<string, Record<string, string>> };

/** Tables with words that are planted below. A new table with a text column must come here or into `wordless`. */
export const plantedTables = [
  'app.audiences',
  'app.channels',
  'app.threads',
  'app.thread_changes',
  'app.messages',
  'app.message_revisions',
  'app.poll_options',
  'app.message_reports',
  'app.moderation_acts',
  'app.drafts',
  'app.page_drafts',
  // Its words are in its updates; a slug and ids.
  'app.shared_drafts',
  'app.shared_draft_updates',
  'app.scheduled_messages',
  'app.spaces',
  'app.pages',
  'app.revisions',
  'app.change_requests',
  'app.change_request_pages',
  'app.space_rules',
  'app.approvals',
  'app.request_steps',
  'app.comment_words',
  'app.country_drafts',
  'app.country_points',
  'app.positions',
  'app.controls',
  'app.control_aliases',
  'app.page_redirects',
  'app.outer_links',
  'app.editions',
  'app.edition_pages',
  'app.edition_controls',
  'app.edition_assets',
  'app.space_assets',
  'app.files',
  'app.attachments',
  'app.circles',
  'app.circle_admissions',
  'app.profile_fields',
  'app.on_call',
  'app.adopted_spaces',
  'app.events',
  'app.event_payloads',
  'app.accounts',
  'app.sessions',
  'app.passkeys',
  'app.invitations',
  'app.membership_acts',
  'app.organization_domains',
  'app.sso_connections',
  'app.sso_requests',
  'app.two_person_acts',
  'app.applications',
  'app.application_contacts',
  'app.application_notes',
  'app.application_letters',
  'app.checklists',
  'app.vetting_questions',
  'app.vetting_answers',
  'app.agreement_versions',
  'app.delegations',
  'app.audit_notes',
  'app.audit_payloads',
  'app.audit_readings',
  'app.settings',
  'app.data_exports',
  'app.import_places',
  'app.import_people',
  'app.import_messages',
  'app.import_files',
  'app.import_runs',
  'app.legal_holds',
  'app.held_copies',
  'app.retention_rules',
  'app.bylines',
  'app.members',
  'app.organizations',
  'app.jurisdictions',
  'search.entries',
] as const;
/** Tables whose text columns hold only words of the program: kinds, roles, states, hashes. */
export const wordless = [
  // A sum of the updates beside it, under the same policy: tests/policies/shared-drafts.test.ts.
  'app.shared_draft_states',
  // Clocks and a hash.
  'app.procedures',
  // Kinds, ends and ids; whose they are is asked in tests/policies/positions.test.ts.
  'app.request_notices',
  'app.lead_choices',
  'app.audit_entries',
  'app.audit_roots',
  'app.backups',
  'app.health_states',
  'app.nodes',
  'app.ceremonies',
  'app.second_factors',
  'app.recovery_codes',
  'app.recoveries',
  // Ids and hashes; no person reads it.
  'app.notice_mails',
  'app.reply_addresses',
  'app.push_subscriptions',
  'app.pushes',
  'app.notices',
  'app.telling_choices',
  'app.telling',
  'app.topics',
  'app.topic_follows',
  'app.half_sign_ins',
  'app.sso_barred',
  // Read by functions of keyring alone; one's own try is shown to the browser that is on it.
  'app.sso_links',
  'app.sso_tries',
  'app.agreement_acceptances',
  'app.opening_views',
  'app.conversations',
  'app.comments',
  'app.channel_keepers',
  'app.involvements',
  'app.thread_follows',
  'app.checklist_points',
  'app.hub_roles',
  'app.mentions',
  // One emoji.
  'app.reactions',
  // Read by whoever sends them alone; who × what in tests/policies/attachments.test.ts.
  'app.uploads',
  // A name of letters and digits; seen by whoever writes alone: tests/policies/draft-pictures.test.ts.
  'app.draft_pictures',
  'app.marking_outlets',
  'app.memberships',
  'app.rate_buckets',
  'app.retention_runs',
  'sealed.keys',
] as const;

const full: Name[] = NAMES.filter((name) => name !== 'eve' && name !== 'karim');

/** Plants a set of rows for each audience; `which` chooses the audiences, so that a page can be compared before and after. */
export async function plant(c: Cast, which: ReadonlyArray<'public' | 'everyone' | 'circle' | 'lumaria' | 'named'>): Promise<Planted> {
  const canaries: Canary[] = [];
  const ids: Planted['ids'] = {};
  for (const audience of which) {
    const readers = new Set<Name | 'visitor'>(
      { public: [...NAMES, 'visitor' as const], everyone: full, circle: CIRCLE, lumaria: ['amina'] as Name[], named: ['amina', 'pita'] as Name[] }[audience],
    );
    const audienceId = audience === 'named' ? await namedAudience(c) : c.audience[audience];
    const canary = (table: string, who: ReadonlySet<Name | 'visitor'> = readers) => {
      const word = `zq${createHash('sha256')
        .update(`${audience} ${table} ${canaries.length}`)
        .digest('hex')
        .replace(/[0-9]/g, (digit) => 'ghijklmnop'[Number(digit)]!)
        .slice(0, 14)}`;
      canaries.push({ word, table, audience, readers: who });
      return word;
    };
    ids[audience] = await plantAudience(c, audience, audienceId, canary);
  }
  if (which.includes('lumaria')) await plantPrivate(c, canaries);
  return { canaries, ids };
}

async function namedAudience(c: Cast): Promise<number> {
  const [row] = await c.behind<{ id: number }>(
    `insert into app.audiences (kind, ref, label, frozen) values ('named', gen_random_uuid(), 'Amina, Pita', true) returning id`,
  );
  await c.behind(`insert into app.audience_members select $1, unnest($2::uuid[])`, [row!.id, [c.member.amina, c.member.pita]]);
  await c.behind(`update app.audiences set size = 2, epoch = epoch + 1 where id = $1`, [row!.id]);
  return row!.id;
}

type Make = (table: string, who?: ReadonlySet<Name | 'visitor'>) => string;

async function plantAudience(c: Cast, name: string, audience: number, word: Make): Promise<Record<string, string>> {
  const id = Object.fromEntries(
    [
      'channel',
      'conversation',
      'thread',
      'message',
      'space',
      'request',
      'page',
      'revision',
      'control',
      'file',
      'attachment',
      'event',
      'comment',
      'commentTalk',
      'commentMessage',
      'draft',
    ].map((key) => [key, newId()]),
  ) as Record<string, string>;
  const by = c.byline.amina;
  const run = c.behind;
  const slug = { channel: `${name}-${word('app.channels')}`, space: `${name}-${word('app.spaces')}`, page: word('app.pages') };
  const ceiling = { public: 'TLP:CLEAR', everyone: 'TLP:GREEN' }[name] ?? 'TLP:AMBER';
  await run(`insert into app.channels (id, slug, audience_id, name, purpose, byline_id, rules) values ($1,$2,$3,$4,$5,$6,$7)`, [
    id.channel,
    slug.channel,
    audience,
    word('app.channels'),
    word('app.channels'),
    by,
    word('app.channels'),
  ]);
  await run(`insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values ($1,$2,'channel',$3,$4)`, [
    id.conversation,
    audience,
    id.channel,
    ceiling,
  ]);
  await run(`insert into app.threads (id, conversation_id, audience_id, title, byline_id) values ($1,$2,$3,$4,$5)`, [
    id.thread,
    id.conversation,
    audience,
    word('app.threads'),
    by,
  ]);
  await run(
    `insert into app.thread_changes (id, thread_id, audience_id, kind, was, became, byline_id, after_number) values (gen_random_uuid(),$1,$2,'renamed',$3,$4,$5,1)`,
    [id.thread, audience, word('app.thread_changes'), word('app.thread_changes'), by],
  );
  const body = word('app.messages');
  await run(
    `insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, retry_key, body_hash) values ($1,$2,$3,$4,$5,$6,gen_random_uuid(),'\\x00')`,
    [id.message, id.conversation, id.thread, audience, by, `Before ${body} after`],
  );
  await run(`insert into app.message_revisions (id, message_id, audience_id, body) values (gen_random_uuid(),$1,$2,$3)`, [
    id.message,
    audience,
    word('app.message_revisions'),
  ]);
  await run(`insert into app.spaces (id, slug, audience_id, title, description, licence, sources) values ($1,$2,$3,$4,$5,$6,$7)`, [
    id.space,
    slug.space,
    audience,
    word('app.spaces'),
    word('app.spaces'),
    word('app.spaces'),
    JSON.stringify([word('app.spaces')]),
  ]);
  // What one authority says of this space, to those who read it.
  await run(`insert into app.adopted_spaces (id, organization_id, space_id, audience_id, state, words) values (gen_random_uuid(),$1,$2,$3,'adopted',$4)`, [
    c.organization['ta-lumaria'],
    id.space,
    audience,
    word('app.adopted_spaces'),
  ]);
  await run(`insert into app.change_requests (id, space_id, audience_id, title, reason, byline_id, retry_key) values ($1,$2,$3,$4,$5,$6,gen_random_uuid())`, [
    id.request,
    id.space,
    audience,
    word('app.change_requests'),
    word('app.change_requests'),
    by,
  ]);
  await run(`insert into app.space_rules (id, space_id, audience_id, preset, reason, byline_id) values (gen_random_uuid(),$1,$2,'none',$3,$4)`, [
    id.space,
    audience,
    word('app.space_rules'),
    by,
  ]);
  await run(
    `insert into app.procedures (id, change_request_id, audience_id, kind, days, position_days, opened_by, comments_until, wording, phase, over_at) values (gen_random_uuid(),$1,$2,'consultation',7,7,$3,now(),'x','over',now())`,
    [id.request, audience, by],
  );
  await run(
    `insert into app.approvals (id, change_request_id, audience_id, byline_id, role, wording, words) select gen_random_uuid(),$1,$2,$3,'editor',app.wording_of($1),$4`,
    [id.request, audience, by, word('app.approvals')],
  );
  await run(`insert into app.request_steps (id, change_request_id, audience_id, kind, byline_id, words) values (gen_random_uuid(),$1,$2,'approved',$3,$4)`, [
    id.request,
    audience,
    by,
    word('app.request_steps'),
  ]);
  await run(
    `insert into app.positions (id, change_request_id, audience_id, jurisdiction_id, organization_id, byline_id, stance, words, wording) select gen_random_uuid(),$1,$2,j.id,$3,$4,'support',$5,'x' from app.jurisdictions j limit 1`,
    [id.request, audience, c.organization['ta-lumaria'], by, word('app.positions')],
  );
  await run(`insert into app.pages (id, space_id, audience_id, path, title, description) values ($1,$2,$3,$4,$5,$6)`, [
    id.page,
    id.space,
    audience,
    slug.page,
    word('app.pages'),
    word('app.pages'),
  ]);
  const record = word('app.controls');
  const text = `---\ntitle: ${word('app.revisions')}\n---\n\nText ${word('app.revisions')}.\n\n:::control[${record}]{#c-${name} kind="control"}\nInside ${word('app.revisions')}.\n:::\n`;
  await run(
    `insert into app.revisions (id, page_id, audience_id, number, text, blocks, change_request_id, byline_id) values ($1,$2,$3,1,$4,'[{"id":"aaaaaaaa","hash":"x"},{"id":"bbbbbbbb","hash":"y"}]',$5,$6)`,
    [id.revision, id.page, audience, text, id.request, by],
  );
  await run(`update app.pages set revision_id = $1 where id = $2`, [id.revision, id.page]);
  await run(
    `insert into app.change_request_pages (id, change_request_id, audience_id, action, page_id, base_revision_id, path, text) values (gen_random_uuid(),$1,$2,'edit',$3,$4,$5,$6)`,
    [id.request, audience, id.page, id.revision, slug.page, `${text}\n${word('app.change_request_pages')}\n`],
  );
  // What Amina writes with nobody else yet; on public text too, it is hers.
  await run(
    `insert into app.shared_drafts (id, member_id, space_id, place, base_revision_id, retry_key, last_number) values ($1,$2,$3,$4,$5,gen_random_uuid(),1)`,
    [id.draft, c.member.amina, id.space, id.page, id.revision],
  );
  const hers = new Set<Name>(['amina']);
  await run(
    `insert into app.shared_draft_updates (shared_draft_id, number, client, clock, byline_id, bytes) values ($1,1,gen_random_uuid(),1,$2,decode($3, 'base64'))`,
    [
      id.draft,
      by,
      Buffer.from(firstUpdate({ text: `${text}\n${word('app.shared_draft_updates', hers)}\n`, title: word('app.shared_draft_updates', hers) })).toString(
        'base64',
      ),
    ],
  );
  const code = createHash('sha256')
    .update(name + record)
    .digest('hex')
    .slice(0, 8);
  await run(
    `insert into app.controls (id, code, space_id, audience_id, page_id, slug, kind, title, text, risk, vulnerability, note, group_key, position, number) values ($1,$2,$3,$4,$5,$6,'control',$7,$8,$9,$10,$11,$12,0,$13)`,
    [
      id.control,
      code,
      id.space,
      audience,
      id.page,
      `c-${name}`,
      record,
      word('app.controls'),
      word('app.controls'),
      word('app.controls'),
      word('app.controls'),
      'threat:3',
      word('app.controls'),
    ],
  );
  await run(`insert into app.control_aliases (control_id, audience_id, scheme, value) values ($1,$2,'gitbook',$3)`, [
    id.control,
    audience,
    word('app.control_aliases'),
  ]);
  // Talk about a public text is among members.
  const [talk, talkers] = audience === 1 ? ([2, new Set(full)] as const) : ([audience, undefined] as const);
  await run(`insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values ($1,$2,'page',$3,$4)`, [
    id.commentTalk,
    talk,
    id.page,
    audience === 1 ? 'TLP:GREEN' : ceiling,
  ]);
  await run(`insert into app.threads (id, conversation_id, audience_id, title, byline_id) values ($1,$2,$3,$4,$5)`, [
    id.comment,
    id.commentTalk,
    talk,
    word('app.threads', talkers),
    by,
  ]);
  await run(
    `insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, retry_key, body_hash) values ($1,$2,$3,$4,$5,$6,gen_random_uuid(),'\\x00')`,
    [id.commentMessage, id.commentTalk, id.comment, talk, by, word('app.messages', talkers)],
  );
  await run(
    `insert into app.comments (thread_id, conversation_id, audience_id, message_id, page_id, block, byline_id, kind, disposition, disposed_at, disposed_by, answer_id)
      values ($1,$2,$3,$4,$5,'aaaaaaaa',$6,'general','noted',now(),$6,$4)`,
    [id.comment, id.commentTalk, talk, id.commentMessage, id.page, by],
  );
  await run(`insert into app.comment_words (message_id, thread_id, audience_id, quote, proposed, reason) values ($1,$2,$3,$4,$5,$6)`, [
    id.commentMessage,
    id.comment,
    talk,
    word('app.comment_words', talkers),
    word('app.comment_words', talkers),
    word('app.comment_words', talkers),
  ]);
  if (name === 'everyone') await plantWithin(c, id, word);
  await run(`insert into app.polls (message_id, audience_id) values ($1,$2)`, [id.message, audience]);
  await run(`insert into app.poll_options (message_id, audience_id, place, words) values ($1,$2,1,$3)`, [id.message, audience, word('app.poll_options')]);
  // Who is signed in sees which links are broken; a visitor does not.
  const signedIn = new Set<Name>(
    audience === 1 ? NAMES : audience === 2 ? full : audience === c.audience.circle ? CIRCLE : audience === c.audience.lumaria ? ['amina'] : ['amina', 'pita'],
  );
  await run(
    `insert into app.outer_links (page_id, audience_id, url, words, failures, failing_since, fault, asked_at) values ($1,$2,'https://' || $3 || '.example/',$4,2,now(),'gone',now())`,
    [id.page, audience, word('app.outer_links', signedIn), word('app.outer_links', signedIn)],
  );
  await run(`insert into app.page_redirects (space_id, audience_id, path, page_id) values ($1,$2,$3,$4)`, [
    id.space,
    audience,
    word('app.page_redirects'),
    id.page,
  ]);
  // The reason of a rule is for whoever is signed in.
  if (name === 'public')
    await run(`update app.retention_rules set reason = $1, was_days = 90, changed_at = now(), changed_by = $2 where kind = 'session'`, [
      word('app.retention_rules', new Set(NAMES)),
      by,
    ]);
  const bytes = Buffer.from(word('app.files'));
  await run(`insert into app.files (id, audience_id, name, mime, size, sha256) values ($1,$2,$3,'image/png',$4,decode($5, 'hex'))`, [
    id.file,
    audience,
    word('app.files'),
    bytes.length,
    keepBytes(bytes),
  ]);
  const attached = Buffer.from(word('app.attachments'));
  await run(
    `insert into app.attachments (id, message_id, audience_id, place, name, mime, size, sha256) values ($1,$2,$3,1,$4,'application/pdf',$5,decode($6, 'hex'))`,
    [id.attachment, id.message, audience, word('app.attachments'), attached.length, keepBytes(attached)],
  );
  await run(`insert into app.space_assets (space_id, audience_id, path, file_id) values ($1,$2,$3,$4)`, [
    id.space,
    audience,
    word('app.space_assets'),
    id.file,
  ]);
  const edition = newId();
  await run(`insert into app.editions (id, space_id, audience_id, number, words, byline_id) values ($1,$2,$3,'1.0',$4,$5)`, [
    edition,
    id.space,
    audience,
    word('app.editions'),
    by,
  ]);
  await run(
    `insert into app.edition_pages (edition_id, audience_id, page_id, revision_id, path, position, title, description) values ($1,$2,$3,$4,$5,0,$6,$7)`,
    [edition, audience, id.page, id.revision, slug.page, word('app.edition_pages'), word('app.edition_pages')],
  );
  await run(`insert into app.edition_controls (edition_id, audience_id, control_id, page_id, number, position) values ($1,$2,$3,$4,$5,0)`, [
    edition,
    audience,
    id.control,
    id.page,
    word('app.edition_controls'),
  ]);
  await run(`insert into app.edition_assets (edition_id, audience_id, path, file_id) values ($1,$2,$3,$4)`, [
    edition,
    audience,
    word('app.edition_assets'),
    id.file,
  ]);
  await run(`update app.editions set status = 'in_force', dated_on = '2026-10-12', published_at = now(), published_by = $2 where id = $1`, [edition, by]);
  // A draft is for those of its readers who decide.
  await run(`insert into app.editions (id, space_id, audience_id, number, words, byline_id) values (gen_random_uuid(),$1,$2,'2.0',$3,$4)`, [
    id.space,
    audience,
    word('app.editions', new Set<Name>({ public: ['mei', 'noor'], everyone: ['mei', 'noor'], circle: ['mei'] }[name] as Name[] | undefined)),
    by,
  ]);
  await run(`insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values ('page.revised',$1,$2,'page',$3,$4)`, [
    audience,
    by,
    id.page,
    JSON.stringify({ word: word('app.events') }),
  ]);
  await run(`insert into app.event_payloads (event_id, audience_id, body) select max(id), $1, $2 from app.events`, [
    audience,
    JSON.stringify({ word: word('app.event_payloads') }),
  ]);
  for (const [kind, subject, words] of [
    ['message', id.message, body],
    ['page', id.page, text],
    ['control', id.control, record],
  ] as const) {
    await run(`insert into search.entries values (nextval('search.positions'), $1, $2, $3, $4::tsvector, now())`, [
      kind,
      subject,
      audience,
      toSearchVectorInput(words),
    ]);
  }
  if (name === 'named') {
    // Between the two of them alone.
    Object.assign(id, { direct: newId(), directConversation: newId(), directThread: newId() });
    await run(`insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values ($1,$2,'direct',$3,'TLP:RED')`, [
      id.directConversation,
      audience,
      id.direct,
    ]);
    await run(`insert into app.threads (id, conversation_id, audience_id, title, byline_id) values ($1,$2,$3,$4,$5)`, [
      id.directThread,
      id.directConversation,
      audience,
      word('app.threads'),
      by,
    ]);
    await run(
      `insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, retry_key, body_hash) values (gen_random_uuid(),$1,$2,$3,$4,$5,gen_random_uuid(),'\\x00')`,
      [id.directConversation, id.directThread, audience, by, word('app.messages')],
    );
  }
  return { ...id, code, channelSlug: slug.channel, spaceSlug: slug.space, path: slug.page } as Record<string, string>;
}

/** What Lumaria says about the request of all members among itself: read by its two authorities. */
async function plantWithin(c: Cast, id: Record<string, string>, word: Make): Promise<void> {
  const run = c.behind;
  const theirs = new Set<Name>(['amina', 'jonas']);
  const [{ id: country }] = (await run<{ id: string }>(`select id from app.jurisdictions where code = 'lumaria'`)) as [{ id: string }];
  const [{ id: audience }] = (await run<{ id: number }>(`insert into app.audiences (kind, ref, label) values ('jurisdiction', $1, $2) returning id`, [
    country,
    word('app.audiences', theirs),
  ])) as [{ id: number }];
  await run(`insert into app.audience_members select $1, unnest($2::uuid[])`, [audience, [c.member.amina, c.member.jonas]]);
  Object.assign(id, { country, within: newId(), withinTalk: newId(), withinMessage: newId() });
  const by = c.byline.jonas;
  await run(
    `insert into app.conversations (id, audience_id, subject_kind, subject_id, within_id, ceiling, marking) values ($1,$2,'change_request',$3,$4,'TLP:AMBER+STRICT','TLP:AMBER')`,
    [id.withinTalk, audience, id.request, country],
  );
  await run(`insert into app.threads (id, conversation_id, audience_id, title, byline_id, anchor) values ($1,$2,$3,$4,$5,'whole')`, [
    id.within,
    id.withinTalk,
    audience,
    word('app.threads', theirs),
    by,
  ]);
  const body = word('app.messages', theirs);
  await run(
    `insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash) values ($1,$2,$3,$4,$5,$6,'TLP:AMBER',gen_random_uuid(),'\\x00')`,
    [id.withinMessage, id.withinTalk, id.within, audience, by, body],
  );
  // Written by nobody in particular just now: the trigger asks whoever comments.
  await run('alter table app.comments disable trigger kept');
  await run(
    `insert into app.comments (thread_id, conversation_id, audience_id, message_id, space_id, byline_id, kind) values ($1,$2,$3,$4,$5,$6,'technical')`,
    [id.within, id.withinTalk, audience, id.withinMessage, id.space, by],
  );
  await run('alter table app.comments enable trigger kept');
  const said = () => word('app.comment_words', theirs);
  await run(`insert into app.comment_words (message_id, thread_id, audience_id, quote, proposed) values ($1,$2,$3,$4,$5)`, [
    id.withinMessage,
    id.within,
    audience,
    said(),
    said(),
  ]);
  await run(`insert into app.country_drafts (conversation_id, audience_id, stance, words, byline_id) values ($1,$2,'discuss',$3,$4)`, [
    id.withinTalk,
    audience,
    word('app.country_drafts', theirs),
    by,
  ]);
  await run(`insert into app.country_points (thread_id, audience_id, kind, words, proposed) values ($1,$2,'technical',$3,$4)`, [
    id.within,
    audience,
    word('app.country_points', theirs),
    word('app.country_points', theirs),
  ]);
  await run(`insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values ('country.submitted',$1,$2,'change_request',$3,$4)`, [
    audience,
    by,
    id.request,
    JSON.stringify({ word: word('app.events', theirs) }),
  ]);
  await run(`insert into search.entries values (nextval('search.positions'), 'message', $1, $2, $3::tsvector, now())`, [
    id.withinMessage,
    audience,
    toSearchVectorInput(body),
  ]);
}

/** Rows that belong to one person or organization whatever their audience. */
async function plantPrivate(c: Cast, canaries: Canary[]): Promise<void> {
  const word = (table: string, readers: Array<Name | 'visitor'>) => {
    const made = `zq${createHash('sha256')
      .update(`private ${table} ${canaries.length}`)
      .digest('hex')
      .replace(/[0-9]/g, (digit) => 'ghijklmnop'[Number(digit)]!)
      .slice(0, 14)}`;
    canaries.push({ word: made, table, audience: 'private', readers: new Set(readers) });
    return made;
  };
  await c.behind(`update app.accounts set email = $1 where member_id = $2`, [`${word('app.accounts', ['amina'])}@example.org`, c.member.amina]);
  await c.behind(
    `insert into app.sessions (id, token_hash, member_id, kind, name, expires_at) values (gen_random_uuid(), sha256('leak'), $1, 'token', $2, now() + interval '1 day')`,
    [c.member.amina, word('app.sessions', ['amina'])],
  );
  await c.behind(`insert into app.passkeys (id, member_id, credential_id, public_key, name) values (gen_random_uuid(), $1, $2, '\\x00', $3)`, [
    c.member.amina,
    word('app.passkeys', ['amina']),
    word('app.passkeys', ['amina']),
  ]);
  // A focal point invites into its own organization, a steward where there is none.
  await c.behind(`insert into app.invitations (id, organization_id, email, name, invited_by) values (gen_random_uuid(), $1, $2, $3, $4)`, [
    c.organization['central-bank-lumaria'],
    `${word('app.invitations', ['jonas'])}@example.org`,
    word('app.invitations', ['jonas']),
    c.byline.jonas,
  ]);
  // A report is its reporter's, and nobody decides here about what was handed over; a decision is of whom it concerns. Its time is over, so that nobody is kept from writing.
  await c.behind(
    `insert into app.message_reports (id, message_id, conversation_id, audience_id, byline_id, author_id, reason, words, handed, handed_words)
      select gen_random_uuid(), m.id, m.conversation_id, m.audience_id, $1, m.byline_id, 'other', $2, true, $3 from app.messages m where m.audience_id = 2 and m.byline_id <> $1 order by m.id limit 1`,
    [c.byline.pita, word('app.message_reports', ['pita']), word('app.message_reports', [])],
  );
  await c.behind(
    `insert into app.moderation_acts (id, kind, byline_id, moderator_id, reason, words, ends_at, answer, answered_at, settled_at, settled_by, settled_words)
      values ($6, 'restricted', $1, $2, 'other', $3, now() - interval '1 day', $4, now(), now(), $2, $5)`,
    [
      c.byline.amina,
      c.byline.noor,
      word('app.moderation_acts', ['amina']),
      word('app.moderation_acts', ['amina']),
      word('app.moderation_acts', ['amina']),
      '00000000-0000-4000-8000-0000000000c1',
    ],
  );
  // Why somebody was suspended: the one concerned, the focal points of that organization, the stewards. Written without its trigger: nothing is to happen here.
  const why = word('app.membership_acts', ['amina', 'lucia']);
  await c.behind(`alter table app.membership_acts disable trigger act_done`);
  await c.behind(
    `insert into app.membership_acts (id, member_id, organization_id, act, reason, byline_id) values (gen_random_uuid(), $1, $2, 'lifted', $3, $4)`,
    [c.member.amina, c.organization['ta-lumaria'], why, c.byline.lucia],
  );
  await c.behind(`alter table app.membership_acts enable trigger act_done`);
  // Talk from elsewhere: a channel that was open to all there is a steward's to open, what was private shows nobody that it is here.
  const talker = await c.behind<{ id: string }>(
    `insert into app.import_people (id, source, source_key, kind, name, email_key) values (gen_random_uuid(), 'slack', 'U0LEAK', 'person', $1, $2) returning id`,
    [word('app.import_people', []), `${word('app.import_people', [])}@example.org`],
  );
  for (const [kind, readers] of [
    ['channel', ['lucia']],
    ['private', []],
    ['direct', []],
  ] as Array<[string, Name[]]>) {
    const [place] = await c.behind<{ id: string }>(
      `insert into app.import_places (id, source, source_key, kind, name, slug, purpose, messages) values ($5, 'slack', $1, $1, $2, $3, $4, 1) returning id`,
      [
        kind,
        word('app.import_places', readers),
        word('app.import_places', []),
        word('app.import_places', readers),
        kind === 'channel' ? '00000000-0000-4000-8000-0000000000b1' : newId(),
      ],
    );
    await c.behind(
      `insert into app.import_messages (place_id, source_key, message_id, person_id, thread_key, title, body, lexemes, earlier, said_at) values ($1, '1.1', gen_random_uuid(), $2, 'month', $3, $4, '', $5, now())`,
      [place!.id, talker[0]!.id, word('app.import_messages', []), word('app.import_messages', []), word('app.import_messages', [])],
    );
    await c.behind(
      `insert into app.import_files (place_id, source_key, place, name, mime, size, sha256) values ($1, '1.1', 1, $2, 'text/plain', 4, sha256('four'))`,
      [place!.id, word('app.import_files', [])],
    );
  }
  await c.behind(`insert into app.import_runs (id, source, ended_at, counts) values (gen_random_uuid(), 'slack', now(), $1)`, [
    JSON.stringify({ [word('app.import_runs', ['lucia'])]: 1 }),
  ]);
  // A text to begin with that nobody has published: stewards.
  await c.behind(`insert into app.agreement_versions (id, document, title, body, starter) values (gen_random_uuid(), 'terms', $1, 'Words', true)`, [
    word('app.agreement_versions', ['lucia']),
  ]);
  // Why a duty was handed over, long ago: members.
  await c.behind(`alter table app.delegations disable trigger delegation_told`);
  await c.behind(
    `insert into app.delegations (id, duty, from_member, to_member, starts_at, ends_at, reason) values (gen_random_uuid(), 'editor', $1, $2, '2025-01-01', '2025-01-09', $3)`,
    [c.member.noor, c.member.pita, word('app.delegations', full)],
  );
  await c.behind(`alter table app.delegations enable trigger delegation_told`);
  // An act that waits for a second steward: the stewards, and whom it is about. Its trigger would mail.
  await c.behind(`alter table app.two_person_acts disable trigger act_told`);
  await c.behind(
    `insert into app.two_person_acts (id, kind, duty, subject_id, subject_member_id, shown, hash, reason, proposed_by) values (gen_random_uuid(), 'give_duty', 'steward', $1, $1, $2, '', $3, $4)`,
    [
      c.member.amina,
      JSON.stringify({ name: word('app.two_person_acts', ['amina', 'lucia']) }),
      word('app.two_person_acts', ['amina', 'lucia']),
      c.member.lucia,
    ],
  );
  await c.behind(`alter table app.two_person_acts enable trigger act_told`);
  // What was kept aside under a hold: nobody by any page or call.
  await c.behind(`insert into app.held_copies (kind, audience_id, byline_id, words) values ('threads', $1, $2, $3)`, [
    c.audience.lumaria,
    c.byline.amina,
    JSON.stringify({ title: word('app.held_copies', []) }),
  ]);
  // Of the log: what concerns Amina, which her focal point (nobody here) would see too; and a reason to read, which is its steward's.
  await c.behind(`insert into app.audit_notes (kind, actor_id, member_id, data) values ('session.opened', $1, $1, $2)`, [
    c.member.amina,
    JSON.stringify({ word: word('app.audit_notes', ['amina']) }),
  ]);
  await c.behind(`insert into app.audit_readings (id, member_id, reason, at) values (gen_random_uuid(), $1, $2, now() - interval '1 day')`, [
    c.member.lucia,
    word('app.audit_readings', ['lucia']),
  ]);
  // An old setting of a hub that has a newer one: the history is the stewards', the present one stands on every page.
  await c.behind(`alter table app.settings disable trigger user`);
  await c.behind(`insert into app.settings (name, value) values ('imprint', to_jsonb($1::text)), ('imprint', '""')`, [word('app.settings', ['lucia'])]);
  await c.behind(`alter table app.settings enable trigger user`);
  await c.behind(
    `insert into app.audit_entries (position, source, source_id, kind, at, payload_hash, previous, hash) values (1000000, 'note', 1000000, 'session.opened', now(), '', '', '')`,
  );
  await c.behind(
    `insert into app.audit_payloads (position, kind, at, actor_id, member_id, salt, body) values (1000000, 'session.opened', now(), $1, $1, '', $2)`,
    [c.member.amina, JSON.stringify({ note: { word: word('app.audit_payloads', ['amina']) } })],
  );
  await c.behind(`insert into app.organization_domains (id, organization_id, domain) values (gen_random_uuid(), $1, $2)`, [
    c.organization['ta-lumaria'],
    `${word('app.organization_domains', ['amina', 'lucia'])}.example`,
  ]);
  // A package is known to whoever asked for it; nobody's page says why.
  await c.behind(`alter table app.data_exports disable trigger asked`);
  await c.behind(`insert into app.data_exports (id, member_id, kind, organization_id, reason) values (gen_random_uuid(), $1, 'records', $2, $3)`, [
    c.member.jonas,
    c.organization['central-bank-lumaria'],
    word('app.data_exports', ['jonas']),
  ]);
  await c.behind(`alter table app.data_exports enable trigger asked`);
  // A hold is known to stewards alone.
  await c.behind(`insert into app.legal_holds (id, scope, subject_id, reference, reason, placed_by) values (gen_random_uuid(), 'person', $1, $2, $3, $4)`, [
    c.member.pita,
    word('app.legal_holds', ['lucia']),
    word('app.legal_holds', ['lucia']),
    c.byline.lucia,
  ]);
  // What Pita says of himself, to each set of readers; he shares no circle, and nobody works beside him here.
  for (const [field, shown, readers] of [
    ['position', 'members', full],
    ['phone', 'organization', ['pita']],
    ['mail', 'circles', ['pita']],
    ['about', 'nobody', ['pita']],
  ] as const)
    await c.behind(`insert into app.profile_fields (member_id, field, words, shown_to) values ($1, $2, array[$3], $4)`, [
      c.member.pita,
      field,
      word('app.profile_fields', [...readers]),
      shown,
    ]);
  // Whom to call: for all members, for one authority, and for the circle.
  for (const [audience, readers] of [
    [2, full],
    [c.audience.lumaria, ['amina']],
    [c.audience.circle, CIRCLE],
  ] as const)
    await c.behind(`insert into app.on_call (id, organization_id, audience_id, name, phone) values (gen_random_uuid(), $1, $2, $3, '1')`, [
      c.organization['ta-lumaria'],
      audience,
      word('app.on_call', [...readers]),
    ]);
  // What is said when asking to come in: who asks, and who runs the circle (the one who was in it first).
  const asked = word('app.circle_admissions', ['amina', 'pita']);
  await c.behind(
    `insert into app.circle_admissions (id, circle_id, member_id, kind, words, byline_id, answer) values (gen_random_uuid(), $1, $2, 'request', $3, $4, $5)`,
    [c.circle.id, c.member.pita, asked, c.byline.pita, word('app.circle_admissions', ['amina', 'pita'])],
  );
  // Who runs the members of the bank, and a steward; who asks to join is the focal point's alone.
  const [connection] = await c.behind<{ id: string }>(
    `insert into app.sso_connections (id, organization_id, kind, issuer, client_id, sealed_secret) values (gen_random_uuid(), $1, 'oidc', 'https://id.example', $2, 'sealed') returning id`,
    [c.organization['central-bank-lumaria'], word('app.sso_connections', ['jonas', 'lucia'])],
  );
  await c.behind(
    `insert into app.sso_requests (id, connection_id, organization_id, subject, address, name, slug) values (gen_random_uuid(), $1, $2, 'one', 'one@bank.example', $3, 'one')`,
    [connection!.id, c.organization['central-bank-lumaria'], word('app.sso_requests', ['jonas'])],
  );
  const application = '00000000-0000-4000-8000-0000000000a1';
  const steward = (table: string) => word(table, ['lucia']);
  await c.behind(
    `insert into app.applications (id, name, kind, mandate, jurisdictions, domain, why) values ($1, $2, 'regulator', $3, array[$4], $5 || '.example', $6)`,
    [application, ...Array.from({ length: 5 }, () => steward('app.applications'))],
  );
  await c.behind(`insert into app.application_contacts (application_id, place, name, role, email) values ($1, 1, $2, $3, $4 || '@new.example')`, [
    application,
    ...Array.from({ length: 3 }, () => steward('app.application_contacts')),
  ]);
  await c.behind(`insert into app.application_notes (application_id, place, text) values ($1, 1, $2)`, [application, steward('app.application_notes')]);
  await c.behind(
    `insert into app.application_letters (id, application_id, place, name, mime, bytes) values ($1, $1, 1, $2, 'application/pdf', convert_to($3, 'UTF8'))`,
    [application, steward('app.application_letters'), steward('app.application_letters')],
  );
  await c.behind(`insert into app.vetting_questions (code, question) values ('own', $1)`, [steward('app.vetting_questions')]);
  await c.behind(`insert into app.checklists (version, reason) values (2, $1)`, [steward('app.checklists')]);
  await c.behind(
    `insert into app.checklist_points (version, position, question) select 2, position, question from app.checklist_points union values (2, 9, 'own')`,
  );
  await c.behind(`insert into app.vetting_answers (application_id, question, answer, remark, byline_id) values ($1, 'own', 'yes', $2, $3)`, [
    application,
    steward('app.vetting_answers'),
    c.byline.lucia,
  ]);
  // What Amina began, and what she scheduled: hers alone.
  await c.behind(`insert into app.drafts (id, member_id, subject_kind, subject_id, title, body) values (gen_random_uuid(), $1, 'channel', $2, $3, $4)`, [
    c.member.amina,
    c.channel['sim-swap'].id,
    word('app.drafts', ['amina']),
    word('app.drafts', ['amina']),
  ]);
  await c.behind(
    `insert into app.page_drafts (id, member_id, space_id, place, fields) select gen_random_uuid(), $1, s.id, s.id, jsonb_build_object('title', $2::text) from app.spaces s join app.audiences a on a.id = s.audience_id where a.kind = 'everyone' limit 1`,
    [c.member.amina, word('app.page_drafts', ['amina'])],
  );
  await c.behind(
    `insert into app.scheduled_messages (id, member_id, conversation_id, audience_id, title, body, retry_key, send_at) values (gen_random_uuid(), $1, $2, $3, $4, $5, gen_random_uuid(), now() + interval '1 day')`,
    [
      c.member.amina,
      c.channel['sim-swap'].conversationId,
      c.circle.audienceId,
      word('app.scheduled_messages', ['amina']),
      word('app.scheduled_messages', ['amina']),
    ],
  );
  await c.behind(`update app.circles set purpose = $1 where id = $2`, [word('app.circles', CIRCLE), c.circle.id]);
  await c.behind(`update app.audiences set label = $1 where id = $2`, [word('app.audiences', CIRCLE), c.circle.audienceId]);
  // Eve sees nobody; a guest sees those of its circles; of an organization nobody works for, a guest sees nothing.
  await c.behind(`update app.members set name = name || ' ' || $1 where id = $2`, [word('app.members', full), c.member.pita]);
  await c.behind(`update app.bylines set name = name || ' ' || $1 where id = $2`, [word('app.bylines', full), c.byline.pita]);
  await c.behind(`update app.organizations set name = name || ' ' || $1 where id = $2`, [word('app.organizations', full), c.organization['tavola-regulator']]);
  const [country] = await c.behind<{ id: string }>(`select id from app.jurisdictions where code = 'tavola'`);
  await c.behind(`update app.jurisdictions set name = $1 where id = $2`, [word('app.jurisdictions', full), country!.id]);
}
