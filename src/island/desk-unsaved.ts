type Input = Pick<HTMLInputElement, 'type' | 'checked' | 'defaultChecked' | 'value' | 'defaultValue'> & { options?: HTMLOptionsCollection };

/** A form of settings says while what stands in it is not what is kept, and asks before one leaves it so. */
export function unsaved(form: HTMLFormElement): void {
  const mark = form.querySelector<HTMLElement>('[data-unsaved]');
  let leaving = false;
  const changed = () =>
    ([...form.elements] as unknown[] as Input[]).some(({ type, options, checked, defaultChecked, value, defaultValue }) =>
      options
        ? [...options].some((each) => each.defaultSelected !== each.selected)
        : /checkbox|radio/.test(type)
          ? checked !== defaultChecked
          : type !== 'submit' && value !== defaultValue,
    );
  // What was refused stands in the form as if it were kept.
  const refused = mark?.dataset['unsaved'] === 'typed';
  const look = () => mark && (mark.hidden = !refused && !changed());
  form.addEventListener('input', look);
  form.addEventListener('submit', () => (leaving = true));
  addEventListener('beforeunload', (event) => !leaving && mark && !mark.hidden && event.preventDefault());
  // What the browser put back after a reload.
  look();
}
