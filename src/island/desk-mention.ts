type Offered = { put: string; name: string; note: string };

/** While somebody types @ and the beginning of a name, those they may name are offered. Without a line one types on: the server knows plain names too. */
export function mention(field: HTMLTextAreaElement): void {
  const list = document.createElement('ul');
  list.id = `${field.id}-at`;
  list.className = 'offers';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', field.dataset['label'] ?? '');
  field.setAttribute('aria-autocomplete', 'list');
  let asked = 0;
  let at = 0;
  let items: Offered[] = [];
  let chosen = false;
  let pressed = false;
  const typed = () => /(?:^|[\s(])@([^\s@[\]][^\n@[\]]{0,30})?$/.exec(field.value.slice(0, field.selectionStart));
  const close = (): void => {
    asked++;
    items = [];
    list.remove();
    list.style.visibility = '';
    field.removeAttribute('aria-activedescendant');
    field.removeAttribute('aria-controls');
  };
  const mark = (to: number): void => {
    at = (to + items.length) % items.length;
    for (const [i, option] of [...list.children].entries()) option.setAttribute('aria-selected', String(i === at));
    field.setAttribute('aria-activedescendant', `${list.id}-${at}`);
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  };
  const put = (one: Offered | undefined): void => {
    const found = typed();
    const end = field.selectionStart;
    if (one && found) field.setRangeText(`${one.put} `, end - (found[1]?.length ?? 0) - 1, end, 'end');
    close();
    // Chosen is chosen: the name that stands there now is not offered once more.
    chosen = true;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    chosen = false;
    field.focus();
  };
  const offer = async (): Promise<void> => {
    const found = typed();
    if (!found || (found[1]?.match(/\s/g)?.length ?? 0) > 3) return close();
    const mine = ++asked;
    const response = await fetch((field.dataset['from'] ?? '') + encodeURIComponent(found[1] ?? '')).catch(() => undefined);
    const answer = response?.ok ? ((await response.json()) as { items: Offered[] }).items : [];
    if (mine !== asked) return;
    if (!answer.length) return close();
    items = answer;
    list.replaceChildren(
      ...items.map((each, i) => {
        const option = Object.assign(document.createElement('li'), { id: `${list.id}-${i}`, textContent: each.name });
        option.setAttribute('role', 'option');
        option.append(Object.assign(document.createElement('span'), { className: 'quiet small', textContent: each.note && ` ${each.note}` }));
        option.addEventListener('pointerdown', (event) => {
          event.preventDefault();
          put(each);
        });
        return option;
      }),
    );
    list.style.visibility = '';
    field.after(list);
    // Named only while it is there.
    field.setAttribute('aria-controls', list.id);
    mark(0);
  };
  field.addEventListener('input', () => !chosen && void offer());
  // Taken away while the button is down, it would move the page under the pointer, and a click on Send would hit nothing.
  addEventListener('pointerdown', () => (pressed = true), true);
  for (const up of ['pointerup', 'pointercancel'])
    addEventListener(
      up,
      () => {
        pressed = false;
        if (list.style.visibility) setTimeout(close);
      },
      true,
    );
  field.addEventListener('blur', () => {
    if (!pressed) return close();
    asked++;
    items = [];
    list.style.visibility = 'hidden';
  });
  field.addEventListener('keydown', (event) => {
    if (!items.length || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowDown') mark(at + 1);
    else if (event.key === 'ArrowUp') mark(at - 1);
    else if (event.key === 'Enter' || event.key === 'Tab') put(items[at]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  });
  void offer();
}
