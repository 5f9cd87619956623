import {
  home_application_waits,
  home_change_published,
  home_change_space,
  home_channel_unread,
  home_no_terms,
  home_no_terms_text,
  home_request_open,
  messages_unread,
} from '#paraglide/messages.js';

/** What the home page shows, made of what the rooms tell. */
export type HomeSpace = { title: string; href: string; text: string; pages: number; controls: number };
export type HomeNews = { id: string; title: string; href: string; text: string; at: string; fresh: boolean };

type Space = { slug: string; title: string; description: string; pages: number; controls: number };
type Change = { id: string; title: string; by: string; at: Date; space: string; spaceSlug: string; path: string | null };
type Channel = { id: string; slug: string; name: string; unread: number; last_at: Date | null };

/** What a steward of a hub without terms reads first. */
export const noTermsNews = (): HomeNews => ({ id: 'no-terms', title: home_no_terms(), href: '/terms', text: home_no_terms_text(), at: '', fresh: false });

export const spacesOf = (spaces: Space[]): HomeSpace[] =>
  spaces.map(({ slug, title, description, pages, controls }) => ({ title, href: `/library/${slug}`, text: description, pages, controls }));

type Letter = { id: string; name: string; unread: number; last_at: Date | null };
type Applied = { id: string; name: string; state: string; made_at: Date };
type Request = { id: string; title: string; author: string | null; opened_at: Date; space: string; space_slug: string; number: number };

/** Channels and direct messages with something unread, requests that wait for a decision, published changes; each newest first. */
export function newsOf(changes: Change[], channels: Channel[], requests: Request[], direct: Letter[] = [], applications: Applied[] = []): HomeNews[] {
  const applied = applications.map(({ id, name, state, made_at }) => ({
    id,
    title: name,
    href: `/applications/${id}`,
    text: home_application_waits({ facts: state }),
    at: made_at.toISOString(),
    fresh: false,
  }));
  const talk = channels
    .filter((each) => each.unread > 0 && each.last_at)
    .map((each) => ({
      id: each.id,
      title: each.name,
      href: `/channels/${each.slug}`,
      text: home_channel_unread({ count: each.unread }),
      at: each.last_at?.toISOString() ?? '',
      fresh: true,
    }));
  const waiting = requests.map(({ id, title, author, opened_at, space, space_slug, number }) => ({
    id,
    title,
    href: `/changes/${space_slug}/${number}`,
    text: home_request_open({ space, name: author ?? '' }),
    at: opened_at.toISOString(),
    fresh: false,
  }));
  const texts = changes.map(({ id, title, by, at, space, spaceSlug, path }) => ({
    id,
    title,
    href: path ? `/library/${spaceSlug}/${path}` : `/library/${spaceSlug}`,
    text: path ? home_change_published({ space, name: by }) : home_change_space({ name: by }),
    at: at.toISOString(),
    fresh: false,
  }));
  const latest = (a: HomeNews, b: HomeNews) => b.at.localeCompare(a.at);
  const letters = direct
    .filter((each) => each.unread > 0 && each.last_at)
    .map((each) => ({
      id: each.id,
      title: each.name,
      href: `/messages/${each.id}`,
      text: messages_unread({ count: each.unread }),
      at: each.last_at?.toISOString() ?? '',
      fresh: true,
    }));
  return [...applied.sort(latest), ...[...talk, ...letters].sort(latest), ...waiting.sort(latest), ...texts.sort(latest)].slice(0, 12);
}
