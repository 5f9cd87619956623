/** Shapes of the hub's settings; the browser may import this file. */
import * as v from 'valibot';
import { type SettingName, schemas, type Settings } from '#platform/settings/table.ts';

/** Some of the settings, as a program sends them. */
export const SettingsInput = v.partial(v.object(schemas));
export type SettingsInput = v.InferOutput<typeof SettingsInput>;

/** A row of the history: who set what when, from what to what. */
export type Change = { id: string; name: SettingName | 'mark'; from: unknown; to: unknown; by: string | null; at: Date };
export type { Settings };
