import type { Actor } from '#platform/database/open.server.ts';
import type { Locale } from '#paraglide/runtime.js';

declare global {
  namespace App {
    interface Locals {
      /** Who is asking, for `as(locals.actor, …)`. It grants nothing: rights are the database's. */
      actor: Actor;
      locale: Locale;
      /** Said in error pages and logs, so that a person can name a failure. */
      requestId: string;
      /** The address without its locale prefix, with its query. */
      path: string;
      /** Set by `reading()`: the page carries its style in its head and, for visitors, no script. */
      reading?: boolean;
      /** The hash of the style in the head, for the content policy. */
      styleHash?: string;
      /** Set by `keptUntil()`: a visitor's bytes may be kept until one of these changes, `space:<id>` or `library`. */
      keep?: string[];
      /** With a form that is sent: what, about the sender, may be behind a "not found". */
      whyRefused?: { code: string; details: Record<string, unknown> } | undefined;
      /** Set by the root layout when the cookie belongs to a living session. */
      signedIn?: boolean;
    }
    interface PageData {
      /** The title of the page, without the name of the product. */
      title?: string;
      /** One sentence for search engines and link previews. */
      description?: string;
      /** Which room of the masthead is current. */
      room?: 'library' | 'controls' | 'channels' | 'people';
    }
    interface Error {
      code?: string;
      /** Number of the request, said on 5xx pages only. */
      request?: string;
    }
  }
}
