import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import { MOST_BYTES, NoSuchAddress, type Taking } from './listen.server.ts';
import type { Fetching } from './where.ts';

const EVERY = 20_000;
const AT_ONCE = 50;
/** Where servers say whom a mail was for; the last resort is what its writer wrote. */
const FOR = ['delivered-to', 'x-original-to', 'envelope-to', 'to', 'cc'];

/** Fetches mail from a mailbox of the hub's own, every twenty seconds until stopped; a round that fails says so and is tried again. */
export function fetchMail(from: Fetching, taking: Taking, every = EVERY): { stop(): Promise<void> } {
  let ended = false;
  let running: Promise<void> | undefined;
  const run = () => {
    if (ended) return;
    running ??= fetchOnce(from, taking)
      .catch((error: unknown) => void process.stderr.write(`Fetching answers by mail failed: ${error instanceof Error ? error.message : String(error)}\n`))
      .finally(() => {
        running = undefined;
      });
  };
  const clock = setInterval(run, every);
  run();
  return {
    async stop() {
      ended = true;
      clearInterval(clock);
      await running;
    },
  };
}

/** One round: what was taken is removed, what is not ours is marked as seen and stays, what could not be taken now waits unseen. */
async function fetchOnce({ host, port, user, pass, folder }: Fetching, taking: Taking): Promise<void> {
  const client = new ImapFlow({ host, port, secure: true, auth: { user, pass }, logger: false, socketTimeout: 60_000 });
  // What breaks later is told by the call that waits for it.
  client.on('error', () => {});
  await client.connect();
  try {
    const lock = await client.getMailboxLock(folder);
    try {
      const found = await client.search({ seen: false }, { uid: true });
      for (const uid of (found || []).slice(0, AT_ONCE)) {
        const mail = await client.fetchOne(String(uid), { size: true, source: { maxLength: MOST_BYTES } }, { uid: true });
        if (!mail || !mail.source) continue;
        if ((mail.size ?? 0) <= MOST_BYTES && (await taken(mail.source, taking))) await client.messageDelete(String(uid), { uid: true });
        else await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
      }
    } finally {
      lock.release();
    }
  } finally {
    await client.logout().catch(() => client.close());
  }
}

async function taken(source: Buffer, { known, take }: Taking): Promise<boolean> {
  // Whom it is for stands in the head; the rest is read once, by whoever takes it.
  const end = source.indexOf('\r\n\r\n');
  const { headerLines } = await simpleParser(end < 0 ? source : source.subarray(0, end + 4), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  });
  const lines = FOR.flatMap((key) => headerLines.filter((each) => each.key === key));
  const address = lines.flatMap(({ line }) => line.match(/[^\s<>,;:"]+@[^\s<>,;:"]+/g) ?? []).find(known);
  if (!address) return false;
  try {
    await take(source, address);
    return true;
  } catch (error) {
    if (error instanceof NoSuchAddress) return false;
    throw error;
  }
}
