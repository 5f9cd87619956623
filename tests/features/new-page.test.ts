/** Two people make a page and let it go again, by the forms a browser without script sends. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#platform/ids.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { controlText, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
const who: Record<string, Visitor> = {};
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  await makeSpace('open', 1, {
    about: pageText('About', 'What this is.'),
    attacks: pageText('Attacks', 'First.', controlText('check-first', 'Check first', 'Check before a swap.')),
    last: pageText('Last', 'The end.'),
  });
  hub = await openHub();
  for (const name of ['pita', 'mei', 'karim'] as const) {
    who[name] = new Visitor(hub.base);
    who[name].cookies.set('indaba', (await c.signIn(name)).cookie);
  }
  who.visitor = new Visitor(hub.base);
});
afterAll(async () => {
  await hub?.close();
  await db?.drop();
});

const form = (more: Record<string, string>) => ({
  page_title: '',
  page_description: '',
  page_sources: '',
  text: '',
  reason: '',
  retry_key: newId(),
  beside: '',
  how: 'after',
  ...more,
});
const seen = (html: string) => /name="seen" value="([^"]+)"/.exec(html)?.[1] ?? '';
const order = async () =>
  [...(await who.visitor!.get('/library/open')).text.matchAll(/href="\/library\/open\/(?!editions"|comments")([^"/?]+)"/g)].map((hit) => hit[1]);
/** Mei reads what was asked and merges it; gives what she read. */
async function merge(address: string): Promise<string> {
  const { text } = await who.mei!.get(address);
  const done = await who.mei!.post(`${address}?/merge`, { seen: seen(text), reason: '' });
  expect(done.status, done.text.slice(0, 500)).toBe(303);
  return text;
}
const ask = async (more: Record<string, string>) =>
  (await who.pita!.post('/changes/open/new?/propose', form({ reason: 'Asked for twice.', ...more }))).location?.replace('?opened', '') ?? '';

test('a new page is asked for by one, merged by another, and stands where it was wanted', async () => {
  expect((await who.pita!.get('/library/open')).text).toContain('/changes/open/new');
  expect((await who.visitor!.get('/library/open')).text).not.toContain('/changes/open/new');
  const address = await ask({ page_title: 'How a swap works: "step" by step', page_sources: 'A\r\nB', text: '## Steps\r\n\r\nOne.\r\n', beside: 'about' });
  expect(address).toMatch(/^\/changes\/open\/\d+$/);
  expect((await who.visitor!.get('/library/open/how-a-swap-works-step-by-step')).status).toBe(404);
  const read = await merge(address);
  expect(read).toContain('It stands after “About”.');
  expect(read).toContain('New page');
  const page = (await who.visitor!.get('/library/open/how-a-swap-works-step-by-step')).text;
  expect(page).toContain('How a swap works: "step" by step</h1>');
  expect(page).toMatch(/<h2[^>]*>.*Steps/);
  await merge(await ask({ page_title: 'Last', beside: 'about', how: 'under' }));
  await merge(await ask({ page_title: 'Before all' }));
  const [first, ...rest] = await order();
  expect(first).toBe('before-all');
  expect([...new Set(rest)].filter((path) => path !== first)).toEqual(['about', 'last-2', 'how-a-swap-works-step-by-step', 'attacks', 'last']);
});

test('what is missing or broken is named, and nothing typed is lost', async () => {
  const typed = form({ text: 'Words & more.\r\n\r\n:::hint\r\nOpen.', page_description: 'Kept <summary>', beside: 'attacks', how: 'under' });
  const answer = await who.pita!.post('/changes/open/new?/propose', typed);
  expect(answer.status).toBe(422);
  for (const part of ['Give the page a title.', 'Words &amp; more.', 'Kept &lt;summary>', 'value="attacks" selected']) expect(answer.text).toContain(part);
  expect((await who.pita!.post('/changes/open/new?/propose', form({ page_title: 'T' }))).text).toContain('Say why.');
  expect((await who.pita!.post('/changes/open/new?/preview', form({ text: '**Strong**' }))).text).toContain('<strong>Strong</strong>');
});

