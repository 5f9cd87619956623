import { Plugin } from 'prosemirror-state';
import { schema } from '#domains/library/visual/schema.ts';
import { slugFor } from './commands.ts';
import { TAKEN } from './take.ts';

/** What must be true of any page: a control's id stands on it once. A copy of a control is another control. */
export function whole(): Plugin {
  return new Plugin({
    appendTransaction(changes, _, state) {
      // What others wrote is theirs to mend: two who mend it at once would both write.
      if (!changes.some((change) => change.docChanged && !change.getMeta(TAKEN))) return null;
      const seen = new Set<string>();
      const tr = state.tr;
      state.doc.descendants((node, at) => {
        if (node.type !== schema.nodes.control) return !node.isTextblock;
        const slug = String(node.attrs['slug']);
        // The one that was there first in the text keeps it: so does one that is moved.
        if (slug && seen.has(slug)) tr.setNodeMarkup(at, null, { ...node.attrs, open: '', src: '', slug: slugFor(slug, tr.doc) });
        seen.add(slug);
        return false;
      });
      return tr.docChanged ? tr : null;
    },
  });
}
