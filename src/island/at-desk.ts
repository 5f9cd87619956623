import { load } from './load.ts';
import { feature } from './registry.ts';

declare const DESK_SCRIPT: string;
/** Has the script of those who write or search at a desk do `what` with this element. */
const desk = (element: Element, what: string): Promise<void> =>
  load(DESK_SCRIPT).then(
    () => void element.dispatchEvent(new CustomEvent(`desk-${what}`, { bubbles: true })),
    () => undefined,
  );

// Who reads needs none of it: it comes when somebody opens the palette, types the first @, or has a form that watches over what is typed.
feature('preview', (form) => void desk(form, 'preview'));
feature('unsaved', (form) => void desk(form, 'unsaved'));
feature('narrow', (field) => void desk(field, 'narrow'));
feature('mention', (field) => {
  const first = (): void => {
    if (!(field as HTMLTextAreaElement).value.includes('@')) return;
    field.removeEventListener('input', first);
    void desk(field, 'mention');
  };
  field.addEventListener('input', first);
});

const palette = document.getElementById('palette') as HTMLDialogElement | null;
addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !palette) return;
  event.preventDefault();
  if (palette.open) return;
  const input = palette.querySelector('input');
  if (input) input.value = '';
  // Open at once: what is typed while its script comes stands in it already.
  palette.showModal();
  input?.focus();
  void desk(palette, 'palette');
});

// The search field of the masthead says which keys open the palette; typing in it stays plain search. A phone has no such keys, and no room to name them.
feature('palette', (element) => {
  if (!matchMedia('(hover: hover) and (min-width: 48rem)').matches) return;
  const keys = /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘K' : 'Ctrl+K';
  element.setAttribute('placeholder', `${element.getAttribute('placeholder') ?? ''}  ${keys}`);
  element.setAttribute('aria-keyshortcuts', 'Control+K Meta+K');
});
