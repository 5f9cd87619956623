/** An IMAP server for tests, without types of its own: as far as ours ask. */
declare module 'hoodiecrow-imap' {
  type Box = { messages: { raw: string; flags: string[] }[] };
  export default function hoodiecrow(options: object): {
    listen(port: number, host: string, ready: () => void): void;
    close(done: () => void): void;
    server: { address(): { port: number } };
    storage: { INBOX: Box };
  };
}
