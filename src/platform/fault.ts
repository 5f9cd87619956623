/** A failure that whoever runs the process can mend: `message` is one clear line saying what is wrong and what to do. */
export class Fault extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The one line shown for any thrown value: a Fault speaks for itself, anything else is named as unexpected. */
export function oneLine(error: unknown): string {
  if (error instanceof Fault) return error.message.replace(/\s*\n\s*/g, ' ');
  const code = (error as { code?: string } | null)?.code;
  if (code === 'ENOSPC' || code === '53100') return 'The disk is full: free some space and run the command again.';
  const text = error instanceof Error ? error.message || error.name : String(error);
  return `Unexpected: ${text.split('\n')[0]}`;
}
