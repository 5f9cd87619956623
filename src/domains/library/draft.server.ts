import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { changes_page_title_missing } from '#paraglide/messages.js';
import { parse } from '#platform/input.ts';
import { errorText } from '#ui/error-text.server.ts';
import { pageProblems } from './check-page-text.ts';
import { asTyped, cutControl } from './excerpt.ts';
import { OpenChangeRequest, type Withdrawal } from './model.ts';
import { type Opened, openChangeRequest } from './open-change-request.server.ts';
import { type PageFront, putTogether } from './page-parts.ts';
import { readText } from './page-view.server.ts';
import { findRevisionText, type PageToChange } from './queries/change-form.server.ts';
import { splitPage } from './text/page.ts';
import type { ControlFacts } from './text/render-page.ts';

/** A proposal as it stands in the form: what was typed, and what the form carries along. With `control`, the text is that control alone. */
export type Draft = {
  title: string;
  reason: string;
  /** The body of the page; all of it where `front` is missing. */
  text: string;
  front?: PageFront;
  retires: string[];
  /** What is said of each control that goes; an empty successor is one that was not chosen yet. */
  withdrawals?: Withdrawal[];
  retry_key: string;
  base_revision_id: string;
  control: string;
  /** The meaning does not change, says its author. */
  editorial?: boolean;
};
export type DraftAnswer = {
  code?: string;
  message?: string;
  values: Draft;
  /** What is wrong in the field, each a sentence with its line there. */
  faults: string[];
  fields: Record<string, string>;
  dropped: string[];
  preview: string;
};

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** What a form says of something that goes: why, and what follows it (`-` for nothing). */
export function readWithdrawal(form: FormData, control: string | null): Withdrawal {
  const of = control === null ? '' : `.${control}`;
  const successor = String(form.get(`successor${of}`) ?? '-');
  return { control, because: String(form.get(`because${of}`) ?? '').replace(/\r\n?/g, '\n'), successor: successor === '-' ? null : successor };
}

/** The draft that a form brought. */
export function readDraft(form: FormData): Draft {
  const text = (name: string) => String(form.get(name) ?? '');
  const retires = form.getAll('retires').map(String);
  return {
    title: text('title'),
    reason: text('reason').replace(/\r\n?/g, '\n'),
    text: text('text'),
    ...(form.has('page_title') && { front: { title: text('page_title'), description: text('page_description'), sources: text('page_sources') } }),
    retires,
    withdrawals: retires.map((slug) => readWithdrawal(form, slug)),
    retry_key: text('retry_key'),
    base_revision_id: text('base_revision_id'),
    control: text('control'),
    ...(form.get('editorial') === '1' && { editorial: true }),
  };
}

/** The text of the revision that the draft was written against. Refuses: common.not_found. */
export async function baseOf(tx: Tx, pageId: string, draft: Draft): Promise<string> {
  const base = isId(draft.base_revision_id) ? await findRevisionText(tx, pageId, draft.base_revision_id) : undefined;
  if (base === undefined) throw notFound();
  return base;
}

/** The whole text of the page that the draft asks for, made from `base`; `line` is what the first line of the field is in it. Refuses: common.not_found. */
export function wholeText(base: string, draft: Draft): { text: string; line: number } {
  if (draft.front) {
    const text = putTogether(base, draft.front, draft.text);
    return { text, line: splitPage(text).bodyLine };
  }
  if (!draft.control) return { text: asTyped(draft.text, base), line: 1 };
  const cut = cutControl(base, draft.control);
  if (!cut) throw notFound();
  return { text: cut.before + asTyped(draft.text, cut.text) + cut.after, line: cut.line };
}

/** What is in the field, as readers would see it. `facts` stand under the controls; whoever knows them hands them in. */
export async function renderDraft(
  tx: Tx,
  { space, page }: Pick<PageToChange, 'space' | 'page'>,
  draft: Pick<Draft, 'text' | 'front' | 'control'>,
  facts: ReadonlyMap<string, ControlFacts>,
): Promise<string> {
  // What follows an empty line is body, whatever it looks like.
  const text = draft.front ? `---\n---\n\n${draft.text}` : draft.control ? draft.text : splitPage(draft.text).body;
  const whole = { ...page, description: '', groupKey: null, openRequests: 0, revision: { id: '', number: 0, text, blocks: [], at: new Date(0), by: '' } };
  return (await readText(tx, { id: space.id, slug: space.slug, licence: '', sources: [] }, whole, facts)).html;
}

/**
 * Proposes what the draft says about one page. Refuses: library.change_request.signed_out, library.change_request.may_not_propose,
 * and what openChangeRequest refuses.
 */
export async function proposeDraft(tx: Tx, { space, page }: PageToChange, draft: Draft, text: string, byline: string | undefined): Promise<Opened> {
  if (!byline) throw new Refusal('library.change_request.signed_out', { status: 403 });
  if (!space.may_propose) throw new Refusal('library.change_request.may_not_propose', { status: 403 });
  const change = {
    action: 'edit',
    page_id: page.id,
    base_revision_id: draft.base_revision_id,
    path: page.path,
    text,
    retires: draft.retires,
    withdrawals: draft.withdrawals ?? [],
  };
  return openChangeRequest(
    tx,
    parse(OpenChangeRequest, {
      title: draft.title,
      reason: draft.reason,
      retry_key: draft.retry_key,
      nature: draft.editorial ? 'editorial' : 'substantive',
      space_id: space.id,
      byline_id: byline,
      pages: [change],
    }),
  );
}

/** What a draft looks like and what is wrong with it, without sending it. */
export function lookedAt(values: Draft, text: string, line: number, preview: string): DraftAnswer {
  return { values, ...faultsOf(values, text, line), dropped: [], preview };
}

type Details = { slugs?: string[]; errors?: Array<{ path: string; code: string }> };

/** Turns a refusal into an answer that keeps everything typed, and says at once all that is wrong: in the fields, in the text by line, and which controls would vanish; throws everything else again. */
export function refusedDraft(error: unknown, values: Draft, text: string, line: number, preview: string): { status: number; answer: DraftAnswer } {
  if (!(error instanceof Refusal)) throw error;
  const { slugs = [], errors = [] } = error.details as Details;
  const fields = Object.fromEntries(errors.map(({ path, code }) => [path, errorText(code)]));
  const faults = faultsOf(values, text, line);
  return {
    status: error.status,
    answer: {
      code: error.code,
      message: errorText(error.code, error.details),
      values,
      faults: faults.faults,
      fields: { ...fields, ...faults.fields },
      dropped: slugs,
      preview,
    },
  };
}

/** What is wrong with a text: at the field of its own where there is one, else a sentence with the line of the text field. */
function faultsOf({ front }: Draft, text: string, line: number): Pick<DraftAnswer, 'faults' | 'fields'> {
  const here = (at: number) => Math.max(1, at - line + 1);
  const problems = pageProblems(text);
  const untitled = front && problems.some(({ code }) => code === 'library.page.title_missing');
  const faults = problems
    .filter(({ code }) => !(untitled && code === 'library.page.title_missing'))
    .map(({ code, line: at, details = {} }) =>
      errorText(code, { ...details, line: here(at), ...(typeof details['first'] === 'number' && { first: here(details['first']) }) }),
    );
  return { faults, fields: untitled ? { page_title: changes_page_title_missing() } : {} };
}
