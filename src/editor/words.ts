/** Every word the editor says; the page brings them in its own language. */
export const WORDS = [
  'editor',
  'tools',
  'help',
  'paragraph',
  'heading',
  'subheading',
  'small_heading',
  'code_block',
  'quote',
  'bold',
  'italic',
  'strike',
  'code',
  'link',
  'bullets',
  'numbers',
  'tasks',
  'indent',
  'outdent',
  'undo',
  'redo',
  'insert',
  'table',
  'row_after',
  'row_gone',
  'column_after',
  'column_gone',
  'table_gone',
  'rule',
  'hint',
  'control',
  'param',
  'footnote',
  'footnote_to',
  'terms',
  'term',
  'meaning',
  'style',
  'kind',
  'control_new',
  'control_title',
  'control_id',
  'details',
  'apply',
  'cancel',
  'remove',
  'link_address',
  'link_find',
  'link_none',
  'link_refused',
  'hint_info',
  'hint_warning',
  'hint_success',
  'hint_danger',
  'hint_title',
  'source',
  'source_help',
  'picture',
  'picture_alt',
  'picture_file',
  'picture_sending',
  'param_value',
  'param_id',
  'done',
  'block',
  'entity',
  'role',
  'dimension',
  'risk',
  'vulnerability',
  'alias',
  'note',
  'choose',
  'lost_line',
] as const;
export type Word = (typeof WORDS)[number];
export type Words = Record<Word, string>;

/** What the page hands over when somebody chooses to edit visually. */
export type Desk = {
  field: HTMLTextAreaElement;
  words: Words;
  /** Where pages and controls are found by their words. */
  suggest: string;
  /** What stands before an address in this language; links in the text never carry it. */
  prefix: string;
  /** Where the pictures of this text are served from, by the name the text has for them. */
  pictures: Record<string, string>;
  /** Where a picture is sent, and for which text; without it none can be. */
  picture?: { to: string; kept: string };
};
/** Somebody else's cursor: a letter of the Markdown, their name, one of eight colours. */
export type Caret = { at: number; name: string; colour: number };
export type Editor = {
  focus(): void;
  close(): void;
  picture(file: File): void;
  /** Writes what stands in the editor into the field, now. */
  flush(): void;
  /** Shows another Markdown, changing only what is another in it; cursor and undo stay with what was typed here. */
  take(text: string): void;
  /** The letter of the Markdown at which the cursor stands; nothing while one is elsewhere. */
  where(): number | undefined;
  carets(all: Caret[]): void;
};
