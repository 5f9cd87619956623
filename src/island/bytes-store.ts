/** Where the bytes of files rest that wait with their message: one record for each message, under its name. */
const NAME = 'indaba-outbox';

/** Asks the store one thing, and closes it: nothing of this window stands in the way of whoever lets all of it go. */
export function inStore<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('bytes');
    opening.onerror = failed;
    opening.onsuccess = () => {
      const change = opening.result.transaction('bytes', mode);
      const asked = ask(change.objectStore('bytes'));
      const end = (then: (what: never) => void) => (): void => {
        opening.result.close();
        then((asked.error ?? asked.result) as never);
      };
      change.oncomplete = end(done);
      // No room, for one: that is found out only at the end.
      change.onabort = end(failed);
    };
  });
}

/** Lets go of everything that rests there. */
export const emptyStore = (): unknown => indexedDB.deleteDatabase(NAME);
