/** One file over a line that may break: asks how far it came, goes on from there. */
export const tus = { 'Tus-Resumable': '1.0.0' };
const PIECE = 1024 * 1024;

export class Refused extends Error {
  sentence = '';
  status = 0;
}

type Sending = { file: File; at: string; cancel: AbortController };
type Told = {
  begun(at: string): void;
  moved(sent: number): void /** The line is down; gives back what takes the words away. */;
  down(again: () => void): () => void;
};
type Answer = { status: number; header(name: string): string | null };

/** Sends all of a file and resolves when every byte is there; throws Refused with the server's sentence, or when it was given up. */
export async function send(sending: Sending, told: Told): Promise<void> {
  const { file, cancel } = sending;
  for (let tries = 0; ; ) {
    try {
      let at = sending.at ? await whereAt(sending) : await begin(sending, told);
      told.moved(at);
      while (at < file.size) {
        const from = at;
        const answer = await call(
          'PATCH',
          sending.at,
          { 'Upload-Offset': String(from), 'Content-Type': 'application/offset+octet-stream' },
          cancel.signal,
          file.slice(from, from + PIECE),
          (sent) => told.moved(from + sent),
        );
        if (answer.status === 409) break;
        at = Number(answer.header('Upload-Offset'));
        tries = 0;
        told.moved(at);
      }
      if (at >= file.size) return;
    } catch (error) {
      if (error instanceof Refused || cancel.signal.aborted) throw error;
    }
    await pause(Math.min(30_000, 500 * 2 ** tries++), cancel.signal, told);
  }
}

async function begin(sending: Sending, told: Told): Promise<number> {
  const { file, cancel } = sending;
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
  // Somebody else may have signed in beside this page: what is mine is never sent in as theirs.
  const me = btoa(document.querySelector<HTMLElement>('#line')?.dataset['me'] ?? '');
  const said = `filename ${name},written_by ${me}`;
  const answer = await call('POST', '/files/uploads', { 'Upload-Length': String(file.size), 'Upload-Metadata': said }, cancel.signal);
  sending.at = new URL(answer.header('Location') ?? '', location.href).pathname;
  told.begun(sending.at);
  return 0;
}

/** How much is there; what is there no more begins anew. */
async function whereAt(sending: Sending): Promise<number> {
  const answer = await call('HEAD', sending.at, {}, sending.cancel.signal);
  if (answer.status < 300) return Number(answer.header('Upload-Offset'));
  sending.at = '';
  throw new Error('begin anew');
}

/** An answer, whatever it says of the upload itself; throws Refused where the server will not, and an ordinary error where the line or the server is down. */
function call(method: string, to: string, headers: Record<string, string>, signal: AbortSignal, body?: Blob, moved?: (sent: number) => void): Promise<Answer> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open(method, to);
    for (const [name, value] of Object.entries({ ...tus, ...headers })) request.setRequestHeader(name, value);
    if (moved) request.upload.onprogress = ({ loaded }) => moved(loaded);
    const stop = (): void => request.abort();
    signal.addEventListener('abort', stop);
    request.onloadend = () => {
      signal.removeEventListener('abort', stop);
      const { status } = request;
      const gone = status === 404 || status === 410;
      // Where it stands is asked anew; what is gone begins anew.
      if ((status >= 200 && status < 300) || status === 409 || (gone && method === 'HEAD')) return done(answerOf(request));
      if (!status || status >= 500 || status === 408 || (gone && method === 'PATCH')) return failed(new Error(String(status)));
      const said = sentenceOf(request.responseText);
      if (status === 429 && !said.code.startsWith('files.')) return failed(new Error('429'));
      failed(Object.assign(new Refused(said.code), { sentence: said.message, status }));
    };
    request.send(body);
  });
}

const answerOf = (request: XMLHttpRequest): Answer => ({
  status: request.status,
  header: (name) => request.getResponseHeader(name),
});

function sentenceOf(text: string): { code: string; message: string } {
  try {
    return { code: '', message: '', ...JSON.parse(text) };
  } catch {
    return { code: '', message: '' };
  }
}

/** Waits, until the line is back or somebody has no patience. Says so only when it lasts. */
function pause(ms: number, signal: AbortSignal, told: Told): Promise<void> {
  return new Promise((go, failed) => {
    let quiet = (): void => {};
    const end = (then: () => void) => (): void => {
      clearTimeout(timer);
      removeEventListener('online', back);
      quiet();
      then();
    };
    const back = end(go);
    const timer = setTimeout(back, ms);
    signal.addEventListener(
      'abort',
      end(() => failed(new Error('given up'))),
      { once: true },
    );
    addEventListener('online', back);
    if (ms > 900) quiet = told.down(back);
  });
}

/** What tells a file from another after the page was loaded anew; nothing where the browser cannot. */
export async function hashOf({ name, size, lastModified }: File): Promise<string> {
  if (!globalThis.crypto?.subtle) return '';
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${name}\0${size}\0${lastModified}`));
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}

export async function jsonOf<T>(from: string): Promise<T> {
  const answer = await fetch(from);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json() as Promise<T>;
}
