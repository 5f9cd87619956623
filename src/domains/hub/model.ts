/** Shapes of the hub's settings; the browser may import this file. */
import * as v from 'valibot';
import { type SettingName, schemas, type Settings } from '#platform/settings/table.ts';

/** Some of the settings, as a program sends them; and why, where one of them loosens security. */
export const SettingsInput = v.object({
  ...v.partial(v.object(schemas)).entries,
  reason: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500, 'govern.act.reason_long')), ''),
});
export type SettingsInput = v.InferOutput<typeof SettingsInput>;

/** What was set at once, and what waits for a second steward. */
export type Saved = { changed: string[]; waits: { setting: string; act: string }[] };

/** A row of the history: who set what when, from what to what. */
export type Change = { id: string; name: SettingName | 'mark'; from: unknown; to: unknown; by: string | null; proposed_by: string | null; at: Date };
export type { Settings };
