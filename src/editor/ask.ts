import { element } from './element.ts';
import type { Words } from './words.ts';

export type Question = {
  name: string;
  label: string;
  value: string;
  fixed?: boolean;
  options?: Array<{ value: string; label: string }>;
  list?: (field: HTMLInputElement) => HTMLElement;
  long?: boolean;
};

/** A small form in a dialog; gives what was answered, nothing when it was left, or `remove`. */
export function ask(words: Words, title: string, questions: readonly Question[], remove = ''): Promise<Record<string, string> | 'remove' | undefined> {
  return new Promise((answer) => {
    const fields = questions.map(({ name, label, value, fixed, options, list, long }, k) => {
      const id = `visual-ask-${k}`;
      const field = options
        ? element('select', { id, name }, ...options.map((each) => element('option', { value: each.value, selected: each.value === value }, each.label)))
        : long
          ? element('textarea', { id, name, rows: '2', dir: 'auto' })
          : element('input', { id, name, dir: 'auto', readonly: fixed, autocomplete: 'off' });
      if (!options) field.value = value;
      return element(
        'div',
        { class: 'field' },
        element('label', { for: id }, label),
        field,
        ...(list && field instanceof HTMLInputElement ? [list(field)] : []),
      );
    });
    const apply = element('button', { class: 'btn go', type: 'submit' }, words.apply);
    const leave = element('button', { class: 'btn', type: 'button' }, words.cancel);
    const gone = element('button', { class: 'btn', type: 'button', hidden: !remove }, remove);
    const form = element(
      'form',
      { class: 'visual-ask', method: 'dialog' },
      element('h2', { id: 'visual-ask-h' }, title),
      ...fields,
      element('div', { class: 'acts' }, apply, leave, gone),
    );
    const dialog = element('dialog', { class: 'pop pad', 'aria-labelledby': 'visual-ask-h' }, form);
    const before = document.activeElement as HTMLElement | null;
    let said: Record<string, string> | 'remove' | undefined;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      said = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
      dialog.close();
    });
    leave.addEventListener('click', () => dialog.close());
    gone.addEventListener('click', () => {
      said = 'remove';
      dialog.close();
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      before?.focus();
      answer(said);
    });
    // Outside the form of the page: a form may not stand in another.
    document.body.append(dialog);
    dialog.showModal();
  });
}
