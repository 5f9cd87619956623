import { describe, expect, test } from 'vitest';
import { cast, circles, jurisdictions, organizations, signInAs } from './cast.ts';
import { changeRequests, circleChannels, openChannels, publicChannels } from './scenes.ts';
import { readPages, readSpaces } from './starter.ts';
import { before } from './when.ts';

const now = new Date('2026-11-20T15:00:00Z');
const ranks = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'];
const channels = [...publicChannels, ...openChannels, ...circleChannels];
const byslug = new Map(cast.map((member) => [member.slug, member]));
const texts = new Map(readSpaces().flatMap((space) => readPages(space).map((page) => [`${space.slug}/${page.path}`, page.text])));
const guests = new Set(organizations.filter((body) => body.guest).map((body) => body.slug));

function inOrder(moments: readonly string[]): boolean {
  const times = moments.map((at) => before(now, at).getTime());
  return times.every((time, n) => time < now.getTime() && (n === 0 || times[n - 1]! < time));
}

/** Who writes in a channel: everyone but guests and strangers, also before the public, or the circle. */
function readers(channel: (typeof channels)[number]): Set<string> {
  if (channel.audience.kind !== 'circle') {
    return new Set(cast.filter((m) => m.organization && !guests.has(m.organization)).map((m) => m.slug));
  }
  const slug = channel.audience.circle;
  const circle = circles.find((candidate) => candidate.slug === slug)!;
  return new Set(cast.filter((m) => circle.people.includes(m.slug) || circle.organizations.includes(m.organization ?? '')).map((m) => m.slug));
}

describe('the cast', () => {
  test('ids, slugs and addresses are unique, and addresses lead nowhere real', () => {
    const everything = [...jurisdictions, ...organizations, ...cast, ...circles];
    expect(new Set(everything.map((one) => one.id)).size).toBe(everything.length);
    for (const list of [jurisdictions, organizations, cast, circles]) expect(new Set(list.map((one) => one.slug)).size).toBe(list.length);
    for (const { email } of cast) expect(email).toMatch(/^[a-z]+@[a-z.-]+\.example$/);
    for (const { id } of everything) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('the cast are there, and what they belong to exists', () => {
    expect(signInAs.map((member) => member.slug)).toEqual(['amina', 'jonas', 'mei', 'pita', 'karim', 'lucia', 'noor', 'eve', 'mateo']);
    const bodies = new Set(organizations.map((body) => body.slug));
    const countries = new Set(jurisdictions.map((one) => one.slug));
    for (const { organization, slug } of cast) expect(organization === null ? slug === 'eve' : bodies.has(organization), slug).toBe(true);
    for (const body of organizations) for (const served of body.jurisdictions) expect(countries).toContain(served);
    for (const circle of circles) {
      for (const slug of circle.people) expect(byslug.has(slug), slug).toBe(true);
      for (const slug of circle.organizations) expect(bodies.has(slug), slug).toBe(true);
    }
  });
});

describe('the talk', () => {
  test('only those who can read a channel write in it, in the order of time', () => {
    for (const channel of channels) {
      const who = readers(channel);
      for (const { title, messages } of channel.threads) {
        expect(messages.length, title).toBeGreaterThanOrEqual(3);
        expect(messages.length, title).toBeLessThanOrEqual(8);
        expect(inOrder(messages.map((message) => message.at)), title).toBe(true);
        for (const { by } of messages) expect(who, `${title}: ${by}`).toContain(by);
      }
    }
  });

  test('no message is marked above its ceiling, and a ceiling admits its audience', () => {
    for (const channel of channels) {
      const top = ranks.indexOf(channel.ceiling);
      if (channel.audience.kind === 'public') expect(top, channel.slug).toBe(0);
      if (channel.audience.kind === 'everyone') expect(top, channel.slug).toBeLessThanOrEqual(ranks.indexOf('TLP:GREEN'));
      const hasGuest = [...readers(channel)].some((slug) => guests.has(byslug.get(slug)?.organization ?? ''));
      if (hasGuest) expect(top, channel.slug).toBeLessThan(ranks.indexOf('TLP:AMBER+STRICT'));
      for (const message of channel.threads.flatMap((thread) => thread.messages)) {
        if (message.marking) expect(ranks.indexOf(message.marking), channel.slug).toBeLessThanOrEqual(top);
      }
    }
  });

  test('links in messages lead to pages and controls that exist', () => {
    const bodies = channels.flatMap((channel) => channel.threads.flatMap((thread) => thread.messages.map((message) => message.body)));
    for (const [, page, slug] of bodies.join('\n').matchAll(/\(\/library\/([a-z0-9/-]+)(?:#c-([a-z0-9-]+))?\)/g)) {
      expect(texts.has(page!), page).toBe(true);
      if (slug) expect(texts.get(page!), slug).toContain(`{#${slug} `);
    }
  });
});

describe('the change requests', () => {
  test('two are open, one is merged, one is declined, never by their own author', () => {
    expect(changeRequests.map((request) => request.decision?.outcome ?? 'open')).toEqual(['open', 'open', 'merged', 'declined']);
    for (const { by, decision } of changeRequests) {
      if (!decision) continue;
      expect(decision.by).not.toBe(by);
      expect(byslug.get(decision.by)?.hubRoles).toContain('reviewer');
    }
  });

  test('what they replace stands once, in the control they name', () => {
    for (const { space, page, control, change, slug } of changeRequests) {
      const text = texts.get(`${space}/${page}`)!;
      expect(text.split(change.find).length - 1, slug).toBe(1);
      const inside = text.slice(text.indexOf(`{#${control} `), text.indexOf('\n:::\n', text.indexOf(`{#${control} `)));
      expect(inside, slug).toContain(change.find);
    }
  });

  test('comments and decision follow the proposal in time', () => {
    for (const { at, comments, decision, slug } of changeRequests) {
      expect(inOrder([at, ...comments.map((comment) => comment.at), ...(decision ? [decision.at] : [])]), slug).toBe(true);
    }
  });
});

test('a moment is read in three forms and nothing else', () => {
  expect(before(now, '-40m').toISOString()).toBe('2026-11-20T14:20:00.000Z');
  expect(before(now, '-5h').toISOString()).toBe('2026-11-20T10:00:00.000Z');
  expect(before(now, '-3d 14:08').toISOString()).toBe('2026-11-17T14:08:00.000Z');
  expect(() => before(now, 'yesterday')).toThrow(RangeError);
});
