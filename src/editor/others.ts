// Who else is on the draft and where their cursors are: told through the hub, kept nowhere, gone when nothing is heard of them.
import * as Y from 'yjs';
import type { Caret, Editor } from './words.ts';

type Field = (HTMLInputElement | HTMLTextAreaElement) & { visual?: Editor };
type Said = { client: string; name: string; field: string; at: string };
type Other = Said & { heard: number; colour: number };
const GONE = 30_000;
const STILL = 10_000;
const GAP = 2_000;

/** Shows the others in `[data-others]` and in the visual editor; `onMove` is called with one's own place, at most every two seconds. */
export function showOthers(
  form: HTMLFormElement,
  fields: ReadonlyMap<string, Field>,
  doc: Y.Doc,
  words: string,
): { here(said: Said): void; moved(): void; draw(): void; onMove(tell: (field: string, at: string) => void): void } {
  const others = new Map<string, Other>();
  const list = document.querySelector<HTMLElement>('[data-others]');
  let tell: ((field: string, at: string) => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;

  const place = (): { field: string; at: string } | undefined => {
    for (const [name, field] of fields) {
      const at = field.visual ? field.visual.where() : document.activeElement === field ? (field.selectionStart ?? undefined) : undefined;
      if (at === undefined) continue;
      const text = doc.getText(name);
      return { field: name, at: JSON.stringify(Y.createRelativePositionFromTypeIndex(text, Math.min(at, text.length))) };
    }
    return undefined;
  };
  const speak = (): void => {
    timer = undefined;
    last = Date.now();
    const here = place() ?? { field: '', at: '' };
    if (!document.hidden) tell?.(here.field, here.at);
  };
  const moved = (): void => {
    if (!timer) timer = setTimeout(speak, Math.max(200, last + GAP - Date.now()));
  };
  const indexOf = ({ field, at }: Other): number | undefined => {
    try {
      const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(JSON.parse(at)), doc);
      return found?.type === doc.getText(field) ? found.index : undefined;
    } catch {
      return undefined;
    }
  };
  const draw = (): void => {
    for (const [client, { heard }] of others) if (heard < Date.now() - GONE) others.delete(client);
    if (list) {
      const names = [...new Map([...others.values()].map(({ name, colour }) => [name, colour]))];
      list.hidden = !names.length;
      const key = JSON.stringify(names);
      if (list.dataset['key'] !== key) {
        list.dataset['key'] = key;
        list.replaceChildren(
          `${words} `,
          ...names.map(([name, colour]) => {
            const tag = document.createElement('bdi');
            tag.className = `peer peer-${colour}`;
            tag.textContent = name;
            return tag;
          }),
        );
      }
    }
    const carets: Caret[] = [...others.values()].flatMap((other) => {
      const at = other.field === 'text' ? indexOf(other) : undefined;
      return at === undefined ? [] : [{ at, name: other.name, colour: other.colour }];
    });
    fields.get('text')?.visual?.carets(carets);
  };
  document.addEventListener('selectionchange', () => form.contains(document.activeElement) && moved());
  setInterval(() => {
    if (Date.now() - last >= STILL) moved();
    draw();
  }, 5_000);
  return {
    here(said) {
      // One's own window hears itself.
      if (typeof said?.name !== 'string' || said.client === form.dataset['client']) return;
      if (!others.has(said.client)) moved();
      const same = [...others.values()].find(({ name }) => name === said.name);
      others.set(said.client, { ...said, heard: Date.now(), colour: same?.colour ?? others.size % 8 });
      draw();
    },
    moved,
    draw,
    onMove: (run) => {
      tell = run;
      moved();
    },
  };
}
