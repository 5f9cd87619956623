import { baseKeymap, chainCommands, exitCode } from 'prosemirror-commands';
import { redo, undo } from 'prosemirror-history';
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from 'prosemirror-inputrules';
import { keymap } from 'prosemirror-keymap';
import { liftListItem, sinkListItem, splitListItem } from 'prosemirror-schema-list';
import { type Command, type Plugin, TextSelection } from 'prosemirror-state';
import { goToNextCell } from 'prosemirror-tables';
import { schema } from '#domains/library/visual/schema.ts';
import { mark } from './commands.ts';
import { askLink } from './link.ts';
import type { Desk } from './words.ts';

const n = schema.nodes;
const br: Command = (state, dispatch) => {
  if (!state.selection.$from.parent.type.contentMatch.matchType(n.hard_break) || state.selection.$from.parent.type !== n.paragraph) return false;
  dispatch?.(state.tr.replaceSelectionWith(n.hard_break.create()).scrollIntoView());
  return true;
};
/** Enter at the end of a title goes on under it. */
const leaveTitle: Command = (state, dispatch) => {
  const { $from } = state.selection;
  if ($from.parent.type !== n.control_title) return false;
  dispatch?.(state.tr.setSelection(TextSelection.near(state.doc.resolve($from.after()))).scrollIntoView());
  return true;
};
/** Enter in a meaning that nobody wrote leaves the terms. */
const leaveTerms: Command = (state, dispatch) => {
  const { $from } = state.selection;
  const terms = $from.depth > 1 ? $from.node(-1) : null;
  if (terms?.type !== n.terms || $from.parent.type !== n.meaning || $from.parent.content.size || $from.indexAfter(-1) !== terms.childCount) return false;
  if (terms.childCount < 3 || terms.child(terms.childCount - 2).type !== n.meaning) return false;
  const tr = state.tr.delete($from.before(), $from.after());
  const at = tr.mapping.map($from.after(-1));
  tr.insert(at, n.paragraph.create());
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1))).scrollIntoView());
  return true;
};
const inCell: Command = (state) => /^table_(cell|header)$/.test(state.selection.$from.parent.type.name);

/** Keys as people know them. Tab moves in lists and tables and leaves everywhere else; Escape goes to the tools. */
export function keys(desk: Desk, tools: HTMLElement): Plugin[] {
  const link: Command = (_, __, view) => {
    if (view) void askLink(view, desk);
    return true;
  };
  const away: Command = () => {
    (tools.querySelector('[tabindex="0"]') as HTMLElement | null)?.focus();
    return true;
  };
  return [
    keymap({
      'Mod-z': undo,
      'Shift-Mod-z': redo,
      'Mod-y': redo,
      'Mod-b': mark('strong'),
      'Mod-i': mark('em'),
      'Mod-e': mark('code'),
      'Mod-k': link,
      Enter: chainCommands(leaveTitle, leaveTerms, inCell, splitListItem(n.item, { done: null })),
      'Shift-Enter': chainCommands(exitCode, br),
      'Mod-Enter': exitCode,
      Tab: chainCommands(goToNextCell(1), sinkListItem(n.item)),
      'Shift-Tab': chainCommands(goToNextCell(-1), liftListItem(n.item)),
      'Mod-]': sinkListItem(n.item),
      'Mod-[': liftListItem(n.item),
      Escape: away,
    }),
    keymap(baseKeymap),
  ];
}

const marking = (pattern: RegExp, name: string) =>
  new InputRule(pattern, (state, match, start, end) => {
    const [, before = '', words = ''] = match;
    if (!words.trim() || state.doc.rangeHasMark(start, end, schema.marks.code)) return null;
    const type = schema.marks[name] as NonNullable<(typeof schema.marks)[string]>;
    const from = start + before.length;
    const marks = type.create().addToSet(state.doc.resolve(from).marks());
    return state.tr.replaceWith(from, end, schema.text(words, marks)).removeStoredMark(type);
  });

/** The signs of Markdown, for whoever types them anyway. */
export function rules(): Plugin {
  return inputRules({
    rules: [
      textblockTypeInputRule(/^(#{1,6})\s$/, n.heading, ([, signs = '']) => ({ level: Math.max(2, signs.length) })),
      wrappingInputRule(/^\s*([-+*])\s$/, n.bullet_list, ([, sign]) => ({ mark: sign === '+' ? '-' : sign })),
      wrappingInputRule(
        /^(\d{1,9})([.)])\s$/,
        n.ordered_list,
        ([, start, sign]) => ({ start: Number(start), mark: sign }),
        ([, start], node) => node.childCount + Number(node.attrs['start']) === Number(start),
      ),
      wrappingInputRule(/^\s*>\s$/, n.quote),
      textblockTypeInputRule(/^```$/, n.code_block),
      new InputRule(/^---$/, (state, _, start, end) => {
        const $start = state.doc.resolve(start);
        return $start.parent.type === n.paragraph ? state.tr.delete(start, end).insert($start.before(), n.rule.create()) : null;
      }),
      new InputRule(/^\[([ xX])\]\s$/, (state, [, sign], start, end) => {
        const $start = state.doc.resolve(start);
        if ($start.node(-1)?.type !== n.item) return null;
        return state.tr.delete(start, end).setNodeMarkup($start.before(-1), null, { done: sign !== ' ' });
      }),
      marking(/(^|[^*])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, 'strong'),
      marking(/(^|[^*\\])\*([^*\s](?:[^*]*[^*\s])?)\*$/, 'em'),
      marking(/(^|[^`])`([^`]+)`$/, 'code'),
      marking(/(^|[^~])~~([^~\s](?:[^~]*[^~\s])?)~~$/, 'strike'),
    ],
  });
}
