/**
 * One true call of every operation of /api/v1, for each thing it may be asked about. The rights test makes all of them as everybody.
 * Input is such that whoever has the right gets through: what is left to refuse is the right.
 */
import { randomUUID } from 'node:crypto';
import { firstUpdate } from '#domains/library/together/document.ts';
import type { Cast } from './cast.ts';
import type { Planted } from './planted.ts';

export type Sample = { on: string; params?: Record<string, string>; query?: string; input?: unknown };
export type World = { c: Cast; ids: Planted['ids']; behind: Cast['behind'] };
type Samples = (world: World) => Sample[] | Promise<Sample[]>;

/** The planted audiences, as the table names them. */
const places = { everyone: 'for all members', circle: 'of a circle', lumaria: 'of one authority' } as const;
type Place = keyof typeof places;
const each =
  (make: (id: Record<string, string>, place: Place) => Omit<Sample, 'on'>): Samples =>
  ({ ids }) =>
    (Object.keys(places) as Place[]).map((place) => ({ on: places[place], ...make(ids[place]!, place) }));
const once =
  (sample: Omit<Sample, 'on'> & { on?: string } = {}): Samples =>
  () => [{ on: '', ...sample }];
/** Drafts of Amina's, in each place; Mei was asked along where she reads the space. */
const shared =
  (input?: () => unknown, more: Record<string, string> = {}): Samples =>
  async ({ c, ids, behind }) => {
    await behind(
      `insert into app.shared_draft_writers (shared_draft_id, member_id) select d.id, $1 from app.shared_drafts d on conflict (shared_draft_id, member_id) do update set ended_at = null`,
      [c.member.mei],
    );
    return (Object.keys(places) as Place[]).map((place) => ({
      on: places[place],
      params: { id: ids[place]!['draft']!, ...more },
      ...(input && { input: input() }),
    }));
  };
const organizations =
  (input?: unknown): Samples =>
  () => [
    { on: "a member's own", params: { slug: 'ta-lumaria' }, ...(input ? { input } : {}) },
    { on: "a focal point's own", params: { slug: 'central-bank-lumaria' }, ...(input ? { input } : {}) },
    { on: "nobody's here", params: { slug: 'tavola-regulator' }, ...(input ? { input } : {}) },
  ];
/** The edition that was published, 1.0, and the draft of the next, 2.0. */
const editions =
  (...numbers: string[]): Samples =>
  async ({ c, ids, behind }) => {
    await behind(
      `insert into app.editions (id, space_id, audience_id, number, byline_id) select gen_random_uuid(), s.id, s.audience_id, '2.0', $1 from app.spaces s on conflict do nothing`,
      [c.byline.amina],
    );
    return numbers.flatMap((number) =>
      (Object.keys(places) as Place[]).map((place) => ({
        on: `${number === '2.0' ? 'draft' : 'published'} ${places[place]}`,
        params: { space: ids[place]!['spaceSlug']!, number },
        input: { reason: 'It was wrong.' },
      })),
    );
  };
/** On the request of all members, where Jonas's bank leads Lumaria. */
const led =
  (make: (id: Record<string, string>) => Omit<Sample, 'on'>): Samples =>
  async ({ c, ids, behind }) => {
    await behind(
      `insert into app.lead_choices (jurisdiction_id, organization_id, lead_id) select j.id, $1, $2 from app.jurisdictions j where j.code = 'lumaria' on conflict do nothing`,
      [c.organization['ta-lumaria'], c.organization['central-bank-lumaria']],
    );
    return [{ on: 'for all members, within Lumaria', ...make(ids['everyone']!) }];
  };
/** A request of each space whose rules are these; with a phase, its procedure stands there. Jonas's bank leads Lumaria. */
const ruled =
  (rules: { preset: string; approvals?: number }, input: object, phase?: 'last_call' | 'resolving' | 'positions'): Samples =>
  async ({ c, ids, behind }) => {
    const spoken = phase === 'positions';
    await behind(`update app.space_rules set preset = $1, approvals = $2, approvers = '{editor,steward,focal_point}'`, [rules.preset, rules.approvals ?? 0]);
    await behind('delete from app.procedures');
    if (phase)
      await behind(
        `insert into app.procedures (id, change_request_id, audience_id, kind, phase, days, position_days, opened_by, comments_until, positions_until, wording)
         select gen_random_uuid(), id, audience_id, $1, $2, 7, 7, byline_id, now() + interval '7 days', now() + interval '7 days', 'x' from app.change_requests where status = 'open'`,
        [phase === 'last_call' ? phase : 'consultation', phase === 'last_call' ? 'comments' : phase],
      );
    await behind(
      `insert into app.lead_choices (jurisdiction_id, organization_id, lead_id) select j.id, $1, $2 from app.jurisdictions j where j.code = 'lumaria' on conflict do nothing`,
      [c.organization['ta-lumaria'], c.organization['central-bank-lumaria']],
    );
    const [country] = await behind<{ id: string }>(`select id from app.jurisdictions where code = 'lumaria'`);
    return (Object.keys(places) as Place[]).map((place) => ({
      on: places[place],
      params: { id: ids[place]!['request']! },
      input: { ...input, ...(spoken && { jurisdiction_id: country!.id }) },
    }));
  };
