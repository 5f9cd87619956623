import { messages_alone } from '#paraglide/messages.js';
import { getLocale } from '#paraglide/runtime.js';

/** A direct conversation by whom it is with; one that was brought in and misses somebody by all who were in it. */
export const directName = ({ people, closed, label }: { people: { name: string }[]; closed: boolean; label: string }): string => {
  if (closed) return label;
  return people.length ? new Intl.ListFormat(getLocale()).format(people.map((each) => each.name)) : messages_alone();
};
