import { feature, mountAll } from './registry.ts';
import { fetchPage } from './swap.ts';

// Who exactly reads this: asked when somebody opens it, and again when they choose other readers. A line that is down leaves the links that are there.
feature('who', (element) => {
  const details = element as HTMLDetailsElement;
  const { from = '', id, select } = details.dataset;
  const named = select ? details.closest('form')?.elements.namedItem(select) : null;
  const field = named instanceof HTMLSelectElement ? named : undefined;
  let asked = 0;
  const show = async (): Promise<void> => {
    const audience = field?.value ?? id;
    const mine = ++asked;
    if (!details.open || !audience) return;
    const who = (await fetchPage(from.replace('{id}', audience)).catch(() => undefined))?.page.getElementById('who');
    const into = details.querySelector('[data-into]');
    if (!who || !into || mine !== asked) return;
    const copy = document.importNode(who, true);
    copy.setAttribute('data-into', '');
    copy.removeAttribute('id');
    into.replaceWith(copy);
    mountAll(copy);
  };
  details.addEventListener('toggle', () => void show());
  field?.addEventListener('change', () => {
    // Whoever wants to name the readers sees the names.
    const names = field.value === 'named' && field.form?.querySelector<HTMLDetailsElement>('details[data-names]');
    if (names) names.open = true;
    void show();
  });
});
