import type { Group, SettingName } from '#platform/settings/table.ts';

/** The settings of the group that a form sends: a box without a tick is a word, too. */
export function fieldsOf(form: FormData, groups: Record<Group, readonly SettingName[]>): Record<string, unknown> {
  const names = groups[String(form.get('group')) as Group] ?? [];
  const value = (name: SettingName) =>
    name === 'languages' ? form.getAll(name).map(String) : name === 'stewards_passkeys_only' ? form.has(name) : (form.get(name) ?? undefined);
  return Object.fromEntries(names.map((name) => [name, value(name)]).filter(([, each]) => each !== undefined));
}
