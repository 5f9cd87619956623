// Shows what the hub pushes, and leads to it. Words come from the hub, in the member's language; nothing is kept here.
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('push', (event) => {
  const { title = '', body = '', url = '/catch-up', tag } = event.data ? event.data.json() : {};
  // Always shown: a browser that is told nothing for a push takes the right to push away.
  event.waitUntil(self.registration.showNotification(title, { body, tag, dir: 'auto', icon: '/mark.svg', data: { url } }));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { url } = event.notification.data;
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((windows) => {
      const open = windows.find((each) => new URL(each.url).pathname === url);
      return open ? open.focus() : self.clients.openWindow(url);
    }),
  );
});
