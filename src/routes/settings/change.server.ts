import { redirect, type RequestEvent } from '@sveltejs/kit';
import { changeMark } from '#domains/hub/change-mark.server.ts';
import { changeSettings } from '#domains/hub/change-settings.server.ts';
import { settingName } from '#domains/hub/ui/words.ts';
import { hub_mark_saved, hub_settings_same, hub_settings_saved, hub_settings_waits } from '#paraglide/messages.js';
import { getLocale } from '#paraglide/runtime.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { groups } from '#platform/settings/table.ts';
import { freshSettings } from '#platform/settings/values.server.ts';
import { spokenLocales } from '#ui/locale.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { requireMe } from '../entering.server.ts';
import { fieldsOf } from './fields.ts';

/** Runs a change; the page that answers shows it already. */
async function changing(event: RequestEvent, form: FormData, work: (tx: Tx) => Promise<string>) {
  await requireMe(event);
  try {
    const done = await as(event.locals.actor, work);
    await freshSettings();
    return { done };
  } catch (error) {
    // A picture cannot be carried through the proof: it is chosen once more.
    if (error instanceof Refusal && error.code === 'people.step_up.needed' && form.get('picture') instanceof File) redirect(303, to('/prove?next=/settings'));
    return refused(error, form);
  }
}

/** Sets what a group's form says, and names what became another. */
export async function saveGroup(event: RequestEvent) {
  const form = await event.request.formData();
  return changing(event, form, async (tx) => {
    const { changed, waits } = await changeSettings(tx, { ...fieldsOf(form, groups), reason: String(form.get('reason') ?? '') }, spokenLocales());
    const list = (names: string[]) => ({ names: new Intl.ListFormat(getLocale()).format(names.map(settingName)) });
    if (!changed.length && !waits.length) return hub_settings_same();
    return [changed.length && hub_settings_saved(list(changed)), waits.length && hub_settings_waits(list(waits.map(({ setting }) => setting)))]
      .filter(Boolean)
      .join(' ');
  });
}

/** Puts the picture that was sent in place of the mark, or takes it away. */
export async function saveMark(event: RequestEvent) {
  const form = await event.request.formData();
  const file = form.get('picture');
  const bytes = form.has('remove') ? null : new Uint8Array(file instanceof File ? await file.arrayBuffer() : new ArrayBuffer(0));
  return changing(event, form, async (tx) => {
    await changeMark(tx, bytes);
    return hub_mark_saved();
  });
}
