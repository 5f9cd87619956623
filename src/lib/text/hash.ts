// Not for secrets: a short name for a piece of text, the same in the browser, on the server and in ten years.

/** A 64-bit fingerprint of a text as 16 hex digits; line ends and the blanks around it do not count. */
export function textHash(text: string): string {
  const s = text
    .replace(/\r\n?/g, '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  let c = 0x9e3779b9 ^ s.length;
  for (let i = 0; i < s.length; i++) {
    const u = s.charCodeAt(i);
    a = Math.imul(a ^ u, 2654435761);
    b = Math.imul(b ^ u, 1597334677);
    c = Math.imul(c ^ (u + i), 2246822507);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(c ^ (c >>> 13), 3266489909);
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
