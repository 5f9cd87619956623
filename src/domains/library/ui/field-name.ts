import {
  library_field_title,
  library_field_description,
  library_field_sources,
  library_field_licence,
  library_field_source_url,
  library_field_group,
  library_field_address,
  library_field_kind,
  library_field_entity,
  library_field_role,
  library_field_dimension,
  library_field_risk,
  library_field_vulnerability,
  library_field_alias,
  library_field_note,
  library_field_style,
  library_field_src,
  library_field_alt,
} from '#paraglide/messages.js';

const names: Record<string, () => string> = {
  title: library_field_title,
  description: library_field_description,
  sources: library_field_sources,
  licence: library_field_licence,
  source_url: library_field_source_url,
  group: library_field_group,
  '#': library_field_address,
  kind: library_field_kind,
  entity: library_field_entity,
  role: library_field_role,
  dimension: library_field_dimension,
  risk: library_field_risk,
  vulnerability: library_field_vulnerability,
  alias: library_field_alias,
  note: library_field_note,
  style: library_field_style,
  src: library_field_src,
  alt: library_field_alt,
};

/** What a front matter entry or an attribute of a control is called on screen; one nobody knows is its own name. */
export const fieldName = (key: string): string => (Object.hasOwn(names, key) ? names[key]!() : key);
