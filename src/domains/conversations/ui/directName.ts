import { messages_alone } from '#paraglide/messages.js';
import { getLocale } from '#paraglide/runtime.js';

/** A direct conversation by whom it is with. */
export const directName = (people: { name: string }[]): string =>
  people.length ? new Intl.ListFormat(getLocale()).format(people.map((each) => each.name)) : messages_alone();
