const loads = new Map<string, Promise<void>>();

/** Fetches a script that few need; whoever asks again has the same, and what failed is tried anew. Not `import()`: some browsers remember for good that one failed. */
export function load(url: string): Promise<void> {
  const loading =
    loads.get(url) ??
    new Promise<void>((done, failed) => {
      const element = document.createElement('script');
      element.src = url;
      element.onload = () => done();
      element.onerror = () => {
        loads.delete(url);
        failed();
      };
      document.head.append(element);
    });
  loads.set(url, loading);
  return loading;
}
