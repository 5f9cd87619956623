import { load } from './load.ts';
import { feature } from './registry.ts';

/** What sends files in pieces: only for whoever attaches one. */
declare const FILES_SCRIPT: string;

// Chosen, dropped or pasted, files come to stand in the field of the form. Should the script not come, they go with the form as they would without any.
feature('attach', (place) => {
  const form = place.closest('form');
  const field = place.querySelector<HTMLInputElement>('[type=file]');
  if (!form || !field) return;
  // Sent before the script is there, on a slow line: the message waits for it, or its files would go without being able to go on where they broke off.
  let fetching = 0;
  let held: HTMLElement | null | undefined;
  const settle = (): void => {
    fetching--;
    if (fetching || held === undefined) return;
    const by = held;
    held = undefined;
    form.requestSubmit(by);
  };
  const go = (): void => {
    fetching++;
    load(FILES_SCRIPT).then(() => place.dispatchEvent(new CustomEvent('attach', { bubbles: true, detail: settle })), settle);
  };
  form.addEventListener(
    'submit',
    (event) => {
      // Without a line it would wait in vain: they go with the form, and wait with it.
      if (!fetching || !navigator.onLine || event.submitter?.hasAttribute('formaction')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      held = event.submitter;
    },
    true,
  );
  const put = (event: Event, from: DataTransfer | null): void => {
    if (!from?.files.length) return;
    event.preventDefault();
    const all = new DataTransfer();
    for (const file of [...(field.files ?? []), ...from.files]) all.items.add(file);
    field.files = all.files;
    (place as HTMLDetailsElement).open = true;
    go();
  };
  field.addEventListener('change', go);
  form.addEventListener('paste', (event) => {
    // A table out of a program comes as words and as a picture of them: the words are meant.
    if (!event.clipboardData?.types.includes('text/plain')) put(event, event.clipboardData);
  });
  // Anywhere on the page: a file that is dropped beside the composer would take the page, and what was typed, away.
  const over = (yes: boolean) => (event: DragEvent) => {
    if (!place.isConnected || !event.dataTransfer?.types.includes('Files')) return;
    if (yes || event.type === 'drop') event.preventDefault();
    form.toggleAttribute('data-over', yes);
    if (event.type === 'drop') put(event, event.dataTransfer);
  };
  addEventListener('dragover', over(true));
  addEventListener('drop', over(false));
  document.documentElement.addEventListener('dragleave', (event) => event.relatedTarget === null && over(false)(event));
  if (sessionStorage.getItem(`indaba-files:${location.pathname}`)) go();
});
