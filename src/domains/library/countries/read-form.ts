/** What the form of a submission holds, as its command takes it. A comment stands in fields named after its id. */
export function readSubmission(form: FormData): unknown {
  const text = (name: string) => String(form.get(name) ?? '');
  return {
    stance: text('stance') || null,
    words: text('words'),
    version: Number(text('version')) || 0,
    points: form.getAll('point').map((each) => {
      const id = String(each);
      return { id, take: form.has(`take-${id}`), kind: text(`kind-${id}`), words: text(`words-${id}`), proposed: text(`proposed-${id}`) };
    }),
  };
}
