import * as every from '#paraglide/messages.js';
import { error_unknown } from '#paraglide/messages.js';

type Sentence = (inputs?: Record<string, unknown>) => string;

/**
 * The sentence for an error code: `library.page.stale` is the message `error_library_page_stale`.
 * WHY all messages: the code is only known when it happens. Hence on the server only, which tells the page the sentence.
 */
export function errorText(code: string | undefined, details: Record<string, unknown> = {}): string {
  const found = (every as unknown as Record<string, Sentence | undefined>)[`error_${(code ?? '').replaceAll('.', '_')}`];
  return found ? found(details) : error_unknown({ code: code ?? '?' });
}
