import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { type PageBlock, pageBlocks } from '../page-blocks.ts';
import { findChangeRequest } from '../queries/change-requests.server.ts';
import { findPage, findSpace, pageTree, type Space } from '../queries.server.ts';
import type { Country } from '../countries/model.ts';
import { listCountries } from '../countries/queries.server.ts';
import type { MakeComment } from './model.ts';
import { requestParts } from './request-parts.server.ts';

type Form = {
  space: Space;
  subject: MakeComment['subject'];
  about: string;
  /** Where the text stands. */
  href: string;
  /** The parts one may choose from. */
  parts: PageBlock[];
  given: { block: string; quote: string; quote_before: string; quote_after: string; within: string };
  may_talk: boolean;
  /** The countries within which I may comment on it instead. */
  countries: Country[];
};

/**
 * The form for a comment: ?page=path&part=block, ?request=number, ?control=code; without any, the first page. A country to comment within comes as ?within=code. What somebody selected comes as ?quote=, ?before=, ?after=.
 * Refuses: common.not_found.
 */
export async function commentForm(tx: Tx, slug: string, query: URLSearchParams): Promise<Form> {
  const space = await findSpace(tx, slug);
  if (!space) throw notFound();
  const given = {
    block: query.get('part') ?? '',
    quote: (query.get('quote') ?? '').slice(0, 2000),
    quote_before: (query.get('before') ?? '').slice(-64),
    quote_after: (query.get('after') ?? '').slice(0, 64),
  };
  const found =
    (await aboutRequest(tx, space, query.get('request'))) ??
    (await aboutControl(tx, space, query.get('control'))) ??
    (await aboutPage(tx, space, query.get('page')));
  const { rows } = await sql<{ may: boolean | null }>`select app.may_talk(app.talk_audience(${found.subject.kind}, ${found.subject.id})) as may`.execute(tx);
  const countries = found.subject.kind === 'change_request' ? (await listCountries(tx, found.subject.id)).filter((each) => each.may_comment) : [];
  const within = countries.find(({ code }) => code === query.get('within'))?.id ?? '';
  return { space, given: { ...given, within }, may_talk: rows[0]?.may ?? false, countries, ...found };
}

type About = Pick<Form, 'subject' | 'about' | 'href' | 'parts'>;

async function aboutRequest(tx: Tx, space: Space, number: string | null): Promise<About | undefined> {
  if (number === null) return undefined;
  const request = await findChangeRequest(tx, { space: space.slug, number: Number(/^[1-9]\d{0,8}$/.exec(number)?.[0] ?? 0) });
  if (!request) throw notFound();
  return {
    subject: { kind: 'change_request', id: request.id },
    about: request.title,
    href: `/changes/${space.slug}/${request.number}`,
    parts: await requestParts(tx, request.id),
  };
}

async function aboutControl(tx: Tx, space: Space, code: string | null): Promise<About | undefined> {
  if (code === null) return undefined;
  const { rows } = await sql<{
    id: string;
    name: string;
  }>`select id, concat_ws(' ', number, title) as name from app.controls where code = ${code} and space_id = ${space.id}`.execute(tx);
  if (!rows[0]) throw notFound();
  return { subject: { kind: 'control', id: rows[0].id }, about: rows[0].name, href: `/c/${code}`, parts: [] };
}

async function aboutPage(tx: Tx, space: Space, path: string | null): Promise<About> {
  const wanted = path ?? (await pageTree(tx, space.id))[0]?.path;
  const page = wanted ? await findPage(tx, space.id, wanted) : undefined;
  if (!page) throw notFound();
  return {
    subject: { kind: 'page', id: page.id },
    about: page.title,
    href: `/library/${space.slug}/${page.path}`,
    parts: page.revision ? pageBlocks(page.revision.text, page.revision.blocks) : [],
  };
}

/** What the form holds. */
export function readComment(subject: MakeComment['subject'], form: FormData): MakeComment {
  const text = (name: string) => String(form.get(name) ?? '');
  return {
    subject,
    within: text('within') || null,
    block: text('part') || null,
    kind: text('kind') as MakeComment['kind'],
    body: text('body'),
    quote: text('quote'),
    quote_before: text('quote_before'),
    quote_after: text('quote_after'),
    proposed: text('proposed'),
    retry_key: text('retry_key'),
  };
}