/** A file that Amina's program, the one with every scope, is sending in. */
async function sentIn({ c, behind }: World): Promise<string> {
  const [made] = await behind<{ id: string }>(
    `insert into app.uploads (id, member_id, name, announced) values (gen_random_uuid(), $1, 'report.pdf', 5) returning id`,
    [c.member.amina],
  );
  await behind(
    `update app.uploads set session_id = (select id from app.sessions where member_id = $1 and kind = 'token' and '{read,write,amber}'::text[] <@ scopes limit 1) where id = $2`,
    [c.member.amina, made!.id],
  );
  return made!.id;
}
const words = { title: 'A title', body: 'Some words.' };

const waitingDomain: Samples = async ({ c, behind }) => {
  await behind(`insert into app.organization_domains (id, organization_id, domain) values (gen_random_uuid(), $1, 'waiting.example') on conflict do nothing`, [
    c.organization['central-bank-lumaria'],
  ]);
  return [{ on: "a focal point's own", params: { slug: 'central-bank-lumaria', domain: 'waiting.example' } }];
};

/** A channel that was brought in and waits, each time anew. */
const waitingPlace =
  (input?: unknown): Samples =>
  async ({ behind }) => {
    const id = '00000000-0000-4000-8000-0000000000b2';
    await behind(
      `insert into app.import_places (id, source, source_key, kind, name, slug) values ($1, 'slack', 'C0WAITS', 'channel', 'waits', 'waits') on conflict (id) do update set state = 'waiting', audience_id = null, ceiling = null`,
      [id],
    );
    return [{ on: '', params: { id }, ...(input ? { input } : {}) }];
  };

/** One that Amina is the subject of and Lucía proposed; planted. */
const waitingAct =
  (input?: unknown): Samples =>
  async ({ behind }) => {
    const [one] = await behind<{ id: string }>(`select id from app.two_person_acts where state = 'open' limit 1`);
    return [{ on: 'about a member, proposed by the steward', params: { id: one!.id }, ...(input ? { input } : {}) }];
  };

/** A listed circle with one way in, which Mei runs; made once. */
async function listed({ c, behind }: World, entry: 'open' | 'request'): Promise<string> {
  const slug = `${entry}-circle`;
  const [there] = await behind(`select 1 from app.circles where slug = $1`, [slug]);
  if (there) return slug;
  const id = randomUUID();
  await behind(`insert into app.audiences (kind, ref, label) values ('circle', $1, $2)`, [id, slug]);
  await behind(`insert into app.circles (id, slug, name, audience_id, entry, listed) select $1, $2, $2, id, $3, true from app.audiences where ref = $1::uuid`, [
    id,
    slug,
    entry,
  ]);
  await behind(`insert into app.circle_members (circle_id, member_id) values ($1, $2)`, [id, c.member.mei]);
  return slug;
}
const doors =
  (input?: unknown): Samples =>
  async (world) => [
    { on: 'with an open door', params: { slug: await listed(world, 'open'), member: 'mei' }, ...(input ? { input } : {}) },
    { on: 'on request', params: { slug: await listed(world, 'request'), member: 'mei' }, ...(input ? { input } : {}) },
    { on: 'of a circle', params: { slug: 'sim-swap', member: 'mei' }, ...(input ? { input } : {}) },
  ];
