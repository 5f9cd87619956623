import { parseControls } from './text/controls.ts';
import { splitPage } from './text/page.ts';
import type { PageState } from './review-page.ts';

export type Act =
  | 'creates'
  | 'edits'
  | 'renames'
  | 'moves'
  | 'addresses'
  | 'retires'
  | 'restores'
  | 'control_adds'
  | 'control_changes'
  | 'control_moves'
  | 'control_retires';
/** How much of each kind a request does, in the order it is said. */
export type Does = Array<{ act: Act; count: number }>;
/** What a request does to one page, beside its words. */
export type PartActs = { acts: Act[]; title: string; renamed: { from: string; to: string } | null; address: { from: string; to: string } | null };

// Controls of more pages than these are not counted each time somebody looks.
const COUNTED = 60;

/** What one part of a request asks for: for an open one against the page as it stands now, else against the page as it stood then. */
export function actsOf(page: PageState, open: boolean): PartActs {
  const asked = splitPage(page.text).front.title ?? '';
  const title = page.action === 'create' ? asked || page.path : (page.title ?? page.path);
  const none = { title, renamed: null, address: null };
  if (page.action !== 'edit') return { ...none, acts: [{ create: 'creates' as const, retire: 'retires' as const, restore: 'restores' as const }[page.action]] };
  const was = splitPage(page.base_text ?? '').front.title ?? '';
  const from = open ? page.path_now : page.was_path;
  const renamed = asked !== was ? { from: was, to: asked } : null;
  const address = from !== null && from !== page.path ? { from, to: page.path } : null;
  const body = page.text !== page.base_text && (!renamed || splitPage(page.text).body !== splitPage(page.base_text ?? '').body);
  const moves = asksPlace(page);
  return {
    title,
    renamed,
    address,
    acts: [
      ...(body ? ['edits' as const] : []),
      ...(renamed ? ['renames' as const] : []),
      ...(moves ? ['moves' as const] : []),
      ...(address ? ['addresses' as const] : []),
    ],
  };
}

/** Whether a part asks for another place than the page had when its author looked. */
export const asksPlace = (page: Pick<PageState, 'position' | 'parent_path' | 'was_position' | 'was_parent_path'>): boolean =>
  page.position !== null && (page.position !== page.was_position || page.parent_path !== page.was_parent_path);

/** Where the controls of a request go: slug → the pages it leaves and comes to (null: not there). */
export function controlsIn(pages: readonly PageState[]): Map<string, { from: string | null; to: string | null; changed: boolean }> {
  const found = new Map<string, { from: string | null; to: string | null; changed: boolean }>();
  const texts = new Map<string, string>();
  for (const page of pages) {
    if (page.action === 'edit' && page.text === page.base_text) continue;
    const before = page.action === 'create' || page.action === 'restore' ? [] : parseControls(splitPage(page.base_text ?? '').body).controls;
    const after = page.action === 'retire' ? [] : parseControls(splitPage(page.text).body).controls;
    for (const control of before) {
      texts.set(control.slug, JSON.stringify({ ...control, line: 0, block: 0 }));
      found.set(control.slug, { to: null, changed: false, ...found.get(control.slug), from: page.page_id });
    }
    for (const control of after) found.set(control.slug, { from: null, changed: false, ...found.get(control.slug), to: page.page_id });
    for (const control of after) texts.set(`+${control.slug}`, JSON.stringify({ ...control, line: 0, block: 0 }));
  }
  for (const [slug, each] of found) each.changed = each.from !== null && each.to !== null && texts.get(slug) !== texts.get(`+${slug}`);
  return found;
}

/** What a request does, counted. */
export function whatItDoes(pages: readonly PageState[], open: boolean): Does {
  const counts = new Map<Act, number>();
  const count = (act: Act) => counts.set(act, (counts.get(act) ?? 0) + 1);
  for (const page of pages) for (const act of actsOf(page, open).acts) count(act);
  if (pages.length <= COUNTED)
    for (const { from, to, changed } of controlsIn(pages).values()) {
      if (from === null) count('control_adds');
      else if (to === null) count('control_retires');
      else if (from !== to) count('control_moves');
      if (changed) count('control_changes');
    }
  const order: Act[] = [
    'creates',
    'edits',
    'renames',
    'moves',
    'addresses',
    'retires',
    'restores',
    'control_adds',
    'control_changes',
    'control_moves',
    'control_retires',
  ];
  return order.flatMap((act) => (counts.has(act) ? [{ act, count: counts.get(act)! }] : []));
}
