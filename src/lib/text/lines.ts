/** Where each line of a text begins, with the length of the text as last element; CR, LF and CRLF all end a line. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const end of text.matchAll(/\r\n?|\n/g)) starts.push(end.index + end[0].length);
  if (starts[starts.length - 1] !== text.length) starts.push(text.length);
  return starts;
}

/** The lines of a text without their ends. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n?|\n/);
}
