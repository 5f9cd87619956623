-- What the page /roles shows: each right, the function or policy that grants it, and who holds it. tests/policies/roles.test.ts makes every person do every one
-- of them: a holder who is refused fails it, so does anybody else who gets through, and so does a may_… function that stands in no row.
set local role indaba_keyring;

create or replace function app.rights() returns table (place int, right_key text, asks text[], holders text[])
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  -- Key, the functions asked (none: a policy by audience), the roles. Whoever holds a duty is a member too; a focal point of a guest organization is a guest.
  select row_number() over ()::int, v.right_key, v.asks::text[], v.holders::text[] from (values
    ('read_public', '{}', '{visitor,guest,member}'),
    ('read_members', '{}', '{member}'),
    ('see_people', '{}', '{member}'),
    ('talk_circle', '{may_talk,may_edit_message,may_react,may_close_comment}', '{guest,member}'),
    ('talk_members', '{may_talk,may_edit_message,may_react,may_start_thread,may_tend_thread,may_close_comment}', '{member}'),
    ('propose', '{may_propose,may_withdraw,may_write_along,may_ask_along}', '{member}'),
    ('report_message', '{may_report}', '{guest,member}'),
    ('open_channel', '{may_talk,may_name_readers}', '{member}'),
    ('read_log_own', '{}', '{guest,member}'),
    ('read_log_people', '{}', '{focal_point}'),
    ('invite', '{may_invite,may_run_members}', '{focal_point}'),
    ('act_on_members', '{may_act_on_member}', '{focal_point,steward}'),
    ('sign_in_policy', '{may_set_sign_in}', '{focal_point}'),
    ('connect_sso', '{may_set_sign_in}', '{focal_point}'),
    ('admit_sso', '{may_admit_sso}', '{focal_point}'),
    ('confirm_recovery', '{may_confirm_recovery,may_confirm_for}', '{focal_point}'),
    ('take_records', '{may_export_records}', '{focal_point}'),
    ('confirm_members', '{may_confirm_members}', '{focal_point,steward}'),
    ('keep_on_call', '{may_keep_on_call}', '{focal_point}'),
    ('say_adopted', '{may_say_adopted}', '{focal_point}'),
    ('prove_domain', '{may_prove_domain}', '{focal_point,steward}'),
    ('decide', '{may_decide,may_project}', '{editor,reviewer}'),
    ('approve', '{may_approve}', '{focal_point,editor,reviewer,steward}'),
    ('set_rules', '{may_set_rules}', '{steward}'),
    ('dispose', '{may_dispose}', '{editor,reviewer}'),
    ('publish_edition', '{may_publish_edition}', '{editor,reviewer}'),
    ('keep_pages', '{may_set_upkeep,may_review_page}', '{editor,reviewer}'),
    ('speak_within', '{may_speak_within}', '{member}'),
    ('give_position', '{may_give_position,may_submit_within,may_name_lead}', '{focal_point}'),
    ('change_channel', '{may_keep_channel,may_keep_talk,may_be_keeper,may_move_thread}', '{moderator,steward}'),
    ('keep_order', '{may_moderate,may_restrict,may_close_report,may_settle}', '{moderator}'),
    ('open_public_channel', '{}', '{moderator,steward}'),
    ('register_organization', '{may_register_organization}', '{steward}'),
    ('invite_focal_point', '{may_invite}', '{steward}'),
    ('confirm_recovery_alone', '{may_confirm_recovery,may_confirm_for}', '{steward}'),
    ('accept_letter', '{may_accept_letter}', '{steward}'),
    ('make_circle', '{may_make_circle,may_run_circle,may_renew_guest,may_ask_circle,may_join_circle,may_be_runner}', '{focal_point,steward}'),
    ('rule_circle', '{may_rule_circle}', '{steward}'),
    ('give_duty', '{may_give_duty,may_take_back_duties}', '{steward}'),
    ('propose_duty', '{may_propose_act,may_confirm_act,may_end_act}', '{steward}'),
    ('set_hub', '{may_set_hub}', '{steward}'),
    ('loosen', '{may_propose_act,may_confirm_act,may_end_act}', '{steward}'),
    ('hold', '{may_hold}', '{steward}'),
    ('change_retention', '{may_change_retention}', '{steward}'),
    ('publish_terms', '{may_publish_agreement}', '{steward}'),
    ('vet', '{may_vet,may_finish_vetting,may_read_letters,may_confirm_application,may_end_application}', '{steward}'),
    ('change_checklist', '{may_change_checklist}', '{steward}'),
    ('see_health', '{may_see_health}', '{steward}'),
    ('expel_organization', '{may_propose_act,may_confirm_act,may_end_act}', '{steward}'),
    ('open_pseudonym', '{may_propose_act,may_confirm_act,may_end_act,may_read_opening}', '{trustee}'),
    ('delegate', '{may_delegate}', '{focal_point,editor,reviewer,moderator}'),
    ('read_log_all', '{may_ask_audit,may_read_audit}', '{steward}')
  ) as v (right_key, asks, holders)
$$;
comment on function app.rights() is 'Rights and who holds them, as the page of roles shows them; proved by acting in tests/policies/roles.test.ts.';
grant execute on function app.rights() to indaba_person, indaba_visitor;
set local role indaba_owner;
