import { onFrame, onRead, onResync } from './live.ts';
import { feature } from './registry.ts';

// `data-src` answers {count}; asked again, at most once in two seconds, when something was said or read anywhere.
feature('unread', (element) => {
  const source = element.dataset['src'];
  if (!source) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    timer = undefined;
    const response = await fetch(source, { headers: { accept: 'application/json' } }).catch(() => undefined);
    // Asked without a line: nothing may come for hours that would ask again.
    if (!response) return void setTimeout(soon, 5_000);
    if (!response.ok) return;
    const { count } = (await response.json()) as { count: number };
    element.textContent = String(count);
    element.hidden = count === 0;
  };
  const soon = (): void => void (timer ??= setTimeout(() => void ask(), 2_000));
  onFrame((frame) => /^(message|conversation|change_request)\b/.test(frame.kind) && soon());
  onRead(soon);
  addEventListener('focus', soon);
  onResync(soon);
});