/** Noor is invited by Mei, Pita asks. */
const admission =
  (kind: 'invitation' | 'request', input?: unknown): Samples =>
  async (world) => {
    const { c, behind } = world;
    const slug = await listed(world, 'request');
    const whom = kind === 'invitation' ? 'noor' : 'pita';
    await behind(
      `insert into app.circle_admissions (id, circle_id, member_id, kind, byline_id) select gen_random_uuid(), id, $2, $3, $4 from app.circles where slug = $1 on conflict do nothing`,
      [slug, c.member[whom], kind, c.byline[kind === 'invitation' ? 'mei' : 'pita']],
    );
    const [one] = await behind<{ id: string }>(
      `select a.id from app.circle_admissions a join app.circles c on c.id = a.circle_id where c.slug = $1 and a.member_id = $2`,
      [slug, c.member[whom]],
    );
    return [{ on: kind === 'invitation' ? 'the editor is invited' : 'somebody asks the reviewer', params: { id: one!.id }, ...(input ? { input } : {}) }];
  };
/** A contact of the organization whose focal point Jonas is. */
const onCall =
  (input?: unknown): Samples =>
  async ({ c, behind }) => {
    const id = randomUUID();
    await behind(`insert into app.on_call (id, organization_id, name, phone) values ($1, $2, 'Desk', '1')`, [id, c.organization['central-bank-lumaria']]);
    return [{ on: "a focal point's own", params: { slug: 'central-bank-lumaria', id }, ...(input ? { input } : {}) }];
  };
const both =
  (...all: Samples[]): Samples =>
  async (world) =>
    (await Promise.all(all.map((one) => one(world)))).flat();
const circleRules = { name: 'New', purpose: '', entry: 'invitation', listed: false, roster: 'members' };

const application = (input?: unknown) => once({ params: { id: '00000000-0000-4000-8000-0000000000a1' }, ...(input ? { input } : {}) });
const soon = () => new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);

