/** Shapes of a GitBook reading: plain data, no database, nothing decided about what is already in the library. */

/** What a line of the report says; the words for each stand in messages under `exchange_gitbook_<reason>`. */
export type Reason =
  // in
  | 'space'
  | 'page'
  | 'controls'
  | 'asset'
  // changed
  | 'title_tidied'
  | 'title_differs'
  | 'hint'
  | 'tabs'
  | 'embed'
  | 'content_ref'
  | 'tag_dropped'
  | 'html_dropped'
  | 'table_as_list'
  | 'table_debris'
  | 'emphasis'
  | 'list_to_controls'
  | 'number_repeats'
  | 'text_breaks_off'
  | 'anchor_lost'
  | 'details'
  | 'external_image'
  | 'name_clash'
  | 'note_mark'
  | 'extra_h1'
  | 'figure_moved'
  | 'file_link'
  // left out
  | 'not_in_summary'
  | 'copy_of'
  | 'listed_twice'
  | 'listed_in_two_spaces'
  | 'summary_line'
  | 'summary_external'
  | 'missing_file'
  | 'climbs_out'
  | 'is_link'
  | 'is_folder'
  | 'is_special'
  | 'not_utf8'
  | 'page_too_large'
  | 'asset_too_large'
  | 'asset_kind'
  | 'asset_document'
  | 'asset_svg'
  | 'asset_unused'
  | 'broken_link'
  | 'api_block'
  | 'include'
  | 'active_html'
  | 'too_many_pages'
  | 'too_deep'
  | 'config'
  | 'repeated_list'
  | 'not_markdown'
  | 'unreadable'
  | 'front_matter'
  | 'front_key';

/** One line of the report: what it is about, where it was read, and why. `data` fills the sentence. */
export type ReportLine = { reason: Reason; what: string; where: string; data?: Record<string, string | number> };

export type Report = { in: ReportLine[]; changed: ReportLine[]; leftOut: ReportLine[] };

export type ImportedControl = {
  slug: string;
  title: string;
  kind: 'control' | 'recommendation' | 'practice' | 'clause';
  aliases: string[];
  /** Place in the text of its space, from 0. */
  order: number;
  /** Canonical Markdown between the directive's two lines. */
  text: string;
  /** The page's group, such as `threat:10`, or null. */
  group: string | null;
  entity: string[];
  role: string[];
  dimension: string[];
  risk: string | null;
  vulnerability: string | null;
  note: string | null;
};

export type ImportedPage = {
  /** Unique in its space, one segment, as in `/library/<space>/<path>`. */
  path: string;
  /** Where the file lies below the imported folder. */
  sourcePath: string;
  title: string;
  description: string | null;
  parentPath: string | null;
  /** Place among all pages of the space in SUMMARY order, from 0. */
  order: number;
  /** The heading of the SUMMARY under which the page stands, if any. */
  section: string | null;
  group: string | null;
  /** Front matter and body in the library's Markdown. */
  text: string;
  controls: ImportedControl[];
  assets: string[];
  /** Old addresses inside the space, without a leading slash. */
  redirectsFrom: string[];
};

export type ImportedAsset = { sourcePath: string; name: string; absolutePath: string; mime: string; size: number };

export type ImportedSpace = { folder: string; slug: string; title: string; pages: ImportedPage[]; assets: ImportedAsset[] };

export type GitbookReading = { spaces: ImportedSpace[]; report: Report; refused?: { code: string; message: string } };

export type ReadOptions = {
  /** Said on every imported page. */
  licence?: string;
  sources?: string[];
  /** Public address of the book; a page's own old path is appended for its `source_url`. */
  sourceUrl?: string;
  limits?: Partial<typeof LIMITS>;
};

/**
 * Sizes in bytes; `pages` counts one space. A page fits into what the library takes (400,000 characters) after its attributes
 * are added, a space into one change request; images above 10 MB do not travel on a poor line.
 */
export const LIMITS = { pageBytes: 350_000, assetBytes: 10 * 1024 * 1024, pages: 2000, files: 20_000, depth: 20 };

export const emptyReport = (): Report => ({ in: [], changed: [], leftOut: [] });
