import { Plugin, PluginKey } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import { element } from './element.ts';

/** Where the cursors of others stand, each with a name. */
export const caretsKey = new PluginKey<DecorationSet>('carets');
export type Placed = { place: number; name: string; colour: number };

/** Draws the cursors of others; they move with the text until the next word of where they are. */
export function carets(): Plugin {
  return new Plugin<DecorationSet>({
    key: caretsKey,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        const placed = tr.getMeta(caretsKey) as Placed[] | undefined;
        if (!placed) return set.map(tr.mapping, tr.doc);
        return DecorationSet.create(
          tr.doc,
          placed.map(({ place, name, colour }) =>
            Decoration.widget(
              Math.min(place, tr.doc.content.size),
              () => element('span', { class: `caret peer-${colour}`, 'aria-hidden': 'true' }, element('bdi', {}, name)),
              {
                side: 1,
                key: `${name} ${colour}`,
                ignoreSelection: true,
              },
            ),
          ),
        );
      },
    },
    props: { decorations: (state) => caretsKey.getState(state) },
  });
}
