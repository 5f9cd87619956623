/** Shapes and pure rules of the library; the browser may import this file. */
import * as v from 'valibot';

export const textLimit = 400_000;

/** Why a page (`control` null) or a control on it goes, and what follows it: the id of a page, the slug of a control, null for nothing. */
export const Withdrawal = v.object({
  control: v.nullable(v.pipe(v.string(), v.maxLength(120))),
  because: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(10_000, 'library.change_request.reason_long')), ''),
  successor: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(120))), null),
});
export type Withdrawal = v.InferOutput<typeof Withdrawal>;

export const PageChange = v.object({
  action: v.picklist(['edit', 'create', 'retire', 'restore']),
  /** The page, or the id a page to be created will have. */
  page_id: v.pipe(v.string(), v.uuid()),
  base_revision_id: v.optional(v.nullable(v.pipe(v.string(), v.uuid())), null),
  path: v.pipe(v.string(), v.maxLength(200), v.regex(/^[\p{L}\p{N}]+([-./][\p{L}\p{N}]+)*$/u, 'library.page.path')),
  parent_path: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(200))), null),
  /** Among the pages that stand under the same one; fractions stand between. */
  position: v.optional(v.nullable(v.pipe(v.number(), v.minValue(-1e9), v.maxValue(1e9))), null),
  text: v.pipe(v.string(), v.maxLength(textLimit, 'library.page.too_long')),
  retires: v.optional(v.array(v.pipe(v.string(), v.maxLength(120))), []),
  withdrawals: v.optional(v.array(Withdrawal), []),
});
type WholeChange = v.InferOutput<typeof PageChange>;
export type PageChange = Omit<WholeChange, 'withdrawals'> & Partial<Pick<WholeChange, 'withdrawals'>>;

/** What a request says about itself. */
export const RequestWords = v.object({
  title: v.pipe(v.string(), v.trim(), v.minLength(1, 'library.change_request.title_missing'), v.maxLength(200, 'library.change_request.title_long')),
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'library.change_request.reason_missing'), v.maxLength(10_000, 'library.change_request.reason_long')),
});

export const OpenChangeRequest = v.object({
  id: v.optional(v.pipe(v.string(), v.uuid())),
  space_id: v.pipe(v.string(), v.uuid()),
  ...RequestWords.entries,
  retry_key: v.pipe(v.string(), v.uuid()),
  byline_id: v.pipe(v.string(), v.uuid()),
  /** Whether the meaning changes; whoever decides may correct it. */
  nature: v.optional(v.picklist(['editorial', 'substantive']), 'substantive'),
  /** The merged request that this one wants undone. */
  undoes: v.optional(v.nullable(v.pipe(v.string(), v.uuid())), null),
  pages: v.pipe(v.array(PageChange), v.minLength(1), v.maxLength(2_000)),
});
export type OpenChangeRequest = v.InferOutput<typeof OpenChangeRequest>;

export type BlockId = { id: string; hash: string; slug?: string };

const schemesByFame = ['gitbook', 'figi-2021', 'x1150'];

/** The number a reader knows a control by: its first alias in the best-known scheme it has. */
export function knownNumber(aliases: ReadonlyArray<{ scheme: string; value: string }>): string | null {
  for (const scheme of schemesByFame) {
    const found = aliases.find((alias) => alias.scheme === scheme);
    if (found) return found.value;
  }
  return aliases[0]?.value ?? null;
}
