/** What an action of a conversation answers when it refused: the sentence, and everything that was typed. */
export type TalkForm =
  | { act?: string; code?: string; message?: string; values?: Record<string, string>; read?: boolean; uploads?: Array<{ id: string; name: string }> }
  | null
  | undefined;
