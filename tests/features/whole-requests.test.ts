/** A request over several pages, by the forms a browser without script sends: pages added, made, moved, renamed, withdrawn, taken out; controls moved and withdrawn; and what others decided meanwhile. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#platform/ids.ts';
import { type Cast, cast } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let space: MadeSpace;
const who: Record<string, Visitor> = {};
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  space = await makeSpace('book', 1, {
    about: pageText('About', 'What this is.'),
    attacks: pageText(
      'Attacks',
      'First words.',
      controlText('check-first', 'Check first', 'Check before a swap.'),
      controlText('wait-then', 'Wait then', 'Wait a day.'),
    ),
    answers: pageText('Answers', 'Second words.', controlText('call-back', 'Call back', 'Call the owner.')),
    last: pageText('Last', 'The end.'),
  });
  hub = await openHub();
  for (const name of ['pita', 'mei', 'amina', 'eve'] as const) {
    who[name] = new Visitor(hub.base);
    who[name].cookies.set('indaba', (await c.signIn(name)).cookie);
  }
  who.visitor = new Visitor(hub.base);
});
afterAll(async () => {
  await hub?.close();
  await db?.drop();
});

const id = (path: string) => space.pages[path]!;
const draft = (more: Record<string, string>) => ({
  page_title: 'T',
  page_description: '',
  page_sources: '',
  text: '',
  title: 'Tidy up',
  reason: 'It stands twice.',
  retry_key: newId(),
  control: '',
  ...more,
});
/** The fields of the text form as the page gave them, with other words. */
async function edited(address: string, text: (was: string) => string): Promise<Record<string, string>> {
  const html = (await who.pita!.get(address)).text;
  const value = (name: string) => new RegExp(`name="${name}"[^>]*?value="([^"]*)"`).exec(html)?.[1] ?? '';
  const was = /<textarea id="text"[^>]*>([\s\S]*?)<\/textarea>/.exec(html)?.[1] ?? '';
  return draft({
    page_title: value('page_title'),
    base_revision_id: value('base_revision_id'),
    text: text(was.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')),
  });
}
const post = async (address: string, fields: Record<string, string>) => {
  const answer = await who.pita!.post(address, fields);
  expect([answer.status, /role="alert"[^>]*>([\s\S]{0,300})/.exec(answer.text)?.[1]]).toEqual([303, undefined]);
  return answer.location ?? '';
};
const decide = async (address: string) => {
  const { text } = await who.mei!.get(address);
  return who.mei!.post(`${address}?/merge`, { seen: /name="seen" value="([^"]+)"/.exec(text)?.[1] ?? '', reason: '' });
};
const begin = async () =>
  (await post('/library/book/about/change?/propose', await edited('/library/book/about/change', (was) => `${was}\nMore.\n`))).replace('?opened', '');

test('one request edits, makes, moves, renames and withdraws; whoever decides sees all of it, and it is merged as one', async () => {
  const address = await begin();
  const pages = `${address}/pages`;
  // Another page of the space, from its own text.
  expect((await who.pita!.post(`${pages}?/add`, { page: id('last'), what: 'edit' })).location).toBe(`${address}/edit?page=${id('last')}`);
  const last = `${address}/edit?page=${id('last')}`;
  await post(`${address}/edit?/save&page=${id('last')}`, await edited(last, (was) => was.replace('The end.', 'The very end.')));
  // A new page under one of them; a page moved before all, with another title and address.
  await post('/changes/book/new?/propose&request=2', { ...draft({ page_title: 'Terms', text: 'Words we use.' }), beside: 'about', how: 'under' });
  await post(`${address}/pages/${id('answers')}?/place`, { called: 'What to do', path: 'what-to-do', beside: '', how: 'after' });
  // A control moved, one withdrawn with what follows it.
  await post(`${pages}?/control`, { control: 'wait-then', what: 'move', into: id('about') });
  await post(`${pages}?/control`, { control: 'check-first', what: 'retire', because: 'The other says more.', successor: 'call-back' });
  const mine = (await who.pita!.get(pages)).text;
  for (const words of [
    '1 new page',
    'Changes the text of 3 pages',
    'Renames 1 page',
    'Moves 1 page',
    'Another address for 1 page',
    'Moves 1 control to another page',
    'Withdraws 1 control',
    'What to do',
    'Terms',
  ])
    expect(mine).toContain(words);
  // A page taken out again, and its text is as it was.
  await post(`${pages}?/drop`, { page: id('last') });
  expect((await who.pita!.get(pages)).text).toContain('Changes the text of 2 pages');
  const seen = (await who.mei!.get(address)).text;
  for (const words of ['After merging', 'Its title becomes', 'Its address becomes', 'Withdraws 1 control', 'Words we use.']) expect(seen).toContain(words);
  const done = await decide(address);
  expect(done.status, done.text.slice(0, 800)).toBe(303);
  const order = await c.behind<{ path: string }>('select p.path from app.pages p where p.parent_id is null order by p.position, p.id');
  expect(order.map(({ path }) => path)).toEqual(['what-to-do', 'about', 'attacks', 'last']);
  expect((await who.visitor!.get('/library/book/answers')).location).toBe('/library/book/what-to-do');
  expect(
    await c.behind(
      'select c.slug, p.path, c.retired_because, s.slug as next from app.controls c join app.pages p on p.id = c.page_id left join app.controls s on s.id = c.successor_id order by c.slug',
    ),
  ).toEqual([
    { slug: 'call-back', path: 'what-to-do', retired_because: null, next: null },
    { slug: 'check-first', path: 'attacks', retired_because: 'The other says more.', next: 'call-back' },
    { slug: 'wait-then', path: 'about', retired_because: null, next: null },
  ]);
  expect((await who.visitor!.get('/library/book/last')).text).toContain('The end.');
});

test('what the form does not know is refused, and nobody else changes a request', async () => {
  const address = await begin();
  for (const [fields, words] of [
    [{ called: '', path: 'about', beside: '-' }, 'needs a title'],
    [{ called: 'A', path: 'last', beside: '-' }, 'Another page has this address'],
    [{ called: 'A', path: 'answers', beside: '-' }, 'Another page has this address'],
    [{ called: 'A', path: 'a b', beside: '-' }, 'An address holds'],
    [{ called: 'A', path: 'about/history', beside: '-' }, 'An address holds'],
    [{ called: 'A', path: 'about', beside: 'terms', how: 'after' }, 'would stand under themselves'],
  ] as const) {
    const answer = await who.pita!.post(`${address}/pages/${id('about')}?/place`, fields);
    expect([answer.status, answer.text.includes(words)], words).toEqual([422, true]);
  }
  expect((await who.pita!.post(`${address}/pages/${id('last')}?/retire`, { because: '', successor: '' })).text).toContain('or that nothing does.');
  for (const [name, status] of [
    ['mei', 403],
    ['eve', 403],
  ] as const) {
    expect((await who[name]!.get(`${address}/pages`)).status, name).toBe(status);
    expect((await who[name]!.post(`${address}/pages?/drop`, { page: id('about') })).status, name).toBe(status);
  }
  expect((await who.visitor!.get(`${address}/pages`)).location).toContain('/signin?next=');
  // The only page of a request is not taken out of it.
  expect((await who.pita!.post(`${address}/pages?/drop`, { page: id('about') })).text).toContain('Withdraw it instead');
});

test('what others decided meanwhile is put to the author, one by one, and merged only then', async () => {
  const address = await begin();
  await post(`${address}/pages/${id('last')}?/place`, { called: 'Last', path: 'the-end', beside: 'about', how: 'after' });
  await post(`${address}/pages/${id('attacks')}?/retire`, { because: 'Old.', successor: id('last') });
  // Somebody else moves and renames the one, and rewords the other.
  const other = (
    await post('/library/book/last/change?/place', { called: 'Last', path: 'finish', beside: '', how: 'after', reason: 'Better so.', retry_key: newId() })
  ).replace('?opened', '');
  await post(`${other}/edit?/save&page=${id('attacks')}`, await edited(`${other}/edit?page=${id('attacks')}`, (was) => `${was}\nNew words.\n`));
  expect((await decide(other)).status).toBe(303);
  expect((await decide(address)).status).toBe(409);
  expect((await who.mei!.get(address)).text).toContain('Its author chooses what shall hold');
  const keys = async () => [...(await who.pita!.get(`${address}/pages`)).text.matchAll(/name="key" value="([^"]+)"/g)].map(([, key]) => key!);
  const open = await keys();
  expect(open.map((key) => key.split(':')[0]!.split('.').at(-1)).sort()).toEqual(['address_moved', 'page_changed', 'place_moved']);
  const settle = (what: string, choice: string) => post(`${address}/pages?/settle`, { key: open.find((key) => key.includes(what))!, choice });
  // Words alone settle nothing of this.
  await post(`${address}/edit?/save&page=${id('last')}`, await edited(`${address}/edit?page=${id('last')}`, (was) => `${was}\nMore.\n`));
  expect(await keys()).toHaveLength(3);
  // Neither does another wish about the same page, nor the answer to one of them about the other.
  await post(`${address}/pages/${id('last')}?/place`, { called: 'Last of all', path: 'the-end', beside: '-', how: 'after' });
  expect(await keys()).toHaveLength(3);
  await settle('address_moved', 'theirs');
  expect(await keys()).toHaveLength(2);
  expect((await who.pita!.post(`${address}/pages?/settle`, { key: open.find((key) => key.includes('page_changed'))!, choice: 'theirs' })).text).toContain(
    'Choose which',
  );
  await settle('page_changed', 'again');
  for (const key of await keys()) await post(`${address}/pages?/settle`, { key, choice: 'mine' });
  expect(await keys()).toEqual([]);
  expect((await who.pita!.post(`${address}/pages?/settle`, { key: open[0]!, choice: 'mine' })).text).toContain('settled meanwhile');
  const done = await decide(address);
  expect(done.status, done.text.slice(0, 800)).toBe(303);
  expect(
    (await c.behind<{ path: string }>('select path from app.pages where parent_id is null and retired_at is null order by position, id')).map(
      ({ path }) => path,
    ),
  ).toEqual(['what-to-do', 'about', 'finish']);
  const gone = (await who.visitor!.get('/library/book/attacks')).text;
  for (const words of ['Because: Old.', 'href="/library/book/finish"']) expect(gone).toContain(words);
});
