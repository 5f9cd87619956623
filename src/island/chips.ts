// References in a message that came over the stream: a place each, the same for every reader. What stands there is asked for as oneself.
export async function fillChips(article: HTMLElement): Promise<void> {
  const places = [...article.querySelectorAll<HTMLElement>('[data-ref]')];
  if (!places.length) return;
  const body = new URLSearchParams(places.map((place) => ['of', place.dataset['ref'] ?? '']));
  const response = await fetch('/m/chips', { method: 'POST', body, credentials: 'same-origin' }).catch(() => undefined);
  if (!response?.ok) return;
  const { shown } = (await response.json()) as { shown: Record<string, string> };
  for (const place of places) place.outerHTML = shown[place.dataset['ref'] ?? ''] ?? '';
}
