/**
 * A name as it stands among words of another direction: what begins with a sign (#lumaria, @mei, 3.1) is set apart, so that the sign stays where it was written.
 * For places that hold text alone, such as an option; elsewhere `<bdi>` does it. What begins with a letter is left as it is.
 */
export const isolate = (name: string): string => (/^\p{L}|^$/u.test(name) ? name : `\u2068${name}\u2069`);
