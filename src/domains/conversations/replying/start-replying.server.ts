import { config } from '#platform/config.server.ts';
import type { Taking } from '#platform/mail-in/listen.server.ts';
import { secretIn } from './address.server.ts';

const taking: Taking = {
  known: (address) => secretIn(address) !== undefined,
  // Loaded with the first mail: it speaks words, and words are compiled by the first start.
  take: async (mail, address) => void (await (await import('./take-reply.server.ts')).takeReply(mail, address)),
};

/** Takes answers by mail from now on, where INDABA_MAIL_IN says where they come in; undefined where they are not offered, or another process has the port. */
export async function startReplying(): Promise<{ port?: number; stop(): Promise<void> } | undefined> {
  const { mailIn } = config();
  if (!mailIn) return undefined;
  if (mailIn.way === 'imaps') return (await import('#platform/mail-in/fetch.server.ts')).fetchMail(mailIn, taking);
  const { listenForMail } = await import('#platform/mail-in/listen.server.ts');
  return listenForMail(mailIn, taking).catch((error: unknown) => {
    // Jobs go on without it.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  });
}
