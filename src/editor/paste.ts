import { Slice } from 'prosemirror-model';
import { Plugin } from 'prosemirror-state';
import { readBody } from '#domains/library/visual/read.ts';
import { cleanHtml } from './clean-html.ts';

/** Lines that can only be meant as Markdown. */
const MARKDOWN = /^(?:#{1,6} \S|[-*+] \S|\d+[.)] \S|> \S|```|:::[a-z]|\|.*\|\s*$)/m;

/** What comes from the clipboard: pages and Word are cleaned, Markdown is read as Markdown, pictures are not dragged in as data. */
export function pasting(): Plugin {
  return new Plugin({
    props: {
      transformPastedHTML: (html) => cleanHtml(html),
      clipboardTextParser: (text, $context, plain) => {
        if (plain || $context.parent.type.spec.code || !MARKDOWN.test(text)) return null as unknown as Slice;
        return Slice.maxOpen(readBody(text.replace(/\r\n?/g, '\n')).doc.content);
      },
    },
  });
}
