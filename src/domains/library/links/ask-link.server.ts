import { outgoing, OutgoingError } from '#platform/outgoing/outgoing.server.ts';

/** answers: somebody is there. unknown: it could not be asked, which says nothing about it. Else why it counts as broken. */
export type Verdict = 'answers' | 'unknown' | 'gone' | 'error' | 'silent' | 'broken' | 'loop';

const HOPS = 5;
const BYTES = 256 * 1024;
const SILENCE = 10_000;

/** Asks one address whether it still answers: the head, then, where that says no, the page itself; bounded, without cookies, each redirect through the same guard. Never throws. */
export async function askLink(address: string, ms = SILENCE): Promise<Verdict> {
  const head = await follow(address, 'HEAD', ms);
  // Many servers refuse to tell the head alone.
  return head === 'answers' || head === 'unknown' || head === 'loop' ? head : follow(address, 'GET', ms, head);
}

async function follow(address: string, method: 'HEAD' | 'GET', ms: number, before?: Verdict): Promise<Verdict> {
  let url = new URL(address);
  for (let hop = 0; hop <= HOPS; hop++) {
    let answer: Response;
    try {
      answer = await ask(url, method, ms);
    } catch (error) {
      if (!(error instanceof OutgoingError)) return 'unknown';
      // More than was asked for is an answer; what kind, the head said.
      if (error.fault === 'large') return before === 'gone' ? 'gone' : 'answers';
      return error.fault === 'closed' ? 'unknown' : error.fault;
    }
    const next = answer.headers.get('location');
    if (answer.status < 300 || answer.status > 399 || !next) return verdictOf(answer.status);
    if (!URL.canParse(next, url)) return 'broken';
    url = new URL(next, url);
  }
  return 'loop';
}

/** A plain address is asked over https, as everything that goes out. */
async function ask(url: URL, method: 'HEAD' | 'GET', ms: number): Promise<Response> {
  const options = { method, ms, bytes: BYTES, ...(method === 'GET' && { headers: { range: 'bytes=0-1023' } }) };
  try {
    return await outgoing(url, options);
  } catch (error) {
    if (url.protocol !== 'http:' || !(error instanceof OutgoingError) || error.fault !== 'closed') throw error;
    const safe = new URL(url);
    safe.protocol = 'https:';
    // Nobody there over https says nothing about the plain address.
    return outgoing(safe, options).catch((cause: unknown) => {
      throw new OutgoingError('closed', `${url.host} is asked over https only`, { cause });
    });
  }
}

function verdictOf(status: number): Verdict {
  if (status === 404 || status === 410) return 'gone';
  // Refused, asked too often, not like this: somebody answers.
  return status >= 500 ? 'error' : 'answers';
}
