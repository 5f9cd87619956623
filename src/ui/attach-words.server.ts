/** What the script that sends files says, in the language of whoever attaches one; fetched then, so that no page carries it. */
import {
  error_files_attachment_too_many,
  error_files_file_empty,
  error_files_file_too_large,
  files_again,
  files_cancel,
  files_cancel_one,
  files_fails,
  files_held,
  files_here,
  files_infected,
  files_line_down,
  files_looking,
  files_remove,
  files_sending,
  files_sent,
  files_try_now,
} from '#paraglide/messages.js';

/** The words by their names in src/island/send-files.ts; places in braces are filled there. */
export const attachWords = (): Record<string, string> => ({
  sending: files_sending({ name: '{name}' }),
  looking: files_looking(),
  infected: files_infected({ found: '{found}' }),
  sent: files_sent({ sent: '{sent}', size: '{size}' }),
  here: files_here({ name: '{name}' }),
  again: files_again({ sent: '{sent}', size: '{size}' }),
  down: files_line_down(),
  now: files_try_now(),
  cancel: files_cancel(),
  one: files_cancel_one({ name: '{name}' }),
  remove: files_remove(),
  held: files_held(),
  fails: files_fails(),
  many: error_files_attachment_too_many(),
  large: error_files_file_too_large({ limit: 20 }),
  empty: error_files_file_empty(),
});
