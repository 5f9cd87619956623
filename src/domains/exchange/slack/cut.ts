/** A text in pieces of at most so many characters, cut between lines or words where it can be. No character is lost but the white space at a cut. */
export function cut(body: string, most: number): string[] {
  const parts: string[] = [];
  let rest = body;
  while (rest.length > most) {
    const piece = rest.slice(0, most);
    const line = piece.lastIndexOf('\n');
    const word = piece.lastIndexOf(' ');
    let at = line > most / 2 ? line : word > most / 2 ? word : most;
    // Never through the middle of one character.
    if (/[\uD800-\uDBFF]/.test(rest[at - 1]!)) at--;
    parts.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).replace(/^\s+/, '');
  }
  if (rest.trim()) parts.push(rest);
  return parts;
}
