declare module 'virtual:page-assets' {
  /** The reading style, minified, and its source expression for the content policy. */
  export const look: string;
  /** What pages with footnotes or defined terms add to it. */
  export const notes: string;
  export const lookHash: string;
  export const lookUrl: string;
  export const workUrl: string;
  export const islandUrl: string;
  export const passkeyUrl: string;
  export const pushUrl: string;
  export const commentUrl: string;
  export const visualUrl: string;
  /** Where several write one draft: what binds the form to it. */
  export const togetherUrl: string;
}
