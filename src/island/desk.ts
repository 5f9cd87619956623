/** The script of those who write or search at a desk; the island fetches it when the first of this is wanted, and says of which element. */
import { mention } from './desk-mention.ts';
import { narrow } from './desk-narrow.ts';
import { openPalette } from './desk-palette.ts';
import { preview } from './desk-preview.ts';
import { unsaved } from './desk-unsaved.ts';

for (const [what, run] of Object.entries({ mention, narrow, preview, unsaved, palette: openPalette }))
  document.addEventListener(`desk-${what}`, ({ target }) => run(target as never));
