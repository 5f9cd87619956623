import {
  controls_entity_mobile_user,
  controls_entity_mno,
  controls_entity_dfs_provider,
  controls_entity_third_party_provider,
  controls_role_telecom_regulator,
  controls_role_central_bank,
  controls_role_mno,
  controls_role_dfs_provider,
  controls_role_third_party_provider,
  controls_role_payment_service_provider,
  controls_role_solution_provider,
  controls_role_merchant,
  controls_role_app_developer,
  controls_role_device_manufacturer,
  controls_role_mobile_user,
  controls_dimension_access_control,
  controls_dimension_authentication,
  controls_dimension_non_repudiation,
  controls_dimension_data_confidentiality,
  controls_dimension_communication_security,
  controls_dimension_data_integrity,
  controls_dimension_availability,
  controls_dimension_privacy,
  controls_kind_control,
  controls_kind_recommendation,
  controls_kind_practice,
  controls_kind_clause,
  controls_scheme_gitbook,
  controls_scheme_figi_2021,
  controls_scheme_figi_2020,
  controls_scheme_figi_2020_competency,
  controls_scheme_x1150,
  controls_scheme_indaba,
} from '#paraglide/messages.js';

type Words = Record<string, () => string>;
const entities: Words = {
  'mobile-user': controls_entity_mobile_user,
  mno: controls_entity_mno,
  'dfs-provider': controls_entity_dfs_provider,
  'third-party-provider': controls_entity_third_party_provider,
};
const roles: Words = {
  'telecom-regulator': controls_role_telecom_regulator,
  'central-bank': controls_role_central_bank,
  mno: controls_role_mno,
  'dfs-provider': controls_role_dfs_provider,
  'third-party-provider': controls_role_third_party_provider,
  'payment-service-provider': controls_role_payment_service_provider,
  'solution-provider': controls_role_solution_provider,
  merchant: controls_role_merchant,
  'app-developer': controls_role_app_developer,
  'device-manufacturer': controls_role_device_manufacturer,
  'mobile-user': controls_role_mobile_user,
};
const dimensions: Words = {
  'access-control': controls_dimension_access_control,
  authentication: controls_dimension_authentication,
  'non-repudiation': controls_dimension_non_repudiation,
  'data-confidentiality': controls_dimension_data_confidentiality,
  'communication-security': controls_dimension_communication_security,
  'data-integrity': controls_dimension_data_integrity,
  availability: controls_dimension_availability,
  privacy: controls_dimension_privacy,
};
const kinds: Words = {
  control: controls_kind_control,
  recommendation: controls_kind_recommendation,
  practice: controls_kind_practice,
  clause: controls_kind_clause,
};
const schemes: Words = {
  gitbook: controls_scheme_gitbook,
  'figi-2021': controls_scheme_figi_2021,
  'figi-2020': controls_scheme_figi_2020,
  'figi-2020-competency': controls_scheme_figi_2020_competency,
  x1150: controls_scheme_x1150,
  indaba: controls_scheme_indaba,
};

const say =
  (words: Words) =>
  (id: string): string =>
    Object.hasOwn(words, id) ? words[id]!() : id;

/** Names of the ids in a control's attributes; an id nobody knows is its own name. */
export const entityName = say(entities);
export const roleName = say(roles);
export const dimensionName = say(dimensions);
export const kindName = say(kinds);
export const schemeName = say(schemes);

const byAttribute: Record<string, (id: string) => string> = { entity: entityName, role: roleName, dimension: dimensionName, kind: kindName };

/** What an attribute of a control says, in words: ids by their names, numbers with the source that prints them, a text as it is. */
export function attributeWords(key: string, value: string): string {
  const name = byAttribute[key];
  if (name) return value.split(/\s+/).filter(Boolean).map(name).join(', ');
  if (key !== 'alias') return value;
  return value.replace(/(^|\s)([\w-]+):(?=\S)/g, (_, space: string, scheme: string) => `${space ? ', ' : ''}${schemeName(scheme)} `);
}
