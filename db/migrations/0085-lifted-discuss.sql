-- A discuss whose jurisdiction has lost its lead authority is lifted by two stewards, under their own names.
alter table app.positions alter column organization_id drop not null,
  drop constraint positions_stance_check,
  add constraint positions_stance_check check (stance in ('support', 'no_objection', 'abstain', 'discuss', 'lifted')),
  add constraint positions_organization_check check ((organization_id is null) = (stance = 'lifted'));
comment on column app.positions.organization_id is 'The authority that led the jurisdiction then; null where two stewards lifted a discuss because nobody leads it any more.';
