import { fromTemplate } from './registry.ts';
import { onLine } from './live.ts';

let strip: HTMLElement | undefined;

/** Shows or takes away the line that says that the line is down. */
export function showLine(up: boolean): void {
  if (up) strip?.remove();
  else if (!strip?.isConnected) {
    strip = fromTemplate('line');
    if (strip) document.body.prepend(strip);
  }
}

onLine(showLine);
