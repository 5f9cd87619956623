/** What the home page shows; filled from the queries of the rooms. */
export type HomeSpace = { title: string; href: string; text: string | null; pages: number; controls: number };
export type HomeNews = { id: string; title: string; href: string; text: string; at: string; fresh: boolean };
export type HomeTask = { id: string; title: string; href: string; text: string };