export const calls: Record<string, Samples> = {
  'GET /spaces': once(),
  'GET /spaces/{space}': each((id) => ({ params: { space: id.spaceSlug! } })),
  'GET /spaces/{space}/pages': each((id) => ({ params: { space: id.spaceSlug! } })),
  'GET /spaces/{space}/pages/{path}': each((id) => ({ params: { space: id.spaceSlug!, path: id.path! } })),
  'GET /spaces/{space}/editions': each((id) => ({ params: { space: id.spaceSlug! } })),
  'GET /spaces/{space}/editions/{number}': editions('1.0', '2.0'),
  'GET /spaces/{space}/editions/{number}/pages/{path}': each((id) => ({ params: { space: id.spaceSlug!, number: '1.0', path: id.path! } })),
  'GET /spaces/{space}/editions/{number}/file': editions('1.0', '2.0'),
  'DELETE /spaces/{space}/editions/{number}': editions('1.0', '2.0'),
  'POST /spaces/{space}/editions/{number}/publish': editions('2.0'),
  'POST /spaces/{space}/editions/{number}/withdraw': editions('1.0'),
  'POST /spaces/{space}/editions': async (world) => {
    await world.behind(`delete from app.editions where status = 'draft'`);
    return each((id) => ({ params: { space: id.spaceSlug! }, input: { number: '3.0' } }))(world);
  },
  'GET /broken-links': once({ query: 'limit=500' }),
  'GET /watches': once({ query: 'limit=500' }),
  'PATCH /watches': each((id) => ({ input: { kind: 'page', id: id.page!, watching: true } })),
  'GET /upkeep': once({ query: 'limit=500' }),
  'GET /pages/{id}/upkeep': each((id) => ({ params: { id: id.page! } })),
  'PATCH /pages/{id}/upkeep': each((id) => ({ params: { id: id.page! }, input: { owner: '', review_on: '2030-01-01', every_months: 6 } })),
  'POST /pages/{id}/reviews': each((id) => ({ params: { id: id.page! }, input: {} })),
  'POST /pages/{id}/answers': each((id) => ({ params: { id: id.page! }, input: { useful: true } })),
  'GET /spaces/{space}/revisions/{path}': each((id) => ({ params: { space: id.spaceSlug!, path: id.path! } })),
  'GET /controls': once({ query: 'limit=500' }),
  'GET /controls/{code}': each((id) => ({ params: { code: id.code! } })),
  'GET /controls/{code}/revisions': each((id) => ({ params: { code: id.code! } })),
  'GET /matrix': once(),
  'GET /shared-drafts': once(),
  'GET /shared-drafts/{id}': shared(),
  'PATCH /shared-drafts/{id}': shared(() => ({ number: 1, reason: 'Another reason.' })),
  'GET /shared-drafts/{id}/updates': shared(),
  'POST /shared-drafts/{id}/updates': shared(() => ({
    client: randomUUID(),
    clock: 1,
    update: Buffer.from(firstUpdate({ reason: 'More.' })).toString('base64'),
  })),
  'POST /shared-drafts/{id}/writers': shared(() => ({ member: 'jonas' })),
  'DELETE /shared-drafts/{id}/writers/{member}': shared(undefined, { member: 'mei' }),
  'GET /change-requests': once(),
  'POST /change-requests': each((id, place) => ({
    input: {
      space_id: id.space,
      title: 'A change',
      reason: 'Because it is so.',
      pages: [
        {
          action: 'edit',
          page_id: id.page,
          retires: [`c-${place}`],
          base_revision_id: id.revision,
          path: id.path,
          text: '---\ntitle: T\n---\n\nOther words.\n',
        },
      ],
    },
  })),
  'GET /change-requests/{id}': each((id) => ({ params: { id: id.request! } })),
  'PATCH /change-requests/{id}': each((id, place) => ({
    params: { id: id.request! },
    input: {
      title: 'Other words',
      page: { page_id: id.page, base_revision_id: id.revision, text: '---\ntitle: T\n---\n\nMore words.\n', retires: [`c-${place}`] },
    },
  })),
  'GET /change-requests/{id}/deciding': each((id) => ({ params: { id: id.request! } })),
  'GET /change-requests/{id}/within': each((id) => ({ params: { id: id.request! } })),
  'GET /change-requests/{id}/within/{jurisdiction}': led((id) => ({ params: { id: id['request']!, jurisdiction: id['country']! } })),
  'POST /change-requests/{id}/within/{jurisdiction}/draft': led((id) => ({
    params: { id: id['request']!, jurisdiction: id['country']! },
    input: { stance: 'support', words: 'Good.', version: 1 },
  })),
  'POST /change-requests/{id}/within/{jurisdiction}/submit': led((id) => ({
    params: { id: id['request']!, jurisdiction: id['country']! },
    input: { version: 1 },
  })),
  'POST /change-requests/{id}/approve': ruled({ preset: 'none', approvals: 1 }, { reason: 'Fine.' }),
  'POST /change-requests/{id}/take-back-approval': ruled({ preset: 'none', approvals: 1 }, { reason: 'Wait.' }),
  'POST /change-requests/{id}/nature': ruled({ preset: 'none' }, { nature: 'editorial', reason: 'Only words.' }),
  'POST /change-requests/{id}/open-procedure': ruled({ preset: 'formal' }, { reason: 'Please read.' }),
  'POST /change-requests/{id}/extend': ruled({ preset: 'quick' }, { days: 7, reason: 'Holidays.' }, 'last_call'),
  'POST /change-requests/{id}/close-early': ruled({ preset: 'quick' }, { reason: 'All have answered.' }, 'last_call'),
  'POST /change-requests/{id}/open-positions': ruled({ preset: 'formal' }, { reason: 'Now say.' }, 'resolving'),
  'POST /change-requests/{id}/positions': ruled({ preset: 'formal' }, { stance: 'discuss', words: 'Say who pays.' }, 'positions'),
  'GET /spaces/{space}/rules': each((id) => ({ params: { space: id.spaceSlug! } })),
  'POST /spaces/{space}/rules': each((id) => ({
    params: { space: id.spaceSlug! },
    input: {
      rules: { preset: 'formal', approvals: 9, approvers: ['editor'], up_to_date: true, last_call_days: 90, consultation_days: 180, position_days: 90 },
      reason: 'So be it.',
    },
  })),
  'GET /lead-authorities': once(),
  'POST /jurisdictions/{id}/lead': async ({ c, behind }) => {
    const [country] = await behind<{ id: string }>(`select id from app.jurisdictions where code = 'lumaria'`);
    return [
      {
        on: "a focal point's own",
        params: { id: country!.id },
        input: { organization_id: c.organization['central-bank-lumaria'], lead_id: c.organization['ta-lumaria'] },
      },
    ];
  },
  'POST /change-requests/{id}/merge': each((id) => ({ params: { id: id.request! }, input: { reason: 'It is right.' } })),
  'POST /change-requests/{id}/undo': each((id) => ({ params: { id: id.request! }, input: { reason: 'It was wrong.' } })),
  'POST /change-requests/{id}/decline': each((id) => ({ params: { id: id.request! }, input: { reason: 'It is not right.' } })),
  'POST /change-requests/{id}/withdraw': each((id) => ({ params: { id: id.request! }, input: { reason: 'Not now.' } })),
  'GET /spaces/{space}/comments': each((id) => ({ params: { space: id.spaceSlug! } })),
  'GET /spaces/{space}/comments/sheet': each((id) => ({ params: { space: id.spaceSlug! } })),
  'POST /comments': each((id) => ({ input: { subject: { kind: 'page', id: id.page }, kind: 'technical', body: 'Some words.', proposed: 'Other words.' } })),
  'GET /comments/{id}': each((id) => ({ params: { id: id.comment! } })),
  'POST /comments/{id}/dispose': each((id) => ({ params: { id: id.comment! }, input: { disposition: 'noted', reason: 'Seen.', version: 0 } })),
  'POST /comments/{id}/close': each((id) => ({ params: { id: id.comment! }, input: { closed: true } })),
  'POST /comments/{id}/withdraw': each((id) => ({ params: { id: id.comment! }, input: { withdrawn: false } })),
  'GET /channels': once(),
  'GET /audiences': once(),
  'POST /channels': ({ c }) => [
    { on: places.everyone, input: { name: 'New', purpose: '', audience_id: 2, ceiling: 'TLP:GREEN' } },
    { on: places.circle, input: { name: 'New', purpose: '', audience_id: c.audience.circle, ceiling: 'TLP:AMBER' } },
    { on: places.lumaria, input: { name: 'New', purpose: '', audience_id: c.audience.lumaria, ceiling: 'TLP:AMBER' } },
    { on: 'open to anyone', input: { name: 'New', purpose: '', audience_id: 1, ceiling: 'TLP:CLEAR' } },
  ],
  'GET /channels/{slug}': each((id) => ({ params: { slug: id.channelSlug! } })),
  'PATCH /channels/{slug}': each((id) => ({ params: { slug: id.channelSlug! }, input: { rules: 'Be brief.' } })),
  'GET /archived-channels': once(),
  'GET /channels/{slug}/keepers': each((id) => ({ params: { slug: id.channelSlug! } })),
  'POST /channels/{slug}/keepers': each((id) => ({ params: { slug: id.channelSlug! }, input: { member: 'amina' } })),
  'GET /channels/{slug}/timeline': each((id) => ({ params: { slug: id.channelSlug! } })),
  'GET /channels/{slug}/threads': each((id) => ({ params: { slug: id.channelSlug! } })),
  'POST /channels/{slug}/threads': each((id) => ({ params: { slug: id.channelSlug! }, input: words })),
  'GET /unread': once(),
  'GET /conversations': each((id) => ({ query: `subject_kind=channel&subject_id=${id.channel}` })),
  'POST /conversations': each((id) => ({ input: { subject: { kind: 'control', id: id.control } } })),
  'GET /conversations/{id}/threads': each((id) => ({ params: { id: id.conversation! } })),
  'POST /conversations/{id}/threads': each((id) => ({ params: { id: id.conversation! }, input: words })),
  'GET /threads/{id}': each((id) => ({ params: { id: id.thread! } })),
  'PATCH /threads/{id}': each((id) => ({ params: { id: id.thread! }, input: { title: 'Other words' } })),
  'GET /threads/{id}/messages': each((id) => ({ params: { id: id.thread! } })),
  'POST /threads/{id}/messages': each((id) => ({ params: { id: id.thread! }, input: { body: 'Some words.' } })),
  'PATCH /threads/{id}/following': each((id) => ({ params: { id: id.thread! }, input: { state: 'followed' } })),
  'PATCH /conversations/{id}/involvement': each((id) => ({ params: { id: id.conversation! }, input: { level: 'everything', joined: true } })),
  'GET /threads/{id}/move': each((id) => ({ params: { id: id.thread! }, query: `conversation_id=${id.conversation!}` })),
  'POST /threads/{id}/move': each((id) => ({ params: { id: id.thread! }, input: { conversation_id: id.conversation!, gaining: 0 } })),
  'POST /threads/{id}/read': each((id) => ({ params: { id: id.thread! }, input: { number: 1 } })),
  'GET /messages/{id}': each((id) => ({ params: { id: id.message! } })),
  'PATCH /messages/{id}': each((id) => ({ params: { id: id.message! }, input: { body: 'Other words.' } })),
  'DELETE /messages/{id}': each((id) => ({ params: { id: id.message! } })),
  'GET /messages/{id}/reactions': each((id) => ({ params: { id: id.message! } })),
  'POST /messages/{id}/reactions': each((id) => ({ params: { id: id.message! }, input: { emoji: '👍' } })),
  'DELETE /messages/{id}/reactions/{emoji}': each((id) => ({ params: { id: id.message!, emoji: '👍' } })),
  'GET /messages/{id}/versions': each((id) => ({ params: { id: id.message! } })),
  'POST /messages/{id}/pin': each((id) => ({ params: { id: id.message! } })),
  'DELETE /messages/{id}/pin': each((id) => ({ params: { id: id.message! } })),
  'GET /conversations/{id}/pins': each((id) => ({ params: { id: id.conversation! } })),
  'GET /saved-messages': once(),
  'POST /messages/{id}/reports': each((id) => ({ params: { id: id.message! }, input: { reason: 'other', words: 'Why.', hand_over: true } })),
  'GET /reports': once(),
  'GET /decisions-about-me': once(),
  'POST /decisions-about-me/{id}/answer': once({ params: { id: '00000000-0000-4000-8000-0000000000c1' }, input: { answer: 'No.' } }),
  'GET /messages/{id}/poll': each((id) => ({ params: { id: id.message! } })),
  'POST /messages/{id}/votes': each((id) => ({ params: { id: id.message! }, input: { places: [1] } })),
  'GET /uploads': async (world) => [{ on: '', params: { id: await sentIn(world) } }],
  'GET /uploads/{id}': async (world) => [{ on: "a token's own", params: { id: await sentIn(world) } }],
  'DELETE /uploads/{id}': async (world) => [{ on: "a token's own", params: { id: await sentIn(world) } }],
  'GET /drafts': once(),
  'POST /drafts': ({ c }) => [{ on: '', input: { subject: { kind: 'channel', id: c.channel['all-members'].id }, body: 'Some words.' } }],
  'DELETE /drafts/{id}': async ({ behind }) => {
    const [one] = await behind<{ id: string }>(`select id from app.drafts limit 1`);
    return [{ on: "a member's own", params: { id: one!.id } }];
  },
  'GET /scheduled-messages': once(),
  'POST /scheduled-messages': each((id) => ({ input: { thread_id: id.thread, body: 'Some words.', send_at: new Date(Date.now() + 3_600_000).toISOString() } })),
  'PATCH /scheduled-messages/{id}': async ({ behind }) => {
    const [one] = await behind<{ id: string }>(`select id from app.scheduled_messages limit 1`);
    return [{ on: "a member's own", params: { id: one!.id }, input: { body: 'Other words.', send_at: new Date(Date.now() + 3_600_000).toISOString() } }];
  },
  'DELETE /scheduled-messages/{id}': async ({ behind }) => {
    const [one] = await behind<{ id: string }>(`select id from app.scheduled_messages limit 1`);
    return [{ on: "a member's own", params: { id: one!.id } }];
  },
  'POST /messages/{id}/save': each((id) => ({ params: { id: id.message! } })),
  'DELETE /messages/{id}/save': each((id) => ({ params: { id: id.message! } })),
  'GET /audiences/{id}/mentions': ({ c }) => [
    { on: 'before all members', params: { id: '2' } },
    { on: 'before a circle', params: { id: String(c.circle.audienceId) } },
  ],
  'GET /me': once(),
  'GET /me/telling': once(),
  'PATCH /me/telling': once({ input: { mail_direct: 'never' } }),
  'GET /me/catch-up': once(),
  'GET /push-key': once(),
  'GET /push-subscriptions': once(),
  'POST /push-subscriptions': once({
    input: {
      endpoint: 'https://push.example.test/one',
      keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16, 1).toString('base64url') },
    },
  }),
  'DELETE /push-subscriptions/{id}': async ({ behind }) => {
    const [one] = await behind<{ id: string }>(`select id from app.push_subscriptions limit 1`);
    return [{ on: "a member's own", params: { id: one?.id ?? '00000000-0000-4000-8000-000000000000' } }];
  },
  'POST /me/read': each((id) => ({ input: { threads: [{ id: id.thread!, number: 1 }] } })),
  'GET /sessions': once(),
  'DELETE /sessions/{id}': async ({ c, behind }) => {
    const [one] = await behind<{ id: string }>(`select id from app.sessions where member_id = $1 limit 1`, [c.member.jonas]);
    return [{ on: "a focal point's own", params: { id: one!.id } }];
  },
  'GET /organizations': once(),
  'POST /organizations': once({ input: { name: 'New body', slug: 'new-body', kind: 'regulator', jurisdiction: 'tavola', new_jurisdiction: '' } }),
  'GET /organizations/{slug}': organizations(),
  'GET /people/{slug}': once({ params: { slug: 'pita' } }),
  'GET /organizations/{slug}/invitations': organizations(),
  'POST /organizations/{slug}/invitations': (world) => [
    ...(organizations({ email: 'new@example.org', name: 'New', role: 'member' })(world) as Sample[]),
    { on: 'as a focal point', params: { slug: 'central-bank-lumaria' }, input: { email: 'new@example.org', name: 'New', role: 'focal_point' } },
  ],
  'DELETE /invitations/{id}': async ({ behind }) => {
    const [one] = await behind<{ id: string }>(`select id from app.invitations where used_at is null limit 1`);
    return [{ on: "into a focal point's own", params: { id: one!.id } }];
  },
  'GET /jurisdictions': once(),
  'POST /people/{slug}/duties': () => ['editor', 'reviewer', 'moderator'].map((duty) => ({ on: duty, params: { slug: 'pita' }, input: { duty } })),
  'DELETE /people/{slug}/duties/{duty}': once({ params: { slug: 'noor', duty: 'editor' } }),
  'GET /circles': once(),
  'POST /circles': once({ input: { name: 'New circle', purpose: '' } }),
  'GET /circles/{slug}': doors(),
  'PATCH /circles/{slug}': doors(circleRules),
  'POST /circles/{slug}/me': doors(),
  'DELETE /circles/{slug}/me': doors(),
  'POST /circles/{slug}/runners': doors({ member: 'mei' }),
  'DELETE /circles/{slug}/runners/{member}': doors(),
  'POST /circles/{slug}/requests': doors({ words: 'Please' }),
  'POST /circles/{slug}/invitations': doors({ member: 'jonas', words: '' }),
  'GET /audiences/{id}': ({ c }) => [
    { on: places.everyone, params: { id: '2' } },
    { on: places.circle, params: { id: String(c.audience.circle) } },
    { on: places.lumaria, params: { id: String(c.audience.lumaria) } },
  ],
  'GET /circle-admissions': once(),
  'POST /circle-admissions/{id}/answer': both(admission('invitation', { yes: true }), admission('request', { yes: true })),
  'DELETE /circle-admissions/{id}': both(admission('invitation'), admission('request')),
  'GET /direct-messages': once(),
  'POST /direct-messages': () => [
    { on: 'to a member', input: { people: ['pita'] } },
    { on: 'to somebody in the circle', input: { people: ['mei'] } },
  ],
  'GET /people': once(),
  'PATCH /me/profile': once({ input: { position: 'Analyst', shown_position: 'members' } }),
  'GET /on-call': once(),
  'POST /organizations/{slug}/on-call': organizations({ name: 'Desk', phone: '112', time_zone: 'UTC' }),
  'PATCH /organizations/{slug}/on-call/{id}': onCall({ name: 'Desk', phone: '113', time_zone: 'UTC' }),
  'DELETE /organizations/{slug}/on-call/{id}': onCall(),
  'GET /adopted-spaces': once(),
  'POST /organizations/{slug}/adopted-spaces': (world) =>
    organizations({ space: world.ids['everyone']!['spaceSlug']!, state: 'adopted', year: 2024, shown_to: 'organization' })(world),
  'DELETE /organizations/{slug}/adopted-spaces/{space}': async ({ c, ids, behind }) => {
    const all = ['ta-lumaria', 'central-bank-lumaria'] as const;
    for (const slug of all)
      await behind(
        `insert into app.adopted_spaces (id, organization_id, space_id, audience_id, state) values (gen_random_uuid(), $1, $2, 2, 'planned') on conflict do nothing`,
        [c.organization[slug], ids['everyone']!['space']],
      );
    return all.map((slug, at) => ({ on: at ? "a focal point's own" : "a member's own", params: { slug, space: ids['everyone']!['spaceSlug']! } }));
  },
  'GET /topics': once(),
  'PATCH /topics': once({ input: { topics: ['ss7'] } }),
  'POST /circles/{slug}/members': once({ params: { slug: 'sim-swap' }, input: { member: 'noor', organization: '' } }),
  'DELETE /circles/{slug}/members/{kind}/{whom}': once({ params: { slug: 'sim-swap', kind: 'people', whom: 'mei' } }),
  'GET /organizations/{slug}/membership-acts': organizations(),
  'POST /organizations/{slug}/membership-acts': () => [
    {
      on: "a colleague, in a focal point's own",
      params: { slug: 'central-bank-lumaria' },
      input: { member: 'bea', act: 'suspended', reason: 'A lost laptop' },
    },
    { on: 'somebody elsewhere', params: { slug: 'tavola-regulator' }, input: { member: 'pita', act: 'suspended', reason: 'A lost laptop' } },
  ],
  'GET /organizations/{slug}/domains': organizations(),
  'POST /organizations/{slug}/domains': organizations({ domain: 'new.example' }),
  'POST /organizations/{slug}/domains/{domain}/checks': waitingDomain,
  'DELETE /organizations/{slug}/domains/{domain}': waitingDomain,
  'GET /agreements': once(),
  'GET /agreements/{document}/versions': once({ params: { document: 'terms' } }),
  'GET /agreement-acceptances': once(),
  'GET /rights': once(),
  'GET /delegations': once(),
  'POST /delegations': once({
    input: {
      duty: 'editor',
      organization: '',
      to: 'pita',
      from_day: '2026-11-01',
      until_day: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10),
      reason: 'Away.',
    },
  }),
  'DELETE /delegations/{id}': async ({ c, behind }) => {
    await behind(
      `insert into app.delegations (id, duty, from_member, to_member, ends_at, reason) select gen_random_uuid(), 'moderator', $1, $2, now() + interval '9 days', 'Away' where not exists (select from app.delegations where duty = 'moderator')`,
      [c.member.noor, c.member.amina],
    );
    const [one] = await behind<{ id: string }>(`select id from app.delegations where duty = 'moderator' limit 1`);
    return [{ on: 'to a member', params: { id: one!.id } }];
  },
  'GET /two-person-acts': once(),
  'GET /two-person-acts/{id}': waitingAct(),
  'POST /two-person-acts/{id}/endings': waitingAct({ reason: 'Not now.' }),
  'GET /settings': once(),
  'GET /health': once(),
  'PATCH /settings': once({ input: { contact: 'desk@example.org' } }),
  'GET /settings/changes': once(),
  'GET /applications': once(),
  'GET /applications/{id}': application(),
  'POST /applications/{id}/answers': application({ question: 'mandate', answer: 'yes', remark: 'Read the act.' }),
  'GET /circles/{slug}/guests': once({ params: { slug: 'sim-swap' } }),
  'POST /circles/{slug}/guests': once({
    params: { slug: 'sim-swap' },
    input: { name: 'New guest', kind: 'provider', person: 'Kofi', email: 'kofi@guest.example', until: soon() },
  }),
  'POST /circles/{slug}/guests/{kind}/{whom}': once({ params: { slug: 'sim-swap', kind: 'organizations', whom: 'kite-money' }, input: { until: soon() } }),
  'PATCH /circles/{slug}/guests/{kind}/{whom}': once({ params: { slug: 'sim-swap', kind: 'people', whom: 'karim' }, input: { until: soon() } }),
  'GET /organizations/{slug}/confirmation': organizations(),
  'POST /organizations/{slug}/confirmation': once({
    on: "a colleague, in a focal point's own",
    params: { slug: 'central-bank-lumaria' },
    input: { works: ['bea'], left: [], reason: '' },
  }),
  'GET /audit-roots': once(),
  'GET /audit-entries': () => ['', 'of=ta-lumaria', 'of=central-bank-lumaria', 'of=all'].map((query) => ({ on: query || 'of oneself', query })),
  'POST /audit-readings': once({ input: { reason: 'A question of the board' } }),
  'GET /checklists': once(),
  'POST /checklists': async ({ behind }) => {
    const points = await behind<{ question: string }>(
      'select question from app.checklist_points where version = (select max(version) from app.checklists) order by position',
    );
    const [now] = await behind<{ version: number }>('select max(version) as version from app.checklists');
    return [
      {
        on: '',
        input: { after: now!.version, keep: points.map(({ question }) => question), add: ['Has it signed the treaty of all?'], reason: 'The treaty holds.' },
      },
    ];
  },
  'GET /retention-rules': once(),
  'POST /retention-rules': once({ input: { kind: 'session', label: null, days: 120, reason: 'Our law' } }),
  'GET /holds': once(),
  'GET /imports': once(),
  'POST /imports/{id}/opening': waitingPlace({ audience_id: 2, label: 'TLP:GREEN' }),
  'POST /imports/{id}/setting-aside': waitingPlace(),
  'POST /holds': once({ input: { scope: 'person', subject: 'pita', reference: 'Case 7', reason: 'A court asks' } }),
  'GET /search': once({ query: 'q=zz' }),
};
