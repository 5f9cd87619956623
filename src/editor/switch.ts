// On forms where a page is written: keeps what is typed, shows the switch between visual and source, and fetches the editor when somebody turns it. Without this script the text field is there as ever.
import { load } from '../island/load.ts';
import { keep } from './keep.ts';
import { sendPicture } from './send-picture.ts';
import type { Desk, Editor, Words } from './words.ts';

declare const EDITOR_SCRIPT: string;
declare const EDITOR_STYLE: string;
const CHOICE = 'indaba-visual';

const bar = document.querySelector<HTMLElement>('[data-visual]');
const field = document.querySelector<HTMLTextAreaElement>('#proposal textarea[name=text]');
const line = document.querySelector<HTMLElement>('#proposal [data-keeping]');
const again = bar && field ? start(bar, field) : undefined;
if (field?.form && line) keep(field.form, line, () => (again ? again() : field.dispatchEvent(new Event('input', { bubbles: true }))));

/** Gives what opens the editor anew when the text changed under it. */
function start(bar: HTMLElement, field: HTMLTextAreaElement): (() => void) | undefined {
  const { words, ...rest } = JSON.parse(bar.dataset['visual'] ?? '{}') as Omit<Desk, 'field'> & { words: Words };
  const [visual, source] = bar.querySelectorAll<HTMLButtonElement>('button');
  const status = bar.querySelector<HTMLElement>('[role=status]');
  const preview = document.querySelector<HTMLElement>('[data-visual-preview]');
  if (!visual || !source) return undefined;
  let editor: Editor | undefined;
  let opening = false;
  const show = (): void => {
    visual.setAttribute('aria-pressed', String(!!editor));
    source.setAttribute('aria-pressed', String(!editor));
    // What the editor shows needs no second picture beside it.
    preview?.toggleAttribute('hidden', !!editor);
    field.form?.querySelector('.writing')?.classList.toggle('pair', !editor);
    for (const help of document.querySelectorAll<HTMLElement>('[data-source-help]')) help.hidden = !!editor;
  };
  const remember = (choice: string): void => {
    try {
      localStorage.setItem(CHOICE, choice);
    } catch {
      // Then one chooses again next time.
    }
  };
  const open = async (focus: boolean): Promise<void> => {
    if (editor || opening) return;
    opening = true;
    visual.setAttribute('aria-busy', 'true');
    try {
      await Promise.all([load(EDITOR_SCRIPT), style()]);
      editor = (globalThis as unknown as { indabaVisual: (desk: Desk) => Editor }).indabaVisual({ field, words, ...rest });
      // Whoever writes together finds it there.
      Object.assign(field, { visual: editor });
      if (status) status.textContent = '';
      show();
      if (focus) editor.focus();
    } catch {
      if (status) status.textContent = words.lost_line;
    }
    opening = false;
    visual.removeAttribute('aria-busy');
  };
  visual.addEventListener('click', () => {
    remember('visual');
    void open(true);
  });
  source.addEventListener('click', () => {
    remember('source');
    editor?.close();
    editor = undefined;
    Object.assign(field, { visual: undefined });
    show();
    // The preview follows what was made meanwhile.
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  });
  const chosen = document.querySelector<HTMLInputElement>('#picture');
  chosen?.addEventListener('change', () => {
    const file = chosen.files?.[0];
    // Sent at once: no later request of the form carries it along.
    chosen.value = '';
    if (!file) return;
    if (editor) editor.picture(file);
    else
      void sendPicture({ words, ...rest }, file).then((sent) => {
        if (!sent) return;
        field.setRangeText(`\n\n:::figure{src="${sent.path}" alt=""}\n:::\n\n`, field.selectionEnd, field.selectionEnd, 'end');
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.focus();
      });
  });
  // Without script a picture comes with the form; with it, as soon as it is chosen.
  document.querySelector('#picture-send')?.setAttribute('hidden', '');
  bar.hidden = false;
  show();
  try {
    if (localStorage.getItem(CHOICE) === 'visual') void open(false);
  } catch {
    // No storage in this browser.
  }
  return () => {
    if (!editor) {
      field.dispatchEvent(new Event('input', { bubbles: true }));
      return;
    }
    // Closing writes what stood in it: what was brought back comes after.
    const text = field.value;
    editor.close();
    editor = undefined;
    field.value = text;
    void open(false);
  };
}

function style(): Promise<void> {
  if (document.querySelector(`link[href="${EDITOR_STYLE}"]`)) return Promise.resolve();
  return new Promise((done, failed) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = EDITOR_STYLE;
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      failed(new Error('style'));
    };
    document.head.append(link);
  });
}
