/** Push for this browser, on the page where one chooses how to be told (`data-push`); words and addresses stand in the page. */
function mount(place: HTMLElement): void {
  const button = place.querySelector('button');
  const says = place.querySelector<HTMLElement>('[data-says]');
  const { key = '', action = '', denied = '', failed = '' } = place.dataset;
  if (!button || !('serviceWorker' in navigator) || !('PushManager' in window)) return;
  place.hidden = false;
  const say = (text: string): void => {
    if (says) says.textContent = text;
  };
  const bytes = (text: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  button.addEventListener('click', async () => {
    button.setAttribute('aria-busy', 'true');
    try {
      if ((await Notification.requestPermission()) !== 'granted') return say(denied);
      const registration = await navigator.serviceWorker.register('/sw.js');
      await navigator.serviceWorker.ready;
      // Another key than ours: made for a hub, or a version of the key, that is no more.
      await (await registration.pushManager.getSubscription())?.unsubscribe();
      const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
      const answer = await fetch(action, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(subscription) });
      if (!answer.ok) return say(failed);
      location.reload();
    } catch {
      say(failed);
    } finally {
      button.removeAttribute('aria-busy');
    }
  });
}
for (const place of document.querySelectorAll<HTMLElement>('[data-push]')) mount(place);
