import EmailReplyParser from 'email-reply-parser';
import { simpleParser } from 'mailparser';
import { config } from '#platform/config.server.ts';
import { provenSender } from '#platform/mail-in/sender-proof.ts';

/** The longest message and what it answered; the rest is an old conversation, and looking for its seams takes time. */
const MOST_TEXT = 25_000;

export type Reply = {
  /** The one address that it says it comes from, in small letters; undefined where it names none or several. */
  from: string | undefined;
  proven: boolean;
  /** Written by a program: an absence notice, a list, a report. Never answered. */
  automatic: boolean;
  /** What the person wrote, without what they answered and without their signature. */
  words: string;
  files: number;
  id: string;
};

/** Reads a mail as an answer. */
export async function readReply(raw: Buffer): Promise<Reply> {
  const mail = await simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true, skipTextLinks: true, maxHtmlLengthToParse: 1_000_000 });
  const header = (key: string) =>
    mail.headerLines
      .filter((each) => each.key === key)
      .map(({ line }) =>
        line
          .slice(line.indexOf(':') + 1)
          .trim()
          .toLowerCase(),
      );
  const senders = header('from').length === 1 ? (mail.from?.value ?? []) : [];
  const from = senders.length === 1 && !senders[0]!.group ? senders[0]!.address?.toLowerCase() : undefined;
  const automatic =
    header('auto-submitted').some((value) => !value.startsWith('no')) ||
    header('precedence').some((value) => /^(bulk|junk|list|auto_reply)/.test(value)) ||
    ['list-id', 'x-autoreply', 'x-autorespond'].some((key) => header(key).length > 0) ||
    header('content-type').some((value) => value.startsWith('multipart/report')) ||
    header('return-path').some((value) => value === '<>');
  return {
    from,
    proven: from !== undefined && provenSender(mail.headerLines as { key: string; line: string }[], config().mailIn!.relay, from),
    automatic,
    words: new EmailReplyParser().parseReply((mail.text ?? '').slice(0, MOST_TEXT)).trim(),
    files: mail.attachments.filter(({ related }) => !related).length,
    id: mail.messageId ?? '',
  };
}
