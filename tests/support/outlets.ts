/** Where words can leave by: every route and every reading operation, with the addresses to ask for what was planted. */
import type { Canary } from './planted.ts';

type Ids = Record<string, string>;
type Addresses = (ids: Ids, canaries: Canary[]) => string[];

const some = (canaries: Canary[]) =>
  canaries.filter(({ table }) => ['app.messages', 'app.controls', 'app.revisions', 'app.pages', 'app.channels'].includes(table)).map(({ word }) => word);

export const pageOutlets: Record<string, Addresses> = {
  '/': () => ['/'],
  '/library': () => ['/library'],
  '/library/[space]': (id) => [`/library/${id.spaceSlug}`],
  '/library/[space]/[...path]': (id) => [`/library/${id.spaceSlug}/${id.path}`],
  '/library/[space]/[...path]/history': (id) => [`/library/${id.spaceSlug}/${id.path}/history`],
  '/controls': (_, canaries) => [
    '/controls',
    '/controls?group=threat:3',
    ...some(canaries)
      .slice(0, 3)
      .map((word) => `/controls?q=${word}`),
  ],
  '/c/[code]': (id) => [`/c/${id.code}`],
  '/channels': () => ['/channels'],
  '/channels/new': () => ['/channels/new'],
  '/channels/[slug]': (id) => [`/channels/${id.channelSlug}`],
  '/channels/[slug]/[thread]': (id) => [`/channels/${id.channelSlug}/${id.thread}`],
  '/search': (_, canaries) => some(canaries).map((word) => `/search?q=${word}`),
  '/search/suggest': (_, canaries) => some(canaries).map((word) => `/search/suggest?q=${word}`),
  '/signin': () => ['/signin'],
  '/channels/unread': () => ['/channels/unread'],
  '/account': () => ['/account'],
  '/account/second-factor': () => ['/account/second-factor'],
  '/prove': () => ['/prove'],
  '/recoveries': () => ['/recoveries'],
  '/organizations/[slug]/sign-in': () => ['/organizations/tavola-regulator/sign-in', '/organizations/central-bank-lumaria/sign-in'],
  '/people': () => ['/people', '/people?q=Tavola'],
  '/people/[slug]': () => ['/people/pita', '/people/amina', '/people/karim'],
  '/people/[slug]/membership': () => ['/people/pita/membership', '/people/amina/membership?organization=ta-lumaria&act=ended'],
  '/organizations/[slug]': () => ['/organizations/tavola-regulator', '/organizations/central-bank-lumaria', '/organizations/kite-money'],
  '/organizations': () => ['/organizations'],
  '/audit': () => ['/audit'],
  '/audit/log': () => ['/audit/log', '/audit/log?of=ta-lumaria', '/audit/log?of=central-bank-lumaria', '/audit/log?of=all'],
  '/circles': () => ['/circles'],
  '/circles/[slug]': () => ['/circles/sim-swap'],
  '/library/[space]/[...path]/change': (id) => [`/library/${id.spaceSlug}/${id.path}/change`],
  '/library/[space]/[...path]/talk': (id) => [`/library/${id.spaceSlug}/${id.path}/talk`],
  '/changes': () => ['/changes', '/changes?status=open'],
  '/changes/[id]': (id) => [`/changes/${id.request}`],
  '/changes/[space]/[number]': (id) => [`/changes/${id.spaceSlug}/1`],
  '/changes/[space]/[number]/edit': (id) => [`/changes/${id.spaceSlug}/1/edit`],
  '/changes/[space]/new': (id) => [`/changes/${id.spaceSlug}/new`],
  '/changes/new': (id) => [`/changes/new?page=${id.page}`, `/changes/new?control=${id.code}`],
  '/changes/version': (id) => [`/changes/version?page=${id.page}`, `/changes/version?id=${id.page}`],
  '/files/[id]/[[name]]': (id) => [`/files/${id.file}`, `/files/${id.file}/picture.png`],
};