test('what was kept while typing stands in the form again, is begun anew on wish, and is gone when it was proposed', async () => {
  const keptOf = (html: string) => /name="kept" value="([^"]+)"/.exec(html)?.[1] ?? '';
  for (const [at, act] of [
    ['/changes/open/new', '/changes/open/new?/propose'],
    ['/library/open/attacks/change', '/library/open/attacks/change?/propose'],
  ] as const) {
    const first = (await who.pita!.get(at)).text;
    const fields = form({
      page_title: 'Kept title',
      text: 'Kept **words**.',
      reason: 'Why',
      title: 'What',
      kept: keptOf(first),
      base_revision_id: /name="base_revision_id" value="([^"]*)"/.exec(first)?.[1] ?? '',
    });
    const answer = await who.pita!.post('/changes/drafts', fields, { accept: 'application/json' });
    expect([answer.status, new Date(JSON.parse(answer.text).at).getTime() > 0]).toEqual([200, true]);
    const again = (await who.pita!.get(at)).text;
    for (const part of ['Kept **words**.', 'Kept title', '<strong>words</strong>', 'name="forget"']) expect(again).toContain(part);
    expect((await who.mei!.get(at)).text).not.toContain('Kept **words');
    // Signed out, by another, or in a space that is not theirs: nothing.
    expect((await who.visitor!.post('/changes/drafts', fields)).location).toContain('/signin');
    expect((await who.karim!.post('/changes/drafts', { ...fields, kept: keptOf(first).replace(/^[^:]+/, newId()) })).status).toBeGreaterThanOrEqual(400);
    const dropped = await who.pita!.post('/changes/drafts', { ...fields, forget: at });
    expect([dropped.status, dropped.location]).toEqual([303, at]);
    expect((await who.pita!.post('/changes/drafts', { ...fields, forget: 'https://evil.example/' })).location).toBe('/changes');
    expect((await who.pita!.get(at)).text).not.toContain('Kept **words');
    await who.pita!.post('/changes/drafts', fields);
    // What is refused stays kept.
    expect((await who.pita!.post(act, { ...fields, text: ':::hint\nopen', retires: 'check-first' })).status).toBe(422);
    expect((await who.pita!.get(at)).text).toContain('Kept **words**.');
    expect((await who.pita!.post(act, { ...fields, retires: 'check-first' })).status).toBe(303);
    expect((await who.pita!.get(at)).text).not.toContain('Kept **words**.');
  }
});

test('who may not propose is refused, and signed out one is sent to sign in', async () => {
  expect((await who.karim!.get('/changes/open/new')).status).toBe(403);
  expect((await who.karim!.post('/changes/open/new?/propose', form({ page_title: 'T', reason: 'R' }))).status).toBe(403);
  expect((await who.visitor!.get('/changes/open/new')).location).toContain('/signin?next=');
  expect((await who.pita!.get('/changes/nowhere/new')).status).toBe(404);
});

test('the author rewords a page that is not there yet', async () => {
  const address = await ask({ page_title: 'Draft page', text: 'First words.', beside: 'last' });
  const shown = (await who.pita!.get(`${address}/edit`)).text;
  expect(shown).toContain('value="Draft page"');
  expect(
    (await who.pita!.post(`${address}/edit?/save`, form({ page_title: 'Better page', text: 'Second words.', title: 'A page', reason: 'Better.' }))).location,
  ).toContain('?changed');
  await merge(address);
  expect((await who.visitor!.get('/library/open/draft-page')).text).toContain('Second words.');
});

test('a page is asked to go, and goes with its controls; their records stay', async () => {
  const { code } = (await c.behind<{ code: string }>("select code from app.controls where slug = 'check-first'"))[0]!;
  const unsaid = await who.pita!.post('/library/open/attacks/change?/retire', { reason: ' ', retry_key: newId() });
  expect(unsaid.status).toBe(422);
  expect(unsaid.text).toContain('Say why.');
  const open = await who.pita!.post('/library/open/attacks/change?/retire', { reason: 'Said elsewhere.', retry_key: newId(), successor: '' });
  expect([open.status, open.text.includes('or that nothing does.')]).toEqual([422, true]);
  const { id } = (await c.behind<{ id: string }>("select id from app.pages where path = 'about'"))[0]!;
  const asked = await who.pita!.post('/library/open/attacks/change?/retire', { reason: 'Said elsewhere.', retry_key: newId(), successor: id });
  const address = asked.location!.replace('?opened', '');
  const mine = (await who.pita!.get(address)).text;
  expect(mine).not.toContain(`${address}/edit`);
  const read = await merge(address);
  for (const words of ['Page goes', 'Merging takes this page out', 'Retire the page: Attacks']) expect(read).toContain(words);
  const gone = await who.visitor!.get('/library/open/attacks');
  expect(gone.status).toBe(200);
  for (const words of ['Withdrawn on', 'Because: Said elsewhere.', 'href="/library/open/about"', `href="${address}"`]) expect(gone.text).toContain(words);
  expect((await who.visitor!.get('/library/open/attacks/history')).status).toBe(200);
  expect((await who.visitor!.get(`/c/${code}`)).text).toContain('Because: Said elsewhere.');
  expect((await c.behind<{ retired: boolean }>("select retired_at is not null as retired from app.controls where slug = 'check-first'"))[0]!.retired).toBe(
    true,
  );
  const after = await who.mei!.get(address);
  expect(after.status).toBe(200);
  expect(after.text).not.toContain('href="/library/open/attacks"');
});
