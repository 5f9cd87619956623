// A picture that is put into the text: the hub draws it anew and names it; only whoever writes sees it until the text is proposed.
import { Plugin, Selection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { schema } from '#domains/library/visual/schema.ts';
import { ask } from './ask.ts';
import { insert } from './commands.ts';
import { sendPicture } from './send-picture.ts';
import type { Desk } from './words.ts';

const n = schema.nodes;

/** Sends a picture in, asks what it shows, and puts it where the cursor is then. */
export async function putPicture(view: EditorView, desk: Desk, file: File): Promise<void> {
  const { words } = desk;
  const sent = await sendPicture(desk, file);
  if (!sent) return;
  const answer = await ask(words, words.picture, [{ name: 'alt', label: words.picture_alt, value: '', long: true }]);
  const alt = answer && answer !== 'remove' ? (answer['alt'] ?? '').replace(/\s+/g, ' ').trim() : '';
  insert(n.figure.create({ file: sent.path, alt }, n.paragraph.create()))(view.state, view.dispatch, view);
  view.focus();
}

/** Chooses a picture by the field that the form has for it; what it holds then is put in by whoever listens to it. */
export const choosePicture = (): void => document.querySelector<HTMLInputElement>('#picture')?.click();

const picturesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])].filter(({ type }) => /^image\//.test(type));

/** Pictures that are pasted or dropped are sent in; of a table copied from a sheet, which brings a picture of itself, the words are taken. */
export function pictures(desk: Desk): Plugin {
  const take = (view: EditorView, files: File[]): boolean => {
    if (!files.length || !desk.picture) return false;
    void files.reduce((before, file) => before.then(() => putPicture(view, desk, file)), Promise.resolve());
    return true;
  };
  return new Plugin({
    props: {
      handlePaste: (view, { clipboardData }) => !clipboardData?.types.includes('text/html') && take(view, picturesOf(clipboardData)),
      handleDrop: (view, event) => {
        const files = picturesOf((event as DragEvent).dataTransfer);
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
        if (!files.length || !desk.picture || !at) return false;
        event.preventDefault();
        const { tr } = view.state;
        view.dispatch(tr.setSelection(Selection.near(tr.doc.resolve(at.pos))));
        return take(view, files);
      },
    },
  });
}