/** Routes that give nobody's words, each with the reason. */
export const silentRoutes: Record<string, string> = {
  '/gallery': 'shows components with made-up words',
  '/signout': 'one button',
  '/events': 'read in tests/features/live.test.ts, for each audience',
  '/api/v1/events': 'the same stream by token; labels are held back in tests/features/api.test.ts',
  '/api/v1/[...path]': 'its operations are read one by one',
  '/api/v1/openapi.json': 'made of schemas',
  '/changes/preview': 'gives back the text it was sent',
  '/account/passkeys': 'starts a ceremony for oneself; only POST',
  '/signin/passkey': 'starts a ceremony; only POST',
  '/signin/second': 'asks whoever is half signed in for the rest; the cookie of that is no session',
  '/signin/second/passkey': 'starts a ceremony; only POST',
  '/prove/passkey': 'starts a ceremony; only POST',
  '/signin/recover': 'answers alike whether or not the address is known',
  '/recover/[token]': 'shows the one account whose recovery link stands in the address',
  '/recover/[token]/passkey': 'starts a ceremony; only POST',
  '/recover/stop/[token]': 'one button',
  '/join/[token]': 'shows the one invitation whose secret stands in the address',
  '/join/[token]/passkey': 'starts a ceremony; only POST',
  '/welcome/[token]': 'shows the one invitation whose secret stands in the address',
  '/welcome/[token]/passkey': 'starts a ceremony; only POST',
  '/dev/mail': 'mail of a demonstration, at the machine itself only; this hub is none',
};

export const apiOutlets: Record<string, Addresses> = {
  '/spaces': () => ['/api/v1/spaces'],
  '/spaces/{space}': (id) => [`/api/v1/spaces/${id.spaceSlug}`],
  '/spaces/{space}/pages': (id) => [`/api/v1/spaces/${id.spaceSlug}/pages`],
  '/spaces/{space}/pages/{path}': (id) => [`/api/v1/spaces/${id.spaceSlug}/pages/${id.path}`],
  '/spaces/{space}/revisions/{path}': (id) => [`/api/v1/spaces/${id.spaceSlug}/revisions/${id.path}`],
  '/controls': () => ['/api/v1/controls?limit=500'],
  '/controls/{code}': (id) => [`/api/v1/controls/${id.code}`],
  '/controls/{code}/revisions': (id) => [`/api/v1/controls/${id.code}/revisions`],
  '/matrix': () => ['/api/v1/matrix'],
  '/change-requests': () => ['/api/v1/change-requests?limit=500'],
  '/change-requests/{id}': (id) => [`/api/v1/change-requests/${id.request}`],
  '/channels': () => ['/api/v1/channels'],
  '/audiences': () => ['/api/v1/audiences'],
  '/channels/{slug}': (id) => [`/api/v1/channels/${id.channelSlug}`],
  '/channels/{slug}/threads': (id) => [`/api/v1/channels/${id.channelSlug}/threads`],
  '/unread': () => ['/api/v1/unread'],
  '/conversations': (id) =>
    ['channel', 'page', 'control', 'change_request'].map(
      (kind) => `/api/v1/conversations?subject_kind=${kind}&subject_id=${id[kind === 'change_request' ? 'request' : kind]}`,
    ),
  '/conversations/{id}/threads': (id) => [`/api/v1/conversations/${id.conversation}/threads`],
  '/threads/{id}': (id) => [`/api/v1/threads/${id.thread}`],
  '/threads/{id}/messages': (id) => [`/api/v1/threads/${id.thread}/messages`],
  '/messages/{id}': (id) => [`/api/v1/messages/${id.message}`],
  '/me': () => ['/api/v1/me'],
  '/sessions': () => ['/api/v1/sessions'],
  '/organizations': () => ['/api/v1/organizations'],
  '/organizations/{slug}': () => ['/api/v1/organizations/tavola-regulator', '/api/v1/organizations/central-bank-lumaria'],
  '/organizations/{slug}/membership-acts': () => [
    '/api/v1/organizations/ta-lumaria/membership-acts',
    '/api/v1/organizations/central-bank-lumaria/membership-acts',
  ],
  '/people/{slug}': () => ['/api/v1/people/pita', '/api/v1/people/amina'],
  '/audit-roots': () => ['/api/v1/audit-roots'],
  '/audit-entries': () => ['/api/v1/audit-entries', '/api/v1/audit-entries?of=ta-lumaria', '/api/v1/audit-entries?of=all'],
  '/jurisdictions': () => ['/api/v1/jurisdictions'],
  '/circles': () => ['/api/v1/circles'],
  '/circles/{slug}': () => ['/api/v1/circles/sim-swap'],
  '/organizations/{slug}/invitations': () => ['/api/v1/organizations/central-bank-lumaria/invitations'],
  '/search': (_, canaries) => some(canaries).map((word) => `/api/v1/search?q=${word}`),
};
