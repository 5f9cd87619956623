-- Written by bin/db-schema.ts from the catalogue; not edited by hand. The truth is in migrations/ and policies/.

-- Sign-in data, apart from the directory. email_key is the lower-cased address. password_hash is argon2id keyed with a secret outside the database.
create table app.accounts (
  member_id uuid not null,
  email text not null,
  email_key text not null,
  password_hash text,
  address_proved boolean not null default true,
  constraint accounts_email_key_key UNIQUE (email_key),
  constraint accounts_pkey PRIMARY KEY (member_id),
  constraint accounts_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
CREATE TRIGGER a_held BEFORE DELETE ON app.accounts FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER import_reader AFTER UPDATE OF address_proved ON app.accounts FOR EACH ROW WHEN ((new.address_proved AND (NOT old.address_proved))) EXECUTE FUNCTION app.on_import_reader();
CREATE TRIGGER password_noted AFTER UPDATE OF password_hash ON app.accounts FOR EACH ROW WHEN ((old.password_hash IS DISTINCT FROM new.password_hash)) EXECUTE FUNCTION app.on_password_noted();
create policy clerk_keeps on app.accounts as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_keeps on app.accounts as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.accounts as permissive for select to indaba_owner using (true);

-- What an organization says of a space of the library: adopted, in part, planned. Its focal points keep it and say who sees it: its own people, all full members, anybody.
create table app.adopted_spaces (
  id uuid not null,
  organization_id uuid not null,
  space_id uuid not null,
  audience_id integer not null,
  state text not null,
  year integer,
  words text not null default ''::text,
  constraint adopted_spaces_organization_id_space_id_key UNIQUE (organization_id, space_id),
  constraint adopted_spaces_pkey PRIMARY KEY (id),
  constraint adopted_spaces_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint adopted_spaces_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE,
  constraint adopted_spaces_space_id_fkey FOREIGN KEY (space_id) REFERENCES app.spaces(id) ON DELETE CASCADE,
  constraint adopted_spaces_state_check CHECK ((state = ANY (ARRAY['adopted'::text, 'in_part'::text, 'planned'::text]))),
  constraint adopted_spaces_words_check CHECK ((length(words) <= 200)),
  constraint adopted_spaces_year_check CHECK (((year >= 1990) AND (year <= 2100)))
);
CREATE INDEX adopted_spaces_space_id_idx ON app.adopted_spaces USING btree (space_id);
CREATE TRIGGER adopted_told AFTER INSERT OR DELETE OR UPDATE ON app.adopted_spaces FOR EACH ROW EXECUTE FUNCTION app.on_adopted_space();
create policy clerk_keeps on app.adopted_spaces as permissive for all to indaba_clerk using (true) with check (true);
create policy focal_points_change on app.adopted_spaces as permissive for update to indaba_person using (app.may_say_adopted(organization_id)) with check (app.may_say_adopted(organization_id));
create policy focal_points_remove on app.adopted_spaces as permissive for delete to indaba_person using (app.may_say_adopted(organization_id));
create policy focal_points_say on app.adopted_spaces as permissive for insert to indaba_person with check ((app.may_say_adopted(organization_id) AND (space_id IN ( SELECT s.id
   FROM app.spaces s)) AND ((audience_id = ANY (ARRAY[1, 2])) OR (audience_id IN ( SELECT a.id
   FROM app.audiences a
  WHERE ((a.kind = 'organization'::text) AND (a.ref = adopted_spaces.organization_id)))))));
create policy keyring_closes on app.adopted_spaces as permissive for delete to indaba_keyring using (true);
create policy keyring_reads on app.adopted_spaces as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.adopted_spaces as permissive for select to indaba_owner using (true);
create policy readers_see on app.adopted_spaces as permissive for select to indaba_visitor using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (space_id IN ( SELECT s.id
   FROM app.spaces s))));
create policy readers_see_signed_in on app.adopted_spaces as permissive for select to indaba_person using ((((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) OR (organization_id IN ( SELECT app.my_run_organizations() AS my_run_organizations))) AND (space_id IN ( SELECT s.id
   FROM app.spaces s))));

-- Who accepted which version, and when. Nobody changes or removes a row.
create table app.agreement_acceptances (
  version_id uuid not null,
  member_id uuid not null,
  at timestamp with time zone not null default now(),
  constraint agreement_acceptances_pkey PRIMARY KEY (member_id, version_id),
  constraint agreement_acceptances_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id),
  constraint agreement_acceptances_version_id_fkey FOREIGN KEY (version_id) REFERENCES app.agreement_versions(id)
);
CREATE INDEX agreement_acceptances_version_id_idx ON app.agreement_acceptances USING btree (version_id);
CREATE TRIGGER accepted AFTER INSERT ON app.agreement_acceptances FOR EACH ROW EXECUTE FUNCTION app.on_accepted();
create policy clerk_keeps on app.agreement_acceptances as permissive for all to indaba_clerk using (true) with check (true);
create policy concerned_read on app.agreement_acceptances as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) OR ( SELECT app.has_role('{steward}'::text[]) AS has_role) OR (member_id IN ( SELECT ms.member_id
   FROM app.memberships ms
  WHERE (ms.organization_id IN ( SELECT app.my_run_organizations() AS my_run_organizations))))));
create policy keyring_keeps on app.agreement_acceptances as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.agreement_acceptances as permissive for select to indaba_owner using (true);

-- What every member accepts before writing: each document in numbered versions, never changed afterwards. The highest number is the present one.
create table app.agreement_versions (
  id uuid not null,
  document text not null,
  number integer not null default 0,
  title text not null,
  body text not null,
  changes text not null default ''::text,
  starter boolean not null default false,
  published_by uuid,
  published_at timestamp with time zone not null default now(),
  constraint agreement_versions_document_number_key UNIQUE (document, number),
  constraint agreement_versions_pkey PRIMARY KEY (id),
  constraint agreement_versions_published_by_fkey FOREIGN KEY (published_by) REFERENCES app.members(id),
  constraint agreement_versions_body_check CHECK (((length(TRIM(BOTH FROM body)) >= 1) AND (length(TRIM(BOTH FROM body)) <= 60000))),
  constraint agreement_versions_changes_check CHECK ((length(changes) <= 1000)),
  constraint agreement_versions_document_check CHECK ((document ~ '^[a-z][a-z-]{1,39}$'::text)),
  constraint agreement_versions_title_check CHECK (((length(TRIM(BOTH FROM title)) >= 1) AND (length(TRIM(BOTH FROM title)) <= 120)))
);
CREATE TRIGGER needs_fresh BEFORE INSERT ON app.agreement_versions FOR EACH ROW WHEN ((NOT new.starter)) EXECUTE FUNCTION app.on_dangerous();
CREATE TRIGGER numbered BEFORE INSERT ON app.agreement_versions FOR EACH ROW EXECUTE FUNCTION app.on_agreement();
create policy anyone_reads on app.agreement_versions as permissive for select to indaba_person, indaba_visitor using ((NOT starter));
create policy clerk_keeps on app.agreement_versions as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_reads on app.agreement_versions as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.agreement_versions as permissive for select to indaba_owner using (true);
create policy stewards_publish on app.agreement_versions as permissive for insert to indaba_person with check ((( SELECT app.may_publish_agreement() AS may_publish_agreement) AND (NOT starter)));
create policy stewards_read on app.agreement_versions as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- The two people an applying body names. Each gets a private link by mail and confirms by a form; after admission each is invited as focal point.
create table app.application_contacts (
  application_id uuid not null,
  place smallint not null,
  name text not null,
  role text not null,
  email text not null,
  token_hash bytea,
  mailed_at timestamp with time zone,
  confirmed_at timestamp with time zone,
  constraint application_contacts_token_hash_key UNIQUE (token_hash),
  constraint application_contacts_pkey PRIMARY KEY (application_id, place),
  constraint application_contacts_application_id_fkey FOREIGN KEY (application_id) REFERENCES app.applications(id) ON DELETE CASCADE,
  constraint application_contacts_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
  constraint application_contacts_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint application_contacts_place_check CHECK ((place = ANY (ARRAY[1, 2]))),
  constraint application_contacts_role_check CHECK (((length(role) >= 1) AND (length(role) <= 120)))
);
create policy clerk_mails on app.application_contacts as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_keeps on app.application_contacts as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.application_contacts as permissive for select to indaba_owner using (true);
create policy stewards_read on app.application_contacts as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- A letter that a contact (place) sent as a file: a PDF as it came, or a picture drawn anew. It stands in the database and goes with its application. Nobody changes a row.
create table app.application_letters (
  id uuid not null,
  application_id uuid not null,
  place smallint not null,
  name text not null,
  mime text not null,
  bytes bytea not null,
  at timestamp with time zone not null default now(),
  constraint application_letters_pkey PRIMARY KEY (id),
  constraint application_letters_application_id_fkey FOREIGN KEY (application_id) REFERENCES app.applications(id) ON DELETE CASCADE,
  constraint application_letters_bytes_check CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 8000000))),
  constraint application_letters_mime_check CHECK ((mime = ANY (ARRAY['application/pdf'::text, 'image/png'::text, 'image/jpeg'::text, 'image/webp'::text]))),
  constraint application_letters_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint application_letters_place_check CHECK ((place = ANY (ARRAY[1, 2])))
);
CREATE INDEX application_letters_application_id_at_idx ON app.application_letters USING btree (application_id, at);
create policy keyring_keeps on app.application_letters as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.application_letters as permissive for select to indaba_owner using (true);
create policy stewards_read on app.application_letters as permissive for select to indaba_person using (app.may_read_letters(application_id));

-- What was added to an application: by one of its contacts (place), or asked by a steward (byline_id). Nobody changes a row.
create table app.application_notes (
  id uuid not null default gen_random_uuid(),
  application_id uuid not null,
  place smallint,
  byline_id uuid,
  text text not null,
  at timestamp with time zone not null default now(),
  constraint application_notes_pkey PRIMARY KEY (id),
  constraint application_notes_application_id_fkey FOREIGN KEY (application_id) REFERENCES app.applications(id) ON DELETE CASCADE,
  constraint application_notes_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint application_notes_check CHECK ((num_nonnulls(place, byline_id) = 1)),
  constraint application_notes_place_check CHECK ((place = ANY (ARRAY[1, 2]))),
  constraint application_notes_text_check CHECK (((length(TRIM(BOTH FROM text)) >= 1) AND (length(TRIM(BOTH FROM text)) <= 2000)))
);
CREATE INDEX application_notes_application_id_at_idx ON app.application_notes USING btree (application_id, at);
CREATE TRIGGER asked_by_mail AFTER INSERT ON app.application_notes FOR EACH ROW WHEN ((new.byline_id IS NOT NULL)) EXECUTE FUNCTION app.on_steward_asked();
create policy clerk_mails on app.application_notes as permissive for select to indaba_clerk using (true);
create policy keyring_keeps on app.application_notes as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.application_notes as permissive for select to indaba_owner using (true);
create policy stewards_ask on app.application_notes as permissive for insert to indaba_person with check ((app.may_vet(application_id) AND (byline_id = ( SELECT app.my_person() AS my_person)) AND (place IS NULL)));
create policy stewards_read on app.application_notes as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- A body that asks to take part. Nobody but stewards reads it; the applicant reads its state through the link in their mail. Rows change by functions only.
create table app.applications (
  id uuid not null,
  name text not null,
  kind text not null,
  mandate text not null,
  jurisdictions text[] not null,
  domain text not null,
  why text not null default ''::text,
  locale text not null default 'en'::text,
  made_at timestamp with time zone not null default now(),
  confirmed_at timestamp with time zone,
  domain_token text not null default replace((gen_random_uuid())::text, '-'::text, ''::text),
  checked_at timestamp with time zone,
  result text,
  method text,
  letter_reference text,
  letter_on date,
  letter_by uuid,
  proved_at timestamp with time zone,
  vetted_by uuid,
  vetted_at timestamp with time zone,
  ended_as text,
  ended_by uuid,
  ended_at timestamp with time zone,
  reason text,
  organization_id uuid,
  checklist integer,
  constraint applications_pkey PRIMARY KEY (id),
  constraint applications_checklist_fkey FOREIGN KEY (checklist) REFERENCES app.checklists(version),
  constraint applications_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES app.bylines(id),
  constraint applications_letter_by_fkey FOREIGN KEY (letter_by) REFERENCES app.bylines(id),
  constraint applications_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE SET NULL,
  constraint applications_vetted_by_fkey FOREIGN KEY (vetted_by) REFERENCES app.bylines(id),
  constraint admitted_by_another CHECK (((ended_as IS DISTINCT FROM 'admitted'::text) OR ((confirmed_at IS NOT NULL) AND (proved_at IS NOT NULL) AND (vetted_by IS NOT NULL) AND (ended_by IS NOT NULL) AND (ended_by <> vetted_by)))),
  constraint applications_check CHECK (((proved_at IS NULL) = (method IS NULL))),
  constraint applications_check1 CHECK (((vetted_at IS NULL) = (vetted_by IS NULL))),
  constraint applications_check2 CHECK (((ended_at IS NULL) = (ended_as IS NULL))),
  constraint applications_check3 CHECK (((ended_as IS DISTINCT FROM 'refused'::text) OR ((reason IS NOT NULL) AND (ended_by IS NOT NULL)))),
  constraint applications_domain_check CHECK (((length(domain) >= 4) AND (length(domain) <= 253))),
  constraint applications_ended_as_check CHECK ((ended_as = ANY (ARRAY['admitted'::text, 'refused'::text, 'withdrawn'::text, 'expired'::text]))),
  constraint applications_jurisdictions_check CHECK (((cardinality(jurisdictions) >= 1) AND (cardinality(jurisdictions) <= 10))),
  constraint applications_kind_check CHECK ((kind = ANY (ARRAY['regulator'::text, 'central-bank'::text, 'supervisor'::text, 'cyber-agency'::text, 'regional-body'::text]))),
  constraint applications_letter_reference_check CHECK (((length(TRIM(BOTH FROM letter_reference)) >= 1) AND (length(TRIM(BOTH FROM letter_reference)) <= 200))),
  constraint applications_mandate_check CHECK (((length(mandate) >= 1) AND (length(mandate) <= 2000))),
  constraint applications_method_check CHECK ((method = ANY (ARRAY['dns'::text, 'letter'::text]))),
  constraint applications_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint applications_reason_check CHECK (((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 2000))),
  constraint applications_result_check CHECK ((result = ANY (ARRAY['found'::text, 'absent'::text, 'other'::text, 'no_domain'::text, 'unreachable'::text]))),
  constraint applications_why_check CHECK ((length(why) <= 2000))
);
CREATE INDEX applications_domain_idx ON app.applications USING btree (domain) WHERE (ended_at IS NULL);
CREATE TRIGGER a_held BEFORE DELETE ON app.applications FOR EACH ROW EXECUTE FUNCTION app.on_removal();
create policy archivist_looks on app.applications as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.applications as permissive for delete to indaba_archivist using (((ended_at IS NOT NULL) AND app.application_due(organization_id, ended_at)));
create policy clerk_looks on app.applications as permissive for update to indaba_clerk using ((ended_at IS NULL)) with check (((method IS DISTINCT FROM 'letter'::text) AND ((ended_as IS NULL) OR (ended_as = 'expired'::text))));
create policy clerk_reads on app.applications as permissive for select to indaba_clerk using (true);
create policy keyring_keeps on app.applications as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.applications as permissive for select to indaba_owner using (true);
create policy stewards_read on app.applications as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- Who approved a change request, in which capacity, of which wording: another wording needs it again.
create table app.approvals (
  id uuid not null,
  change_request_id uuid not null,
  audience_id integer not null,
  byline_id uuid not null,
  role text not null,
  wording text not null,
  words text not null default ''::text,
  at timestamp with time zone not null default now(),
  taken_back_at timestamp with time zone,
  constraint approvals_pkey PRIMARY KEY (id),
  constraint approvals_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint approvals_change_request_id_audience_id_fkey FOREIGN KEY (change_request_id, audience_id) REFERENCES app.change_requests(id, audience_id) ON DELETE CASCADE,
  constraint approvals_role_check CHECK ((role = ANY (ARRAY['editor'::text, 'steward'::text, 'focal_point'::text]))),
  constraint approvals_words_check CHECK ((length(words) <= 2000))
);
CREATE UNIQUE INDEX approvals_change_request_id_byline_id_idx ON app.approvals USING btree (change_request_id, byline_id) WHERE (taken_back_at IS NULL);
create policy keyring_keeps on app.approvals as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.approvals as permissive for select to indaba_owner using (true);
create policy readers_see on app.approvals as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- A file of a message. Audience and label are those of the message; it is written with the message by app.attach_files() alone, never changed, and read only where the message is.
create table app.attachments (
  id uuid not null default gen_random_uuid(),
  message_id uuid not null,
  audience_id integer not null,
  place integer not null,
  name text not null,
  mime text not null,
  size bigint not null,
  sha256 bytea not null,
  width integer,
  height integer,
  constraint attachments_message_id_audience_id_place_key UNIQUE (message_id, audience_id, place),
  constraint attachments_pkey PRIMARY KEY (id),
  constraint attachments_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint attachments_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint attachments_place_check CHECK (((place >= 1) AND (place <= 10))),
  constraint attachments_size_check CHECK ((size > 0))
);
CREATE INDEX attachments_sha256_idx ON app.attachments USING btree (sha256);
CREATE TRIGGER a_held BEFORE DELETE ON app.attachments FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER searched AFTER INSERT ON app.attachments FOR EACH ROW EXECUTE FUNCTION search.on_held();
create policy archivist_looks on app.attachments as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.attachments as permissive for delete to indaba_archivist using (app.attachment_due(message_id));
create policy keyring_attaches on app.attachments as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.attachments as permissive for select to indaba_owner using (true);
create policy readers_see on app.attachments as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy through_the_message on app.attachments as restrictive for select to indaba_person, indaba_visitor using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = attachments.message_id) AND (m.audience_id = attachments.audience_id) AND (m.deleted_at IS NULL)))));

-- Materialised membership; written by triggers only.
create table app.audience_members (
  audience_id integer not null,
  member_id uuid not null,
  ends_at timestamp with time zone,
  constraint audience_members_pkey PRIMARY KEY (member_id, audience_id),
  constraint audience_members_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id) ON DELETE CASCADE,
  constraint audience_members_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
CREATE INDEX audience_members_audience_id_member_id_idx ON app.audience_members USING btree (audience_id, member_id);
CREATE INDEX audience_members_of ON app.audience_members USING btree (member_id) INCLUDE (audience_id, ends_at);
CREATE TRIGGER ends_known BEFORE INSERT ON app.audience_members FOR EACH ROW EXECUTE FUNCTION app.on_guest_known();
create policy keyring_keeps_members on app.audience_members as permissive for all to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.audience_members as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.audience_members as permissive for select to indaba_owner using (true);
create policy readers_see on app.audience_members as permissive for select to indaba_person using (((audience_id IN ( SELECT app.my_rosters() AS my_rosters)) OR (audience_id IN ( SELECT app.open_rosters() AS open_rosters)) OR (member_id = ( SELECT app.me() AS me))));

-- Who may read. A set of members kept up to date, in the transaction that changes its cause, by triggers. epoch rises with every change of the set.
create table app.audiences (
  id integer not null generated always as identity,
  kind text not null,
  ref uuid,
  label text not null,
  has_guests boolean not null default false,
  frozen boolean not null default false,
  size integer not null default 0,
  epoch bigint not null default 0,
  constraint audiences_kind_ref_key UNIQUE NULLS NOT DISTINCT (kind, ref),
  constraint audiences_pkey PRIMARY KEY (id),
  constraint audiences_kind_check CHECK ((kind = ANY (ARRAY['public'::text, 'everyone'::text, 'organization'::text, 'kind'::text, 'region'::text, 'circle'::text, 'named'::text, 'jurisdiction'::text])))
);
create policy clerk_makes on app.audiences as permissive for insert to indaba_clerk with check ((kind = 'circle'::text));
create policy clerk_reads on app.audiences as permissive for select to indaba_clerk using (true);
create policy keyring_keeps on app.audiences as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.audiences as permissive for select to indaba_owner using (true);
create policy readers_see on app.audiences as permissive for select to indaba_person, indaba_visitor using ((id IN ( SELECT app.my_audiences() AS my_audiences)));

-- The last event that was sealed. Its transaction was over, and all before it, so nothing can appear behind. epoch: the hub for which this holds; another one (a restore) numbers its transactions anew.
create table app.audit_cursor (
  singleton boolean not null default true,
  xid xid8 not null default '0'::xid8,
  event_id bigint not null default 0,
  epoch uuid,
  constraint audit_cursor_pkey PRIMARY KEY (singleton),
  constraint audit_cursor_singleton_check CHECK (singleton)
);
create policy keyring_moves on app.audit_cursor as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.audit_cursor as permissive for select to indaba_owner using (true);

-- The chain: one row for each event and note, in the order of sealing, without gaps. hash covers the row and the hash before it; payload_hash covers the salted payload, which may go without breaking anything.
create table app.audit_entries (
  "position" bigint not null,
  source text not null,
  source_id bigint not null,
  kind text not null,
  at timestamp with time zone not null,
  payload_hash bytea not null,
  previous bytea not null,
  hash bytea not null,
  sealed_at timestamp with time zone not null default now(),
  constraint audit_entries_source_source_id_key UNIQUE (source, source_id),
  constraint audit_entries_pkey PRIMARY KEY ("position"),
  constraint audit_entries_source_check CHECK ((source = ANY (ARRAY['event'::text, 'note'::text])))
);
create policy keyring_reads on app.audit_entries as permissive for select to indaba_keyring using (true);
create policy keyring_seals on app.audit_entries as permissive for insert to indaba_keyring with check (true);
create policy owner_backs_up on app.audit_entries as permissive for select to indaba_owner using (true);

-- Acts of security that are no events (signing in, keys, readings of the log), written by triggers in the transaction that does them, until the job seals them into the chain.
create table app.audit_notes (
  id bigint not null generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  kind text not null,
  actor_id uuid,
  member_id uuid,
  organization_id uuid,
  data jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default now(),
  constraint audit_notes_pkey PRIMARY KEY (id)
);
create policy clerk_reads on app.audit_notes as permissive for select to indaba_clerk using (true);
create policy keyring_queues on app.audit_notes as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.audit_notes as permissive for select to indaba_owner using (true);

-- What a row of the chain is about, apart from it and erasable. The columns say who may read it and repeat what stands in body; audience_id is null for acts of security and on members.
create table app.audit_payloads (
  "position" bigint not null,
  kind text not null,
  at timestamp with time zone not null,
  actor_id uuid,
  member_id uuid,
  organization_id uuid,
  audience_id integer,
  salt bytea not null,
  body text not null,
  constraint audit_payloads_pkey PRIMARY KEY ("position"),
  constraint audit_payloads_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint audit_payloads_position_fkey FOREIGN KEY ("position") REFERENCES app.audit_entries("position")
);
CREATE INDEX audit_payloads_actor_id_position_idx ON app.audit_payloads USING btree (actor_id, "position" DESC);
CREATE INDEX audit_payloads_member_id_position_idx ON app.audit_payloads USING btree (member_id, "position" DESC);
CREATE INDEX audit_payloads_organization_id_position_idx ON app.audit_payloads USING btree (organization_id, "position" DESC);
CREATE TRIGGER a_held BEFORE DELETE ON app.audit_payloads FOR EACH ROW EXECUTE FUNCTION app.on_removal();
create policy concerned_read on app.audit_payloads as permissive for select to indaba_person using ((((audience_id IS NULL) AND ((actor_id = ( SELECT app.me() AS me)) OR (member_id = ( SELECT app.me() AS me)) OR (organization_id IN ( SELECT app.my_run_organizations() AS my_run_organizations)))) OR (( SELECT app.may_read_audit() AS may_read_audit) AND ((audience_id IS NULL) OR (audience_id IN ( SELECT app.my_audiences() AS my_audiences))))));
create policy keyring_forgets on app.audit_payloads as permissive for delete to indaba_keyring using (true);
create policy keyring_reads on app.audit_payloads as permissive for select to indaba_keyring using (true);
create policy keyring_seals on app.audit_payloads as permissive for insert to indaba_keyring with check (true);
create policy owner_backs_up on app.audit_payloads as permissive for select to indaba_owner using (true);

-- A steward says why they read the log; for a quarter of an hour they may. Each is itself a row of the log.
create table app.audit_readings (
  id uuid not null,
  member_id uuid not null,
  reason text not null,
  at timestamp with time zone not null default now(),
  constraint audit_readings_pkey PRIMARY KEY (id),
  constraint audit_readings_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id),
  constraint audit_readings_reason_check CHECK (((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 500)))
);
CREATE INDEX audit_readings_member_id_at_idx ON app.audit_readings USING btree (member_id, at DESC);
CREATE TRIGGER reading_noted AFTER INSERT ON app.audit_readings FOR EACH ROW EXECUTE FUNCTION app.on_reading_noted();
create policy keyring_reads on app.audit_readings as permissive for select to indaba_keyring using (true);
create policy own on app.audit_readings as permissive for select to indaba_person using ((member_id = ( SELECT app.me() AS me)));
create policy owner_backs_up on app.audit_readings as permissive for select to indaba_owner using (true);
create policy stewards_say_why on app.audit_readings as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_ask_audit() AS may_ask_audit)));

-- The root of a day (UTC): covers every row sealed until its end. Published, so that others keep it.
create table app.audit_roots (
  day date not null,
  last_position bigint not null,
  root bytea not null,
  made_at timestamp with time zone not null default now(),
  constraint audit_roots_pkey PRIMARY KEY (day)
);
create policy clerk_reads on app.audit_roots as permissive for select to indaba_clerk using (true);
create policy keyring_reads on app.audit_roots as permissive for select to indaba_keyring using (true);
create policy keyring_seals on app.audit_roots as permissive for insert to indaba_keyring with check (true);
create policy owner_backs_up on app.audit_roots as permissive for select to indaba_owner using (true);
create policy published on app.audit_roots as permissive for select to indaba_person, indaba_visitor using ((day < ((now() AT TIME ZONE 'UTC'::text))::date));

-- Failed passwords in a quarter of an hour, until they become one note. member_id is all zeros for addresses that are nobody's.
create table app.audit_tries (
  member_id uuid not null,
  slot timestamp with time zone not null,
  tries integer not null,
  constraint audit_tries_pkey PRIMARY KEY (member_id, slot)
);
create policy keyring_counts on app.audit_tries as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.audit_tries as permissive for select to indaba_owner using (true);

-- When the hub was last backed up, and how large that was. Where it lies is not written here: a restored hub would name places of another.
create table app.backups (
  id bigint not null generated always as identity,
  made_at timestamp with time zone not null default now(),
  why text not null,
  bytes bigint not null,
  constraint backups_pkey PRIMARY KEY (id),
  constraint backups_why_check CHECK ((why = ANY (ARRAY['asked'::text, 'before_upgrade'::text])))
);
create policy keyring_reads on app.backups as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.backups as permissive for select to indaba_owner using (true);
create policy owner_notes on app.backups as permissive for insert to indaba_owner with check (true);

-- Who speaks. Shareable rows and events carry a byline, never a person. A pseudonym has its own id per audience; its person stands in sealed.byline_members.
create table app.bylines (
  id uuid not null,
  kind text not null,
  audience_id integer not null default 2,
  member_id uuid,
  organization_id uuid,
  name text not null,
  jurisdiction_id uuid,
  constraint bylines_member_id_key UNIQUE (member_id),
  constraint bylines_pkey PRIMARY KEY (id),
  constraint bylines_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint bylines_jurisdiction_id_fkey FOREIGN KEY (jurisdiction_id) REFERENCES app.jurisdictions(id),
  constraint bylines_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE SET NULL,
  constraint bylines_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE SET NULL,
  constraint bylines_check CHECK (((kind <> 'pseudonym'::text) OR ((member_id IS NULL) AND (organization_id IS NULL)))),
  constraint bylines_jurisdiction_check CHECK ((((kind = 'jurisdiction'::text) = (jurisdiction_id IS NOT NULL)) AND ((kind <> 'jurisdiction'::text) OR (member_id IS NULL)))),
  constraint bylines_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'organization'::text, 'pseudonym'::text, 'service'::text, 'jurisdiction'::text])))
);
CREATE UNIQUE INDEX bylines_jurisdiction_key ON app.bylines USING btree (jurisdiction_id, organization_id) WHERE (jurisdiction_id IS NOT NULL);
CREATE TRIGGER a_held BEFORE DELETE ON app.bylines FOR EACH ROW EXECUTE FUNCTION app.on_removal();
create policy clerk_keeps on app.bylines as permissive for all to indaba_clerk using ((kind <> 'pseudonym'::text)) with check ((kind <> 'pseudonym'::text));
create policy keyring_admits on app.bylines as permissive for insert to indaba_keyring with check ((kind = 'person'::text));
create policy keyring_brings_names on app.bylines as permissive for insert to indaba_keyring with check (((kind = 'service'::text) AND (member_id IS NULL) AND (organization_id IS NULL)));
create policy keyring_hides on app.bylines as permissive for insert to indaba_keyring with check (((kind = 'pseudonym'::text) AND (member_id IS NULL) AND (organization_id IS NULL)));
create policy keyring_names_countries on app.bylines as permissive for insert to indaba_keyring with check ((kind = 'jurisdiction'::text));
create policy keyring_reads on app.bylines as permissive for select to indaba_keyring using (true);
create policy keyring_renames on app.bylines as permissive for update to indaba_keyring using ((kind = 'person'::text)) with check ((kind = 'person'::text));
create policy members_read on app.bylines as permissive for select to indaba_person using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) OR (id IN ( SELECT app.my_bylines() AS my_bylines)) OR (member_id IN ( SELECT app.my_peers() AS my_peers)) OR (id IN ( SELECT app.public_bylines() AS public_bylines))));
create policy owner_backs_up on app.bylines as permissive for select to indaba_owner using (true);
create policy visitors_read on app.bylines as permissive for select to indaba_visitor using ((id IN ( SELECT app.public_bylines() AS public_bylines)));

-- A passkey challenge waiting for its one answer.
create table app.ceremonies (
  id uuid not null,
  challenge text not null,
  member_id uuid,
  expires_at timestamp with time zone not null default (now() + '00:05:00'::interval),
  constraint ceremonies_pkey PRIMARY KEY (id),
  constraint ceremonies_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
create policy archivist_looks on app.ceremonies as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.ceremonies as permissive for delete to indaba_archivist using (app.is_due('sign_in_try'::text, NULL::text, expires_at));
create policy keyring_erases on app.ceremonies as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = ceremonies.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.ceremonies as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = ceremonies.member_id) AND (m.status = 'left'::text)))));
create policy keyring_keeps on app.ceremonies as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.ceremonies as permissive for select to indaba_owner using (true);

-- What a request would make of each page it touches. For a page to be created, page_id is the id it will have.
create table app.change_request_pages (
  id uuid not null,
  change_request_id uuid not null,
  audience_id integer not null,
  action text not null,
  page_id uuid not null,
  base_revision_id uuid,
  path text not null,
  parent_path text,
  "position" double precision,
  text text not null,
  retires text[] not null default '{}'::text[],
  source_text text,
  redirects_from text[] not null default '{}'::text[],
  was_path text,
  was_parent_path text,
  was_position double precision,
  withdrawals jsonb not null default '[]'::jsonb,
  constraint change_request_pages_change_request_id_page_id_key UNIQUE (change_request_id, page_id),
  constraint change_request_pages_pkey PRIMARY KEY (id),
  constraint change_request_pages_base_revision_id_audience_id_fkey FOREIGN KEY (base_revision_id, audience_id) REFERENCES app.revisions(id, audience_id),
  constraint change_request_pages_change_request_id_audience_id_fkey FOREIGN KEY (change_request_id, audience_id) REFERENCES app.change_requests(id, audience_id),
  constraint change_request_pages_action_check CHECK ((action = ANY (ARRAY['edit'::text, 'create'::text, 'retire'::text, 'restore'::text]))),
  constraint change_request_pages_check CHECK (((action = 'create'::text) = (base_revision_id IS NULL))),
  constraint change_request_pages_withdrawals_check CHECK ((jsonb_typeof(withdrawals) = 'array'::text))
);
CREATE INDEX change_request_pages_page_id ON app.change_request_pages USING btree (page_id);
CREATE TRIGGER a_held BEFORE DELETE ON app.change_request_pages FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER kept_aside AFTER UPDATE ON app.change_request_pages FOR EACH ROW WHEN (((old.text IS DISTINCT FROM new.text) OR (old.path IS DISTINCT FROM new.path))) EXECUTE FUNCTION app.on_words_gone();
CREATE TRIGGER own_space BEFORE INSERT OR UPDATE ON app.change_request_pages FOR EACH ROW EXECUTE FUNCTION app.on_proposed_page();
CREATE TRIGGER pictures AFTER INSERT OR UPDATE OF text ON app.change_request_pages FOR EACH ROW EXECUTE FUNCTION app.on_pictures_proposed();
CREATE TRIGGER reworded AFTER INSERT OR DELETE OR UPDATE OF text, path, retires ON app.change_request_pages FOR EACH ROW EXECUTE FUNCTION app.on_reworded();
create policy archivist_looks on app.change_request_pages as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.change_request_pages as permissive for delete to indaba_archivist using (app.draft_due(id, change_request_id));
create policy authors_change on app.change_request_pages as permissive for update to indaba_person using (app.may_withdraw(change_request_id)) with check (app.may_withdraw(change_request_id));
create policy authors_remove on app.change_request_pages as permissive for delete to indaba_person using (app.may_withdraw(change_request_id));
create policy authors_write on app.change_request_pages as permissive for insert to indaba_person with check (app.may_withdraw(change_request_id));
create policy clerk_keeps on app.change_request_pages as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_keeps_places on app.change_request_pages as permissive for update to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.change_request_pages as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.change_request_pages as permissive for select to indaba_owner using (true);
create policy readers_see on app.change_request_pages as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- A proposal to change text. Published text changes only by merging one.
create table app.change_requests (
  id uuid not null,
  space_id uuid not null,
  audience_id integer not null,
  number integer not null default 0,
  title text not null,
  reason text not null default ''::text,
  status text not null default 'open'::text,
  byline_id uuid not null,
  opened_at timestamp with time zone not null default now(),
  decided_by uuid,
  decided_at timestamp with time zone,
  decision_reason text,
  retry_key uuid not null,
  decided_for uuid,
  undoes uuid,
  nature text not null default 'substantive'::text,
  constraint change_requests_byline_id_retry_key_key UNIQUE (byline_id, retry_key),
  constraint change_requests_id_audience_id_key UNIQUE (id, audience_id),
  constraint change_requests_space_id_audience_id_number_key UNIQUE (space_id, audience_id, number),
  constraint change_requests_pkey PRIMARY KEY (id),
  constraint change_requests_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint change_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES app.bylines(id),
  constraint change_requests_decided_for_fkey FOREIGN KEY (decided_for) REFERENCES app.members(id),
  constraint change_requests_space_id_audience_id_fkey FOREIGN KEY (space_id, audience_id) REFERENCES app.spaces(id, audience_id),
  constraint change_requests_undoes_fkey FOREIGN KEY (undoes, audience_id) REFERENCES app.change_requests(id, audience_id),
  constraint change_requests_nature_check CHECK ((nature = ANY (ARRAY['editorial'::text, 'substantive'::text]))),
  constraint change_requests_status_check CHECK ((status = ANY (ARRAY['open'::text, 'merged'::text, 'declined'::text, 'withdrawn'::text]))),
  constraint change_requests_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200))),
  constraint decided_by_another CHECK (((decided_by IS NULL) OR (decided_by <> byline_id) OR (status = 'withdrawn'::text))),
  constraint decided_whole CHECK (((status = 'open'::text) = ((decided_at IS NULL) AND (decided_by IS NULL)))),
  constraint declined_with_reason CHECK (((status <> 'declined'::text) OR (length(decision_reason) > 0)))
);
CREATE INDEX change_requests_space_id_audience_id_status_idx ON app.change_requests USING btree (space_id, audience_id, status);
CREATE INDEX change_requests_undoes_idx ON app.change_requests USING btree (undoes) WHERE (undoes IS NOT NULL);
CREATE TRIGGER a_held BEFORE DELETE ON app.change_requests FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER decision BEFORE UPDATE ON app.change_requests FOR EACH ROW EXECUTE FUNCTION app.on_decision();
CREATE TRIGGER kept_aside AFTER UPDATE ON app.change_requests FOR EACH ROW WHEN (((old.title IS DISTINCT FROM new.title) OR (old.reason IS DISTINCT FROM new.reason))) EXECUTE FUNCTION app.on_words_gone();
CREATE TRIGGER numbers BEFORE INSERT ON app.change_requests FOR EACH ROW EXECUTE FUNCTION app.on_change_request();
CREATE TRIGGER procedure_over AFTER UPDATE OF status ON app.change_requests FOR EACH ROW WHEN (((old.status = 'open'::text) AND (new.status <> 'open'::text))) EXECUTE FUNCTION app.on_request_closed();
CREATE TRIGGER rules_met BEFORE UPDATE OF status ON app.change_requests FOR EACH ROW WHEN (((old.status = 'open'::text) AND (new.status = 'merged'::text))) EXECUTE FUNCTION app.on_rules_met();
create policy authors_withdraw on app.change_requests as permissive for update to indaba_person using (app.may_withdraw(id)) with check ((app.may_withdraw(id) AND (status = ANY (ARRAY['open'::text, 'withdrawn'::text])) AND (byline_id IN ( SELECT app.my_bylines() AS my_bylines)) AND ((decided_by IS NULL) OR (decided_by IN ( SELECT app.my_bylines() AS my_bylines)))));
create policy clerk_keeps on app.change_requests as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_backdates on app.change_requests as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM app.hub
  WHERE (hub.demo AND (hub.seeded_at IS NULL)))));
create policy keyring_corrects on app.change_requests as permissive for update to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.change_requests as permissive for select to indaba_keyring using (true);
create policy members_propose on app.change_requests as permissive for insert to indaba_person with check (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND app.may_speak(byline_id, audience_id) AND app.may_propose(audience_id) AND (status = 'open'::text)));
create policy owner_backs_up on app.change_requests as permissive for select to indaba_owner using (true);
create policy readers_see on app.change_requests as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy reviewers_decide on app.change_requests as permissive for update to indaba_person using (app.may_decide(id)) with check ((app.may_decide(id) AND (status = ANY (ARRAY['open'::text, 'merged'::text, 'declined'::text])) AND ((decided_by IS NULL) OR (decided_by IN ( SELECT app.my_bylines() AS my_bylines)))));

-- Who keeps a channel beside whoever opened it: its settings, its threads, and in an announcement channel who starts them.
create table app.channel_keepers (
  channel_id uuid not null,
  audience_id integer not null,
  byline_id uuid not null,
  since timestamp with time zone not null default now(),
  constraint channel_keepers_pkey PRIMARY KEY (channel_id, byline_id),
  constraint channel_keepers_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id) ON DELETE CASCADE,
  constraint channel_keepers_channel_id_audience_id_fkey FOREIGN KEY (channel_id, audience_id) REFERENCES app.channels(id, audience_id) ON DELETE CASCADE
);
create policy keepers_end on app.channel_keepers as permissive for delete to indaba_person using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (app.may_keep_channel(channel_id) OR ((byline_id IN ( SELECT app.my_bylines() AS my_bylines)) AND ( SELECT app.may_keep_own() AS may_keep_own)))));
create policy keepers_name on app.channel_keepers as permissive for insert to indaba_person with check (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND app.may_be_keeper(channel_id, byline_id)));
create policy keyring_reads on app.channel_keepers as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.channel_keepers as permissive for select to indaba_owner using (true);
create policy readers_see on app.channel_keepers as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- A channel has one conversation, hence one audience. The slug of a channel not open to all members ends in random letters, so that a taken name tells nothing.
create table app.channels (
  id uuid not null,
  slug text not null,
  audience_id integer not null,
  name text not null,
  purpose text not null default ''::text,
  byline_id uuid,
  created_at timestamp with time zone not null default now(),
  archived_at timestamp with time zone,
  rules text not null default ''::text,
  everyone_joins boolean not null default true,
  constraint channels_id_audience_id_key UNIQUE (id, audience_id),
  constraint channels_slug_key UNIQUE (slug),
  constraint channels_pkey PRIMARY KEY (id),
  constraint channels_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint channels_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint channels_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
  constraint channels_rules_check CHECK ((length(rules) <= 4000))
);
CREATE TRIGGER a_held BEFORE DELETE ON app.channels FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER archived AFTER UPDATE OF archived_at ON app.channels FOR EACH ROW WHEN ((old.archived_at IS DISTINCT FROM new.archived_at)) EXECUTE FUNCTION app.on_channel_archived();
CREATE TRIGGER kept_aside AFTER UPDATE ON app.channels FOR EACH ROW WHEN (((old.name IS DISTINCT FROM new.name) OR (old.purpose IS DISTINCT FROM new.purpose))) EXECUTE FUNCTION app.on_words_gone();
create policy clerk_keeps on app.channels as permissive for all to indaba_clerk using (true) with check (true);
create policy keepers_change on app.channels as permissive for update to indaba_person using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND app.may_keep_channel(id)));
create policy keyring_brings_in on app.channels as permissive for insert to indaba_keyring with check ((EXISTS ( SELECT
   FROM app.import_places p
  WHERE (p.id = channels.id))));
create policy keyring_reads on app.channels as permissive for select to indaba_keyring using (true);
create policy members_open on app.channels as permissive for insert to indaba_person with check (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND app.may_speak(byline_id, audience_id) AND app.may_talk(audience_id) AND ((audience_id <> 1) OR ( SELECT app.has_role('{steward,moderator}'::text[]) AS has_role))));
create policy owner_backs_up on app.channels as permissive for select to indaba_owner using (true);
create policy readers_see on app.channels as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- Which questions a version of the checklist asks, in which order. Nobody changes a row.
create table app.checklist_points (
  version integer not null,
  "position" integer not null,
  question text not null,
  constraint checklist_points_version_question_key UNIQUE (version, question),
  constraint checklist_points_pkey PRIMARY KEY (version, "position"),
  constraint checklist_points_question_fkey FOREIGN KEY (question) REFERENCES app.vetting_questions(code),
  constraint checklist_points_version_fkey FOREIGN KEY (version) REFERENCES app.checklists(version),
  constraint checklist_points_position_check CHECK (("position" > 0))
);
create policy keyring_keeps on app.checklist_points as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.checklist_points as permissive for select to indaba_owner using (true);
create policy stewards_read on app.checklist_points as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- Each version of the checklist that applications are vetted with: who made it and why; confirmed_by where a question was taken away, which needs two. The first came with the hub. Nobody changes a row.
create table app.checklists (
  version integer not null,
  made_at timestamp with time zone not null default now(),
  made_by uuid,
  confirmed_by uuid,
  reason text not null default ''::text,
  constraint checklists_pkey PRIMARY KEY (version),
  constraint checklists_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES app.bylines(id),
  constraint checklists_made_by_fkey FOREIGN KEY (made_by) REFERENCES app.bylines(id),
  constraint checklists_reason_check CHECK ((length(reason) <= 500)),
  constraint checklists_version_check CHECK ((version > 0))
);
create policy keyring_keeps on app.checklists as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.checklists as permissive for select to indaba_owner using (true);
create policy stewards_read on app.checklists as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- Who left a circle or was taken out of it: neither a rule nor their organization brings them back.
create table app.circle_absences (
  circle_id uuid not null,
  member_id uuid not null,
  by_runner boolean not null,
  at timestamp with time zone not null default now(),
  constraint circle_absences_pkey PRIMARY KEY (circle_id, member_id),
  constraint circle_absences_circle_id_fkey FOREIGN KEY (circle_id) REFERENCES app.circles(id) ON DELETE CASCADE,
  constraint circle_absences_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
CREATE INDEX circle_absences_member_id_idx ON app.circle_absences USING btree (member_id);
CREATE TRIGGER audiences_follow AFTER INSERT OR DELETE ON app.circle_absences FOR EACH ROW EXECUTE FUNCTION app.on_own_choice();
create policy keyring_keeps on app.circle_absences as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.circle_absences as permissive for select to indaba_owner using (true);

-- Who asked to come into a circle, and who was invited; with the words, the answer, and by whom each. One open at a time for a person and a circle.
create table app.circle_admissions (
  id uuid not null,
  circle_id uuid not null,
  member_id uuid not null,
  kind text not null,
  words text not null default ''::text,
  byline_id uuid not null,
  at timestamp with time zone not null default now(),
  outcome text,
  answered_by uuid,
  answered_at timestamp with time zone,
  answer text not null default ''::text,
  constraint circle_admissions_pkey PRIMARY KEY (id),
  constraint circle_admissions_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES app.bylines(id),
  constraint circle_admissions_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint circle_admissions_circle_id_fkey FOREIGN KEY (circle_id) REFERENCES app.circles(id) ON DELETE CASCADE,
  constraint circle_admissions_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint circle_admissions_answer_check CHECK ((length(answer) <= 500)),
  constraint circle_admissions_kind_check CHECK ((kind = ANY (ARRAY['request'::text, 'invitation'::text]))),
  constraint circle_admissions_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'declined'::text, 'withdrawn'::text]))),
  constraint circle_admissions_words_check CHECK ((length(words) <= 500))
);
CREATE INDEX circle_admissions_member_id_idx ON app.circle_admissions USING btree (member_id);
CREATE UNIQUE INDEX circle_admissions_open_key ON app.circle_admissions USING btree (circle_id, member_id) WHERE (outcome IS NULL);
CREATE TRIGGER admission_checked AFTER INSERT ON app.circle_admissions FOR EACH ROW EXECUTE FUNCTION app.on_admission();
CREATE TRIGGER admission_told AFTER INSERT OR UPDATE OF outcome ON app.circle_admissions FOR EACH ROW EXECUTE FUNCTION app.on_admission_told();
create policy concerned_make on app.circle_admissions as permissive for insert to indaba_person with check (((byline_id IN ( SELECT b.id
   FROM app.bylines b
  WHERE ((b.kind = 'person'::text) AND (b.member_id = ( SELECT app.me() AS me))))) AND
CASE kind
    WHEN 'request'::text THEN ((member_id = ( SELECT app.me() AS me)) AND app.may_ask_circle(circle_id))
    ELSE (app.may_run_circle(circle_id) AND (member_id IN ( SELECT m.id
       FROM app.members m
      WHERE (m.status = 'active'::text))))
END));
create policy concerned_read on app.circle_admissions as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) OR (circle_id IN ( SELECT app.my_run_circles() AS my_run_circles))));
create policy keyring_answers on app.circle_admissions as permissive for update to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.circle_admissions as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.circle_admissions as permissive for select to indaba_owner using (true);

create table app.circle_members (
  circle_id uuid not null,
  member_id uuid,
  organization_id uuid,
  ends_at timestamp with time zone,
  reminded_at timestamp with time zone,
  constraint circle_members_circle_id_member_id_organization_id_key UNIQUE NULLS NOT DISTINCT (circle_id, member_id, organization_id),
  constraint circle_members_circle_id_fkey FOREIGN KEY (circle_id) REFERENCES app.circles(id) ON DELETE CASCADE,
  constraint circle_members_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint circle_members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE,
  constraint circle_members_check CHECK ((num_nonnulls(member_id, organization_id) = 1))
);
CREATE TRIGGER a_guest_has_an_end BEFORE INSERT OR UPDATE OF ends_at ON app.circle_members FOR EACH ROW EXECUTE FUNCTION app.on_guest_comes();
CREATE TRIGGER admitted BEFORE INSERT ON app.circle_members FOR EACH ROW WHEN ((new.organization_id IS NOT NULL)) EXECUTE FUNCTION app.on_admitted();
CREATE TRIGGER audiences_follow AFTER INSERT OR DELETE OR UPDATE ON app.circle_members FOR EACH ROW EXECUTE FUNCTION app.on_circle_member();
CREATE TRIGGER circle_kept AFTER INSERT OR DELETE ON app.circle_members FOR EACH ROW EXECUTE FUNCTION app.on_circle_changed();
CREATE TRIGGER ends_follow AFTER INSERT OR DELETE OR UPDATE OF ends_at ON app.circle_members FOR EACH ROW EXECUTE FUNCTION app.on_guest_end_moved();
create policy clerk_keeps on app.circle_members as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_clears on app.circle_members as permissive for delete to indaba_keyring using ((organization_id IS NOT NULL));
create policy keyring_gives_an_end on app.circle_members as permissive for update to indaba_keyring using ((member_id IS NOT NULL)) with check ((ends_at IS NOT NULL));
create policy keyring_makes on app.circle_members as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.circle_members as permissive for select to indaba_keyring using (true);
create policy keyring_takes_out on app.circle_members as permissive for delete to indaba_keyring using (true);
create policy owner_backs_up on app.circle_members as permissive for select to indaba_owner using (true);
create policy readers_see on app.circle_members as permissive for select to indaba_person using (((circle_id IN ( SELECT c.id
   FROM app.circles c
  WHERE ((c.audience_id IN ( SELECT app.my_rosters() AS my_rosters)) OR (c.audience_id IN ( SELECT app.open_rosters() AS open_rosters))))) OR (member_id = ( SELECT app.me() AS me))));
create policy runners_add on app.circle_members as permissive for insert to indaba_person with check (app.may_run_circle(circle_id));
create policy runners_remove on app.circle_members as permissive for delete to indaba_person using (app.may_run_circle(circle_id));
create policy runners_renew on app.circle_members as permissive for update to indaba_person using (app.may_renew_guest(circle_id, member_id, organization_id)) with check (app.may_run_circle(circle_id));

-- Who runs a circle, from within: full members in it. A row of somebody who is suspended or no longer in it says nothing.
create table app.circle_runners (
  circle_id uuid not null,
  member_id uuid not null,
  since timestamp with time zone not null default now(),
  constraint circle_runners_pkey PRIMARY KEY (circle_id, member_id),
  constraint circle_runners_circle_id_fkey FOREIGN KEY (circle_id) REFERENCES app.circles(id) ON DELETE CASCADE,
  constraint circle_runners_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
CREATE INDEX circle_runners_member_id_idx ON app.circle_runners USING btree (member_id);
CREATE TRIGGER runner_told AFTER INSERT OR DELETE ON app.circle_runners FOR EACH ROW EXECUTE FUNCTION app.on_circle_runner();
create policy clerk_keeps on app.circle_runners as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_makes on app.circle_runners as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.circle_runners as permissive for select to indaba_keyring using (true);
create policy keyring_takes_back on app.circle_runners as permissive for delete to indaba_keyring using (true);
create policy owner_backs_up on app.circle_runners as permissive for select to indaba_owner using (true);
create policy readers_see on app.circle_runners as permissive for select to indaba_person using ((circle_id IN ( SELECT c.id
   FROM app.circles c
  WHERE ((c.audience_id IN ( SELECT app.my_audiences() AS my_audiences)) OR (c.audience_id IN ( SELECT app.open_rosters() AS open_rosters))))));
create policy runners_name on app.circle_runners as permissive for insert to indaba_person with check (app.may_be_runner(circle_id, member_id));
create policy runners_take_back on app.circle_runners as permissive for delete to indaba_person using (app.may_run_circle(circle_id));

-- A named group of people or organizations.
create table app.circles (
  id uuid not null,
  slug text not null,
  name text not null,
  purpose text not null default ''::text,
  audience_id integer not null,
  created_at timestamp with time zone not null default now(),
  entry text not null default 'invitation'::text,
  listed boolean not null default false,
  roster text not null default 'members'::text,
  by_rule boolean not null default false,
  rule_regions text[] not null default '{}'::text[],
  rule_kinds text[] not null default '{}'::text[],
  rule_topics text[] not null default '{}'::text[],
  for_channel boolean not null default false,
  constraint circles_id_audience_id_key UNIQUE (id, audience_id),
  constraint circles_slug_key UNIQUE (slug),
  constraint circles_pkey PRIMARY KEY (id),
  constraint circles_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint circles_check CHECK ((listed OR ((entry = 'invitation'::text) AND (roster <> 'everyone'::text)))),
  constraint circles_check1 CHECK (((NOT by_rule) OR (cardinality(((rule_regions || rule_kinds) || rule_topics)) > 0))),
  constraint circles_entry_check CHECK ((entry = ANY (ARRAY['open'::text, 'request'::text, 'invitation'::text]))),
  constraint circles_roster_check CHECK ((roster = ANY (ARRAY['members'::text, 'everyone'::text, 'runners'::text])))
);
CREATE UNIQUE INDEX circles_audience_key ON app.circles USING btree (audience_id);
CREATE TRIGGER a_held BEFORE DELETE ON app.circles FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER circle_told AFTER INSERT ON app.circles FOR EACH ROW EXECUTE FUNCTION app.on_circle();
CREATE TRIGGER kept_aside AFTER UPDATE ON app.circles FOR EACH ROW WHEN (((old.name IS DISTINCT FROM new.name) OR (old.purpose IS DISTINCT FROM new.purpose))) EXECUTE FUNCTION app.on_words_gone();
create policy clerk_keeps on app.circles as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_changes on app.circles as permissive for update to indaba_keyring using (true) with check (true);
create policy keyring_makes on app.circles as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.circles as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.circles as permissive for select to indaba_owner using (true);
create policy readers_see on app.circles as permissive for select to indaba_person using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) OR (listed AND (2 IN ( SELECT app.my_audiences() AS my_audiences))) OR (id IN ( SELECT app.my_circle_invitations() AS my_circle_invitations))));
create policy visitors_see_none on app.circles as permissive for select to indaba_visitor using ((audience_id = 1));

-- Words that stand beside a message of a comment: of the first one the words it is about and what they should say, of a disposition its reason. Read through that message, and gone with it.
create table app.comment_words (
  message_id uuid not null,
  thread_id uuid not null,
  audience_id integer not null,
  quote text not null default ''::text,
  quote_before text not null default ''::text,
  quote_after text not null default ''::text,
  proposed text not null default ''::text,
  reason text not null default ''::text,
  constraint comment_words_pkey PRIMARY KEY (message_id),
  constraint comment_words_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint comment_words_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES app.comments(thread_id) ON DELETE CASCADE,
  constraint comment_words_proposed_check CHECK ((length(proposed) <= 20000)),
  constraint comment_words_quote_after_check CHECK ((length(quote_after) <= 64)),
  constraint comment_words_quote_before_check CHECK ((length(quote_before) <= 64)),
  constraint comment_words_quote_check CHECK ((length(quote) <= 2000)),
  constraint comment_words_reason_check CHECK ((length(reason) <= 4000))
);
CREATE INDEX comment_words_thread_id_idx ON app.comment_words USING btree (thread_id);
create policy keyring_finds on app.comment_words as permissive for select to indaba_keyring using (true);
create policy keyring_forgets on app.comment_words as permissive for delete to indaba_keyring using (true);
create policy keyring_submits on app.comment_words as permissive for insert to indaba_keyring with check ((EXISTS ( SELECT
   FROM (app.comments c
     JOIN app.bylines b ON ((b.id = c.byline_id)))
  WHERE ((c.thread_id = comment_words.thread_id) AND (b.jurisdiction_id IS NOT NULL)))));
create policy owner_backs_up on app.comment_words as permissive for select to indaba_owner using (true);
create policy readers_see on app.comment_words as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy through_the_message on app.comment_words as restrictive for select to indaba_person using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = comment_words.message_id) AND (m.audience_id = comment_words.audience_id) AND (m.deleted_at IS NULL)))));
create policy writers_comment on app.comment_words as permissive for insert to indaba_person with check ((app.may_talk(audience_id) AND (EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = comment_words.message_id) AND (m.thread_id = comment_words.thread_id) AND (m.audience_id = comment_words.audience_id) AND (m.byline_id IN ( SELECT app.my_bylines() AS my_bylines)))))));

-- A thread that comments on a text: on a whole page or request, a block, a control, or the words of one. Its words stand in its messages and in app.comment_words. version rises with every disposition, so that two who dispose at once hear of each other.
create table app.comments (
  thread_id uuid not null,
  conversation_id uuid not null,
  audience_id integer not null,
  message_id uuid not null,
  space_id uuid not null,
  page_id uuid,
  block text,
  byline_id uuid not null,
  kind text not null,
  closed_at timestamp with time zone,
  disposition text,
  disposed_by uuid,
  disposed_at timestamp with time zone,
  answer_id uuid,
  answered_by uuid,
  version integer not null default 0,
  constraint comments_message_id_key UNIQUE (message_id),
  constraint comments_pkey PRIMARY KEY (thread_id),
  constraint comments_answer_id_audience_id_fkey FOREIGN KEY (answer_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE SET NULL (answer_id),
  constraint comments_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES app.change_requests(id),
  constraint comments_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint comments_disposed_by_fkey FOREIGN KEY (disposed_by) REFERENCES app.bylines(id),
  constraint comments_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint comments_page_id_fkey FOREIGN KEY (page_id) REFERENCES app.pages(id),
  constraint comments_space_id_fkey FOREIGN KEY (space_id) REFERENCES app.spaces(id),
  constraint comments_thread_id_conversation_id_audience_id_fkey FOREIGN KEY (thread_id, conversation_id, audience_id) REFERENCES app.threads(id, conversation_id, audience_id) ON DELETE CASCADE,
  constraint comments_block_check CHECK ((length(block) <= 64)),
  constraint comments_check CHECK ((((disposition IS NULL) = (disposed_at IS NULL)) AND ((disposition IS NULL) = (disposed_by IS NULL)))),
  constraint comments_disposition_check CHECK ((disposition = ANY (ARRAY['accepted'::text, 'in_part'::text, 'not_accepted'::text, 'noted'::text, 'withdrawn'::text]))),
  constraint comments_kind_check CHECK ((kind = ANY (ARRAY['general'::text, 'technical'::text, 'editorial'::text])))
);
CREATE INDEX comments_answer_id_idx ON app.comments USING btree (answer_id) WHERE (answer_id IS NOT NULL);
CREATE INDEX comments_answered_by_idx ON app.comments USING btree (answered_by) WHERE (answered_by IS NOT NULL);
CREATE INDEX comments_conversation_id_audience_id_idx ON app.comments USING btree (conversation_id, audience_id);
CREATE INDEX comments_page_id_idx ON app.comments USING btree (page_id) WHERE (page_id IS NOT NULL);
CREATE INDEX comments_space_id_audience_id_idx ON app.comments USING btree (space_id, audience_id);
CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON app.comments FOR EACH ROW EXECUTE FUNCTION app.on_comment();
create policy deciders_dispose on app.comments as permissive for update to indaba_person using (app.may_dispose(thread_id)) with check ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy keyring_reads on app.comments as permissive for select to indaba_keyring using (true);
create policy keyring_submits on app.comments as permissive for insert to indaba_keyring with check ((EXISTS ( SELECT
   FROM app.bylines b
  WHERE ((b.id = comments.byline_id) AND (b.jurisdiction_id IS NOT NULL)))));
create policy labels_hold on app.comments as restrictive for select to indaba_person using (((cardinality(( SELECT app.sealed_labels() AS sealed_labels)) = 0) OR (NOT app.sealed_message(message_id))));
create policy owner_backs_up on app.comments as permissive for select to indaba_owner using (true);
create policy readers_see on app.comments as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy through_the_thread on app.comments as restrictive for select to indaba_person using ((EXISTS ( SELECT
   FROM app.threads t
  WHERE ((t.id = comments.thread_id) AND (t.audience_id = comments.audience_id)))));
create policy writers_close on app.comments as permissive for update to indaba_person using (app.may_close_comment(thread_id)) with check ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy writers_comment on app.comments as permissive for insert to indaba_person with check (((byline_id IN ( SELECT app.my_bylines() AS my_bylines)) AND app.may_talk(audience_id) AND (EXISTS ( SELECT
   FROM (app.threads t
     JOIN app.messages m ON (((m.thread_id = t.id) AND (m.audience_id = t.audience_id))))
  WHERE ((t.id = comments.thread_id) AND (t.byline_id = comments.byline_id) AND (m.id = comments.message_id) AND (m.thread_number = 1) AND (m.byline_id = comments.byline_id))))));

-- Numbers of a control in its sources. One number may name several controls, as GitBook 8.9 does.
create table app.control_aliases (
  control_id uuid not null,
  audience_id integer not null,
  scheme text not null,
  value text not null,
  constraint published TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint control_aliases_pkey PRIMARY KEY (control_id, scheme, value),
  constraint control_aliases_control_id_audience_id_fkey FOREIGN KEY (control_id, audience_id) REFERENCES app.controls(id, audience_id)
);
CREATE INDEX control_aliases_scheme_value_idx ON app.control_aliases USING btree (scheme, value);
CREATE CONSTRAINT TRIGGER published AFTER INSERT OR DELETE OR UPDATE ON app.control_aliases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.on_publishing();
create policy clerk_keeps on app.control_aliases as permissive for all to indaba_clerk using (true) with check (true);
create policy mergers_remove on app.control_aliases as permissive for delete to indaba_person using ((EXISTS ( SELECT
   FROM app.controls c
  WHERE ((c.id = control_aliases.control_id) AND app.may_project(c.page_id)))));
create policy mergers_write on app.control_aliases as permissive for insert to indaba_person with check ((EXISTS ( SELECT
   FROM app.controls c
  WHERE ((c.id = control_aliases.control_id) AND app.may_project(c.page_id)))));
create policy owner_backs_up on app.control_aliases as permissive for select to indaba_owner using (true);
create policy readers_see on app.control_aliases as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- A control in the OSCAL sense, whatever its source calls it. code is its permanent short address, /c/<code>.
create table app.controls (
  id uuid not null,
  code text not null,
  space_id uuid not null,
  audience_id integer not null,
  page_id uuid not null,
  slug text not null,
  kind text not null,
  title text not null,
  text text not null,
  risk text,
  vulnerability text,
  note text,
  group_key text,
  "position" integer not null,
  number text,
  entity text[] not null default '{}'::text[],
  role text[] not null default '{}'::text[],
  dimension text[] not null default '{}'::text[],
  parameters jsonb not null default '[]'::jsonb,
  retired_at timestamp with time zone,
  retired_because text,
  successor_id uuid,
  constraint controls_code_key UNIQUE (code),
  constraint controls_id_audience_id_key UNIQUE (id, audience_id),
  constraint controls_space_id_audience_id_slug_key UNIQUE (space_id, audience_id, slug),
  constraint published TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint controls_pkey PRIMARY KEY (id),
  constraint controls_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id),
  constraint controls_space_id_audience_id_fkey FOREIGN KEY (space_id, audience_id) REFERENCES app.spaces(id, audience_id),
  constraint controls_successor_fkey FOREIGN KEY (successor_id, audience_id) REFERENCES app.controls(id, audience_id) DEFERRABLE INITIALLY DEFERRED,
  constraint controls_follow_another CHECK ((successor_id <> id)),
  constraint controls_kind_check CHECK ((kind = ANY (ARRAY['control'::text, 'recommendation'::text, 'practice'::text, 'clause'::text]))),
  constraint controls_retired_because_check CHECK ((length(retired_because) <= 10000)),
  constraint controls_withdrawn CHECK (((retired_at IS NOT NULL) OR ((retired_because IS NULL) AND (successor_id IS NULL))))
);
CREATE INDEX controls_page_id_audience_id_idx ON app.controls USING btree (page_id, audience_id);
CREATE CONSTRAINT TRIGGER published AFTER INSERT OR UPDATE ON app.controls DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.on_publishing();
create policy clerk_keeps on app.controls as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_reads on app.controls as permissive for select to indaba_keyring using (true);
create policy mergers_change on app.controls as permissive for update to indaba_person using (app.may_project(page_id)) with check (app.may_project(page_id));
create policy mergers_write on app.controls as permissive for insert to indaba_person with check (app.may_project(page_id));
create policy owner_backs_up on app.controls as permissive for select to indaba_owner using (true);
create policy readers_see on app.controls as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- Threads about one subject, with one audience: whoever reads it reads all of its messages. audience_id never changes.
create table app.conversations (
  id uuid not null,
  audience_id integer not null,
  subject_kind text not null,
  subject_id uuid not null,
  ceiling text not null default 'TLP:GREEN'::text,
  created_at timestamp with time zone not null default now(),
  marking text,
  starters text not null default 'readers'::text,
  closed_at timestamp with time zone,
  within_id uuid,
  constraint conversations_id_audience_id_key UNIQUE (id, audience_id),
  constraint conversations_subject_id_subject_kind_audience_id_key UNIQUE (subject_id, subject_kind, audience_id),
  constraint conversations_pkey PRIMARY KEY (id),
  constraint conversations_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint conversations_ceiling_fkey FOREIGN KEY (ceiling) REFERENCES app.marking_outlets(label),
  constraint conversations_marking_fkey FOREIGN KEY (marking) REFERENCES app.marking_outlets(label),
  constraint conversations_within_id_fkey FOREIGN KEY (within_id) REFERENCES app.jurisdictions(id),
  constraint conversations_starters_check CHECK ((starters = ANY (ARRAY['readers'::text, 'keepers'::text]))),
  constraint conversations_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['channel'::text, 'page'::text, 'control'::text, 'change_request'::text, 'direct'::text]))),
  constraint conversations_within_check CHECK (((within_id IS NULL) OR (subject_kind = 'change_request'::text)))
);
CREATE INDEX conversations_within_id_idx ON app.conversations USING btree (within_id) WHERE (within_id IS NOT NULL);
CREATE TRIGGER a_held BEFORE DELETE ON app.conversations FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER b_not_restricted BEFORE INSERT ON app.conversations FOR EACH ROW EXECUTE FUNCTION app.on_restricted();
CREATE TRIGGER ceiling BEFORE INSERT OR UPDATE ON app.conversations FOR EACH ROW EXECUTE FUNCTION app.on_conversation();
CREATE TRIGGER numbers AFTER INSERT ON app.conversations FOR EACH ROW EXECUTE FUNCTION app.on_scope();
create policy keepers_change on app.conversations as permissive for update to indaba_person using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (subject_kind = 'channel'::text) AND app.may_keep_talk(id)));
create policy keyring_brings_in on app.conversations as permissive for insert to indaba_keyring with check ((EXISTS ( SELECT
   FROM app.import_places p
  WHERE (p.id = conversations.subject_id))));
create policy keyring_closes on app.conversations as permissive for update to indaba_keyring using ((subject_kind = 'channel'::text));
create policy keyring_closes_brought_in on app.conversations as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM app.import_places p
  WHERE (p.id = conversations.subject_id))));
create policy keyring_opens_within on app.conversations as permissive for insert to indaba_keyring with check ((within_id IS NOT NULL));
create policy keyring_reads on app.conversations as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.conversations as permissive for select to indaba_owner using (true);
create policy readers_open on app.conversations as permissive for insert to indaba_person with check (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND app.may_talk(audience_id) AND
CASE subject_kind
    WHEN 'direct'::text THEN (EXISTS ( SELECT
       FROM app.audiences a
      WHERE ((a.id = conversations.audience_id) AND (a.kind = 'named'::text))))
    ELSE (audience_id = app.talk_audience(subject_kind, subject_id))
END));
create policy readers_see on app.conversations as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- Dense numbers per conversation, thread and space, given under the row lock by triggers only. Narrow, so that updates stay HOT.
create table app.counters (
  scope_id uuid not null,
  audience_id integer not null,
  last_number integer not null default 0,
  last_at timestamp with time zone,
  constraint counters_scope_id_audience_id_key UNIQUE (scope_id, audience_id),
  constraint counters_pkey PRIMARY KEY (scope_id)
);
create policy archivist_looks on app.counters as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.counters as permissive for delete to indaba_archivist using (app.thread_due(scope_id));
create policy clerk_reads on app.counters as permissive for select to indaba_clerk using (true);
create policy keyring_counts on app.counters as permissive for all to indaba_keyring using (true) with check (true);
create policy labels_hold on app.counters as restrictive for select to indaba_person using (((cardinality(( SELECT app.sealed_labels() AS sealed_labels)) = 0) OR (NOT app.holds_sealed(scope_id))));
create policy owner_backs_up on app.counters as permissive for select to indaba_owner using (true);
create policy readers_see on app.counters as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- The position a country is about to take on a change request, as its lead authority drafts it; read within that country alone. Gone once the position is given. version rises with every saving.
create table app.country_drafts (
  conversation_id uuid not null,
  audience_id integer not null,
  stance text,
  words text not null default ''::text,
  version integer not null default 1,
  byline_id uuid not null,
  saved_at timestamp with time zone not null default now(),
  constraint country_drafts_pkey PRIMARY KEY (conversation_id),
  constraint country_drafts_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint country_drafts_conversation_id_audience_id_fkey FOREIGN KEY (conversation_id, audience_id) REFERENCES app.conversations(id, audience_id) ON DELETE CASCADE,
  constraint country_drafts_stance_check CHECK ((stance = ANY (ARRAY['support'::text, 'no_objection'::text, 'abstain'::text, 'discuss'::text]))),
  constraint country_drafts_words_check CHECK ((length(words) <= 5000))
);
CREATE INDEX country_drafts_byline_id_idx ON app.country_drafts USING btree (byline_id);
create policy keyring_keeps on app.country_drafts as permissive for all to indaba_keyring using (true) with check (true);
create policy labels_hold on app.country_drafts as restrictive for select to indaba_person using (((cardinality(( SELECT app.sealed_labels() AS sealed_labels)) = 0) OR (NOT ('TLP:AMBER'::text = ANY (( SELECT app.sealed_labels() AS sealed_labels)::text[])))));
create policy owner_backs_up on app.country_drafts as permissive for select to indaba_owner using (true);
create policy readers_see on app.country_drafts as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- How a comment made within a country is to be worded when it is submitted as the country's, or was; read within that country alone. The submitted comment knows nothing of it.
create table app.country_points (
  thread_id uuid not null,
  audience_id integer not null,
  take boolean not null default true,
  kind text not null,
  words text not null,
  proposed text not null default ''::text,
  submitted_id uuid,
  submitted_by uuid,
  submitted_at timestamp with time zone,
  constraint country_points_pkey PRIMARY KEY (thread_id),
  constraint country_points_submitted_by_fkey FOREIGN KEY (submitted_by) REFERENCES app.bylines(id),
  constraint country_points_submitted_id_fkey FOREIGN KEY (submitted_id) REFERENCES app.comments(thread_id) ON DELETE SET NULL,
  constraint country_points_thread_id_audience_id_fkey FOREIGN KEY (thread_id, audience_id) REFERENCES app.threads(id, audience_id) ON DELETE CASCADE,
  constraint country_points_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES app.comments(thread_id) ON DELETE CASCADE,
  constraint country_points_check CHECK (((NOT take) OR (length(words) > 0))),
  constraint country_points_check1 CHECK (((submitted_at IS NULL) = (submitted_by IS NULL))),
  constraint country_points_kind_check CHECK ((kind = ANY (ARRAY['general'::text, 'technical'::text, 'editorial'::text]))),
  constraint country_points_proposed_check CHECK ((length(proposed) <= 20000)),
  constraint country_points_words_check CHECK ((length(words) <= 20000))
);
CREATE INDEX country_points_submitted_by_idx ON app.country_points USING btree (submitted_by) WHERE (submitted_by IS NOT NULL);
CREATE INDEX country_points_submitted_id_idx ON app.country_points USING btree (submitted_id) WHERE (submitted_id IS NOT NULL);
create policy keyring_keeps on app.country_points as permissive for all to indaba_keyring using (true) with check (true);
create policy labels_hold on app.country_points as restrictive for select to indaba_person using (((cardinality(( SELECT app.sealed_labels() AS sealed_labels)) = 0) OR (NOT ('TLP:AMBER'::text = ANY (( SELECT app.sealed_labels() AS sealed_labels)::text[])))));
create policy owner_backs_up on app.country_points as permissive for select to indaba_owner using (true);
create policy readers_see on app.country_points as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- A package that a job makes as the person who asked: it holds what that person may read, and of that what the labels let out. Fetched once, after a fresh proof.
create table app.data_exports (
  id uuid not null,
  member_id uuid not null,
  kind text not null,
  organization_id uuid,
  reason text not null default ''::text,
  from_on date,
  until_on date,
  exclusions jsonb not null default '[]'::jsonb,
  asked_at timestamp with time zone not null default now(),
  made_at timestamp with time zone,
  expires_at timestamp with time zone,
  taken_at timestamp with time zone,
  failed_at timestamp with time zone,
  size bigint,
  sha256 bytea,
  counts jsonb not null default '{}'::jsonb,
  told jsonb not null default '[]'::jsonb,
  constraint data_exports_pkey PRIMARY KEY (id),
  constraint data_exports_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint data_exports_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE,
  constraint data_exports_check CHECK (((kind = 'records'::text) = (organization_id IS NOT NULL))),
  constraint data_exports_exclusions_check CHECK (((jsonb_typeof(exclusions) = 'array'::text) AND (length((exclusions)::text) <= 50000))),
  constraint data_exports_kind_check CHECK ((kind = ANY (ARRAY['own'::text, 'records'::text]))),
  constraint data_exports_reason_check CHECK ((length(reason) <= 500)),
  constraint data_exports_told_check CHECK ((jsonb_typeof(told) = 'array'::text))
);
CREATE INDEX data_exports_member_id_asked_at_idx ON app.data_exports USING btree (member_id, asked_at DESC);
CREATE TRIGGER a_held BEFORE DELETE ON app.data_exports FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER asked BEFORE INSERT ON app.data_exports FOR EACH ROW EXECUTE FUNCTION app.on_export_asked();
CREATE TRIGGER made_told AFTER UPDATE ON app.data_exports FOR EACH ROW WHEN (((old.made_at IS NULL) AND (new.made_at IS NOT NULL))) EXECUTE FUNCTION app.on_export_made();
create policy clerk_ends on app.data_exports as permissive for update to indaba_clerk using ((taken_at IS NULL)) with check ((taken_at IS NULL));
create policy clerk_reads on app.data_exports as permissive for select to indaba_clerk using (true);
create policy keyring_erases on app.data_exports as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = data_exports.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.data_exports as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = data_exports.member_id) AND (m.status = 'left'::text)))));
create policy keyring_lets_out on app.data_exports as permissive for update to indaba_keyring using ((taken_at IS NULL)) with check ((taken_at IS NOT NULL));
create policy keyring_reads on app.data_exports as permissive for select to indaba_keyring using (true);
create policy own on app.data_exports as permissive for select to indaba_person using ((member_id = ( SELECT app.me() AS me)));
create policy own_ask on app.data_exports as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.in_browser() AS in_browser) AND ( SELECT app.may_write() AS may_write) AND ((organization_id IS NULL) OR app.may_export_records(organization_id))));
create policy owner_backs_up on app.data_exports as permissive for select to indaba_owner using (true);

-- A duty handed to a colleague from one moment until another. It is asked each time whether it holds now, so it ends by itself; never steward or trustee, never what was itself handed on.
create table app.delegations (
  id uuid not null,
  duty text not null,
  organization_id uuid,
  from_member uuid not null,
  to_member uuid not null,
  starts_at timestamp with time zone not null default now(),
  ends_at timestamp with time zone not null,
  reason text not null,
  made_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  revoked_by uuid,
  constraint delegations_pkey PRIMARY KEY (id),
  constraint delegations_from_member_fkey FOREIGN KEY (from_member) REFERENCES app.members(id),
  constraint delegations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id),
  constraint delegations_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES app.members(id),
  constraint delegations_to_member_fkey FOREIGN KEY (to_member) REFERENCES app.members(id),
  constraint delegations_check CHECK ((from_member <> to_member)),
  constraint delegations_check1 CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '92 days'::interval)))),
  constraint delegations_check2 CHECK (((duty = 'focal_point'::text) = (organization_id IS NOT NULL))),
  constraint delegations_duty_check CHECK ((duty = ANY (ARRAY['focal_point'::text, 'editor'::text, 'reviewer'::text, 'moderator'::text]))),
  constraint delegations_reason_check CHECK (((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 500)))
);
CREATE INDEX delegations_from_member_idx ON app.delegations USING btree (from_member);
CREATE INDEX delegations_to_member_idx ON app.delegations USING btree (to_member);
CREATE TRIGGER delegation_end_told AFTER UPDATE ON app.delegations FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION app.on_delegation();
CREATE TRIGGER delegation_revoked BEFORE UPDATE ON app.delegations FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION app.on_delegation_revoked();
CREATE TRIGGER delegation_told AFTER INSERT ON app.delegations FOR EACH ROW EXECUTE FUNCTION app.on_delegation();
CREATE TRIGGER needs_fresh BEFORE INSERT ON app.delegations FOR EACH ROW EXECUTE FUNCTION app.on_dangerous();
create policy clerk_mails on app.delegations as permissive for select to indaba_clerk using (true);
create policy concerned_revoke on app.delegations as permissive for update to indaba_person using (((revoked_at IS NULL) AND (ends_at > now()) AND ((from_member = ( SELECT app.me() AS me)) OR (to_member = ( SELECT app.me() AS me)) OR ( SELECT app.has_role('{steward}'::text[]) AS has_role)) AND ( SELECT app.may_keep_own() AS may_keep_own))) with check (((from_member = ( SELECT app.me() AS me)) OR (to_member = ( SELECT app.me() AS me)) OR ( SELECT app.has_role('{steward}'::text[]) AS has_role)));
create policy holders_hand_over on app.delegations as permissive for insert to indaba_person with check (((from_member = ( SELECT app.me() AS me)) AND app.may_delegate(duty, organization_id, to_member)));
create policy keyring_erases on app.delegations as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = ANY (ARRAY[delegations.from_member, delegations.to_member])) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.delegations as permissive for select to indaba_keyring using (true);
create policy members_read on app.delegations as permissive for select to indaba_person using (((2 IN ( SELECT app.my_audiences() AS my_audiences)) OR (from_member = ( SELECT app.me() AS me)) OR (to_member = ( SELECT app.me() AS me))));
create policy owner_backs_up on app.delegations as permissive for select to indaba_owner using (true);

-- Pictures that somebody put into a text they are writing, drawn anew without what they carried, under the name by which the text shows them. Seen by whoever writes, while they read the space; when a text that names one is proposed, it becomes a picture of the space.
create table app.draft_pictures (
  id uuid not null,
  member_id uuid not null,
  space_id uuid not null,
  path text not null,
  mime text not null,
  size bigint not null,
  sha256 bytea not null,
  width integer not null,
  height integer not null,
  created_at timestamp with time zone not null default now(),
  constraint draft_pictures_member_id_space_id_path_key UNIQUE (member_id, space_id, path),
  constraint draft_pictures_pkey PRIMARY KEY (id),
  constraint draft_pictures_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint draft_pictures_space_id_fkey FOREIGN KEY (space_id) REFERENCES app.spaces(id) ON DELETE CASCADE,
  constraint draft_pictures_path_check CHECK ((path ~ '^[a-z0-9][a-z0-9-]{0,80}\.(png|jpg|gif|webp|avif)$'::text)),
  constraint draft_pictures_size_check CHECK (((size >= 1) AND (size <= 10485760)))
);
CREATE INDEX draft_pictures_space_id_idx ON app.draft_pictures USING btree (space_id);
CREATE TRIGGER not_too_many BEFORE INSERT ON app.draft_pictures FOR EACH ROW EXECUTE FUNCTION app.on_draft_picture();
create policy archivist_looks on app.draft_pictures as permissive for select to indaba_archivist using (true);
create policy keyring_erases on app.draft_pictures as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = draft_pictures.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.draft_pictures as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = draft_pictures.member_id) AND (m.status = 'left'::text)))));
create policy keyring_keeps on app.draft_pictures as permissive for all to indaba_keyring using (true) with check (true);
create policy own on app.draft_pictures as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (space_id IN ( SELECT s.id
   FROM app.spaces s))));
create policy own_begin on app.draft_pictures as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own) AND (space_id IN ( SELECT s.id
   FROM app.spaces s
  WHERE app.may_propose(s.audience_id)))));
create policy own_drop on app.draft_pictures as permissive for delete to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.draft_pictures as permissive for select to indaba_owner using (true);

-- What somebody began to write, by where: one for each thread, and one for a new thread about a subject. Read by its writer alone; gone when it is posted.
create table app.drafts (
  id uuid not null,
  member_id uuid not null,
  subject_kind text not null,
  subject_id uuid not null,
  thread_id uuid,
  title text not null default ''::text,
  body text not null,
  marking text,
  updated_at timestamp with time zone not null default now(),
  constraint drafts_member_id_subject_kind_subject_id_thread_id_key UNIQUE NULLS NOT DISTINCT (member_id, subject_kind, subject_id, thread_id),
  constraint drafts_pkey PRIMARY KEY (id),
  constraint drafts_marking_fkey FOREIGN KEY (marking) REFERENCES app.marking_outlets(label),
  constraint drafts_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint drafts_body_check CHECK ((length(body) <= 20000)),
  constraint drafts_title_check CHECK ((length(title) <= 200))
);
create policy keyring_erases on app.drafts as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = drafts.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.drafts as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = drafts.member_id) AND (m.status = 'left'::text)))));
create policy labels_hold on app.drafts as restrictive for select to indaba_person using (((marking IS NULL) OR (marking <> ALL (( SELECT app.sealed_labels() AS sealed_labels)::text[]))));
create policy own on app.drafts as permissive for select to indaba_person using ((member_id = ( SELECT app.me() AS me)));
create policy own_begin on app.drafts as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own) AND
CASE subject_kind
    WHEN 'direct'::text THEN (EXISTS ( SELECT
       FROM app.conversations c
      WHERE ((c.subject_kind = 'direct'::text) AND (c.subject_id = drafts.subject_id))))
    ELSE (app.talk_audience(subject_kind, subject_id) IS NOT NULL)
END));
create policy own_drop on app.drafts as permissive for delete to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy own_go_on on app.drafts as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.drafts as permissive for select to indaba_owner using (true);

-- The pictures that the pages of an edition name by path, as they were then.
create table app.edition_assets (
  edition_id uuid not null,
  audience_id integer not null,
  path text not null,
  file_id uuid not null,
  constraint edition_assets_pkey PRIMARY KEY (edition_id, audience_id, path),
  constraint edition_assets_edition_id_fkey FOREIGN KEY (edition_id) REFERENCES app.editions(id),
  constraint edition_assets_file_id_audience_id_fkey FOREIGN KEY (file_id, audience_id) REFERENCES app.files(id, audience_id)
);
CREATE TRIGGER kept BEFORE INSERT OR DELETE OR UPDATE ON app.edition_assets FOR EACH ROW EXECUTE FUNCTION app.on_edition_piece();
create policy clerk_reads on app.edition_assets as permissive for select to indaba_clerk using (true);
create policy clerk_writes on app.edition_assets as permissive for insert to indaba_clerk with check (true);
create policy keyring_freezes on app.edition_assets as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.edition_assets as permissive for select to indaba_owner using (true);
create policy readers_see on app.edition_assets as permissive for select to indaba_person, indaba_visitor using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (edition_id IN ( SELECT e.id
   FROM app.editions e))));

-- Which controls an edition holds, on which page, under which number. Numbers belong to an edition; the record and its address stay.
create table app.edition_controls (
  edition_id uuid not null,
  audience_id integer not null,
  control_id uuid not null,
  page_id uuid not null,
  number text,
  "position" integer not null,
  constraint edition_controls_pkey PRIMARY KEY (edition_id, control_id),
  constraint edition_controls_control_id_audience_id_fkey FOREIGN KEY (control_id, audience_id) REFERENCES app.controls(id, audience_id),
  constraint edition_controls_edition_id_fkey FOREIGN KEY (edition_id) REFERENCES app.editions(id),
  constraint edition_controls_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id)
);
CREATE INDEX edition_controls_control_id_idx ON app.edition_controls USING btree (control_id);
CREATE TRIGGER kept BEFORE INSERT OR DELETE OR UPDATE ON app.edition_controls FOR EACH ROW EXECUTE FUNCTION app.on_edition_piece();
create policy clerk_reads on app.edition_controls as permissive for select to indaba_clerk using (true);
create policy clerk_writes on app.edition_controls as permissive for insert to indaba_clerk with check (true);
create policy keyring_freezes on app.edition_controls as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.edition_controls as permissive for select to indaba_owner using (true);
create policy readers_see on app.edition_controls as permissive for select to indaba_person, indaba_visitor using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (edition_id IN ( SELECT e.id
   FROM app.editions e))));

-- Which revision of each page an edition holds, and where it stood in the tree. A page keeps its own audience here: whoever may not read it does not read it in the edition.
create table app.edition_pages (
  edition_id uuid not null,
  audience_id integer not null,
  page_id uuid not null,
  revision_id uuid not null,
  path text not null,
  parent_id uuid,
  "position" double precision not null,
  title text not null,
  description text not null,
  group_key text,
  constraint edition_pages_pkey PRIMARY KEY (edition_id, page_id),
  constraint edition_pages_edition_id_fkey FOREIGN KEY (edition_id) REFERENCES app.editions(id),
  constraint edition_pages_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id),
  constraint edition_pages_revision_id_audience_id_fkey FOREIGN KEY (revision_id, audience_id) REFERENCES app.revisions(id, audience_id)
);
CREATE INDEX edition_pages_page_id_idx ON app.edition_pages USING btree (page_id);
CREATE UNIQUE INDEX edition_pages_path ON app.edition_pages USING btree (edition_id, audience_id, path);
CREATE TRIGGER kept BEFORE INSERT OR DELETE OR UPDATE ON app.edition_pages FOR EACH ROW EXECUTE FUNCTION app.on_edition_piece();
create policy clerk_reads on app.edition_pages as permissive for select to indaba_clerk using (true);
create policy clerk_writes on app.edition_pages as permissive for insert to indaba_clerk with check (true);
create policy keyring_freezes on app.edition_pages as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.edition_pages as permissive for select to indaba_owner using (true);
create policy readers_see on app.edition_pages as permissive for select to indaba_person, indaba_visitor using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (edition_id IN ( SELECT e.id
   FROM app.editions e))));

-- A numbered state of the text of a space. As a draft it holds nothing but its number, date and words; published, it is never changed: a later one supersedes it, or it is withdrawn with a reason.
create table app.editions (
  id uuid not null,
  space_id uuid not null,
  audience_id integer not null,
  number text not null,
  status text not null default 'draft'::text,
  dated_on date,
  words text not null default ''::text,
  byline_id uuid not null,
  created_at timestamp with time zone not null default now(),
  published_by uuid,
  published_at timestamp with time zone,
  withdrawn_by uuid,
  withdrawn_at timestamp with time zone,
  withdrawn_reason text,
  constraint editions_id_audience_id_key UNIQUE (id, audience_id),
  constraint editions_space_id_audience_id_number_key UNIQUE (space_id, audience_id, number),
  constraint editions_pkey PRIMARY KEY (id),
  constraint editions_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint editions_published_by_fkey FOREIGN KEY (published_by) REFERENCES app.bylines(id),
  constraint editions_space_id_audience_id_fkey FOREIGN KEY (space_id, audience_id) REFERENCES app.spaces(id, audience_id),
  constraint editions_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES app.bylines(id),
  constraint editions_number_check CHECK ((number ~ '^(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){0,2}$'::text)),
  constraint editions_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'in_force'::text, 'superseded'::text, 'withdrawn'::text]))),
  constraint editions_withdrawn_reason_check CHECK (((length(withdrawn_reason) >= 1) AND (length(withdrawn_reason) <= 2000))),
  constraint editions_words_check CHECK ((length(words) <= 4000)),
  constraint published_whole CHECK ((((status = 'draft'::text) = (published_at IS NULL)) AND ((published_at IS NULL) = (published_by IS NULL)) AND ((published_at IS NULL) OR (dated_on IS NOT NULL)))),
  constraint withdrawn_whole CHECK ((((status = 'withdrawn'::text) = (withdrawn_at IS NOT NULL)) AND ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)) AND ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))))
);
CREATE UNIQUE INDEX editions_one_draft ON app.editions USING btree (space_id, audience_id) WHERE (status = 'draft'::text);
CREATE UNIQUE INDEX editions_one_in_force ON app.editions USING btree (space_id, audience_id) WHERE (status = 'in_force'::text);
CREATE TRIGGER kept BEFORE INSERT OR DELETE OR UPDATE ON app.editions FOR EACH ROW EXECUTE FUNCTION app.on_edition();
create policy clerk_keeps on app.editions as permissive for all to indaba_clerk using (true) with check (true);
create policy deciders_change on app.editions as permissive for update to indaba_person using (((status = 'draft'::text) AND app.may_publish_edition(audience_id))) with check (((status = 'draft'::text) AND app.may_publish_edition(audience_id)));
create policy deciders_drop on app.editions as permissive for delete to indaba_person using (((status = 'draft'::text) AND app.may_publish_edition(audience_id)));
create policy deciders_prepare on app.editions as permissive for insert to indaba_person with check (((status = 'draft'::text) AND app.may_publish_edition(audience_id) AND app.may_speak(byline_id, audience_id)));
create policy keyring_publishes on app.editions as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.editions as permissive for select to indaba_owner using (true);
create policy readers_see on app.editions as permissive for select to indaba_person, indaba_visitor using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ((status <> 'draft'::text) OR app.may_publish_edition(audience_id))));

-- What of an event may be erased (a name, a quotation), apart from the row that stays.
create table app.event_payloads (
  event_id bigint not null,
  audience_id integer not null,
  body jsonb not null,
  constraint event_payloads_pkey PRIMARY KEY (event_id),
  constraint event_payloads_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint event_payloads_event_id_fkey FOREIGN KEY (event_id) REFERENCES app.events(id)
);
CREATE TRIGGER a_held BEFORE DELETE ON app.event_payloads FOR EACH ROW EXECUTE FUNCTION app.on_removal();
create policy archivist_looks on app.event_payloads as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.event_payloads as permissive for delete to indaba_archivist using (app.event_payload_due(event_id));
create policy keyring_erases on app.event_payloads as permissive for delete to indaba_keyring using (true);
create policy keyring_reads on app.event_payloads as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.event_payloads as permissive for select to indaba_owner using (true);
create policy readers_see on app.event_payloads as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- Written in the transaction that did it: ids, never words. Stream, feed, history and audit are readings of it. Nobody may change or remove a row.
create table app.events (
  id bigint not null generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  kind text not null,
  audience_id integer not null,
  byline_id uuid,
  subject_kind text not null,
  subject_id uuid not null,
  data jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default now(),
  constraint events_pkey PRIMARY KEY (id),
  constraint events_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint events_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id)
);
CREATE INDEX events_audience_id_id_idx ON app.events USING btree (audience_id, id DESC);
CREATE INDEX events_subject_id_audience_id_id_idx ON app.events USING btree (subject_id, audience_id, id);
CREATE INDEX events_xid_id_idx ON app.events USING btree (xid, id);
CREATE TRIGGER stands_in BEFORE INSERT ON app.events FOR EACH ROW WHEN (((new.data ? 'for_member'::text) OR ((new.byline_id IS NOT NULL) AND (new.kind ~ '^(organization|member|channel)[.]|^change_request[.](merged|declined)$|^thread[.](renamed|resolved|reopened|moved|arrived)$'::text)))) EXECUTE FUNCTION app.on_event_for();
create policy actors_record on app.events as permissive for insert to indaba_person with check (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (byline_id IS NOT NULL) AND app.may_record(kind, audience_id, byline_id, subject_kind, subject_id)));
create policy archivist_looks on app.events as permissive for select to indaba_archivist using (true);
create policy clerk_records on app.events as permissive for insert to indaba_clerk with check (true);
create policy keyring_backdates on app.events as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM app.hub
  WHERE (hub.demo AND (hub.seeded_at IS NULL)))));
create policy keyring_reads on app.events as permissive for select to indaba_keyring using (true);
create policy keyring_records on app.events as permissive for insert to indaba_keyring with check (true);
create policy keyring_tells on app.events as permissive for insert to indaba_keyring with check ((subject_kind = ANY (ARRAY['organization'::text, 'member'::text, 'circle'::text])));
create policy owner_backs_up on app.events as permissive for select to indaba_owner using (true);
create policy readers_see on app.events as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- What a file is and who may read it. The bytes lie in the data folder under their hash.
create table app.files (
  id uuid not null,
  audience_id integer not null,
  name text not null,
  mime text not null,
  size bigint not null,
  sha256 bytea not null,
  width integer,
  height integer,
  byline_id uuid,
  created_at timestamp with time zone not null default now(),
  constraint files_id_audience_id_key UNIQUE (id, audience_id),
  constraint files_pkey PRIMARY KEY (id),
  constraint files_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint files_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id)
);
CREATE TRIGGER a_held BEFORE DELETE ON app.files FOR EACH ROW EXECUTE FUNCTION app.on_removal();
create policy archivist_looks on app.files as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.files as permissive for delete to indaba_archivist using (app.file_due(id, byline_id, audience_id, created_at));
create policy clerk_keeps on app.files as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_proposes on app.files as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.files as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.files as permissive for select to indaba_owner using (true);
create policy readers_see on app.files as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- Who worked for an organization once: a hold of the organization covers them too, also where it was the second one they worked for.
create table app.former_memberships (
  member_id uuid not null,
  organization_id uuid not null,
  ended_at timestamp with time zone not null default now(),
  constraint former_memberships_pkey PRIMARY KEY (member_id, organization_id),
  constraint former_memberships_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint former_memberships_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE
);
create policy keyring_keeps on app.former_memberships as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.former_memberships as permissive for select to indaba_owner using (true);

-- Somebody whose password was right and of whom more is asked. No session: opens nothing but the page that asks for the rest.
create table app.half_sign_ins (
  token_hash bytea not null,
  member_id uuid not null,
  how text not null,
  tries integer not null default 0,
  expires_at timestamp with time zone not null default (now() + '00:10:00'::interval),
  constraint half_sign_ins_pkey PRIMARY KEY (token_hash),
  constraint half_sign_ins_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint half_sign_ins_how_check CHECK ((how = ANY (ARRAY['password'::text, 'password+code'::text, 'passkey'::text])))
);
CREATE INDEX half_sign_ins_member_id_idx ON app.half_sign_ins USING btree (member_id);
create policy archivist_looks on app.half_sign_ins as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.half_sign_ins as permissive for delete to indaba_archivist using (app.is_due('sign_in_try'::text, NULL::text, expires_at));
create policy keyring_erases on app.half_sign_ins as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = half_sign_ins.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.half_sign_ins as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = half_sign_ins.member_id) AND (m.status = 'left'::text)))));
create policy keyring_keeps on app.half_sign_ins as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.half_sign_ins as permissive for select to indaba_owner using (true);

-- Each check as it was found last: bad or well, since when, how often in a row, and whether stewards have been told that it is bad.
create table app.health_states (
  name text not null,
  bad boolean not null,
  since timestamp with time zone not null default now(),
  seen integer not null default 1,
  told_bad boolean not null default false,
  finding jsonb not null,
  constraint health_states_pkey PRIMARY KEY (name)
);
create policy clerk_keeps on app.health_states as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_reads on app.health_states as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.health_states as permissive for select to indaba_owner using (true);

-- Rows as they were before their author changed or removed them under a hold, or before a pseudonym's words were forgotten under one. Goes when no hold wants it any more; outside the chain of the log, so it can go.
create table app.held_copies (
  id uuid not null default gen_random_uuid(),
  kind text not null,
  audience_id integer,
  byline_id uuid,
  words jsonb not null,
  kept_at timestamp with time zone not null default now(),
  constraint held_copies_pkey PRIMARY KEY (id),
  constraint held_copies_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint held_copies_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id)
);
CREATE INDEX held_copies_byline_id_idx ON app.held_copies USING btree (byline_id);
create policy keyring_keeps on app.held_copies as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.held_copies as permissive for select to indaba_owner using (true);
create policy records_take on app.held_copies as permissive for select to indaba_person using (((SESSION_USER = 'indaba_worker'::name) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (NOT (byline_id IN ( SELECT app.my_bylines() AS my_bylines))) AND (EXISTS ( SELECT
   FROM app.bylines b
  WHERE ((b.id = held_copies.byline_id) AND (b.kind = ANY (ARRAY['person'::text, 'organization'::text])) AND app.may_export_records(b.organization_id))))));

-- The oldest open transaction of the database when it was last looked at, and since when it has been that one: how long anything has been open.
create table app.horizon_samples (
  singleton boolean not null default true,
  oldest xid8 not null,
  since timestamp with time zone not null default now(),
  constraint horizon_samples_pkey PRIMARY KEY (singleton),
  constraint horizon_samples_singleton_check CHECK (singleton)
);
create policy keyring_keeps on app.horizon_samples as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.horizon_samples as permissive for select to indaba_owner using (true);

-- One row: which hub this is. epoch changes on restore and forces every stream to resync.
create table app.hub (
  singleton boolean not null default true,
  epoch uuid not null default gen_random_uuid(),
  demo boolean not null default false,
  seeded_at timestamp with time zone,
  second_steward_at timestamp with time zone,
  constraint hub_pkey PRIMARY KEY (singleton),
  constraint hub_singleton_check CHECK (singleton)
);
create policy anyone_reads on app.hub as permissive for select to indaba_person, indaba_visitor using (true);
create policy clerk_keeps on app.hub as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_reads on app.hub as permissive for select to indaba_keyring using (true);
create policy keyring_remembers on app.hub as permissive for update to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.hub as permissive for select to indaba_owner using (true);

-- Duties in the hub: a steward admits, an editor and a reviewer decide change requests, a moderator keeps order, two trustees together open a seal.
create table app.hub_roles (
  member_id uuid not null,
  role text not null,
  constraint hub_roles_pkey PRIMARY KEY (member_id, role),
  constraint hub_roles_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint hub_roles_role_check CHECK ((role = ANY (ARRAY['steward'::text, 'editor'::text, 'reviewer'::text, 'moderator'::text, 'trustee'::text])))
);
CREATE TRIGGER duty_told AFTER INSERT OR DELETE OR UPDATE ON app.hub_roles FOR EACH ROW EXECUTE FUNCTION app.on_duty();
CREATE TRIGGER needs_fresh BEFORE INSERT OR DELETE ON app.hub_roles FOR EACH ROW EXECUTE FUNCTION app.on_dangerous();
CREATE TRIGGER second_steward AFTER INSERT ON app.hub_roles FOR EACH ROW WHEN ((new.role = 'steward'::text)) EXECUTE FUNCTION app.on_second_steward();
create policy clerk_keeps on app.hub_roles as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_admits on app.hub_roles as permissive for insert to indaba_keyring with check ((role = ANY (ARRAY['steward'::text, 'trustee'::text])));
create policy keyring_reads on app.hub_roles as permissive for select to indaba_keyring using (true);
create policy keyring_takes_back on app.hub_roles as permissive for delete to indaba_keyring using (true);
create policy members_read on app.hub_roles as permissive for select to indaba_person using (((2 IN ( SELECT app.my_audiences() AS my_audiences)) OR (member_id = ( SELECT app.me() AS me))));
create policy owner_backs_up on app.hub_roles as permissive for select to indaba_owner using (true);
create policy stewards_give on app.hub_roles as permissive for insert to indaba_person with check ((app.may_give_duty(member_id) AND app.duty_by_one(role)));
create policy stewards_take_back on app.hub_roles as permissive for delete to indaba_person using ((( SELECT app.may_take_back_duties() AS may_take_back_duties) AND (role = ANY (ARRAY['editor'::text, 'reviewer'::text, 'moderator'::text]))));

-- The name of somebody who is not here, a row for each audience: whoever reads one conversation does not learn who spoke in another. Read by functions alone.
create table app.import_bylines (
  person_id uuid not null,
  audience_id integer not null,
  byline_id uuid not null,
  constraint import_bylines_byline_id_key UNIQUE (byline_id),
  constraint import_bylines_pkey PRIMARY KEY (person_id, audience_id),
  constraint import_bylines_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint import_bylines_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint import_bylines_person_id_fkey FOREIGN KEY (person_id) REFERENCES app.import_people(id) ON DELETE CASCADE
);
create policy keyring_keeps on app.import_bylines as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.import_bylines as permissive for select to indaba_owner using (true);

-- A file of a message on its way in; with the message it becomes an attachment and goes from here. Read by functions alone.
create table app.import_files (
  place_id uuid not null,
  source_key text not null,
  place integer not null,
  name text not null,
  mime text not null,
  size bigint not null,
  sha256 bytea not null,
  width integer,
  height integer,
  constraint import_files_pkey PRIMARY KEY (place_id, source_key, place),
  constraint import_files_place_id_source_key_fkey FOREIGN KEY (place_id, source_key) REFERENCES app.import_messages(place_id, source_key) ON DELETE CASCADE,
  constraint import_files_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint import_files_place_check CHECK (((place >= 1) AND (place <= 10))),
  constraint import_files_size_check CHECK ((size > 0))
);
CREATE INDEX import_files_sha256_idx ON app.import_files USING btree (sha256);
create policy archivist_looks on app.import_files as permissive for select to indaba_archivist using (true);
create policy clerk_brings_in on app.import_files as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_keeps on app.import_files as permissive for all to indaba_keyring using (true);
create policy owner_backs_up on app.import_files as permissive for select to indaba_owner using (true);

-- Messages on their way in. Once one stands in its conversation its words are gone from here; its key stays, so that a second run adds nothing. Read by functions alone.
create table app.import_messages (
  place_id uuid not null,
  source_key text not null,
  message_id uuid not null,
  person_id uuid not null,
  thread_key text not null,
  thread_id uuid,
  title text not null,
  body text not null,
  lexemes text not null,
  earlier text,
  said_at timestamp with time zone not null,
  edited_at timestamp with time zone,
  extra jsonb,
  landed_at timestamp with time zone,
  constraint import_messages_message_id_key UNIQUE (message_id),
  constraint import_messages_pkey PRIMARY KEY (place_id, source_key),
  constraint import_messages_person_id_fkey FOREIGN KEY (person_id) REFERENCES app.import_people(id),
  constraint import_messages_place_id_fkey FOREIGN KEY (place_id) REFERENCES app.import_places(id) ON DELETE CASCADE,
  constraint import_messages_body_check CHECK ((length(body) <= 20000)),
  constraint import_messages_earlier_check CHECK ((length(earlier) <= 20000)),
  constraint import_messages_source_key_check CHECK ((length(source_key) <= 40)),
  constraint import_messages_thread_key_check CHECK ((length(thread_key) <= 40)),
  constraint import_messages_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);
CREATE INDEX import_messages_place_id_said_at_idx ON app.import_messages USING btree (place_id, said_at) WHERE (landed_at IS NULL);
CREATE INDEX import_messages_place_id_thread_key_idx ON app.import_messages USING btree (place_id, thread_key);
create policy clerk_brings_in on app.import_messages as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_keeps on app.import_messages as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.import_messages as permissive for select to indaba_owner using (true);

-- Who spoke or listened elsewhere. Found by address among those who are here, or when they join; from then on neither name nor address is kept. Read by functions alone.
create table app.import_people (
  id uuid not null,
  source text not null,
  source_key text not null,
  kind text not null,
  name text not null,
  email_key text,
  member_id uuid,
  constraint import_people_source_source_key_key UNIQUE (source, source_key),
  constraint import_people_pkey PRIMARY KEY (id),
  constraint import_people_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE SET NULL,
  constraint import_people_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'service'::text]))),
  constraint import_people_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint import_people_source_check CHECK ((source = 'slack'::text))
);
CREATE INDEX import_people_email_key_idx ON app.import_people USING btree (email_key) WHERE (member_id IS NULL);
CREATE INDEX import_people_member_id_idx ON app.import_people USING btree (member_id);
create policy clerk_brings_in on app.import_people as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_keeps on app.import_people as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.import_people as permissive for select to indaba_owner using (true);

-- Who was in a private channel or direct conversation: its readers, as soon as they have an account. Read by functions alone.
create table app.import_place_people (
  place_id uuid not null,
  person_id uuid not null,
  reads boolean not null default true,
  constraint import_place_people_pkey PRIMARY KEY (place_id, person_id),
  constraint import_place_people_person_id_fkey FOREIGN KEY (person_id) REFERENCES app.import_people(id) ON DELETE CASCADE,
  constraint import_place_people_place_id_fkey FOREIGN KEY (place_id) REFERENCES app.import_places(id) ON DELETE CASCADE
);
CREATE INDEX import_place_people_person_id_idx ON app.import_place_people USING btree (person_id);
create policy clerk_brings_in on app.import_place_people as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_keeps on app.import_place_people as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.import_place_people as permissive for select to indaba_owner using (true);

-- A channel or conversation of another program. One that was open to all there waits until a steward says who reads it here and under which label; a private one is read by those who were in it, and no steward sees that it is here.
create table app.import_places (
  id uuid not null,
  source text not null,
  source_key text not null,
  kind text not null,
  name text not null,
  slug text not null,
  purpose text not null default ''::text,
  archived boolean not null default false,
  state text not null default 'waiting'::text,
  audience_id integer,
  ceiling text,
  decided_by uuid,
  decided_at timestamp with time zone,
  conversation_id uuid,
  messages integer not null default 0,
  first_at timestamp with time zone,
  last_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint import_places_source_source_key_key UNIQUE (source, source_key),
  constraint import_places_pkey PRIMARY KEY (id),
  constraint import_places_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint import_places_ceiling_fkey FOREIGN KEY (ceiling) REFERENCES app.marking_outlets(label),
  constraint import_places_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES app.conversations(id),
  constraint import_places_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES app.bylines(id),
  constraint import_places_kind_check CHECK ((kind = ANY (ARRAY['channel'::text, 'private'::text, 'direct'::text]))),
  constraint import_places_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
  constraint import_places_purpose_check CHECK ((length(purpose) <= 500)),
  constraint import_places_source_check CHECK ((source = 'slack'::text)),
  constraint import_places_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'opening'::text, 'open'::text, 'aside'::text])))
);
create policy clerk_brings_in on app.import_places as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_keeps on app.import_places as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.import_places as permissive for select to indaba_owner using (true);
create policy stewards_see on app.import_places as permissive for select to indaba_person using (((kind = 'channel'::text) AND ( SELECT app.has_role('{steward}'::text[]) AS has_role)));

-- What each run of an import counted: numbers only. A run without an end was interrupted.
create table app.import_runs (
  id uuid not null,
  source text not null,
  started_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  counts jsonb not null default '{}'::jsonb,
  constraint import_runs_pkey PRIMARY KEY (id),
  constraint import_runs_source_check CHECK ((source = 'slack'::text))
);
CREATE TRIGGER run_noted AFTER UPDATE OF ended_at ON app.import_runs FOR EACH ROW WHEN (((new.ended_at IS NOT NULL) AND (old.ended_at IS NULL))) EXECUTE FUNCTION app.on_import_ran();
create policy clerk_brings_in on app.import_runs as permissive for all to indaba_clerk using (true) with check (true);
create policy owner_backs_up on app.import_runs as permissive for select to indaba_owner using (true);
create policy stewards_see on app.import_runs as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- An address invited into an organization. The link works once, by POST, until it expires.
create table app.invitations (
  id uuid not null,
  organization_id uuid not null,
  email text not null,
  name text not null default ''::text,
  role text not null default 'member'::text,
  token_hash bytea,
  invited_by uuid not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null default (now() + '7 days'::interval),
  used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  for_member uuid,
  from_hub boolean not null default false,
  constraint invitations_token_hash_key UNIQUE (token_hash),
  constraint invitations_pkey PRIMARY KEY (id),
  constraint invitations_for_member_fkey FOREIGN KEY (for_member) REFERENCES app.members(id),
  constraint invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES app.bylines(id),
  constraint invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE,
  constraint invitations_role_check CHECK ((role = ANY (ARRAY['member'::text, 'focal_point'::text])))
);
CREATE INDEX invitations_organization_id_idx ON app.invitations USING btree (organization_id);
CREATE TRIGGER a_held BEFORE DELETE ON app.invitations FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER admitted BEFORE INSERT ON app.invitations FOR EACH ROW EXECUTE FUNCTION app.on_admitted();
CREATE TRIGGER begins_by_settings BEFORE INSERT ON app.invitations FOR EACH ROW EXECUTE FUNCTION app.on_new_by_settings();
CREATE TRIGGER invitation_noted AFTER INSERT OR UPDATE OF used_at, revoked_at ON app.invitations FOR EACH ROW EXECUTE FUNCTION app.on_invitation_noted();
CREATE TRIGGER stands_in BEFORE INSERT ON app.invitations FOR EACH ROW EXECUTE FUNCTION app.on_invitation();
create policy archivist_looks on app.invitations as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.invitations as permissive for delete to indaba_archivist using (app.invitation_due(organization_id, invited_by, LEAST(used_at, revoked_at, expires_at)));
create policy clerk_keeps on app.invitations as permissive for all to indaba_clerk using (true) with check (true);
create policy inviters_make on app.invitations as permissive for insert to indaba_person with check ((app.may_invite(organization_id) AND (invited_by IN ( SELECT app.my_bylines() AS my_bylines)) AND ((role = 'member'::text) OR ( SELECT app.has_role('{steward}'::text[]) AS has_role))));
create policy inviters_read on app.invitations as permissive for select to indaba_person using (app.may_invite(organization_id));
create policy inviters_revoke on app.invitations as permissive for update to indaba_person using ((app.may_invite(organization_id) AND (used_at IS NULL) AND (revoked_at IS NULL))) with check (app.may_invite(organization_id));
create policy keyring_admits_applicants on app.invitations as permissive for insert to indaba_keyring with check ((role = 'focal_point'::text));
create policy keyring_reads on app.invitations as permissive for select to indaba_keyring using (true);
create policy keyring_uses on app.invitations as permissive for update to indaba_keyring using (true);
create policy owner_backs_up on app.invitations as permissive for select to indaba_owner using (true);

-- What a member said about one conversation; what is null follows the usual (app.level_of, app.has_joined). Read by its member alone.
create table app.involvements (
  member_id uuid not null,
  conversation_id uuid not null,
  audience_id integer not null,
  level text,
  joined boolean,
  changed_at timestamp with time zone not null default now(),
  view text,
  constraint involvements_pkey PRIMARY KEY (member_id, conversation_id),
  constraint involvements_conversation_id_audience_id_fkey FOREIGN KEY (conversation_id, audience_id) REFERENCES app.conversations(id, audience_id) ON DELETE CASCADE,
  constraint involvements_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint involvements_check CHECK ((num_nonnulls(level, joined, view) > 0)),
  constraint involvements_level_check CHECK ((level = ANY (ARRAY['nothing'::text, 'mentions'::text, 'everything'::text]))),
  constraint involvements_view_check CHECK ((view = ANY (ARRAY['threads'::text, 'timeline'::text])))
);
CREATE INDEX involvements_conversation_id_audience_id_idx ON app.involvements USING btree (conversation_id, audience_id);
create policy keyring_erases on app.involvements as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = involvements.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.involvements as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = involvements.member_id) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.involvements as permissive for select to indaba_keyring using (true);
create policy own on app.involvements as permissive for select to indaba_person, indaba_visitor using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences))));
create policy own_change on app.involvements as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy own_set on app.involvements as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.involvements as permissive for select to indaba_owner using (true);

-- A country or a union of countries.
create table app.jurisdictions (
  id uuid not null,
  code text not null,
  name text not null,
  kind text not null default 'country'::text,
  region text,
  time_zone text not null default 'UTC'::text,
  constraint jurisdictions_code_key UNIQUE (code),
  constraint jurisdictions_pkey PRIMARY KEY (id),
  constraint jurisdictions_kind_check CHECK ((kind = ANY (ARRAY['country'::text, 'union'::text])))
);
CREATE UNIQUE INDEX jurisdictions_name_key ON app.jurisdictions USING btree (lower(name));
CREATE TRIGGER audiences_follow AFTER UPDATE OF region ON app.jurisdictions FOR EACH ROW WHEN ((old.region IS DISTINCT FROM new.region)) EXECUTE FUNCTION app.on_region();
create policy clerk_keeps on app.jurisdictions as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_admits_applicants on app.jurisdictions as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.jurisdictions as permissive for select to indaba_keyring using (true);
create policy members_read on app.jurisdictions as permissive for select to indaba_person using (((2 IN ( SELECT app.my_audiences() AS my_audiences)) OR (id IN ( SELECT organization_jurisdictions.jurisdiction_id
   FROM app.organization_jurisdictions))));
create policy owner_backs_up on app.jurisdictions as permissive for select to indaba_owner using (true);
create policy stewards_register on app.jurisdictions as permissive for insert to indaba_person with check (( SELECT app.may_register_organization() AS may_register_organization));

-- Which authority of a jurisdiction each of its authorities names as the lead. It leads when all others name it (app.lead_of()); a single authority leads by itself.
create table app.lead_choices (
  jurisdiction_id uuid not null,
  organization_id uuid not null,
  lead_id uuid not null,
  byline_id uuid,
  at timestamp with time zone not null default now(),
  constraint lead_choices_pkey PRIMARY KEY (jurisdiction_id, organization_id),
  constraint lead_choices_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint lead_choices_lead_id_jurisdiction_id_fkey FOREIGN KEY (lead_id, jurisdiction_id) REFERENCES app.organization_jurisdictions(organization_id, jurisdiction_id) ON DELETE CASCADE,
  constraint lead_choices_organization_id_jurisdiction_id_fkey FOREIGN KEY (organization_id, jurisdiction_id) REFERENCES app.organization_jurisdictions(organization_id, jurisdiction_id) ON DELETE CASCADE
);
CREATE INDEX lead_choices_lead_id_jurisdiction_id_idx ON app.lead_choices USING btree (lead_id, jurisdiction_id);
create policy clerk_keeps on app.lead_choices as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_keeps on app.lead_choices as permissive for all to indaba_keyring using (true) with check (true);
create policy members_read on app.lead_choices as permissive for select to indaba_person using ((2 IN ( SELECT app.my_audiences() AS my_audiences)));
create policy owner_backs_up on app.lead_choices as permissive for select to indaba_owner using (true);

-- What may not be removed while it stands, whatever a rule, a person or a program says. Nobody removes a row: a hold is lifted, by another steward than the one who placed it.
create table app.legal_holds (
  id uuid not null,
  scope text not null,
  subject_id uuid,
  reference text not null,
  reason text not null,
  placed_by uuid not null,
  placed_at timestamp with time zone not null default now(),
  lifted_by uuid,
  lifted_at timestamp with time zone,
  lifted_reason text,
  constraint legal_holds_pkey PRIMARY KEY (id),
  constraint legal_holds_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES app.bylines(id),
  constraint legal_holds_placed_by_fkey FOREIGN KEY (placed_by) REFERENCES app.bylines(id),
  constraint legal_holds_check CHECK (((scope = 'everything'::text) = (subject_id IS NULL))),
  constraint legal_holds_check1 CHECK ((num_nonnulls(lifted_by, lifted_at, lifted_reason) = ANY (ARRAY[0, 3]))),
  constraint legal_holds_lifted_reason_check CHECK (((length(TRIM(BOTH FROM lifted_reason)) >= 1) AND (length(TRIM(BOTH FROM lifted_reason)) <= 1000))),
  constraint legal_holds_reason_check CHECK (((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 1000))),
  constraint legal_holds_reference_check CHECK (((length(TRIM(BOTH FROM reference)) >= 1) AND (length(TRIM(BOTH FROM reference)) <= 200))),
  constraint legal_holds_scope_check CHECK ((scope = ANY (ARRAY['person'::text, 'organization'::text, 'conversation'::text, 'circle'::text, 'space'::text, 'everything'::text]))),
  constraint lifted_by_another CHECK (((lifted_by IS NULL) OR (lifted_by <> placed_by)))
);
CREATE TRIGGER held BEFORE INSERT OR UPDATE ON app.legal_holds FOR EACH ROW EXECUTE FUNCTION app.on_hold();
create policy keyring_lifts on app.legal_holds as permissive for update to indaba_keyring using ((lifted_at IS NULL)) with check ((lifted_at IS NOT NULL));
create policy keyring_reads on app.legal_holds as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.legal_holds as permissive for select to indaba_owner using (true);
create policy stewards_place on app.legal_holds as permissive for insert to indaba_person with check ((( SELECT app.may_hold() AS may_hold) AND (placed_by IN ( SELECT b.id
   FROM app.bylines b
  WHERE ((b.kind = 'person'::text) AND (b.member_id = ( SELECT app.me() AS me)))))));
create policy stewards_read on app.legal_holds as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- The whole meaning of a label in the hub. Jobs, screens and the API ask this table; none of them decides.
create table app.marking_outlets (
  label text not null,
  rank integer not null,
  audience_kinds text[] not null,
  guests boolean not null,
  max_readers integer,
  mail text not null,
  feed text not null,
  export text not null,
  api_scope text,
  source_sees boolean not null default false,
  constraint marking_outlets_rank_key UNIQUE (rank),
  constraint marking_outlets_pkey PRIMARY KEY (label),
  constraint marking_outlets_api_scope_check CHECK ((api_scope = ANY (ARRAY['read'::text, 'amber'::text, 'none'::text]))),
  constraint marking_outlets_export_check CHECK ((export = ANY (ARRAY['yes'::text, 'marked'::text, 'logged'::text, 'none'::text]))),
  constraint marking_outlets_feed_check CHECK ((feed = ANY (ARRAY['yes'::text, 'own'::text, 'notice'::text, 'none'::text]))),
  constraint marking_outlets_mail_check CHECK ((mail = ANY (ARRAY['text'::text, 'notice'::text, 'waits'::text])))
);
create policy anyone_reads on app.marking_outlets as permissive for select to indaba_clerk, indaba_keyring, indaba_person, indaba_visitor using (true);
create policy owner_backs_up on app.marking_outlets as permissive for select to indaba_owner using (true);

-- A person with an account. What they belong to stands in memberships; how they sign in stands in accounts and passkeys.
create table app.members (
  id uuid not null,
  slug text not null,
  name text not null,
  locale text not null default 'en'::text,
  time_zone text not null default 'UTC'::text,
  status text not null default 'active'::text,
  joined_at timestamp with time zone not null default now(),
  in_cast boolean not null default false,
  agreed boolean not null default true,
  left_at timestamp with time zone,
  erase_asked_at timestamp with time zone,
  erase_asked_by uuid,
  erased_at timestamp with time zone,
  constraint members_slug_key UNIQUE (slug),
  constraint members_pkey PRIMARY KEY (id),
  constraint members_erase_asked_by_fkey FOREIGN KEY (erase_asked_by) REFERENCES app.bylines(id),
  constraint members_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint members_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'left'::text])))
);
CREATE TRIGGER a_held BEFORE DELETE ON app.members FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER agrees_first BEFORE INSERT ON app.members FOR EACH ROW EXECUTE FUNCTION app.on_new_member();
CREATE TRIGGER audiences_follow AFTER UPDATE OF status ON app.members FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION app.on_member_status();
CREATE TRIGGER begins_by_settings BEFORE INSERT ON app.members FOR EACH ROW EXECUTE FUNCTION app.on_new_by_settings();
CREATE TRIGGER byline_follows AFTER UPDATE OF name ON app.members FOR EACH ROW WHEN ((old.name IS DISTINCT FROM new.name)) EXECUTE FUNCTION app.on_member_name();
CREATE TRIGGER factors_gone AFTER UPDATE OF status ON app.members FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status <> 'active'::text))) EXECUTE FUNCTION app.on_gone_factors();
CREATE TRIGGER gone_everywhere AFTER UPDATE OF status ON app.members FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status <> 'active'::text))) EXECUTE FUNCTION app.on_gone();
CREATE TRIGGER import_reader AFTER UPDATE OF status ON app.members FOR EACH ROW WHEN (((new.status = 'active'::text) AND (old.status <> 'active'::text))) EXECUTE FUNCTION app.on_import_reader();
CREATE TRIGGER kept_aside AFTER UPDATE ON app.members FOR EACH ROW WHEN ((old.name IS DISTINCT FROM new.name)) EXECUTE FUNCTION app.on_words_gone();
CREATE TRIGGER left_noted BEFORE UPDATE OF status ON app.members FOR EACH ROW WHEN (((new.status = 'left'::text) AND (old.status <> 'left'::text))) EXECUTE FUNCTION app.on_left();
CREATE TRIGGER lifted_counts AFTER UPDATE OF status ON app.members FOR EACH ROW WHEN (((old.status = 'suspended'::text) AND (new.status = 'active'::text))) EXECUTE FUNCTION app.on_lifted_otherwise();
CREATE TRIGGER steward_kept AFTER UPDATE OF status ON app.members FOR EACH ROW WHEN (((old.status = 'active'::text) AND (new.status <> 'active'::text))) EXECUTE FUNCTION app.on_steward_gone();
CREATE TRIGGER zone_shown AFTER INSERT OR UPDATE OF time_zone ON app.members FOR EACH ROW EXECUTE FUNCTION app.on_member_zone();
create policy clerk_keeps on app.members as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_admits on app.members as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.members as permissive for select to indaba_keyring using (true);
create policy keyring_stops on app.members as permissive for update to indaba_keyring using (true) with check (true);
create policy members_read on app.members as permissive for select to indaba_person using (((2 IN ( SELECT app.my_audiences() AS my_audiences)) OR (id IN ( SELECT app.my_peers() AS my_peers)) OR (id = ( SELECT app.me() AS me))));
create policy one_edits_oneself on app.members as permissive for update to indaba_person using (((id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own))) with check ((id = ( SELECT app.me() AS me)));
create policy owner_backs_up on app.members as permissive for select to indaba_owner using (true);

-- Each act on a membership with its reason. Inserting a row is the act: a trigger does all of it in the same transaction. Nobody changes or removes a row.
create table app.membership_acts (
  id uuid not null,
  member_id uuid not null,
  organization_id uuid not null,
  act text not null,
  reason text not null,
  byline_id uuid not null,
  by_steward boolean not null default false,
  at timestamp with time zone not null default now(),
  for_member uuid,
  constraint membership_acts_pkey PRIMARY KEY (id),
  constraint membership_acts_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint membership_acts_for_member_fkey FOREIGN KEY (for_member) REFERENCES app.members(id),
  constraint membership_acts_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id),
  constraint membership_acts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id),
  constraint membership_acts_act_check CHECK ((act = ANY (ARRAY['suspended'::text, 'lifted'::text, 'ended'::text, 'made_focal_point'::text, 'made_member'::text]))),
  constraint membership_acts_reason_check CHECK (((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 500)))
);
CREATE INDEX membership_acts_member_id_at_idx ON app.membership_acts USING btree (member_id, at DESC);
CREATE INDEX membership_acts_organization_id_at_idx ON app.membership_acts USING btree (organization_id, at DESC);
CREATE TRIGGER a_held BEFORE DELETE ON app.membership_acts FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER act_done AFTER INSERT ON app.membership_acts FOR EACH ROW EXECUTE FUNCTION app.on_membership_act();
CREATE TRIGGER act_said BEFORE INSERT ON app.membership_acts FOR EACH ROW EXECUTE FUNCTION app.on_act_said();
CREATE TRIGGER needs_fresh BEFORE INSERT ON app.membership_acts FOR EACH ROW EXECUTE FUNCTION app.on_dangerous();
create policy clerk_reads on app.membership_acts as permissive for select to indaba_clerk using (true);
create policy concerned_read on app.membership_acts as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) OR (organization_id IN ( SELECT app.my_run_organizations() AS my_run_organizations)) OR ( SELECT app.has_role('{steward}'::text[]) AS has_role)));
create policy keyring_ends on app.membership_acts as permissive for insert to indaba_keyring with check ((act = 'ended'::text));
create policy keyring_erases on app.membership_acts as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = membership_acts.member_id) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.membership_acts as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.membership_acts as permissive for select to indaba_owner using (true);
create policy responsible_act on app.membership_acts as permissive for insert to indaba_person with check ((app.may_act_on_member(act, member_id, organization_id) AND (byline_id IN ( SELECT b.id
   FROM app.bylines b
  WHERE ((b.kind = 'person'::text) AND (b.member_id = ( SELECT app.me() AS me)))))));

-- Which organizations a member works for. A focal point runs the members of its organization.
create table app.memberships (
  member_id uuid not null,
  organization_id uuid not null,
  role text not null default 'member'::text,
  since timestamp with time zone not null default now(),
  confirmed_at timestamp with time zone not null default now(),
  reminded_at timestamp with time zone,
  unconfirmed_at timestamp with time zone,
  constraint memberships_pkey PRIMARY KEY (member_id, organization_id),
  constraint memberships_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint memberships_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE,
  constraint memberships_role_check CHECK ((role = ANY (ARRAY['member'::text, 'focal_point'::text])))
);
CREATE INDEX memberships_confirmed_at_idx ON app.memberships USING btree (confirmed_at);
CREATE INDEX memberships_organization_id_idx ON app.memberships USING btree (organization_id);
CREATE TRIGGER admitted BEFORE INSERT ON app.memberships FOR EACH ROW EXECUTE FUNCTION app.on_admitted();
CREATE TRIGGER audiences_follow AFTER INSERT OR DELETE OR UPDATE ON app.memberships FOR EACH ROW EXECUTE FUNCTION app.on_membership();
CREATE TRIGGER ends_follow AFTER INSERT OR DELETE ON app.memberships FOR EACH ROW EXECUTE FUNCTION app.on_guest_house_left();
CREATE TRIGGER import_reader AFTER INSERT ON app.memberships FOR EACH ROW EXECUTE FUNCTION app.on_import_reader();
CREATE TRIGGER sso_over AFTER DELETE ON app.memberships FOR EACH ROW EXECUTE FUNCTION app.on_membership_over();
CREATE TRIGGER worked_here AFTER DELETE ON app.memberships FOR EACH ROW EXECUTE FUNCTION app.on_worked_here();
create policy clerk_keeps on app.memberships as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_admits on app.memberships as permissive for insert to indaba_keyring with check (true);
create policy keyring_changes on app.memberships as permissive for update to indaba_keyring using (true) with check (true);
create policy keyring_ends on app.memberships as permissive for delete to indaba_keyring using (true);
create policy keyring_reads on app.memberships as permissive for select to indaba_keyring using (true);
create policy members_read on app.memberships as permissive for select to indaba_person using (((2 IN ( SELECT app.my_audiences() AS my_audiences)) OR (member_id IN ( SELECT app.my_peers() AS my_peers)) OR (member_id = ( SELECT app.me() AS me))));
create policy owner_backs_up on app.memberships as permissive for select to indaba_owner using (true);

-- Whom a message names. Written by app.post_message() and app.set_mentions() alone, of those its writer may see. Whoever is named and reads the conversation reads the row; nobody else does.
create table app.mentions (
  message_id uuid not null,
  audience_id integer not null,
  kind text not null,
  target_id uuid not null,
  at timestamp with time zone not null default now(),
  constraint mentions_pkey PRIMARY KEY (message_id, kind, target_id),
  constraint mentions_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint mentions_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'organization'::text, 'circle'::text, 'channel'::text])))
);
CREATE INDEX mentions_kind_target_id_at_idx ON app.mentions USING btree (kind, target_id, at DESC);
create policy archivist_looks on app.mentions as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.mentions as permissive for delete to indaba_archivist using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = mentions.message_id) AND (m.removed_at IS NOT NULL)))));
create policy keyring_names on app.mentions as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.mentions as permissive for select to indaba_owner using (true);
create policy readers_see on app.mentions as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy through_the_message on app.mentions as restrictive for select to indaba_person using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = mentions.message_id) AND (m.audience_id = mentions.audience_id) AND (m.deleted_at IS NULL)))));
create policy who_is_named on app.mentions as restrictive for select to indaba_person using (
CASE kind
    WHEN 'person'::text THEN (target_id IN ( SELECT app.my_bylines() AS my_bylines))
    WHEN 'organization'::text THEN (target_id IN ( SELECT app.my_organizations() AS my_organizations))
    WHEN 'circle'::text THEN (target_id IN ( SELECT c.id
       FROM app.circles c
      WHERE (c.audience_id IN ( SELECT app.my_audiences() AS my_audiences))))
    ELSE true
END);

-- What a reader reports to those who keep order where it was said; or, where nobody else does, hands over to the moderators of the hub. Never shown to the author.
create table app.message_reports (
  id uuid not null,
  message_id uuid not null,
  conversation_id uuid not null,
  audience_id integer not null,
  byline_id uuid not null,
  author_id uuid not null,
  reason text not null,
  words text not null default ''::text,
  handed boolean not null,
  handed_words text,
  created_at timestamp with time zone not null default now(),
  closed_at timestamp with time zone,
  outcome text,
  closed_by uuid,
  seen_at timestamp with time zone,
  constraint message_reports_pkey PRIMARY KEY (id),
  constraint message_reports_author_id_fkey FOREIGN KEY (author_id) REFERENCES app.bylines(id),
  constraint message_reports_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint message_reports_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES app.bylines(id),
  constraint message_reports_conversation_id_audience_id_fkey FOREIGN KEY (conversation_id, audience_id) REFERENCES app.conversations(id, audience_id),
  constraint message_reports_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint message_reports_check CHECK (((closed_at IS NULL) = (outcome IS NULL))),
  constraint message_reports_check1 CHECK ((handed OR (handed_words IS NULL))),
  constraint message_reports_handed_words_check CHECK ((length(handed_words) <= 20000)),
  constraint message_reports_outcome_check CHECK ((outcome = ANY (ARRAY['dismissed'::text, 'removed'::text, 'restricted'::text]))),
  constraint message_reports_reason_check CHECK ((reason = ANY (ARRAY['rules'::text, 'label'::text, 'insult'::text, 'personal'::text, 'spam'::text, 'other'::text]))),
  constraint message_reports_words_check CHECK ((length(words) <= 2000))
);
CREATE INDEX message_reports_byline_id_idx ON app.message_reports USING btree (byline_id) WHERE ((closed_at IS NOT NULL) AND (seen_at IS NULL));
CREATE INDEX message_reports_conversation_id_idx ON app.message_reports USING btree (conversation_id) WHERE (closed_at IS NULL);
CREATE INDEX message_reports_created_at_idx ON app.message_reports USING btree (created_at) WHERE (closed_at IS NULL);
CREATE INDEX message_reports_message_id_audience_id_idx ON app.message_reports USING btree (message_id, audience_id);
CREATE UNIQUE INDEX one_open_report ON app.message_reports USING btree (byline_id, message_id) WHERE (closed_at IS NULL);
create policy archivist_looks on app.message_reports as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.message_reports as permissive for delete to indaba_archivist using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = message_reports.message_id) AND (m.removed_at IS NOT NULL)))));
create policy clerk_tells on app.message_reports as permissive for select to indaba_clerk using (true);
create policy keyring_decides on app.message_reports as permissive for all to indaba_keyring using (true) with check (true);
create policy labels_hold on app.message_reports as restrictive for select to indaba_person using (((cardinality(( SELECT app.sealed_labels() AS sealed_labels)) = 0) OR (NOT app.sealed_message(message_id))));
create policy own on app.message_reports as permissive for select to indaba_person using ((byline_id IN ( SELECT app.my_bylines() AS my_bylines)));
create policy owner_backs_up on app.message_reports as permissive for select to indaba_owner using (true);

-- What a message said before an edit.
create table app.message_revisions (
  id uuid not null,
  message_id uuid not null,
  audience_id integer not null,
  body text not null,
  marking text,
  replaced_at timestamp with time zone not null default now(),
  constraint message_revisions_pkey PRIMARY KEY (id),
  constraint message_revisions_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id)
);
CREATE INDEX message_revisions_message_id_audience_id_idx ON app.message_revisions USING btree (message_id, audience_id);
CREATE TRIGGER a_held BEFORE DELETE ON app.message_revisions FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER comment_words_go AFTER DELETE ON app.message_revisions FOR EACH ROW EXECUTE FUNCTION app.on_comment_words_due();
create policy archivist_looks on app.message_revisions as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.message_revisions as permissive for delete to indaba_archivist using (app.earlier_words_due(message_id, marking, replaced_at));
create policy keyring_keeps on app.message_revisions as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.message_revisions as permissive for select to indaba_keyring using (true);
create policy keyring_unnames on app.message_revisions as permissive for update to indaba_keyring using (true) with check ((body = app.unnamed(body)));
create policy labels_hold on app.message_revisions as restrictive for select to indaba_person using (((marking IS NULL) OR (marking <> ALL (( SELECT app.sealed_labels() AS sealed_labels)::text[]))));
create policy owner_backs_up on app.message_revisions as permissive for select to indaba_owner using (true);
create policy readers_see on app.message_revisions as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy through_the_message on app.message_revisions as restrictive for select to indaba_person using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = message_revisions.message_id) AND (m.audience_id = message_revisions.audience_id) AND (m.deleted_at IS NULL)))));

-- number is dense in the conversation, thread_number in the thread; both are given by a trigger. The pair (byline, retry_key) makes a repeated post harmless.
create table app.messages (
  id uuid not null,
  conversation_id uuid not null,
  thread_id uuid not null,
  audience_id integer not null,
  number integer not null default 0,
  thread_number integer not null default 0,
  byline_id uuid not null,
  body text not null,
  marking text,
  retry_key uuid not null,
  body_hash bytea not null,
  created_at timestamp with time zone not null default now(),
  edited_at timestamp with time zone,
  deleted_at timestamp with time zone,
  removed_at timestamp with time zone,
  source text,
  moved_to uuid,
  moderated_as text,
  constraint messages_byline_id_retry_key_key UNIQUE (byline_id, retry_key),
  constraint messages_conversation_id_audience_id_number_key UNIQUE (conversation_id, audience_id, number),
  constraint messages_id_audience_id_key UNIQUE (id, audience_id),
  constraint messages_thread_id_audience_id_thread_number_key UNIQUE (thread_id, audience_id, thread_number),
  constraint messages_pkey PRIMARY KEY (id),
  constraint messages_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint messages_conversation_id_audience_id_fkey FOREIGN KEY (conversation_id, audience_id) REFERENCES app.conversations(id, audience_id),
  constraint messages_marking_fkey FOREIGN KEY (marking) REFERENCES app.marking_outlets(label),
  constraint messages_moved_to_fkey FOREIGN KEY (moved_to) REFERENCES app.messages(id) ON DELETE SET NULL,
  constraint messages_thread_id_conversation_id_audience_id_fkey FOREIGN KEY (thread_id, conversation_id, audience_id) REFERENCES app.threads(id, conversation_id, audience_id),
  constraint messages_body_check CHECK ((length(body) <= 20000)),
  constraint messages_moderated_as_check CHECK ((moderated_as = ANY (ARRAY['rules'::text, 'label'::text, 'insult'::text, 'personal'::text, 'spam'::text, 'other'::text]))),
  constraint messages_source_check CHECK ((source = 'slack'::text))
);
CREATE INDEX messages_moved_to_idx ON app.messages USING btree (moved_to) WHERE (moved_to IS NOT NULL);
CREATE INDEX messages_thread_id_marking_idx ON app.messages USING btree (thread_id, marking) WHERE (marking IS NOT NULL);
CREATE TRIGGER a_held BEFORE DELETE ON app.messages FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER a_held_words BEFORE UPDATE OF removed_at ON app.messages FOR EACH ROW WHEN ((new.removed_at IS NOT NULL)) EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER comment_words_go AFTER UPDATE ON app.messages FOR EACH ROW WHEN (((old.removed_at IS NULL) AND (new.removed_at IS NOT NULL))) EXECUTE FUNCTION app.on_comment_words_due();
CREATE TRIGGER numbers BEFORE INSERT OR UPDATE ON app.messages FOR EACH ROW EXECUTE FUNCTION app.on_message();
create policy archivist_empties on app.messages as permissive for update to indaba_archivist using (((removed_at IS NULL) AND app.message_due(conversation_id, byline_id, audience_id, marking, created_at))) with check (((body = ''::text) AND (removed_at IS NOT NULL)));
create policy archivist_looks on app.messages as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.messages as permissive for delete to indaba_archivist using (((removed_at IS NOT NULL) AND app.thread_due(thread_id)));
create policy keyring_backdates on app.messages as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM app.hub
  WHERE (hub.demo AND (hub.seeded_at IS NULL)))));
create policy keyring_brings_home on app.messages as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM app.import_bylines i
  WHERE (i.byline_id = messages.byline_id)))) with check (true);
create policy keyring_keeps_order on app.messages as permissive for update to indaba_keyring using (true) with check (((moderated_as IS NOT NULL) OR (deleted_at IS NULL)));
create policy keyring_moves on app.messages as permissive for update to indaba_keyring using (true) with check (((body = ''::text) AND (moved_to IS NOT NULL)));
create policy keyring_posts on app.messages as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.messages as permissive for select to indaba_keyring using (true);
create policy keyring_unnames on app.messages as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM ((app.mentions x
     JOIN app.bylines b ON ((b.id = x.target_id)))
     JOIN app.members m ON ((m.id = b.member_id)))
  WHERE ((x.message_id = messages.id) AND (x.kind = 'person'::text) AND (m.erased_at IS NOT NULL)))));
create policy labels_hold on app.messages as restrictive for select to indaba_person using (((marking IS NULL) OR (marking <> ALL (( SELECT app.sealed_labels() AS sealed_labels)::text[]))));
create policy owner_backs_up on app.messages as permissive for select to indaba_owner using (true);
create policy readers_see on app.messages as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy writers_edit on app.messages as permissive for update to indaba_person using (((byline_id IN ( SELECT app.my_bylines() AS my_bylines)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_write() AS may_write) AND (moderated_as IS NULL)));

-- A message removed, or a person who may read and not write for a time, in one conversation or (none) in all; with the answer of whoever it concerns, once, and how it was settled. Rows stay.
create table app.moderation_acts (
  id uuid not null,
  kind text not null,
  message_id uuid,
  conversation_id uuid,
  audience_id integer,
  byline_id uuid not null,
  moderator_id uuid not null,
  handed boolean not null default false,
  reason text not null,
  words text not null default ''::text,
  at timestamp with time zone not null default now(),
  ends_at timestamp with time zone,
  answer text,
  answered_at timestamp with time zone,
  settled_at timestamp with time zone,
  settled_by uuid,
  settled_words text,
  undone boolean not null default false,
  seen_at timestamp with time zone,
  constraint moderation_acts_pkey PRIMARY KEY (id),
  constraint moderation_acts_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint moderation_acts_conversation_id_audience_id_fkey FOREIGN KEY (conversation_id, audience_id) REFERENCES app.conversations(id, audience_id),
  constraint moderation_acts_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint moderation_acts_moderator_id_fkey FOREIGN KEY (moderator_id) REFERENCES app.bylines(id),
  constraint moderation_acts_settled_by_fkey FOREIGN KEY (settled_by) REFERENCES app.bylines(id),
  constraint moderation_acts_answer_check CHECK (((length(answer) >= 1) AND (length(answer) <= 2000))),
  constraint moderation_acts_check CHECK (
CASE kind
    WHEN 'removed'::text THEN ((message_id IS NOT NULL) AND (ends_at IS NULL))
    ELSE ((message_id IS NULL) AND (ends_at IS NOT NULL))
END),
  constraint moderation_acts_check1 CHECK (((answer IS NULL) = (answered_at IS NULL))),
  constraint moderation_acts_check2 CHECK (((settled_at IS NULL) = (settled_by IS NULL))),
  constraint moderation_acts_check3 CHECK (((NOT undone) OR (settled_at IS NOT NULL))),
  constraint moderation_acts_kind_check CHECK ((kind = ANY (ARRAY['removed'::text, 'restricted'::text]))),
  constraint moderation_acts_reason_check CHECK ((reason = ANY (ARRAY['rules'::text, 'label'::text, 'insult'::text, 'personal'::text, 'spam'::text, 'other'::text]))),
  constraint moderation_acts_settled_words_check CHECK ((length(settled_words) <= 2000)),
  constraint moderation_acts_words_check CHECK ((length(words) <= 2000))
);
CREATE INDEX moderation_acts_answered_at_idx ON app.moderation_acts USING btree (answered_at) WHERE ((answer IS NOT NULL) AND (settled_at IS NULL));
CREATE INDEX moderation_acts_byline_id_idx ON app.moderation_acts USING btree (byline_id) WHERE ((kind = 'restricted'::text) AND (NOT undone));
CREATE INDEX moderation_acts_byline_id_idx1 ON app.moderation_acts USING btree (byline_id) WHERE (seen_at IS NULL);
CREATE INDEX moderation_acts_conversation_id_at_idx ON app.moderation_acts USING btree (conversation_id, at DESC);
CREATE INDEX moderation_acts_message_id_audience_id_idx ON app.moderation_acts USING btree (message_id, audience_id);
create policy clerk_tells on app.moderation_acts as permissive for select to indaba_clerk using (true);
create policy keyring_decides on app.moderation_acts as permissive for all to indaba_keyring using (true) with check (true);
create policy labels_hold on app.moderation_acts as restrictive for select to indaba_person using (((cardinality(( SELECT app.sealed_labels() AS sealed_labels)) = 0) OR (message_id IS NULL) OR (NOT app.sealed_message(message_id))));
create policy own on app.moderation_acts as permissive for select to indaba_person using ((byline_id IN ( SELECT app.my_bylines() AS my_bylines)));
create policy owner_backs_up on app.moderation_acts as permissive for select to indaba_owner using (true);

-- Who was named when an audience of named people was made. Nobody is added later; who is suspended, or a guest whose time is over, is not in the audience but stays here.
create table app.named_people (
  audience_id integer not null,
  member_id uuid not null,
  constraint named_people_pkey PRIMARY KEY (audience_id, member_id),
  constraint named_people_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id) ON DELETE CASCADE,
  constraint named_people_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
CREATE INDEX named_people_member_id_idx ON app.named_people USING btree (member_id);
create policy keyring_names on app.named_people as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.named_people as permissive for select to indaba_owner using (true);
create policy readers_see on app.named_people as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- The processes of this hub, each by its own word every twenty seconds: its clock against the database's, what its disk has left, which version and keys it has. One that ends in order takes its row along.
create table app.nodes (
  kind text not null,
  name text not null,
  started_at timestamp with time zone not null,
  seen_at timestamp with time zone not null default now(),
  skew_seconds real not null,
  facts jsonb not null,
  constraint nodes_pkey PRIMARY KEY (kind, name),
  constraint nodes_facts_check CHECK ((length((facts)::text) <= 4000)),
  constraint nodes_kind_check CHECK ((kind = ANY (ARRAY['web'::text, 'worker'::text]))),
  constraint nodes_name_check CHECK ((length(name) <= 200))
);
create policy clerk_forgets on app.nodes as permissive for delete to indaba_clerk using ((seen_at < (now() - '1 day'::interval)));
create policy clerk_reads on app.nodes as permissive for select to indaba_clerk using (true);
create policy keyring_keeps on app.nodes as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.nodes as permissive for select to indaba_owner using (true);

-- A mail that told a member of messages, for the link in it that turns such mail off. Kept for 90 days.
create table app.notice_mails (
  id uuid not null,
  member_id uuid not null,
  reasons text[] not null,
  stop_hash bytea not null,
  sent_at timestamp with time zone not null default now(),
  constraint notice_mails_stop_hash_key UNIQUE (stop_hash),
  constraint notice_mails_pkey PRIMARY KEY (id),
  constraint notice_mails_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
CREATE INDEX notice_mails_member_id_sent_at_idx ON app.notice_mails USING btree (member_id, sent_at);
create policy clerk_notes on app.notice_mails as permissive for insert to indaba_clerk with check (true);
create policy keyring_erases on app.notice_mails as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = notice_mails.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.notice_mails as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = notice_mails.member_id) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.notice_mails as permissive for select to indaba_keyring using (true);
create policy keyring_tidies on app.notice_mails as permissive for delete to indaba_keyring using ((sent_at < (now() - '90 days'::interval)));
create policy owner_backs_up on app.notice_mails as permissive for select to indaba_owner using (true);

-- That a message concerns a member: it names them, is written to them, or stands where they wanted to hear of everything. Written by app.tell() after the message was posted, read by its member where they still read the message.
create table app.notices (
  id uuid not null default gen_random_uuid(),
  member_id uuid not null,
  message_id uuid not null,
  audience_id integer not null,
  thread_id uuid not null,
  number integer not null,
  reason text not null,
  at timestamp with time zone not null default now(),
  seen_at timestamp with time zone,
  mail_due timestamp with time zone,
  mail_claimed_at timestamp with time zone,
  mailed_at timestamp with time zone,
  constraint notices_member_id_message_id_key UNIQUE (member_id, message_id),
  constraint notices_pkey PRIMARY KEY (id),
  constraint notices_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint notices_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint notices_reason_check CHECK ((reason = ANY (ARRAY['mention'::text, 'direct'::text, 'followed'::text, 'channel'::text])))
);
CREATE INDEX notices_mail_due_idx ON app.notices USING btree (mail_due) WHERE (mail_due IS NOT NULL);
CREATE INDEX notices_member_id_at_idx ON app.notices USING btree (member_id, at DESC);
CREATE INDEX notices_message_id_audience_id_idx ON app.notices USING btree (message_id, audience_id);
create policy keyring_erases on app.notices as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = notices.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.notices as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = notices.member_id) AND (m.status = 'left'::text)))));
create policy keyring_tells on app.notices as permissive for all to indaba_keyring using (true) with check (true);
create policy own on app.notices as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences))));
create policy own_seen on app.notices as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy own_through_message on app.notices as restrictive for select to indaba_person using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = notices.message_id) AND (m.audience_id = notices.audience_id) AND (m.deleted_at IS NULL)))));
create policy owner_backs_up on app.notices as permissive for select to indaba_owner using (true);

-- Whom to call at an organization when something happens, in this order. Its focal points keep it; each change is an event.
create table app.on_call (
  id uuid not null,
  organization_id uuid not null,
  audience_id integer not null default 2,
  place integer not null default 1,
  name text not null,
  member_id uuid,
  phone text not null default ''::text,
  mail text not null default ''::text,
  days integer[] not null default '{1,2,3,4,5,6,7}'::integer[],
  opens time without time zone,
  closes time without time zone,
  time_zone text not null default 'UTC'::text,
  languages text[] not null default '{}'::text[],
  constraint on_call_id_audience_id_key UNIQUE (id, audience_id),
  constraint on_call_pkey PRIMARY KEY (id),
  constraint on_call_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id),
  constraint on_call_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint on_call_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE,
  constraint on_call_check CHECK (((phone <> ''::text) OR (mail <> ''::text))),
  constraint on_call_check1 CHECK ((num_nonnulls(opens, closes) <> 1)),
  constraint on_call_days_check CHECK (((days <@ ARRAY[1, 2, 3, 4, 5, 6, 7]) AND (cardinality(days) > 0))),
  constraint on_call_mail_check CHECK ((length(mail) <= 254)),
  constraint on_call_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint on_call_phone_check CHECK ((length(phone) <= 60)),
  constraint on_call_place_check CHECK (((place >= 1) AND (place <= 99)))
);
CREATE INDEX on_call_organization_id_idx ON app.on_call USING btree (organization_id);
CREATE TRIGGER kept_aside AFTER UPDATE ON app.on_call FOR EACH ROW WHEN ((((old.name IS DISTINCT FROM new.name) OR (old.phone IS DISTINCT FROM new.phone)) OR (old.mail IS DISTINCT FROM new.mail))) EXECUTE FUNCTION app.on_words_gone();
CREATE TRIGGER on_call_told AFTER INSERT OR DELETE OR UPDATE ON app.on_call FOR EACH ROW EXECUTE FUNCTION app.on_on_call();
CREATE TRIGGER taken_aside AFTER DELETE ON app.on_call FOR EACH ROW EXECUTE FUNCTION app.on_words_gone();
create policy clerk_keeps on app.on_call as permissive for all to indaba_clerk using (true) with check (true);
create policy focal_points_add on app.on_call as permissive for insert to indaba_person with check ((app.may_keep_on_call(organization_id) AND (audience_id <> 1) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ((member_id IS NULL) OR (member_id IN ( SELECT ms.member_id
   FROM app.memberships ms
  WHERE (ms.organization_id = on_call.organization_id))))));
create policy focal_points_change on app.on_call as permissive for update to indaba_person using (app.may_keep_on_call(organization_id)) with check (((member_id IS NULL) OR (member_id IN ( SELECT ms.member_id
   FROM app.memberships ms
  WHERE (ms.organization_id = on_call.organization_id)))));
create policy focal_points_remove on app.on_call as permissive for delete to indaba_person using (app.may_keep_on_call(organization_id));
create policy keyring_closes on app.on_call as permissive for delete to indaba_keyring using (true);
create policy keyring_erases on app.on_call as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = on_call.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.on_call as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = on_call.member_id) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.on_call as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.on_call as permissive for select to indaba_owner using (true);
create policy readers_see on app.on_call as permissive for select to indaba_person using ((((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) OR (organization_id IN ( SELECT app.my_run_organizations() AS my_run_organizations))) AND ((member_id IS NULL) OR (member_id IN ( SELECT m.id
   FROM app.members m
  WHERE (m.status = 'active'::text))))));

-- Which of the two trustees has been shown who stood behind a pseudonym: each once. The name itself stands nowhere but in sealed.byline_members.
create table app.opening_views (
  act_id uuid not null,
  member_id uuid not null,
  at timestamp with time zone not null default now(),
  constraint opening_views_pkey PRIMARY KEY (act_id, member_id),
  constraint opening_views_act_id_fkey FOREIGN KEY (act_id) REFERENCES app.two_person_acts(id),
  constraint opening_views_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id)
);
create policy keyring_keeps on app.opening_views as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.opening_views as permissive for select to indaba_owner using (true);

-- Domains an organization says are its own. Only proved ones count (proved_at), and a proved domain belongs to one organization. Lower case, international names as xn--.
create table app.organization_domains (
  id uuid not null,
  organization_id uuid not null,
  domain text not null,
  token text not null default replace((gen_random_uuid())::text, '-'::text, ''::text),
  asked_by uuid,
  asked_at timestamp with time zone not null default now(),
  checked_at timestamp with time zone,
  result text,
  method text,
  letter_reference text,
  letter_on date,
  proved_by uuid,
  proved_at timestamp with time zone,
  constraint organization_domains_organization_id_domain_key UNIQUE (organization_id, domain),
  constraint organization_domains_pkey PRIMARY KEY (id),
  constraint organization_domains_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES app.bylines(id),
  constraint organization_domains_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE,
  constraint organization_domains_proved_by_fkey FOREIGN KEY (proved_by) REFERENCES app.bylines(id),
  constraint organization_domains_check CHECK (((proved_at IS NULL) = (method IS NULL))),
  constraint organization_domains_check1 CHECK (((method IS DISTINCT FROM 'letter'::text) OR ((letter_reference IS NOT NULL) AND (letter_on IS NOT NULL) AND (proved_by IS NOT NULL)))),
  constraint organization_domains_domain_check CHECK (((domain ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$'::text) AND (length(domain) <= 253))),
  constraint organization_domains_letter_reference_check CHECK (((length(TRIM(BOTH FROM letter_reference)) >= 1) AND (length(TRIM(BOTH FROM letter_reference)) <= 200))),
  constraint organization_domains_method_check CHECK ((method = ANY (ARRAY['dns'::text, 'letter'::text]))),
  constraint organization_domains_result_check CHECK ((result = ANY (ARRAY['found'::text, 'absent'::text, 'other'::text, 'no_domain'::text, 'unreachable'::text, 'taken'::text]))),
  constraint organization_domains_token_check CHECK ((token ~ '^[0-9a-f]{32}$'::text))
);
CREATE UNIQUE INDEX organization_domains_one_owner ON app.organization_domains USING btree (domain) WHERE (proved_at IS NOT NULL);
CREATE TRIGGER admitted BEFORE INSERT ON app.organization_domains FOR EACH ROW EXECUTE FUNCTION app.on_admitted();
CREATE TRIGGER domain_noted AFTER INSERT OR DELETE OR UPDATE OF proved_at ON app.organization_domains FOR EACH ROW EXECUTE FUNCTION app.on_domain_noted();
CREATE TRIGGER needs_fresh BEFORE DELETE ON app.organization_domains FOR EACH ROW EXECUTE FUNCTION app.on_dangerous();
create policy clerk_proves on app.organization_domains as permissive for update to indaba_clerk using ((proved_at IS NULL)) with check (((method IS DISTINCT FROM 'letter'::text) AND (NOT app.is_public_mail(domain))));
create policy clerk_reads on app.organization_domains as permissive for select to indaba_clerk using (true);
create policy colleagues_read on app.organization_domains as permissive for select to indaba_person using (((organization_id IN ( SELECT app.my_organizations() AS my_organizations)) OR ( SELECT app.has_role('{steward}'::text[]) AS has_role)));
create policy focal_points_name on app.organization_domains as permissive for insert to indaba_person with check ((app.may_prove_domain(organization_id) AND (NOT app.is_public_mail(domain)) AND (asked_by IN ( SELECT b.id
   FROM app.bylines b
  WHERE ((b.kind = 'person'::text) AND (b.member_id = ( SELECT app.me() AS me)))))));
create policy focal_points_remove on app.organization_domains as permissive for delete to indaba_person using (app.may_prove_domain(organization_id));
create policy keyring_admits_applicants on app.organization_domains as permissive for insert to indaba_keyring with check ((NOT app.is_public_mail(domain)));
create policy keyring_closes on app.organization_domains as permissive for delete to indaba_keyring using (true);
create policy keyring_proves on app.organization_domains as permissive for update to indaba_keyring using ((proved_at IS NULL)) with check ((NOT app.is_public_mail(domain)));
create policy keyring_reads on app.organization_domains as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.organization_domains as permissive for select to indaba_owner using (true);

create table app.organization_jurisdictions (
  organization_id uuid not null,
  jurisdiction_id uuid not null,
  constraint organization_jurisdictions_pkey PRIMARY KEY (organization_id, jurisdiction_id),
  constraint organization_jurisdictions_jurisdiction_id_fkey FOREIGN KEY (jurisdiction_id) REFERENCES app.jurisdictions(id) ON DELETE CASCADE,
  constraint organization_jurisdictions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE
);
CREATE TRIGGER audiences_follow AFTER INSERT OR DELETE ON app.organization_jurisdictions FOR EACH ROW EXECUTE FUNCTION app.on_region();
create policy clerk_keeps on app.organization_jurisdictions as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_admits_applicants on app.organization_jurisdictions as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.organization_jurisdictions as permissive for select to indaba_keyring using (true);
create policy members_read on app.organization_jurisdictions as permissive for select to indaba_person using (((2 IN ( SELECT app.my_audiences() AS my_audiences)) OR (organization_id IN ( SELECT app.my_organizations() AS my_organizations)) OR (organization_id IN ( SELECT app.peer_organizations() AS peer_organizations))));
create policy owner_backs_up on app.organization_jurisdictions as permissive for select to indaba_owner using (true);
create policy stewards_register on app.organization_jurisdictions as permissive for insert to indaba_person with check (( SELECT app.may_register_organization() AS may_register_organization));

-- A body of any kind; an authority is one of kind regulator, central-bank or supervisor. Guests (providers, operators) see only the circles they are invited to.
create table app.organizations (
  id uuid not null,
  slug text not null,
  name text not null,
  kind text not null,
  is_guest boolean not null default false,
  joined_on date not null default CURRENT_DATE,
  ended_on date,
  constraint organizations_slug_key UNIQUE (slug),
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_kind_check CHECK ((kind = ANY (ARRAY['regulator'::text, 'central-bank'::text, 'supervisor'::text, 'cyber-agency'::text, 'provider'::text, 'operator'::text, 'regional-body'::text, 'expert'::text, 'secretariat'::text])))
);
CREATE UNIQUE INDEX organizations_name_key ON app.organizations USING btree (lower(name));
CREATE TRIGGER a_held BEFORE DELETE ON app.organizations FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER audience_made AFTER INSERT OR UPDATE ON app.organizations FOR EACH ROW EXECUTE FUNCTION app.on_organization();
CREATE TRIGGER registered_told AFTER INSERT ON app.organizations FOR EACH ROW EXECUTE FUNCTION app.on_registered();
create policy clerk_keeps on app.organizations as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_admits_applicants on app.organizations as permissive for insert to indaba_keyring with check ((NOT is_guest));
create policy keyring_admits_guests on app.organizations as permissive for insert to indaba_keyring with check (is_guest);
create policy keyring_closes on app.organizations as permissive for update to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.organizations as permissive for select to indaba_keyring using (true);
create policy members_read on app.organizations as permissive for select to indaba_person using (((2 IN ( SELECT app.my_audiences() AS my_audiences)) OR (id IN ( SELECT app.my_organizations() AS my_organizations)) OR (id IN ( SELECT app.peer_organizations() AS peer_organizations))));
create policy owner_backs_up on app.organizations as permissive for select to indaba_owner using (true);
create policy stewards_register on app.organizations as permissive for insert to indaba_person with check ((( SELECT app.may_register_organization() AS may_register_organization) AND (is_guest OR (kind <> ALL (ARRAY['provider'::text, 'operator'::text])))));
create policy visitors_read on app.organizations as permissive for select to indaba_visitor using ((id IN ( SELECT bylines.organization_id
   FROM app.bylines)));

-- The links of published pages that lead out, as the job that asks them found them; of pages which not everybody reads only where a steward set so. Shown as broken from the second failure on.
create table app.outer_links (
  page_id uuid not null,
  audience_id integer not null,
  url text not null,
  words text not null default ''::text,
  asked_at timestamp with time zone,
  answered_at timestamp with time zone,
  failing_since timestamp with time zone,
  failures integer not null default 0,
  fault text,
  told_at timestamp with time zone,
  constraint outer_links_pkey PRIMARY KEY (page_id, audience_id, url),
  constraint outer_links_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id) ON DELETE CASCADE,
  constraint outer_links_check CHECK (((failures > 0) = (failing_since IS NOT NULL))),
  constraint outer_links_fault_check CHECK ((fault = ANY (ARRAY['gone'::text, 'error'::text, 'silent'::text, 'broken'::text, 'loop'::text]))),
  constraint outer_links_url_check CHECK ((length(url) <= 2000)),
  constraint outer_links_words_check CHECK ((length(words) <= 200))
);
CREATE INDEX outer_links_asked_at_idx ON app.outer_links USING btree (asked_at NULLS FIRST);
CREATE INDEX outer_links_page_id_idx ON app.outer_links USING btree (page_id) WHERE (failures > 1);
CREATE INDEX outer_links_url_idx ON app.outer_links USING btree (url);
create policy clerk_asks on app.outer_links as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_tells on app.outer_links as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.outer_links as permissive for select to indaba_owner using (true);
create policy readers_see on app.outer_links as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- Whether a member found a page useful, the last time they said so. Read by nobody else; counted for whoever keeps the page (app.counted_answers()).
create table app.page_answers (
  member_id uuid not null,
  page_id uuid not null,
  audience_id integer not null,
  useful boolean not null,
  at timestamp with time zone not null default now(),
  constraint page_answers_pkey PRIMARY KEY (member_id, page_id),
  constraint page_answers_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint page_answers_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id) ON DELETE CASCADE
);
CREATE INDEX page_answers_page_id_idx ON app.page_answers USING btree (page_id);
create policy keyring_counts on app.page_answers as permissive for select to indaba_keyring using (true);
create policy keyring_erases on app.page_answers as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = page_answers.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.page_answers as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = page_answers.member_id) AND (m.status = 'left'::text)))));
create policy own on app.page_answers as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences))));
create policy own_change on app.page_answers as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_write() AS may_write))) with check (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences))));
create policy own_say on app.page_answers as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_write() AS may_write)));
create policy owner_backs_up on app.page_answers as permissive for select to indaba_owner using (true);

-- What stands in a form that changes a page, kept while one types: one for each page or request (place) and control or page of it (part), for a new page one for each space. Read by its writer alone, while they read the space; gone when it is proposed.
create table app.page_drafts (
  id uuid not null,
  member_id uuid not null,
  space_id uuid not null,
  place uuid not null,
  part text not null default ''::text,
  fields jsonb not null,
  updated_at timestamp with time zone not null default now(),
  constraint page_drafts_member_id_place_part_key UNIQUE (member_id, place, part),
  constraint page_drafts_pkey PRIMARY KEY (id),
  constraint page_drafts_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint page_drafts_space_id_fkey FOREIGN KEY (space_id) REFERENCES app.spaces(id) ON DELETE CASCADE,
  constraint page_drafts_fields_check CHECK ((octet_length((fields)::text) <= 2000000)),
  constraint page_drafts_part_check CHECK ((length(part) <= 100))
);
CREATE INDEX page_drafts_space_id_idx ON app.page_drafts USING btree (space_id);
create policy keyring_erases on app.page_drafts as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = page_drafts.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.page_drafts as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = page_drafts.member_id) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.page_drafts as permissive for select to indaba_keyring using (true);
create policy own on app.page_drafts as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (space_id IN ( SELECT s.id
   FROM app.spaces s))));
create policy own_begin on app.page_drafts as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own) AND (space_id IN ( SELECT s.id
   FROM app.spaces s
  WHERE app.may_propose(s.audience_id)))));
create policy own_drop on app.page_drafts as permissive for delete to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy own_go_on on app.page_drafts as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own) AND (space_id IN ( SELECT s.id
   FROM app.spaces s))));
create policy owner_backs_up on app.page_drafts as permissive for select to indaba_owner using (true);

-- Former addresses of pages, kept for good.
create table app.page_redirects (
  space_id uuid not null,
  audience_id integer not null,
  path text not null,
  page_id uuid not null,
  constraint published TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint page_redirects_pkey PRIMARY KEY (space_id, path),
  constraint page_redirects_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id),
  constraint page_redirects_space_id_audience_id_fkey FOREIGN KEY (space_id, audience_id) REFERENCES app.spaces(id, audience_id)
);
CREATE CONSTRAINT TRIGGER published AFTER INSERT OR UPDATE ON app.page_redirects DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.on_publishing();
create policy clerk_keeps on app.page_redirects as permissive for all to indaba_clerk using (true) with check (true);
create policy mergers_write on app.page_redirects as permissive for insert to indaba_person with check (app.may_project(page_id));
create policy owner_backs_up on app.page_redirects as permissive for select to indaba_owner using (true);
create policy readers_see on app.page_redirects as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- Who answers for a page (a member or an organization, whose focal points do), and the day (UTC) by which it is to be read again. Without a row: nobody, and no day.
create table app.page_upkeep (
  page_id uuid not null,
  audience_id integer not null,
  owner_byline uuid,
  owner_organization uuid,
  review_on date,
  every_months integer not null default 12,
  reviewed_on date,
  reviewed_by uuid,
  reminded_of date,
  overdue_of date,
  constraint page_upkeep_pkey PRIMARY KEY (page_id),
  constraint page_upkeep_owner_byline_fkey FOREIGN KEY (owner_byline) REFERENCES app.bylines(id) ON DELETE SET NULL,
  constraint page_upkeep_owner_organization_fkey FOREIGN KEY (owner_organization) REFERENCES app.organizations(id) ON DELETE SET NULL,
  constraint page_upkeep_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id) ON DELETE CASCADE,
  constraint page_upkeep_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES app.bylines(id) ON DELETE SET NULL,
  constraint page_upkeep_check CHECK (((owner_byline IS NULL) OR (owner_organization IS NULL))),
  constraint page_upkeep_every_months_check CHECK (((every_months >= 1) AND (every_months <= 60)))
);
CREATE INDEX page_upkeep_owner_byline_idx ON app.page_upkeep USING btree (owner_byline);
CREATE INDEX page_upkeep_owner_organization_idx ON app.page_upkeep USING btree (owner_organization);
CREATE INDEX page_upkeep_review_on_idx ON app.page_upkeep USING btree (review_on);
create policy keyring_keeps on app.page_upkeep as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.page_upkeep as permissive for select to indaba_owner using (true);
create policy readers_see on app.page_upkeep as permissive for select to indaba_person using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- A page as it stands now; title, description and group_key are read out of its current revision.
create table app.pages (
  id uuid not null,
  space_id uuid not null,
  audience_id integer not null,
  parent_id uuid,
  "position" double precision not null default 0,
  path text not null,
  title text not null,
  description text not null default ''::text,
  group_key text,
  revision_id uuid,
  created_at timestamp with time zone not null default now(),
  retired_at timestamp with time zone,
  retired_because text,
  successor_id uuid,
  constraint pages_id_audience_id_key UNIQUE (id, audience_id),
  constraint pages_space_id_audience_id_path_key UNIQUE (space_id, audience_id, path),
  constraint published TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint pages_pkey PRIMARY KEY (id),
  constraint pages_parent_id_audience_id_fkey FOREIGN KEY (parent_id, audience_id) REFERENCES app.pages(id, audience_id) DEFERRABLE INITIALLY DEFERRED,
  constraint pages_revision_id_audience_id_fkey FOREIGN KEY (revision_id, audience_id) REFERENCES app.revisions(id, audience_id) DEFERRABLE INITIALLY DEFERRED,
  constraint pages_space_id_audience_id_fkey FOREIGN KEY (space_id, audience_id) REFERENCES app.spaces(id, audience_id),
  constraint pages_successor_fkey FOREIGN KEY (successor_id, audience_id) REFERENCES app.pages(id, audience_id) DEFERRABLE INITIALLY DEFERRED,
  constraint pages_follow_another CHECK ((successor_id <> id)),
  constraint pages_retired_because_check CHECK ((length(retired_because) <= 10000)),
  constraint pages_withdrawn CHECK (((retired_at IS NOT NULL) OR ((retired_because IS NULL) AND (successor_id IS NULL))))
);
CREATE TRIGGER a_held BEFORE DELETE ON app.pages FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE CONSTRAINT TRIGGER published AFTER INSERT OR UPDATE ON app.pages DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.on_publishing();
create policy clerk_keeps on app.pages as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_reads on app.pages as permissive for select to indaba_keyring using (true);
create policy mergers_change on app.pages as permissive for update to indaba_person using (app.may_project(id)) with check (app.may_project(id));
create policy mergers_write on app.pages as permissive for insert to indaba_person with check ((EXISTS ( SELECT
   FROM (app.change_request_pages p
     JOIN app.change_requests c ON ((c.id = p.change_request_id)))
  WHERE ((p.page_id = pages.id) AND ((c.space_id = pages.space_id) AND (c.audience_id = pages.audience_id)) AND app.may_decide(c.id)))));
create policy owner_backs_up on app.pages as permissive for select to indaba_owner using (true);
create policy readers_see on app.pages as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- WebAuthn credentials, several per person, named and revocable.
create table app.passkeys (
  id uuid not null,
  member_id uuid not null,
  credential_id text not null,
  public_key bytea not null,
  counter bigint not null default 0,
  transports text[] not null default '{}'::text[],
  name text not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint passkeys_credential_id_key UNIQUE (credential_id),
  constraint passkeys_pkey PRIMARY KEY (id),
  constraint passkeys_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
CREATE INDEX passkeys_member_id_idx ON app.passkeys USING btree (member_id);
CREATE TRIGGER a_held BEFORE DELETE ON app.passkeys FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER needs_fresh BEFORE INSERT ON app.passkeys FOR EACH ROW EXECUTE FUNCTION app.on_dangerous();
CREATE TRIGGER passkey_noted AFTER INSERT OR UPDATE OF revoked_at ON app.passkeys FOR EACH ROW EXECUTE FUNCTION app.on_passkey_noted();
CREATE TRIGGER revoking_needs_fresh BEFORE UPDATE OF revoked_at ON app.passkeys FOR EACH ROW EXECUTE FUNCTION app.on_dangerous();
CREATE TRIGGER way_in_told AFTER INSERT OR UPDATE OF revoked_at ON app.passkeys FOR EACH ROW EXECUTE FUNCTION app.on_way_in();
create policy archivist_looks on app.passkeys as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.passkeys as permissive for delete to indaba_archivist using (((revoked_at IS NOT NULL) AND app.way_in_due('passkey'::text, member_id, revoked_at)));
create policy keyring_admits on app.passkeys as permissive for insert to indaba_keyring with check (true);
create policy keyring_counts on app.passkeys as permissive for update to indaba_keyring using (true);
create policy keyring_erases on app.passkeys as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = passkeys.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.passkeys as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = passkeys.member_id) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.passkeys as permissive for select to indaba_keyring using (true);
create policy own on app.passkeys as permissive for select to indaba_person using ((member_id = ( SELECT app.me() AS me)));
create policy own_add on app.passkeys as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.in_browser() AS in_browser)));
create policy own_change on app.passkeys as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.in_browser() AS in_browser) AND (revoked_at IS NULL))) with check ((member_id = ( SELECT app.me() AS me)));
create policy owner_backs_up on app.passkeys as permissive for select to indaba_owner using (true);

-- Messages that a conversation keeps at hand for all who read it.
create table app.pins (
  message_id uuid not null,
  conversation_id uuid not null,
  audience_id integer not null,
  byline_id uuid not null,
  at timestamp with time zone not null default now(),
  constraint pins_pkey PRIMARY KEY (message_id),
  constraint pins_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint pins_conversation_id_audience_id_fkey FOREIGN KEY (conversation_id, audience_id) REFERENCES app.conversations(id, audience_id),
  constraint pins_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE
);
CREATE INDEX pins_conversation_id_at_idx ON app.pins USING btree (conversation_id, at DESC);
CREATE TRIGGER b_not_restricted BEFORE INSERT OR DELETE ON app.pins FOR EACH ROW EXECUTE FUNCTION app.on_restricted();
CREATE TRIGGER told AFTER INSERT OR DELETE ON app.pins FOR EACH ROW EXECUTE FUNCTION app.on_message_act();
create policy keyring_brings_in on app.pins as permissive for all to indaba_keyring using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = pins.message_id) AND (m.source IS NOT NULL))))) with check ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = pins.message_id) AND (m.source IS NOT NULL)))));
create policy keyring_moves on app.pins as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.pins as permissive for select to indaba_owner using (true);
create policy readers_see on app.pins as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy talkers_pin on app.pins as permissive for insert to indaba_person with check (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (byline_id IN ( SELECT b.id
   FROM app.bylines b
  WHERE ((b.member_id = app.me()) AND (b.kind = 'person'::text)))) AND app.may_talk(audience_id) AND (EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = pins.message_id) AND (m.audience_id = pins.audience_id) AND (m.conversation_id = pins.conversation_id) AND (m.deleted_at IS NULL))))));
create policy talkers_unpin on app.pins as permissive for delete to indaba_person using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND app.may_talk(audience_id)));
create policy through_the_message on app.pins as restrictive for select to indaba_person, indaba_visitor using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = pins.message_id) AND (m.audience_id = pins.audience_id) AND (m.deleted_at IS NULL)))));

-- What can be chosen, in its order.
create table app.poll_options (
  message_id uuid not null,
  audience_id integer not null,
  place integer not null,
  words text not null,
  constraint poll_options_pkey PRIMARY KEY (message_id, place),
  constraint poll_options_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint poll_options_message_id_fkey FOREIGN KEY (message_id) REFERENCES app.polls(message_id) ON DELETE CASCADE,
  constraint poll_options_place_check CHECK (((place >= 1) AND (place <= 20))),
  constraint poll_options_words_check CHECK (((length(words) >= 1) AND (length(words) <= 200)))
);
create policy keyring_copies on app.poll_options as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.poll_options as permissive for select to indaba_owner using (true);
create policy readers_see on app.poll_options as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy through_the_message on app.poll_options as restrictive for select to indaba_person, indaba_visitor using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = poll_options.message_id) AND (m.audience_id = poll_options.audience_id) AND (m.deleted_at IS NULL)))));
create policy writers_offer on app.poll_options as permissive for insert to indaba_person with check ((( SELECT app.may_write() AS may_write) AND (EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = poll_options.message_id) AND (m.audience_id = poll_options.audience_id) AND (m.byline_id IN ( SELECT app.my_bylines() AS my_bylines)) AND (m.created_at = now()) AND (m.deleted_at IS NULL))))));

-- Who chose what; written by app.vote() alone. No moment is kept.
create table app.poll_votes (
  message_id uuid not null,
  audience_id integer not null,
  place integer not null,
  byline_id uuid not null,
  constraint poll_votes_pkey PRIMARY KEY (message_id, place, byline_id),
  constraint poll_votes_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint poll_votes_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint poll_votes_message_id_place_fkey FOREIGN KEY (message_id, place) REFERENCES app.poll_options(message_id, place) ON DELETE CASCADE
);
CREATE TRIGGER b_not_restricted BEFORE INSERT ON app.poll_votes FOR EACH ROW EXECUTE FUNCTION app.on_restricted();
create policy keyring_votes on app.poll_votes as permissive for all to indaba_keyring using (true) with check (true);
create policy named_or_mine on app.poll_votes as restrictive for select to indaba_person, indaba_visitor using (((byline_id IN ( SELECT app.my_bylines() AS my_bylines)) OR (message_id IN ( SELECT p.message_id
   FROM app.polls p
  WHERE p.named))));
create policy owner_backs_up on app.poll_votes as permissive for select to indaba_owner using (true);
create policy readers_see on app.poll_votes as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy through_the_message on app.poll_votes as restrictive for select to indaba_person, indaba_visitor using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = poll_votes.message_id) AND (m.audience_id = poll_votes.audience_id) AND (m.deleted_at IS NULL)))));

-- A question under a message, made with it and never changed. named: who chose what is seen by all who read it; else only how many, by nobody who.
create table app.polls (
  message_id uuid not null,
  audience_id integer not null,
  multiple boolean not null default false,
  named boolean not null default false,
  closes_at timestamp with time zone,
  constraint polls_pkey PRIMARY KEY (message_id),
  constraint polls_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE
);
CREATE TRIGGER b_not_restricted BEFORE INSERT ON app.polls FOR EACH ROW EXECUTE FUNCTION app.on_restricted();
CREATE TRIGGER searched AFTER INSERT ON app.polls FOR EACH ROW EXECUTE FUNCTION search.on_held();
create policy archivist_looks on app.polls as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.polls as permissive for delete to indaba_archivist using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = polls.message_id) AND (m.removed_at IS NOT NULL)))));
create policy keyring_copies on app.polls as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.polls as permissive for select to indaba_owner using (true);
create policy readers_see on app.polls as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy through_the_message on app.polls as restrictive for select to indaba_person, indaba_visitor using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = polls.message_id) AND (m.audience_id = polls.audience_id) AND (m.deleted_at IS NULL)))));
create policy writers_ask on app.polls as permissive for insert to indaba_person with check ((( SELECT app.may_write() AS may_write) AND (EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = polls.message_id) AND (m.audience_id = polls.audience_id) AND (m.byline_id IN ( SELECT app.my_bylines() AS my_bylines)) AND (m.created_at = now()) AND (m.deleted_at IS NULL))))));

-- What a jurisdiction says to a change request in a consultation, given by the focal point of its lead authority; the latest holds, the earlier ones stay to be seen. A discuss says what would resolve it, and holds the merge back.
create table app.positions (
  id uuid not null,
  place bigint not null generated always as identity,
  change_request_id uuid not null,
  audience_id integer not null,
  jurisdiction_id uuid not null,
  organization_id uuid,
  byline_id uuid not null,
  for_byline uuid,
  stance text not null,
  words text not null default ''::text,
  wording text not null,
  at timestamp with time zone not null default now(),
  constraint positions_pkey PRIMARY KEY (id),
  constraint positions_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint positions_change_request_id_audience_id_fkey FOREIGN KEY (change_request_id, audience_id) REFERENCES app.change_requests(id, audience_id) ON DELETE CASCADE,
  constraint positions_for_byline_fkey FOREIGN KEY (for_byline) REFERENCES app.bylines(id),
  constraint positions_jurisdiction_id_fkey FOREIGN KEY (jurisdiction_id) REFERENCES app.jurisdictions(id),
  constraint positions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id),
  constraint positions_check CHECK (((stance <> 'discuss'::text) OR (length(words) > 0))),
  constraint positions_organization_check CHECK (((organization_id IS NULL) = (stance = 'lifted'::text))),
  constraint positions_stance_check CHECK ((stance = ANY (ARRAY['support'::text, 'no_objection'::text, 'abstain'::text, 'discuss'::text, 'lifted'::text]))),
  constraint positions_words_check CHECK ((length(words) <= 5000))
);
CREATE INDEX positions_change_request_id_jurisdiction_id_place_idx ON app.positions USING btree (change_request_id, jurisdiction_id, place DESC);
create policy keyring_keeps on app.positions as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.positions as permissive for select to indaba_owner using (true);
create policy readers_see on app.positions as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- A last call or consultation of a change request, its clocks in UTC; one runs at a time. Moved by app.run_procedures() and by whoever decides.
create table app.procedures (
  id uuid not null,
  change_request_id uuid not null,
  audience_id integer not null,
  kind text not null,
  phase text not null default 'comments'::text,
  days integer not null,
  position_days integer not null,
  opened_at timestamp with time zone not null default now(),
  opened_by uuid not null,
  comments_until timestamp with time zone not null,
  positions_until timestamp with time zone,
  reminded_until timestamp with time zone,
  wording text not null,
  over_at timestamp with time zone,
  constraint procedures_id_audience_id_key UNIQUE (id, audience_id),
  constraint procedures_pkey PRIMARY KEY (id),
  constraint procedures_change_request_id_audience_id_fkey FOREIGN KEY (change_request_id, audience_id) REFERENCES app.change_requests(id, audience_id) ON DELETE CASCADE,
  constraint procedures_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES app.bylines(id),
  constraint procedures_check CHECK (((phase = 'over'::text) = (over_at IS NOT NULL))),
  constraint procedures_check1 CHECK (((kind = 'consultation'::text) OR (phase = ANY (ARRAY['comments'::text, 'over'::text])))),
  constraint procedures_days_check CHECK (((days >= 1) AND (days <= 180))),
  constraint procedures_kind_check CHECK ((kind = ANY (ARRAY['last_call'::text, 'consultation'::text]))),
  constraint procedures_phase_check CHECK ((phase = ANY (ARRAY['comments'::text, 'resolving'::text, 'positions'::text, 'over'::text]))),
  constraint procedures_position_days_check CHECK (((position_days >= 1) AND (position_days <= 90)))
);
CREATE UNIQUE INDEX procedures_change_request_id_idx ON app.procedures USING btree (change_request_id) WHERE (over_at IS NULL);
CREATE INDEX procedures_change_request_id_opened_at_idx ON app.procedures USING btree (change_request_id, opened_at DESC);
create policy keyring_keeps on app.procedures as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.procedures as permissive for select to indaba_owner using (true);
create policy readers_see on app.procedures as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- One row for each thing a member says of themselves, with whom it is shown to: a right for each row, so that no screen, filter or count can show more.
create table app.profile_fields (
  member_id uuid not null,
  field text not null,
  words text[] not null,
  shown_to text not null,
  constraint profile_fields_pkey PRIMARY KEY (member_id, field),
  constraint profile_fields_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint profile_fields_field_check CHECK ((field = ANY (ARRAY['position'::text, 'about'::text, 'languages'::text, 'expertise'::text, 'time_zone'::text, 'hours'::text, 'phone'::text, 'mail'::text]))),
  constraint profile_fields_shown_to_check CHECK ((shown_to = ANY (ARRAY['nobody'::text, 'organization'::text, 'circles'::text, 'members'::text]))),
  constraint profile_fields_words_check CHECK ((((cardinality(words) >= 1) AND (cardinality(words) <= 20)) AND (length((words)::text) <= 2000)))
);
CREATE INDEX profile_fields_field_idx ON app.profile_fields USING btree (field);
CREATE TRIGGER kept_aside AFTER UPDATE ON app.profile_fields FOR EACH ROW WHEN ((old.words IS DISTINCT FROM new.words)) EXECUTE FUNCTION app.on_words_gone();
CREATE TRIGGER taken_aside AFTER DELETE ON app.profile_fields FOR EACH ROW EXECUTE FUNCTION app.on_words_gone();
create policy clerk_keeps on app.profile_fields as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_erases on app.profile_fields as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = profile_fields.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.profile_fields as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = profile_fields.member_id) AND (m.status = 'left'::text)))));
create policy keyring_follows on app.profile_fields as permissive for all to indaba_keyring using ((field = 'time_zone'::text)) with check ((field = 'time_zone'::text));
create policy own_change on app.profile_fields as permissive for update to indaba_person using ((member_id = ( SELECT app.writer() AS writer))) with check ((member_id = ( SELECT app.writer() AS writer)));
create policy own_remove on app.profile_fields as permissive for delete to indaba_person using (((member_id = ( SELECT app.writer() AS writer)) AND (field <> 'time_zone'::text)));
create policy own_say on app.profile_fields as permissive for insert to indaba_person with check (((member_id = ( SELECT app.writer() AS writer)) AND (EXISTS ( SELECT
   FROM app.my_organizations() my_organizations(my_organizations)))));
create policy owner_backs_up on app.profile_fields as permissive for select to indaba_owner using (true);
create policy shown_as_said on app.profile_fields as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) OR ((((shown_to = 'members'::text) AND (2 IN ( SELECT app.my_audiences() AS my_audiences))) OR ((shown_to = 'organization'::text) AND (member_id IN ( SELECT app.my_colleagues() AS my_colleagues))) OR ((shown_to = 'circles'::text) AND (member_id IN ( SELECT app.my_circle_peers() AS my_circle_peers)))) AND (member_id IN ( SELECT m.id
   FROM app.members m
  WHERE (m.status = 'active'::text))))));

-- A browser that is told by push: where its push service takes messages, and the keys that they are closed with, so that the service cannot read them. Dead when its session is. Read by its member without address and keys.
create table app.push_subscriptions (
  id uuid not null default gen_random_uuid(),
  member_id uuid not null,
  session_id uuid not null,
  endpoint text not null,
  p256dh text not null,
  auth text not null,
  key_version integer not null,
  created_at timestamp with time zone not null default now(),
  constraint push_subscriptions_session_id_endpoint_key UNIQUE (session_id, endpoint),
  constraint push_subscriptions_pkey PRIMARY KEY (id),
  constraint push_subscriptions_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint push_subscriptions_session_id_fkey FOREIGN KEY (session_id) REFERENCES app.sessions(id) ON DELETE CASCADE,
  constraint push_subscriptions_auth_check CHECK ((length(auth) <= 100)),
  constraint push_subscriptions_endpoint_check CHECK (((endpoint ~ '^https?://'::text) AND (length(endpoint) <= 1000))),
  constraint push_subscriptions_p256dh_check CHECK ((length(p256dh) <= 200))
);
CREATE INDEX push_subscriptions_member_id_idx ON app.push_subscriptions USING btree (member_id);
create policy keyring_erases on app.push_subscriptions as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = push_subscriptions.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.push_subscriptions as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = push_subscriptions.member_id) AND (m.status = 'left'::text)))));
create policy keyring_pushes on app.push_subscriptions as permissive for all to indaba_keyring using (true) with check (true);
create policy own on app.push_subscriptions as permissive for select to indaba_person using ((member_id = ( SELECT app.me() AS me)));
create policy own_end on app.push_subscriptions as permissive for delete to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.push_subscriptions as permissive for select to indaba_owner using (true);

-- One notice to one browser. due is null when it was told, or when there is nothing to tell any more.
create table app.pushes (
  id uuid not null default gen_random_uuid(),
  notice_id uuid not null,
  subscription_id uuid not null,
  due timestamp with time zone,
  claimed_at timestamp with time zone,
  tries integer not null default 0,
  constraint pushes_notice_id_subscription_id_key UNIQUE (notice_id, subscription_id),
  constraint pushes_pkey PRIMARY KEY (id),
  constraint pushes_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES app.notices(id) ON DELETE CASCADE,
  constraint pushes_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES app.push_subscriptions(id) ON DELETE CASCADE
);
CREATE INDEX pushes_due_idx ON app.pushes USING btree (due) WHERE (due IS NOT NULL);
CREATE INDEX pushes_subscription_id_idx ON app.pushes USING btree (subscription_id);
create policy keyring_pushes on app.pushes as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.pushes as permissive for select to indaba_owner using (true);

-- How often something was tried in the present window; filled by app.take() only. The bucket is a salted hash when it names a person.
create table app.rate_buckets (
  bucket text not null,
  window_start timestamp with time zone not null,
  taken integer not null,
  constraint rate_buckets_pkey PRIMARY KEY (bucket)
);
create policy archivist_looks on app.rate_buckets as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.rate_buckets as permissive for delete to indaba_archivist using (app.is_due('sign_in_try'::text, NULL::text, window_start));
create policy keyring_counts on app.rate_buckets as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.rate_buckets as permissive for select to indaba_owner using (true);

-- One emoji of one reader under a message. Who reacted is seen by whoever reads the message.
create table app.reactions (
  message_id uuid not null,
  audience_id integer not null,
  byline_id uuid not null,
  emoji text not null,
  at timestamp with time zone not null default now(),
  constraint reactions_pkey PRIMARY KEY (message_id, emoji, byline_id),
  constraint reactions_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint reactions_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE,
  constraint reactions_emoji_check CHECK ((((length(emoji) >= 1) AND (length(emoji) <= 16)) AND (emoji !~ '[[:alpha:][:space:]<>&"'']'::text)))
);
CREATE TRIGGER b_not_restricted BEFORE INSERT ON app.reactions FOR EACH ROW EXECUTE FUNCTION app.on_restricted();
CREATE TRIGGER told AFTER INSERT OR DELETE ON app.reactions FOR EACH ROW EXECUTE FUNCTION app.on_message_act();
create policy keyring_moves on app.reactions as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.reactions as permissive for select to indaba_owner using (true);
create policy readers_react on app.reactions as permissive for insert to indaba_person with check (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND (byline_id IN ( SELECT b.id
   FROM app.bylines b
  WHERE ((b.member_id = app.me()) AND (b.kind = 'person'::text)))) AND app.may_react(audience_id) AND (EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = reactions.message_id) AND (m.audience_id = reactions.audience_id) AND (m.deleted_at IS NULL))))));
create policy readers_see on app.reactions as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy readers_unreact on app.reactions as permissive for delete to indaba_person using (((byline_id IN ( SELECT app.my_bylines() AS my_bylines)) AND ( SELECT app.may_write() AS may_write)));
create policy through_the_message on app.reactions as restrictive for select to indaba_person, indaba_visitor using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = reactions.message_id) AND (m.audience_id = reactions.audience_id) AND (m.deleted_at IS NULL)))));

-- The last thread_number I have seen. Unread = last number of the thread less this.
create table app.read_markers (
  member_id uuid not null,
  thread_id uuid not null,
  audience_id integer not null,
  number integer not null,
  constraint read_markers_pkey PRIMARY KEY (member_id, thread_id),
  constraint read_markers_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint read_markers_thread_id_audience_id_fkey FOREIGN KEY (thread_id, audience_id) REFERENCES app.threads(id, audience_id)
);
create policy archivist_looks on app.read_markers as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.read_markers as permissive for delete to indaba_archivist using (app.thread_due(thread_id));
create policy keyring_erases on app.read_markers as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = read_markers.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.read_markers as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = read_markers.member_id) AND (m.status = 'left'::text)))));
create policy keyring_marks on app.read_markers as permissive for all to indaba_keyring using (true) with check (true);
create policy labels_hold on app.read_markers as restrictive for select to indaba_person using (((cardinality(( SELECT app.sealed_labels() AS sealed_labels)) = 0) OR (NOT app.holds_sealed(thread_id))));
create policy own on app.read_markers as permissive for select to indaba_person, indaba_visitor using ((member_id = ( SELECT app.me() AS me)));
create policy own_move on app.read_markers as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy own_set on app.read_markers as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.read_markers as permissive for select to indaba_owner using (true);

-- Each nightly recount: how many counters it looked at, and how many stood otherwise than their rows say and were put right. Figures only.
create table app.recounts (
  id bigint not null generated always as identity,
  at timestamp with time zone not null default now(),
  counted integer not null,
  threads integer not null,
  conversations integer not null,
  markers integer not null,
  activity integer not null,
  audiences integer not null,
  constraint recounts_pkey PRIMARY KEY (id),
  constraint recounts_check CHECK ((LEAST(counted, threads, conversations, markers, activity, audiences) >= 0))
);
create policy keyring_keeps on app.recounts as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.recounts as permissive for select to indaba_owner using (true);

-- Somebody cannot sign in. A focal point who knows them confirms, time passes in which the person can stop it, then a link works once. Never by mail alone.
create table app.recoveries (
  id uuid not null,
  member_id uuid not null,
  asked_at timestamp with time zone not null default now(),
  stop_hash bytea,
  confirmed_by uuid,
  confirmed_at timestamp with time zone,
  ripe_at timestamp with time zone,
  token_hash bytea,
  ended_at timestamp with time zone,
  ended_as text,
  confirmed_for uuid,
  constraint recoveries_stop_hash_key UNIQUE (stop_hash),
  constraint recoveries_token_hash_key UNIQUE (token_hash),
  constraint recoveries_pkey PRIMARY KEY (id),
  constraint recoveries_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES app.bylines(id),
  constraint recoveries_confirmed_for_fkey FOREIGN KEY (confirmed_for) REFERENCES app.members(id),
  constraint recoveries_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint recoveries_check CHECK (((ended_at IS NULL) = (ended_as IS NULL))),
  constraint recoveries_check1 CHECK ((((confirmed_at IS NULL) = (confirmed_by IS NULL)) AND ((confirmed_at IS NULL) = (ripe_at IS NULL)))),
  constraint recoveries_check2 CHECK (((token_hash IS NULL) OR (confirmed_at IS NOT NULL))),
  constraint recoveries_ended_as_check CHECK ((ended_as = ANY (ARRAY['stopped'::text, 'refused'::text, 'used'::text, 'expired'::text])))
);
CREATE UNIQUE INDEX recoveries_one_open ON app.recoveries USING btree (member_id) WHERE (ended_at IS NULL);
CREATE TRIGGER a_held BEFORE DELETE ON app.recoveries FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER recovery_noted AFTER INSERT OR UPDATE OF confirmed_at, ended_as ON app.recoveries FOR EACH ROW EXECUTE FUNCTION app.on_recovery_noted();
create policy archivist_looks on app.recoveries as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.recoveries as permissive for delete to indaba_archivist using (((ended_at IS NOT NULL) AND app.way_in_due('recovery'::text, member_id, ended_at)));
create policy clerk_mails on app.recoveries as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_erases on app.recoveries as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = recoveries.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.recoveries as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = recoveries.member_id) AND (m.status = 'left'::text)))));
create policy keyring_keeps on app.recoveries as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.recoveries as permissive for select to indaba_owner using (true);
create policy those_concerned_read on app.recoveries as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) OR app.may_confirm_recovery(member_id)));

-- Ten codes for the day the authenticator is lost; each works once. Hashes of 80 random bits and the member.
create table app.recovery_codes (
  code_hash bytea not null,
  member_id uuid not null,
  used_at timestamp with time zone,
  constraint recovery_codes_pkey PRIMARY KEY (code_hash),
  constraint recovery_codes_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
CREATE INDEX recovery_codes_member_id_idx ON app.recovery_codes USING btree (member_id);
CREATE TRIGGER code_noted AFTER UPDATE OF used_at ON app.recovery_codes FOR EACH ROW WHEN (((old.used_at IS NULL) AND (new.used_at IS NOT NULL))) EXECUTE FUNCTION app.on_code_noted();
create policy keyring_erases on app.recovery_codes as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = recovery_codes.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.recovery_codes as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = recovery_codes.member_id) AND (m.status = 'left'::text)))));
create policy keyring_keeps on app.recovery_codes as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.recovery_codes as permissive for select to indaba_owner using (true);

-- An address at which one member may answer one message by mail, for 30 days. Read by functions alone; who answers is asked again at each answer.
create table app.reply_addresses (
  id uuid not null,
  member_id uuid not null,
  message_id uuid not null,
  audience_id integer not null,
  secret_hash bytea not null,
  made_at timestamp with time zone not null default now(),
  used integer not null default 0,
  refused_at timestamp with time zone,
  constraint reply_addresses_secret_hash_key UNIQUE (secret_hash),
  constraint reply_addresses_pkey PRIMARY KEY (id),
  constraint reply_addresses_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint reply_addresses_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE
);
CREATE INDEX reply_addresses_made_at_idx ON app.reply_addresses USING btree (made_at);
CREATE INDEX reply_addresses_member_id_idx ON app.reply_addresses USING btree (member_id);
CREATE INDEX reply_addresses_message_id_audience_id_idx ON app.reply_addresses USING btree (message_id, audience_id);
create policy keyring_erases on app.reply_addresses as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = reply_addresses.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.reply_addresses as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = reply_addresses.member_id) AND (m.status = 'left'::text)))));
create policy keyring_opens on app.reply_addresses as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.reply_addresses as permissive for select to indaba_owner using (true);

-- Whom a step of a procedure, or something about a page, concerns: for the bell and, as they set it, by mail after their quiet hours.
create table app.request_notices (
  id uuid not null default gen_random_uuid(),
  member_id uuid not null,
  change_request_id uuid,
  audience_id integer not null,
  kind text not null,
  reason text not null,
  until timestamp with time zone,
  at timestamp with time zone not null default now(),
  mail_due timestamp with time zone,
  mail_claimed_at timestamp with time zone,
  mailed_at timestamp with time zone,
  seen_at timestamp with time zone,
  page_id uuid,
  edition_id uuid,
  event_id bigint,
  constraint request_notices_pkey PRIMARY KEY (id),
  constraint request_notices_change_request_id_audience_id_fkey FOREIGN KEY (change_request_id, audience_id) REFERENCES app.change_requests(id, audience_id) ON DELETE CASCADE,
  constraint request_notices_edition_id_audience_id_fkey FOREIGN KEY (edition_id, audience_id) REFERENCES app.editions(id, audience_id) ON DELETE CASCADE,
  constraint request_notices_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint request_notices_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id) ON DELETE CASCADE,
  constraint request_notices_check CHECK ((num_nonnulls(change_request_id, page_id, edition_id) >= 1)),
  constraint request_notices_reason_check CHECK ((reason = ANY (ARRAY['mention'::text, 'followed'::text])))
);
CREATE INDEX request_notices_change_request_id_idx ON app.request_notices USING btree (change_request_id);
CREATE INDEX request_notices_edition_id_idx ON app.request_notices USING btree (edition_id) WHERE (edition_id IS NOT NULL);
CREATE INDEX request_notices_mail_due_idx ON app.request_notices USING btree (mail_due) WHERE (mail_due IS NOT NULL);
CREATE UNIQUE INDEX request_notices_member_id_audience_id_event_id_idx ON app.request_notices USING btree (member_id, audience_id, event_id) WHERE (event_id IS NOT NULL);
CREATE INDEX request_notices_member_id_idx ON app.request_notices USING btree (member_id) WHERE (seen_at IS NULL);
CREATE INDEX request_notices_page_id_idx ON app.request_notices USING btree (page_id) WHERE (page_id IS NOT NULL);
create policy keyring_erases on app.request_notices as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = request_notices.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.request_notices as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = request_notices.member_id) AND (m.status = 'left'::text)))));
create policy keyring_tells on app.request_notices as permissive for all to indaba_keyring using (true) with check (true);
create policy own on app.request_notices as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences))));
create policy owner_backs_up on app.request_notices as permissive for select to indaba_owner using (true);

-- The procedure of a change request, step by step, for whoever may read it: opened, extended, over, approved, corrected, with reasons. Append-only. No byline: the clock.
create table app.request_steps (
  id uuid not null,
  place bigint not null generated always as identity,
  change_request_id uuid not null,
  audience_id integer not null,
  kind text not null,
  byline_id uuid,
  for_byline uuid,
  words text not null default ''::text,
  data jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default now(),
  constraint request_steps_pkey PRIMARY KEY (id),
  constraint request_steps_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint request_steps_change_request_id_audience_id_fkey FOREIGN KEY (change_request_id, audience_id) REFERENCES app.change_requests(id, audience_id) ON DELETE CASCADE,
  constraint request_steps_for_byline_fkey FOREIGN KEY (for_byline) REFERENCES app.bylines(id),
  constraint request_steps_kind_check CHECK ((kind ~ '^[a-z_]{3,40}$'::text)),
  constraint request_steps_words_check CHECK ((length(words) <= 5000))
);
CREATE INDEX request_steps_change_request_id_place_idx ON app.request_steps USING btree (change_request_id, place);
create policy keyring_keeps on app.request_steps as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.request_steps as permissive for select to indaba_owner using (true);
create policy readers_see on app.request_steps as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- How many days each kind of thing is kept, by label where it carries one; no number: for good. A row here and nothing else lets the retention job remove anything.
create table app.retention_rules (
  kind text not null,
  label text,
  keep_days integer,
  was_days integer,
  reason text,
  changed_by uuid,
  changed_at timestamp with time zone,
  constraint retention_rules_kind_label_key UNIQUE NULLS NOT DISTINCT (kind, label),
  constraint retention_rules_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES app.bylines(id),
  constraint retention_rules_label_fkey FOREIGN KEY (label) REFERENCES app.marking_outlets(label),
  constraint retention_rules_keep_days_check CHECK (((keep_days >= 1) AND (keep_days <= 36500))),
  constraint retention_rules_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'direct'::text, 'comment'::text, 'thread'::text, 'earlier_words'::text, 'event_payload'::text, 'audit_payload'::text, 'session'::text, 'passkey'::text, 'sign_in_try'::text, 'recovery'::text, 'invitation'::text, 'application'::text, 'draft'::text, 'file'::text, 'mail'::text]))),
  constraint retention_rules_reason_check CHECK (((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 500)))
);
CREATE TRIGGER rule_changed BEFORE UPDATE ON app.retention_rules FOR EACH ROW EXECUTE FUNCTION app.on_retention_rule();
create policy keyring_reads on app.retention_rules as permissive for select to indaba_keyring using (true);
create policy keyring_shortens on app.retention_rules as permissive for update to indaba_keyring using (true) with check (true);
create policy members_read on app.retention_rules as permissive for select to indaba_person using ((( SELECT app.me() AS me) IS NOT NULL));
create policy owner_backs_up on app.retention_rules as permissive for select to indaba_owner using (true);
create policy stewards_change on app.retention_rules as permissive for update to indaba_person using (( SELECT app.may_change_retention() AS may_change_retention)) with check ((( SELECT app.may_change_retention() AS may_change_retention) AND (reason IS NOT NULL) AND (NOT app.retention_needs_two(kind, label, keep_days))));

-- Each run of the retention job: how many rows of which kind and label it removed so far. A run without an end was interrupted; the next goes on where there is something to do.
create table app.retention_runs (
  id uuid not null,
  started_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  removed jsonb not null default '{}'::jsonb,
  constraint retention_runs_pkey PRIMARY KEY (id)
);
create policy keyring_keeps on app.retention_runs as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.retention_runs as permissive for select to indaba_owner using (true);
create policy stewards_read on app.retention_runs as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- The text of a page at one time. Never changed, never removed. blocks is the ordered sidecar of (id, hash).
create table app.revisions (
  id uuid not null,
  page_id uuid not null,
  audience_id integer not null,
  number integer not null,
  text text not null,
  blocks jsonb not null,
  change_request_id uuid not null,
  byline_id uuid not null,
  created_at timestamp with time zone not null default now(),
  constraint revisions_id_audience_id_key UNIQUE (id, audience_id),
  constraint revisions_page_id_audience_id_number_key UNIQUE (page_id, audience_id, number),
  constraint published TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint revisions_pkey PRIMARY KEY (id),
  constraint revisions_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint revisions_change_request_id_audience_id_fkey FOREIGN KEY (change_request_id, audience_id) REFERENCES app.change_requests(id, audience_id),
  constraint revisions_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id)
);
CREATE TRIGGER a_held BEFORE DELETE ON app.revisions FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE CONSTRAINT TRIGGER published AFTER INSERT OR UPDATE ON app.revisions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.on_publishing();
create policy clerk_reads on app.revisions as permissive for select to indaba_clerk using (true);
create policy clerk_writes on app.revisions as permissive for insert to indaba_clerk with check (true);
create policy keyring_backdates on app.revisions as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM app.hub
  WHERE (hub.demo AND (hub.seeded_at IS NULL)))));
create policy keyring_reads on app.revisions as permissive for select to indaba_keyring using (true);
create policy mergers_write on app.revisions as permissive for insert to indaba_person with check (app.may_decide(change_request_id));
create policy owner_backs_up on app.revisions as permissive for select to indaba_owner using (true);
create policy readers_see on app.revisions as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- What somebody keeps for later. Nobody else sees it, and they themselves only as long as they may read the message.
create table app.saved_messages (
  member_id uuid not null,
  message_id uuid not null,
  audience_id integer not null,
  at timestamp with time zone not null default now(),
  constraint saved_messages_pkey PRIMARY KEY (member_id, message_id),
  constraint saved_messages_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint saved_messages_message_id_audience_id_fkey FOREIGN KEY (message_id, audience_id) REFERENCES app.messages(id, audience_id) ON DELETE CASCADE
);
CREATE INDEX saved_messages_message_id_audience_id_idx ON app.saved_messages USING btree (message_id, audience_id);
create policy keyring_erases on app.saved_messages as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = saved_messages.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.saved_messages as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = saved_messages.member_id) AND (m.status = 'left'::text)))));
create policy keyring_moves on app.saved_messages as permissive for all to indaba_keyring using (true) with check (true);
create policy own on app.saved_messages as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences))));
create policy own_keep on app.saved_messages as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own) AND (EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = saved_messages.message_id) AND (m.audience_id = saved_messages.audience_id) AND (m.deleted_at IS NULL))))));
create policy own_remove on app.saved_messages as permissive for delete to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.saved_messages as permissive for select to indaba_owner using (true);
create policy through_the_message on app.saved_messages as restrictive for select to indaba_person using ((EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = saved_messages.message_id) AND (m.audience_id = saved_messages.audience_id)))));

-- A message that waits for its moment: an answer in a thread, or with a title a new one. It is posted as its writer, who must still be allowed to then; else why says what stood against it. Read by its writer alone.
create table app.scheduled_messages (
  id uuid not null,
  member_id uuid not null,
  conversation_id uuid not null,
  audience_id integer not null,
  thread_id uuid,
  title text,
  body text not null,
  marking text,
  retry_key uuid not null,
  send_at timestamp with time zone not null,
  made_at timestamp with time zone not null default now(),
  state text not null default 'waiting'::text,
  why text,
  message_id uuid,
  ended_at timestamp with time zone,
  anchor text,
  poll jsonb,
  constraint scheduled_messages_retry_key_key UNIQUE (retry_key),
  constraint scheduled_messages_pkey PRIMARY KEY (id),
  constraint scheduled_messages_conversation_id_audience_id_fkey FOREIGN KEY (conversation_id, audience_id) REFERENCES app.conversations(id, audience_id) ON DELETE CASCADE,
  constraint scheduled_messages_marking_fkey FOREIGN KEY (marking) REFERENCES app.marking_outlets(label),
  constraint scheduled_messages_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint scheduled_messages_anchor_check CHECK ((length(anchor) <= 64)),
  constraint scheduled_messages_body_check CHECK (((length(body) >= 1) AND (length(body) <= 20000))),
  constraint scheduled_messages_check CHECK (((thread_id IS NULL) = (title IS NOT NULL))),
  constraint scheduled_messages_poll_check CHECK (((jsonb_typeof(poll) = 'object'::text) AND (length((poll)::text) <= 20000))),
  constraint scheduled_messages_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'refused'::text]))),
  constraint scheduled_messages_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);
CREATE INDEX scheduled_messages_conversation_id_audience_id_idx ON app.scheduled_messages USING btree (conversation_id, audience_id);
CREATE INDEX scheduled_messages_member_id_send_at_idx ON app.scheduled_messages USING btree (member_id, send_at);
CREATE INDEX scheduled_messages_send_at_idx ON app.scheduled_messages USING btree (send_at) WHERE (state = 'waiting'::text);
create policy clerk_finds on app.scheduled_messages as permissive for select to indaba_clerk using ((state = 'waiting'::text));
create policy keyring_ends on app.scheduled_messages as permissive for all to indaba_keyring using (true) with check (true);
create policy keyring_erases on app.scheduled_messages as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = scheduled_messages.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.scheduled_messages as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = scheduled_messages.member_id) AND (m.status = 'left'::text)))));
create policy labels_hold on app.scheduled_messages as restrictive for select to indaba_person using (((marking IS NULL) OR (marking <> ALL (( SELECT app.sealed_labels() AS sealed_labels)::text[]))));
create policy own on app.scheduled_messages as permissive for select to indaba_person using ((member_id = ( SELECT app.me() AS me)));
create policy own_cancel on app.scheduled_messages as permissive for delete to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.scheduled_messages as permissive for select to indaba_owner using (true);
create policy writers_change on app.scheduled_messages as permissive for update to indaba_person using (((member_id = ( SELECT app.writer() AS writer)) AND (state = 'waiting'::text))) with check (((marking IS NULL) OR (marking <> ALL (( SELECT app.sealed_labels() AS sealed_labels)::text[]))));
create policy writers_schedule on app.scheduled_messages as permissive for insert to indaba_person with check (((member_id = ( SELECT app.writer() AS writer)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND app.may_talk(audience_id) AND ((marking IS NULL) OR (marking <> ALL (( SELECT app.sealed_labels() AS sealed_labels)::text[]))) AND ((thread_id IS NULL) OR (EXISTS ( SELECT
   FROM app.threads t
  WHERE ((t.id = scheduled_messages.thread_id) AND (t.conversation_id = scheduled_messages.conversation_id) AND (t.audience_id = scheduled_messages.audience_id)))))));

-- Codes from an authenticator app. sealed opens only with a key outside the database; last_step: a code at or before it was used already; confirmed_at null: being set up, asks for nothing yet.
create table app.second_factors (
  member_id uuid not null,
  sealed text not null,
  last_step bigint not null default 0,
  made_at timestamp with time zone not null default now(),
  confirmed_at timestamp with time zone,
  constraint second_factors_pkey PRIMARY KEY (member_id),
  constraint second_factors_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
CREATE TRIGGER factor_noted AFTER INSERT OR DELETE OR UPDATE OF confirmed_at ON app.second_factors FOR EACH ROW EXECUTE FUNCTION app.on_factor_noted();
CREATE TRIGGER way_in_confirmed AFTER UPDATE OF confirmed_at ON app.second_factors FOR EACH ROW WHEN ((new.confirmed_at IS NOT NULL)) EXECUTE FUNCTION app.on_way_in();
CREATE TRIGGER way_in_removed AFTER DELETE ON app.second_factors FOR EACH ROW WHEN ((old.confirmed_at IS NOT NULL)) EXECUTE FUNCTION app.on_way_in();
create policy keyring_erases on app.second_factors as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = second_factors.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.second_factors as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = second_factors.member_id) AND (m.status = 'left'::text)))));
create policy keyring_keeps on app.second_factors as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.second_factors as permissive for select to indaba_owner using (true);

-- A signed-in browser or an API token. token_hash = sha256 of the key that the process passes, which is itself sha256 of the cookie: neither log nor injected SQL can replay it.
create table app.sessions (
  id uuid not null,
  token_hash bytea not null,
  member_id uuid not null,
  kind text not null,
  name text not null default ''::text,
  scopes text[] not null default '{}'::text[],
  created_at timestamp with time zone not null default now(),
  last_seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  proved_at timestamp with time zone default now(),
  how text not null default 'unknown'::text,
  device_hash bytea,
  connection_id uuid,
  ends_at timestamp with time zone,
  constraint sessions_id_key UNIQUE (id),
  constraint sessions_pkey PRIMARY KEY (token_hash),
  constraint sessions_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES app.sso_connections(id) ON DELETE SET NULL,
  constraint sessions_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint sessions_kind_check CHECK ((kind = ANY (ARRAY['browser'::text, 'token'::text]))),
  constraint sessions_scopes_check CHECK ((scopes <@ ARRAY['read'::text, 'write'::text, 'amber'::text]))
);
CREATE INDEX sessions_connection_id_idx ON app.sessions USING btree (connection_id) WHERE (connection_id IS NOT NULL);
CREATE INDEX sessions_member_id_idx ON app.sessions USING btree (member_id);
CREATE TRIGGER a_held BEFORE DELETE ON app.sessions FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER begins_by_settings BEFORE INSERT ON app.sessions FOR EACH ROW WHEN ((new.kind = 'browser'::text)) EXECUTE FUNCTION app.on_new_by_settings();
CREATE TRIGGER needs_fresh BEFORE INSERT ON app.sessions FOR EACH ROW WHEN ((new.kind = 'token'::text)) EXECUTE FUNCTION app.on_dangerous();
CREATE TRIGGER session_noted AFTER INSERT OR UPDATE OF revoked_at, last_seen_at ON app.sessions FOR EACH ROW EXECUTE FUNCTION app.on_session_noted();
CREATE TRIGGER way_in_told AFTER INSERT ON app.sessions FOR EACH ROW WHEN ((new.kind = 'token'::text)) EXECUTE FUNCTION app.on_way_in();
create policy archivist_looks on app.sessions as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.sessions as permissive for delete to indaba_archivist using (app.way_in_due('session'::text, member_id, LEAST(revoked_at, expires_at)));
create policy clerk_mails on app.sessions as permissive for select to indaba_clerk using (true);
create policy keyring_erases on app.sessions as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = sessions.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.sessions as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = sessions.member_id) AND (m.status = 'left'::text)))));
create policy keyring_opens on app.sessions as permissive for insert to indaba_keyring with check ((kind = 'browser'::text));
create policy keyring_reads on app.sessions as permissive for select to indaba_keyring using (true);
create policy keyring_touches on app.sessions as permissive for update to indaba_keyring using (true) with check (true);
create policy own on app.sessions as permissive for select to indaba_person using ((member_id = ( SELECT app.me() AS me)));
create policy own_revoke on app.sessions as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own) AND (revoked_at IS NULL))) with check ((member_id = ( SELECT app.me() AS me)));
create policy own_tokens on app.sessions as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND (kind = 'token'::text) AND ( SELECT app.in_browser() AS in_browser) AND (expires_at <= (now() + '366 days'::interval))));
create policy owner_backs_up on app.sessions as permissive for select to indaba_owner using (true);

-- Settings of the hub as a history: who set what when. No row: the default of src/platform/settings/table.ts. Secrets stand in the environment, never here.
create table app.settings (
  id bigint not null generated always as identity,
  name text not null,
  value jsonb not null,
  byline_id uuid,
  changed_at timestamp with time zone not null default now(),
  constraint settings_pkey PRIMARY KEY (id),
  constraint settings_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint settings_check CHECK (
CASE name
    WHEN 'session_days'::text THEN ((((value)::text)::integer >= 1) AND (((value)::text)::integer <= 90))
    WHEN 'invitation_days'::text THEN ((((value)::text)::integer >= 1) AND (((value)::text)::integer <= 60))
    WHEN 'recovery_hours'::text THEN ((((value)::text)::integer >= 1) AND (((value)::text)::integer <= 336))
    WHEN 'sign_in_minimum'::text THEN (value = ANY (ARRAY['"nothing"'::jsonb, '"second_factor"'::jsonb, '"passkeys_only"'::jsonb]))
    WHEN 'stewards_passkeys_only'::text THEN (jsonb_typeof(value) = 'boolean'::text)
    WHEN 'time_zone'::text THEN (jsonb_typeof(value) = 'string'::text)
    WHEN 'language'::text THEN (jsonb_typeof(value) = 'string'::text)
    ELSE true
END),
  constraint settings_check1 CHECK (
CASE name
    WHEN 'confirm_days'::text THEN ((((value)::text)::integer >= 90) AND (((value)::text)::integer <= 1095))
    WHEN 'confirm_grace_days'::text THEN ((((value)::text)::integer >= 7) AND (((value)::text)::integer <= 180))
    ELSE true
END),
  constraint settings_check2 CHECK (((name <> 'idle_days'::text) OR ((((value)::text)::integer >= 1) AND (((value)::text)::integer <= 90)))),
  constraint settings_name_check CHECK ((name ~ '^[a-z][a-z_]{1,39}$'::text)),
  constraint settings_value_check CHECK ((length((value)::text) <= 200000))
);
CREATE INDEX settings_name_id_idx ON app.settings USING btree (name, id DESC);
CREATE TRIGGER needs_fresh BEFORE INSERT ON app.settings FOR EACH ROW EXECUTE FUNCTION app.on_dangerous();
CREATE TRIGGER setting_signed BEFORE INSERT ON app.settings FOR EACH ROW EXECUTE FUNCTION app.on_setting();
create policy keyring_loosens on app.settings as permissive for insert to indaba_keyring with check ((app.setting_was(name) IS NOT NULL));
create policy keyring_reads on app.settings as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.settings as permissive for select to indaba_owner using (true);
create policy stewards_read on app.settings as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));
create policy stewards_set on app.settings as permissive for insert to indaba_person with check ((( SELECT app.may_set_hub() AS may_set_hub) AND (NOT app.setting_needs_two(name, value))));

-- What all updates of a shared draft up to a number come to, so that opening it does not read them all. Beside them, never instead.
create table app.shared_draft_states (
  shared_draft_id uuid not null,
  number integer not null,
  state bytea not null,
  at timestamp with time zone not null default now(),
  constraint shared_draft_states_pkey PRIMARY KEY (shared_draft_id),
  constraint shared_draft_states_shared_draft_id_fkey FOREIGN KEY (shared_draft_id) REFERENCES app.shared_drafts(id) ON DELETE CASCADE,
  constraint shared_draft_states_number_check CHECK ((number > 0))
);
create policy owner_backs_up on app.shared_draft_states as permissive for select to indaba_owner using (true);
create policy writers_see on app.shared_draft_states as permissive for select to indaba_person using ((shared_draft_id IN ( SELECT app.my_shared_drafts() AS my_shared_drafts)));
create policy writers_sum_up on app.shared_draft_states as permissive for insert to indaba_person with check (app.may_write_along(shared_draft_id));
create policy writers_sum_up_again on app.shared_draft_states as permissive for update to indaba_person using (app.may_write_along(shared_draft_id)) with check (app.may_write_along(shared_draft_id));

-- Every change of a shared draft as it came in (a Yjs update), in the order it was taken; client and clock are its retry key. Append only: a text that was spoilt can be made anew from them.
create table app.shared_draft_updates (
  shared_draft_id uuid not null,
  number integer not null,
  client uuid not null,
  clock integer not null,
  byline_id uuid,
  bytes bytea not null,
  at timestamp with time zone not null default now(),
  constraint shared_draft_updates_shared_draft_id_client_clock_key UNIQUE (shared_draft_id, client, clock),
  constraint shared_draft_updates_pkey PRIMARY KEY (shared_draft_id, number),
  constraint shared_draft_updates_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint shared_draft_updates_shared_draft_id_fkey FOREIGN KEY (shared_draft_id) REFERENCES app.shared_drafts(id) ON DELETE CASCADE,
  constraint shared_draft_updates_bytes_check CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 600000))),
  constraint shared_draft_updates_clock_check CHECK ((clock > 0)),
  constraint shared_draft_updates_number_check CHECK ((number > 0))
);
CREATE INDEX shared_draft_updates_byline_id_idx ON app.shared_draft_updates USING btree (byline_id);
create policy keyring_reads on app.shared_draft_updates as permissive for select to indaba_keyring using (true);
create policy keyring_takes on app.shared_draft_updates as permissive for insert to indaba_keyring with check (true);
create policy owner_backs_up on app.shared_draft_updates as permissive for select to indaba_owner using (true);
create policy writers_see on app.shared_draft_updates as permissive for select to indaba_person using ((shared_draft_id IN ( SELECT app.my_shared_drafts() AS my_shared_drafts)));

-- Who was asked along to write a shared draft, and until when.
create table app.shared_draft_writers (
  shared_draft_id uuid not null,
  member_id uuid not null,
  added_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint shared_draft_writers_pkey PRIMARY KEY (shared_draft_id, member_id),
  constraint shared_draft_writers_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint shared_draft_writers_shared_draft_id_fkey FOREIGN KEY (shared_draft_id) REFERENCES app.shared_drafts(id) ON DELETE CASCADE
);
CREATE INDEX shared_draft_writers_member_id_idx ON app.shared_draft_writers USING btree (member_id);
create policy keyring_erases on app.shared_draft_writers as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = shared_draft_writers.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.shared_draft_writers as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = shared_draft_writers.member_id) AND (m.status = 'left'::text)))));
create policy keyring_keeps on app.shared_draft_writers as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.shared_draft_writers as permissive for select to indaba_owner using (true);
create policy writers_see on app.shared_draft_writers as permissive for select to indaba_person using ((shared_draft_id IN ( SELECT app.my_shared_drafts() AS my_shared_drafts)));

-- A draft of a page or of a request that its author (member_id) shared with others; place and part as in page_drafts. Read by them and by whom they asked along, while these could propose in its space. Its words are its updates.
create table app.shared_drafts (
  id uuid not null,
  member_id uuid not null,
  space_id uuid not null,
  place uuid not null,
  part text not null default ''::text,
  base_revision_id uuid,
  retry_key uuid not null,
  last_number integer not null default 0,
  last_client uuid,
  last_clock integer,
  bytes bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  closed_at timestamp with time zone,
  constraint shared_drafts_pkey PRIMARY KEY (id),
  constraint shared_drafts_base_revision_id_fkey FOREIGN KEY (base_revision_id) REFERENCES app.revisions(id),
  constraint shared_drafts_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint shared_drafts_space_id_fkey FOREIGN KEY (space_id) REFERENCES app.spaces(id) ON DELETE CASCADE,
  constraint shared_drafts_last_number_check CHECK ((last_number >= 0)),
  constraint shared_drafts_part_check CHECK ((length(part) <= 100))
);
CREATE INDEX shared_drafts_base_revision_id_idx ON app.shared_drafts USING btree (base_revision_id);
CREATE UNIQUE INDEX shared_drafts_one_open ON app.shared_drafts USING btree (member_id, place, part) WHERE (closed_at IS NULL);
CREATE INDEX shared_drafts_space_id_idx ON app.shared_drafts USING btree (space_id);
create policy keyring_counts on app.shared_drafts as permissive for update to indaba_keyring using (true) with check (true);
create policy keyring_erases on app.shared_drafts as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = shared_drafts.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.shared_drafts as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = shared_drafts.member_id) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.shared_drafts as permissive for select to indaba_keyring using (true);
create policy own_begin on app.shared_drafts as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_write() AS may_write) AND (space_id IN ( SELECT s.id
   FROM app.spaces s
  WHERE app.may_propose(s.audience_id)))));
create policy own_end on app.shared_drafts as permissive for update to indaba_person using (app.may_ask_along(id)) with check ((member_id = ( SELECT app.me() AS me)));
create policy owner_backs_up on app.shared_drafts as permissive for select to indaba_owner using (true);
create policy writers_see on app.shared_drafts as permissive for select to indaba_person using ((id IN ( SELECT app.my_shared_drafts() AS my_shared_drafts)));

-- What an organization asks of its members when they sign in; no row asks nothing.
create table app.sign_in_policies (
  organization_id uuid not null,
  passkeys_only boolean not null default false,
  second_factor boolean not null default false,
  changed_at timestamp with time zone not null default now(),
  sso_only boolean not null default false,
  changed_by uuid,
  changed_for uuid,
  constraint sign_in_policies_pkey PRIMARY KEY (organization_id),
  constraint sign_in_policies_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES app.bylines(id),
  constraint sign_in_policies_changed_for_fkey FOREIGN KEY (changed_for) REFERENCES app.members(id),
  constraint sign_in_policies_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE
);
CREATE TRIGGER needs_fresh BEFORE INSERT OR UPDATE ON app.sign_in_policies FOR EACH ROW EXECUTE FUNCTION app.on_dangerous();
CREATE TRIGGER policy_told BEFORE INSERT OR UPDATE ON app.sign_in_policies FOR EACH ROW EXECUTE FUNCTION app.on_sign_in_policy();
create policy colleagues_read on app.sign_in_policies as permissive for select to indaba_person using (((organization_id IN ( SELECT app.my_organizations() AS my_organizations)) OR ( SELECT app.has_role('{steward}'::text[]) AS has_role)));
create policy focal_points_change on app.sign_in_policies as permissive for update to indaba_person using (app.may_set_sign_in(organization_id)) with check (app.may_set_sign_in(organization_id));
create policy focal_points_set on app.sign_in_policies as permissive for insert to indaba_person with check (app.may_set_sign_in(organization_id));
create policy keyring_reads on app.sign_in_policies as permissive for select to indaba_keyring using (true);
create policy keyring_turns_off on app.sign_in_policies as permissive for update to indaba_keyring using (true) with check ((NOT sso_only));
create policy owner_backs_up on app.sign_in_policies as permissive for select to indaba_owner using (true);

-- Pictures that pages of a space name by path.
create table app.space_assets (
  space_id uuid not null,
  audience_id integer not null,
  path text not null,
  file_id uuid not null,
  constraint space_assets_pkey PRIMARY KEY (space_id, path),
  constraint space_assets_file_id_audience_id_fkey FOREIGN KEY (file_id, audience_id) REFERENCES app.files(id, audience_id),
  constraint space_assets_space_id_audience_id_fkey FOREIGN KEY (space_id, audience_id) REFERENCES app.spaces(id, audience_id)
);
create policy clerk_keeps on app.space_assets as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_proposes on app.space_assets as permissive for insert to indaba_keyring with check (true);
create policy keyring_reads on app.space_assets as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.space_assets as permissive for select to indaba_owner using (true);
create policy readers_see on app.space_assets as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- What merging in a space asks for, each time a steward set it; the latest row holds. None: an editor or reviewer who is not the author merges.
create table app.space_rules (
  id uuid not null,
  space_id uuid not null,
  audience_id integer not null,
  preset text not null,
  approvals integer not null default 0,
  approvers text[] not null default '{editor}'::text[],
  up_to_date boolean not null default false,
  last_call_days integer not null default 7,
  consultation_days integer not null default 28,
  position_days integer not null default 14,
  reason text not null default ''::text,
  byline_id uuid,
  changed_at timestamp with time zone not null default now(),
  constraint space_rules_pkey PRIMARY KEY (id),
  constraint space_rules_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint space_rules_space_id_audience_id_fkey FOREIGN KEY (space_id, audience_id) REFERENCES app.spaces(id, audience_id) ON DELETE CASCADE,
  constraint space_rules_approvals_check CHECK (((approvals >= 0) AND (approvals <= 9))),
  constraint space_rules_approvers_check CHECK (((approvers <@ '{editor,steward,focal_point}'::text[]) AND (cardinality(approvers) > 0))),
  constraint space_rules_consultation_days_check CHECK (((consultation_days >= 1) AND (consultation_days <= 180))),
  constraint space_rules_last_call_days_check CHECK (((last_call_days >= 1) AND (last_call_days <= 90))),
  constraint space_rules_position_days_check CHECK (((position_days >= 1) AND (position_days <= 90))),
  constraint space_rules_preset_check CHECK ((preset = ANY (ARRAY['none'::text, 'quick'::text, 'formal'::text]))),
  constraint space_rules_reason_check CHECK ((length(reason) <= 2000))
);
CREATE INDEX space_rules_space_id_changed_at_idx ON app.space_rules USING btree (space_id, changed_at DESC);
create policy keyring_keeps on app.space_rules as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.space_rules as permissive for select to indaba_owner using (true);
create policy readers_see on app.space_rules as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- A document in pages, with one audience.
create table app.spaces (
  id uuid not null,
  slug text not null,
  audience_id integer not null,
  title text not null,
  description text not null default ''::text,
  licence text not null default ''::text,
  sources jsonb not null default '[]'::jsonb,
  "position" integer not null default 0,
  created_at timestamp with time zone not null default now(),
  constraint spaces_id_audience_id_key UNIQUE (id, audience_id),
  constraint spaces_slug_key UNIQUE (slug),
  constraint spaces_pkey PRIMARY KEY (id),
  constraint spaces_audience_id_fkey FOREIGN KEY (audience_id) REFERENCES app.audiences(id)
);
CREATE TRIGGER a_held BEFORE DELETE ON app.spaces FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER numbers AFTER INSERT ON app.spaces FOR EACH ROW EXECUTE FUNCTION app.on_scope();
create policy clerk_keeps on app.spaces as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_reads on app.spaces as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.spaces as permissive for select to indaba_owner using (true);
create policy readers_see on app.spaces as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));

-- Addresses of those who were let go, hashed: they are not let in again without anybody having said so.
create table app.sso_barred (
  organization_id uuid not null,
  address_hash bytea not null,
  at timestamp with time zone not null default now(),
  constraint sso_barred_pkey PRIMARY KEY (organization_id, address_hash),
  constraint sso_barred_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE
);
create policy keyring_keeps on app.sso_barred as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.sso_barred as permissive for select to indaba_owner using (true);

-- The sign-in service of an organization (OIDC or SAML). It counts once it was walked through (tested_at) and while the organization has a proved domain.
create table app.sso_connections (
  id uuid not null,
  organization_id uuid not null,
  kind text not null,
  issuer text not null,
  client_id text,
  sealed_secret text,
  entry_url text,
  certificates text[] not null default '{}'::text[],
  trusts_address boolean not null default false,
  joining text not null default 'off'::text,
  joining_most integer not null default 20,
  joining_pattern text not null default ''::text,
  tested_at timestamp with time zone,
  changed_at timestamp with time zone not null default now(),
  constraint sso_connections_organization_id_key UNIQUE (organization_id),
  constraint sso_connections_pkey PRIMARY KEY (id),
  constraint sso_connections_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE,
  constraint sso_connections_certificates_check CHECK ((cardinality(certificates) <= 6)),
  constraint sso_connections_check CHECK (
CASE kind
    WHEN 'oidc'::text THEN ((client_id IS NOT NULL) AND (sealed_secret IS NOT NULL))
    ELSE ((entry_url IS NOT NULL) AND (cardinality(certificates) > 0))
END),
  constraint sso_connections_client_id_check CHECK (((length(client_id) >= 1) AND (length(client_id) <= 300))),
  constraint sso_connections_entry_url_check CHECK (((length(entry_url) >= 1) AND (length(entry_url) <= 1000))),
  constraint sso_connections_issuer_check CHECK (((length(issuer) >= 1) AND (length(issuer) <= 500))),
  constraint sso_connections_joining_check CHECK ((joining = ANY (ARRAY['off'::text, 'asks'::text, 'automatic'::text]))),
  constraint sso_connections_joining_most_check CHECK (((joining_most >= 0) AND (joining_most <= 1000))),
  constraint sso_connections_joining_pattern_check CHECK ((length(joining_pattern) <= 120)),
  constraint sso_connections_kind_check CHECK ((kind = ANY (ARRAY['oidc'::text, 'saml'::text])))
);
CREATE TRIGGER admitted BEFORE INSERT ON app.sso_connections FOR EACH ROW EXECUTE FUNCTION app.on_admitted();
CREATE TRIGGER needs_fresh BEFORE INSERT OR DELETE OR UPDATE OF kind, issuer, client_id, sealed_secret, entry_url, certificates, trusts_address, joining, joining_most, joining_pattern ON app.sso_connections FOR EACH ROW EXECUTE FUNCTION app.on_dangerous();
CREATE TRIGGER sso_told BEFORE INSERT OR DELETE OR UPDATE ON app.sso_connections FOR EACH ROW EXECUTE FUNCTION app.on_sso_connection();
create policy clerk_mails on app.sso_connections as permissive for select to indaba_clerk using (true);
create policy focal_points_change on app.sso_connections as permissive for update to indaba_person using (app.may_set_sign_in(organization_id)) with check (app.may_set_sign_in(organization_id));
create policy focal_points_connect on app.sso_connections as permissive for insert to indaba_person with check (app.may_set_sign_in(organization_id));
create policy focal_points_read on app.sso_connections as permissive for select to indaba_person using (app.may_set_sign_in(organization_id));
create policy focal_points_remove on app.sso_connections as permissive for delete to indaba_person using (app.may_set_sign_in(organization_id));
create policy keyring_closes on app.sso_connections as permissive for delete to indaba_keyring using (true);
create policy keyring_marks on app.sso_connections as permissive for update to indaba_keyring using (true) with check (true);
create policy keyring_reads on app.sso_connections as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.sso_connections as permissive for select to indaba_owner using (true);

-- Who is who: the subject at the provider and the member here. Never found by address. ended_at: left; this subject makes no account by itself again.
create table app.sso_links (
  connection_id uuid not null,
  subject text not null,
  member_id uuid not null,
  joined boolean not null default false,
  made_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  ended_at timestamp with time zone,
  address_hash bytea,
  constraint sso_links_pkey PRIMARY KEY (connection_id, subject),
  constraint sso_links_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES app.sso_connections(id) ON DELETE CASCADE,
  constraint sso_links_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint sso_links_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 500)))
);
CREATE INDEX sso_links_member_id_idx ON app.sso_links USING btree (member_id);
CREATE UNIQUE INDEX sso_links_one_each ON app.sso_links USING btree (connection_id, member_id) WHERE (ended_at IS NULL);
create policy keyring_erases on app.sso_links as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = sso_links.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.sso_links as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = sso_links.member_id) AND (m.status = 'left'::text)))));
create policy keyring_keeps on app.sso_links as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.sso_links as permissive for select to indaba_owner using (true);

-- Somebody came in by single sign-on who has no account; the focal points say yes or no. A no stands for thirty days.
create table app.sso_requests (
  id uuid not null,
  connection_id uuid not null,
  organization_id uuid not null,
  subject text not null,
  address text not null,
  name text not null,
  slug text not null,
  asked_at timestamp with time zone not null default now(),
  decided_at timestamp with time zone,
  decided_as text,
  decided_by uuid,
  constraint sso_requests_pkey PRIMARY KEY (id),
  constraint sso_requests_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES app.sso_connections(id) ON DELETE CASCADE,
  constraint sso_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES app.bylines(id),
  constraint sso_requests_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES app.organizations(id) ON DELETE CASCADE,
  constraint sso_requests_check CHECK (((decided_at IS NULL) = (decided_as IS NULL))),
  constraint sso_requests_decided_as_check CHECK ((decided_as = ANY (ARRAY['admitted'::text, 'declined'::text])))
);
CREATE UNIQUE INDEX sso_requests_one_each ON app.sso_requests USING btree (connection_id, subject) WHERE (decided_at IS NULL);
create policy clerk_mails on app.sso_requests as permissive for select to indaba_clerk using (true);
create policy focal_points_read on app.sso_requests as permissive for select to indaba_person using ((organization_id IN ( SELECT app.my_run_organizations() AS my_run_organizations)));
create policy keyring_keeps on app.sso_requests as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.sso_requests as permissive for select to indaba_owner using (true);

-- Somebody is on the way to a provider and back. Answered once, in the browser that began, within ten minutes; only hashes of what the browser holds. Kept an hour.
create table app.sso_tries (
  id uuid not null,
  state_hash bytea not null,
  browser_hash bytea not null,
  connection_id uuid not null,
  purpose text not null,
  member_id uuid,
  next text not null default '/'::text,
  begun_at timestamp with time zone not null default now(),
  used_at timestamp with time zone,
  arrived_at timestamp with time zone,
  subject text,
  address text,
  vouched boolean,
  name text,
  slug text,
  authenticated_at timestamp with time zone,
  assertion_hash bytea,
  finished_at timestamp with time zone,
  outcome text,
  constraint sso_tries_state_hash_key UNIQUE (state_hash),
  constraint sso_tries_pkey PRIMARY KEY (id),
  constraint sso_tries_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES app.sso_connections(id) ON DELETE CASCADE,
  constraint sso_tries_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint sso_tries_next_check CHECK ((length(next) <= 2000)),
  constraint sso_tries_purpose_check CHECK ((purpose = ANY (ARRAY['enter'::text, 'test'::text, 'link'::text, 'prove'::text])))
);
CREATE UNIQUE INDEX sso_tries_assertion_once ON app.sso_tries USING btree (connection_id, assertion_hash);
CREATE INDEX sso_tries_begun_at_idx ON app.sso_tries USING btree (begun_at);
create policy keyring_erases on app.sso_tries as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = sso_tries.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.sso_tries as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = sso_tries.member_id) AND (m.status = 'left'::text)))));
create policy keyring_keeps on app.sso_tries as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on app.sso_tries as permissive for select to indaba_owner using (true);

-- How far app.tell() has read the log: everything below the horizon was told. One row.
create table app.telling (
  one boolean not null default true,
  epoch uuid,
  horizon xid8 not null,
  constraint telling_pkey PRIMARY KEY (one),
  constraint telling_one_check CHECK (one)
);
create policy keyring_keeps on app.telling as permissive for all to indaba_keyring using (true);
create policy owner_backs_up on app.telling as permissive for select to indaba_owner using (true);

-- How a member wants to be told; without a row, as the columns' defaults say.
create table app.telling_choices (
  member_id uuid not null,
  mail_mentions text not null default 'now'::text,
  mail_direct text not null default 'now'::text,
  mail_followed text not null default 'daily'::text,
  digest_at integer not null default 480,
  quiet_from integer,
  quiet_until integer,
  push text not null default 'calls'::text,
  constraint telling_choices_pkey PRIMARY KEY (member_id),
  constraint telling_choices_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint telling_choices_check CHECK ((((quiet_from IS NULL) = (quiet_until IS NULL)) AND ((quiet_from IS NULL) OR (quiet_from <> quiet_until)))),
  constraint telling_choices_digest_at_check CHECK (((digest_at >= 0) AND (digest_at <= 1439))),
  constraint telling_choices_mail_direct_check CHECK ((mail_direct = ANY (ARRAY['now'::text, 'hourly'::text, 'daily'::text, 'never'::text]))),
  constraint telling_choices_mail_followed_check CHECK ((mail_followed = ANY (ARRAY['now'::text, 'hourly'::text, 'daily'::text, 'never'::text]))),
  constraint telling_choices_mail_mentions_check CHECK ((mail_mentions = ANY (ARRAY['now'::text, 'hourly'::text, 'daily'::text, 'never'::text]))),
  constraint telling_choices_push_check CHECK ((push = ANY (ARRAY['calls'::text, 'everything'::text, 'never'::text]))),
  constraint telling_choices_quiet_from_check CHECK (((quiet_from >= 0) AND (quiet_from <= 1439))),
  constraint telling_choices_quiet_until_check CHECK (((quiet_until >= 0) AND (quiet_until <= 1439)))
);
create policy keyring_erases on app.telling_choices as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = telling_choices.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.telling_choices as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = telling_choices.member_id) AND (m.status = 'left'::text)))));
create policy keyring_stops on app.telling_choices as permissive for all to indaba_keyring using (true) with check (true);
create policy own on app.telling_choices as permissive for select to indaba_person using ((member_id = ( SELECT app.me() AS me)));
create policy own_change on app.telling_choices as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy own_set on app.telling_choices as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.telling_choices as permissive for select to indaba_owner using (true);

-- Renaming, resolving and reopening of a thread: by whom, when, and behind which message of it (after_number; 0 = before the first). A renaming keeps both titles. Written by a trigger alone, read through the thread, not any more where it moved away; gone with it.
create table app.thread_changes (
  id uuid not null,
  thread_id uuid not null,
  audience_id integer not null,
  kind text not null,
  was text,
  became text,
  byline_id uuid,
  after_number integer not null,
  at timestamp with time zone not null default now(),
  constraint thread_changes_pkey PRIMARY KEY (id),
  constraint thread_changes_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint thread_changes_thread_id_audience_id_fkey FOREIGN KEY (thread_id, audience_id) REFERENCES app.threads(id, audience_id) ON DELETE CASCADE,
  constraint thread_changes_became_check CHECK ((length(became) <= 200)),
  constraint thread_changes_check CHECK (((kind = 'renamed'::text) = ((was IS NOT NULL) AND (became IS NOT NULL)))),
  constraint thread_changes_kind_check CHECK ((kind = ANY (ARRAY['renamed'::text, 'resolved'::text, 'reopened'::text]))),
  constraint thread_changes_was_check CHECK ((length(was) <= 200))
);
CREATE INDEX thread_changes_byline_id_idx ON app.thread_changes USING btree (byline_id);
CREATE INDEX thread_changes_thread_id_at_idx ON app.thread_changes USING btree (thread_id, at);
create policy keyring_traces on app.thread_changes as permissive for insert to indaba_keyring with check (true);
create policy labels_hold on app.thread_changes as restrictive for select to indaba_person using (((cardinality(( SELECT app.sealed_labels() AS sealed_labels)) = 0) OR (NOT app.holds_sealed(thread_id))));
create policy owner_backs_up on app.thread_changes as permissive for select to indaba_owner using (true);
create policy readers_see on app.thread_changes as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy through_the_thread on app.thread_changes as restrictive for select to indaba_person, indaba_visitor using ((EXISTS ( SELECT
   FROM app.threads t
  WHERE ((t.id = thread_changes.thread_id) AND (t.audience_id = thread_changes.audience_id) AND (t.moved_to IS NULL)))));

-- Threads a member follows or has muted. Whoever posts in a thread follows it, unless they muted it. Read by its member alone.
create table app.thread_follows (
  member_id uuid not null,
  thread_id uuid not null,
  audience_id integer not null,
  state text not null,
  changed_at timestamp with time zone not null default now(),
  constraint thread_follows_pkey PRIMARY KEY (member_id, thread_id),
  constraint thread_follows_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint thread_follows_thread_id_audience_id_fkey FOREIGN KEY (thread_id, audience_id) REFERENCES app.threads(id, audience_id) ON DELETE CASCADE,
  constraint thread_follows_state_check CHECK ((state = ANY (ARRAY['followed'::text, 'muted'::text])))
);
CREATE INDEX thread_follows_thread_id_audience_id_idx ON app.thread_follows USING btree (thread_id, audience_id);
create policy keyring_erases on app.thread_follows as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = thread_follows.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.thread_follows as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = thread_follows.member_id) AND (m.status = 'left'::text)))));
create policy keyring_follows on app.thread_follows as permissive for insert to indaba_keyring with check (((state = 'followed'::text) OR (EXISTS ( SELECT
   FROM app.threads t
  WHERE ((t.id = thread_follows.thread_id) AND (t.moved_from IS NOT NULL))))));
create policy keyring_reads on app.thread_follows as permissive for select to indaba_keyring using (true);
create policy own on app.thread_follows as permissive for select to indaba_person, indaba_visitor using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences))));
create policy own_change on app.thread_follows as permissive for update to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy own_end on app.thread_follows as permissive for delete to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy own_set on app.thread_follows as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.thread_follows as permissive for select to indaba_owner using (true);

-- Messages under a title. Its counter in app.counters gives thread_number and says how much there is to read.
create table app.threads (
  id uuid not null,
  conversation_id uuid not null,
  audience_id integer not null,
  title text not null,
  anchor text,
  byline_id uuid not null,
  created_at timestamp with time zone not null default now(),
  resolved_at timestamp with time zone,
  history_number integer not null default 0,
  moved_to uuid,
  moved_from uuid,
  moved_at timestamp with time zone,
  moved_by uuid,
  constraint threads_id_audience_id_key UNIQUE (id, audience_id),
  constraint threads_id_conversation_id_audience_id_key UNIQUE (id, conversation_id, audience_id),
  constraint threads_pkey PRIMARY KEY (id),
  constraint threads_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint threads_conversation_id_audience_id_fkey FOREIGN KEY (conversation_id, audience_id) REFERENCES app.conversations(id, audience_id),
  constraint threads_moved_by_fkey FOREIGN KEY (moved_by) REFERENCES app.bylines(id),
  constraint threads_moved_from_fkey FOREIGN KEY (moved_from) REFERENCES app.threads(id) ON DELETE SET NULL,
  constraint threads_moved_to_fkey FOREIGN KEY (moved_to) REFERENCES app.threads(id) ON DELETE SET NULL,
  constraint threads_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);
CREATE INDEX newest ON app.threads USING btree (created_at) WHERE (moved_to IS NULL);
CREATE INDEX threads_conversation_id_audience_id_idx ON app.threads USING btree (conversation_id, audience_id);
CREATE INDEX threads_moved_from_idx ON app.threads USING btree (moved_from) WHERE (moved_from IS NOT NULL);
CREATE INDEX threads_moved_to_idx ON app.threads USING btree (moved_to) WHERE (moved_to IS NOT NULL);
CREATE INDEX titles ON app.threads USING gin (search.pieces(audience_id, title)) WITH (gin_pending_list_limit='64') WHERE (moved_to IS NULL);
CREATE TRIGGER a_held BEFORE DELETE ON app.threads FOR EACH ROW EXECUTE FUNCTION app.on_removal();
CREATE TRIGGER b_not_restricted BEFORE INSERT OR UPDATE OF title, resolved_at, moved_to ON app.threads FOR EACH ROW EXECUTE FUNCTION app.on_restricted();
CREATE TRIGGER comments_stay BEFORE UPDATE ON app.threads FOR EACH ROW WHEN (((old.moved_to IS NULL) AND (new.moved_to IS NOT NULL))) EXECUTE FUNCTION app.on_comment_moves();
CREATE TRIGGER kept_aside AFTER UPDATE ON app.threads FOR EACH ROW WHEN ((old.title IS DISTINCT FROM new.title)) EXECUTE FUNCTION app.on_words_gone();
CREATE TRIGGER numbers AFTER INSERT ON app.threads FOR EACH ROW EXECUTE FUNCTION app.on_scope();
CREATE TRIGGER traced AFTER UPDATE OF title, resolved_at ON app.threads FOR EACH ROW EXECUTE FUNCTION app.on_thread_changed();
create policy archivist_looks on app.threads as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.threads as permissive for delete to indaba_archivist using (app.thread_due(id));
create policy keyring_backdates on app.threads as permissive for update to indaba_keyring using ((EXISTS ( SELECT
   FROM app.hub
  WHERE (hub.demo AND (hub.seeded_at IS NULL)))));
create policy keyring_brings_in on app.threads as permissive for insert to indaba_keyring with check (((EXISTS ( SELECT
   FROM app.import_bylines i
  WHERE (i.byline_id = threads.byline_id))) OR (EXISTS ( SELECT
   FROM (app.import_people p
     JOIN app.bylines b ON ((b.member_id = p.member_id)))
  WHERE (b.id = threads.byline_id)))));
create policy keyring_brings_in_more on app.threads as permissive for update to indaba_keyring using (true) with check (true);
create policy keyring_moves_in on app.threads as permissive for insert to indaba_keyring with check ((moved_from IS NOT NULL));
create policy keyring_moves_out on app.threads as permissive for update to indaba_keyring using (true);
create policy keyring_reads on app.threads as permissive for select to indaba_keyring using (true);
create policy keyring_submits on app.threads as permissive for insert to indaba_keyring with check ((EXISTS ( SELECT
   FROM app.bylines b
  WHERE ((b.id = threads.byline_id) AND (b.jurisdiction_id IS NOT NULL)))));
create policy owner_backs_up on app.threads as permissive for select to indaba_owner using (true);
create policy readers_see on app.threads as permissive for select to indaba_person, indaba_visitor using ((audience_id IN ( SELECT app.my_audiences() AS my_audiences)));
create policy readers_start on app.threads as permissive for insert to indaba_person with check (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND app.may_speak(byline_id, audience_id) AND app.may_start_thread(conversation_id)));
create policy tenders_change on app.threads as permissive for update to indaba_person using (((audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND app.may_tend_thread(id)));

-- What a member follows. Nobody else sees it; circles whose rule names the topic do take it into account.
create table app.topic_follows (
  member_id uuid not null,
  topic text not null,
  constraint topic_follows_pkey PRIMARY KEY (member_id, topic),
  constraint topic_follows_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint topic_follows_topic_fkey FOREIGN KEY (topic) REFERENCES app.topics(slug)
);
CREATE INDEX topic_follows_topic_idx ON app.topic_follows USING btree (topic);
CREATE TRIGGER audiences_follow AFTER INSERT OR DELETE ON app.topic_follows FOR EACH ROW EXECUTE FUNCTION app.on_own_choice();
create policy clerk_keeps on app.topic_follows as permissive for all to indaba_clerk using (true) with check (true);
create policy keyring_erases on app.topic_follows as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = topic_follows.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.topic_follows as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = topic_follows.member_id) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.topic_follows as permissive for select to indaba_keyring using (true);
create policy own on app.topic_follows as permissive for select to indaba_person using ((member_id = ( SELECT app.me() AS me)));
create policy own_follow on app.topic_follows as permissive for insert to indaba_person with check (((member_id = ( SELECT app.writer() AS writer)) AND (2 IN ( SELECT app.my_audiences() AS my_audiences))));
create policy own_unfollow on app.topic_follows as permissive for delete to indaba_person using ((member_id = ( SELECT app.writer() AS writer)));
create policy owner_backs_up on app.topic_follows as permissive for select to indaba_owner using (true);

-- The matters of the field: what people know about and follow, and what circles are about. The names are English; screens have their own words for the slugs they know.
create table app.topics (
  slug text not null,
  name text not null,
  "position" integer not null,
  constraint topics_name_key UNIQUE (name),
  constraint topics_pkey PRIMARY KEY (slug),
  constraint topics_slug_check CHECK ((slug ~ '^[a-z0-9-]{2,40}$'::text))
);
create policy clerk_reads on app.topics as permissive for select to indaba_clerk using (true);
create policy keyring_reads on app.topics as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.topics as permissive for select to indaba_owner using (true);
create policy signed_in_read on app.topics as permissive for select to indaba_person using ((( SELECT app.me() AS me) IS NOT NULL));

-- An act that one person proposes and another confirms within 72 hours. What is shown is kept with its hash; the confirmation does exactly that, or nothing. Nobody but the functions writes here.
create table app.two_person_acts (
  id uuid not null,
  kind text not null,
  duty text not null,
  subject_id uuid not null,
  subject_member_id uuid,
  content jsonb not null default '{}'::jsonb,
  shown jsonb not null,
  hash bytea not null,
  reason text not null,
  proposed_by uuid not null,
  proposed_at timestamp with time zone not null default now(),
  lapses_at timestamp with time zone not null default (now() + '72:00:00'::interval),
  state text not null default 'open'::text,
  ended_by uuid,
  ended_at timestamp with time zone,
  end_reason text,
  constraint two_person_acts_pkey PRIMARY KEY (id),
  constraint two_person_acts_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES app.members(id),
  constraint two_person_acts_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES app.members(id),
  constraint two_person_acts_subject_member_id_fkey FOREIGN KEY (subject_member_id) REFERENCES app.members(id),
  constraint two_person_acts_check CHECK ((((state = 'open'::text) = (ended_at IS NULL)) AND ((ended_at IS NULL) = (ended_by IS NULL)))),
  constraint two_person_acts_check1 CHECK (((state <> 'done'::text) OR (ended_by <> proposed_by))),
  constraint two_person_acts_check2 CHECK (((state <> 'done'::text) OR (ended_by IS DISTINCT FROM subject_member_id))),
  constraint two_person_acts_content_check CHECK ((length((content)::text) <= 10000)),
  constraint two_person_acts_duty_check CHECK ((duty = ANY (ARRAY['steward'::text, 'trustee'::text]))),
  constraint two_person_acts_end_reason_check CHECK ((length(end_reason) <= 500)),
  constraint two_person_acts_reason_check CHECK (((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 500))),
  constraint two_person_acts_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'declined'::text, 'withdrawn'::text])))
);
CREATE INDEX two_person_acts_proposed_at_idx ON app.two_person_acts USING btree (proposed_at DESC);
CREATE INDEX two_person_acts_subject_id_idx ON app.two_person_acts USING btree (subject_id);
CREATE TRIGGER act_told AFTER INSERT OR UPDATE OF state ON app.two_person_acts FOR EACH ROW EXECUTE FUNCTION app.on_act();
create policy clerk_mails on app.two_person_acts as permissive for select to indaba_clerk using (true);
create policy concerned_read on app.two_person_acts as permissive for select to indaba_person using ((((duty = 'steward'::text) AND ( SELECT app.has_role('{steward}'::text[]) AS has_role)) OR ((duty = 'trustee'::text) AND ( SELECT app.has_role('{trustee}'::text[]) AS has_role)) OR (proposed_by = ( SELECT app.me() AS me)) OR (subject_member_id = ( SELECT app.me() AS me))));
create policy keyring_keeps on app.two_person_acts as permissive for all to indaba_keyring using (true) with check (true);
create policy opened_read on app.two_person_acts as permissive for select to indaba_person using (((kind = 'open_pseudonym'::text) AND (state = 'done'::text) AND (subject_id IN ( SELECT app.my_bylines() AS my_bylines))));
create policy owner_backs_up on app.two_person_acts as permissive for select to indaba_owner using (true);

-- A file that a member is sending in or has sent in for a message that is not posted yet. Read by that member alone, removed after a day.
create table app.uploads (
  id uuid not null,
  member_id uuid not null,
  name text not null,
  announced bigint not null,
  created_at timestamp with time zone not null default now(),
  mime text,
  size bigint,
  sha256 bytea,
  width integer,
  height integer,
  taken_at timestamp with time zone,
  session_id uuid,
  looked text not null default 'unasked'::text,
  found text,
  constraint uploads_pkey PRIMARY KEY (id),
  constraint uploads_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint uploads_session_id_fkey FOREIGN KEY (session_id) REFERENCES app.sessions(id) ON DELETE CASCADE,
  constraint found_says_what CHECK (((looked = 'infected'::text) = (found IS NOT NULL))),
  constraint uploads_announced_check CHECK (((announced >= 1) AND (announced <= 20971520))),
  constraint uploads_check CHECK ((((sha256 IS NULL) = (size IS NULL)) AND ((sha256 IS NULL) = (mime IS NULL)) AND ((taken_at IS NULL) OR (sha256 IS NOT NULL)))),
  constraint uploads_found_check CHECK ((length(found) <= 200)),
  constraint uploads_looked_check CHECK ((looked = ANY (ARRAY['unasked'::text, 'waiting'::text, 'clean'::text, 'infected'::text]))),
  constraint uploads_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint uploads_size_check CHECK ((size > 0))
);
CREATE INDEX uploads_created_at_idx ON app.uploads USING btree (created_at) WHERE (looked = 'waiting'::text);
CREATE INDEX uploads_member_id_created_at_idx ON app.uploads USING btree (member_id, created_at);
CREATE INDEX uploads_session_id_idx ON app.uploads USING btree (session_id);
CREATE INDEX uploads_sha256_idx ON app.uploads USING btree (sha256);
CREATE TRIGGER not_too_many BEFORE INSERT ON app.uploads FOR EACH ROW EXECUTE FUNCTION app.on_upload();
CREATE TRIGGER to_be_looked_at AFTER INSERT OR UPDATE OF looked ON app.uploads FOR EACH ROW EXECUTE FUNCTION app.on_upload_looked();
create policy archivist_looks on app.uploads as permissive for select to indaba_archivist using (true);
create policy archivist_removes on app.uploads as permissive for delete to indaba_archivist using ((created_at < (now() - '1 day'::interval)));
create policy clerk_finds on app.uploads as permissive for select to indaba_clerk using ((looked = ANY (ARRAY['waiting'::text, 'clean'::text, 'infected'::text])));
create policy clerk_says on app.uploads as permissive for update to indaba_clerk using ((looked = 'waiting'::text)) with check ((looked = ANY (ARRAY['clean'::text, 'infected'::text])));
create policy keyring_erases on app.uploads as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = uploads.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.uploads as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = uploads.member_id) AND (m.status = 'left'::text)))));
create policy keyring_reads on app.uploads as permissive for select to indaba_keyring using (true);
create policy keyring_takes on app.uploads as permissive for update to indaba_keyring using ((taken_at IS NULL)) with check ((taken_at IS NOT NULL));
create policy own on app.uploads as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (NOT (session_id IS DISTINCT FROM ( SELECT app.my_session() AS my_session)))));
create policy own_drop on app.uploads as permissive for delete to indaba_person using (((member_id = ( SELECT app.writer() AS writer)) AND (NOT (session_id IS DISTINCT FROM ( SELECT app.my_session() AS my_session))) AND (taken_at IS NULL) AND (looked <> 'infected'::text)));
create policy own_finish on app.uploads as permissive for update to indaba_person using (((member_id = ( SELECT app.writer() AS writer)) AND (NOT (session_id IS DISTINCT FROM ( SELECT app.my_session() AS my_session))) AND (sha256 IS NULL) AND (created_at > (now() - '1 day'::interval)))) with check (((member_id = ( SELECT app.writer() AS writer)) AND (looked = ANY (ARRAY['unasked'::text, 'waiting'::text]))));
create policy own_send on app.uploads as permissive for insert to indaba_person with check (((member_id = ( SELECT app.writer() AS writer)) AND (NOT (session_id IS DISTINCT FROM ( SELECT app.my_session() AS my_session))) AND (created_at = now()) AND (looked = ANY (ARRAY['unasked'::text, 'waiting'::text]))));
create policy owner_backs_up on app.uploads as permissive for select to indaba_owner using (true);

-- What a steward found for a question, with name and remark. The newest answer counts; none is changed or removed.
create table app.vetting_answers (
  id uuid not null default gen_random_uuid(),
  application_id uuid not null,
  question text not null,
  answer text not null,
  remark text not null,
  byline_id uuid not null,
  at timestamp with time zone not null default now(),
  constraint vetting_answers_pkey PRIMARY KEY (id),
  constraint vetting_answers_application_id_fkey FOREIGN KEY (application_id) REFERENCES app.applications(id) ON DELETE CASCADE,
  constraint vetting_answers_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id),
  constraint vetting_answers_question_fkey FOREIGN KEY (question) REFERENCES app.vetting_questions(code),
  constraint vetting_answers_answer_check CHECK ((answer = ANY (ARRAY['yes'::text, 'no'::text, 'not_needed'::text]))),
  constraint vetting_answers_remark_check CHECK (((length(TRIM(BOTH FROM remark)) >= 1) AND (length(TRIM(BOTH FROM remark)) <= 1000)))
);
CREATE INDEX vetting_answers_application_id_question_at_idx ON app.vetting_answers USING btree (application_id, question, at DESC);
CREATE TRIGGER vetting_begun BEFORE INSERT ON app.vetting_answers FOR EACH ROW EXECUTE FUNCTION app.on_vetting_begun();
create policy keyring_reads on app.vetting_answers as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.vetting_answers as permissive for select to indaba_owner using (true);
create policy stewards_answer on app.vetting_answers as permissive for insert to indaba_person with check ((app.may_vet(application_id) AND app.is_asked(application_id, question) AND (byline_id = ( SELECT app.my_person() AS my_person))));
create policy stewards_read on app.vetting_answers as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- Every question that any version of the checklist asks. The words of the codes that came with the hub are in messages; a question a hub adds itself stands in question. Nobody changes a row.
create table app.vetting_questions (
  code text not null,
  question text not null default ''::text,
  constraint vetting_questions_pkey PRIMARY KEY (code),
  constraint vetting_questions_code_check CHECK ((code ~ '^[a-z_]{2,40}$'::text)),
  constraint vetting_questions_question_check CHECK ((length(question) <= 300))
);
create policy keyring_adds on app.vetting_questions as permissive for insert to indaba_keyring with check ((question <> ''::text));
create policy keyring_reads on app.vetting_questions as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on app.vetting_questions as permissive for select to indaba_owner using (true);
create policy stewards_read on app.vetting_questions as permissive for select to indaba_person using (( SELECT app.has_role('{steward}'::text[]) AS has_role));

-- What a member wants to be told of: a page, a control, or all of a space. Nobody else reads it.
create table app.watches (
  member_id uuid not null,
  audience_id integer not null,
  page_id uuid,
  control_id uuid,
  space_id uuid,
  since timestamp with time zone not null default now(),
  constraint watches_control_id_audience_id_fkey FOREIGN KEY (control_id, audience_id) REFERENCES app.controls(id, audience_id) ON DELETE CASCADE,
  constraint watches_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE,
  constraint watches_page_id_audience_id_fkey FOREIGN KEY (page_id, audience_id) REFERENCES app.pages(id, audience_id) ON DELETE CASCADE,
  constraint watches_space_id_audience_id_fkey FOREIGN KEY (space_id, audience_id) REFERENCES app.spaces(id, audience_id) ON DELETE CASCADE,
  constraint watches_check CHECK ((num_nonnulls(page_id, control_id, space_id) = 1))
);
CREATE INDEX watches_control_id_idx ON app.watches USING btree (control_id) WHERE (control_id IS NOT NULL);
CREATE UNIQUE INDEX watches_member_id_page_id_control_id_space_id_idx ON app.watches USING btree (member_id, page_id, control_id, space_id) NULLS NOT DISTINCT;
CREATE INDEX watches_page_id_idx ON app.watches USING btree (page_id) WHERE (page_id IS NOT NULL);
CREATE INDEX watches_space_id_idx ON app.watches USING btree (space_id) WHERE (space_id IS NOT NULL);
create policy keyring_erases on app.watches as permissive for delete to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = watches.member_id) AND (m.status = 'left'::text)))));
create policy keyring_finds_to_erase on app.watches as permissive for select to indaba_keyring using ((EXISTS ( SELECT
   FROM app.members m
  WHERE ((m.id = watches.member_id) AND (m.status = 'left'::text)))));
create policy keyring_tells on app.watches as permissive for select to indaba_keyring using (true);
create policy own on app.watches as permissive for select to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences))));
create policy own_end on app.watches as permissive for delete to indaba_person using (((member_id = ( SELECT app.me() AS me)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy own_set on app.watches as permissive for insert to indaba_person with check (((member_id = ( SELECT app.me() AS me)) AND (audience_id IN ( SELECT app.my_audiences() AS my_audiences)) AND ( SELECT app.may_keep_own() AS may_keep_own)));
create policy owner_backs_up on app.watches as permissive for select to indaba_owner using (true);

-- The person behind a pseudonym. Read only by app.my_bylines().
create table sealed.byline_members (
  byline_id uuid not null,
  member_id uuid not null,
  constraint byline_members_pkey PRIMARY KEY (byline_id),
  constraint byline_members_byline_id_fkey FOREIGN KEY (byline_id) REFERENCES app.bylines(id) ON DELETE CASCADE,
  constraint byline_members_member_id_fkey FOREIGN KEY (member_id) REFERENCES app.members(id) ON DELETE CASCADE
);
create policy keyring_reads on sealed.byline_members as permissive for select to indaba_keyring using (true);
create policy keyring_seals on sealed.byline_members as permissive for insert to indaba_keyring with check (true);
create policy owner_backs_up on sealed.byline_members as permissive for select to indaba_owner using (true);

-- Secrets the database checks signatures with (purpose sign-in: only the process that holds INDABA_KEYS can open a session).
create table sealed.keys (
  purpose text not null,
  secret bytea not null,
  constraint keys_pkey PRIMARY KEY (purpose)
);
create policy keyring_reads on sealed.keys as permissive for select to indaba_keyring using (true);
create policy owner_backs_up on sealed.keys as permissive for select to indaba_owner using (true);
create policy owner_keeps on sealed.keys as permissive for all to indaba_owner using (true) with check (true);

-- No person reads this table. search.find() returns ids, which the caller reads again under the policies.
create table search.entries (
  "position" bigint not null,
  kind text not null,
  subject_id uuid not null,
  audience_id integer not null,
  words tsvector not null,
  at timestamp with time zone not null,
  constraint entries_kind_check CHECK ((kind = ANY (ARRAY['page'::text, 'control'::text, 'message'::text])))
);
CREATE INDEX entries_subject_id_idx ON ONLY search.entries USING btree (subject_id);
CREATE INDEX messages ON ONLY search.entries USING gin (search.tagged(audience_id, words)) WITH (gin_pending_list_limit='256') WHERE (kind = 'message'::text);
CREATE INDEX moments ON ONLY search.entries USING btree (audience_id, at) WHERE (kind = 'message'::text);
CREATE INDEX newest ON ONLY search.entries USING btree ((("position" + 0)));
CREATE INDEX texts ON ONLY search.entries USING gin (search.tagged(audience_id, words)) WITH (gin_pending_list_limit='256') WHERE (kind <> 'message'::text);
create policy archivist_looks on search.entries as permissive for select to indaba_archivist using ((kind = 'message'::text));
create policy archivist_removes on search.entries as permissive for delete to indaba_archivist using (((kind = 'message'::text) AND (EXISTS ( SELECT
   FROM app.messages m
  WHERE ((m.id = entries.subject_id) AND (m.removed_at IS NOT NULL))))));
create policy keyring_keeps on search.entries as permissive for all to indaba_keyring using (true) with check (true);
create policy owner_backs_up on search.entries as permissive for select to indaba_owner using (true);

-- I accept the present version of a document, in a browser: no program accepts for a person. Refuses with govern.agreement.not_found, .newer (another version is present by now).
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.accept_agreement(version uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if app.me() is null or not app.in_browser() or not exists (select from app.agreement_versions v where v.id = version and not v.starter) then
    raise exception using errcode = 'IN404', message = 'govern.agreement.not_found';
  end if;
  perform pg_advisory_xact_lock_shared(hashtext('indaba agreements'));
  if version not in (select app.present_agreements()) then raise exception using errcode = 'IN409', message = 'govern.agreement.newer'; end if;
  insert into app.agreement_acceptances (version_id, member_id) values (version, app.me()) on conflict do nothing;
end $function$;

-- A steward notes the letter that proves the domain. Refuses with people.application.not_found, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.accept_application_letter(application uuid, reference text, written_on date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.need_fresh();
  update app.applications a set method = 'letter', letter_reference = trim(reference), letter_on = written_on, letter_by = app.my_person(), proved_at = now()
   where a.id = application and a.proved_at is null and app.may_finish_vetting(a.id);
  if not found then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  perform app.note('application.letter_accepted', app.me(), null, null, jsonb_build_object('application_id', application));
end $function$;

-- A steward of another organization says which letter shows whose the domain is. Refuses with people.domain.not_found, people.domain.taken, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.accept_domain_letter(wanted uuid, reference text, written_on date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.need_fresh();
  update app.organization_domains d set method = 'letter', letter_reference = trim(reference), letter_on = written_on, proved_at = now(),
      proved_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person')
   where d.id = wanted and d.proved_at is null and app.may_accept_letter(d.organization_id);
  if not found then raise exception using errcode = 'IN404', message = 'people.domain.not_found'; end if;
exception when unique_violation then raise exception using errcode = 'IN409', message = 'people.domain.taken';
end $function$;

-- Makes the member out of an invitation, once. Refuses with people.invitation.not_found (used, revoked, expired, unknown alike), people.invitation.already_member.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.accept_invitation(key_hash bytea, member uuid, byline uuid, member_slug text, member_name text, hash text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare i app.invitations;
begin
  update app.invitations x set used_at = now() where x.token_hash = key_hash and x.used_at is null and x.revoked_at is null and x.expires_at > now()
    and app.inviter_stands(x.invited_by, x.organization_id, x.role) returning * into i;
  if i.id is null then raise exception using errcode = 'IN404', message = 'people.invitation.not_found'; end if;
  if exists (select from app.accounts where email_key = lower(trim(i.email))) then
    raise exception using errcode = 'IN409', message = 'people.invitation.already_member';
  end if;
  if exists (select from app.members where slug = member_slug) then member_slug := member_slug || '-' || left(md5(member::text), 4); end if;
  insert into app.members (id, slug, name) values (member, member_slug, member_name);
  -- The link that makes the first steward was not sent to an address: whoever uses it says their own.
  insert into app.accounts (member_id, email, email_key, password_hash, address_proved) values (member, i.email, lower(trim(i.email)), hash, not exists (select from app.bylines where id = i.invited_by and kind = 'service'));
  insert into app.bylines (id, kind, member_id, organization_id, name) values (byline, 'person', member, i.organization_id, member_name);
  insert into app.memberships (member_id, organization_id, role) values (member, i.organization_id, i.role);
  -- The hub itself invites once: whoever sets it up. As soon as there is a steward, such a link makes no other.
  if exists (select from app.bylines where id = i.invited_by and kind = 'service') then
    perform pg_advisory_xact_lock(hashtext('indaba first steward'));
    if exists (select from app.hub_roles where role = 'steward') then raise exception using errcode = 'IN404', message = 'people.invitation.not_found'; end if;
    insert into app.hub_roles (member_id, role) values (member, 'steward');
  end if;
  return member;
end $function$;

-- The duty that both people of such an act hold; null when there is no act of that kind.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.act_duty(what text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare duty text;
begin
  if what is null or what !~ '^[a-z_]{3,40}$' or to_regprocedure(format('app.act_%s_duty()', what)) is null then return null; end if;
  execute format('select app.act_%s_duty()', what) into duty;
  return duty;
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_expel_organization_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Those duties are taken back by two stewards, as here; nobody who holds one can be let go by another house.
  delete from app.hub_roles r using app.memberships ms where ms.member_id = r.member_id and ms.organization_id = act.subject_id and r.role in ('steward', 'trustee');
  -- The service that vouched for them vouches for nobody any more, also not for those who work elsewhere too.
  delete from app.sso_connections where organization_id = act.subject_id;
  -- Each membership ends as any other: told, mailed, sessions and tokens gone (34-leaving.sql).
  insert into app.membership_acts (id, member_id, organization_id, act, reason, byline_id)
  select gen_random_uuid(), ms.member_id, act.subject_id, 'ended', act.reason, (select b.id from app.bylines b where b.kind = 'person' and b.member_id = app.me())
    from app.memberships ms where ms.organization_id = act.subject_id;
  update app.invitations i set revoked_at = now() where i.organization_id = act.subject_id and i.used_at is null and i.revoked_at is null;
  delete from app.circle_members where organization_id = act.subject_id;
  -- The domain is free: whoever applies with it is vetted anew.
  delete from app.organization_domains where organization_id = act.subject_id;
  delete from app.on_call where organization_id = act.subject_id;
  delete from app.adopted_spaces where organization_id = act.subject_id;
  update app.organizations set ended_on = current_date where id = act.subject_id;
  perform app.tell('organization.closed', 2, 'organization', act.subject_id, '{}');
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_expel_organization_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Which organization, everybody who works for it here, who of them loses the duty of steward or trustee, its domains, its sign-in service, and in how many circles it is. Refuses with people.organization.not_found.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_expel_organization_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare facts jsonb := (select jsonb_build_object('name', o.name, 'slug', o.slug,
    'people', (select coalesce(jsonb_agg(m.name order by m.name, m.id), '[]') from app.memberships ms join app.members m on m.id = ms.member_id where ms.organization_id = o.id),
    'stewards', (select coalesce(jsonb_agg(distinct m.name), '[]') from app.memberships ms join app.members m on m.id = ms.member_id join app.hub_roles r on r.member_id = m.id
      where ms.organization_id = o.id and r.role in ('steward', 'trustee')),
    'domains', (select coalesce(jsonb_agg(d.domain order by d.domain), '[]') from app.organization_domains d where d.organization_id = o.id),
    'sso', (select c.issuer from app.sso_connections c where c.organization_id = o.id),
    'circles', (select count(*) from app.circle_members c where c.organization_id = o.id))
  from app.organizations o where o.id = subject and o.ended_on is null);
begin
  if facts is null then raise exception using errcode = 'IN404', message = 'people.organization.not_found'; end if;
  return facts;
end $function$;

-- What both people read before such an act, as it is now. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_facts(what text, subject uuid, detail jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare facts jsonb;
begin
  execute format('select app.act_%s_shown($1, $2)', what) into facts using subject, detail;
  return facts;
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_give_duty_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into app.hub_roles (member_id, role) values (act.subject_id, act.content ->> 'duty');
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_give_duty_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Refuses with people.member.not_found, people.duty.unknown, .members_only, .held.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_give_duty_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare facts jsonb := app.duty_facts(subject, content ->> 'duty');
begin
  if facts is null then raise exception using errcode = 'IN404', message = 'people.member.not_found'; end if;
  if not exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = subject) then raise exception using errcode = 'IN422', message = 'people.duty.members_only'; end if;
  if facts -> 'held' ? (content ->> 'duty') then raise exception using errcode = 'IN409', message = 'people.duty.held'; end if;
  return facts;
end $function$;

-- The hash of exactly what is shown. The id is in it: what was seen of one act confirms no other.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_hash(act uuid, what text, subject uuid, detail jsonb, facts jsonb, why text)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select sha256(convert_to(jsonb_build_array(act, what, subject, detail, facts, why)::text, 'UTF8'))
$function$;

-- Is it about me, a byline of mine, or an organization I work for?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_is_about_me(a app.two_person_acts)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select a.subject_id = app.me() or a.subject_id in (select app.my_bylines()) or a.subject_id in (select app.my_organizations())
$function$;

-- The kinds of act that need two, as the policies define them.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.act_kinds()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 8
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select substring(p.proname from '^act_(.+)_duty$') from pg_proc p where p.pronamespace = 'app'::regnamespace and p.proname ~ '^act_.+_duty$'
$function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_lift_discuss_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests := app.open_request(act.subject_id); country uuid := (act.content ->> 'jurisdiction')::uuid;
begin
  insert into app.positions (id, change_request_id, audience_id, jurisdiction_id, byline_id, stance, words, wording)
  values (gen_random_uuid(), c.id, c.audience_id, country, app.my_byline(), 'lifted', act.reason, app.wording_of(c.id));
  perform app.step(c.id, 'discuss_lifted', app.my_byline(), act.reason, jsonb_build_object('jurisdiction', (select j.name from app.jurisdictions j where j.id = country)));
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_lift_discuss_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Which discuss on which request, of a jurisdiction that no authority leads. Refuses with govern.act.not_found, library.position.led.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_lift_discuss_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests; j app.jurisdictions; p app.positions;
begin
  select * into c from app.change_requests x where x.id = subject and x.status = 'open' and x.audience_id in (select app.my_audiences());
  select * into j from app.jurisdictions x where x.id::text = content ->> 'jurisdiction';
  select * into p from app.positions x where x.change_request_id = c.id and x.jurisdiction_id = j.id order by x.place desc limit 1;
  if p.stance is distinct from 'discuss' then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  -- Whoever leads it, a discuss is that jurisdiction's alone.
  if app.lead_of(j.id) is not null then raise exception using errcode = 'IN409', message = 'library.position.led'; end if;
  return jsonb_build_object('request', c.title, 'jurisdiction', j.name, 'discuss', p.words);
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_lift_hold_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Two people do it; the row names the one of them who did not place it.
  update app.legal_holds h set lifted_at = now(), lifted_reason = act.reason, lifted_by = (select b.id from app.bylines b
      where b.member_id in (app.me(), act.proposed_by) and b.kind = 'person' and b.id <> h.placed_by order by b.member_id = app.me() desc limit 1) where h.id = act.subject_id;
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_lift_hold_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Refuses with records.hold.not_found, .lifted_already.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_lift_hold_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare h app.legal_holds;
begin
  select * into h from app.legal_holds l where l.id = subject;
  if h.id is null then raise exception using errcode = 'IN404', message = 'records.hold.not_found'; end if;
  if h.lifted_at is not null then raise exception using errcode = 'IN409', message = 'records.hold.lifted_already'; end if;
  -- Both stewards read the same: what one of them might not see is not named.
  return jsonb_build_object('reference', h.reference, 'hold', h.scope, 'whose', case h.scope when 'person' then (select m.name from app.members m where m.id = h.subject_id)
      when 'organization' then (select o.name from app.organizations o where o.id = h.subject_id) when 'circle' then (select c.name from app.circles c where c.id = h.subject_id and c.listed)
      when 'space' then (select x.title from app.spaces x where x.id = h.subject_id and x.audience_id <= 2) end, 'held_why', h.reason, 'placed_by', (select b.name from app.bylines b where b.id = h.placed_by), 'placed_on', h.placed_at::date);
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_loosen_rules_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.write_rules(act.subject_id, (act.content ->> 'rules')::jsonb, act.reason);
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_loosen_rules_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Which space, what it asks for now and then. Refuses with govern.act.not_found, common.bad_input, library.rules.loosens_nothing.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_loosen_rules_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare r app.space_rules; wanted jsonb;
begin
  if not app.may_set_rules(subject) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  begin
    wanted := (content ->> 'rules')::jsonb;
    r := app.rules_of(subject);
    if app.rules_loosen(r, wanted) is not true then raise exception using errcode = 'IN409', message = 'library.rules.loosens_nothing'; end if;
  exception when invalid_text_representation or invalid_parameter_value or null_value_not_allowed then
    raise exception using errcode = 'IN422', message = 'common.bad_input';
  end;
  return jsonb_build_object('space', (select s.title from app.spaces s where s.id = subject), 'rules_now', to_jsonb(r) - '{id,space_id,audience_id,reason,byline_id,changed_at}'::text[], 'rules_wanted', wanted);
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_loosen_setting_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into app.settings (name, value) values (act.content ->> 'setting', act.content -> 'value');
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_loosen_setting_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Which setting, what holds and what is wanted. Refuses with govern.act.not_found, common.bad_input, hub.setting.number, hub.setting.loosens_nothing.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_loosen_setting_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare wanted text := content ->> 'setting'; now jsonb := app.setting_was(wanted); value jsonb := content -> 'value';
begin
  if now is null or value is null or subject <> app.setting_subject(wanted) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  if jsonb_typeof(value) <> jsonb_typeof(now) or wanted = 'sign_in_minimum' and value not in ('"nothing"', '"second_factor"', '"passkeys_only"')
    or wanted = 'mail_address' and value #>> '{}' !~ '^[^@\s]{1,100}@[^@\s]{1,99}$' then raise exception using errcode = 'IN422', message = 'common.bad_input'; end if;
  if jsonb_typeof(value) = 'number' and (value::text !~ '^\d{1,4}$' or value::text::int not between
      case wanted when 'confirm_days' then 90 when 'confirm_grace_days' then 7 else 1 end
      and case wanted when 'session_days' then 90 when 'idle_days' then 90 when 'invitation_days' then 60 when 'recovery_hours' then 336 when 'confirm_days' then 1095 when 'guest_days' then 365 else 180 end)
    then raise exception using errcode = 'IN422', message = 'hub.setting.number'; end if;
  if not app.setting_loosens(wanted, now, value) then raise exception using errcode = 'IN409', message = 'hub.setting.loosens_nothing'; end if;
  return jsonb_build_object('setting', wanted, 'now', now, 'wanted', value);
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_open_pseudonym_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- The log says that it was opened, by whom and why; not who it was: stewards read the log.
  perform app.note('pseudonym.opened', app.me(), null, null, jsonb_build_object('act_id', act.id, 'byline_id', act.subject_id, 'reason', act.reason));
  perform graphile_worker.add_job('govern.mail-opened', json_build_object('ids', json_build_object('act', act.id), 'actor', null));
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_open_pseudonym_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'trustee' $function$;

-- Which pseudonym, where. Nothing about who. Refuses with govern.act.not_found.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_open_pseudonym_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare facts jsonb := (select jsonb_build_object('name', b.name, 'audience', a.label) from app.bylines b join app.audiences a on a.id = b.audience_id
  join sealed.byline_members s on s.byline_id = b.id where b.id = subject and b.kind = 'pseudonym');
begin
  if facts is null then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  return facts;
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_pseudonymise_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare whom uuid := act.subject_id; was app.members; title text; gone bigint[]; t text;
begin
  perform pg_advisory_xact_lock_shared(hashtext('indaba legal holds'));
  -- A statement of its own, after the lock: a hold placed in the meantime is seen.
  if app.person_held(whom) or app.named_words_held(whom) then raise exception using errcode = 'IN409', message = 'records.hold.stands'; end if;
  select * into was from app.members m where m.id = whom for update;
  select app.former_member(o.name) into title from app.bylines b left join app.organizations o on o.id = b.organization_id where b.member_id = whom;
  -- A conversation of named people carries their names; renamed where they wrote.
  update app.audiences a set label = replace(a.label, was.name, coalesce(title, app.former_member(null))) where a.kind = 'named' and position(was.name in a.label) > 0
    and a.id in (select m.audience_id from app.messages m join app.bylines b on b.id = m.byline_id where b.member_id = whom);
  -- Before the links, which say under which subject they came.
  delete from app.sso_requests r where (r.connection_id, r.subject) in (select l.connection_id, l.subject from app.sso_links l where l.member_id = whom)
    or lower(r.address) in (select lower(a.email) from app.accounts a where a.member_id = whom and a.email <> '');
  delete from app.sso_tries x where (x.connection_id, x.subject) in (select l.connection_id, l.subject from app.sso_links l where l.member_id = whom);
  foreach t in array app.erased_tables() loop
    execute format('delete from app.%I where member_id = $1', t) using whom;
  end loop;
  delete from app.held_copies h where h.byline_id in (select b.id from app.bylines b where b.member_id = whom);
  update app.accounts set email = '', email_key = 'erased:' || whom, password_hash = null where member_id = whom;
  update app.membership_acts set reason = 'Erased' where member_id = whom;
  update app.delegations set reason = 'Erased' where whom in (from_member, to_member);
  update app.two_person_acts a set shown = (a.shown - 'slug') || jsonb_build_object('name', coalesce(title, app.former_member(null))), reason = case when a.id = act.id then a.reason else 'Erased' end, end_reason = null
   where a.subject_member_id = whom and a.state <> 'open';
  delete from app.event_payloads p using app.events e where e.id = p.event_id and (e.subject_id = whom or e.byline_id in (select b.id from app.bylines b where b.member_id = whom));
  -- The trigger on names carries it to the byline, and so to everything they wrote.
  -- A copy that a lifted hold left behind went above; this change makes none, because nothing is held.
  update app.members set name = coalesce(title, app.former_member(null)), slug = 'former-' || replace(gen_random_uuid()::text, '-', ''), locale = 'en', time_zone = 'UTC', in_cast = false, erased_at = now() where id = whom;
  -- Where others mention them the name stands in the others' words: it goes there, too, and from what finds them.
  update app.messages m set body = app.unnamed(m.body) where m.id in (select x.message_id from app.mentions x join app.bylines b on b.id = x.target_id where x.kind = 'person' and b.member_id = whom)
    and m.body <> app.unnamed(m.body);
  update search.entries e set words = ts_delete(e.words, tsvector_to_array(to_tsvector('simple', was.name)))
   where e.kind = 'message' and e.subject_id in (select x.message_id from app.mentions x join app.bylines b on b.id = x.target_id where x.kind = 'person' and b.member_id = whom);
  update app.message_revisions r set body = app.unnamed(r.body) where exists (select from app.bylines b where b.member_id = whom and position('](person:' || b.id || ')' in r.body) > 0);
  update app.message_reports r set handed_words = app.unnamed(r.handed_words) where exists (select from app.bylines b where b.member_id = whom and position('](person:' || b.id || ')' in r.handed_words) > 0);
  -- What rows of the log say of them; the rows and their hashes stay.
  select coalesce(array_agg(p.position), '{}') into gone from app.audit_payloads p where p.kind <> 'audit.forgotten' and (p.member_id = whom or p.actor_id = whom and p.member_id is null and p.audience_id is null);
  delete from app.audit_payloads where position = any(gone);
  if cardinality(gone) > 0 then perform app.note('audit.forgotten', app.me(), null, null, jsonb_build_object('positions', to_jsonb(gone), 'reason', 'pseudonymised')); end if;
  perform app.note('member.pseudonymised', app.me(), whom, null, jsonb_build_object('act_id', act.id));
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_pseudonymise_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Refuses with records.erasure.not_found, .not_left, .not_asked, .waits (thirty days), records.hold.stands.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_pseudonymise_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare m app.members; own app.bylines;
begin
  select * into m from app.members x where x.id = subject;
  if m.id is null or m.erased_at is not null then raise exception using errcode = 'IN404', message = 'records.erasure.not_found'; end if;
  if m.status <> 'left' then raise exception using errcode = 'IN409', message = 'records.erasure.not_left'; end if;
  if m.erase_asked_at is null then raise exception using errcode = 'IN409', message = 'records.erasure.not_asked'; end if;
  if m.left_at + make_interval(days => app.erase_days()) > now() then raise exception using errcode = 'IN409', message = 'records.erasure.waits'; end if;
  if app.person_held(subject) or app.named_words_held(subject) then raise exception using errcode = 'IN409', message = 'records.hold.stands'; end if;
  select * into own from app.bylines b where b.member_id = subject;
  return jsonb_build_object('name', m.name, 'slug', m.slug, 'organizations', (select coalesce(jsonb_agg(o.name), '[]') from app.organizations o where o.id = own.organization_id), 'left_on', m.left_at::date,
    'asked_by', (select b.name from app.bylines b where b.id = m.erase_asked_by), 'asked_on', m.erase_asked_at::date);
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_shorten_checklist_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.put_checklist((act.content ->> 'after')::int, act.content ->> 'points', act.reason,
    (select b.id from app.bylines b where b.member_id = act.proposed_by and b.kind = 'person'), app.my_person());
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_shorten_checklist_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Which questions go, come and stay. Refuses with govern.act.not_found, people.checklist.changed, .empty, .question, .same, .drops_nothing.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_shorten_checklist_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare points text := content ->> 'points'; after int := case when content ->> 'after' ~ '^\d{1,6}$' then (content ->> 'after')::int end;
begin
  if subject <> app.checklist_subject() or points is null then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  perform app.check_checklist(after, points);
  if not app.checklist_drops(points) then raise exception using errcode = 'IN409', message = 'people.checklist.drops_nothing'; end if;
  return jsonb_build_object('version', after + 1,
    'taken_away', (select jsonb_agg(coalesce(nullif(q.question, ''), q.code) order by p.position) from app.checklist_points p join app.vetting_questions q on q.code = p.question
      where p.version = after and p.question not in (select r.code from app.read_checklist(points) r)),
    'added', coalesce((select jsonb_agg(case when q.question = '' then r.code else coalesce(q.question, r.words) end order by r.place) from app.read_checklist(points) r left join app.vetting_questions q on q.code = r.code
      where r.code not in (select p.question from app.checklist_points p where p.version = after)), '[]'),
    'stays', coalesce((select jsonb_agg(coalesce(nullif(q.question, ''), q.code) order by p.position) from app.checklist_points p join app.vetting_questions q on q.code = p.question
      where p.version = after and p.question in (select r.code from app.read_checklist(points) r)), '[]'));
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_shorten_retention_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update app.retention_rules r set keep_days = (act.content ->> 'days')::int, reason = act.reason where r.kind = act.content ->> 'kind' and r.label is not distinct from act.content ->> 'label';
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_shorten_retention_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Which rule, for how long now and then. Refuses with records.rule.not_found, records.days.not_a_number, records.rule.not_shorter.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_shorten_retention_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.retention_rules;
begin
  select * into one from app.retention_rules r where r.kind = content ->> 'kind' and r.label is not distinct from content ->> 'label';
  if one.kind is null or subject <> app.retention_subject(one.kind, one.label) then raise exception using errcode = 'IN404', message = 'records.rule.not_found'; end if;
  if coalesce(content ->> 'days', '') !~ '^\d{1,5}$' or (content ->> 'days')::int not between 1 and 36500 then raise exception using errcode = 'IN422', message = 'records.days.not_a_number'; end if;
  if (content ->> 'days')::int >= coalesce(one.keep_days, 2147483647) then raise exception using errcode = 'IN409', message = 'records.rule.not_shorter'; end if;
  return jsonb_build_object('kept', one.kind, 'label', one.label, 'days_now', one.keep_days, 'days_wanted', (content ->> 'days')::int);
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_take_duty_done(act app.two_person_acts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  delete from app.hub_roles where member_id = act.subject_id and role = act.content ->> 'duty';
end $function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_take_duty_duty()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 'steward' $function$;

-- Refuses with people.duty.not_held. Circles are run by those named there, steward or not.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.act_take_duty_shown(subject uuid, content jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare facts jsonb := app.duty_facts(subject, content ->> 'duty');
begin
  if facts is null or not facts -> 'held' ? (content ->> 'duty') then raise exception using errcode = 'IN404', message = 'people.duty.not_held'; end if;
  return facts;
end $function$;

-- For which focal point of this organization I act just now; null where I act by a right of my own.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.acting_for(organization uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when not exists (select from app.hub_roles where member_id = (select app.me()) and role = 'steward')
      and not exists (select from app.memberships own where own.member_id = (select app.me()) and own.organization_id = organization and own.role = 'focal_point')
    then app.stands_in_for((select app.me()), '{focal_point}', organization) end
$function$;

-- The applicant sends a letter as a file, three at most. Refuses with people.application.not_found, people.application.letters_full.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.add_application_letter(hash bytea, letter uuid, called text, kind text, content bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.application_contacts := app.confirmed_application(hash);
begin
  -- Two at the same moment are counted one after the other.
  perform from app.applications a where a.id = c.application_id for update;
  if (select count(*) from app.application_letters l where l.application_id = c.application_id) >= 3 then
    raise exception using errcode = 'IN429', message = 'people.application.letters_full';
  end if;
  insert into app.application_letters (id, application_id, place, name, mime, bytes) values (letter, c.application_id, c.place, called, kind, content);
end $function$;

-- The applicant adds something. Refuses with people.application.not_found, people.application.notes_full.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.add_to_application(hash bytea, words text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.application_contacts := app.confirmed_application(hash);
begin
  if (select count(*) from app.application_notes n where n.application_id = c.application_id and n.place is not null) >= 20 then
    raise exception using errcode = 'IN429', message = 'people.application.notes_full';
  end if;
  insert into app.application_notes (application_id, place, text) values (c.application_id, c.place, words);
end $function$;

-- The domain of a plain mail address; null for anything that is not one, such as two @ or a letter that only looks Latin.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.address_domain(address text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when lower(address) ~ '^[a-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,253}$' then split_part(lower(address), '@', 2) end
$function$;

-- Puts an address on the link that makes the first steward; without effect on any other invitation.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.address_invitation(key_hash bytea, address text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update app.invitations i set email = address where i.token_hash = key_hash and i.used_at is null and i.revoked_at is null and i.expires_at > now()
    and exists (select from app.bylines b where b.id = i.invited_by and b.kind = 'service')
$function$;

-- Is this an address under a domain which this very organization proved? Exactly that domain: a name that ends alike, or lies below it, is another one.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.address_is_of(address text, organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.organization_domains d where d.organization_id = organization and d.proved_at is not null and d.domain = app.address_domain(address))
$function$;

-- Whom to mail about a request or an invitation that was made, or a request that was answered: active people only, the name of the circle only where it is listed. For the clerk only.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.admission_to_mail(admission uuid, step text)
 RETURNS TABLE(what text, email text, name text, locale text, circle text, slug text, by text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with one as (
    select a.*, case when c.listed then c.name end as title, case when c.listed then c.slug end as address, c.audience_id
      from app.circle_admissions a join app.circles c on c.id = a.circle_id join app.members who on who.id = a.member_id and who.status = 'active'
     where a.id = admission
       and case step when 'made' then a.outcome is null
           -- Asking, taking it back and asking again within a day is one mail.
           and not exists (select from app.circle_admissions b where b.circle_id = a.circle_id and b.member_id = a.member_id and b.kind = a.kind and b.id <> a.id and b.at <= a.at and b.at > a.at - interval '1 day')
         else a.kind = 'request' and a.outcome in ('accepted', 'declined') end)
  select case when step = 'answered' then one.outcome when one.kind = 'request' then 'asked' else 'invited' end, k.email, m.name, m.locale, one.title, one.address, coalesce(b.name, '')
    from one join app.members m on m.status = 'active' and case when step = 'made' and one.kind = 'request' then exists (select from app.circle_runners r
        join app.audience_members am on am.audience_id = one.audience_id and am.member_id = r.member_id where r.circle_id = one.circle_id and r.member_id = m.id) else m.id = one.member_id end
      join app.accounts k on k.member_id = m.id and k.email <> ''
      left join app.bylines b on b.id = case step when 'answered' then one.answered_by else one.byline_id end
   order by m.slug
$function$;

-- The second steward confirms: organization, jurisdictions, domain and both invitations come to be in this one transaction. Refuses with people.application.not_found, .taken, the gaps of finish_vetting, people.organization.name_taken, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.admit_application(application uuid, organization uuid, address text, places jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare a app.applications; c record; place jsonb; country uuid; invitation uuid; gap text;
begin
  select * into a from app.applications x where x.id = application for update;
  if a.id is null or not app.may_confirm_application(a.id) then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  perform app.need_fresh();
  -- Asked again: an answer may have come, or a question, since the first steward was content.
  gap := app.vetting_gap(a);
  if gap is not null then raise exception using errcode = 'IN422', message = gap; end if;
  if exists (select from app.organizations o where lower(o.name) = lower(a.name)) then raise exception using errcode = 'IN409', message = 'people.organization.name_taken'; end if;
  insert into app.organizations (id, slug, name, kind, is_guest) values (organization, address, a.name, a.kind, false);
  for place in select * from jsonb_array_elements(places) loop
    select j.id into country from app.jurisdictions j where lower(j.name) = lower(place ->> 'name');
    if country is null then
      insert into app.jurisdictions (id, code, name) values ((place ->> 'id')::uuid, place ->> 'code', place ->> 'name') returning id into country;
    end if;
    insert into app.organization_jurisdictions (organization_id, jurisdiction_id) values (organization, country) on conflict do nothing;
  end loop;
  if not app.is_public_mail(a.domain) then
    insert into app.organization_domains (id, organization_id, domain, method, letter_reference, letter_on, proved_by, proved_at, result)
    values (gen_random_uuid(), organization, a.domain, a.method, a.letter_reference, a.letter_on, a.letter_by, a.proved_at, a.result);
  end if;
  for c in select * from app.application_contacts x where x.application_id = a.id order by x.place loop
    insert into app.invitations (id, organization_id, email, name, role, invited_by, from_hub)
    values (gen_random_uuid(), organization, c.email, c.name, 'focal_point', app.my_person(), true) returning id into invitation;
    perform graphile_worker.add_job('people.mail-invitation', json_build_object('ids', json_build_object('invitation', invitation), 'actor', app.me()));
  end loop;
  update app.applications set ended_at = now(), ended_as = 'admitted', ended_by = app.my_person(), organization_id = organization where id = application;
  perform app.note('application.admitted', app.me(), null, null, jsonb_build_object('application_id', application));
exception when unique_violation then
  raise exception using errcode = 'IN409', message = 'people.application.taken';
end $function$;

-- May I read and not write in this conversation? Null: in all of the hub.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.am_restricted(conversation uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.bylines b where b.member_id = app.me() and b.kind = 'person' and app.is_restricted(b.id, conversation))
$function$;

-- Is there somebody else, beside me and whom it concerns, who could settle this decision? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.another_settles(act uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.moderation_acts a cross join lateral (
      select h from app.hub_moderators() h where a.handed or a.conversation_id is null union all select k from app.order_keepers(a.conversation_id) k where not a.handed and a.conversation_id is not null) x(who)
    where a.id = act and x.who <> app.me() and x.who not in (select b.member_id from app.bylines b where b.id = a.byline_id and b.member_id is not null))
$function$;

-- My answer to a decision about me, once, within thirty days. Refuses with conversations.moderation.not_found, .answered, .settled.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.answer_act(act uuid, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare a app.moderation_acts;
begin
  select * into a from app.moderation_acts x where x.id = act and x.byline_id in (select app.my_bylines()) for update;
  if a.id is null or not app.may_keep_own() then raise exception using errcode = 'IN404', message = 'conversations.moderation.not_found'; end if;
  if a.answer is not null then raise exception using errcode = 'IN409', message = 'conversations.moderation.answered'; end if;
  if a.undone or a.at < now() - interval '30 days' then raise exception using errcode = 'IN409', message = 'conversations.moderation.settled'; end if;
  update app.moderation_acts x set answer = said, answered_at = now() where x.id = act;
  perform app.note('moderation.answered', app.me(), app.me(), null, jsonb_build_object('act_id', act));
  perform app.mail_moderation('act', act, 'keepers');
end $function$;

-- Those who run a circle answer who asks; whoever is invited answers for themselves. Refuses with people.admission.not_found, people.circle.no_guests.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.answer_admission(wanted uuid, yes boolean, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.circle_admissions;
begin
  select * into one from app.circle_admissions where id = wanted and outcome is null for update;
  if one.id is null or not coalesce(app.may_write() and case one.kind when 'request' then app.may_run_circle(one.circle_id) else one.member_id = app.me() end, false) then
    raise exception using errcode = 'IN404', message = 'people.admission.not_found';
  end if;
  update app.circle_admissions set outcome = case when yes then 'accepted' else 'declined' end, answered_at = now(), answer = said,
    answered_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') where id = wanted;
  if not yes or one.member_id in (select app.circle_people(one.circle_id)) then return; end if;
  delete from app.circle_absences where circle_id = one.circle_id and member_id = one.member_id;
  if one.member_id not in (select app.circle_people(one.circle_id)) then
    -- A guest's last day is said nowhere on this way; of a full member the trigger takes it off again.
    insert into app.circle_members (circle_id, member_id, ends_at) values (one.circle_id, one.member_id, now() + make_interval(days => app.guest_days()));
  end if;
end $function$;

-- Does any hold stand? Then mails and jobs, of which nobody can say whom they concern, stay as well.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.anything_held()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.legal_holds h where h.lifted_at is null)
$function$;

-- Takes one update of a writer and says its number; the same again is answered with the number it has. common.not_found, library.together.closed, library.together.other_update, library.together.gap, library.together.too_large (600 kB), library.together.full (30 MB).
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.append_shared_update(draft uuid, by_client uuid, by_clock integer, put bytea)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare known app.shared_draft_updates; whole bigint; number int;
begin
  perform app.hold_shared_draft(draft);
  select * into known from app.shared_draft_updates u where u.shared_draft_id = draft and u.client = by_client and u.clock = by_clock;
  if found then
    if known.bytes <> put then raise exception using errcode = 'IN409', message = 'library.together.other_update'; end if;
    return known.number;
  end if;
  -- In the order they were typed, none left out.
  if by_clock <> coalesce((select max(u.clock) from app.shared_draft_updates u where u.shared_draft_id = draft and u.client = by_client), 0) + 1 then
    raise exception using errcode = 'IN409', message = 'library.together.gap';
  end if;
  if octet_length(put) > 600000 then raise exception using errcode = 'IN422', message = 'library.together.too_large'; end if;
  update app.shared_drafts d set last_number = d.last_number + 1, last_client = by_client, last_clock = by_clock, bytes = d.bytes + octet_length(put) where d.id = draft
    returning d.bytes, d.last_number into whole, number;
  if whole > 30000000 then raise exception using errcode = 'IN422', message = 'library.together.full'; end if;
  insert into app.shared_draft_updates (shared_draft_id, number, client, clock, byline_id, bytes)
    values (draft, number, by_client, by_clock, (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person' limit 1), put);
  return number;
end $function$;

-- May go now an application that ended then, with its contacts, notes and answers?
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.application_due(organization uuid, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.is_due('application', null, since) and not coalesce(app.organization_held(organization), false) and not app.words_held(null, null, null, null)
$function$;

-- The contact whose private link this is; it can be read until 90 days after the end. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.application_of(hash bytea)
 RETURNS app.application_contacts
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select c from app.application_contacts c join app.applications a on a.id = c.application_id
   where c.token_hash = hash and (a.ended_at is null or a.ended_at > now() - interval '90 days')
$function$;

-- Where an application stands: received, confirmed, proved, vetting, second, admitted, refused, withdrawn, expired.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.application_state(a app.applications)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(a.ended_as, case when a.vetted_at is not null then 'second'
    when exists (select from app.vetting_answers v where v.application_id = a.id) then 'vetting'
    when a.confirmed_at is null then 'received' when a.proved_at is null then 'confirmed' else 'proved' end)
$function$;

-- Takes an application and mails each contact a link; answers alike whether it is new or there already. Refuses with people.application.too_many, .contact_elsewhere, .contacts_same.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.apply(application uuid, said jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare before record;
begin
  -- An address that only ends alike (evil-ta.example) is not at the domain.
  if exists (select from jsonb_array_elements(said -> 'contacts') c where lower(split_part(c ->> 'email', '@', 2)) <> said ->> 'domain'
      and right(lower(split_part(c ->> 'email', '@', 2)), length(said ->> 'domain') + 1) <> '.' || (said ->> 'domain')) then
    raise exception using errcode = 'IN422', message = 'people.application.contact_elsewhere';
  end if;
  -- Two people, two mailboxes; and what is one mailbox the form does not say: whatever stands after a plus goes to the same.
  if (select count(distinct split_part(split_part(lower(trim(c ->> 'email')), '@', 1), '+', 1) || '@' || split_part(lower(trim(c ->> 'email')), '@', 2)) from jsonb_array_elements(said -> 'contacts') c) <> 2
     or jsonb_array_length(said -> 'contacts') <> 2 then
    raise exception using errcode = 'IN422', message = 'people.application.contacts_same';
  end if;
  perform pg_advisory_xact_lock(hashtext('indaba apply'));
  -- The same form again makes nothing; the same person again, for the same domain, gets a new link to what there is.
  if exists (select from app.applications where id = application) then return; end if;
  select a.id, c.place into before from app.applications a join app.application_contacts c on c.application_id = a.id
   where a.ended_at is null and a.domain = said ->> 'domain' and lower(c.email) = lower(said #>> '{contacts,0,email}') limit 1;
  if before.id is not null then perform app.queue_application_link(before.id, before.place); return; end if;
  if (select count(*) from app.applications where ended_at is null and confirmed_at is null and domain = said ->> 'domain') >= 3
     or (select count(*) from app.applications where ended_at is null and confirmed_at is null) >= 200 then
    raise exception using errcode = 'IN429', message = 'people.application.too_many';
  end if;
  insert into app.applications (id, name, kind, mandate, jurisdictions, domain, why, locale)
  values (application, said ->> 'name', said ->> 'kind', said ->> 'mandate', array(select jsonb_array_elements_text(said -> 'jurisdictions')), said ->> 'domain', said ->> 'why', said ->> 'locale');
  insert into app.application_contacts (application_id, place, name, role, email)
  select application, n, one ->> 'name', one ->> 'role', one ->> 'email' from jsonb_array_elements(said -> 'contacts') with ordinality as e (one, n);
  perform app.note('application.made', null, null, null, jsonb_build_object('application_id', application));
  perform app.queue_application_link(application, 1::smallint);
  perform app.queue_application_link(application, 2::smallint);
end $function$;

-- Was this approval given to the present words, by somebody the rules count? For whoever may read the request.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.approval_counts(approval uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.approvals a join app.change_requests c on c.id = a.change_request_id cross join lateral app.rules_of(c.space_id) r
    where a.id = approval and a.audience_id in (select app.my_audiences()) and a.taken_back_at is null and a.role = any(r.approvers) and a.wording = app.wording_of(c.id))
$function$;

-- I approve this request as it is worded. Refuses with common.not_found, library.change_request.not_open, library.approval.not_yours, library.approval.given.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.approve_request(approval uuid, request uuid, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests := app.open_request(request); said_now text := app.wording_of(request); capacity text;
begin
  if not app.may_approve(request) then raise exception using errcode = 'IN403', message = 'library.approval.not_yours'; end if;
  if exists (select from app.approvals a where a.change_request_id = c.id and a.byline_id = app.my_byline() and a.taken_back_at is null and a.wording = said_now) then
    raise exception using errcode = 'IN409', message = 'library.approval.given';
  end if;
  capacity := app.approver_role(request);
  update app.approvals a set taken_back_at = now() where a.change_request_id = c.id and a.byline_id = app.my_byline() and a.taken_back_at is null;
  insert into app.approvals (id, change_request_id, audience_id, byline_id, role, wording, words) values (approval, c.id, c.audience_id, app.my_byline(), capacity, said_now, coalesce(said, ''));
  perform app.step(c.id, 'approved', app.my_byline(), said, jsonb_build_object('role', capacity), case capacity when 'editor' then app.deciding_for() end);
end $function$;

-- In which capacity my approval of this request counts; null: it does not. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.approver_role(request uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select a from app.change_requests c cross join lateral app.rules_of(c.space_id) r cross join lateral unnest(r.approvers) with ordinality x(a, n)
   where c.id = request and r.approvals > 0 and case a when 'editor' then app.has_role('{editor,reviewer}') when 'steward' then app.has_role('{steward}')
     else exists (select from app.my_run_organizations() o join app.organizations g on g.id = o and not g.is_guest) end
   order by n limit 1
$function$;

-- Asks a member along who reads the space and could propose there: library.together.not_eligible, library.together.too_many (sixty); not by its author: common.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.ask_along(draft uuid, member uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare audience int;
begin
  if not app.may_ask_along(draft) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  select s.audience_id into audience from app.shared_drafts d join app.spaces s on s.id = d.space_id where d.id = draft for update of d;
  if not exists (select from app.members m where m.id = member and m.status = 'active' and m.id <> app.me()) or not app.could_propose(member, audience) then
    raise exception using errcode = 'IN422', message = 'library.together.not_eligible';
  end if;
  if (select count(*) from app.shared_draft_writers w where w.shared_draft_id = draft and w.ended_at is null) >= 60 then
    raise exception using errcode = 'IN422', message = 'library.together.too_many';
  end if;
  insert into app.shared_draft_writers as w (shared_draft_id, member_id) values (draft, member)
    on conflict (shared_draft_id, member_id) do update set added_at = now(), ended_at = null where w.ended_at is not null;
  if found then perform app.note('draft.shared', app.me(), member, null, jsonb_build_object('draft_id', draft)); end if;
end $function$;

-- Asks that a name be erased, or takes that back. Refuses with records.erasure.not_found, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.ask_erasure(member uuid, wanted boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_ask_erasure(member) then raise exception using errcode = 'IN404', message = 'records.erasure.not_found'; end if;
  perform app.need_fresh();
  update app.members m set erase_asked_at = case when wanted then now() end,
    erase_asked_by = case when wanted then (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') end where m.id = member and (m.erase_asked_at is null) = wanted
    -- What somebody asked for themselves, nobody takes back for them.
    and (wanted or m.id = app.me() or not exists (select from app.bylines b where b.id = m.erase_asked_by and b.member_id = m.id));
  if found then perform app.note(case when wanted then 'erasure.asked' else 'erasure.withdrawn' end, app.me(), member, null, '{}'); end if;
end $function$;

-- After a right password: what more is asked (null: nothing). Keeps the half sign-in where the person can go on from. Refuses with people.sign_in.refused.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.ask_more(member uuid, proof text, half bytea, mac bytea)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare needs text := app.sign_in_needs(member, proof);
begin
  if not app.checked('ask-more:' || member || ':' || proof || ':' || encode(half, 'hex'), mac) then
    raise exception using errcode = 'IN403', message = 'people.sign_in.refused';
  end if;
  delete from app.half_sign_ins where expires_at < now();
  if needs in ('code', 'set_factor', 'set_passkey', 'sso') and proof not like 'sso:%' then
    insert into app.half_sign_ins (token_hash, member_id, how) values (half, member, proof);
  end if;
  return needs;
end $function$;

-- Somebody says they cannot sign in. Says nothing about whether the address is known. One open at a time. Refuses with people.recovery.refused.
-- owner indaba_keyring; called by indaba_visitor
CREATE OR REPLACE FUNCTION app.ask_recovery(recovery uuid, address text, mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare whose uuid;
begin
  if not app.checked('ask-recovery:' || recovery || ':' || address, mac) then raise exception using errcode = 'IN403', message = 'people.recovery.refused'; end if;
  select a.member_id into whose from app.accounts a join app.members m on m.id = a.member_id where a.email_key = lower(trim(address)) and m.status = 'active';
  if whose is null then return; end if;
  -- Whoever asks again and again makes one mail an hour, not more.
  if exists (select from app.recoveries r where r.member_id = whose and r.asked_at > now() - interval '1 hour') then return; end if;
  update app.recoveries r set ended_at = now(), ended_as = 'expired' where r.member_id = whose and r.ended_at is null and not app.recovery_open(r);
  insert into app.recoveries (id, member_id) values (recovery, whose) on conflict do nothing;
  if not found then return; end if;
  perform graphile_worker.add_job('people.mail-recovery-asked', json_build_object('ids', json_build_object('recovery', recovery), 'actor', null));
end $function$;

-- Which procedure a request has to go through: last_call, consultation, or null. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.asked_of(request uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when r.preset = 'formal' and c.nature = 'substantive' then 'consultation' when r.preset = 'formal' or r.preset = 'quick' and c.nature = 'substantive' then 'last_call' end
    from app.change_requests c cross join lateral app.rules_of(c.space_id) r where c.id = request
$function$;

-- Makes files I sent in those of the message I am posting, in this order. Refuses with conversations.message.not_found, files.upload.not_found, files.upload.infected, files.upload.waiting (not looked at yet), files.attachment.too_many.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.attach_files(message uuid, wanted uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare mine uuid := app.writer(); m app.messages; n int;
begin
  -- Only while the message is being posted, in the same transaction: what was read with some files never gets others.
  select * into m from app.messages x where x.id = message and x.byline_id in (select app.my_bylines()) and x.created_at = now() and x.deleted_at is null
    and not exists (select from app.attachments a where a.message_id = x.id);
  if not found or mine is null then raise exception using errcode = 'IN404', message = 'conversations.message.not_found'; end if;
  if cardinality(wanted) > 10 then raise exception using errcode = 'IN422', message = 'files.attachment.too_many'; end if;
  if exists (select from app.uploads u where u.id = any(wanted) and u.member_id = mine and u.looked = 'infected') then raise exception using errcode = 'IN422', message = 'files.upload.infected'; end if;
  if exists (select from app.uploads u where u.id = any(wanted) and u.member_id = mine and u.looked = 'waiting') then raise exception using errcode = 'IN409', message = 'files.upload.waiting'; end if;
  with taken as (
    update app.uploads u set taken_at = now() where u.id = any(wanted) and u.member_id = mine and u.session_id is not distinct from app.my_session() and u.sha256 is not null and u.taken_at is null and u.created_at > now() - interval '1 day'
      returning u.*
  )
  insert into app.attachments (message_id, audience_id, place, name, mime, size, sha256, width, height)
    select m.id, m.audience_id, array_position(wanted, t.id), t.name, t.mime, t.size, t.sha256, t.width, t.height from taken t;
  get diagnostics n = row_count;
  if n <> cardinality(wanted) then raise exception using errcode = 'IN404', message = 'files.upload.not_found'; end if;
  return n;
end $function$;

-- May a file go now? With the words of its message, or as the words it had before it was taken back.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.attachment_due(message uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select (m.removed_at is not null or m.deleted_at is not null and app.is_due('earlier_words', app.label_of_words(m.conversation_id, m.marking), m.deleted_at))
      and not app.words_held(m.byline_id, m.conversation_id, m.audience_id, null) from app.messages m where m.id = message
$function$;

-- Are there guests in an audience, or could one walk in?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.audience_guests(audience integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.audience_members am where am.audience_id = audience and not exists (
      select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = am.member_id and not o.is_guest))
    -- A guest organization counts before anybody of it has joined: whoever comes will be a guest.
    or exists (select from app.circles c join app.circle_members cm on cm.circle_id = c.id join app.organizations o on o.id = cm.organization_id where c.audience_id = audience and o.is_guest)
    -- So does a guest who is suspended: back again, they would read what was opened meanwhile without guests.
    or exists (select from app.circles c join app.circle_members cm on cm.circle_id = c.id where c.audience_id = audience and cm.member_id is not null and not exists (
      select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = cm.member_id and not o.is_guest))
    or exists (select from app.named_people n where n.audience_id = audience and not exists (
      select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = n.member_id and not o.is_guest))
$function$;

-- Makes a frozen audience of named people, myself among them, all of whom I can see. Refuses with people.member.not_found.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.audience_of_people(people uuid[], title text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare made int;
begin
  if not (session_user = 'indaba_worker' and app.me() is null)
     and (not app.may_write() or not people @> array[app.me()] or exists (select from unnest(people) p where p not in (select app.my_peers()))) then
    raise exception using errcode = 'IN404', message = 'people.member.not_found';
  end if;
  insert into app.audiences (kind, ref, label, frozen) values ('named', gen_random_uuid(), title, true) returning id into made;
  insert into app.named_people select made, p from unnest(people) p on conflict do nothing;
  perform app.sync_audiences(array[made]);
  return made;
end $function$;

-- An event as it is sealed, and as it is compared again when the log is checked.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.audit_event(e app.events)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select jsonb_build_object('id', e.id, 'kind', e.kind, 'audience_id', e.audience_id, 'byline_id', e.byline_id, 'subject_kind', e.subject_kind, 'subject_id', e.subject_id,
    'data', e.data, 'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$function$;

-- Erases what a row of the log is about, and writes down that it did and why; the chain stays whole. False when there is nothing to erase.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.audit_forget(wanted bigint, why text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  delete from app.audit_payloads where position = wanted and kind <> 'audit.forgotten';
  if not found then return false; end if;
  perform app.note('audit.forgotten', app.me(), null, null, jsonb_build_object('position', wanted, 'reason', why));
  return true;
end $function$;

-- Erases what rows of the log are about whose time is over, and writes down which. The chain stays whole. For the archivist only.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.audit_forget_due(most integer, dry boolean)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare gone bigint[];
begin
  select coalesce(array_agg(d.position), '{}') into gone from (
    select p.position from app.audit_payloads p where p.kind <> 'audit.forgotten' and app.is_due('audit_payload', null, p.at) and not app.row_held('audit_payloads', to_jsonb(p))
     order by p.position limit most) d;
  if dry or cardinality(gone) = 0 then return cardinality(gone); end if;
  delete from app.audit_payloads where position = any(gone);
  -- One row for many: else forgetting would grow the log by as much as it takes away.
  perform app.note('audit.forgotten', null, null, null, jsonb_build_object('positions', to_jsonb(gone), 'reason', 'retention'));
  return cardinality(gone);
end $function$;

-- The hash of a row of the chain. The check does not call it: it computes the same on its own.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.audit_line(pos bigint, origin text, origin_id bigint, what text, moment timestamp with time zone, payload bytea, before bytea)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select sha256(convert_to(concat_ws(E'\n', 'indaba-audit-1', pos::text, origin, origin_id::text, what,
    to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), encode(payload, 'hex'), encode(before, 'hex')), 'UTF8'))
$function$;

-- The log as it is checked and exported, by whoever runs the hub. For the clerk only.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.audit_rows(after bigint, most integer)
 RETURNS TABLE(pos bigint, source text, source_id text, kind text, at text, payload_hash bytea, previous bytea, hash bytea, salt bytea, body text, repeated jsonb, event jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select a.position, a.source, a.source_id::text, a.kind, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), a.payload_hash, a.previous, a.hash, p.salt, p.body,
      case when p.position is not null then jsonb_build_object('kind', p.kind, 'at', to_char(p.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'actor_id', p.actor_id, 'member_id', p.member_id, 'organization_id', p.organization_id, 'audience_id', p.audience_id) end,
      case when e.id is not null then app.audit_event(e) end
    from app.audit_entries a left join app.audit_payloads p on p.position = a.position left join app.events e on a.source = 'event' and e.id = a.source_id
   where a.position > after order by a.position limit most
$function$;

-- Chains what happened since, in the order of (transaction, id) below the horizon, and makes the root of the day before. Returns how many rows; 0 also while another seals. For the job only.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.audit_seal(most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one record; horizon xid8; pos bigint; before bytea; salt bytea; body text; payload bytea; restored boolean; last_xid xid8; last_id bigint; today date := (now() at time zone 'UTC')::date; n int := 0;
begin
  -- One sealer at a time; writers never wait for it. Nor before a demonstration has been given its age.
  if not pg_try_advisory_xact_lock(hashtext('indaba audit chain')) or exists (select from app.hub where demo and seeded_at is null) then return 0; end if;
  with closed as (delete from app.audit_tries where slot < now() - interval '15 minutes' returning member_id, slot, tries)
  insert into app.audit_notes (kind, member_id, data, at)
    select 'sign_in.failed', nullif(c.member_id, '00000000-0000-0000-0000-000000000000'), jsonb_build_object('tries', c.tries), c.slot from closed c where c.tries > 0;
  -- The root of the day before stands before anything of today is added to what it covers.
  insert into app.audit_roots (day, last_position, root)
    select today - 1, l.position, sha256(convert_to(concat_ws(E'\n', 'indaba-audit-root-1', (today - 1)::text, encode(l.hash, 'hex')), 'UTF8'))
      from (select e.position, e.hash from app.audit_entries e where e.sealed_at < today::timestamp at time zone 'UTC' order by e.position desc limit 1) l
     where not exists (select from app.audit_roots r where r.day = today - 1);
  horizon := pg_snapshot_xmin(pg_current_snapshot());
  -- After a restore the numbers of transactions begin anew: look once at every event, then go on from there.
  select c.epoch is distinct from h.epoch into restored from app.audit_cursor c, app.hub h;
  select e.position, e.hash into pos, before from app.audit_entries e order by e.position desc limit 1;
  pos := coalesce(pos, 0);
  before := coalesce(before, sha256(convert_to('indaba-audit-1', 'UTF8')));
  for one in
    select * from (
      (select e.xid, 'event' as source, e.id, e.kind, e.at, b.member_id as actor_id, case e.subject_kind when 'member' then e.subject_id end as member_id,
          -- Only of what triggers tell: the data of other events is whatever its writer put there, and a bad id would stop the sealing of everything.
          case when e.subject_kind in ('member', 'organization', 'circle') and e.data ->> 'organization_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (e.data ->> 'organization_id')::uuid end as organization_id, case when e.subject_kind in ('member', 'organization') then null else e.audience_id end as audience_id,
          app.audit_event(e) as raw
         from app.events e left join app.bylines b on b.id = e.byline_id and b.kind = 'person', app.audit_cursor c
        where case when restored then not exists (select from app.audit_entries s where s.source = 'event' and s.source_id = e.id) else (e.xid, e.id) > (c.xid, c.event_id) end
          and e.xid < horizon order by e.xid, e.id limit most)
      union all
      (select t.xid, 'note', t.id, t.kind, t.at, t.actor_id, t.member_id, t.organization_id, null, t.data from app.audit_notes t where t.xid < horizon order by t.xid, t.id limit most)
    ) both_kinds order by xid, source, id limit most
  loop
    pos := pos + 1;
    n := n + 1;
    -- Acts on members count for the organization they work for at this moment, or worked for last.
    if one.audience_id is null and one.organization_id is null then
      one.organization_id := coalesce((select ms.organization_id from app.memberships ms where ms.member_id = coalesce(one.member_id, one.actor_id) order by ms.since limit 1),
        (select b.organization_id from app.bylines b where b.member_id = coalesce(one.member_id, one.actor_id)));
    end if;
    salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    body := jsonb_build_object(one.source, one.raw, 'actor_id', one.actor_id, 'member_id', one.member_id, 'organization_id', one.organization_id, 'audience_id', one.audience_id)::text;
    payload := sha256(salt || convert_to(body, 'UTF8'));
    insert into app.audit_entries (position, source, source_id, kind, at, payload_hash, previous, hash)
      values (pos, one.source, one.id, one.kind, one.at, payload, before, app.audit_line(pos, one.source, one.id, one.kind, one.at, payload, before)) returning hash into before;
    insert into app.audit_payloads (position, kind, at, actor_id, member_id, organization_id, audience_id, salt, body)
      values (pos, one.kind, one.at, one.actor_id, one.member_id, one.organization_id, one.audience_id, salt, body);
    if one.source = 'note' then delete from app.audit_notes where id = one.id;
    else last_xid := one.xid; last_id := one.id; end if;
  end loop;
  -- Once, at the end: a row updated a thousand times in one transaction takes ever longer to find.
  if not restored and last_id is not null then update app.audit_cursor set xid = last_xid, event_id = last_id;
  -- While a row that the log has already stands above the horizon, a cursor below it would seal that row again: then look at every event once more.
  elsif restored and n < most and not exists (
      select from app.events e join app.audit_entries s on s.source = 'event' and s.source_id = e.id where e.xid >= horizon) then
    update app.audit_cursor set epoch = (select h.epoch from app.hub h), (xid, event_id) = (
      select coalesce(max(l.xid), '0'), coalesce(max(l.id), 0) from (select e.xid, e.id from app.events e where e.xid < horizon order by e.xid desc, e.id desc limit 1) l);
  end if;
  return n;
end $function$;

-- The first event that stands behind the cursor and is not in the log: put there afterwards, or its row was taken out.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.audit_stray_event()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select e.id from app.events e, app.audit_cursor c, app.hub h where c.epoch = h.epoch and (e.xid, e.id) <= (c.xid, c.event_id)
    and not exists (select from app.audit_entries a where a.source = 'event' and a.source_id = e.id) order by e.id limit 1
$function$;

-- The authorities of a jurisdiction. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.authorities_of(jurisdiction uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select o.id from app.organization_jurisdictions oj join app.organizations o on o.id = oj.organization_id
   where oj.jurisdiction_id = jurisdiction and not o.is_guest and o.ended_on is null and o.kind in ('regulator', 'central-bank', 'supervisor')
$function$;

-- Gives the scenes of a demo their age while it is being seeded. Refuses with common.not_allowed at any other time.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.backdate(what text, subject uuid, moment timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Only while a demo is being made, and only for the worker's login: afterwards nobody sets a time.
  if session_user <> 'indaba_worker' or not exists (select from app.hub where demo and seeded_at is null) then
    raise exception using errcode = 'IN403', message = 'common.not_allowed';
  end if;
  case what
    when 'message' then
      update app.messages set created_at = moment where id = subject;
      perform search.redate(subject, moment);
      update app.counters c set last_at = (select max(x.created_at) from app.messages x where c.scope_id in (x.thread_id, x.conversation_id))
        from app.messages m where m.id = subject and c.scope_id in (m.thread_id, m.conversation_id);
    when 'thread' then update app.threads set created_at = moment where id = subject;
    when 'change_request' then
      update app.change_requests set opened_at = moment where id = subject;
    when 'decision' then
      update app.change_requests set decided_at = moment where id = subject;
      update app.revisions set created_at = moment where change_request_id = subject;
    when 'space' then
      update app.change_requests set opened_at = moment, decided_at = moment where space_id = subject;
      update app.revisions r set created_at = moment from app.pages p where p.id = r.page_id and p.space_id = subject;
  end case;
  -- A page's own event knows the request and the space it came by.
  update app.events e set at = moment where subject::text in (e.subject_id::text, e.data->>'change_request_id', e.data->>'space_id') and e.at > moment;
end $function$;

-- As app.backdate(), for a consultation or last call: only while a demo is being made. Refuses with common.not_allowed at any other time.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.backdate_procedure(request uuid, moment timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare back interval := (select p.opened_at - moment from app.procedures p where p.change_request_id = request);
begin
  if session_user <> 'indaba_worker' or not exists (select from app.hub where demo and seeded_at is null) then
    raise exception using errcode = 'IN403', message = 'common.not_allowed';
  end if;
  -- All its clocks run from another day; its steps are as old as it, and so is what was told of them.
  update app.procedures p set opened_at = moment, comments_until = p.comments_until - back, positions_until = p.positions_until - back
   where p.change_request_id = request;
  update app.request_steps s set at = moment,
      data = case when s.data ? 'until' then s.data || jsonb_build_object('until', (s.data ->> 'until')::timestamptz - back) else s.data end
   where s.change_request_id = request;
  update app.request_notices n set at = moment, until = n.until - back where n.change_request_id = request;
end $function$;

-- A process says that it lives, and what it sees. Only one that holds the keys of the hub. Refuses with hub.beat.refused.
-- owner indaba_keyring; called by indaba_visitor, indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.beat(what text, node text, began timestamp with time zone, clock double precision, told jsonb, mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('beat:' || what || ':' || node || ':' || clock, mac) then raise exception using errcode = 'IN403', message = 'hub.beat.refused'; end if;
  insert into app.nodes as n (kind, name, started_at, seen_at, skew_seconds, facts)
    values (what, node, began, clock_timestamp(), clock - extract(epoch from clock_timestamp()), told)
  on conflict (kind, name) do update set started_at = excluded.started_at, seen_at = excluded.seen_at, skew_seconds = excluded.skew_seconds, facts = excluded.facts;
end $function$;

-- Under whose name this row of that table stands. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.byline_of(what text, r jsonb)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case what
    when 'change_request_pages' then (select c.byline_id from app.change_requests c where c.id = (r ->> 'change_request_id')::uuid)
    when 'message_revisions' then (select m.byline_id from app.messages m where m.id = (r ->> 'message_id')::uuid)
    when 'attachments' then (select m.byline_id from app.messages m where m.id = (r ->> 'message_id')::uuid)
    when 'event_payloads' then (select e.byline_id from app.events e where e.id = (r ->> 'event_id')::bigint)
    when 'members' then (select b.id from app.bylines b where b.member_id = (r ->> 'id')::uuid and b.kind = 'person')
    else coalesce((r ->> 'byline_id')::uuid, (select b.id from app.bylines b where b.member_id = (r ->> 'member_id')::uuid and b.kind = 'person')) end
$function$;

-- One steward makes the next version, where no question is taken away or the hub never had two. Refuses with common.not_found, people.checklist.needs_two, .changed, .empty, .question, .same, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.change_checklist(after integer, points text, why text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not coalesce(app.may_change_checklist(), false) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  perform app.need_fresh();
  if app.checklist_needs_two(points) then raise exception using errcode = 'IN409', message = 'people.checklist.needs_two'; end if;
  perform app.put_checklist(after, points, why, app.my_person(), null);
end $function$;

-- Says anew what a circle is and how one comes in. Refuses with people.circle.not_found, .rule_needs_steward, .topic_unknown, .roster_widens (who is in it came in under a narrower word).
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.change_circle(circle uuid, title text, aim text, how text, known boolean, shown text, ruled boolean, regions text[], kinds text[], topics text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare was app.circles; other boolean;
begin
  if not app.may_run_circle(circle) then raise exception using errcode = 'IN404', message = 'people.circle.not_found'; end if;
  select * into was from app.circles where id = circle for update;
  other := (was.by_rule, was.rule_regions, was.rule_kinds, was.rule_topics) is distinct from (ruled, regions, kinds, topics);
  if ruled and other and not app.may_rule_circle(circle) then raise exception using errcode = 'IN403', message = 'people.circle.rule_needs_steward'; end if;
  if exists (select from unnest(topics) t where t not in (select slug from app.topics)) then raise exception using errcode = 'IN422', message = 'people.circle.topic_unknown'; end if;
  -- People came in under what was said to them.
  if array_position(array['runners', 'members', 'everyone'], shown) > array_position(array['runners', 'members', 'everyone'], was.roster)
     and exists (select from app.audience_members am where am.audience_id = was.audience_id and am.member_id not in (select r.member_id from app.circle_runners r where r.circle_id = circle)) then
    raise exception using errcode = 'IN409', message = 'people.circle.roster_widens';
  end if;
  update app.circles set name = title, purpose = aim, entry = how, listed = known, roster = shown, by_rule = ruled, rule_regions = regions, rule_kinds = kinds, rule_topics = topics where id = circle;
  update app.audiences set label = title where id = was.audience_id and label <> title;
  if other and (ruled or was.by_rule) then perform app.sync_audiences(array[was.audience_id]); end if;
  perform app.tell('circle.changed', was.audience_id, 'circle', circle, jsonb_build_object('entry', how, 'listed', known, 'roster', shown, 'by_rule', ruled));
end $function$;

-- Queues a look into the DNS; false after ten within the hour. Refuses with people.application.not_found.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.check_application_domain(hash bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.application_contacts := app.confirmed_application(hash);
begin
  if not app.take('check-domain:' || c.application_id, 10, 3600) then return false; end if;
  perform graphile_worker.add_job('people.check-application', json_build_object('ids', json_build_object('application', c.application_id), 'actor', null));
  return true;
end $function$;

-- Is this a checklist to follow the one I saw? Refuses with people.checklist.changed, .empty, .question, .same. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.check_checklist(after integer, points text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if after is distinct from app.checklist_now() then raise exception using errcode = 'IN409', message = 'people.checklist.changed'; end if;
  if not exists (select from app.read_checklist(points)) then raise exception using errcode = 'IN422', message = 'people.checklist.empty'; end if;
  if (select count(*) > 40 or count(*) <> count(distinct code) or bool_or(not known and (length(words) not between 10 and 300 or words ~ '^[a-z_]+$')) from app.read_checklist(points)) then
    raise exception using errcode = 'IN422', message = 'people.checklist.question';
  end if;
  if not exists (select code from app.read_checklist(points) except select question from app.checklist_points where version = after)
     and not exists (select question from app.checklist_points where version = after except select code from app.read_checklist(points)) then
    raise exception using errcode = 'IN422', message = 'people.checklist.same';
  end if;
end $function$;

-- Queues a look into the DNS; false after ten within the hour. Refuses with people.domain.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.check_domain(wanted uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (select from app.organization_domains d where d.id = wanted and d.proved_at is null and app.may_prove_domain(d.organization_id)) then
    raise exception using errcode = 'IN404', message = 'people.domain.not_found';
  end if;
  if not app.take('check-domain:' || wanted, 10, 3600) then return false; end if;
  perform graphile_worker.add_job('people.check-domain', json_build_object('ids', json_build_object('domain', wanted), 'actor', app.me()));
  return true;
end $function$;

-- Was this said by the process that holds the sign-in key? Injected SQL cannot make the mac.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.checked(message text, mac bytea)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from sealed.keys where (purpose = 'sign-in' or purpose like 'sign-in:%')
    and sha256(secret || sha256(secret || convert_to(message, 'UTF8'))) = mac)
$function$;

-- Does this checklist leave out a question that is asked now?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.checklist_drops(points text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select question from app.checklist_points where version = app.checklist_now() except select code from app.read_checklist(points))
$function$;

-- Does changing the checklist to this wait for a second steward?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.checklist_needs_two(points text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select app.two_stewards() and app.checklist_drops(points) $function$;

-- The version of the checklist that the next vetting begins with.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.checklist_now()
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select max(c.version) from app.checklists c $function$;

-- The version an application is vetted with: the one it began with, or before that the newest. Null where it ended before anybody began.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.checklist_of(a app.applications)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(a.checklist, case when a.ended_at is null then app.checklist_now() end)
$function$;

-- The id by which an act names the checklist.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.checklist_subject()
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select md5('indaba checklist')::uuid $function$;

-- Whom the rule of a circle fits: full members only, all of them where it asks nothing.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.circle_candidates(circle uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- One membership has to fit kind and region both: a regulator here who advises a bank elsewhere is no central bank of that region.
  select distinct ms.member_id from app.circles c, app.memberships ms join app.organizations o on o.id = ms.organization_id and not o.is_guest
   where c.id = circle and (cardinality(c.rule_kinds) = 0 or o.kind = any(c.rule_kinds))
     and (cardinality(c.rule_regions) = 0 or exists (select from app.organization_jurisdictions oj join app.jurisdictions j on j.id = oj.jurisdiction_id
       where oj.organization_id = o.id and j.region = any(c.rule_regions)))
     and (cardinality(c.rule_topics) = 0 or exists (select from app.topic_follows f where f.member_id = ms.member_id and f.topic = any(c.rule_topics)))
$function$;

-- How I can come into a circle that I know of: open, request, or null for not at all. Guests, and whom the rule does not fit, not at all; whoever was taken out only by those who run it.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.circle_door(circle uuid)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when not app.may_write() or am.member_id is not null then null
      when c.by_rule and b.member_id is not null and not b.by_runner then 'open'
      when b.by_runner then null else nullif(c.entry, 'invitation') end
    from app.circles c left join app.audience_members am on am.audience_id = c.audience_id and am.member_id = (select app.me())
      left join app.circle_absences b on b.circle_id = c.id and b.member_id = (select app.me())
   where c.id = circle and c.listed and 2 in (select app.my_audiences()) and (select app.me()) in (select app.circle_candidates(c.id))
$function$;

-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.circle_has_runner(circle uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.circles c join app.circle_runners r on r.circle_id = c.id join app.audience_members am on am.audience_id = c.audience_id and am.member_id = r.member_id where c.id = circle)
$function$;

-- Who is in a circle: in person, or by organization or rule unless they left.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.circle_people(circle uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select cm.member_id from app.circle_members cm where cm.circle_id = circle and cm.member_id is not null
  union
  (select ms.member_id from app.circle_members cm join app.memberships ms on ms.organization_id = cm.organization_id where cm.circle_id = circle
   union select p from app.circles c, app.circle_candidates(c.id) p where c.id = circle and c.by_rule
   except select a.member_id from app.circle_absences a where a.circle_id = circle)
$function$;

-- How many are in a circle that I am in or that is listed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.circle_size(circle uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select a.size from app.circles c join app.audiences a on a.id = c.audience_id
   where c.id = circle and (c.audience_id in (select app.my_audiences()) or c.listed and 2 in (select app.my_audiences()))
$function$;

-- Takes up what mail has to tell now, for at most so many members, one row each; what was read, taken back or lost meanwhile is dropped. The words of a message only where its label lets mail carry text; above that an item says no more than notice or waits. Claimed for ten minutes. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.claim_mails(most integer)
 RETURNS TABLE(member_id uuid, email text, name text, locale text, time_zone text, notices uuid[], reasons text[], items jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  delete from app.notice_mails x where x.sent_at < now() - interval '90 days';
  return query
  with due as materialized (
    select n.* from app.notices n where n.mail_due <= now() and (n.mail_claimed_at is null or n.mail_claimed_at < now() - interval '10 minutes')
     order by n.mail_due limit 2000 for update skip locked),
  -- What was read meanwhile, taken back, or is not theirs any more is told to nobody.
  live as materialized (
    select d.*, coalesce(r.number, 0) as read_to from due d left join app.read_markers r on r.member_id = d.member_id and r.thread_id = d.thread_id
     where d.number > coalesce(r.number, 0) and d.seen_at is null and app.still_told(d.member_id, d.message_id, d.reason)
       and exists (select from app.accounts a where a.member_id = d.member_id and a.email <> '')),
  dead as (update app.notices n set mail_due = null, mail_claimed_at = null from due d where n.id = d.id and not exists (select from live l where l.id = d.id)),
  -- What is told at once is told once for a thread until it was read; an hourly or daily mail lists what came since.
  again as (update app.notices n set mail_due = null from live l where n.id = l.id and app.mail_mode(l.member_id, l.reason) = 'now'
      and exists (select from app.notices o where o.member_id = l.member_id and o.thread_id = l.thread_id and o.mailed_at is not null and o.number > l.read_to and o.id <> l.id)
    returning n.id),
  chosen as materialized (select l.* from live l where l.id not in (select a.id from again a) and l.member_id in (select x.member_id from live x group by x.member_id order by min(x.mail_due) limit most)),
  mine as (update app.notices n set mail_claimed_at = now() from chosen c where n.id = c.id)
  select c.member_id, a.email, m.name, m.locale, m.time_zone, array_agg(c.id order by c.at), array_agg(distinct c.reason),
      jsonb_agg(case o.mail when 'text' then jsonb_build_object('mail', 'text', 'reason', c.reason, 'thread_id', h.id, 'message_id', x.id, 'label', coalesce(x.marking, t.ceiling), 'author', b.name, 'organization', g.name,
        'thread', case when top.mail = 'text' then h.title end, 'kind', t.subject_kind, 'body', left(x.body, 2000), 'at', x.created_at)
      -- Above TLP:GREEN not even where, or by whom. A title carries the highest label of its conversation.
      else jsonb_build_object('mail', case when x.marking is null then 'notice' else o.mail end) end order by c.at)
    from chosen c join app.members m on m.id = c.member_id join app.accounts a on a.member_id = c.member_id
      join app.messages x on x.id = c.message_id join app.threads h on h.id = x.thread_id join app.conversations t on t.id = x.conversation_id
      join app.marking_outlets o on o.label = app.label_of_words(t.id, x.marking)
      join app.marking_outlets top on top.label = t.ceiling
      left join app.bylines b on b.id = x.byline_id left join app.organizations g on g.id = b.organization_id
   group by c.member_id, a.email, m.name, m.locale, m.time_zone;
end $function$;

-- Takes up what push has to tell now. Words only where the label lets them out; above TLP:GREEN no more than notice or waits. Only to browsers whose session lives, of members who still read the message and have not yet. Claimed for two minutes. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.claim_pushes(most integer)
 RETURNS TABLE(push uuid, endpoint text, p256dh text, auth text, key_version integer, locale text, item jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return query
  with due as materialized (select * from app.pushes p where p.due <= now() and (p.claimed_at is null or p.claimed_at < now() - interval '2 minutes') order by p.due limit most for update skip locked),
  live as materialized (
    select d.id, n.message_id, n.reason, s.endpoint, s.p256dh, s.auth, s.key_version, n.member_id from due d join app.notices n on n.id = d.notice_id
      join app.push_subscriptions s on s.id = d.subscription_id join app.sessions x on x.id = s.session_id and x.revoked_at is null and x.expires_at > now()
      left join app.read_markers r on r.member_id = n.member_id and r.thread_id = n.thread_id
     where n.number > coalesce(r.number, 0) and n.seen_at is null and app.still_told(n.member_id, n.message_id, n.reason)
       -- A program is not even told that something waits which its token may not read.
       and (x.kind = 'browser' or exists (select from app.messages y join app.marking_outlets o on o.label = app.label_of_words(y.conversation_id, y.marking) where y.id = n.message_id and (o.api_scope = 'read' or o.api_scope = any(x.scopes))))),
  dead as (update app.pushes p set due = null, claimed_at = null from due d where p.id = d.id and d.id not in (select l.id from live l)),
  mine as (update app.pushes p set claimed_at = now(), tries = p.tries + 1 from live l where p.id = l.id)
  select l.id, l.endpoint, l.p256dh, l.auth, l.key_version, m.locale,
      case o.mail when 'text' then jsonb_build_object('mail', 'text', 'reason', l.reason, 'thread_id', x.thread_id, 'label', coalesce(x.marking, t.ceiling), 'author', b.name, 'body', left(x.body, 200))
      else jsonb_build_object('mail', case when x.marking is null then 'notice' else o.mail end) end
    from live l join app.members m on m.id = l.member_id join app.messages x on x.id = l.message_id join app.conversations t on t.id = x.conversation_id
      join app.marking_outlets o on o.label = app.label_of_words(t.id, x.marking) left join app.bylines b on b.id = x.byline_id;
end $function$;

-- Takes up what mail has to tell of requests and pages now, one row for each member; claimed for ten minutes. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.claim_request_mails(most integer)
 RETURNS TABLE(member_id uuid, email text, name text, locale text, time_zone text, notices uuid[], reasons text[], items jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return query
  with due as materialized (
    select n.* from app.request_notices n where n.mail_due <= now() and (n.mail_claimed_at is null or n.mail_claimed_at < now() - interval '10 minutes') order by n.mail_due limit 2000 for update skip locked),
  -- What was seen meanwhile, is over, or is not theirs any more is told to nobody.
  live as materialized (select d.* from due d join app.request_notices r on r.id = d.id
     where d.seen_at is null and app.reads(d.member_id, d.audience_id) and app.notice_lives(r) and (d.until is null or d.until > now())
       and exists (select from app.accounts a where a.member_id = d.member_id and a.email <> '')),
  dead as (update app.request_notices n set mail_due = null, mail_claimed_at = null from due d where n.id = d.id and not exists (select from live l where l.id = d.id)),
  chosen as materialized (select l.* from live l where l.member_id in (select x.member_id from live x group by x.member_id order by min(x.mail_due) limit most)),
  mine as (update app.request_notices n set mail_claimed_at = now() from chosen x where n.id = x.id)
  select x.member_id, a.email, m.name, m.locale, m.time_zone, array_agg(x.id order by x.at), array_agg(distinct x.reason), jsonb_agg(jsonb_build_object('kind', x.kind, 'until', x.until, 'id', c.id, 'page', case when o.mail = 'text' then s.slug || coalesce('/' || p.path, '/editions/' || e.number) end,
      -- A circle's or an authority's request is as good as AMBER: a mail says that there is something, not what.
      'title', case when o.mail = 'text' then coalesce(p.title, c.title, s.title || ' ' || e.number) end,
      'words', case when o.mail = 'text' and x.kind like 'watched%' then left(coalesce(case when x.kind in ('watched_declined', 'watched_withdrawn') then c.decision_reason else c.reason end, e.words), 500) end) order by x.at)
    from chosen x join app.members m on m.id = x.member_id join app.accounts a on a.member_id = x.member_id left join app.change_requests c on c.id = x.change_request_id left join app.pages p on p.id = x.page_id left join app.editions e on e.id = x.edition_id left join app.spaces s on s.id = coalesce(p.space_id, e.space_id)
      join app.marking_outlets o on o.label = case x.audience_id when 1 then 'TLP:CLEAR' when 2 then 'TLP:GREEN' else 'TLP:AMBER' end
   group by x.member_id, a.email, m.name, m.locale, m.time_zone;
end $function$;

-- Whoever decides ends a last call before its day, with a reason; never where a space decides formally. Refuses with common.not_found, library.change_request.not_open, .may_not_decide, .reason_missing, library.procedure.not_running, .formal.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.close_early(request uuid, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests := app.open_request(request); p app.procedures;
begin
  perform app.need_decider(request);
  p := app.running_procedure(request);
  if p.kind = 'consultation' then raise exception using errcode = 'IN409', message = 'library.procedure.formal'; end if;
  if (app.rules_of(c.space_id)).preset = 'formal' then raise exception using errcode = 'IN409', message = 'library.procedure.formal'; end if;
  if length(trim(coalesce(said, ''))) = 0 then raise exception using errcode = 'IN422', message = 'library.change_request.reason_missing'; end if;
  update app.procedures x set phase = 'over', over_at = now() where x.id = p.id;
  perform app.step(c.id, 'closed_early', app.my_byline(), said, jsonb_build_object('from', p.comments_until), app.deciding_for());
end $function$;

-- Ends a report that is for me to decide, and tells whoever made it. For functions only. Refuses with conversations.report.not_found, .closed.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.close_report(report uuid, what text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare r app.message_reports;
begin
  select * into r from app.message_reports x where x.id = report for update;
  if r.id is null or not app.may_close_report(report) then raise exception using errcode = 'IN404', message = 'conversations.report.not_found'; end if;
  if r.closed_at is not null then raise exception using errcode = 'IN409', message = 'conversations.report.closed'; end if;
  update app.message_reports x set closed_at = now(), outcome = what, closed_by = app.my_byline() where x.id = report;
  if what = 'dismissed' then
    perform app.note('moderation.dismissed', app.me(), (select b.member_id from app.bylines b where b.id = r.author_id), null, jsonb_build_object('reason', r.reason));
  end if;
  perform app.mail_moderation('report', report, 'reporter');
end $function$;

-- How many comments on a request wait for a disposition. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.comments_waiting(request uuid)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare n int := 0;
begin
  -- Comments with dispositions bring this function; until it stands, nothing waits.
  if to_regprocedure('app.open_comments_of(uuid)') is not null then execute 'select app.open_comments_of($1)::int' into n using request; end if;
  return coalesce(n, 0);
end $function$;

-- Whom a step of this kind concerns: reason mention (they have to do something) or followed (they are told). For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.concerned_by(request uuid, what text)
 RETURNS TABLE(member_id uuid, reason text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with c as materialized (select * from app.change_requests x where x.id = request),
  positions as materialized (select exists (select from app.procedures p where p.change_request_id = request and p.phase = 'positions') as runs),
  leads as materialized (select app.lead_of(j.id) as organization, app.stance_of(request, j.id) as stance from app.jurisdictions j),
  who as (
    -- Who has to do something now: asked, not only told.
    select f as member_id, 'mention' as reason from positions p, app.focal_points(array(select l.organization from leads l where l.organization is not null and (what <> 'reminder' or l.stance is null))) f
     where p.runs and what in ('positions_opened', 'reminder', 'reworded', 'extended')
    union all select r.member_id, 'mention' from app.hub_roles r where r.role in ('editor', 'reviewer') and what in ('resolving', 'last_call_over', 'consultation_over', 'discuss', 'discuss_cleared', 'discuss_lifted')
    union all select b.member_id, 'mention' from c join app.bylines b on b.id = c.byline_id where what in ('discuss', 'discuss_lifted', 'resolving', 'merged', 'declined', 'nature_corrected')
    -- Who is told of what goes on.
    union all select b.member_id, 'followed' from c join app.bylines b on b.id = c.byline_id where what not in ('reminder', 'approved', 'approval_taken_back', 'position_given')
    union all select f, 'followed' from app.focal_points(array(select o.id from app.organizations o where not o.is_guest)) f
     where what in ('last_call_opened', 'consultation_opened', 'extended', 'reworded') or what = 'reminder' and not (select p.runs from positions p)
    union all select f.member_id, 'followed' from app.conversations t join app.threads h on h.conversation_id = t.id join app.thread_follows f on f.thread_id = h.id and f.state = 'followed'
     where t.subject_kind = 'change_request' and t.subject_id = request and what not in ('approved', 'approval_taken_back', 'position_given'))
  select w.member_id, max(w.reason) from who w, c
   -- mention comes after followed in the alphabet: the stronger one counts.
   where w.member_id is not null and app.reads(w.member_id, c.audience_id) and (c.audience_id <> 1 or exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = w.member_id) or exists (select from app.bylines b where b.id = c.byline_id and b.member_id = w.member_id))
   group by w.member_id
$function$;

-- Whom a message concerns: who wrote it, and everybody in a direct conversation, also those who left it.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.concerned_people(byline uuid, conversation uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 2
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.people_behind(byline)
  -- What was said to somebody in person concerns them as much as what they said.
  union select am.member_id from app.conversations c join app.audience_members am on am.audience_id = c.audience_id where c.id = conversation and c.subject_kind = 'direct'
  union select n.member_id from app.conversations c join app.named_people n on n.audience_id = c.audience_id where c.id = conversation and c.subject_kind = 'direct'
  union select app.people_behind(m.byline_id) from app.conversations c join app.messages m on m.conversation_id = c.id where c.id = conversation and c.subject_kind = 'direct'
$function$;

-- Confirms and does an act, when what I saw (its hash) is what it is now. Refuses with govern.act.not_found, .ended, .lapsed, .not_second (who proposed it, whom it is about, a token), .proposer_gone, .changed, people.step_up.needed, and with what the kind itself refuses.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.confirm_act(act uuid, seen bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.two_person_acts;
begin
  -- The row is locked until commit: of two confirmations at once the second finds the act done.
  select * into one from app.two_person_acts a where a.id = act for update;
  if one.id is null or not app.has_role(array[one.duty]) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  if one.state <> 'open' then raise exception using errcode = 'IN409', message = 'govern.act.ended'; end if;
  if one.lapses_at <= now() then raise exception using errcode = 'IN409', message = 'govern.act.lapsed'; end if;
  if not app.may_confirm_act(act) then raise exception using errcode = 'IN403', message = 'govern.act.not_second'; end if;
  perform app.need_fresh();
  if not exists (select from app.hub_roles r join app.members m on m.id = r.member_id where r.member_id = one.proposed_by and r.role = one.duty and m.status = 'active') then
    raise exception using errcode = 'IN409', message = 'govern.act.proposer_gone';
  end if;
  if one.hash <> seen or seen is null
     or one.hash <> app.act_hash(one.id, one.kind, one.subject_id, one.content, app.act_facts(one.kind, one.subject_id, one.content), one.reason) then
    raise exception using errcode = 'IN409', message = 'govern.act.changed';
  end if;
  update app.two_person_acts a set state = 'done', ended_by = app.me(), ended_at = now() where a.id = act;
  execute format('select app.act_%s_done($1)', one.kind) using one;
end $function$;

-- One of the two says: it is me, and this application is ours. Once; again changes nothing. Refuses with people.application.not_found.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.confirm_contact(hash bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.application_contacts := app.application_of(hash);
begin
  perform from app.applications a where a.id = c.application_id and a.ended_at is null for update;
  if not found then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  update app.application_contacts x set confirmed_at = now() where x.token_hash = hash and x.confirmed_at is null;
  if not found then return; end if;
  perform app.note('application.contact_confirmed', null, null, null, jsonb_build_object('application_id', c.application_id, 'contact', c.place));
  if not exists (select from app.application_contacts x where x.application_id = c.application_id and x.confirmed_at is null) then
    update app.applications set confirmed_at = now() where id = c.application_id;
    perform app.queue_application_mail(c.application_id, 'ready');
  end if;
end $function$;

-- When the next confirmation is due.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.confirm_due(confirmed timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select confirmed + make_interval(days => coalesce(app.setting('confirm_days')::text::int, 365))
$function$;

-- Says that somebody still works there, never oneself. Refuses with people.membership.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.confirm_member(member uuid, organization uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Nobody for themselves: another focal point, or a steward.
  if not app.may_confirm_members(organization) or member = app.me() then raise exception using errcode = 'IN404', message = 'people.membership.not_found'; end if;
  update app.memberships ms set confirmed_at = now(), reminded_at = null where ms.member_id = member and ms.organization_id = organization;
  if not found then raise exception using errcode = 'IN404', message = 'people.membership.not_found'; end if;
  -- Whom the hub itself suspended for want of this word comes back by it; whom somebody suspended does not.
  update app.members m set status = 'active' where m.id = member and m.status = 'suspended' and exists (
      select from app.memberships ms where ms.member_id = m.id and ms.unconfirmed_at is not null)
    and not exists (select from app.membership_acts a where a.member_id = m.id and a.act = 'suspended' and a.at > (select max(ms.unconfirmed_at) from app.memberships ms where ms.member_id = m.id));
  update app.memberships ms set unconfirmed_at = null where ms.member_id = member and ms.unconfirmed_at is not null;
  perform app.note('membership.confirmed', app.me(), member, organization, '{}');
end $function$;

-- A focal point says that it is really them; the wait begins. Refuses with people.recovery.not_found, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.confirm_recovery(recovery uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.recoveries;
begin
  select * into one from app.recoveries r where r.id = recovery and app.recovery_open(r) and r.confirmed_at is null and app.may_confirm_recovery(r.member_id) for update;
  if one.id is null then raise exception using errcode = 'IN404', message = 'people.recovery.not_found'; end if;
  perform app.need_fresh();
  update app.recoveries set confirmed_at = now(), ripe_at = now() + make_interval(hours => coalesce(app.setting('recovery_hours')::text::int, 24)),
    confirmed_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person'),
    -- Whoever is their focal point in one of their organizations confirms as that.
    confirmed_for = case when not exists (select from app.memberships f join app.memberships o using (organization_id) where f.member_id = app.me() and f.role = 'focal_point' and o.member_id = one.member_id)
      then (select app.acting_for(o.organization_id) from app.memberships o where o.member_id = one.member_id and app.acting_for(o.organization_id) is not null order by o.organization_id limit 1) end
    where id = recovery returning * into one;
  perform graphile_worker.add_job('people.mail-recovery-confirmed', json_build_object('ids', json_build_object('recovery', recovery), 'actor', null));
  perform graphile_worker.add_job('people.mail-recovery-link', json_build_object('ids', json_build_object('recovery', recovery), 'actor', null), run_at => one.ripe_at);
end $function$;

-- The first right code makes it count. Refuses with people.factor.refused, .already, people.step_up.needed.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.confirm_second_factor(member uuid, step bigint, mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('confirm-second-factor:' || member || ':' || step, mac) then raise exception using errcode = 'IN403', message = 'people.factor.refused'; end if;
  if not app.may_change_factor(member) then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
  update app.second_factors set confirmed_at = now(), last_step = step where member_id = member and confirmed_at is null;
  if not found then raise exception using errcode = 'IN409', message = 'people.factor.already'; end if;
end $function$;

-- When the time beyond that is over, and whoever was not confirmed is suspended.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.confirm_until(confirmed timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.confirm_due(confirmed) + make_interval(days => coalesce(app.setting('confirm_grace_days')::text::int, 30))
$function$;

-- The contact of an open application who has confirmed; refuses with people.application.not_found. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.confirmed_application(hash bytea)
 RETURNS app.application_contacts
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.application_contacts := app.application_of(hash);
begin
  if c.confirmed_at is null or not exists (select from app.applications a where a.id = c.application_id and a.ended_at is null) then
    raise exception using errcode = 'IN404', message = 'people.application.not_found';
  end if;
  return c;
end $function$;

-- Whoever decides says whether it is editorial or substantive, with a reason. Refuses with common.not_found, common.bad_input, library.change_request.not_open, .may_not_decide, .reason_missing.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.correct_nature(request uuid, wanted text, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests := app.open_request(request);
begin
  if not app.may_decide(request) then raise exception using errcode = 'IN403', message = 'library.change_request.may_not_decide'; end if;
  if wanted not in ('editorial', 'substantive') then raise exception using errcode = 'IN422', message = 'common.bad_input'; end if;
  if c.nature = wanted then return; end if;
  if length(trim(coalesce(said, ''))) = 0 then raise exception using errcode = 'IN422', message = 'library.change_request.reason_missing'; end if;
  update app.change_requests x set nature = wanted where x.id = c.id;
  perform app.step(c.id, 'nature_corrected', app.my_byline(), said, jsonb_build_object('nature', wanted), app.deciding_for());
end $function$;

-- Does another member read text with this audience and may they propose changes of it? As app.may_propose() says of oneself.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.could_propose(member uuid, audience integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.audience_members am where am.audience_id = audience and am.member_id = member and (am.ends_at is null or am.ends_at > now()))
    or audience = 1 and exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = member)
$function$;

-- For stewards: how many have accepted the present version of each document, of how many.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.count_acceptances()
 RETURNS TABLE(document text, accepted integer, people integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 3
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select v.document, (select count(*)::int from app.agreement_acceptances a join app.members m on m.id = a.member_id and m.status = 'active' where a.version_id = v.id),
      (select count(*)::int from app.members where status = 'active')
    from app.agreement_versions v where v.id in (select app.present_agreements()) and app.has_role('{steward}') order by v.document
$function$;

-- How much of it waits for me to decide, and of how much I am only told.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.count_order_bell(OUT waiting integer, OUT told integer)
 RETURNS record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*) filter (where b.kind in ('report', 'answer'))::int, count(*) filter (where b.kind not in ('report', 'answer'))::int from app.order_bell() b
$function$;

-- How many other stewards had no hand in vetting this: none means that nobody could confirm it yet.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.count_second_stewards(application uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::int from app.hub_roles r join app.members m on m.id = r.member_id join app.bylines b on b.member_id = m.id and b.kind = 'person'
   where app.has_role('{steward}') and r.role = 'steward' and m.status = 'active' and m.id <> app.me()
     and b.id not in (select v.byline_id from app.vetting_answers v where v.application_id = application)
     and b.id not in (select x from app.applications a, unnest(array[a.vetted_by, a.letter_by]) x where a.id = application and x is not null)
$function$;

-- How many found each page useful and how many not, of the pages that I keep or decide about; never who.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.counted_answers()
 RETURNS TABLE(page_id uuid, useful integer, not_useful integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select a.page_id, count(*) filter (where a.useful)::int, count(*) filter (where not a.useful)::int from app.page_answers a
   where a.page_id in (select p.id from app.pages p where p.retired_at is null and p.audience_id in (select app.my_audiences())) group by a.page_id having app.may_review_page(a.page_id)
$function$;

-- The name a country speaks under, through the authority that leads it now. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.country_byline(jurisdiction uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare lead uuid := app.lead_of(jurisdiction); found uuid;
begin
  insert into app.bylines (id, kind, organization_id, jurisdiction_id, name) select gen_random_uuid(), 'jurisdiction', lead, j.id, j.name from app.jurisdictions j where j.id = jurisdiction
    on conflict (jurisdiction_id, organization_id) where jurisdiction_id is not null do nothing;
  select b.id into found from app.bylines b where b.jurisdiction_id = jurisdiction and b.organization_id is not distinct from lead;
  return found;
end $function$;

-- A steward says who reads a channel that was brought in, and the highest label in it; a job then opens it. Refuses with exchange.place.not_found, .decided, .not_admitted, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.decide_import(place uuid, audience integer, label text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare p app.import_places;
begin
  select * into p from app.import_places x where x.id = place and x.kind = 'channel' for update;
  if p.id is null or not app.may_open_imports() or audience not in (select app.my_audiences()) then
    raise exception using errcode = 'IN404', message = 'exchange.place.not_found';
  end if;
  perform app.need_fresh();
  if p.state <> 'waiting' then raise exception using errcode = 'IN409', message = 'exchange.place.decided'; end if;
  if label is null or not app.marking_admits(label, audience) then raise exception using errcode = 'IN422', message = 'exchange.place.not_admitted'; end if;
  update app.import_places x set state = 'opening', audience_id = audience, ceiling = label, decided_at = now(),
    decided_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') where x.id = place;
  perform app.note('import.decided', app.me(), null, null, jsonb_build_object('place_id', place, 'label', label, 'audience_id', audience));
  perform graphile_worker.add_job('exchange.land-import', json_build_object('ids', json_build_object('place', place), 'actor', app.me()));
end $function$;

-- A focal point lets in, or does not, somebody who came by single sign-on. Refuses with people.sso.request_not_found, .not_tested, .has_account, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.decide_sso_request(request uuid, yes boolean, member uuid, byline uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare r app.sso_requests;
begin
  select * into r from app.sso_requests x where x.id = request and x.decided_at is null and app.may_admit_sso(x.organization_id) for update;
  if r.id is null then raise exception using errcode = 'IN404', message = 'people.sso.request_not_found'; end if;
  perform app.need_fresh();
  update app.sso_requests x set decided_at = now(), decided_as = case when yes then 'admitted' else 'declined' end,
    decided_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') where x.id = request;
  if not yes then perform app.note('sso.declined', app.me(), null, r.organization_id, '{}'); return; end if;
  if not app.sso_live(r.organization_id) or not app.address_is_of(r.address, r.organization_id) then raise exception using errcode = 'IN409', message = 'people.sso.not_tested'; end if;
  perform app.sso_admit(r.connection_id, r.subject, r.address, r.name, r.slug, member, byline);
  delete from app.sso_barred b where b.organization_id = r.organization_id and b.address_hash = app.sso_bar(r.organization_id, r.address);
end $function$;

-- Whom the one who decided this request stood in for, for whoever may read the request.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.decided_for(request uuid)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.name from app.change_requests c join app.members m on m.id = c.decided_for where c.id = request and c.audience_id in (select app.my_audiences())
$function$;

-- For which editor or reviewer I act just now; null by a right of my own. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.deciding_for()
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when not exists (select from app.hub_roles r where r.member_id = app.me() and r.role in ('editor', 'reviewer')) then app.stands_in_for(app.me(), '{editor,reviewer}', null) end
$function$;

-- Do both still have what it takes: the one the duty, the other a place where it counts?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.delegation_holds(delegation uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.delegations d join app.members f on f.id = d.from_member and f.status = 'active' join app.members t on t.id = d.to_member and t.status = 'active'
    where d.id = delegation and case d.duty when 'focal_point' then exists (select from app.memberships a join app.memberships b using (organization_id)
          where a.organization_id = d.organization_id and a.member_id = d.from_member and a.role = 'focal_point' and b.member_id = d.to_member)
        else exists (select from app.hub_roles r where r.member_id = d.from_member and r.role = d.duty) end)
$function$;

-- Whom one may become with one click: the cast, in a demo hub only; elsewhere empty. Who joined a demo by invitation is nobody's to become.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.demo_cast()
 RETURNS TABLE(member_id uuid, slug text, name text, organization text, duties text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.id, m.slug, m.name, o.name, array(select r.role from app.hub_roles r where r.member_id = m.id order by r.role = 'steward' desc, r.role) || case when ms.role = 'focal_point' then array['focal_point'] else '{}' end from app.hub h, app.members m
    left join app.memberships ms on ms.member_id = m.id left join app.organizations o on o.id = ms.organization_id
   where h.demo and m.in_cast and m.status = 'active' order by m.joined_at, m.slug
$function$;

-- The jurisdictions whose discuss holds a request back. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.discussing(request uuid)
 RETURNS text[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(array_agg(j.name order by j.name), '{}') from app.jurisdictions j where exists (select from app.positions p where p.change_request_id = request and p.jurisdiction_id = j.id) and app.stance_of(request, j.id) = 'discuss'
$function$;

-- Nothing is done about a report. Refuses with conversations.report.not_found, .closed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.dismiss_report(report uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select app.close_report(report, 'dismissed') $function$;

-- May go now the text of a proposal that its author withdrew? What was merged or declined is kept: it says why the text is what it is.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.draft_due(page uuid, request uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select c.status = 'withdrawn' and app.is_due('draft', null, c.decided_at) and not app.words_held(c.byline_id, null, c.audience_id, c.space_id) from app.change_requests c where c.id = request
$function$;

-- The draft became the position. Refuses with common.not_found, library.country.not_yours.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.drop_country_draft(request uuid, jurisdiction uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.need_submitter(request, jurisdiction);
  delete from app.country_drafts d using app.conversations k where k.id = d.conversation_id and k.subject_id = request and k.within_id = jurisdiction;
end $function$;

-- Removes copies that no hold wants any more. For the archivist only.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.drop_free_copies()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare n int;
begin
  perform pg_advisory_xact_lock_shared(hashtext('indaba legal holds'));
  delete from app.held_copies h where not coalesce(app.row_held(h.kind, h.words), false) and not app.sealed_words_held(h.byline_id);
  get diagnostics n = row_count;
  return n;
end $function$;

-- Removes what came by single sign-on and is answered, or never was, unless a hold keeps it; and old tries. For the archivist only.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.drop_spent_sso_requests()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare n int;
begin
  -- A no stands for thirty days; a yes has become a member; who was answered by nobody in half a year comes again.
  delete from app.sso_requests r where (r.decided_at < now() - interval '30 days' or r.decided_at is null and r.asked_at < now() - interval '180 days')
    and not app.organization_held(r.organization_id);
  get diagnostics n = row_count;
  delete from app.sso_tries where begun_at < now() - interval '1 hour';
  return n;
end $function$;

-- Does one steward give this duty alone? Steward and trustee need two; only while the hub never had two stewards, the first names the second, in a browser.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.duty_by_one(duty text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select duty in ('editor', 'reviewer', 'moderator') or duty = 'steward' and app.in_browser() and (select h.second_steward_at is null from app.hub h)
$function$;

-- Who it is, for whom they work and what they hold already. Refuses with people.duty.unknown.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.duty_facts(member uuid, duty text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if duty is null or duty not in ('steward', 'trustee') then raise exception using errcode = 'IN422', message = 'people.duty.unknown'; end if;
  return (select jsonb_build_object('duty', duty, 'name', m.name, 'slug', m.slug,
      'held', (select coalesce(jsonb_agg(r.role order by r.role), '[]') from app.hub_roles r where r.member_id = m.id),
      'organizations', (select coalesce(jsonb_agg(o.name order by o.name), '[]') from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id))
    from app.members m where m.id = member and m.status = 'active');
end $function$;

-- May go now what a message said before it was edited or taken back?
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.earlier_words_due(message uuid, mark text, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select (m.removed_at is not null or app.is_due('earlier_words', app.label_of_words(m.conversation_id, coalesce(m.marking, mark)), since))
      and not app.words_held(m.byline_id, m.conversation_id, m.audience_id, null) from app.messages m where m.id = message
$function$;

-- The number of an edition as numbers, to compare: 1.10 comes after 1.9.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.edition_order(number text)
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- 1 and 1.0 are one number.
  select (string_to_array(number, '.')::int[] || '{0,0}'::int[])[1:3]
$function$;

-- Withdraws what I proposed, or declines, with a reason, what another did. Refuses with govern.act.not_found, .ended, .lapsed, .not_second, .reason_missing.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.end_act(act uuid, why text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.two_person_acts;
begin
  select * into one from app.two_person_acts a where a.id = act for update;
  if one.id is null or one.proposed_by <> app.me() and not app.has_role(array[one.duty]) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  if one.state <> 'open' then raise exception using errcode = 'IN409', message = 'govern.act.ended'; end if;
  if one.lapses_at <= now() then raise exception using errcode = 'IN409', message = 'govern.act.lapsed'; end if;
  if not app.may_end_act(act) then raise exception using errcode = 'IN403', message = 'govern.act.not_second'; end if;
  if one.proposed_by <> app.me() and length(trim(coalesce(why, ''))) = 0 then raise exception using errcode = 'IN422', message = 'govern.act.reason_missing'; end if;
  update app.two_person_acts a set state = case when one.proposed_by = app.me() then 'withdrawn' else 'declined' end, ended_by = app.me(), ended_at = now(), end_reason = nullif(trim(why), '')
   where a.id = act;
end $function$;

-- Ends that somebody writes along: by the author, or by themselves. common.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.end_along(draft uuid, member uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Whoever was asked may leave by themselves, also when they could no longer write.
  if not (app.may_write() and (member = app.me() or app.may_ask_along(draft))) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  update app.shared_draft_writers w set ended_at = now() where w.shared_draft_id = draft and w.member_id = member and w.ended_at is null;
  if not found then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  perform app.note('draft.unshared', app.me(), member, null, jsonb_build_object('draft_id', draft));
end $function$;

-- Brings to these members, in every audience, the moment at which their time as guests is over.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.end_follows(people uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare moved int[];
begin
  -- Out of everything, or back into it, where the last place went or the first one came.
  perform app.sync_people(people);
  with changed as (update app.audience_members am set ends_at = app.guest_end(am.audience_id, am.member_id)
    where am.member_id = any(people) and am.ends_at is distinct from app.guest_end(am.audience_id, am.member_id) returning am.audience_id)
  select coalesce(array_agg(distinct audience_id), '{}') into moved from changed;
  -- Open streams look again.
  perform from app.audiences a where a.id = any(moved) order by a.id for update;
  update app.audiences a set epoch = epoch + 1 where a.id = any(moved);
end $function$;

-- Takes out of the circles those whose time is over. For the job only; they read nothing since that moment anyway.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.end_guests()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.circle_members; n int := 0;
begin
  for one in select * from app.circle_members cm where cm.ends_at <= now() order by cm.circle_id limit 500 loop
    delete from app.circle_members cm where cm.circle_id = one.circle_id and cm.member_id is not distinct from one.member_id and cm.organization_id is not distinct from one.organization_id;
    perform app.note('circle.guest_ended', null, one.member_id, one.organization_id, jsonb_build_object('circle_id', one.circle_id));
    n := n + 1;
  end loop;
  return n;
end $function$;

-- The midnight (UTC) that leaves so many whole days: nobody anywhere has less.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.end_of_days(since timestamp with time zone, days integer)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select (date_trunc('day', since at time zone 'UTC') + make_interval(days => days + 1)) at time zone 'UTC'
$function$;

-- Stops a recovery: my own, or one I may confirm and do not believe. Refuses with people.recovery.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.end_recovery(recovery uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.recoveries;
begin
  update app.recoveries r set ended_at = now(), ended_as = case when r.member_id = app.me() then 'stopped' else 'refused' end
   where r.id = recovery and app.recovery_open(r) and app.may_keep_own() and (r.member_id = app.me() or app.may_confirm_recovery(r.member_id)) returning * into one;
  if one.id is null then raise exception using errcode = 'IN404', message = 'people.recovery.not_found'; end if;
end $function$;

-- How a scheduled message ended. For the job. Refuses with common.job.refused.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.end_scheduled(wanted uuid, outcome text, reason text, posted uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Only the job: a person who could say that theirs was sent would make it vanish, which they may anyway, but not that it failed.
  if session_user <> 'indaba_worker' or outcome not in ('sent', 'refused') then raise exception using errcode = 'IN403', message = 'common.job.refused'; end if;
  update app.scheduled_messages set state = outcome, why = reason, message_id = posted, ended_at = now() where id = wanted and state = 'waiting';
end $function$;

-- Ends every session and token of everybody who works for an organization, except the session that asks. Returns how many. Refuses with people.organization.not_found, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.end_sessions_of(organization uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare n int;
begin
  if not app.may_set_sign_in(organization) then raise exception using errcode = 'IN404', message = 'people.organization.not_found'; end if;
  perform app.need_fresh();
  delete from app.half_sign_ins h using app.memberships ms where ms.member_id = h.member_id and ms.organization_id = organization;
  update app.sessions s set revoked_at = now() where s.revoked_at is null and s.expires_at > now() and s.token_hash <> app.session_hash()
    and s.member_id in (select ms.member_id from app.memberships ms where ms.organization_id = organization);
  get diagnostics n = row_count;
  perform app.tell('organization.sessions_ended', (select a.id from app.audiences a where a.kind = 'organization' and a.ref = organization), 'organization', organization, jsonb_build_object('sessions', n));
  return n;
end $function$;

-- Ends one token, or every token of a member; gives back how many. For whoever owns the database.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.end_tokens(wanted uuid, person text, why text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one record; n int := 0;
begin
  for one in update app.sessions s set revoked_at = now() from app.members m
    where m.id = s.member_id and s.kind = 'token' and s.revoked_at is null and s.expires_at > now() and (s.id = wanted or m.slug = person) returning s.id, s.member_id loop
    perform app.note('token.ended_for', null, one.member_id, null, jsonb_build_object('session_id', one.id, 'reason', why));
    n := n + 1;
  end loop;
  return n;
end $function$;

-- Queues a job of an allowed kind in this transaction; the actor is the session's, never the caller's word. ids: short strings and numbers. Refuses with common.job.refused.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.enqueue(job text, ids jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if job <> all (array['people.mail-invitation', 'hub.mail-health'])
     or not (app.me() is not null and app.may_write() or session_user = 'indaba_worker')
     -- Each run makes a new link and kills the one before: only for who may invite there.
     or app.me() is not null and not exists (select from app.invitations i where i.id::text = ids ->> 'invitation' and app.may_invite(i.organization_id))
     or jsonb_typeof(ids) <> 'object'
     or exists (select from jsonb_each(ids) e where jsonb_typeof(e.value) not in ('string', 'number') or length(e.value::text) > 80) then
    raise exception using errcode = 'IN403', message = 'common.job.refused';
  end if;
  perform graphile_worker.add_job(job, json_build_object('ids', ids, 'actor', app.me()));
end $function$;

-- How many days after somebody left their name can be erased at the earliest.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.erase_days()
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select 30 $function$;

-- Tables whose rows go when a member is pseudonymised. tests/policies/erasing.test.ts asks of every table with a member whether it stands here or holds nothing that names one.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.erased_tables()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select array['passkeys', 'sessions', 'second_factors', 'recovery_codes', 'half_sign_ins', 'ceremonies', 'recoveries', 'read_markers', 'involvements', 'thread_follows', 'topic_follows', 'sso_links', 'sso_tries', 'data_exports', 'profile_fields', 'on_call', 'notices', 'notice_mails', 'telling_choices']
    || array['saved_messages', 'uploads', 'push_subscriptions', 'drafts', 'page_drafts', 'draft_pictures', 'shared_drafts', 'shared_draft_writers', 'scheduled_messages', 'reply_addresses', 'request_notices', 'watches', 'page_answers']
$function$;

-- How it stands with erasing a name, for whoever may ask for it or propose it. Whether anything is held it does not say.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.erasure_of(member uuid)
 RETURNS TABLE(asked_at timestamp with time zone, asked_by text, left_at timestamp with time zone, due_at timestamp with time zone, erased_at timestamp with time zone, may_ask boolean, may_propose boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.erase_asked_at, b.name, m.left_at, m.left_at + make_interval(days => app.erase_days()), m.erased_at, app.may_ask_erasure(m.id), coalesce(app.may_propose_act('pseudonymise'), false)
    from app.members m left join app.bylines b on b.id = m.erase_asked_by
   where m.id = member and (app.may_ask_erasure(m.id) or coalesce(app.may_propose_act('pseudonymise'), false))
$function$;

-- Is what may be erased of an event held?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.event_held(e app.events)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.words_held(e.byline_id, (select m.conversation_id from app.messages m where m.id = e.subject_id), e.audience_id,
      (select p.space_id from app.pages p where p.id = e.subject_id union all select c.space_id from app.change_requests c where c.id = e.subject_id limit 1))
    or e.subject_kind = 'member' and app.person_held(e.subject_id) or e.subject_kind = 'organization' and app.organization_held(e.subject_id)
$function$;

-- May go now what of an event can be erased?
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.event_payload_due(event bigint)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select (app.is_due('event_payload', null, e.at) or exists (select from app.messages m where m.id = e.subject_id and m.removed_at is not null)) and not app.event_held(e)
    from app.events e where e.id = event
$function$;

-- Which audiences a member should be in: by rule, or because they were named.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.expected_audiences(member uuid)
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- The same question as expected_members() from the other side: a test holds them together.
  with mine as materialized (select ms.organization_id, o.kind, o.is_guest from app.memberships ms join app.organizations o on o.id = ms.organization_id join app.members m on m.id = ms.member_id
      where ms.member_id = member and m.status = 'active'),
  regions as materialized (select x.organization_id, j.region from mine x join app.organization_jurisdictions oj on oj.organization_id = x.organization_id join app.jurisdictions j on j.id = oj.jurisdiction_id),
  topics as materialized (select f.topic from app.topic_follows f where f.member_id = member)
  select 2 where exists (select from mine where not is_guest)
  union select a.id from app.audiences a join mine on a.kind = 'organization' and a.ref = mine.organization_id where app.guest_stands(member)
  union select a.id from mine join app.organization_jurisdictions oj on oj.organization_id = mine.organization_id join app.audiences a on a.kind = 'jurisdiction' and a.ref = oj.jurisdiction_id
     where mine.organization_id in (select app.authorities_of(a.ref))
  union select n.audience_id from app.named_people n where n.member_id = member and app.guest_stands(member) and exists (select from app.members m where m.id = member and m.status = 'active')
  union select c.audience_id from app.circles c join app.circle_members cm on cm.circle_id = c.id join app.members m on m.id = cm.member_id where cm.member_id = member and m.status = 'active'
  union
  (select c.audience_id from app.circles c join app.circle_members cm on cm.circle_id = c.id join mine on mine.organization_id = cm.organization_id
   union select c.audience_id from app.circles c where c.by_rule and exists (select from mine where not mine.is_guest
       and (cardinality(c.rule_kinds) = 0 or mine.kind = any(c.rule_kinds))
       and (cardinality(c.rule_regions) = 0 or exists (select from regions r where r.organization_id = mine.organization_id and r.region = any(c.rule_regions))))
     and (cardinality(c.rule_topics) = 0 or exists (select from topics where topic = any(c.rule_topics)))
   except select c.audience_id from app.circle_absences b join app.circles c on c.id = b.circle_id where b.member_id = member)
$function$;

-- Who should be in an audience: by its rule, or of those it names whoever is here. A guest whose time is over is in none.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.expected_members(audience integer)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.id from app.members m where m.status = 'active' and m.id in (
    select ms.member_id from app.audiences a, app.memberships ms join app.organizations o on o.id = ms.organization_id where a.id = audience and a.kind = 'everyone' and not o.is_guest
    union select ms.member_id from app.audiences a join app.memberships ms on ms.organization_id = a.ref where a.id = audience and a.kind = 'organization' and app.guest_stands(ms.member_id)
    union select ms.member_id from app.audiences a, app.memberships ms where a.id = audience and a.kind = 'jurisdiction' and ms.organization_id in (select app.authorities_of(a.ref))
    union select n.member_id from app.audiences a join app.named_people n on n.audience_id = a.id where a.id = audience and a.kind = 'named' and app.guest_stands(n.member_id)
    union select p from app.audiences a, app.circle_people(a.ref) p where a.id = audience and a.kind = 'circle')
$function$;

-- Whoever decides gives more days (1 to 90), with a reason. Refuses with common.not_found, library.change_request.not_open, .may_not_decide, .reason_missing, library.procedure.not_running, .days.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.extend_procedure(request uuid, days integer, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests := app.open_request(request); p app.procedures; was timestamptz; ends timestamptz;
begin
  perform app.need_decider(request);
  p := app.running_procedure(request);
  if length(trim(coalesce(said, ''))) = 0 then raise exception using errcode = 'IN422', message = 'library.change_request.reason_missing'; end if;
  if days is null or days not between 1 and 90 then raise exception using errcode = 'IN422', message = 'library.procedure.days'; end if;
  was := case p.phase when 'comments' then p.comments_until when 'positions' then p.positions_until end;
  if was is null then raise exception using errcode = 'IN409', message = 'library.procedure.not_running'; end if;
  -- A clock that ran out while no worker looked is given the days from now on.
  ends := greatest(was, app.end_of_days(now(), 0)) + make_interval(days => days);
  update app.procedures x set comments_until = case x.phase when 'comments' then ends else x.comments_until end, positions_until = case x.phase when 'positions' then ends else x.positions_until end where x.id = p.id;
  perform app.step(c.id, 'extended', app.my_byline(), said, jsonb_build_object('from', was, 'until', ends, 'phase', p.phase), app.deciding_for());
end $function$;

-- May go now a picture that no space names?
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.file_due(file uuid, author uuid, audience integer, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.is_due('file', null, since) and not exists (select from app.space_assets a where a.file_id = file) and not app.words_held(author, null, audience, null)
$function$;

-- For signing in by password, asked by the process that holds the key: who has an account here is nobody's business. The hash is keyed with a secret outside the database, so reading it helps nobody.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.find_account(address text, mac bytea)
 RETURNS TABLE(member_id uuid, password_hash text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select a.member_id, a.password_hash from app.accounts a join app.members m on m.id = a.member_id
   where a.email_key = lower(trim(address)) and m.status = 'active' and app.checked('find-account:' || address, mac)
$function$;

-- What an applicant sees behind their link. Looking changes nothing. Who vets is not named to them.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.find_application(hash bytea)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select jsonb_build_object('name', a.name, 'domain', a.domain, 'public_mail', app.is_public_mail(a.domain), 'token', a.domain_token, 'state', app.application_state(a), 'made_at', a.made_at,
      'confirmed_at', a.confirmed_at, 'proved_at', a.proved_at, 'method', a.method, 'checked_at', a.checked_at, 'result', a.result, 'vetted_at', a.vetted_at, 'ended_at', a.ended_at,
      'reason', case when a.ended_as = 'refused' then a.reason end, 'me', jsonb_build_object('name', c.name, 'confirmed', c.confirmed_at is not null),
      'other', (select jsonb_build_object('name', o.name, 'confirmed', o.confirmed_at is not null) from app.application_contacts o where o.application_id = a.id and o.place <> c.place),
      -- Until somebody has said that it is really them, what was added is nobody's to read.
      'notes', case when c.confirmed_at is null then '[]'::jsonb else coalesce((select jsonb_agg(jsonb_build_object('by', o.name, 'text', n.text, 'at', n.at) order by n.at)
         from app.application_notes n left join app.application_contacts o on o.application_id = n.application_id and o.place = n.place where n.application_id = a.id), '[]') end,
      'letters', case when c.confirmed_at is null then '[]'::jsonb else app.letters_of(a.id) end)
    from app.application_of(hash) c join app.applications a on a.id = c.application_id
$function$;

-- What an invitation link shows before it is used. Looking does not use it up.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.find_invitation(key_hash bytea)
 RETURNS TABLE(id uuid, organization_name text, name text, email text, expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select i.id, o.name, i.name, i.email, i.expires_at from app.invitations i join app.organizations o on o.id = i.organization_id
   where i.token_hash = key_hash and i.used_at is null and i.revoked_at is null and i.expires_at > now() and app.inviter_stands(i.invited_by, i.organization_id, i.role)
$function$;

-- For signing in by passkey.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.find_passkey(credential text)
 RETURNS TABLE(passkey_id uuid, member_id uuid, public_key bytea, counter bigint, transports text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select p.id, p.member_id, p.public_key, p.counter, p.transports from app.passkeys p join app.members m on m.id = p.member_id
   where p.credential_id = credential and p.revoked_at is null and m.status = 'active'
$function$;

-- Whose account a recovery link opens; looking uses nothing up. Dead when whoever confirmed no longer may.
-- owner indaba_keyring; called by indaba_visitor
CREATE OR REPLACE FUNCTION app.find_recovery(hash bytea)
 RETURNS TABLE(member_id uuid, name text, email text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.id, m.name, a.email from app.recoveries r join app.members m on m.id = r.member_id and m.status = 'active' join app.accounts a on a.member_id = m.id
   where r.token_hash = hash and app.recovery_open(r) and r.ripe_at <= now()
     and app.may_confirm_for((select b.member_id from app.bylines b where b.id = r.confirmed_by), r.member_id)
$function$;

-- Takes the challenge out: it can be answered once.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.finish_ceremony(ceremony uuid)
 RETURNS text
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  delete from app.ceremonies where id = ceremony and expires_at > now() and member_id is not distinct from app.me() returning challenge
$function$;

-- Says that nothing stands against it, and asks for a second steward. Refuses with people.application.not_found, .unconfirmed, .unproved, .unanswered, .answered_no, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.finish_vetting(application uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare a app.applications; gap text;
begin
  select * into a from app.applications x where x.id = application for update;
  if a.id is null or not app.may_finish_vetting(a.id) then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  perform app.need_fresh();
  gap := app.vetting_gap(a);
  if gap is not null then raise exception using errcode = 'IN422', message = gap; end if;
  update app.applications set vetted_at = now(), vetted_by = app.my_person() where id = application;
  perform app.note('application.vetted', app.me(), null, null, jsonb_build_object('application_id', application));
  perform app.queue_application_mail(application, 'second');
end $function$;

-- The focal points of these organizations, and who stands in for them. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.focal_points(organizations uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select ms.member_id from app.memberships ms where ms.organization_id = any(organizations) and ms.role = 'focal_point'
  union select d.to_member from app.delegations d where d.duty = 'focal_point' and d.organization_id = any(organizations) and app.stands_in_for(d.to_member, '{focal_point}', d.organization_id) is not null
$function$;

-- followed, muted or null. For functions that tell.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.follow_of(member uuid, thread uuid)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select state from app.thread_follows f where f.member_id = member and f.thread_id = thread
$function$;

-- The name of whoever was erased, between two signs that no name may hold: pages say it in the language of their reader, the API says the English words.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.former_member(organization text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select U&'\2068' || left('A former member' || coalesce(' of ' || organization, ''), 118) || U&'\2069'
$function$;

-- Publishes a draft: what its space holds at this moment is written down for good, and the edition in force before is superseded. Refuses with library.edition.not_found, library.edition.empty, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.freeze_edition(wanted uuid, byline uuid, publish_on date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare e app.editions;
begin
  select * into e from app.editions x where x.id = wanted and x.status = 'draft' for update;
  if e.id is null or not app.may_publish_edition(e.audience_id) or byline not in (select app.my_bylines()) then
    raise exception using errcode = 'IN404', message = 'library.edition.not_found';
  end if;
  perform app.need_fresh();
  -- One statement, one moment: a merge is in it with everything it did, or not at all.
  with held as materialized (select p.* from app.pages p where p.space_id = e.space_id and p.audience_id in (select app.my_audiences()) and p.retired_at is null and p.revision_id is not null),
  pages as (insert into app.edition_pages (edition_id, audience_id, page_id, revision_id, path, parent_id, position, title, description, group_key)
    select e.id, h.audience_id, h.id, h.revision_id, h.path, (select u.id from held u where u.id = h.parent_id), h.position, h.title, h.description, h.group_key from held h),
  controls as (insert into app.edition_controls (edition_id, audience_id, control_id, page_id, number, position)
    select e.id, c.audience_id, c.id, c.page_id, c.number, c.position from app.controls c join held h on h.id = c.page_id where c.retired_at is null)
  insert into app.edition_assets (edition_id, audience_id, path, file_id) select e.id, a.audience_id, a.path, a.file_id from app.space_assets a where a.space_id = e.space_id;
  if not exists (select from app.edition_pages p where p.edition_id = e.id) then raise exception using errcode = 'IN409', message = 'library.edition.empty'; end if;
  update app.editions x set status = 'superseded' where x.space_id = e.space_id and x.status = 'in_force';
  update app.editions x set status = 'in_force', published_at = now(), published_by = byline, dated_on = coalesce(publish_on, x.dated_on, (now() at time zone 'UTC')::date) where x.id = e.id;
end $function$;

-- Did this session prove whose it is in the last 15 minutes? A token does once, when it is made, and never again.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.fresh()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce((select s.proved_at > now() - interval '15 minutes' from app.sessions s where s.token_hash = app.session_hash()), session_user = 'indaba_worker' and app.me() is not null, false)
$function$;

-- Speaks for a jurisdiction; until the end as often as it likes, later only to clear its own discuss. Refuses with common.not_found, common.bad_input, library.change_request.not_open, library.position.not_yours, .remedy_missing, .not_yet, .over.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.give_position(position_id uuid, request uuid, jurisdiction uuid, wanted text, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests := app.open_request(request); p app.procedures; was text; lead uuid := app.lead_of(jurisdiction); standing_for uuid := app.acting_for(lead);
begin
  if not app.may_give_position(request, jurisdiction) then raise exception using errcode = 'IN403', message = 'library.position.not_yours'; end if;
  if wanted is null or wanted not in ('support', 'no_objection', 'abstain', 'discuss') then raise exception using errcode = 'IN422', message = 'common.bad_input'; end if;
  if wanted = 'discuss' and length(trim(coalesce(said, ''))) = 0 then raise exception using errcode = 'IN422', message = 'library.position.remedy_missing'; end if;
  select * into p from app.procedures x where x.change_request_id = request and x.kind = 'consultation' order by x.opened_at desc, x.id desc limit 1 for update;
  was := app.stance_of(request, jurisdiction);
  if p.phase in ('comments', 'resolving') and was is distinct from 'discuss' then raise exception using errcode = 'IN409', message = 'library.position.not_yet'; end if;
  -- After the end a discuss is still cleared by its author, and nothing else changes.
  if not (p.phase = 'positions' and p.positions_until > now()) and not (was is not distinct from 'discuss' and wanted <> 'discuss') then
    raise exception using errcode = 'IN409', message = 'library.position.over';
  end if;
  insert into app.positions (id, change_request_id, audience_id, jurisdiction_id, organization_id, byline_id, for_byline, stance, words, wording)
  values (position_id, c.id, c.audience_id, jurisdiction, lead, app.my_byline(), (select b.id from app.bylines b where b.member_id = standing_for and b.kind = 'person'), wanted, trim(coalesce(said, '')), app.wording_of(c.id));
  perform app.step(c.id, case when was = 'discuss' and wanted <> 'discuss' then 'discuss_cleared' when wanted = 'discuss' then 'discuss' else 'position_given' end, app.my_byline(), said,
    jsonb_strip_nulls(jsonb_build_object('stance', wanted, 'was', was, 'jurisdiction', (select j.name from app.jurisdictions j where j.id = jurisdiction))), standing_for);
end $function$;

-- For how many days a guest comes where nobody is asked for the last one: an accepted invitation, the readers of a channel, an import, somebody whose own organization let them go.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.guest_days()
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select coalesce(app.setting('guest_days')::text::int, 90) $function$;

-- Until when somebody is in an audience: null for no end. A guest is in a named one, and in that of their own organization, until their last circle ends.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.guest_end(audience integer, member uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Several ways in: the one without an end counts, else the longest. Everywhere else a guest is as long as in any circle.
  select case when exists (select from app.audiences a where a.id = audience and a.kind in ('named', 'organization')) then (
    select case when bool_or(cm.ends_at is null) then null else max(cm.ends_at) end from app.circle_members cm
     where app.is_guest(member, null) and (cm.member_id = member or cm.organization_id in (select ms.organization_id from app.memberships ms where ms.member_id = member)))
  else (select case when bool_or(cm.ends_at is null) then null else max(cm.ends_at) end
    from app.circles c join app.circle_members cm on cm.circle_id = c.id and (cm.member_id = member or cm.organization_id in (select ms.organization_id from app.memberships ms where ms.member_id = member))
   where c.audience_id = audience and not (c.by_rule and member in (select app.circle_candidates(c.id)))) end
$function$;

-- Is this member here now: by a full organization, or as a guest of a circle whose time is not over?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.guest_stands(member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Two looks by index, one for each way in.
  select exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = member and not o.is_guest)
    or exists (select from app.circle_members cm where cm.member_id = member and (cm.ends_at is null or cm.ends_at > now()))
    or exists (select from app.memberships ms join app.circle_members cm on cm.organization_id = ms.organization_id where ms.member_id = member and (cm.ends_at is null or cm.ends_at > now()))
$function$;

-- The rest was given, or the person begins anew.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.half_ends(half bytea)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  delete from app.half_sign_ins where token_hash = half
$function$;

-- Who is half signed in with this secret, and what is asked of them.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.half_sign_in(half bytea)
 RETURNS TABLE(member_id uuid, how text, needs text, email text, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select h.member_id, h.how, app.sign_in_needs(h.member_id, h.how), a.email, m.name from app.half_sign_ins h
    join app.members m on m.id = h.member_id and m.status = 'active' join app.accounts a on a.member_id = h.member_id
   where h.token_hash = half and h.expires_at > now() and h.tries < 5
$function$;

-- Counts a wrong code: after five the password is asked again.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.half_try(half bytea)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update app.half_sign_ins set tries = tries + 1 where token_hash = half
$function$;

-- Do I hold one of these duties in the hub, myself or for somebody who is away? Steward and trustee are never handed over.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.has_role(wanted text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.hub_roles where member_id = (select app.me()) and role = any(wanted))
    or wanted && '{editor,reviewer,moderator}' and app.stands_in_for((select app.me()), wanted, null) is not null
$function$;

-- Did I answer a question, accept the letter, or finish the vetting of this application?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.has_vetted(application uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.bylines b where b.member_id = app.me() and b.kind = 'person' and (
    b.id in (select v.byline_id from app.vetting_answers v where v.application_id = application)
    or b.id in (select unnest(array[a.vetted_by, a.letter_by]) from app.applications a where a.id = application)))
$function$;

-- How the hub does, as figures: what waits, what failed, who lives, how old the last backup is. Last errors of jobs are what servers said, cut at 200 characters. As not found for whoever is no steward.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.health_figures()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare late constant interval := interval '5 minutes';
begin
  if not app.may_see_health() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  return jsonb_build_object(
    'demo', (select demo from app.hub),
    'age_seconds', (select coalesce(extract(epoch from now() - min(joined_at)), 0) from app.members),
    'nodes', (select coalesce(jsonb_agg(jsonb_build_object('kind', n.kind, 'name', n.name, 'seen_seconds', extract(epoch from clock_timestamp() - n.seen_at),
        'skew_seconds', n.skew_seconds, 'facts', n.facts) order by n.kind, n.name), '[]') from app.nodes n),
    'waiting', (select jsonb_build_object('count', count(*), 'seconds', coalesce(max(extract(epoch from now() - j.run_at)), 0))
        from graphile_worker._private_jobs j where j.run_at < now() - late and j.attempts < j.max_attempts and j.locked_at is null and j.attempts = 0),
    'mail', (select jsonb_build_object('count', count(*), 'seconds', coalesce(max(extract(epoch from now() - j.created_at)), 0), 'error', (array_agg(left(j.last_error, 200) order by j.updated_at desc))[1])
        from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier like '%.mail-%' and j.last_error is not null and j.attempts < j.max_attempts),
    'failed', (select coalesce(jsonb_agg(f order by f.count desc), '[]') from (select t.identifier as task, count(*) as count, (array_agg(left(j.last_error, 200) order by j.updated_at desc))[1] as error
        from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where j.attempts >= j.max_attempts group by 1) f),
    -- The scenes of a demonstration are older than the hub.
    'unsealed_seconds', coalesce((select extract(epoch from now() - greatest(h.seeded_at, w.at)) from app.hub h, (select least(
        (select min(a.at) from app.audit_notes a),
        (select e.at from app.events e, app.audit_cursor c where (e.xid, e.id) > (c.xid, c.event_id) order by e.xid, e.id limit 1)) as at) w where w.at is not null), 0),
    'open_seconds', (select case when h.oldest = pg_snapshot_xmin(pg_current_snapshot()) and h.oldest < pg_snapshot_xmax(pg_current_snapshot()) then extract(epoch from now() - h.since) else 0 end from app.horizon_samples h),
    'unfound', (select count(*) from (select m.id from app.messages m where m.created_at between now() - interval '1 day' and now() - interval '1 minute' and m.deleted_at is null
        and m.body ~ '[[:alpha:]]{4}' order by m.created_at desc limit 200) m where not exists (select from search.entries e where e.subject_id = m.id)),
    'recount', (select to_jsonb(c) || jsonb_build_object('seconds', extract(epoch from now() - c.at)) from app.recounts c order by c.id desc limit 1),
    'agreements', array(select distinct v.document from app.agreement_versions v where not v.starter order by 1),
    'unlooked', (select jsonb_build_object('count', count(*), 'seconds', coalesce(max(extract(epoch from now() - u.created_at)), 0)) from app.uploads u where u.looked = 'waiting'),
    'backup_seconds', (select extract(epoch from now() - max(b.made_at)) from app.backups b),
    'states', (select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'bad', s.bad, 'since', s.since, 'finding', s.finding)), '[]') from app.health_states s));
end $function$;

-- Holds a shared draft for a writer until the end of the transaction, and says which update is its last: common.not_found, library.together.closed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.hold_shared_draft(draft uuid)
 RETURNS TABLE(last_number integer, last_client uuid, last_clock integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Locked before it is looked at: what is decided here is still so when the update is written.
  perform from app.shared_drafts d where d.id = draft for update;
  if not app.may_write() or not app.writes_along(draft, app.me()) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_write_along(draft) then raise exception using errcode = 'IN409', message = 'library.together.closed'; end if;
  return query select d.last_number, d.last_client, d.last_clock from app.shared_drafts d where d.id = draft;
end $function$;

-- Does this thread or conversation hold a label that may not leave through this session? Then it is told no number of it either: how many there are, and how far one has read, is information.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.holds_sealed(scope uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.messages m where m.thread_id = scope and m.marking = any(app.sealed_labels()))
    or exists (select from app.threads t join app.messages m on m.thread_id = t.id where t.conversation_id = scope and m.marking = any(app.sealed_labels()))
$function$;

-- Does the hub ask this of the member who signs in, whatever their organizations ask?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.hub_asks(member uuid, what text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(app.setting('sign_in_minimum') #>> '{}' = what, false)
    or what = 'passkeys_only' and coalesce(app.setting('stewards_passkeys_only') = 'true', false)
       and exists (select from app.hub_roles r where r.member_id = member and r.role = 'steward')
$function$;

-- The moderators of the hub. For functions and the job.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.hub_moderators()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select r.member_id from app.hub_roles r join app.members m on m.id = r.member_id and m.status = 'active' and m.agreed where r.role = 'moderator'
$function$;

-- What was set, for the processes that act on it. Nothing here is secret; who set it is read from the table, by stewards.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.hub_settings()
 RETURNS TABLE(name text, value jsonb)
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct on (s.name) s.name, s.value from app.settings s order by s.name, s.id desc
$function$;

-- When a session ends that nobody uses from now on. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.idle_end()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select now() + make_interval(days => coalesce(app.setting('idle_days')::text::int, 7))
$function$;

-- Under which name somebody stands in an audience: their own if they are here, else one that only this audience reads. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.import_byline(person uuid, audience integer)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare p app.import_people; made uuid;
begin
  select * into p from app.import_people x where x.id = person;
  select b.id into made from app.bylines b where b.member_id = p.member_id and b.kind = 'person';
  if made is not null then return made; end if;
  select i.byline_id into made from app.import_bylines i where i.person_id = person and i.audience_id = audience;
  if made is not null then return made; end if;
  insert into app.bylines (id, kind, audience_id, name) values (gen_random_uuid(), p.kind, audience, p.name) returning id into made;
  insert into app.import_bylines values (person, audience, made);
  return made;
end $function$;

-- May this member be among the readers of a private conversation that was brought in, by its label? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.import_reader_fits(audience integer, member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- A guest is not brought under a label that admits none.
  select exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = member and not o.is_guest)
    or not exists (select from app.conversations c join app.marking_outlets l on l.label = c.ceiling where c.audience_id = audience and not l.guests)
$function$;

-- Is this a signed-in browser? Tokens may not make tokens or passkeys.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.in_browser()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce((select s.kind = 'browser' from app.sessions s where s.token_hash = app.session_hash()), session_user = 'indaba_worker' and app.me() is not null, false)
$function$;

-- May go now an invitation that ended then?
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.invitation_due(organization uuid, author uuid, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.is_due('invitation', null, since) and not app.organization_held(organization) and not app.words_held(author, null, null, null)
$function$;

-- Does this link still open? For whoever may invite there; false for everybody else.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.invitation_stands(invitation uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.invitations i where i.id = invitation and i.used_at is null and i.revoked_at is null and i.expires_at > now()
    and app.may_invite(i.organization_id) and app.inviter_stands(i.invited_by, i.organization_id, i.role))
$function$;

-- Whoever runs a circle brings in a guest that is not here yet: its organization, its place in this circle until a day, and the invitation of its first person. Refuses with people.circle.not_found, .no_guests, people.organization.name_taken, .kind_unknown, people.guest.end_past, .end_far, people.invitation.slow_down.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.invite_guest(circle uuid, organization uuid, address text, title text, what text, until_at timestamp with time zone, invitation uuid, mailbox text, person text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_run_circle(circle) then raise exception using errcode = 'IN404', message = 'people.circle.not_found'; end if;
  if what not in ('provider', 'operator', 'expert', 'regional-body') then raise exception using errcode = 'IN422', message = 'people.organization.kind_unknown'; end if;
  if not app.take('invite-guest ' || app.me(), 20, 86400) then raise exception using errcode = 'IN429', message = 'people.invitation.slow_down'; end if;
  insert into app.organizations (id, slug, name, kind, is_guest) values (organization, address, title, what, true);
  insert into app.circle_members (circle_id, organization_id, ends_at) values (circle, organization, until_at);
  insert into app.invitations (id, organization_id, email, name, role, invited_by) values (invitation, organization, mailbox, person, 'focal_point', app.my_person());
  perform graphile_worker.add_job('people.mail-invitation', json_build_object('ids', json_build_object('invitation', invitation), 'actor', app.me()));
exception when unique_violation then raise exception using errcode = 'IN409', message = 'people.organization.name_taken';
end $function$;

-- May whoever invited still invite into this role? When not, the invitation is dead.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.inviter_stands(inviter uuid, organization uuid, invited_role text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.bylines b where b.id = inviter and (b.kind = 'service' or exists (select from app.members m where m.id = b.member_id and m.status = 'active' and (
    exists (select from app.hub_roles r where r.member_id = m.id and r.role = 'steward')
    or invited_role = 'member' and app.guest_stands(m.id) and (app.stands_in_for(m.id, '{focal_point}', organization) is not null
      or exists (select from app.memberships ms where ms.member_id = m.id and ms.organization_id = organization and ms.role = 'focal_point'))
    -- A guest comes by whoever runs the circle, while the guest's time there lasts.
    or exists (select from app.circle_members cm join app.circle_runners r on r.circle_id = cm.circle_id join app.organizations o on o.id = cm.organization_id
      where r.member_id = m.id and cm.organization_id = organization and o.is_guest and cm.ends_at > now())))))
$function$;

-- Does the checklist of this application ask this?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.is_asked(application uuid, code text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.applications a join app.checklist_points p on p.version = app.checklist_of(a) where a.id = application and p.question = code)
$function$;

-- Is the time of something over that is kept since then?
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.is_due(what text, mark text, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(since < now() - make_interval(days => app.keep_days(what, mark)), false)
$function$;

-- Do I run the members of this organization? A guest whose time is over runs nobody.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.is_focal_point(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select (exists (select from app.memberships where member_id = (select app.me()) and organization_id = organization and role = 'focal_point')
    or app.stands_in_for((select app.me()), '{focal_point}', organization) is not null) and app.guest_stands((select app.me()))
$function$;

-- Is this organization, or this person, a guest of the hub?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.is_guest(member uuid, organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when organization is not null then exists (select from app.organizations o where o.id = organization and o.is_guest)
    else not exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = member and not o.is_guest) end
$function$;

-- Is this the command or the job that brings talk in, on nobody's behalf? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.is_importing()
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select session_user = 'indaba_worker' and app.me() is null
$function$;

-- Is this my own house applying? By my address, my organization's proved domain, or its name.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.is_own_application(a app.applications)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.accounts c where c.member_id = (select app.me()) and (
      not app.is_public_mail(a.domain) and (split_part(c.email_key, '@', 2) = a.domain or split_part(c.email_key, '@', 2) like '%.' || a.domain)
      or exists (select from app.application_contacts x where x.application_id = a.id and lower(trim(x.email)) = c.email_key)))
    or exists (select from app.organization_domains d where d.domain = a.domain and d.proved_at is not null and d.organization_id in (select app.my_organizations()))
    or exists (select from app.organizations o where lower(o.name) = lower(a.name) and o.id in (select app.my_organizations()))
$function$;

-- Is this a domain where anybody gets an address? Then it shows no institution, and never becomes a proved domain.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.is_public_mail(domain text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select domain ~ '^(.*\.)?(gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|rocketmail|aol|icloud|gmx|web|mail|proton|protonmail|tutanota|zoho|yandex|qq|163|126|rediffmail|fastmail|hey|inbox|orange|laposte|free)\.(com|net|org|de|fr|ru|me|ch|at|in|cn|eu|co\.uk|co\.in|com\.br|com\.au|co\.za|co\.ke)$'
    or domain in ('pm.me', 'tuta.io', 'bk.ru', 'list.ru', 'ya.ru', 'me.com', 'mac.com', 'duck.com', 'mailinator.com', 'yopmail.com', 'guerrillamail.com', 'foxmail.com', 'sina.com', 'naver.com', 'daum.net')
$function$;

-- May this person read and not write here: in this conversation, or in all of the hub? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.is_restricted(byline uuid, conversation uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.moderation_acts a where a.byline_id = byline and a.kind = 'restricted' and not a.undone and a.ends_at > now()
    and (a.conversation_id is null or a.conversation_id = conversation))
$function$;

-- Walks in by an open door. Refuses with people.circle.not_found where there is none for me.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.join_circle(circle uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_join_circle(circle) then raise exception using errcode = 'IN404', message = 'people.circle.not_found'; end if;
  delete from app.circle_absences where circle_id = circle and member_id = app.me();
  if app.me() not in (select app.circle_people(circle)) then
    insert into app.circle_members (circle_id, member_id, ends_at) values (circle, app.me(), now() + make_interval(days => app.guest_days()));
  end if;
end $function$;

-- Keeps aside a row as it was. For triggers only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.keep_copy(what text, r jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into app.held_copies (kind, byline_id, words, audience_id) select what, app.byline_of(what, r), r, case
    when what = 'members' or what = 'profile_fields' and r ->> 'shown_to' = 'members' then 2
    when what = 'profile_fields' and r ->> 'shown_to' = 'organization' then (select a.id from app.bylines b join app.audiences a on a.kind = 'organization' and a.ref = b.organization_id
      where b.member_id = (r ->> 'member_id')::uuid and b.kind = 'person')
    else (r ->> 'audience_id')::int end
$function$;

-- Keeps the draft of a position; was: the version it was made from, 0 for none. Refuses with common.not_found, library.country.not_yours, .saved_meanwhile.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.keep_country_draft(request uuid, jurisdiction uuid, talk uuid, wanted text, said text, was integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare k app.conversations; n int;
begin
  perform app.need_submitter(request, jurisdiction);
  select * into k from app.conversations x where x.id = talk and x.subject_id = request and x.within_id = jurisdiction;
  if k.id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  insert into app.country_drafts as d (conversation_id, audience_id, stance, words, byline_id) values (k.id, k.audience_id, wanted, said, app.my_byline())
    on conflict (conversation_id) do update set stance = excluded.stance, words = excluded.words, byline_id = excluded.byline_id, saved_at = now(), version = d.version + 1 where d.version = was
    returning version into n;
  if n is null or n > 1 and n <> was + 1 then raise exception using errcode = 'IN409', message = 'library.country.saved_meanwhile'; end if;
  return n;
end $function$;

-- Keeps whether a comment made within a country is taken along, and in which words; what was submitted stays as it was. Refuses with common.not_found, library.country.not_yours.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.keep_country_point(request uuid, jurisdiction uuid, said_in uuid, taken boolean, sort text, said text, instead text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.need_submitter(request, jurisdiction);
  insert into app.country_points as p (thread_id, audience_id, take, kind, words, proposed)
    select c.thread_id, c.audience_id, taken, sort, said, instead from app.comments c join app.conversations k on k.id = c.conversation_id join app.messages m on m.id = c.message_id
     where c.thread_id = said_in and k.subject_id = request and k.within_id = jurisdiction and m.deleted_at is null
    on conflict (thread_id) do update set take = excluded.take, kind = excluded.kind, words = excluded.words, proposed = excluded.proposed where p.submitted_at is null;
end $function$;

-- How many days this is kept as of now; null: for good, also where no rule says anything.
-- owner indaba_keyring; called by indaba_person, indaba_archivist
CREATE OR REPLACE FUNCTION app.keep_days(what text, mark text)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- For a week the longer of old and new counts. No number is for good.
  select case when r.changed_at > now() - interval '7 days' and (r.was_days is null or r.was_days > r.keep_days) then r.was_days else r.keep_days end
    from app.retention_rules r where r.kind = what and r.label is not distinct from mark
$function$;

-- The passkey somebody joins with, when the process that checked it says so with its key. Refuses with people.passkey.refused.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.keep_first_passkey(passkey uuid, member uuid, credential text, key bytea, uses bigint, ways text[], label text, mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('first-passkey:' || passkey || ':' || member || ':' || credential, mac) or exists (select from app.passkeys where member_id = member and revoked_at is null) then
    raise exception using errcode = 'IN403', message = 'people.passkey.refused';
  end if;
  insert into app.passkeys (id, member_id, credential_id, public_key, counter, transports, name) values (passkey, member, credential, key, uses, ways, label);
end $function$;

-- Notes where the pages of an open request stand before merging moves them; a request that did not ask for another address follows a page that got one meanwhile. Only for whoever may merge it, and the clerk.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.keep_places(request uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update app.change_request_pages c set path = case when c.action = 'edit' and c.path = c.was_path then p.path else c.path end, was_path = p.path, was_position = p.position, was_parent_path = (select a.path from app.pages a where a.id = p.parent_id)
    from app.pages p where c.change_request_id = request and p.id = c.page_id and (app.me() is null and session_user = 'indaba_worker' or app.may_decide(request))
$function$;

-- When the last who ran a circle is suspended or leaves the hub, which nothing may hold up, another full member in it runs it: a steward before a focal point before whoever is here longest.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.keep_runner(circle uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare heir uuid;
begin
  if app.circle_has_runner(circle) then return; end if;
  select am.member_id into heir from app.circles c join app.audience_members am on am.audience_id = c.audience_id join app.members m on m.id = am.member_id
     join app.memberships ms on ms.member_id = am.member_id join app.organizations o on o.id = ms.organization_id and not o.is_guest
   where c.id = circle order by exists (select from app.hub_roles h where h.member_id = m.id and h.role = 'steward') desc, ms.role = 'focal_point' desc, m.joined_at, m.id limit 1;
  if heir is null then return; end if;
  insert into app.circle_runners (circle_id, member_id) values (circle, heir) on conflict do nothing;
end $function$;

-- Begins a second factor; it asks for nothing before it is confirmed. Refuses with people.factor.refused, .already, people.step_up.needed.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.keep_second_factor(member uuid, closed text, mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('keep-second-factor:' || member || ':' || closed, mac) then raise exception using errcode = 'IN403', message = 'people.factor.refused'; end if;
  if not app.may_change_factor(member) then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
  insert into app.second_factors as f (member_id, sealed) values (member, closed)
    on conflict (member_id) do update set sealed = excluded.sealed, made_at = now(), last_step = 0 where f.confirmed_at is null;
  if not found then raise exception using errcode = 'IN409', message = 'people.factor.already'; end if;
end $function$;

-- A hub keeps a steward: people.duty.last_steward.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.keep_steward()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- The owner's own hands, and an administrator's, are not held here.
  if session_user not in ('indaba_web', 'indaba_worker') then return; end if;
  -- One after the other: of two stewards who let each other go at the same moment, one stays.
  perform pg_advisory_xact_lock(hashtext('indaba last steward'));
  if not exists (select from app.hub_roles r join app.members m on m.id = r.member_id where r.role = 'steward' and m.status = 'active') then
    raise exception using errcode = 'IN409', message = 'people.duty.last_steward';
  end if;
end $function$;

-- For whom I keep order in this channel just now; null where I do by a right of my own. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.keeping_for(channel uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when not (ch.byline_id in (select app.my_bylines()) or exists (select from app.hub_roles r where r.member_id = (select app.me()) and r.role in ('steward', 'moderator'))
      or exists (select from app.channel_keepers k where k.channel_id = ch.id and k.byline_id in (select app.my_bylines()))
      or a.kind = 'circle' and a.ref in (select app.my_run_circles())
      or a.kind = 'organization' and exists (select from app.memberships own where own.member_id = (select app.me()) and own.organization_id = a.ref and own.role = 'focal_point'))
    then coalesce(case when a.kind = 'organization' then app.acting_for(a.ref) end, app.stands_in_for((select app.me()), '{moderator}', null)) end
    from app.channels ch join app.audiences a on a.id = ch.audience_id where ch.id = channel
$function$;

-- Am I one of this channel's own keepers, of whom order there is asked first? Whoever opened it, whom they named; of an organization its focal point, of a circle who runs it. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.keeps_channel(channel uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.channels ch join app.audiences a on a.id = ch.audience_id
    where ch.id = channel and ch.audience_id in (select app.my_audiences()) and (
      ch.byline_id in (select app.my_bylines())
      or exists (select from app.channel_keepers k where k.channel_id = ch.id and k.byline_id in (select app.my_bylines()))
      or case a.kind when 'organization' then app.is_focal_point(a.ref) when 'circle' then a.ref in (select app.my_run_circles()) else false end))
$function$;

-- What a message of this conversation is called in the rules.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.kind_of_words(conversation uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case c.subject_kind when 'channel' then 'message' when 'direct' then 'direct' else 'comment' end from app.conversations c where c.id = conversation
$function$;

-- The label that the rules go by: its own, or where it has none the highest that its conversation allows.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.label_of_words(conversation uuid, mark text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(mark, (select c.ceiling from app.conversations c where c.id = conversation))
$function$;

-- Puts what waits of one place into its conversation, in the order of time, all at once: nobody sees half of it. Makes the conversation first if there is none. Tells nobody. How many came in; 0 for a channel without a label. For the import and its job. Refuses anybody else with common.not_found.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.land_import(place uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare p app.import_places; talk uuid; audience int; n int; t record; known uuid; address text;
begin
  if not app.is_importing() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  select * into p from app.import_places x where x.id = place for update;
  if p.id is null or p.ceiling is null or p.state in ('waiting', 'aside') then return 0; end if;
  audience := p.audience_id; talk := p.conversation_id;
  if audience is null then
    if p.kind = 'channel' then return 0; end if;
    insert into app.audiences (kind, ref, label, frozen) values ('named', gen_random_uuid(), p.name, false) returning id into audience;
  end if;
  if talk is null then
    talk := gen_random_uuid();
    if p.kind <> 'direct' then
      -- A plain address only for what all members read: a taken one would tell that something hidden exists.
      address := case when audience > 2 or exists (select from app.channels c where c.slug = p.slug) then p.slug || '-' || left(md5(gen_random_uuid()::text), 6) else p.slug end;
      insert into app.channels (id, slug, audience_id, name, purpose, byline_id, archived_at) values (p.id, address, audience, p.name, p.purpose, p.decided_by, case when p.archived then now() end);
    end if;
    insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling, marking, closed_at)
      values (talk, audience, case p.kind when 'direct' then 'direct' else 'channel' end, p.id, p.ceiling, p.ceiling, case when p.archived and p.kind <> 'direct' then now() end);
    if p.kind <> 'channel' then perform app.name_import_readers(audience, p.id); end if;
    if p.kind = 'channel' then
      insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values ('channel.opened', audience, p.decided_by, 'channel', p.id, '{}');
    end if;
  end if;
  perform app.import_byline(s.person_id, audience) from (select distinct person_id from app.import_messages x where x.place_id = place and x.landed_at is null) s;
  for t in select x.thread_key, min(x.said_at) as began, (array_agg(x.title order by x.said_at, x.source_key))[1] as title, (array_agg(x.person_id order by x.said_at, x.source_key))[1] as person
      from app.import_messages x where x.place_id = place and x.landed_at is null group by x.thread_key order by 2 loop
    select x.thread_id into known from app.import_messages x where x.place_id = place and x.thread_key = t.thread_key and x.thread_id is not null limit 1;
    -- The retention job may have taken the thread away, or somebody moved it.
    if known is null or not exists (select from app.threads h where h.id = known and h.moved_to is null) then
      known := gen_random_uuid();
      insert into app.threads (id, conversation_id, audience_id, title, byline_id, created_at) values (known, talk, audience, t.title, app.import_byline(t.person, audience), t.began);
    end if;
    update app.import_messages x set thread_id = known where x.place_id = place and x.thread_key = t.thread_key and x.landed_at is null;
  end loop;
  -- In the order of time: each row is given its numbers as it comes.
  insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash, created_at, edited_at, source)
    select s.message_id, talk, s.thread_id, audience, app.import_byline(s.person_id, audience), s.body, p.ceiling, gen_random_uuid(), sha256(convert_to(s.body, 'UTF8')), s.said_at, s.edited_at, p.source
      from app.import_messages s where s.place_id = place and s.landed_at is null order by s.said_at, s.source_key;
  get diagnostics n = row_count;
  with f as (delete from app.import_files x where x.place_id = land_import.place returning x.*) insert into app.attachments (message_id, audience_id, place, name, mime, size, sha256, width, height)
    select s.message_id, audience, f.place, f.name, f.mime, f.size, f.sha256, f.width, f.height from f join app.import_messages s using (place_id, source_key) where s.landed_at is null;
  insert into app.message_revisions (id, message_id, audience_id, body, marking, replaced_at)
    select gen_random_uuid(), s.message_id, audience, s.earlier, p.ceiling, coalesce(s.edited_at, s.said_at) from app.import_messages s where s.place_id = place and s.landed_at is null and s.earlier is not null;
  insert into app.reactions (message_id, audience_id, byline_id, emoji, at)
    select s.message_id, audience, app.import_byline(who.id, audience), r.emoji, s.said_at from app.import_messages s cross join lateral jsonb_to_recordset(s.extra -> 'reactions') r(emoji text, people text[])
      cross join lateral unnest(r.people) k join app.import_people who on who.source = p.source and who.source_key = k
     where s.place_id = place and s.landed_at is null on conflict do nothing;
  insert into app.pins (message_id, conversation_id, audience_id, byline_id, at)
    select m.id, talk, audience, m.byline_id, m.created_at from app.import_messages s join app.messages m on m.id = s.message_id where s.place_id = place and s.landed_at is null and s.extra -> 'pinned' = 'true';
  insert into search.entries select nextval('search.positions'), 'message', s.message_id, audience, s.lexemes::tsvector || search.facets(m.byline_id, talk, s.thread_id, k.subject_kind, p.ceiling), s.said_at
    from app.import_messages s join app.messages m on m.id = s.message_id cross join app.conversations k
   where k.id = talk and s.place_id = place and s.landed_at is null and s.lexemes <> '' order by s.said_at;
  -- Old talk makes nothing look new: not the order of threads, not what is unread.
  update app.counters c set last_at = l.created_at from (select distinct on (m.thread_id) m.thread_id, m.created_at from app.messages m
      where m.conversation_id = talk and m.audience_id = audience order by m.thread_id, m.created_at desc) l where c.scope_id = l.thread_id;
  update app.counters c set last_at = coalesce((select max(m.created_at) from app.messages m where m.conversation_id = talk and m.audience_id = audience), c.last_at) where c.scope_id = talk;
  update app.threads h set history_number = l.last from (select m.thread_id, max(m.thread_number) as last from app.messages m where m.conversation_id = talk and m.audience_id = audience and m.source is not null group by 1) l
   where h.id = l.thread_id and h.audience_id = audience
     and not exists (select from app.messages o where o.thread_id = h.id and o.audience_id = audience and o.source is null and o.thread_number <= l.last);
  update app.import_messages x set body = '', lexemes = '', earlier = null, title = '-', extra = nullif(extra - 'reactions' - 'pinned', '{"files": []}'), landed_at = now() where x.place_id = place and x.landed_at is null;
  update app.import_places x set state = 'open', audience_id = audience, conversation_id = talk where x.id = place;
  return n;
end $function$;

-- The authority that leads a jurisdiction: its only one, or the one that all others agreed on; else null. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.lead_of(jurisdiction uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with here as materialized (select a as id from app.authorities_of(jurisdiction) a)
  select h.id from here h where not exists (
    -- Every other one names it, and it names no other itself.
    select from here o left join app.lead_choices l on l.jurisdiction_id = jurisdiction and l.organization_id = o.id
     where case o.id when h.id then l.lead_id <> h.id else l.lead_id is distinct from h.id end)
$function$;

-- A process ends in order: nobody has to look for it.
-- owner indaba_keyring; called by indaba_visitor, indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.leave(what text, node text, mac bytea)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  delete from app.nodes where kind = what and name = node and app.checked('leave:' || what || ':' || node, mac)
$function$;

-- I leave a circle, by whatever way I came in. Refuses with people.circle.not_found, .last_runner.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.leave_circle(circle uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_keep_own() or circle not in (select c.id from app.circles c where c.audience_id in (select app.my_audiences())) then
    raise exception using errcode = 'IN404', message = 'people.circle.not_found';
  end if;
  perform app.put_out(circle, app.me(), false);
end $function$;

-- The letters sent with an application, without their bytes. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.letters_of(application uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name, 'mime', l.mime, 'size', octet_length(l.bytes), 'by', o.name, 'at', l.at) order by l.at), '[]')
    from app.application_letters l join app.application_contacts o on o.application_id = l.application_id and o.place = l.place where l.application_id = application
$function$;

-- What a member is told of a conversation: nothing, mentions or everything. Where they said nothing: everything of a direct one, mentions elsewhere. For functions that tell.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.level_of(member uuid, conversation uuid)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce((select i.level from app.involvements i where i.member_id = member and i.conversation_id = conversation),
    (select case c.subject_kind when 'direct' then 'everything' else 'mentions' end from app.conversations c where c.id = conversation))
$function$;

-- They may write again. Refuses with conversations.moderation.not_found, .settled.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.lift_restriction(act uuid, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (select from app.moderation_acts a where a.id = act and a.kind = 'restricted') then raise exception using errcode = 'IN404', message = 'conversations.moderation.not_found'; end if;
  perform app.settle(act, true, said);
end $function$;

-- The authorities of each jurisdiction, which leads, whom each names: for members.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.list_leads()
 RETURNS TABLE(jurisdiction_id uuid, code text, name text, organization_id uuid, slug text, organization text, leads boolean, names text, may_name boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select j.id, j.code, j.name, o.id, o.slug, o.name, o.id is not distinct from app.lead_of(j.id), n.name, app.may_name_lead(j.id, o.id)
    from app.jurisdictions j cross join lateral app.authorities_of(j.id) a join app.organizations o on o.id = a
      left join app.lead_choices l on l.jurisdiction_id = j.id and l.organization_id = o.id left join app.organizations n on n.id = l.lead_id
   where 2 in (select app.my_audiences()) order by lower(j.name), lower(o.name)
$function$;

-- Who is a steward, and whether they can act. For whoever owns the database.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.list_stewards()
 RETURNS TABLE(slug text, name text, status text, organizations text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.slug, m.name, m.status, array(select o.name from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id order by o.name)
    from app.hub_roles r join app.members m on m.id = r.member_id where r.role = 'steward' order by m.name, m.id
$function$;

-- The tokens that work now, of one member or of all; never what opens them. For whoever owns the database.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.list_tokens(person text)
 RETURNS TABLE(id uuid, slug text, name text, scopes text[], created_at timestamp with time zone, last_seen_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select s.id, m.slug, s.name, s.scopes, s.created_at, nullif(s.last_seen_at, s.created_at), s.expires_at from app.sessions s join app.members m on m.id = s.member_id
   where s.kind = 'token' and s.revoked_at is null and s.expires_at > now() and (person is null or m.slug = person) order by m.slug, s.created_at, s.id
$function$;

-- now, hourly, daily or never: what a member chose for this reason. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.mail_mode(member uuid, reason text)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case reason when 'mention' then coalesce(c.mail_mentions, 'now') when 'direct' then coalesce(c.mail_direct, 'now') else coalesce(c.mail_followed, 'daily') end
    from (select) one left join app.telling_choices c on c.member_id = member
$function$;

-- Queues a mail about a report or a decision: to keepers at once, to the author or the reporter after their quiet hours; open windows look at their bell at once. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.mail_moderation(what text, id uuid, whom text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare of jsonb := jsonb_build_object(what, id, 'whom', whom); moment timestamptz;
begin
  -- Who keeps order has a duty, and duties do not sleep; a decision about somebody, or what came of their report, waits for the end of their quiet hours. The bell does not.
  select app.moment_to_push(b.member_id, now()) into moment from app.bylines b
   where whom <> 'keepers' and b.id = case what when 'act' then (select a.byline_id from app.moderation_acts a where a.id = mail_moderation.id) else (select r.byline_id from app.message_reports r where r.id = mail_moderation.id) end;
  if moment > now() then
    perform graphile_worker.add_job('conversations.mail-moderation', json_build_object('ids', of || '{"only": "bell"}', 'actor', app.me()));
    -- Decided anew before they wake, they are told once, of what stands.
    perform graphile_worker.add_job('conversations.mail-moderation', json_build_object('ids', of, 'actor', app.me()), run_at => moment, job_key => 'moderation ' || what || ' ' || id || ' ' || whom);
  else
    perform graphile_worker.add_job('conversations.mail-moderation', json_build_object('ids', of, 'actor', app.me()));
  end if;
end $function$;

-- What was claimed has gone out, or is to be tried again in five minutes. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.mails_sent(ids uuid[], went boolean)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update app.notices set mail_claimed_at = null, mailed_at = case when went then now() end, mail_due = case when not went then now() + interval '5 minutes' end where id = any(ids) and mail_claimed_at is not null
$function$;

-- Makes a circle with its audience; whoever makes it is in it and runs it. Refuses with common.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.make_circle(circle uuid, address text, title text, aim text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare readers int;
begin
  if not app.may_make_circle() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  insert into app.audiences (kind, ref, label) values ('circle', circle, title) returning id into readers;
  insert into app.circles (id, slug, name, purpose, audience_id) values (circle, address, title, aim, readers);
  insert into app.circle_members (circle_id, member_id) values (circle, app.me());
  insert into app.circle_runners (circle_id, member_id) values (circle, app.me()) on conflict do nothing;
end $function$;

-- Makes the readers of a channel that is for those one names: whoever makes it is among them and says who else is. Refuses with common.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.make_readers(circle uuid, address text, title text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare readers int;
begin
  if not app.may_name_readers() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  insert into app.audiences (kind, ref, label) values ('circle', circle, title) returning id into readers;
  insert into app.circles (id, slug, name, audience_id, for_channel) values (circle, address, title, readers, true);
  insert into app.circle_members (circle_id, member_id) values (circle, app.me());
  insert into app.circle_runners (circle_id, member_id) values (circle, app.me()) on conflict do nothing;
  return readers;
end $function$;

-- Notes the address that a mail to a member carries, to answer a message; false where they may not answer by mail. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.make_reply_address(wanted uuid, member uuid, message uuid, secret bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  delete from app.reply_addresses r where r.made_at < now() - interval '30 days';
  insert into app.reply_addresses (id, member_id, message_id, audience_id, secret_hash) select wanted, member, m.id, m.audience_id, secret from app.messages m where m.id = message and app.may_answer_by_mail(member);
  return found;
end $function$;

-- May something with this label have that audience?
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.marking_admits(wanted text, audience integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select wanted is null or exists (select from app.marking_outlets o, app.audiences a where o.label = wanted and a.id = audience
    and a.kind = any(o.audience_kinds) and (o.guests or not a.has_guests)
    and (o.max_readers is null or a.size <= o.max_readers and a.frozen)
    -- Of an audience one is not in, the answer would tell its kind, its guests and its size.
    and (session_user <> 'indaba_web' or audience in (select app.my_audiences())))
$function$;

-- Order of the labels; 0 for none.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.marking_rank(wanted text)
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce((select rank from app.marking_outlets where label = wanted), 0)
$function$;

-- Finds by proved address those who spoke elsewhere and are here now: what they said is theirs, and what was private to them opens to them. Null for everybody. For the import and its job. Refuses anybody else with common.not_found.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.match_imported(member uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one record; former record; n int := 0; own uuid;
begin
  if not app.is_importing() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  for one in select p.id as person, c.member_id from app.import_people p join app.accounts c on c.email_key = p.email_key and c.address_proved join app.members m on m.id = c.member_id and m.status = 'active'
      where p.member_id is null and p.kind = 'person' and p.email_key is not null and (member is null or c.member_id = member) order by p.id for update of p loop
    select b.id into own from app.bylines b where b.member_id = one.member_id and b.kind = 'person';
    continue when own is null;
    -- What told who they are is not needed any more.
    update app.import_people set member_id = one.member_id, email_key = null, name = 'Matched' where id = one.person;
    for former in select i.audience_id, i.byline_id from app.import_bylines i where i.person_id = one.person loop
      update app.messages m set byline_id = own where m.byline_id = former.byline_id;
      update search.entries e set words = ts_delete(e.words, 'f:' || former.byline_id) || array_to_tsvector(array['f:' || own])
       where e.kind = 'message' and e.subject_id in (select m.id from app.messages m where m.byline_id = own and m.source is not null) and e.words @@ ('''f:' || former.byline_id || '''')::tsquery;
      update app.threads t set byline_id = own where t.byline_id = former.byline_id;
      insert into app.reactions select r.message_id, r.audience_id, own, r.emoji, r.at from app.reactions r where r.byline_id = former.byline_id on conflict do nothing;
      delete from app.reactions r where r.byline_id = former.byline_id;
      update app.pins x set byline_id = own where x.byline_id = former.byline_id;
    end loop;
    perform app.name_import_readers(p.audience_id, p.id) from app.import_places p join app.import_place_people pp on pp.place_id = p.id
     where pp.person_id = one.person and p.kind <> 'channel' and p.audience_id is not null;
    perform app.note('import.matched', null, one.member_id, null, '{}');
    n := n + 1;
  end loop;
  return n;
end $function$;

-- A letter is read by a steward, never for their own organization.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_accept_letter(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.may_write() and app.has_role('{steward}') and organization not in (select app.my_organizations())
$function$;

-- May I do this to a membership? A focal point in its own organization, a steward anywhere but where it would put out a steward or trustee; nobody suspends or restores themselves. Everybody may end their own membership.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_act_on_member(what text, member uuid, organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select (app.may_write() or what = 'ended' and member = app.me() and app.may_keep_own()) and exists (
    select from app.memberships ms join app.members m on m.id = ms.member_id, (select app.has_role('{steward}') as steward) i
     where ms.member_id = member and ms.organization_id = organization
     -- Whoever wants to go, goes: that is held up by nobody.
     and (i.steward or ms.organization_id in (select app.my_run_organizations()) or what = 'ended' and m.id = app.me() and app.in_browser())
     -- Whoever stands in names no focal points and touches none: nobody raises themselves, nobody puts out whom they stand in for.
     and (i.steward or exists (select from app.memberships own where own.member_id = app.me() and own.organization_id = ms.organization_id and own.role = 'focal_point')
       or ms.role <> 'focal_point' and what in ('suspended', 'lifted', 'ended')) and case
      -- Who holds steward or trustee is let go by their own house, or loses the duty by an act of two. One steward may stop another (a lost laptop does not wait), which takes no duty away.
      when what = 'ended' and m.id <> app.me() and not app.is_focal_point(ms.organization_id)
        and exists (select from app.hub_roles r where r.member_id = m.id and r.role in ('steward', 'trustee')) then false
      when what in ('suspended', 'lifted') then m.id <> app.me()
        -- Being suspended bites everywhere: whoever works for somebody else as well, a focal point lets go but does not stop.
        and (i.steward or not exists (select from app.memberships o where o.member_id = m.id and o.organization_id not in (select app.my_run_organizations())))
        and case what when 'suspended' then m.status = 'active' else m.status = 'suspended' and (i.steward or not coalesce((
          select a.by_steward from app.membership_acts a where a.member_id = m.id and a.act = 'suspended' order by a.at desc, a.id desc limit 1), true)) end
      when what = 'ended' then true
      when what = 'made_focal_point' then ms.role = 'member' and m.status = 'active'
      when what = 'made_member' then ms.role = 'focal_point'
      else false end)
$function$;

-- Whoever runs the members says who of those that came by single sign-on is one.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_admit_sso(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.is_focal_point(organization)
$function$;

-- May this member answer by mail? Not where their organization asks for more than a password at sign-in. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.may_answer_by_mail(member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- A mailbox is less than a passkey, a second factor or the authority's own sign-in.
  select not exists (select from app.memberships ms join app.sign_in_policies p using (organization_id) where ms.member_id = member and (p.passkeys_only or p.second_factor or p.sso_only))
$function$;

-- May I approve this request? Not my own, and only where the rules of its space count me.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_approve(request uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and exists (select from app.change_requests c where c.id = request and c.status = 'open' and c.audience_id in (select app.my_audiences())
    and c.byline_id not in (select app.my_bylines())) and app.approver_role(request) is not null
$function$;

-- May I say who writes this draft, propose it and end it? Its author.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_ask_along(draft uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write_along(draft) and exists (select from app.shared_drafts d where d.id = draft and d.member_id = app.me())
$function$;

-- May I read the log once I have said why?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_ask_audit()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}')
$function$;

-- May I ask to be let into this circle?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_ask_circle(circle uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(app.circle_door(circle) = 'request', false)
$function$;

-- A person asks for themselves, beforehand; a focal point for whoever left their organization.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_ask_erasure(member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.in_browser() and exists (select from app.members m where m.id = member and m.erased_at is null
    and (m.id = app.me() or m.status = 'left' and exists (select from app.bylines b where b.member_id = m.id and b.organization_id in (select app.my_run_organizations()))))
$function$;

-- Whoever keeps a channel names others to keep it with them, of those who write in it.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_be_keeper(channel uuid, byline uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_keep_channel(channel) and exists (select from app.channels ch join app.bylines b on b.id = byline and b.kind = 'person'
    join app.audience_members am on am.member_id = b.member_id and am.audience_id = app.talkers(ch.audience_id) where ch.id = channel)
$function$;

-- Whoever runs a circle names others to run it with them: full members who are in it.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_be_runner(circle uuid, member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_run_circle(circle) and exists (select from app.circles c join app.audience_members am on am.audience_id = c.audience_id join app.audience_members full_one on full_one.member_id = am.member_id and full_one.audience_id = 2
    where c.id = circle and am.member_id = member)
$function$;

-- A steward changes the checklist; taking a question away waits for another.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_change_checklist()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}')
$function$;

-- One's own, from a browser that just proved itself; or whoever is asked for one and has none, half signed in.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.may_change_factor(member uuid)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when app.me() is not null then app.me() = member and app.in_browser() and app.fresh()
    else exists (select from app.half_sign_ins h where h.member_id = member and h.expires_at > now() and app.sign_in_needs(member, h.how) = 'set_factor') end
$function$;

-- A steward says how long what is kept.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_change_retention()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}')
$function$;

-- Whoever made a comment closes it, opens it again, and withdraws it; of a country's, whoever speaks for it now. Nobody else.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.may_close_comment(comment uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and exists (select from app.comments c where c.thread_id = comment and (c.byline_id in (select app.my_bylines()) or app.speaks_as(c.byline_id)) and c.audience_id in (select app.my_audiences()))
$function$;

-- Is this report for me to decide? Never about my own words.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_close_report(report uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.message_reports r where r.id = report and r.author_id not in (select app.my_bylines())
    and case when r.handed then app.may_restrict(null) else app.may_moderate(r.conversation_id) end)
$function$;

-- A second person with the duty, in a browser: not whoever proposed it, not whom it is about, no token.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_confirm_act(act uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.may_write() and exists (
    select from app.two_person_acts a where a.id = act and a.state = 'open' and a.lapses_at > now() and app.has_role(array[a.duty])
      and a.proposed_by <> app.me() and a.subject_member_id is distinct from app.me() and not app.act_is_about_me(a))
$function$;

-- A second steward confirms, in a browser: one who had no hand in the vetting, and whose own house it is not.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_confirm_application(application uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.may_write() and app.has_role('{steward}') and not app.has_vetted(application) and exists (
    select from app.applications a where a.id = application and a.ended_at is null and a.vetted_at is not null and not app.is_own_application(a))
$function$;

-- A focal point of the same organization; a steward only where there is no other focal point. Nobody for themselves.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.may_confirm_for(confirmer uuid, member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select confirmer <> member and exists (select from app.members where id = confirmer and status = 'active') and app.guest_stands(confirmer) and (
    exists (select from app.memberships f join app.memberships o using (organization_id) where f.member_id = confirmer and f.role = 'focal_point' and o.member_id = member)
    -- Whoever stands in, but not for the one they stand in for.
    or exists (select from app.memberships o where o.member_id = member and o.role <> 'focal_point' and app.stands_in_for(confirmer, '{focal_point}', o.organization_id) <> member)
    or exists (select from app.hub_roles where member_id = confirmer and role = 'steward')
       and not exists (select from app.memberships o join app.memberships f using (organization_id) join app.members m on m.id = f.member_id
         where o.member_id = member and f.role = 'focal_point' and f.member_id <> member and m.status = 'active' and app.guest_stands(m.id)))
$function$;

-- A focal point says who still works there; a steward may in their place.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_confirm_members(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and (app.has_role('{steward}') or app.is_focal_point(organization))
$function$;

-- May I say that it is really them who cannot sign in?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_confirm_recovery(member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.may_write() and app.may_confirm_for(app.me(), member)
$function$;

-- An editor or reviewer merges or declines an open request that is not their own.
-- owner indaba_keyring; called by indaba_person, indaba_clerk, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_decide(request uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{editor,reviewer}') and exists (
    select from app.change_requests c where c.id = request and c.status = 'open'
      and c.audience_id in (select app.my_audiences()) and c.byline_id not in (select app.my_bylines()))
$function$;

-- Whoever holds a duty themselves hands it to a colleague: a focal point within the organization, the others to a full member. Steward and trustee are not handed over.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_delegate(what text, organization uuid, colleague uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and colleague <> app.me() and exists (select from app.members m where m.id = colleague and m.status = 'active') and case
    when what = 'focal_point' then exists (select from app.memberships ms where ms.member_id = app.me() and ms.organization_id = organization and ms.role = 'focal_point')
      and exists (select from app.memberships ms where ms.member_id = colleague and ms.organization_id = organization)
    when what in ('editor', 'reviewer', 'moderator') then exists (select from app.hub_roles r where r.member_id = app.me() and r.role = what)
      and exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = colleague)
    else false end
$function$;

-- An editor or reviewer says what becomes of a comment that is not their own, nor about their own request, nor withdrawn.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.may_dispose(comment uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- As with merging: nobody decides on their own comment, nor on those about their own request.
  select app.may_write() and app.has_role('{editor,reviewer}') and exists (
    select from app.comments c join app.conversations k on k.id = c.conversation_id where c.thread_id = comment and c.audience_id in (select app.my_audiences())
      and c.disposition is distinct from 'withdrawn' and c.byline_id not in (select app.my_bylines()) and not app.speaks_as(c.byline_id)
      -- What a country says among itself waits for nobody's answer.
      and k.within_id is null
      and not exists (select from app.change_requests r where r.id = k.subject_id and k.subject_kind = 'change_request' and r.byline_id in (select app.my_bylines())))
$function$;

-- One edits and takes back one's own messages.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_edit_message(author uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select author in (select app.my_bylines()) and app.may_write()
$function$;

-- Whoever proposed an act withdraws it; another with the duty declines it. Whom it is about does neither.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_end_act(act uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and exists (select from app.two_person_acts a where a.id = act and a.state = 'open' and a.lapses_at > now()
    and (a.proposed_by = app.me() or app.has_role(array[a.duty]) and a.subject_member_id is distinct from app.me() and not app.act_is_about_me(a)))
$function$;

-- A steward refuses an open application in a browser, with a reason, never of their own house.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_end_application(application uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.may_write() and app.has_role('{steward}') and exists (select from app.applications a where a.id = application and a.ended_at is null and not app.is_own_application(a))
$function$;

-- A focal point takes along what its organization's people wrote, as far as the focal point may read it.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_export_records(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.in_browser() and app.is_focal_point(organization)
$function$;

-- Whoever vets says in a browser that it is done, or takes a letter as proof; a program does neither.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_finish_vetting(application uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.may_vet(application)
$function$;

-- A steward gives duties, to full members only: a guest holds none. Which ones alone, says app.duty_by_one().
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_give_duty(member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}') and exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = member)
$function$;

-- The focal point of the authority that leads a jurisdiction, or who stands in, speaks for it on a request in a consultation that they read.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_give_position(request uuid, jurisdiction uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.speaks_for(jurisdiction)
    and exists (select from app.change_requests c where c.id = request and c.status = 'open' and c.audience_id in (select app.my_audiences()))
    and exists (select from app.procedures p where p.change_request_id = request and p.kind = 'consultation')
$function$;

-- A steward places and lifts holds.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_hold()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}')
$function$;

-- A focal point invites into its own organization, a steward where there is none; nobody into one that was closed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_invite(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.may_run_members(organization) and not exists (select from app.organizations o where o.id = organization and o.ended_on is not null)
$function$;

-- May I walk into this circle by a button?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_join_circle(circle uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(app.circle_door(circle) = 'open', false)
$function$;

-- May I keep this channel, which I read? Whoever opened it, whom they named, a steward, a moderator; of an organization its focal point, of a circle who runs it.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_keep_channel(channel uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and not app.am_restricted(null) and exists (select from app.channels ch where ch.id = channel and ch.audience_id in (select app.my_audiences()) and (app.has_role('{steward,moderator}') or app.keeps_channel(ch.id)))
$function$;

-- The focal points of an organization say whom to call there.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_keep_on_call(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.is_focal_point(organization)
$function$;

-- May this session change what is its member's own (markers, sessions, profile), and leave? A token without the scope write may not. Accepting terms is not asked.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.may_keep_own()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce((select s.kind = 'browser' or 'write' = any(s.scopes) from app.sessions s where s.token_hash = app.session_hash()),
                  session_user = 'indaba_worker' and app.me() is not null, false)
$function$;

-- May I keep order in this conversation, which I read? In a channel its keepers, elsewhere stewards and moderators; between people who write to each other directly nobody.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_keep_talk(conversation uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce((select case c.subject_kind when 'channel' then app.may_keep_channel(c.subject_id) when 'direct' then false
    else app.may_write() and c.audience_id in (select app.my_audiences()) and app.has_role('{steward,moderator}') end from app.conversations c where c.id = conversation), false)
$function$;

-- Stewards and the focal points of member organizations make circles, and run what they made.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_make_circle()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and (app.has_role('{steward}') or exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id
    where ms.member_id = (select app.me()) and ms.role = 'focal_point' and not o.is_guest))
$function$;

-- May I decide about messages and people here, where I read? The moderators of the hub, and in a channel its own keepers. Not stewards as such; and nobody where people write to each other directly.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_moderate(conversation uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.in_browser() and not app.am_restricted(null) and exists (select from app.conversations c where c.id = conversation and c.audience_id in (select app.my_audiences()) and c.subject_kind <> 'direct'
    and (app.has_role('{moderator}') or c.subject_kind = 'channel' and app.keeps_channel(c.subject_id)))
$function$;

-- May I move this thread to a channel? Whoever started it or keeps order there; never out of a direct conversation or a change request.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_move_thread(thread uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_tend_thread(thread) and exists (select from app.threads t join app.conversations c on c.id = t.conversation_id where t.id = thread and c.subject_kind in ('channel', 'page', 'control'))
$function$;

-- The focal point of an authority names which authority leads its jurisdiction.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_name_lead(jurisdiction uuid, organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.is_focal_point(organization) and organization in (select app.authorities_of(jurisdiction))
$function$;

-- Full members open channels for people and organizations they name.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_name_readers()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and 2 in (select app.my_audiences())
$function$;

-- A steward says who reads a channel that was brought in, and under which label.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_open_imports()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}')
$function$;

-- Is there an open request on this page that I may merge? Only then may its text and its control records change.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.may_project(page uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.change_requests c join app.change_request_pages p on p.change_request_id = c.id
    left join app.pages g on g.id = p.page_id
    -- A request speaks about pages of its own space only, whatever id it names.
    where p.page_id = page and (g.id is null or (g.space_id, g.audience_id) = (c.space_id, c.audience_id)) and app.may_decide(c.id))
$function$;

-- May I propose a change to text with this audience?
-- owner indaba_keyring; called by indaba_person, indaba_clerk, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_propose(audience integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Any member proposes on what it reads; on public text, full members (a guest may only read it).
  select app.may_write() and (exists (select from app.audience_members am where am.audience_id = audience and am.member_id = app.me() and (am.ends_at is null or am.ends_at > now()))
    or audience = 1 and exists (select from app.audience_members where audience_id = 2 and member_id = app.me()))
$function$;

-- Whoever holds the duty proposes the act, in a browser: a program proposes nothing that two people are there for.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_propose_act(what text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.may_write() and app.has_role(array[app.act_duty(what)])
$function$;

-- A focal point names the domains of its organization, a steward those of any.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_prove_domain(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and (app.has_role('{steward}') or app.is_focal_point(organization))
$function$;

-- A steward publishes a new version of the terms, in a browser.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_publish_agreement()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.may_keep_own() and app.has_role('{steward}')
$function$;

-- Whoever decides about text with this audience prepares, publishes and withdraws its editions.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.may_publish_edition(audience integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{editor,reviewer}') and audience in (select app.my_audiences())
$function$;

-- May I react to messages of this audience? Whoever reads and is a member, also where only few post.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_react(audience integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.audience_members am where am.audience_id = app.talkers(audience) and am.member_id = (select app.writer()) and (am.ends_at is null or am.ends_at > now()))
$function$;

-- Am I a steward who has said why, within the last quarter of an hour?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_read_audit()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.has_role('{steward}') and exists (select from app.audit_readings r where r.member_id = (select app.me()) and r.at > now() - interval '15 minutes')
$function$;

-- A steward reads the letters of an application in a browser, never those of their own house.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_read_letters(application uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.has_role('{steward}') and exists (select from app.applications a where a.id = application and not app.is_own_application(a))
$function$;

-- The two trustees of an opening are shown who it was, each once.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_read_opening(act uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.has_role('{trustee}') and exists (select from app.two_person_acts a where a.id = act and a.kind = 'open_pseudonym' and a.state = 'done'
    and app.me() in (a.proposed_by, a.ended_by) and not exists (select from app.opening_views v where v.act_id = a.id and v.member_id = app.me()))
$function$;

-- May I say that this happened? Only of a subject with that very audience, and only what I did there: an event about somebody else's would carry its words to the wrong readers.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_record(what text, audience integer, byline uuid, subject_type text, subject uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Volatile, to see what the very statement that records has just written.
  if not app.may_write() or not app.may_speak(byline, audience) or what not like subject_type || '.%' then return false; end if;
  return case subject_type
    -- That it was posted, app.post_message() alone says, once.
    when 'message' then what <> 'message.posted' and exists (select from app.messages m where m.id = subject and m.audience_id = audience and m.byline_id = byline)
    when 'thread' then exists (select from app.threads t where t.id = subject and t.audience_id = audience and (what <> 'thread.started' or t.byline_id in (select app.my_bylines())) and what not in ('thread.moved', 'thread.arrived') and app.may_tend_thread(t.id))
    when 'channel' then exists (select from app.channels c where c.id = subject and c.audience_id = audience and app.may_keep_channel(c.id))
    when 'page' then exists (select from app.pages p where p.id = subject and p.audience_id = audience and app.may_project(p.id))
    when 'change_request' then exists (select from app.change_requests c where c.id = subject and c.audience_id = audience and case what
      when 'change_request.opened' then c.status = 'open' and c.byline_id = byline
      when 'change_request.changed' then c.status = 'open' and c.byline_id in (select app.my_bylines())
      when 'change_request.withdrawn' then c.status = 'withdrawn' and c.byline_id in (select app.my_bylines())
      when 'change_request.merged' then c.status = 'merged' and c.decided_by = byline
      when 'change_request.declined' then c.status = 'declined' and c.decided_by = byline
      else false end)
    when 'edition' then exists (select from app.editions e where e.id = subject and e.audience_id = audience and case what
      when 'edition.published' then e.status = 'in_force' and e.published_by = byline
      when 'edition.withdrawn' then e.status = 'withdrawn' and e.withdrawn_by = byline
      else false end)
    else false end;
end $function$;

-- A steward takes new organizations and jurisdictions into the hub.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_register_organization()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}')
$function$;

-- Whoever runs a circle gives its guests another day. Of whom is no guest there nothing is told.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_renew_guest(circle uuid, member uuid, organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_run_circle(circle) and app.is_guest(member, organization) and exists (
    select from app.circle_members cm where cm.circle_id = circle and (cm.member_id = member or cm.organization_id = organization))
$function$;

-- May I report this message? Whoever reads it and did not write it.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_report(message uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.writer() is not null and exists (select from app.messages m where m.id = message and m.audience_id in (select app.my_audiences()) and m.deleted_at is null
    and (m.marking is null or m.marking <> all(app.sealed_labels())) and m.byline_id not in (select app.my_bylines()))
$function$;

-- May I say who reads and does not write: here, or (null) in all of the hub, which moderators of the hub do.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_restrict(conversation uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when conversation is null then app.may_write() and app.in_browser() and app.has_role('{moderator}') else app.may_moderate(conversation) end
$function$;

-- Whoever answers for a page, and whoever decides about its text, say that they read it again and nothing has to change; they also see what readers said of it.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_review_page(page uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_set_upkeep(page) or app.may_write() and exists (select from app.owners_of(page) o where o = app.me())
    and exists (select from app.pages p where p.id = page and p.retired_at is null and p.audience_id in (select app.my_audiences()))
$function$;

-- A rule that brings people in without asking them is set by a steward who runs the circle.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_rule_circle(circle uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_run_circle(circle) and app.has_role('{steward}')
$function$;

-- Whoever runs a circle, from within, says who else is in it and how one comes in.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_run_circle(circle uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and circle in (select app.my_run_circles())
$function$;

-- A focal point in its own organization; a steward only where no focal point is there to do it: what an authority's people read is no steward's to give.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.may_run_members(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.is_focal_point(organization) or app.has_role('{steward}') and not exists (
    select from app.memberships ms join app.members m on m.id = ms.member_id where ms.organization_id = organization and ms.role = 'focal_point' and m.status = 'active')
$function$;

-- The focal points of an organization say what it adopted.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_say_adopted(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.is_focal_point(organization)
$function$;

-- Stewards see how the hub does, and the job that looks.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.may_see_health()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.has_role('{steward}') or session_user = 'indaba_worker' and app.me() is null
$function$;

-- Stewards set the hub; a token that may only read does not.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_set_hub()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}')
$function$;

-- Stewards set how a space they read decides.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_set_rules(space uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}') and exists (select from app.spaces s where s.id = space and s.audience_id in (select app.my_audiences()))
$function$;

-- A focal point says how their own members sign in, a steward where there is none; from a browser.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_set_sign_in(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.in_browser() and app.may_write() and app.may_run_members(organization)
$function$;

-- Whoever decides about text they read says who answers for a page of it, and by when it is read again.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_set_upkeep(page uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{editor,reviewer}') and exists (select from app.pages p where p.id = page and p.retired_at is null and p.audience_id in (select app.my_audiences()))
$function$;

-- May I undo this decision, or settle the answer to it? Whoever could decide so, never about myself.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_settle(act uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.moderation_acts a where a.id = act and a.byline_id not in (select app.my_bylines())
    and case when a.handed or a.conversation_id is null then app.may_restrict(null) else app.may_moderate(a.conversation_id) end)
$function$;

-- Is this byline mine, and for this audience? A pseudonym speaks only where it was taken: elsewhere it would tie two audiences together.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.may_speak(byline uuid, audience integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select byline in (select app.my_bylines()) and exists (select from app.bylines b where b.id = byline and (b.kind <> 'pseudonym' or b.audience_id = audience))
$function$;

-- Whoever works for an authority of a jurisdiction comments within it on an open request that all members read.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_speak_within(request uuid, jurisdiction uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.reads_within(request, jurisdiction) and exists (select from app.change_requests c where c.id = request and c.status = 'open')
$function$;

-- May I start a thread here? Not where talk is closed; among announcements only whoever keeps the channel.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_start_thread(conversation uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.conversations c where c.id = conversation and c.closed_at is null and c.audience_id in (select app.my_audiences()) and app.may_talk(c.audience_id) and not app.am_restricted(c.id)
    and (c.starters = 'readers' or app.may_keep_talk(c.id)))
$function$;

-- The focal point of the authority that leads a jurisdiction, or who stands in, makes one submission of what was said within it.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_submit_within(request uuid, jurisdiction uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_speak_within(request, jurisdiction) and app.speaks_for(jurisdiction)
$function$;

-- A steward takes duties back, from whomever.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_take_back_duties()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}')
$function$;

-- May I write in a conversation with this audience?
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_talk(audience integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.audience_members am where am.audience_id = app.talkers(audience) and am.member_id = (select app.writer()) and (am.ends_at is null or am.ends_at > now()))
$function$;

-- May I rename, resolve and reopen this thread, which I read? Whoever started it and whoever keeps order there.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_tend_thread(thread uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and exists (select from app.threads t join app.conversations c on c.id = t.conversation_id
    where t.id = thread and t.audience_id in (select app.my_audiences()) and c.closed_at is null and t.moved_to is null and not app.am_restricted(c.id)
      and (t.byline_id in (select app.my_bylines()) or app.may_keep_talk(c.id)))
$function$;

-- A steward vets an open application, never of their own house.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.may_vet(application uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.has_role('{steward}') and exists (
    select from app.applications a where a.id = application and a.ended_at is null and a.vetted_at is null and not app.is_own_application(a))
$function$;

-- The author changes or withdraws an open request.
-- owner indaba_keyring; called by indaba_person, indaba_clerk, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_withdraw(request uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and exists (select from app.change_requests c where c.id = request and c.status = 'open' and c.byline_id in (select app.my_bylines()))
$function$;

-- May this session change anything? Not by a token without the scope write, nor for whoever has not accepted the present terms (39-agreements.sql).
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.may_write()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce((select (s.kind = 'browser' or 'write' = any(s.scopes)) and m.agreed from app.sessions s join app.members m on m.id = s.member_id where s.token_hash = app.session_hash()),
                  session_user = 'indaba_worker' and exists (select from app.members m where m.id = app.me() and m.agreed), false)
$function$;

-- May I write in this shared draft? Its author and whom they asked along, while it is open and they could propose in its space.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.may_write_along(draft uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_write() and app.writes_along(draft, app.me()) and exists (select from app.shared_drafts d where d.id = draft and d.closed_at is null)
$function$;

-- The member who is asking, or null.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.me()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(
    -- Not by way of session_hash(): a second function would double what the look-up costs, and every policy pays it.
    (select s.member_id from app.sessions s join app.members m on m.id = s.member_id
      where s.token_hash = sha256(convert_to(nullif(current_setting('indaba.session', true), ''), 'UTF8')) and s.expires_at > now() and s.revoked_at is null and m.status = 'active'),
    -- Only the worker's login, which no visitor reaches, may name a person.
    (select m.id from app.members m where session_user = 'indaba_worker' and m.status = 'active'
      and m.id = nullif(current_setting('indaba.member', true), '')::uuid))
$function$;

-- Whom to tell of a message because it names them: members who read it now, without its writer. For jobs.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.mentioned_members(message uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct m.id from app.mentions n join app.messages x on x.id = n.message_id and x.deleted_at is null
    join app.members m on m.status = 'active' and case n.kind
      when 'person' then exists (select from app.bylines b where b.id = n.target_id and b.member_id = m.id)
      when 'organization' then exists (select from app.memberships ms where ms.organization_id = n.target_id and ms.member_id = m.id)
      when 'circle' then exists (select from app.circles c join app.audience_members am on am.audience_id = c.audience_id where c.id = n.target_id and am.member_id = m.id and (am.ends_at is null or am.ends_at > now()))
      else exists (select from app.audience_members am where am.audience_id = app.talkers(n.audience_id) and am.member_id = m.id and (am.ends_at is null or am.ends_at > now())) end
   where n.message_id = message and (n.audience_id = 1 or exists (select from app.audience_members am where am.audience_id = n.audience_id and am.member_id = m.id and (am.ends_at is null or am.ends_at > now())))
     and not exists (select from app.bylines b where b.id = x.byline_id and b.member_id = m.id)
$function$;

-- May the words of this message go now?
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.message_due(conversation uuid, author uuid, audience integer, mark text, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.is_due(app.kind_of_words(conversation), app.label_of_words(conversation, mark), since) and not app.words_held(author, conversation, audience, null)
$function$;

-- Counters of threads and conversations that stand otherwise than their messages say: of all, or of one. For the recount only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.miscounted(wanted_scope uuid DEFAULT NULL::uuid)
 RETURNS TABLE(scope uuid, kind text, number boolean, moment boolean, wanted integer, latest timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Of a thread the last number counts exactly. Of a conversation it may be higher than what is left: the retention job takes threads whole, and numbers are never given again.
  select t.id, 'thread', k.last_number is distinct from coalesce(m.last, 0), k.last_at is distinct from m.latest and m.latest is not null, coalesce(m.last, 0), m.latest
    from app.threads t left join app.counters k on k.scope_id = t.id and k.audience_id = t.audience_id
    left join lateral (select max(x.thread_number) as last, greatest(max(x.created_at), case when count(*) > 0 then t.moved_at end) as latest from app.messages x where x.thread_id = t.id and x.audience_id = t.audience_id) m on true
   where t.moved_to is null and (wanted_scope is null or t.id = wanted_scope) and (k.last_number is distinct from coalesce(m.last, 0) or m.latest is not null and k.last_at is distinct from m.latest)
  union all
  select c.id, 'conversation', true, false, greatest(m.last, k.last_number), null::timestamptz
    from app.conversations c left join app.counters k on k.scope_id = c.id and k.audience_id = c.audience_id
    left join lateral (select coalesce(max(x.number), 0) as last from app.messages x where x.conversation_id = c.id and x.audience_id = c.audience_id) m on true
   where (wanted_scope is null or c.id = wanted_scope) and (k.last_number is null or k.last_number < m.last)
$function$;

-- The same for whoever may read the request, while it is open.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.missing_of(request uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when exists (select from app.change_requests c where c.id = request and c.status = 'open' and c.audience_id in (select app.my_audiences())) then app.still_missing(request) else '[]' end
$function$;

-- Do I keep order anywhere?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.moderates()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.may_restrict(null) or exists (select from app.conversations c where c.subject_kind = 'channel' and c.audience_id in (select app.my_audiences()) and app.may_moderate(c.id))
$function$;

-- What was decided where I keep order, answers that wait first.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.moderation_log()
 RETURNS TABLE(id uuid, kind text, message_id uuid, subject_id uuid, subject_kind text, who text, moderator text, mine boolean, handed boolean, reason text, words text, at timestamp with time zone, ends_at timestamp with time zone, answer text, answered_at timestamp with time zone, settled_at timestamp with time zone, settled_by text, settled_words text, undone boolean, said text, may_restore boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select a.id, a.kind, case when not a.handed then a.message_id end, case when not a.handed then c.subject_id end, c.subject_kind, w.name, m.name, a.moderator_id in (select app.my_bylines()), a.handed, a.reason, a.words, a.at, a.ends_at,
      a.answer, a.answered_at, a.settled_at, s.name, a.settled_words, a.undone, app.words_removed(a.id),
      exists (select from app.messages x where x.id = a.message_id and x.moderated_as is not null and x.moved_to is null and not app.removed_words_over(x.id)) and exists (select from app.message_revisions r where r.message_id = a.message_id)
    from app.moderation_acts a left join app.conversations c on c.id = a.conversation_id join app.bylines w on w.id = a.byline_id join app.bylines m on m.id = a.moderator_id left join app.bylines s on s.id = a.settled_by
   where app.may_settle(a.id) order by (a.answer is not null and a.settled_at is null) desc, a.at desc limit 200
$function$;

-- Open reports that are for me to decide. Of what was handed over: the words that were handed over, and not where it was said.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.moderation_queue()
 RETURNS TABLE(id uuid, message_id uuid, conversation_id uuid, subject_id uuid, subject_kind text, author_id uuid, author text, reporter text, reason text, words text, handed boolean, said text, marking text, gone boolean, at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select r.id, r.message_id, case when not r.handed then r.conversation_id end, case when not r.handed then c.subject_id end, c.subject_kind, r.author_id, a.name, b.name, r.reason, r.words, r.handed,
      case when r.handed then r.handed_words when m.deleted_at is null then m.body
        -- Taken back after it was reported: what it said then.
        else (select x.body from app.message_revisions x where x.message_id = m.id and x.replaced_at >= r.created_at and not app.removed_words_over(m.id) order by x.replaced_at, x.id limit 1) end,
      m.marking, m.deleted_at is not null, r.created_at
    from app.message_reports r join app.messages m on m.id = r.message_id join app.conversations c on c.id = r.conversation_id join app.bylines a on a.id = r.author_id join app.bylines b on b.id = r.byline_id
   where r.closed_at is null and app.may_close_report(r.id) order by r.created_at limit 200
$function$;

-- When a push may tell a member of what happened at a moment: at once, after their quiet hours. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.moment_to_push(member uuid, since timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case app.moment_to_tell(member, 'now', since) when since + interval '1 minute' then since else app.moment_to_tell(member, 'now', since) end
$function$;

-- When a member may be told of what happened at a moment: mode now (a minute later), hourly (at the full hour), daily (at the time they chose), never (null); after their quiet hours. In their own time zone. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.moment_to_tell(member uuid, mode text, since timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare zone text; digest int; q int; u int; clock timestamp; minute int;
begin
  select m.time_zone, coalesce(c.digest_at, 480), c.quiet_from, c.quiet_until into zone, digest, q, u
    from app.members m left join app.telling_choices c on c.member_id = m.id where m.id = member;
  -- All in the clock of the member: a day there may have 23 hours, and eight o'clock stays eight o'clock.
  clock := case mode when 'now' then since + interval '1 minute' when 'hourly' then date_trunc('hour', since) + interval '1 hour' when 'daily' then since end at time zone zone;
  if mode = 'daily' then
    clock := date_trunc('day', clock) + make_interval(mins => digest) + case when clock >= date_trunc('day', clock) + make_interval(mins => digest) then interval '1 day' else interval '0' end;
  end if;
  minute := extract(hour from clock) * 60 + extract(minute from clock);
  if q < u and minute >= q and minute < u or q > u and (minute >= q or minute < u) then
    clock := date_trunc('day', clock) + make_interval(mins => u) + case when q > u and minute >= q then interval '1 day' else interval '0' end;
  end if;
  return clock at time zone zone;
end $function$;

-- Moves a thread to a channel, for exactly as many new readers as its mover was told of. The old place keeps a notice and no word. Refuses as plan_move does, and with what that gives as refusal: conversations.move.public, .too_long, .label, .pseudonym, .not_to_pass_on; and conversations.move.readers_changed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.move_thread(thread uuid, target uuid, new_thread uuid, expected integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare t app.threads; c app.conversations; m app.messages; plan record; mover uuid; copy uuid; cut tsvector;
begin
  -- First the lock that every post to it waits for: nobody's words come in between.
  perform from app.counters k where k.scope_id = thread for update;
  select * into plan from app.plan_move(thread, target);
  if plan.refusal is not null then raise exception using errcode = 'IN422', message = plan.refusal; end if;
  if plan.gaining <> expected then raise exception using errcode = 'IN409', message = 'conversations.move.readers_changed'; end if;
  select * into t from app.threads x where x.id = thread;
  select * into c from app.conversations x where x.id = target;
  select b.id into mover from app.bylines b where b.member_id = app.me() and b.kind = 'person';

  insert into app.threads (id, conversation_id, audience_id, title, byline_id, created_at, resolved_at, history_number, moved_from, moved_at, moved_by)
    values (new_thread, c.id, c.audience_id, t.title, t.byline_id, t.created_at, t.resolved_at, t.history_number, t.id, now(), mover);
  for m in select * from app.messages x where x.thread_id = thread order by x.thread_number loop
    copy := gen_random_uuid();
    insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash, created_at, edited_at, deleted_at, removed_at, source, moderated_as)
      values (copy, c.id, new_thread, c.audience_id, m.byline_id, m.body, m.marking, gen_random_uuid(), m.body_hash, m.created_at, m.edited_at, m.deleted_at, m.removed_at, m.source, m.moderated_as);
    if m.deleted_at is null then
      -- What it said before an edit was said to these readers only.
      if plan.gaining = 0 then
        insert into app.message_revisions (id, message_id, audience_id, body, marking, replaced_at)
          select gen_random_uuid(), copy, c.audience_id, r.body, r.marking, r.replaced_at from app.message_revisions r where r.message_id = m.id
            and (r.marking is null or app.marking_rank(r.marking) <= app.marking_rank(c.ceiling) and app.marking_admits(r.marking, c.audience_id));
      end if;
      insert into app.mentions select copy, c.audience_id, n.kind, case n.kind when 'channel' then c.id else n.target_id end, n.at from app.mentions n where n.message_id = m.id on conflict do nothing;
      insert into app.polls (message_id, audience_id, multiple, named, closes_at) select copy, c.audience_id, p.multiple, p.named, p.closes_at from app.polls p where p.message_id = m.id;
      insert into app.poll_options (message_id, audience_id, place, words) select copy, c.audience_id, o.place, o.words from app.poll_options o where o.message_id = m.id;
      insert into app.poll_votes (message_id, audience_id, place, byline_id) select copy, c.audience_id, v.place, v.byline_id from app.poll_votes v where v.message_id = m.id;
      insert into app.reactions select copy, c.audience_id, r.byline_id, r.emoji, r.at from app.reactions r where r.message_id = m.id;
      insert into app.pins select copy, c.id, c.audience_id, p.byline_id, p.at from app.pins p where p.message_id = m.id;
      insert into app.saved_messages select s.member_id, copy, c.audience_id, s.at from app.saved_messages s where s.message_id = m.id and s.member_id in (select app.readers_of(c.audience_id));
      -- What somebody was told of and has not looked at waits for them in the new place; it is not told again.
      insert into app.notices (member_id, message_id, audience_id, thread_id, number, reason, at, seen_at)
        select n.member_id, copy, c.audience_id, new_thread, n.number, n.reason, n.at, n.seen_at from app.notices n where n.message_id = m.id and n.member_id in (select app.readers_of(c.audience_id));
      insert into app.attachments (message_id, audience_id, place, name, mime, size, sha256, width, height)
        select copy, c.audience_id, a.place, a.name, a.mime, a.size, a.sha256, a.width, a.height from app.attachments a where a.message_id = m.id;
      delete from search.entries e where e.subject_id = m.id and e.kind = 'message' returning e.words into cut;
      if found then insert into search.entries values (nextval('search.positions'), 'message', copy, c.audience_id,
        ts_delete(cut, (select array['c:' || k.id, 't:' || m.thread_id, 'k:' || k.subject_kind] || search.space_of(k.id, k.subject_kind) from app.conversations k where k.id = m.conversation_id)) || search.facets(m.byline_id, c.id, new_thread, c.subject_kind, m.marking), m.created_at); end if;
    end if;
    -- Kept as its earlier words, which nobody reads, until their time is over; so a hold on the old place still holds.
    update app.messages x set body = '', deleted_at = coalesce(x.deleted_at, now()), moved_to = copy where x.id = m.id;
  end loop;
  -- Whoever read or followed it does so in the new place, if they read there.
  insert into app.read_markers (member_id, thread_id, audience_id, number)
    select r.member_id, new_thread, c.audience_id, r.number from app.read_markers r where r.thread_id = thread and r.member_id in (select app.readers_of(c.audience_id));
  insert into app.thread_follows (member_id, thread_id, audience_id, state)
    select f.member_id, new_thread, c.audience_id, f.state from app.thread_follows f where f.thread_id = thread and f.member_id in (select app.readers_of(c.audience_id)) on conflict do nothing;
  update app.threads x set moved_to = new_thread, moved_at = now(), moved_by = mover where x.id = thread;
  delete from app.counters k where k.scope_id = thread;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values
    ('thread.moved', t.audience_id, mover, 'thread', thread, jsonb_build_object('conversation_id', t.conversation_id, 'thread_id', thread)),
    ('thread.arrived', c.audience_id, mover, 'thread', new_thread, jsonb_build_object('conversation_id', c.id, 'thread_id', new_thread));
end $function$;

-- Where a message went with its thread, if I read it there; null otherwise, for absent and not-mine alike. So that a link to it goes on for whoever reads only the new place.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.moved_message(message uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with recursive way as (select m.id, m.moved_to, m.audience_id from app.messages m where m.id = message
    union select m.id, m.moved_to, m.audience_id from way w join app.messages m on m.id = w.moved_to)
  select w.id from way w where w.moved_to is null and w.id <> message and w.audience_id in (select app.my_audiences())
$function$;

-- How many pages of a request changed since it was based on them. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.moved_pages(request uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Also asked by the merge itself, which has made its revisions by then: those do not count as somebody else's.
  select count(*)::int from app.change_request_pages c join app.pages p on p.id = c.page_id join app.revisions r on r.id = p.revision_id
   where c.change_request_id = request and c.action = 'edit'
     and c.base_revision_id is distinct from case when r.change_request_id = request then (select b.id from app.revisions b where b.page_id = p.id and b.number = r.number - 1) else r.id end
$function$;

-- Is there a present version that I have not accepted yet?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.must_agree()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.members m where m.id = (select app.me()) and not m.agreed)
$function$;

-- My own sign-in data, without the hash.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_account()
 RETURNS TABLE(email text, has_password boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select email, password_hash is not null from app.accounts where member_id = (select app.me())
$function$;

-- One letter, for whoever holds a private link of its application and has confirmed it.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.my_application_letter(hash bytea, letter uuid)
 RETURNS TABLE(name text, mime text, bytes bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select l.name, l.mime, l.bytes from app.application_of(hash) c join app.application_letters l on l.application_id = c.application_id
   where l.id = letter and c.confirmed_at is not null
$function$;

-- The audiences I belong to; everyone, visitors included, belongs to the audience public (1).
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.my_audiences()
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 60
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select 1 union all
  select am.audience_id from app.audience_members am where am.member_id = (select app.me()) and (am.ends_at is null or am.ends_at > now())
$function$;

-- My own byline, under my name. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.my_byline()
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person'
$function$;

-- The bylines that are mine, pseudonyms included.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.my_bylines()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 2
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select b.id from app.bylines b where b.member_id = (select app.me())
  union all select p.byline_id from sealed.byline_members p where p.member_id = (select app.me())
$function$;

-- The circles that wait for my answer: their name and purpose I may read.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_circle_invitations()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 2
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select a.circle_id from app.circle_admissions a where a.member_id = (select app.me()) and a.kind = 'invitation' and a.outcome is null
$function$;

-- Whoever shares a circle with me in which members see each other.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_circle_peers()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct am.member_id from app.circles c join app.audience_members am on am.audience_id = c.audience_id where c.audience_id in (select app.my_rosters()) and (am.ends_at is null or am.ends_at > now())
$function$;

-- Whoever works for an organization that I work for.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_colleagues()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 20
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct ms.member_id from app.memberships ms where ms.organization_id in (select app.my_organizations())
$function$;

-- Within which jurisdictions I read and comment on this request, how many do so with me, who leads, and whether I speak for it.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.my_countries(request uuid)
 RETURNS TABLE(id uuid, code text, name text, conversation_id uuid, audience_id integer, readers integer, lead text, may_comment boolean, may_submit boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select j.id, j.code, j.name, k.id, k.audience_id, (select count(distinct ms.member_id)::int from app.memberships ms join app.members m on m.id = ms.member_id and m.status = 'active' where ms.organization_id in (select app.authorities_of(j.id))),
      (select o.name from app.organizations o where o.id = app.lead_of(j.id)), app.may_speak_within(request, j.id), app.may_submit_within(request, j.id)
    from app.jurisdictions j left join app.conversations k on k.subject_kind = 'change_request' and k.subject_id = request and k.within_id = j.id
   where j.id in (select oj.jurisdiction_id from app.organization_jurisdictions oj join app.memberships ms on ms.organization_id = oj.organization_id where ms.member_id = app.me())
     and app.reads_within(request, j.id) order by lower(j.name), j.id
$function$;

-- The jurisdictions I speak for on this request, and what each says now.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.my_jurisdictions(request uuid)
 RETURNS TABLE(id uuid, name text, stance text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select j.id, j.name, app.stance_of(request, j.id) from app.jurisdictions j
   where j.id in (select oj.jurisdiction_id from app.organization_jurisdictions oj where oj.organization_id in (select app.my_run_organizations())) and app.may_give_position(request, j.id) order by lower(j.name)
$function$;

-- The duty of mine that ended last, within 14 days, my own or one I held for somebody, unless I hold it again: why something that worked may be refused now.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_lost_duty()
 RETURNS TABLE(duty text, organization text, standing_for text, at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select l.duty, o.name, l.standing_for, l.at from (
    select d.duty, d.organization_id, m.name as standing_for, least(d.revoked_at, d.ends_at) as at from app.delegations d join app.members m on m.id = d.from_member
     where d.to_member = (select app.me()) and least(d.revoked_at, d.ends_at) between now() - interval '14 days' and now()
    union all
    select 'focal_point', a.organization_id, null, a.at from app.membership_acts a where a.member_id = (select app.me()) and a.act = 'made_member' and a.at > now() - interval '14 days'
    union all
    select e.data ->> 'duty', null, null, e.at from app.events e where e.kind = 'member.duty_taken_back' and e.subject_kind = 'member' and e.subject_id = (select app.me()) and e.at > now() - interval '14 days') l
    left join app.organizations o on o.id = l.organization_id
   where not case when l.duty = 'focal_point' then app.is_focal_point(l.organization_id) else app.has_role(array[l.duty]) end
   order by l.at desc limit 1
$function$;

-- The organizations I work for.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.my_organizations()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 2
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select organization_id from app.memberships where member_id = (select app.me())
$function$;

-- Members who share an audience with me and can be seen there: a guest sees these, and nobody else.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.my_peers()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 200
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct o.member_id from app.audience_members o where o.audience_id in (select app.my_rosters()) and (o.ends_at is null or o.ends_at > now())
$function$;

-- The byline of my own name.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_person()
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person'
$function$;

-- Where a steward's own browsers are reached, for trying push from the settings. Refuses with common.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_push_addresses()
 RETURNS TABLE(device text, endpoint text, p256dh text, auth text, key_version integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not (app.in_browser() and app.may_set_hub()) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  return query select s.name, p.endpoint, p.p256dh, p.auth, p.key_version from app.push_subscriptions p
    join app.sessions s on s.id = p.session_id and s.revoked_at is null and s.expires_at > now() where p.member_id = app.me() order by p.created_at;
end $function$;

-- Those of my audiences in which I may see who else is in them.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.my_rosters()
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 60
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select am.audience_id from app.audience_members am where am.member_id = (select app.me()) and (am.ends_at is null or am.ends_at > now()) and not exists (
    select from app.circles c where c.audience_id = am.audience_id and c.roster = 'runners' and not exists (select from app.circle_runners r where r.circle_id = c.id and r.member_id = am.member_id))
$function$;

-- The circles I run: whoever is no longer in one runs it no more.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_run_circles()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 5
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select r.circle_id from app.circle_runners r join app.circles c on c.id = r.circle_id
    join app.audience_members am on am.audience_id = c.audience_id and am.member_id = r.member_id where r.member_id = (select app.me())
$function$;

-- The organizations whose focal point I am, or stand in for.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_run_organizations()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 2
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select organization_id from app.memberships where member_id = (select app.me()) and role = 'focal_point' and app.guest_stands((select app.me()))
  union select d.organization_id from app.delegations d where d.to_member = (select app.me()) and d.duty = 'focal_point'
    and app.stands_in_for((select app.me()), '{focal_point}', d.organization_id) is not null and app.guest_stands((select app.me()))
$function$;

-- Whether I have a second factor, and how many recovery codes are left.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_second_factor()
 RETURNS TABLE(on_since timestamp with time zone, begun boolean, codes_left integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select f.confirmed_at, f.confirmed_at is null, (select count(*)::int from app.recovery_codes c where c.member_id = f.member_id and c.used_at is null)
    from app.second_factors f where f.member_id = app.me()
$function$;

-- The id of the session that is asking, or null: which line of the list is this browser.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_session()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select id from app.sessions where token_hash = app.session_hash() and expires_at > now() and revoked_at is null
$function$;

-- My own language and time zone. Those of others stand in their profile, as far as they show them.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_settings()
 RETURNS TABLE(locale text, time_zone text)
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.locale, m.time_zone from app.members m where m.id = app.me()
$function$;

-- The shared drafts I write along, open and closed.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.my_shared_drafts()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select d.id from app.shared_drafts d where d.member_id = app.me() and app.writes_along(d.id, app.me())
  union select w.shared_draft_id from app.shared_draft_writers w where w.member_id = app.me() and w.ended_at is null and app.writes_along(w.shared_draft_id, app.me())
$function$;

-- The providers of my organizations, and since when each knows me.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.my_sso()
 RETURNS TABLE(slug text, organization text, kind text, issuer text, linked_at timestamp with time zone, last_used_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select o.slug, o.name, c.kind, c.issuer, l.made_at, l.last_used_at from app.sso_connections c join app.organizations o on o.id = c.organization_id
    left join app.sso_links l on l.connection_id = c.id and l.member_id = app.me() and l.ended_at is null
   where c.organization_id in (select app.my_organizations()) and app.sso_live(c.organization_id) order by o.name
$function$;

-- Makes those who were in a private conversation and are here its readers, and nobody else; closes it to writing while one of them is missing. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.name_import_readers(audience integer, place uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare pending boolean; whole boolean;
begin
  insert into app.named_people (audience_id, member_id)
    select distinct audience, p.member_id from app.import_place_people pp join app.import_people p on p.id = pp.person_id
     where pp.place_id = place and pp.reads and p.member_id is not null and app.import_reader_fits(audience, p.member_id)
    on conflict do nothing;
  select coalesce(bool_or(pp.reads and n.member_id is null), false), coalesce(bool_and(n.member_id is not null), false) into pending, whole
    from app.import_place_people pp join app.import_people p on p.id = pp.person_id left join app.named_people n on n.audience_id = audience and n.member_id = p.member_id
   where pp.place_id = place and p.kind = 'person';
  -- While somebody may still come in, nothing new is said: they would read it too. When all are here nobody is added any more, and it goes on like any other.
  update app.audiences a set frozen = not pending where a.id = audience;
  update app.conversations c set closed_at = case when pending or c.subject_kind = 'direct' and not whole then coalesce(c.closed_at, now()) else (select ch.archived_at from app.channels ch where ch.id = c.subject_id) end
   where c.audience_id = audience and c.subject_id = place;
  perform app.sync_audiences(array[audience]);
end $function$;

-- Writes down whom a message names, of those whom I may see. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.name_in_message(message uuid, audience integer, talk uuid, named text[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- What the writer may not see is passed over in silence, as what is not there.
  insert into app.mentions (message_id, audience_id, kind, target_id)
  select message, audience, t.kind, coalesce(t.id, talk) from (
    select distinct split_part(x, ':', 1) as kind, case when split_part(x, ':', 1) <> 'channel' and x ~ ':[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part(x, ':', 2)::uuid end as id
      from unnest(named[1:50]) x) t
   where case t.kind
     when 'person' then exists (select from app.bylines b join app.members m on m.id = b.member_id where b.id = t.id and b.kind = 'person' and m.status = 'active'
       and (2 in (select app.my_audiences()) or m.id in (select app.my_peers()) or m.id = app.me()))
     when 'organization' then exists (select from app.organizations o where o.id = t.id
       and (2 in (select app.my_audiences()) or o.id in (select app.my_organizations()) or o.id in (select app.peer_organizations())))
     when 'circle' then exists (select from app.circles c where c.id = t.id and (c.audience_id in (select app.my_audiences()) or c.listed and 2 in (select app.my_audiences())))
     else t.kind = 'channel' end
  on conflict do nothing
$function$;

-- An authority says which authority leads the jurisdiction, or (null) takes that back. Refuses with people.lead.not_found (also where one may not), people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.name_lead(jurisdiction uuid, organization uuid, lead uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_name_lead(jurisdiction, organization) then raise exception using errcode = 'IN404', message = 'people.lead.not_found'; end if;
  if lead is not null and lead not in (select app.authorities_of(jurisdiction)) then raise exception using errcode = 'IN404', message = 'people.lead.not_found'; end if;
  perform app.need_fresh();
  delete from app.lead_choices l where l.jurisdiction_id = jurisdiction and l.organization_id = organization;
  if lead is not null then insert into app.lead_choices (jurisdiction_id, organization_id, lead_id, byline_id) values (jurisdiction, organization, lead, app.my_byline()); end if;
  perform app.tell('jurisdiction.lead_named', 2, 'jurisdiction', jurisdiction, jsonb_build_object('organization_id', organization, 'lead_id', lead));
end $function$;

-- Names a steward where fewer than two are left who can. For whoever owns the database. Refuses with people.duty.two_can, .members_only, .held, people.member.not_found.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.name_steward(person text, why text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.members;
begin
  -- The lock of keep_steward(): not while a steward comes or goes.
  perform pg_advisory_xact_lock(hashtext('indaba last steward'));
  if (select count(*) from app.hub_roles r join app.members m on m.id = r.member_id where r.role = 'steward' and m.status = 'active') > 1 then
    raise exception using errcode = 'IN409', message = 'people.duty.two_can';
  end if;
  select * into one from app.members m where m.slug = person and m.status = 'active';
  if one.id is null then raise exception using errcode = 'IN404', message = 'people.member.not_found'; end if;
  if not exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = one.id) then raise exception using errcode = 'IN422', message = 'people.duty.members_only'; end if;
  if exists (select from app.hub_roles r where r.member_id = one.id and r.role = 'steward') then raise exception using errcode = 'IN409', message = 'people.duty.held'; end if;
  insert into app.hub_roles (member_id, role) values (one.id, 'steward');
  -- Every member reads that it happened, and that no member did it.
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
  values ('member.duty_given', 2, (select b.id from app.bylines b where b.kind = 'service' and b.name = 'Indaba' order by b.id limit 1), 'member', one.id, '{"duty": "steward"}');
  perform app.note('steward.named', null, one.id, null, jsonb_build_object('reason', why));
  return one.name;
end $function$;

-- Does this name stand beside or in words that are held, in a conversation, a circle or a space? Who said it, and whom it names, is part of what is held. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.named_words_held(member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.anything_held() and (
    exists (select from app.messages m join app.bylines b on b.id = m.byline_id where b.member_id = member and app.words_held(m.byline_id, m.conversation_id, m.audience_id, null))
    or exists (select from app.change_requests c join app.bylines b on b.id = c.byline_id where b.member_id = member and app.words_held(c.byline_id, null, c.audience_id, c.space_id))
    or exists (select from app.mentions x join app.bylines b on b.id = x.target_id join app.messages m on m.id = x.message_id
      where x.kind = 'person' and b.member_id = member and app.words_held(m.byline_id, m.conversation_id, m.audience_id, null)))
$function$;

-- For what only whoever decides a request may do. For functions only. Refuses with library.change_request.may_not_decide.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.need_decider(request uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_decide(request) then raise exception using errcode = 'IN403', message = 'library.change_request.may_not_decide'; end if;
end $function$;

-- For dangerous acts: refuses with people.step_up.needed when the session proved itself too long ago. Whoever is nobody yet (joining, recovering) is held by other means.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.need_fresh()
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if app.me() is not null and not app.fresh() then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
end $function$;

-- A circle keeps somebody who runs it: people.circle.last_runner.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.need_runner(circle uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- One after the other: of two who leave at the same moment, one stays. A circle that nobody is in needs nobody.
  perform pg_advisory_xact_lock(hashtextextended('indaba runners of ' || circle, 0));
  if app.me() is not null and not app.circle_has_runner(circle) and exists (select from app.audience_members am join app.circles c on c.audience_id = am.audience_id where c.id = circle) then
    raise exception using errcode = 'IN409', message = 'people.circle.last_runner';
  end if;
end $function$;

-- For what only whoever speaks for a country does. For functions only. Refuses with common.not_found, library.country.not_yours.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.need_submitter(request uuid, jurisdiction uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.reads_within(request, jurisdiction) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_submit_within(request, jurisdiction) then raise exception using errcode = 'IN403', message = 'library.country.not_yours'; end if;
end $function$;

-- The next dense number of a conversation, thread or space; null when there is none such. For triggers only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.next_number(scope uuid, audience integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare n int;
begin
  update app.counters set last_number = last_number + 1, last_at = now() where scope_id = scope and audience_id = audience returning last_number into n;
  return n;
end $function$;

-- How many living processes still take this version of a key for the present one.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.nodes_using_key(name text, version integer)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::int from app.nodes n where n.seen_at > now() - interval '2 minutes' and (n.facts -> 'keys' ->> nodes_using_key.name)::int = version
$function$;

-- Writes an act of security down for the log. For triggers and functions of keyring only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.note(what text, actor uuid, member uuid, organization uuid, detail jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- An act on an organization says for which focal point it was done; what one does about oneself is nobody else's.
  insert into app.audit_notes (kind, actor_id, member_id, organization_id, data) values (what, actor, member, organization, detail
    || case when organization is not null and actor = app.me() and (member is distinct from actor or what like 'export.%')
         then jsonb_strip_nulls(jsonb_build_object('for_member', app.acting_for(organization))) else '{}' end)
$function$;

-- Remembers which transaction is the oldest open one, so that it shows how long anything has been open. For the job only.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.note_horizon()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into app.horizon_samples as h (oldest) values (pg_snapshot_xmin(pg_current_snapshot()))
  on conflict (singleton) do update set since = case when h.oldest = excluded.oldest then h.since else now() end, oldest = excluded.oldest
$function$;

-- Writes into the log that whoever runs the hub rotated or retired a key.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.note_key(what text, name text, version integer)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.note(what, null, null, null, jsonb_build_object('name', name, 'version', version)) where what in ('key.rotated', 'key.retired')
$function$;

-- Remembers that this token is in use: its first use at once, then at most every five minutes.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.note_token_use()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update app.sessions set last_seen_at = clock_timestamp() where token_hash = app.session_hash() and kind = 'token' and revoked_at is null and expires_at > now()
    and (last_seen_at = created_at or last_seen_at < now() - interval '5 minutes')
$function$;

-- Counts a password that is about to be compared; a browser that gets in takes it off again, so a second step that is never done counts too. What remains after the quarter of an hour becomes one note.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.note_try(address text, mac bytea)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into app.audit_tries as t (member_id, slot, tries)
  select coalesce((select a.member_id from app.accounts a where a.email_key = lower(trim(address))), '00000000-0000-0000-0000-000000000000'), date_bin('15 minutes', now(), 'epoch'), 1
   where app.checked('find-account:' || address, mac)
  on conflict (member_id, slot) do update set tries = t.tries + 1
$function$;

-- Does this still concern them: a request that is open or was just decided, a page that they still answer for, what they still watch? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.notice_lives(n app.request_notices)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if n.kind like 'watched%' then
    -- Opened, and decided meanwhile: the decision is told.
    return app.still_watched(n) and (n.kind <> 'watched_opened' or exists (select from app.change_requests c where c.id = n.change_request_id and c.status = 'open'));
  end if;
  if n.page_id is null then return exists (select from app.change_requests c where c.id = n.change_request_id and (c.status = 'open' or n.kind in ('merged', 'declined'))); end if;
  if n.kind in ('review_soon', 'review_overdue') then return n.member_id in (select app.owners_of(n.page_id)) and exists (select from app.pages p where p.id = n.page_id and p.retired_at is null); end if;
  return true;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_accepted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform pg_advisory_xact_lock_shared(hashtext('indaba agreements'));
  update app.members m set agreed = not exists (
    select from app.present_agreements() v where not exists (select from app.agreement_acceptances a where a.member_id = m.id and a.version_id = v)) where m.id = new.member_id;
  perform app.note('agreement.accepted', new.member_id, new.member_id, null, (select jsonb_build_object('document', v.document, 'number', v.number) from app.agreement_versions v where v.id = new.version_id));
  return null;
end $function$;

-- Each step of an act is a row of the log, and a mail to those it waits for or who waited for it.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_act()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.state = 'open' then perform app.note('act.proposed', app.me(), new.subject_member_id, null, jsonb_build_object('act_id', new.id, 'act', new.kind, 'reason', new.reason));
  else perform app.note('act.' || new.state, app.me(), new.subject_member_id, null, jsonb_build_object('act_id', new.id, 'act', new.kind) || jsonb_strip_nulls(jsonb_build_object('reason', new.end_reason)));
  end if;
  perform graphile_worker.add_job('govern.mail-act', json_build_object('ids', json_build_object('act', new.id, 'state', new.state), 'actor', app.me()));
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_act_said()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  new.by_steward := new.organization_id not in (select app.my_run_organizations());
  new.for_member := app.acting_for(new.organization_id);
  return new;
end $function$;

-- Runs after the policy let it in, so what it says only they hear who may: people.circle.already_in_it, .no_guests.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_admission()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.member_id in (select app.circle_people(new.circle_id)) then raise exception using errcode = 'IN409', message = 'people.circle.already_in_it'; end if;
  if new.kind = 'invitation' and exists (select from app.circles c join app.conversations k on k.audience_id = c.audience_id join app.marking_outlets o on o.label = k.ceiling where c.id = new.circle_id and not o.guests)
     and not exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = new.member_id) then
    raise exception using errcode = 'IN409', message = 'people.circle.no_guests';
  end if;
  return new;
end $function$;

-- Queues the mail about a request, an invitation, or the answer to a request.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_admission_told()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    perform graphile_worker.add_job('people.mail-admission', json_build_object('ids', json_build_object('admission', new.id, 'step', 'made'), 'actor', app.me()));
  elsif new.kind = 'request' and old.outcome is null and new.outcome in ('accepted', 'declined') then
    perform graphile_worker.add_job('people.mail-admission', json_build_object('ids', json_build_object('admission', new.id, 'step', 'answered'), 'actor', app.me()));
  end if;
  return null;
end $function$;

-- Nobody is admitted or invited to a closed organization, no circle takes it in, no domain or sign-in service becomes its own: people.organization.ended.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_admitted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from app.organizations o where o.id = new.organization_id and o.ended_on is not null) then
    raise exception using errcode = 'IN409', message = 'people.organization.ended';
  end if;
  return new;
end $function$;

-- Tells those who see it that an organization said what it adopted, or no longer says it.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_adopted_space()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.adopted_spaces;
begin
  if tg_op = 'DELETE' then one := old; else one := new; end if;
  perform app.tell('organization.adopted_' || case tg_op when 'DELETE' then 'removed' else 'said' end, one.audience_id, 'organization', one.organization_id,
    jsonb_build_object('organization_id', one.organization_id, 'space_id', one.space_id, 'state', one.state));
  return null;
end $function$;

-- Numbers a version; from now on nobody writes who has not accepted it: people.step_up.needed.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_agreement()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.starter then new.number := 0; return new; end if;
  -- One after the other: no two versions with one number, and nobody accepts the old one meanwhile.
  perform pg_advisory_xact_lock(hashtext('indaba agreements'));
  new.number := (select coalesce(max(v.number), 0) + 1 from app.agreement_versions v where v.document = new.document);
  new.published_at := now();
  if app.me() is not null then new.published_by := app.me(); end if;
  update app.members set agreed = false where agreed;
  perform app.note('agreement.published', app.me(), null, null, jsonb_build_object('document', new.document, 'number', new.number));
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_change_request()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  new.number := app.next_number(new.space_id, new.audience_id);
  if new.number is null then raise exception using errcode = 'IN404', message = 'library.space.not_found'; end if;
  return new;
end $function$;

-- An archived channel is read and found, and nothing is written in it.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_channel_archived()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update app.conversations set closed_at = new.archived_at where subject_kind = 'channel' and subject_id = new.id;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_circle()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.tell('circle.made', new.audience_id, 'circle', new.id, '{}');
  if new.by_rule then perform app.sync_audiences(array[new.audience_id]); end if;
  return null;
end $function$;

-- Runs after the audience was brought up to date. No guest comes in where a ceiling shuts guests out (people.circle.no_guests); whoever left comes back by invitation only (people.circle.left_themselves); somebody stays who runs it (people.circle.last_runner).
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_circle_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.circle_members; readers int; made boolean;
begin
  if tg_op = 'DELETE' then one := old; else one := new; end if;
  select c.audience_id, c.created_at = now() into readers, made from app.circles c where c.id = one.circle_id;
  -- Whoever makes a circle is in it from the start; that it was made says so already.
  if tg_op = 'DELETE' or one.member_id is distinct from app.me() or not made then
    perform app.tell_of_circle(case tg_op when 'DELETE' then 'circle.left' else 'circle.joined' end, one.circle_id, one.member_id, one.organization_id);
  end if;
  if tg_op = 'INSERT' then
    if exists (select from app.audiences a join app.conversations k on k.audience_id = a.id join app.marking_outlets o on o.label = k.ceiling
        where a.id = readers and a.has_guests and not o.guests) then
      raise exception using errcode = 'IN409', message = 'people.circle.no_guests';
    end if;
    if one.member_id is not null then
      if one.member_id is distinct from app.me() and exists (select from app.circle_absences b where b.circle_id = one.circle_id and b.member_id = one.member_id and not b.by_runner) then
        raise exception using errcode = 'IN409', message = 'people.circle.left_themselves';
      end if;
      delete from app.circle_absences b where b.circle_id = one.circle_id and b.member_id = one.member_id;
      -- What was asked or offered is settled by being in.
      update app.circle_admissions a set outcome = 'accepted', answered_at = now() where a.circle_id = one.circle_id and a.member_id = one.member_id and a.outcome is null;
    end if;
    if (not made or app.me() is null) and not exists (select from app.circle_runners r where r.circle_id = one.circle_id) then perform app.keep_runner(one.circle_id); end if;
  elsif app.me() is null then perform app.keep_runner(one.circle_id);
  else perform app.need_runner(one.circle_id);
  end if;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_circle_member()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.circle_members;
begin
  if tg_op = 'UPDATE' or coalesce(old.organization_id, new.organization_id) is not null then
    perform app.sync_audiences(array(select id from app.audiences where kind = 'circle' and ref in (old.circle_id, new.circle_id)));
  else
    if tg_op = 'DELETE' then one := old; else one := new; end if;
    perform from app.audiences a join app.circles c on c.audience_id = a.id where c.id = one.circle_id for update of a;
    perform app.sync_people(array[one.member_id], false);
    update app.audiences a set has_guests = app.audience_guests(a.id) from app.circles c where c.id = one.circle_id and a.id = c.audience_id and a.has_guests <> app.audience_guests(a.id);
  end if;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_circle_runner()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    if not exists (select from app.circles c where c.id = new.circle_id and c.created_at = now()) then perform app.tell_of_circle('circle.runner_given', new.circle_id, new.member_id, null); end if;
  elsif app.me() is not null then
    perform app.tell_of_circle('circle.runner_taken_back', old.circle_id, old.member_id, null);
    -- Leaving asks this itself, once the person is out.
    if not exists (select from app.circle_absences b where b.circle_id = old.circle_id and b.member_id = old.member_id) and pg_trigger_depth() = 1 then perform app.need_runner(old.circle_id); end if;
  end if;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_code_noted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.note('recovery_code.used', new.member_id, new.member_id, null, '{}');
  return null;
end $function$;

-- Says whose comment it is in which space, counts dispositions, and writes down what happened. Refuses with common.not_found, library.country.not_open, library.comment.not_yours, library.comment.may_not_dispose, library.comment.request_unknown.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_comment()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare said text; mine uuid := (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person');
begin
  if tg_op = 'INSERT' then
    new.space_id := app.space_of(new.conversation_id);
    if new.space_id is null or new.page_id is not null and not exists (select from app.pages p where p.id = new.page_id and p.space_id = new.space_id) then
      raise exception using errcode = 'IN404', message = 'common.not_found';
    end if;
    if exists (select from app.conversations k where k.id = new.conversation_id and k.within_id is not null and not app.may_speak_within(k.subject_id, k.within_id)) then
      raise exception using errcode = 'IN403', message = 'library.country.not_open';
    end if;
    return new;
  end if;
  -- A country takes back and closes as a country.
  if (new.closed_at is null) <> (old.closed_at is null) or 'withdrawn' in (new.disposition, old.disposition) then
    mine := case when app.speaks_as(old.byline_id) then old.byline_id else mine end;
  end if;
  if new.disposition is distinct from old.disposition or new.answer_id is distinct from old.answer_id and new.answer_id is not null or new.answered_by is distinct from old.answered_by then
    if new.disposition = 'withdrawn' or old.disposition = 'withdrawn' then
      if not app.may_close_comment(old.thread_id) or coalesce(old.disposition, new.disposition) <> 'withdrawn' or coalesce(new.disposition, 'withdrawn') <> 'withdrawn' or new.answered_by is not null then
        raise exception using errcode = 'IN403', message = 'library.comment.not_yours';
      end if;
    elsif not app.may_dispose(old.thread_id) then raise exception using errcode = 'IN403', message = 'library.comment.may_not_dispose'; end if;
    if new.answer_id is not null and not exists (select from app.messages m where m.id = new.answer_id and m.thread_id = old.thread_id) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
    if new.answered_by is not null and not exists (select from app.change_requests r where r.id = new.answered_by and r.space_id = old.space_id and r.audience_id in (select app.my_audiences())) then
      raise exception using errcode = 'IN422', message = 'library.comment.request_unknown';
    end if;
    new.version := old.version + 1;
    new.disposed_at := case when new.disposition is not null then now() end;
    new.disposed_by := case when new.disposition is not null then mine end;
    said := 'comment.disposed';
  end if;
  if (new.closed_at is null) <> (old.closed_at is null) then
    if not app.may_close_comment(old.thread_id) then raise exception using errcode = 'IN403', message = 'library.comment.not_yours'; end if;
    new.closed_at := case when new.closed_at is not null then now() end;
    said := coalesce(said, 'comment.closed');
  end if;
  if said is not null then
    insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
      values (said, old.audience_id, mine, 'comment', old.thread_id,
        jsonb_build_object('conversation_id', old.conversation_id, 'space_id', old.space_id));
  end if;
  return new;
end $function$;

-- A comment stays with the text it is about: library.comment.stays.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_comment_moves()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from app.comments c where c.thread_id = new.id) then raise exception using errcode = 'IN409', message = 'library.comment.stays'; end if;
  return new;
end $function$;

-- Forgets the words beside a message together with the message's own.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_comment_words_due()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- The words beside a message go when its own go: with the message, or with what is kept of one that was taken back.
  if tg_table_name = 'messages' then
    delete from app.comment_words w where w.message_id = new.id;
    delete from app.country_points p using app.comments c where c.message_id = new.id and p.thread_id = c.thread_id;
  else
    delete from app.comment_words w using app.messages m where w.message_id = old.message_id and m.id = w.message_id and m.deleted_at is not null
      and not exists (select from app.message_revisions r where r.message_id = m.id);
  end if;
  return null;
end $function$;

-- A ceiling must admit the audience, and the usual label must not be above it: conversations.ceiling.not_admitted, conversations.marking.above_ceiling.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_conversation()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Waits for whoever is bringing people into this audience: a guest and a ceiling without guests must not pass each other by.
  perform from app.audiences where id = new.audience_id for key share;
  if not app.marking_admits(new.ceiling, new.audience_id) then
    raise exception using errcode = 'IN422', message = 'conversations.ceiling.not_admitted';
  end if;
  if app.marking_rank(new.marking) > app.marking_rank(new.ceiling) then
    raise exception using errcode = 'IN422', message = 'conversations.marking.above_ceiling';
  end if;
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_dangerous()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.need_fresh();
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $function$;

-- Who decides does not put words into the author's mouth, nor choose the time: common.not_allowed.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_decision()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if app.me() is null then return new; end if;
  if (new.title, new.reason) is distinct from (old.title, old.reason) and old.byline_id not in (select app.my_bylines()) then
    raise exception using errcode = 'IN403', message = 'common.not_allowed';
  end if;
  if new.status <> old.status then new.decided_at := now(); end if;
  if new.status <> old.status and new.status in ('merged', 'declined') and not exists (select from app.hub_roles r where r.member_id = app.me() and r.role in ('editor', 'reviewer')) then
    new.decided_for := app.stands_in_for(app.me(), '{editor,reviewer}', null);
  end if;
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_delegation()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    perform app.note('delegation.made', new.from_member, new.to_member, new.organization_id, jsonb_build_object('delegation_id', new.id, 'duty', new.duty, 'until', new.ends_at, 'reason', new.reason));
    perform graphile_worker.add_job('govern.mail-delegation', json_build_object('ids', json_build_object('delegation', new.id), 'actor', app.me()));
  else
    perform app.note('delegation.revoked', app.me(), new.to_member, new.organization_id, jsonb_build_object('delegation_id', new.id, 'duty', new.duty));
  end if;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_delegation_revoked()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  new.revoked_at := now();
  new.revoked_by := app.me();
  return new;
end $function$;

-- Writes down for the log who named, proved or removed a domain.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_domain_noted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then perform app.note('domain.named', app.me(), null, new.organization_id, jsonb_build_object('domain', new.domain));
  elsif tg_op = 'DELETE' then
    -- An organization that goes takes its domains along; only what somebody does is noted.
    if exists (select from app.organizations o where o.id = old.organization_id) then perform app.note('domain.removed', app.me(), null, old.organization_id, jsonb_build_object('domain', old.domain)); end if;
  elsif old.proved_at is null and new.proved_at is not null then
    perform app.note('domain.proved', app.me(), null, new.organization_id, jsonb_build_object('domain', new.domain, 'method', new.method));
  end if;
  return null;
end $function$;

-- At most fifty pictures of one member wait to be proposed (library.picture.too_many), under names that their space does not have (library.picture.name_taken).
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_draft_picture()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- One after the other, so that many at the same moment do not pass the limit together.
  perform pg_advisory_xact_lock(hashtextextended(new.member_id::text, 9));
  -- What no text of mine shows any more makes room.
  delete from app.draft_pictures d where d.member_id = new.member_id and d.created_at < now() - interval '30 days'
    and not exists (select from app.page_drafts t where t.member_id = new.member_id and position(d.path in t.fields ->> 'text') > 0);
  if (select count(*) from app.draft_pictures d where d.member_id = new.member_id) >= 50 then
    raise exception using errcode = 'IN429', message = 'library.picture.too_many';
  end if;
  -- No name that the space has already: what readers see there stays.
  if exists (select from app.space_assets a where a.space_id = new.space_id and a.path = new.path) then
    raise exception using errcode = 'IN409', message = 'library.picture.name_taken';
  end if;
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_duty()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op <> 'DELETE' then perform app.tell('member.duty_given', 2, 'member', new.member_id, jsonb_build_object('duty', new.role)); end if;
  if tg_op <> 'INSERT' then
    perform app.tell('member.duty_taken_back', 2, 'member', old.member_id, jsonb_build_object('duty', old.role));
    if old.role = 'steward' then perform app.keep_steward(); end if;
  end if;
  return null;
end $function$;

-- A published edition is never changed or removed, only superseded or withdrawn; its number comes after those before it. Refuses with library.edition.published, library.edition.number_not_after.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_edition()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'DELETE' then
    if old.status <> 'draft' then raise exception using errcode = 'IN403', message = 'library.edition.published'; end if;
    return old;
  end if;
  if tg_op = 'INSERT' then
    if new.status <> 'draft' and app.me() is not null then raise exception using errcode = 'IN403', message = 'common.not_allowed'; end if;
  elsif old.status <> 'draft' then
    if (new.id, new.space_id, new.audience_id, new.number, new.dated_on, new.words, new.byline_id, new.created_at, new.published_by, new.published_at)
        is distinct from (old.id, old.space_id, old.audience_id, old.number, old.dated_on, old.words, old.byline_id, old.created_at, old.published_by, old.published_at)
       or old.status = 'withdrawn' or (old.status, new.status) not in (('in_force', 'superseded'), ('in_force', 'withdrawn'), ('superseded', 'withdrawn')) then
      raise exception using errcode = 'IN403', message = 'library.edition.published';
    end if;
    return new;
  end if;
  -- Numbers go up, whatever way they are written.
  if new.status = 'draft' and exists (select from app.editions e where e.space_id = new.space_id and e.id <> new.id and e.status <> 'draft' and app.edition_order(e.number) >= app.edition_order(new.number)) then
    raise exception using errcode = 'IN409', message = 'library.edition.number_not_after';
  end if;
  return new;
end $function$;

-- What an edition holds is written once, while it is being published, and never changed: library.edition.published. True for every role, the owner's too.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_edition_piece()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' and exists (select from app.editions e where e.id = new.edition_id and e.status = 'draft') then return new; end if;
  raise exception using errcode = 'IN403', message = 'library.edition.published';
end $function$;

-- Writes down for whom whoever acts stands in, from what is so: nobody says it themselves.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_event_for()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare whom uuid;
begin
  -- Nobody says it themselves; and a pseudonym never says for whom it acts, or it would say whose it is.
  new.data := new.data - 'for_member';
  if not exists (select from app.bylines b where b.id = new.byline_id and b.kind = 'person' and b.member_id = app.me()) then return new; end if;
  whom := case new.subject_kind
    when 'organization' then app.acting_for(new.subject_id)
    when 'member' then case when new.data ? 'organization_id' and new.subject_id <> app.me() then app.acting_for((new.data ->> 'organization_id')::uuid) end
    when 'change_request' then (select c.decided_for from app.change_requests c where c.id = new.subject_id)
    when 'channel' then case when new.kind = 'channel.opened'
      then case when new.audience_id = 1 and not exists (select from app.hub_roles r where r.member_id = app.me() and r.role in ('steward', 'moderator')) then app.stands_in_for(app.me(), '{moderator}', null) end
      else app.keeping_for(new.subject_id) end
    when 'thread' then (select case when t.byline_id in (select app.my_bylines()) then null when c.subject_kind = 'channel' then app.keeping_for(c.subject_id)
        when not exists (select from app.hub_roles r where r.member_id = app.me() and r.role in ('steward', 'moderator')) then app.stands_in_for(app.me(), '{moderator}', null) end
      from app.threads t join app.conversations c on c.id = t.conversation_id where t.id = new.subject_id) end;
  if whom is not null then new.data := new.data || jsonb_build_object('for_member', whom); end if;
  return new;
end $function$;

-- Asking for a package needs a fresh proof, leaves a note and queues the job. Refuses with people.step_up.needed, records.export.too_many (ten a day).
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_export_asked()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.need_fresh();
  if (select count(*) from app.data_exports e where e.member_id = new.member_id and e.asked_at > now() - interval '1 day') >= 10 then
    raise exception using errcode = 'IN429', message = 'records.export.too_many';
  end if;
  perform app.note('export.asked', app.me(), new.member_id, new.organization_id, jsonb_build_object('export_id', new.id, 'export', new.kind) || jsonb_strip_nulls(jsonb_build_object('reason', nullif(new.reason, ''))));
  perform graphile_worker.add_job('records.make-export', json_build_object('ids', json_build_object('export', new.id), 'actor', app.me()), max_attempts => 3);
  return new;
end $function$;

-- Queues the mail that says a package can be fetched.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_export_made()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform graphile_worker.add_job('records.mail-export', json_build_object('ids', json_build_object('export', new.id), 'actor', new.member_id));
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_factor_noted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'DELETE' then
    if old.confirmed_at is not null then perform app.note('second_factor.removed', app.me(), old.member_id, null, '{}'); end if;
  elsif new.confirmed_at is not null and (tg_op = 'INSERT' or old.confirmed_at is null) then perform app.note('second_factor.added', app.me(), new.member_id, null, '{}');
  end if;
  return null;
end $function$;

-- Whoever is suspended or left has no session, no token and no open invitation any more, whoever changed the status; whoever left has no passkey and no password either.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_gone()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- me() refuses already by the status; this makes it last when the suspension is lifted.
  update app.sessions set revoked_at = now() where member_id = new.id and revoked_at is null;
  delete from app.ceremonies where member_id = new.id;
  update app.invitations i set revoked_at = now() where i.used_at is null and i.revoked_at is null and (
    i.invited_by in (select b.id from app.bylines b where b.member_id = new.id)
    or lower(trim(i.email)) = (select a.email_key from app.accounts a where a.member_id = new.id));
  if new.status = 'left' then
    update app.passkeys set revoked_at = now() where member_id = new.id and revoked_at is null;
    -- The address is free again: whoever comes back, for whichever organization, comes as somebody new. The job forgets the address itself.
    update app.accounts set password_hash = null, email_key = 'left:' || new.id where member_id = new.id;
  end if;
  return null;
end $function$;

-- Whoever is suspended or left is half signed in nowhere and on no way back; whoever left has no second factor either.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_gone_factors()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  delete from app.half_sign_ins where member_id = new.id;
  update app.recoveries set ended_at = now(), ended_as = 'refused' where member_id = new.id and ended_at is null;
  if new.status = 'left' then
    delete from app.second_factors where member_id = new.id;
    delete from app.recovery_codes where member_id = new.id;
  end if;
  return null;
end $function$;

-- A guest always has an end: the day that whoever brings them in says, a year at most; where nobody can be asked, the days of the setting. Refuses with people.guest.end_missing, people.guest.end_past, people.guest.end_far.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_guest_comes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' and not app.is_guest(new.member_id, new.organization_id) then new.ends_at := null; return new; end if;
  if new.ends_at is null then
    -- Whoever brings a guest in by hand says until when; imports and the machine cannot be asked.
    if app.me() is not null then raise exception using errcode = 'IN422', message = 'people.guest.end_missing'; end if;
    new.ends_at := now() + make_interval(days => app.guest_days());
  end if;
  if new.ends_at <= now() and app.me() is not null then raise exception using errcode = 'IN422', message = 'people.guest.end_past'; end if;
  if new.ends_at > now() + interval '366 days' then raise exception using errcode = 'IN422', message = 'people.guest.end_far'; end if;
  if tg_op = 'UPDATE' then
    new.reminded_at := null;
    perform app.note('circle.guest_renewed', app.me(), new.member_id, new.organization_id, jsonb_build_object('circle_id', new.circle_id, 'ends_at', new.ends_at));
  end if;
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_guest_end_moved()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.circle_members; moved boolean;
begin
  if tg_op = 'DELETE' then one := old; else one := new; end if;
  perform app.end_follows(array(select p from (select one.member_id as p where one.member_id is not null
    union select ms.member_id from app.memberships ms where ms.organization_id = one.organization_id) x
    where app.is_guest(p, null) or exists (select from app.audience_members am join app.circles c on c.audience_id = am.audience_id
      where c.id = one.circle_id and am.member_id = p and am.ends_at is distinct from app.guest_end(am.audience_id, p))));
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_guest_house_left()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.circle_members;
begin
  if tg_op = 'INSERT' then
    if exists (select from app.audience_members am where am.member_id = new.member_id and am.ends_at is not null) then perform app.end_follows(array[new.member_id]); end if;
    return null;
  end if;
  -- Who works for guests only from now on is a guest where they were let in as something else: they run nothing, have an end, and read nothing that shuts guests out.
  if exists (select from app.memberships ms where ms.member_id = old.member_id) and app.is_guest(old.member_id, null) then
    for one in select * from app.circle_members cm where cm.member_id = old.member_id and cm.ends_at is null order by cm.circle_id loop
      delete from app.circle_runners r where r.circle_id = one.circle_id and r.member_id = old.member_id;
      perform app.keep_runner(one.circle_id);
      if exists (select from app.circles c join app.conversations k on k.audience_id = c.audience_id join app.marking_outlets o on o.label = k.ceiling where c.id = one.circle_id and not o.guests) then
        delete from app.circle_members cm where cm.circle_id = one.circle_id and cm.member_id = old.member_id;
      else
        update app.circle_members cm set ends_at = now() + make_interval(days => app.guest_days()) where cm.circle_id = one.circle_id and cm.member_id = old.member_id;
      end if;
    end loop;
  end if;
  if app.is_guest(old.member_id, null) or exists (select from app.audience_members am where am.member_id = old.member_id and am.ends_at is not null) then
    perform app.end_follows(array[old.member_id]);
  end if;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_guest_known()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into app.named_people select new.audience_id, new.member_id from app.audiences a where a.id = new.audience_id and a.kind = 'named' on conflict do nothing;
  new.ends_at := app.guest_end(new.audience_id, new.member_id);
  return new;
end $function$;

-- Placing needs a fresh proof; placing and lifting leave a note. Refuses with people.step_up.needed.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_hold()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    perform app.need_fresh();
    perform pg_advisory_xact_lock(hashtext('indaba legal holds'));
    new.placed_at := now();
  end if;
  -- Not whom it concerns: they read what concerns them in the log.
  perform app.note(case tg_op when 'INSERT' then 'hold.placed' else 'hold.lifted' end, app.me(), null, null, jsonb_build_object('hold_id', new.id));
  return new;
end $function$;

-- Whoever runs the hub brought talk in: the log says so.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_import_ran()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.note('import.ran', null, null, null, jsonb_build_object('run_id', new.id, 'messages', new.counts -> 'new'));
  return null;
end $function$;

-- Whoever joins, or comes back, may have spoken elsewhere before: a job looks.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_import_reader()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare whose uuid := case tg_table_name when 'members' then (to_jsonb(new) ->> 'id')::uuid else (to_jsonb(new) ->> 'member_id')::uuid end;
begin
  -- A job of its own: joining neither waits for old talk nor fails by it.
  if exists (select from app.import_people p join app.accounts c on c.email_key = p.email_key where c.member_id = whose and p.member_id is null) then
    perform graphile_worker.add_job('exchange.match-imported', json_build_object('ids', json_build_object('member', whose), 'actor', null));
  end if;
  return null;
end $function$;

-- Writes down for whom whoever invites stands in.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_invitation()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  new.for_member := app.acting_for(new.organization_id);
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_invitation_noted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare ids jsonb := jsonb_build_object('invitation_id', new.id) || jsonb_strip_nulls(jsonb_build_object('for_member', new.for_member));
begin
  if tg_op = 'INSERT' then perform app.note('invitation.made', case when new.from_hub then null else app.me() end, null, new.organization_id, ids);
  elsif old.used_at is null and new.used_at is not null then perform app.note('invitation.used', null, null, new.organization_id, ids);
  elsif old.revoked_at is null and new.revoked_at is not null then perform app.note('invitation.revoked', app.me(), null, new.organization_id, ids);
  end if;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_left()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.status = 'left' then new.left_at := now(); end if;
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_lifted_otherwise()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- A steward lifted it: the question is answered for now, or the next run would suspend again.
  update app.memberships ms set unconfirmed_at = null, confirmed_at = now() where ms.member_id = new.id and ms.unconfirmed_at is not null;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_member_name()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update app.bylines set name = new.name where member_id = new.id and kind = 'person';
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_member_status()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.sync_people(array[new.id]);
  return null;
end $function$;

-- The time zone of a profile is that of the account; to whom it is shown stays.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_member_zone()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into app.profile_fields (member_id, field, words, shown_to) values (new.id, 'time_zone', array[new.time_zone], 'members')
    on conflict (member_id, field) do update set words = excluded.words;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_membership()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then perform app.sync_people(array[new.member_id]);
  elsif tg_op = 'DELETE' then perform app.sync_people(array[old.member_id]);
  elsif (old.member_id, old.organization_id) is distinct from (new.member_id, new.organization_id) then perform app.sync_people(array[old.member_id, new.member_id]);
  end if;
  return null;
end $function$;

-- Does what the act says: tells it, queues the mail, changes status or membership. Refuses with people.membership.not_found, people.membership.last_focal_point (unless a steward does it), people.duty.last_steward.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_membership_act()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare steward boolean; readers int; ran boolean;
begin
  -- One after the other in one organization, and asked again: of two focal points who let each other go at the same moment, one stays.
  perform pg_advisory_xact_lock(hashtextextended('indaba members of ' || new.organization_id, 0));
  if not app.may_act_on_member(new.act, new.member_id, new.organization_id) then raise exception using errcode = 'IN404', message = 'people.membership.not_found'; end if;
  steward := app.has_role('{steward}');
  ran := exists (select from app.memberships ms where ms.member_id = new.member_id and ms.organization_id = new.organization_id and ms.role = 'focal_point');
  select a.id into readers from app.audiences a where a.kind = 'organization' and a.ref = new.organization_id;
  -- Told before it is done: whoever lets themselves go is nobody afterwards.
  perform app.tell('member.' || new.act, readers, 'member', new.member_id, jsonb_build_object('organization_id', new.organization_id, 'act_id', new.id));
  -- Queued here, so that nobody is put out without being told.
  perform graphile_worker.add_job('people.mail-membership', json_build_object('ids', json_build_object('act', new.id), 'actor', app.me()));
  if new.act = 'made_focal_point' then update app.memberships set role = 'focal_point' where member_id = new.member_id and organization_id = new.organization_id;
  elsif new.act = 'made_member' then update app.memberships set role = 'member' where member_id = new.member_id and organization_id = new.organization_id;
  elsif new.act = 'suspended' then update app.members set status = 'suspended' where id = new.member_id;
  elsif new.act = 'lifted' then update app.members set status = 'active' where id = new.member_id;
  else
    delete from app.hub_roles r where r.member_id = new.member_id and not exists (select from app.memberships o join app.organizations x on x.id = o.organization_id
      where o.member_id = new.member_id and o.organization_id <> new.organization_id and not x.is_guest);
    delete from app.memberships where member_id = new.member_id and organization_id = new.organization_id;
    if not exists (select from app.memberships where member_id = new.member_id) then update app.members set status = 'left' where id = new.member_id; end if;
  end if;
  -- Whoever ran nobody leaves nobody without.
  if ran and not steward and not exists (select from app.memberships ms join app.members m on m.id = ms.member_id
      where ms.organization_id = new.organization_id and ms.role = 'focal_point' and m.status = 'active') then
    raise exception using errcode = 'IN409', message = 'people.membership.last_focal_point';
  end if;
  -- Links sent by whoever may no longer send them.
  update app.invitations i set revoked_at = now() where i.organization_id = new.organization_id and i.used_at is null and i.revoked_at is null
    and not app.inviter_stands(i.invited_by, i.organization_id, i.role);
  return null;
end $function$;

-- Whoever leaves an organization is not let in by its provider any more, and does not become a member again by themselves.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_membership_over()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from app.organizations o where o.id = old.organization_id) then
    insert into app.sso_barred (organization_id, address_hash)
    select old.organization_id, app.sso_bar(old.organization_id, a.email_key) from app.accounts a where a.member_id = old.member_id
    union select old.organization_id, l.address_hash from app.sso_links l join app.sso_connections c on c.id = l.connection_id
      where c.organization_id = old.organization_id and l.member_id = old.member_id and l.address_hash is not null
    on conflict do nothing;
  end if;
  update app.sessions s set revoked_at = now() from app.sso_connections c where c.id = s.connection_id and c.organization_id = old.organization_id and s.member_id = old.member_id and s.revoked_at is null;
  update app.sso_links l set ended_at = now() from app.sso_connections c where c.id = l.connection_id and c.organization_id = old.organization_id and l.member_id = old.member_id and l.ended_at is null;
  return null;
end $function$;

-- Gives a message its numbers and refuses a label above the ceiling before anything is stored: conversations.message.above_ceiling, conversations.thread.not_found.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_message()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare cap text;
begin
  -- The retention job takes the words away; they are not kept as earlier ones.
  if tg_op = 'UPDATE' and new.removed_at is distinct from old.removed_at then return new; end if;
  -- Somebody was erased who is mentioned in it: no edit of whoever wrote it, and the name is not kept as earlier words.
  if tg_op = 'UPDATE' and new.body <> old.body and new.marking is not distinct from old.marking and new.deleted_at is not distinct from old.deleted_at and new.body = app.unnamed(old.body) then return new; end if;
  -- Put back as it was before a moderator removed it: nothing was edited.
  if tg_op = 'UPDATE' and old.moderated_as is not null and new.moderated_as is null then return new; end if;
  -- A label taken off gives way to the usual one of the place.
  if tg_op = 'UPDATE' and new.marking is null and old.marking is not null and new.body <> '' then
    select c.marking into new.marking from app.conversations c where c.id = new.conversation_id and c.audience_id = new.audience_id;
  end if;
  if new.marking is not null then
    select c.ceiling into cap from app.conversations c where c.id = new.conversation_id and c.audience_id = new.audience_id;
    if cap is not null and (app.marking_rank(new.marking) > app.marking_rank(cap) or not app.marking_admits(new.marking, new.audience_id)) then
      raise exception using errcode = 'IN422', message = 'conversations.message.above_ceiling';
    end if;
  end if;
  if tg_op = 'UPDATE' then
    if new.body is distinct from old.body or new.marking is distinct from old.marking then
      -- Where talk is closed nothing is written any more; taking back one's own always goes.
      if new.deleted_at is null and exists (select from app.conversations c where c.id = new.conversation_id and c.closed_at is not null) then
        raise exception using errcode = 'IN409', message = 'conversations.conversation.closed';
      end if;
      if new.deleted_at is null and app.is_restricted(old.byline_id, old.conversation_id) then raise exception using errcode = 'IN403', message = 'conversations.member.restricted'; end if;
      insert into app.message_revisions (id, message_id, audience_id, body, marking) values (gen_random_uuid(), old.id, old.audience_id, old.body, old.marking);
      -- What a moderator removes was not edited, and is put back as it was.
      if new.moderated_as is not distinct from old.moderated_as then new.edited_at := now(); end if;
    end if;
    return new;
  end if;
  -- Not by way of next_number(): two more calls on the way that every message takes.
  update app.counters c set last_number = c.last_number + 1, last_at = now() where c.scope_id = new.conversation_id and c.audience_id = new.audience_id
    returning c.last_number into new.number;
  update app.counters c set last_number = c.last_number + 1, last_at = now() where c.scope_id = new.thread_id and c.audience_id = new.audience_id
    returning c.last_number into new.thread_number;
  if new.number is null or new.thread_number is null then
    -- Its counter went with its words, so that whoever posts at the same moment is told, and nothing is lost.
    if exists (select from app.threads t where t.id = new.thread_id and t.moved_at is not null) then raise exception using errcode = 'IN409', message = 'conversations.thread.moved'; end if;
    raise exception using errcode = 'IN404', message = 'conversations.thread.not_found';
  end if;
  return new;
end $function$;

-- Tells open screens that something under a message changed.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_message_act()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one uuid; m app.messages;
begin
  if tg_op = 'DELETE' then one := old.message_id; else one := new.message_id; end if;
  select * into m from app.messages x where x.id = one;
  -- What comes along with a thread that is moved is told by the move.
  -- So is nothing told of what is brought in from elsewhere.
  if found and not (m.source is not null and app.is_importing()) and not exists (select from app.threads t where t.id = m.thread_id and t.moved_at = now()) then
    perform app.tell(case tg_table_name when 'reactions' then 'message.reacted' else case tg_op when 'INSERT' then 'message.pinned' else 'message.unpinned' end end, m.audience_id, 'message', m.id,
      jsonb_build_object('conversation_id', m.conversation_id, 'thread_id', m.thread_id, 'number', m.thread_number) || case tg_table_name when 'pins' then jsonb_build_object('pins_id', m.conversation_id) else '{}' end);
  end if;
  return null;
end $function$;

-- What an invitation, a session of a browser and a new member begin with.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_new_by_settings()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_table_name = 'invitations' then
    if new.expires_at = now() + interval '7 days' then new.expires_at := now() + make_interval(days => coalesce(app.setting('invitation_days')::text::int, 7)); end if;
  elsif tg_table_name = 'sessions' then
    new.ends_at := now() + make_interval(days => coalesce(app.setting('session_days')::text::int, 30));
    new.expires_at := least(new.ends_at, app.idle_end());
  else
    if new.time_zone = 'UTC' then new.time_zone := coalesce(app.setting('time_zone') #>> '{}', 'UTC'); end if;
    if new.locale = 'en' then new.locale := coalesce(app.setting('language') #>> '{}', 'en'); end if;
  end if;
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_new_member()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  new.agreed := not exists (select from app.present_agreements());
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_on_call()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.on_call;
begin
  if tg_op = 'DELETE' then one := old; else one := new; end if;
  perform app.tell('organization.on_call_' || case tg_op when 'INSERT' then 'added' when 'UPDATE' then 'changed' else 'removed' end, one.audience_id, 'organization', one.organization_id,
    jsonb_build_object('on_call_id', one.id, 'organization_id', one.organization_id));
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_organization()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into app.audiences (kind, ref, label) values ('organization', new.id, new.name);
  elsif new.is_guest <> old.is_guest or new.kind <> old.kind or (new.ended_on is null) <> (old.ended_on is null) then
    perform pg_advisory_xact_lock(hashtext('indaba audiences'));
    perform app.sync_people(array(select member_id from app.memberships where organization_id = new.id));
    update app.audiences a set has_guests = app.audience_guests(a.id) where a.kind = 'circle' and a.has_guests <> app.audience_guests(a.id)
      and exists (select from app.circles c join app.circle_members cm on cm.circle_id = c.id where c.audience_id = a.id and cm.organization_id = new.id);
  end if;
  return null;
end $function$;

-- What a member follows, or has left, may bring them into a circle or out of it.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_own_choice()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Whoever leaves of their own will names who follows; the act asks for it.
  perform app.sync_people(array[case tg_op when 'DELETE' then old.member_id else new.member_id end], tg_table_name <> 'circle_absences');
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_passkey_noted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then perform app.note('passkey.added', coalesce(app.me(), new.member_id), new.member_id, null, jsonb_build_object('passkey_id', new.id));
  elsif old.revoked_at is null and new.revoked_at is not null then
    perform app.note('passkey.revoked', app.me(), new.member_id, null, jsonb_build_object('passkey_id', new.id));
  end if;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_password_noted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.note(case when new.password_hash is null then 'password.removed' else 'password.changed' end, app.me(), new.member_id, null, '{}');
  return null;
end $function$;

-- What the writer's text shows becomes a picture of its space, with the proposal and for whoever reads that: under a name that was free.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_pictures_proposed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare d app.draft_pictures; space uuid; author uuid;
begin
  if app.me() is null or new.text = '' then return null; end if;
  for d in select * from app.draft_pictures x where x.member_id = app.me() and position(x.path in new.text) > 0 order by x.id for update loop
    select c.space_id, c.byline_id into space, author from app.change_requests c where c.id = new.change_request_id;
    continue when d.space_id <> space or author not in (select app.my_bylines()) or exists (select from app.space_assets a where a.space_id = space and a.path = d.path);
    insert into app.files (id, audience_id, name, mime, size, sha256, width, height, byline_id) values (d.id, new.audience_id, d.path, d.mime, d.size, d.sha256, d.width, d.height, author);
    insert into app.space_assets (space_id, audience_id, path, file_id) values (space, new.audience_id, d.path, d.id);
    delete from app.draft_pictures x where x.id = d.id;
  end loop;
  return null;
end $function$;

-- A request changes pages of its own space and makes new ones; naming a page from elsewhere is refused with common.not_found.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_proposed_page()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.action = 'create' and exists (select from app.pages p where p.id = new.page_id)
     or tg_op = 'INSERT' and new.action = 'restore' and exists (select from app.pages p where p.id = new.page_id and p.retired_at is null)
     or new.action <> 'create' and not exists (select from app.pages p join app.change_requests c on (c.space_id, c.audience_id) = (p.space_id, p.audience_id)
       join app.revisions r on r.id = new.base_revision_id and r.page_id = p.id where p.id = new.page_id and c.id = new.change_request_id) then
    raise exception using errcode = 'IN404', message = 'common.not_found';
  end if;
  -- What the author saw as its address and its place: only another one than this is a wish to move. Who changes nothing but words has not said whether
  -- an older wish still holds; it is said by asking for the page anew.
  if tg_op = 'INSERT' or new.path <> old.path then new.was_path := (select p.path from app.pages p where p.id = new.page_id); end if;
  if tg_op = 'INSERT' or app.may_withdraw(new.change_request_id) and (new.parent_path, new.position) is distinct from (old.parent_path, old.position) then
    select p.position, a.path into new.was_position, new.was_parent_path from app.pages p left join app.pages a on a.id = p.parent_id where p.id = new.page_id;
  end if;
  return new;
end $function$;

-- Published text and the registry change only together with the merge of a request about that page: library.change_request.may_not_decide.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_publishing()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare page uuid; request uuid; author uuid;
begin
  -- The owner's own hands, and an administrator's, are not held here.
  if session_user not in ('indaba_web', 'indaba_worker') then return null; end if;
  if tg_table_name = 'pages' then
    page := new.id;
    if new.revision_id is not null and not exists (select from app.revisions r where r.id = new.revision_id and r.page_id = new.id) then
      raise exception using errcode = 'IN404', message = 'common.not_found';
    end if;
  elsif tg_table_name = 'control_aliases' then
    select c.page_id into page from app.controls c where c.id = (case tg_op when 'DELETE' then old.control_id else new.control_id end);
  else
    page := new.page_id;
    if tg_table_name = 'revisions' then request := new.change_request_id; author := new.byline_id; end if;
  end if;
  -- Asked at commit: was a request about this page merged by this very transaction?
  if not exists (select from app.change_request_pages p join app.change_requests c on c.id = p.change_request_id
      where p.page_id = page and c.status = 'merged' and c.xmin::text = (pg_current_xact_id()::text::numeric % 4294967296)::text
        and (request is null or c.id = request and c.byline_id = author)) then
    raise exception using errcode = 'IN403', message = 'library.change_request.may_not_decide';
  end if;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_reading_noted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.note('audit.read', new.member_id, new.member_id, null, jsonb_build_object('reason', new.reason));
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_recovery_noted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare ids jsonb := jsonb_build_object('recovery_id', new.id);
begin
  if tg_op = 'INSERT' then perform app.note('recovery.asked', null, new.member_id, null, ids); return null; end if;
  if old.confirmed_at is null and new.confirmed_at is not null then perform app.note('recovery.confirmed', app.me(), new.member_id, null, ids || jsonb_strip_nulls(jsonb_build_object('for_member', new.confirmed_for))); end if;
  if old.ended_as is null and new.ended_as is not null then perform app.note('recovery.' || new.ended_as, app.me(), new.member_id, null, ids); end if;
  return null;
end $function$;

-- A country changes its region, or an organization its countries: circles by region follow.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_region()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform pg_advisory_xact_lock(hashtext('indaba audiences'));
  if tg_table_name = 'jurisdictions' then
    perform app.sync_people(array(select ms.member_id from app.memberships ms join app.organization_jurisdictions oj on oj.organization_id = ms.organization_id where oj.jurisdiction_id = new.id));
  else
    perform app.sync_people(array(select ms.member_id from app.memberships ms where ms.organization_id = case tg_op when 'DELETE' then old.organization_id else new.organization_id end));
  end if;
  return null;
end $function$;

-- Tells members that an organization is here: by whom, where a steward registered it by hand; of one that applied, by nobody.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_registered()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Who vets is not named to members: an organization that applied was admitted by the hub. Stewards read in the log who confirmed.
  if exists (select from app.applications a where a.name = new.name and a.vetted_at is not null and a.ended_at is null) then
    insert into app.events (kind, audience_id, subject_kind, subject_id, data) values ('organization.registered', 2, 'organization', new.id, '{}');
  else perform app.tell('organization.registered', 2, 'organization', new.id, '{}');
  end if;
  return null;
end $function$;

-- A hold wins over every removal, whoever removes, the owner included: records.hold.stands. What whoever wrote it removes, and what a pseudonym said, is kept as a copy instead.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_removal()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Whoever places a hold waits until removals under way are over; whoever removes waits until the hold stands.
  perform pg_advisory_xact_lock_shared(hashtext('indaba legal holds'));
  if app.anything_held() then
    -- A page of one's own proposal is the one thing people remove by themselves: as ever, and it is kept aside.
    if tg_table_name = 'change_request_pages' and app.me() is not null and (app.row_held(tg_table_name, to_jsonb(old)) or app.sealed_words_held(app.byline_of(tg_table_name, to_jsonb(old))))
       or app.sealed_words_held(app.byline_of(tg_table_name, to_jsonb(old))) and not app.row_held(tg_table_name, to_jsonb(old)) then
      perform app.keep_copy(tg_table_name, to_jsonb(old));
    elsif app.row_held(tg_table_name, to_jsonb(old)) then
      raise exception using errcode = 'IN409', message = 'records.hold.stands';
    end if;
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $function$;

-- What is decided or withdrawn needs no clock any more; a consultation that was promised a last day is not declined before it: library.procedure.formal.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_request_closed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.status = 'declined' and app.me() is not null and exists (select from app.procedures p where p.change_request_id = new.id and p.kind = 'consultation' and p.phase in ('comments', 'positions')) then
    raise exception using errcode = 'IN409', message = 'library.procedure.formal';
  end if;
  update app.procedures p set phase = 'over', over_at = now() where p.change_request_id = new.id and p.over_at is null;
  if app.me() is not null and new.status in ('merged', 'declined') then perform app.tell_request(new.id, new.status, null, new.decided_by, now()); end if;
  return null;
end $function$;

-- Whoever is restricted starts, renames, pins, reacts and votes no more than they post: conversations.member.restricted.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_restricted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare r jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
begin
  if app.me() is not null and app.am_restricted(case tg_table_name when 'conversations' then (r ->> 'id')::uuid when 'threads' then (r ->> 'conversation_id')::uuid
      else (select m.conversation_id from app.messages m where m.id = (r ->> 'message_id')::uuid) end) then
    raise exception using errcode = 'IN403', message = 'conversations.member.restricted';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $function$;

-- Changing a rule needs a fresh proof, remembers what held before, and leaves a note.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_retention_rule()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if session_user not in ('indaba_web', 'indaba_worker') then return new; end if;
  perform app.need_fresh();
  -- Changed twice within a week, the longest of all still counts.
  new.was_days := app.keep_days(old.kind, old.label);
  new.changed_at := now();
  new.changed_by := (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person');
  perform app.note('retention.changed', app.me(), null, null, jsonb_build_object('kind', new.kind, 'label', new.label, 'days', new.keep_days, 'was', new.was_days));
  return new;
end $function$;

-- Other words while a last call runs give it its days anew; while positions are given, a week at least.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_reworded()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare p app.procedures; c app.change_requests; ends timestamptz; said_now text;
begin
  if app.me() is null then return null; end if;
  select * into c from app.change_requests x where x.id = coalesce(new.change_request_id, old.change_request_id);
  select * into p from app.procedures x where x.change_request_id = c.id and x.over_at is null for update;
  if c.status is distinct from 'open' or p.id is null or p.phase not in ('comments', 'positions') or p.kind = 'consultation' and p.phase = 'comments' then return null; end if;
  said_now := app.wording_of(c.id);
  if said_now = p.wording then return null; end if;
  -- Silence is assent, and a position stands, only to words that lay before everybody long enough.
  ends := greatest(case p.phase when 'comments' then p.comments_until else p.positions_until end, app.end_of_days(now(), case p.phase when 'comments' then p.days else least(p.position_days, 7) end));
  update app.procedures x set wording = said_now, comments_until = case x.phase when 'comments' then ends else x.comments_until end, positions_until = case x.phase when 'positions' then ends else x.positions_until end where x.id = p.id;
  perform app.step(c.id, 'reworded', app.my_byline(), '', jsonb_build_object('until', ends));
  return null;
end $function$;

-- A merge waits for what the rules of the space ask: library.change_request.rules_not_met.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_rules_met()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Seeds and imports are nobody's decision.
  if app.me() is not null and jsonb_array_length(app.still_missing(new.id)) > 0 then
    raise exception using errcode = 'IN409', message = 'library.change_request.rules_not_met';
  end if;
  return new;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_scope()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into app.counters (scope_id, audience_id) values (new.id, new.audience_id);
  return null;
end $function$;

-- Remembers, for good, that there were two: people.duty.needs_two from then on.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_second_steward()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- The lock of keep_steward(): two browsers of the first steward name one second steward, not two.
  perform pg_advisory_xact_lock(hashtext('indaba last steward'));
  if app.me() is not null and session_user in ('indaba_web', 'indaba_worker') and (select h.second_steward_at is not null from app.hub h)
     and not exists (select from app.two_person_acts a where a.subject_id = new.member_id and a.state = 'done' and a.ended_at = now()) then
    raise exception using errcode = 'IN409', message = 'people.duty.needs_two';
  end if;
  update app.hub set second_steward_at = now() where second_steward_at is null and (select count(*) from app.hub_roles where role = 'steward') > 1;
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_session_noted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare ids jsonb := jsonb_build_object('session_id', new.id);
begin
  if tg_op = 'INSERT' then
    perform app.note(case new.kind when 'token' then 'token.made' else 'session.opened' end, new.member_id, new.member_id, null, ids);
    -- Right after all: this try was none of the failed ones.
    if new.kind = 'browser' then
      update app.audit_tries set tries = tries - 1 where member_id = new.member_id and slot = date_bin('15 minutes', now(), 'epoch') and tries > 0;
    end if;
  elsif old.revoked_at is null and new.revoked_at is not null then
    perform app.note(case new.kind when 'token' then 'token.ended' else 'session.ended' end, app.me(), new.member_id, null, ids);
  elsif new.kind = 'token' and old.last_seen_at = old.created_at and new.last_seen_at > old.last_seen_at then
    perform app.note('token.first_used', new.member_id, new.member_id, null, ids);
  end if;
  return null;
end $function$;

-- Signs the change and writes it down for the log.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_setting()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare before jsonb := app.setting(new.name);
begin
  new.byline_id := (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person');
  new.changed_at := now();
  -- A picture is no word of a log.
  perform app.note('setting.changed', app.me(), app.me(), null, jsonb_build_object('name', new.name)
    || case when new.name = 'mark' then '{}' else jsonb_build_object('from', before, 'to', new.value) end);
  return new;
end $function$;

-- Tells the organization what is asked from now on, and by whom.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_sign_in_policy()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  new.changed_at := now();
  new.changed_by := (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person');
  new.changed_for := app.acting_for(new.organization_id);
  if new.sso_only and not app.sso_live(new.organization_id) then raise exception using errcode = 'IN409', message = 'people.sso.not_tested'; end if;
  perform app.tell('organization.sign_in_changed', (select a.id from app.audiences a where a.kind = 'organization' and a.ref = new.organization_id), 'organization', new.organization_id,
    jsonb_build_object('passkeys_only', new.passkeys_only, 'second_factor', new.second_factor, 'sso_only', new.sso_only) || jsonb_strip_nulls(jsonb_build_object('for_member', new.changed_for)));
  return new;
end $function$;

-- A changed connection has to be walked through again; another issuer knows other people; a removed one ends what it opened. Told to the organization.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_sso_connection()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- session_user would be the login: only what a person does through these policies is their act.
  if tg_op = 'DELETE' then
    update app.sessions set revoked_at = now() where connection_id = old.id and revoked_at is null;
    perform app.tell('organization.sso_changed', (select a.id from app.audiences a where a.kind = 'organization' and a.ref = old.organization_id), 'organization', old.organization_id, '{"removed": true}');
    update app.sign_in_policies set sso_only = false where organization_id = old.organization_id and sso_only;
    return old;
  end if;
  -- The same secret under a newer key of the hub: nothing was changed, nobody is told.
  if tg_op = 'UPDATE' and app.me() is null and to_jsonb(new) - 'sealed_secret' = to_jsonb(old) - 'sealed_secret' then return new; end if;
  if tg_op = 'INSERT' then new.tested_at := null;
  elsif (new.issuer, new.client_id, new.sealed_secret, new.entry_url, new.certificates, new.trusts_address, new.kind) is distinct from (old.issuer, old.client_id, old.sealed_secret, old.entry_url, old.certificates, old.trusts_address, old.kind) then
    -- Something else now: what was tried is not this, and nobody comes in by it before it is tried.
    new.tested_at := null;
    update app.sessions set revoked_at = now() where connection_id = new.id and revoked_at is null and (new.issuer, new.kind) is distinct from (old.issuer, old.kind) and token_hash is distinct from app.session_hash();
    if (new.issuer, new.kind) is distinct from (old.issuer, old.kind) then
      delete from app.sso_links where connection_id = new.id;
      delete from app.sso_requests where connection_id = new.id and decided_at is null;
    end if;
    if new.certificates is distinct from old.certificates then perform app.sso_other_certificate(new.id, new.organization_id); end if;
  elsif new.tested_at is distinct from old.tested_at then return new;
  end if;
  new.changed_at := now();
  perform app.tell('organization.sso_changed', (select a.id from app.audiences a where a.kind = 'organization' and a.ref = new.organization_id), 'organization', new.organization_id,
    jsonb_build_object('kind', new.kind, 'issuer', new.issuer, 'joining', new.joining));
  return new;
end $function$;

-- What a steward asks goes to the contacts by mail.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_steward_asked()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.queue_application_mail(new.application_id, 'asked');
  return null;
end $function$;

-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_steward_gone()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from app.hub_roles where member_id = new.id and role = 'steward') then perform app.keep_steward(); end if;
  return null;
end $function$;

-- Writes into a thread who renamed, resolved or reopened it. For the trigger only.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_thread_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare author uuid; behind int;
begin
  -- A move tells of itself; what no member did is nobody's act.
  if app.me() is null or new.moved_to is not null then return null; end if;
  select b.id into author from app.bylines b where b.member_id = app.me() and b.kind = 'person';
  select coalesce(max(k.last_number), 0) into behind from app.counters k where k.scope_id = new.id;
  if new.title <> old.title then
    insert into app.thread_changes (id, thread_id, audience_id, kind, was, became, byline_id, after_number) values (gen_random_uuid(), new.id, new.audience_id, 'renamed', old.title, new.title, author, behind);
  end if;
  if (new.resolved_at is null) <> (old.resolved_at is null) then
    insert into app.thread_changes (id, thread_id, audience_id, kind, byline_id, after_number) values (gen_random_uuid(), new.id, new.audience_id, case when new.resolved_at is null then 'reopened' else 'resolved' end, author, behind);
  end if;
  return null;
end $function$;

-- At most thirty files of one member wait for a message, 250 MB in sum: files.upload.too_many, files.upload.too_much. What is sent in belongs to the session that is asking.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_upload()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- One after the other, so that many begun at the same moment do not pass the limit together.
  perform pg_advisory_xact_lock(hashtextextended(new.member_id::text, 8));
  if (select count(*) from app.uploads u where u.member_id = new.member_id and u.taken_at is null and u.created_at > now() - interval '1 day') >= 30 then
    raise exception using errcode = 'IN429', message = 'files.upload.too_many';
  end if;
  if new.announced + (select coalesce(sum(u.announced), 0) from app.uploads u where u.member_id = new.member_id and u.taken_at is null and u.created_at > now() - interval '1 day') > 262144000 then
    raise exception using errcode = 'IN429', message = 'files.upload.too_much';
  end if;
  new.session_id := app.my_session();
  return new;
end $function$;

-- A whole file that waits for the scanner is given to a job; one in which it found something is written down for the log, and stewards are mailed.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_upload_looked()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.looked = 'waiting' then
    perform graphile_worker.add_job('files.look', json_build_object('ids', json_build_object('upload', new.id), 'actor', app.me()));
  elsif new.looked = 'infected' then
    perform app.note('file.infected', null, new.member_id, null, jsonb_build_object('upload_id', new.id, 'found', new.found));
    perform graphile_worker.add_job('files.mail-infected', json_build_object('ids', json_build_object('upload', new.id), 'actor', null));
  end if;
  return null;
end $function$;

-- With its first answer an application keeps the checklist of that day.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_vetting_begun()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update app.applications a set checklist = app.checklist_now() where a.id = new.application_id and a.checklist is null;
  return new;
end $function$;

-- Tells what was done to passkeys, codes and tokens; passwords by set_my_password itself.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_way_in()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare whose uuid; what text;
begin
  if tg_op = 'DELETE' then whose := old.member_id; else whose := new.member_id; end if;
  -- Only what a signed-in browser does: joining and recovering have mails of their own.
  if app.me() is distinct from whose then return null; end if;
  what := case tg_table_name when 'second_factors' then case tg_op when 'DELETE' then 'codes_off' else 'codes_on' end
    when 'sessions' then 'token' else case tg_op when 'INSERT' then 'passkey_added' else 'passkey_revoked' end end;
  perform app.tell_way_in(what, whose);
  return null;
end $function$;

-- Keeps what held words were before they were written over or taken away. Says nothing to anybody.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_words_gone()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- As every removal: a hold that is being placed is waited for.
  perform pg_advisory_xact_lock_shared(hashtext('indaba legal holds'));
  if app.anything_held() and (app.row_held(tg_table_name, to_jsonb(old)) or app.sealed_words_held(app.byline_of(tg_table_name, to_jsonb(old)))) then
    perform app.keep_copy(tg_table_name, to_jsonb(old));
  end if;
  return null;
end $function$;

-- Remembers who worked for an organization, for its holds.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION app.on_worked_here()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into app.former_memberships (member_id, organization_id) select m.id, o.id from app.members m, app.organizations o where m.id = old.member_id and o.id = old.organization_id
    on conflict (member_id, organization_id) do update set ended_at = now();
  return null;
end $function$;

-- Are these hours now, in that time zone?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.open_at(days integer[], opens time without time zone, closes time without time zone, zone text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Over midnight, the day is that on which the hours began.
  select case when opens is null then extract(isodow from l) = any(days)
    when opens <= closes then extract(isodow from l) = any(days) and l::time >= opens and l::time < closes
    else extract(isodow from l) = any(days) and l::time >= opens or extract(isodow from l - interval '1 day') = any(days) and l::time < closes end
    from (select now() at time zone zone as l) s
$function$;

-- How many comments on a change request wait for a disposition, of those I may read; for the clerk, of all. What a country says among itself is no number here.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.open_comments_of(request uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::int from app.comments c join app.conversations k on k.id = c.conversation_id
   where k.subject_kind = 'change_request' and k.subject_id = request and k.within_id is null and c.disposition is null
     -- What was taken back waits for nobody.
     and not exists (select from app.messages m where m.id = c.message_id and m.deleted_at is not null)
     and (c.audience_id in (select app.my_audiences()) or session_user = 'indaba_worker' and app.me() is null)
$function$;

-- Whoever decides asks for positions once every comment has its answer, or again for other words. Refuses with common.not_found, library.change_request.not_open, .may_not_decide, library.procedure.not_running, .comments_wait.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.open_positions(request uuid, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests := app.open_request(request); p app.procedures; ends timestamptz;
begin
  perform app.need_decider(request);
  select * into p from app.procedures x where x.change_request_id = request order by x.opened_at desc, x.id desc limit 1 for update;
  if p.kind is distinct from 'consultation' or p.phase not in ('resolving', 'over') then raise exception using errcode = 'IN409', message = 'library.procedure.not_running'; end if;
  if app.comments_waiting(request) > 0 then raise exception using errcode = 'IN409', message = 'library.procedure.comments_wait'; end if;
  ends := app.end_of_days(now(), p.position_days);
  update app.procedures x set phase = 'positions', over_at = null, positions_until = ends, wording = app.wording_of(c.id) where x.id = p.id;
  perform app.step(c.id, 'positions_opened', app.my_byline(), said, jsonb_build_object('until', ends), app.deciding_for());
end $function$;

-- Whoever decides puts a request to everybody, as its space asks. Refuses with common.not_found, library.change_request.not_open, .may_not_decide, library.procedure.not_asked, .runs_already.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.open_procedure(procedure uuid, request uuid, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests := app.open_request(request); r app.space_rules := app.rules_of(c.space_id); asked text := app.asked_of(request); days int; ends timestamptz;
begin
  perform app.need_decider(request);
  if asked is null then raise exception using errcode = 'IN409', message = 'library.procedure.not_asked'; end if;
  if exists (select from app.procedures p where p.change_request_id = request and p.over_at is null) then raise exception using errcode = 'IN409', message = 'library.procedure.runs_already'; end if;
  days := case asked when 'last_call' then r.last_call_days else r.consultation_days end;
  ends := app.end_of_days(now(), days);
  insert into app.procedures (id, change_request_id, audience_id, kind, days, position_days, opened_by, comments_until, wording)
  values (procedure, c.id, c.audience_id, asked, days, r.position_days, app.my_byline(), ends, app.wording_of(c.id));
  perform app.step(c.id, asked || '_opened', app.my_byline(), said, jsonb_build_object('until', ends), app.deciding_for());
end $function$;

-- A mail came to an address: whose it is, what it answers, under which label, and why not where it may not be answered by mail any more. No row for an address that is not known, too old, used fifty times, or whose member is not active. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.open_reply(secret bytea)
 RETURNS TABLE(member_id uuid, email text, name text, locale text, thread_id uuid, label text, why text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare r app.reply_addresses;
begin
  update app.reply_addresses a set used = a.used + 1 where a.secret_hash = secret and a.made_at > now() - interval '30 days' and a.used < 50
      -- Of whoever left or is suspended no address is known any more.
      and exists (select from app.members m join app.accounts c on c.member_id = m.id where m.id = a.member_id and m.status = 'active' and c.email <> '') returning a.* into r;
  if r.id is null then return; end if;
  return query select r.member_id, a.email, m.name, m.locale, x.thread_id, o.label,
      case when x.deleted_at is not null or not (x.audience_id = 1 or exists (select from app.audience_members am where am.audience_id = x.audience_id and am.member_id = r.member_id and (am.ends_at is null or am.ends_at > now())))
          then 'conversations.reply.gone'
        when not app.may_answer_by_mail(r.member_id) then 'conversations.reply.policy'
        -- It may have been raised since. What mail may not carry out, it may not bring in.
        when o.mail <> 'text' then 'conversations.reply.label' end
    from app.members m join app.accounts a on a.member_id = m.id join app.messages x on x.id = r.message_id
      join app.marking_outlets o on o.label = app.label_of_words(x.conversation_id, x.marking)
   where m.id = r.member_id;
end $function$;

-- The open request that I read, locked. For functions only. Refuses with common.not_found, library.change_request.not_open.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.open_request(request uuid)
 RETURNS app.change_requests
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests;
begin
  -- Locked, so that a merge and what would hold it back wait for each other.
  select * into c from app.change_requests x where x.id = request and x.audience_id in (select app.my_audiences()) for update;
  if c.id is null or app.me() is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if c.status <> 'open' then raise exception using errcode = 'IN409', message = 'library.change_request.not_open'; end if;
  return c;
end $function$;

-- Circles that show their members to all full members.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.open_rosters()
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 20
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select c.audience_id from app.circles c where c.listed and c.roster = 'everyone' and 2 in (select app.my_audiences())
$function$;

-- Signs a member in, when the process that checked the credential says so with its key and as what (proof). Refuses with people.sign_in.refused.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.open_session(session uuid, key_hash bytea, member uuid, label text, days integer, proof text, device bytea, mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('open-session:' || session || ':' || encode(key_hash, 'hex') || ':' || member || ':' || proof, mac)
     or not exists (select from app.members where id = member and status = 'active')
     or proof = 'demo' and not exists (select from app.hub where demo)
     -- Whatever the process thinks: less than is asked of this member opens nothing.
     or app.sign_in_needs(member, proof) is not null then
    raise exception using errcode = 'IN403', message = 'people.sign_in.refused';
  end if;
  insert into app.sessions (id, token_hash, member_id, kind, name, expires_at, how, device_hash, connection_id)
  values (session, key_hash, member, 'browser', label, now() + make_interval(days => days), split_part(proof, ':', 1), device, nullif(split_part(proof, ':', 2), '')::uuid);
  -- A browser this member never signed in with is told by mail; the first of all, and one click in a demonstration, are no news.
  if proof <> 'demo' and exists (select from app.sessions where member_id = member and kind = 'browser' and id <> session)
     and not exists (select from app.sessions where member_id = member and kind = 'browser' and id <> session and device_hash = device) then
    perform graphile_worker.add_job('people.mail-new-device', json_build_object('ids', json_build_object('session', session), 'actor', null));
  end if;
end $function$;

-- Opens the conversation of a country about a request, or gives back the one there is. Refuses with common.not_found, library.country.not_open.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.open_within(conversation uuid, request uuid, jurisdiction uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare readers int; made uuid;
begin
  if not app.reads_within(request, jurisdiction) then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_speak_within(request, jurisdiction) then raise exception using errcode = 'IN403', message = 'library.country.not_open'; end if;
  select a.id into readers from app.audiences a where a.kind = 'jurisdiction' and a.ref = jurisdiction;
  if readers is null then
    insert into app.audiences (kind, ref, label) select 'jurisdiction', j.id, j.name from app.jurisdictions j where j.id = jurisdiction on conflict do nothing;
    select a.id into readers from app.audiences a where a.kind = 'jurisdiction' and a.ref = jurisdiction;
    perform app.sync_audiences(array[readers]);
  end if;
  insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling, marking, within_id) values (conversation, readers, 'change_request', request, 'TLP:AMBER+STRICT', 'TLP:AMBER', jurisdiction)
    on conflict (subject_id, subject_kind, audience_id) do nothing;
  select k.id into made from app.conversations k where k.subject_kind = 'change_request' and k.subject_id = request and k.within_id = jurisdiction;
  return made;
end $function$;

-- Whom the job tells that their pseudonym was opened. For the clerk, and only of an act that was done.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.opened_person(act uuid)
 RETURNS TABLE(name text, email text, locale text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.name, c.email, m.locale from app.two_person_acts a join sealed.byline_members s on s.byline_id = a.subject_id join app.members m on m.id = s.member_id
    join app.accounts c on c.member_id = m.id where a.id = act and a.kind = 'open_pseudonym' and a.state = 'done' and c.email <> ''
$function$;

-- What rings for me: kind report or answer (waits for me to decide), outcome (of my report), removed, restricted or settled (about me) until I have seen it. A place only where I read; of what was handed over none. A token hears nothing of a label that it may not read.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.order_bell()
 RETURNS TABLE(kind text, id uuid, reason text, outcome text, subject_id uuid, marking text, handed boolean, at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with sealed as materialized (select app.sealed_labels() as labels), mine as materialized (select array(select app.my_bylines()) as bylines), places as materialized (select array(select app.my_audiences()) as audiences, app.may_restrict(null) as hub)
  select x.kind, x.id, x.reason, x.outcome, case when x.audience_id = any(p.audiences) then c.subject_id end, x.marking, x.handed, x.at
    from sealed s, mine w, places p cross join lateral (
      select 'report' as kind, r.id, r.reason, null as outcome, case when not r.handed then r.conversation_id end as conversation_id, r.audience_id, m.marking, r.handed, r.created_at as at
        from app.message_reports r join app.messages m on m.id = r.message_id 
       where r.closed_at is null and (r.audience_id = any(p.audiences) or r.handed and p.hub) and app.may_close_report(r.id)
      union all
      select 'answer', a.id, a.reason, null, case when not a.handed then a.conversation_id end, a.audience_id, m.marking, a.handed, a.answered_at
        from app.moderation_acts a left join app.messages m on m.id = a.message_id
       where a.answer is not null and a.settled_at is null and (a.audience_id = any(p.audiences) or p.hub) and app.may_settle(a.id) and not (a.moderator_id = any(w.bylines) and app.another_settles(a.id))
      union all
      select 'outcome', r.id, r.reason, r.outcome, r.conversation_id, r.audience_id, m.marking, r.handed, r.closed_at
        from app.message_reports r join app.messages m on m.id = r.message_id where r.byline_id = any(w.bylines) and r.closed_at is not null and r.seen_at is null and r.closed_by is distinct from r.byline_id
      union all
      select case when a.settled_at is not null then 'settled' else a.kind end, a.id, a.reason, case when a.settled_at is not null then case when a.undone then 'undone' else 'upheld' end end,
          a.conversation_id, a.audience_id, m.marking, a.handed, coalesce(a.settled_at, a.at)
        from app.moderation_acts a left join app.messages m on m.id = a.message_id where a.byline_id = any(w.bylines) and a.seen_at is null) x
      left join app.conversations c on c.id = x.conversation_id
   where x.marking is null or x.marking <> all(s.labels)
   order by x.kind in ('report', 'answer') desc, x.at desc, x.id limit 100
$function$;

-- Who keeps order in a conversation, as app.may_moderate says of each; none in a direct one. For functions and the job.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.order_keepers(conversation uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.id from app.conversations c join app.members m on m.status = 'active' and m.agreed
   where c.id = conversation and c.subject_kind <> 'direct'
     and (c.audience_id = 1 or exists (select from app.audience_members am where am.audience_id = c.audience_id and am.member_id = m.id and (am.ends_at is null or am.ends_at > now())))
     and (exists (select from app.hub_roles r where r.member_id = m.id and r.role = 'moderator')
       or c.subject_kind = 'channel' and (
         exists (select from app.channels h join app.bylines b on b.id = h.byline_id where h.id = c.subject_id and b.member_id = m.id)
         or exists (select from app.channel_keepers k join app.bylines b on b.id = k.byline_id where k.channel_id = c.subject_id and b.member_id = m.id)
         or exists (select from app.audiences a join app.memberships ms on ms.organization_id = a.ref and ms.role = 'focal_point' where a.id = c.audience_id and a.kind = 'organization' and ms.member_id = m.id)
         or exists (select from app.audiences a join app.circle_runners cr on cr.circle_id = a.ref where a.id = c.audience_id and a.kind = 'circle' and cr.member_id = m.id)))
$function$;

-- Is what the hub knows of an organization held, for its own sake or for one of its people?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.organization_held(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.legal_holds h where h.lifted_at is null and (h.scope = 'everything' or h.scope = 'organization' and h.subject_id = organization
    or h.scope = 'person' and exists (select from app.memberships ms where ms.member_id = h.subject_id and ms.organization_id = organization)))
$function$;

-- Is there still somebody who answers for this page? False for whoever does not read it.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.owner_stands(page uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.pages p where p.id = page and p.audience_id in (select app.my_audiences())) and exists (select from app.owners_of(page))
$function$;

-- Who answers for a page today: its owner, or the focal points of the organization that owns it, as far as they are here and read the page. Nobody when they left. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.owners_of(page uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select o.member_id from app.page_upkeep k
    cross join lateral (
      select b.member_id from app.bylines b where b.id = k.owner_byline
      union select f from app.organizations g, app.focal_points(array[g.id]) f where g.id = k.owner_organization and g.ended_on is null) o
   where k.page_id = page and o.member_id is not null and app.reads(o.member_id, k.audience_id)
     -- A public text is kept by the community, not by whoever may read it.
     and (k.audience_id <> 1 or app.reads(o.member_id, 2))
$function$;

-- Remembers the counter of a passkey just used, so that a copied one is noticed.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.passkey_used(passkey uuid, new_counter bigint, mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('passkey-used:' || passkey || ':' || new_counter, mac) then
    raise exception using errcode = 'IN403', message = 'people.sign_in.refused';
  end if;
  update app.passkeys set counter = greatest(counter, new_counter), last_used_at = now() where id = passkey;
end $function$;

-- Is my password, with a code where I have a second factor, enough to prove that it is me? Not where my organization asks for a passkey and I have one, or for single sign-on.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.password_proves()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return coalesce(app.sign_in_needs(app.me(), 'password'), '') not in ('passkey', 'sso') and coalesce(app.sign_in_needs(app.me(), 'password+code'), '') not in ('passkey', 'sso');
end $function$;

-- How many passwords are keyed with this version of the key session: each becomes one of the present version when its owner signs in.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.passwords_under(version integer)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::int from app.accounts where password_hash like version || ':%'
$function$;

-- The organizations of those who share an audience with me.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.peer_organizations()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 20
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct organization_id from app.memberships where member_id in (select app.my_peers())
$function$;

-- Who speaks under a byline by name. A pseudonym is held by app.sealed_words_held(), which keeps copies: what stayed where all else goes would name it.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.people_behind(byline uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select b.member_id from app.bylines b where b.id = byline and b.member_id is not null
$function$;

-- Is what the hub knows of a person held?
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.person_held(member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.legal_holds h where h.lifted_at is null and (h.scope = 'everything' or h.scope = 'person' and h.subject_id = member
    or h.scope = 'organization' and app.worked_for(member, h.subject_id)))
$function$;

-- What moving a thread to a channel would do, said before it is done: how many readers gain its words and how many lose them, or why it is refused. Refuses with conversations.thread.not_found, .moved, conversations.move.not_yours, .not_there, conversations.conversation.closed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.plan_move(thread uuid, target uuid)
 RETURNS TABLE(refusal text, gaining integer, losing integer, messages integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare t app.threads; c app.conversations; seen boolean; mine uuid[] := array(select app.my_bylines());
begin
  select * into t from app.threads x where x.id = thread and x.audience_id in (select app.my_audiences());
  select * into c from app.conversations x where x.id = target and x.audience_id in (select app.my_audiences());
  if t.id is null or c.id is null then raise exception using errcode = 'IN404', message = 'conversations.thread.not_found'; end if;
  if t.moved_to is not null then raise exception using errcode = 'IN409', message = 'conversations.thread.moved'; end if;
  if not app.may_move_thread(thread) then raise exception using errcode = 'IN403', message = 'conversations.move.not_yours'; end if;
  if c.closed_at is not null then raise exception using errcode = 'IN409', message = 'conversations.conversation.closed'; end if;
  if c.subject_kind <> 'channel' or c.id = t.conversation_id or not app.may_start_thread(target) then raise exception using errcode = 'IN403', message = 'conversations.move.not_there'; end if;

  -- Where its readers do not see each other, how many of them read elsewhere would tell who is in it: then all of them count.
  seen := (c.audience_id <= 2 or c.audience_id in (select app.my_rosters())) and (t.audience_id <= 2 or t.audience_id in (select app.my_rosters()));
  if c.audience_id = t.audience_id then gaining := 0; losing := 0;
  elsif not seen then
    select a.size into gaining from app.audiences a where a.id = c.audience_id;
    select a.size into losing from app.audiences a where a.id = t.audience_id;
  else
    select case when t.audience_id = 1 then 0 else count(*) end into gaining from app.audience_members n where n.audience_id = app.talkers(c.audience_id) and (n.ends_at is null or n.ends_at > now())
      and not exists (select from app.audience_members o where o.audience_id = t.audience_id and o.member_id = n.member_id and (o.ends_at is null or o.ends_at > now()));
    select case when c.audience_id = 1 then 0 else count(*) end into losing from app.audience_members o where o.audience_id = app.talkers(t.audience_id) and (o.ends_at is null or o.ends_at > now())
      and not exists (select from app.audience_members n where n.audience_id = c.audience_id and n.member_id = o.member_id and (n.ends_at is null or n.ends_at > now()));
  end if;
  select count(*) into messages from app.messages m where m.thread_id = thread;

  -- What was said among members is not put before the public.
  refusal := case when c.audience_id = 1 and t.audience_id <> 1 then 'conversations.move.public'
    when messages > 2000 then 'conversations.move.too_long'
    when exists (select from app.messages m where m.thread_id = thread and m.deleted_at is null and m.marking is not null
      and (app.marking_rank(m.marking) > app.marking_rank(c.ceiling) or not app.marking_admits(m.marking, c.audience_id) or m.marking = any(app.sealed_labels()))) then 'conversations.move.label'
    -- In another audience a pseudonym would tie the two together.
    when c.audience_id <> t.audience_id and exists (select from app.messages m join app.bylines b on b.id = m.byline_id where m.thread_id = thread and b.kind = 'pseudonym') then 'conversations.move.pseudonym'
    -- New readers get others' words only where their label lets members pass them on.
    when gaining > 0 and exists (select from app.messages m left join app.marking_outlets o on o.label = m.marking
      where m.thread_id = thread and m.deleted_at is null and m.byline_id <> all(mine) and coalesce(o.feed, 'none') not in ('yes', 'own')) then 'conversations.move.not_to_pass_on' end;
  return next;
end $function$;

-- How many chose what, and how many answered, in polls of messages I may read.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.poll_counts(messages uuid[])
 RETURNS TABLE(message_id uuid, place integer, votes integer, voters integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select o.message_id, o.place, (select count(*)::int from app.poll_votes v where v.message_id = o.message_id and v.place = o.place),
      (select count(distinct v.byline_id)::int from app.poll_votes v where v.message_id = o.message_id)
    from app.poll_options o join app.messages m on m.id = o.message_id and m.audience_id in (select app.my_audiences()) and m.deleted_at is null and (m.marking is null or m.marking <> all(app.sealed_labels()))
   where o.message_id = any(messages)
$function$;

-- What each jurisdiction says now, for whoever may read the request; reworded: said of other words. stuck: a discuss that nobody can clear, because nobody leads the jurisdiction; may_lift: I may propose that two stewards do.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.positions_of(request uuid)
 RETURNS TABLE(jurisdiction_id uuid, jurisdiction text, organization text, by text, stands_for text, stance text, words text, reworded boolean, stuck boolean, may_lift boolean, at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct on (lower(j.name), j.id) j.id, j.name, o.name, b.name, f.name, p.stance, p.words, p.wording <> app.wording_of(request), p.stance = 'discuss' and app.lead_of(j.id) is null,
      p.stance = 'discuss' and app.lead_of(j.id) is null and app.may_propose_act('lift_discuss'), p.at
    from app.positions p join app.jurisdictions j on j.id = p.jurisdiction_id left join app.organizations o on o.id = p.organization_id join app.bylines b on b.id = p.byline_id left join app.bylines f on f.id = p.for_byline
   where p.change_request_id = request and p.audience_id in (select app.my_audiences()) order by lower(j.name), j.id, p.place desc
$function$;

-- Who could answer for this page: members and organizations that read it. Empty for whoever may not say so.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.possible_owners(page uuid)
 RETURNS TABLE(byline_id uuid, organization_id uuid, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with p as materialized (select x.audience_id from app.pages x where x.id = page and app.may_set_upkeep(x.id))
  select b.id, null::uuid, b.name from p join app.audience_members am on am.audience_id = case p.audience_id when 1 then 2 else p.audience_id end and (am.ends_at is null or am.ends_at > now())
    join app.members m on m.id = am.member_id and m.status = 'active' join app.bylines b on b.member_id = m.id and b.kind = 'person'
  union all
  select null, g.id, g.name from p, app.organizations g where g.ended_on is null
    and exists (select from app.focal_points(array[g.id]) f where app.reads(f, p.audience_id) and (p.audience_id <> 1 or app.reads(f, 2)))
  order by 3 limit 2000
$function$;

-- Whom the author of a shared draft could ask along: whoever reads the space and may propose there. Empty for anybody else.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.possible_writers(draft uuid)
 RETURNS TABLE(slug text, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.slug, m.name from app.shared_drafts d join app.spaces s on s.id = d.space_id
      join app.audience_members am on am.audience_id = case s.audience_id when 1 then 2 else s.audience_id end and (am.ends_at is null or am.ends_at > now())
      join app.members m on m.id = am.member_id and m.status = 'active' and m.id <> app.me()
   where d.id = draft and app.may_ask_along(draft)
     and not exists (select from app.shared_draft_writers w where w.shared_draft_id = draft and w.member_id = m.id and w.ended_at is null)
   order by m.name limit 500
$function$;

-- Posts a message under my own name: its numbers, its event, my marker, my following, its search entry and whom it names with it. A retry key of mine answers with what it made before. lexemes is a tsvector written out; named are targets as kind:id. Without a label it carries the usual one of the place. Refuses with conversations.thread.not_found, .moved, conversations.conversation.closed, conversations.member.restricted, conversations.message.above_ceiling.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.post_message(message uuid, thread uuid, words text, label text, key uuid, hash bytea, lexemes text, named text[] DEFAULT '{}'::text[])
 RETURNS TABLE(posted uuid, posted_in uuid, posted_as integer, repeated boolean, same boolean)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare mine uuid := app.writer(); author uuid; talk uuid; audience int; n int; usual text; ended timestamptz; about text;
begin
  -- Who asks, and whether they may, is settled once and kept in this call's own variables, which no other statement can
  -- reach: row by row, under the policies of a person, the session would be looked up some twenty times.
  select b.id, t.conversation_id, t.audience_id, k.marking, k.closed_at, k.subject_kind into author, talk, audience, usual, ended, about
    from app.bylines b, app.threads t join app.conversations k on k.id = t.conversation_id
   where b.member_id = mine and b.kind = 'person' and t.id = thread
     and exists (select from app.audience_members am where am.member_id = mine and am.audience_id = app.talkers(t.audience_id) and (am.ends_at is null or am.ends_at > now()));
  if not found then
    -- Read but not written: a token that only reads, or a guest before the public.
    if exists (select from app.threads t where t.id = thread and t.audience_id in (select app.my_audiences())) then
      raise exception using errcode = '42501', message = 'not allowed';
    end if;
    raise exception using errcode = 'IN404', message = 'conversations.thread.not_found';
  end if;
  label := coalesce(label, usual);
  -- The look-up is a statement of its own: it takes its snapshot after a twin has committed.
  perform pg_advisory_xact_lock(hashtextextended(key::text, 7));
  return query select m.id, m.thread_id, m.thread_number, true, m.body_hash = hash from app.messages m where m.byline_id = author and m.retry_key = key;
  if found then return; end if;
  if ended is not null then raise exception using errcode = 'IN409', message = 'conversations.conversation.closed'; end if;
  if app.is_restricted(author, talk) then raise exception using errcode = 'IN403', message = 'conversations.member.restricted'; end if;
  if lexemes <> '' then
    insert into search.entries values (nextval('search.positions'), 'message', message, audience, lexemes::tsvector || search.facets(author, talk, thread, about, label), now());
  end if;
  -- From here on the counters' rows are locked until commit.
  insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash)
    values (message, talk, thread, audience, author, words, label, key, hash) returning thread_number into n;
  -- What a token may not read it does not write either; after the insert, so that a label above the ceiling is told as that.
  if label is not null and label = any(app.sealed_labels()) then raise exception using errcode = '42501', message = 'not allowed'; end if;
  if named <> '{}' then perform app.name_in_message(message, audience, talk, named); end if;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
    values ('message.posted', audience, author, 'message', message, jsonb_build_object('conversation_id', talk, 'thread_id', thread, 'number', n));
  insert into app.read_markers as r (member_id, thread_id, audience_id, number) values (mine, thread, audience, n)
    on conflict (member_id, thread_id) do update set number = greatest(r.number, excluded.number);
  -- Whoever speaks in a thread follows it, unless they muted it.
  insert into app.thread_follows (member_id, thread_id, audience_id, state) values (mine, thread, audience, 'followed') on conflict do nothing;
  return query select message, thread, n, false, true;
end $function$;

-- The message that this retry key of mine made before, and whether it said the same. Holds the key until commit.
-- owner indaba_owner; called by indaba_person
CREATE OR REPLACE FUNCTION app.posted_before(key uuid, hash bytea)
 RETURNS TABLE(id uuid, thread_id uuid, number integer, same boolean)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- The look-up is a statement of its own: it takes its snapshot after a twin has committed.
  perform pg_advisory_xact_lock(hashtextextended(key::text, 7));
  return query select m.id, m.thread_id, m.thread_number, m.body_hash = hash from app.messages m where m.retry_key = key and m.byline_id in (select app.my_bylines());
end $function$;

-- The present version of each document.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.present_agreements()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 3
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct on (document) id from app.agreement_versions where not starter order by document, number desc
$function$;

-- What both would read, for whoever may propose it. Refuses with govern.act.not_found, and with what the kind refuses.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.preview_act(what text, subject uuid, detail jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not coalesce(app.may_propose_act(what), false) then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  return app.act_facts(what, subject, detail);
end $function$;

-- Proposes an act that needs two. Refuses with govern.act.not_found (also where one may not), .waits_already, people.step_up.needed, and with what the kind itself refuses.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.propose_act(act uuid, what text, subject uuid, detail jsonb, why text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare facts jsonb;
begin
  if not coalesce(app.may_propose_act(what), false) or subject is null then raise exception using errcode = 'IN404', message = 'govern.act.not_found'; end if;
  perform app.need_fresh();
  -- One after the other: of two who propose the same at once, one is told that it waits already.
  perform pg_advisory_xact_lock(hashtextextended('indaba act ' || what || ' ' || subject, 0));
  if exists (select from app.two_person_acts a where a.kind = what and a.subject_id = subject and a.content = detail and a.state = 'open' and a.lapses_at > now()) then
    raise exception using errcode = 'IN409', message = 'govern.act.waits_already';
  end if;
  facts := app.act_facts(what, subject, detail);
  insert into app.two_person_acts (id, kind, duty, subject_id, subject_member_id, content, shown, hash, reason, proposed_by)
  values (act, what, app.act_duty(what), subject, (select m.id from app.members m where m.id = subject), detail, facts, app.act_hash(act, what, subject, detail, facts, why), why, app.me());
end $function$;

-- Remembers that my session just proved itself, when the process that checked it says so with its key. Less than what would sign this member in is not enough. Refuses with people.step_up.refused.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.prove(proof text, moment bigint, mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.sessions;
begin
  select * into one from app.sessions s where s.token_hash = app.session_hash() and s.kind = 'browser';
  if one.id is null or app.me() is null or not app.checked('prove:' || one.id || ':' || one.member_id || ':' || proof || ':' || moment, mac)
     or proof = 'demo' and not exists (select from app.hub where demo)
     or to_timestamp(moment) < now() - interval '2 minutes' or app.sign_in_needs(one.member_id, proof) in ('code', 'passkey', 'sso') then
    raise exception using errcode = 'IN403', message = 'people.step_up.refused';
  end if;
  update app.sessions set proved_at = now() where id = one.id;
end $function$;

-- The names of those who say something to everybody: a guest or a visitor reads who says it, nothing else of them.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.public_adopters()
 RETURNS TABLE(organization_id uuid, name text)
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select o.id, o.name from app.organizations o where o.id in (select a.organization_id from app.adopted_spaces a where a.audience_id = 1)
$function$;

-- Who stands beside a public text.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.public_bylines()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 20
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select byline_id from app.revisions where audience_id = 1
  union select byline_id from app.change_requests where audience_id = 1
  union select decided_by from app.change_requests where audience_id = 1 and decided_by is not null
  union select b from app.editions, unnest(array[published_by, withdrawn_by]) b where audience_id = 1 and b is not null
  union select byline_id from app.messages where audience_id = 1
$function$;

-- What became of a push that was claimed: sent, gone (the browser is there no more), later (tried again, five times). For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.push_sent(push uuid, outcome text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if outcome = 'gone' then delete from app.push_subscriptions s using app.pushes p where p.id = push and s.id = p.subscription_id; return; end if;
  update app.pushes p set claimed_at = null, due = case when outcome = 'later' and p.tries < 5 then now() + make_interval(secs => 30 * 2 ^ p.tries) end where p.id = push and p.claimed_at is not null;
end $function$;

-- Makes the next version. Refuses as check_checklist does. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.put_checklist(after integer, points text, why text, maker uuid, second uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Of two at once the second finds another version than the one it saw.
  perform pg_advisory_xact_lock(hashtext('indaba checklist'));
  perform app.check_checklist(after, points);
  insert into app.vetting_questions (code, question) select code, words from app.read_checklist(points) where not known;
  insert into app.checklists (version, made_by, confirmed_by, reason) values (after + 1, maker, second, why);
  insert into app.checklist_points (version, position, question) select after + 1, place, code from app.read_checklist(points);
  perform app.note('checklist.changed', app.me(), null, null, jsonb_build_object('version', after + 1));
end $function$;

-- For functions only: the one way out of a circle for one person.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.put_out(circle uuid, member uuid, by_runner boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare told boolean;
begin
  insert into app.circle_absences (circle_id, member_id, by_runner) values (circle, member, put_out.by_runner) on conflict (circle_id, member_id) do update set by_runner = excluded.by_runner, at = now();
  -- An invitation from before is no way back in.
  if put_out.by_runner then
    update app.circle_admissions a set outcome = 'withdrawn', answered_at = now(), answered_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person')
     where a.circle_id = circle and a.member_id = member and a.outcome is null;
  end if;
  delete from app.circle_runners r where r.circle_id = circle and r.member_id = member;
  delete from app.circle_members cm where cm.circle_id = circle and cm.member_id = member;
  told := found;
  -- Whoever was in it by organization or by rule has no row that could tell.
  if not told then perform app.tell_of_circle('circle.left', circle, member, null); end if;
  perform app.need_runner(circle);
end $function$;

-- Mails a contact their private link. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.queue_application_link(application uuid, contact smallint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Whoever writes other people's addresses into forms makes a few mails a day, not more.
  if app.take('apply ' || (select md5(lower(c.email)) from app.application_contacts c where c.application_id = application and c.place = contact), 5, 86400) then
    perform graphile_worker.add_job('people.mail-application-link', json_build_object('ids', json_build_object('application', application, 'place', contact), 'actor', null));
  end if;
end $function$;

-- Tells the contacts or the stewards what happened. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.queue_application_mail(application uuid, what text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select graphile_worker.add_job('people.mail-application', json_build_object('ids', json_build_object('application', application, 'what', what), 'actor', app.me()))
$function$;

-- A checklist as it is asked for, one point a line: the code of a question there is, or the words of a new one. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.read_checklist(points text)
 RETURNS TABLE(place integer, code text, words text, known boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select row_number() over (order by l.n)::int, coalesce(q.code, 'own_' || translate(substr(md5(lower(l.line)), 1, 16), '0123456789', 'ghijklmnop')), l.line, q.code is not null
    from (select s.n, trim(regexp_replace(s.line, '\s+', ' ', 'g')) as line from regexp_split_to_table(points, '\n') with ordinality as s (line, n)) l
    left join app.vetting_questions q on q.code = l.line or q.question <> '' and lower(q.question) = lower(l.line)
   where l.line <> ''
$function$;

-- Who stood behind an opened pseudonym, to each of the two trustees once. Refuses with govern.opening.not_found, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.read_opening(act uuid)
 RETURNS TABLE(name text, organizations text[])
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_read_opening(act) then raise exception using errcode = 'IN404', message = 'govern.opening.not_found'; end if;
  perform app.need_fresh();
  insert into app.opening_views (act_id, member_id) values (act, app.me()) on conflict do nothing;
  if not found then raise exception using errcode = 'IN404', message = 'govern.opening.not_found'; end if;
  perform app.note('pseudonym.seen', app.me(), null, null, jsonb_build_object('act_id', act));
  return query select m.name, array(select o.name from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = m.id order by o.name)
    from app.two_person_acts a join sealed.byline_members s on s.byline_id = a.subject_id join app.members m on m.id = s.member_id where a.id = act;
end $function$;

-- The members who read with an audience; of the public, full members. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.readers_of(audience integer)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select am.member_id from app.audience_members am where am.audience_id = app.talkers(audience) and (am.ends_at is null or am.ends_at > now())
$function$;

-- Does this member read what has this audience? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.reads(member uuid, audience integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.members m where m.id = member and m.status = 'active')
    and (audience = 1 or exists (select from app.audience_members am where am.audience_id = audience and am.member_id = member and (am.ends_at is null or am.ends_at > now())))
$function$;

-- Do I work for an authority of this jurisdiction, and does this request stand before all members? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.reads_within(request uuid, jurisdiction uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Only where every member reads the request: else the talk of a country would tell its other authorities what they may not know.
  select exists (select from app.memberships ms where ms.member_id = app.me() and ms.organization_id in (select app.authorities_of(jurisdiction)))
    and exists (select from app.change_requests c where c.id = request and c.audience_id in (1, 2) and c.audience_id in (select app.my_audiences()))
$function$;

-- Counts anew the last number and latest activity of every thread and conversation, how far members have read, and how many read with each audience; puts right what stands otherwise and says how much that was. For the nightly job only.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.recount()
 RETURNS app.recounts
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare place uuid; one record; done app.recounts; threads int := 0; talks int := 0; moments int := 0; marks int; readers int;
begin
  for place in select distinct w.scope from app.miscounted() w loop
    -- Under the lock that every post takes, and looked at once more: what was posted meanwhile is no drift.
    perform from app.counters k where k.scope_id = place for update;
    for one in select * from app.miscounted(place) loop
      insert into app.counters as k (scope_id, audience_id, last_number, last_at)
        select place, x.audience_id, one.wanted, one.latest from (select t.audience_id from app.threads t where t.id = place union select c.audience_id from app.conversations c where c.id = place) x
        on conflict (scope_id) do update set last_number = excluded.last_number, last_at = coalesce(excluded.last_at, k.last_at);
      threads := threads + (one.kind = 'thread' and one.number)::int;
      talks := talks + (one.kind = 'conversation' and one.number)::int;
      moments := moments + one.moment::int;
    end loop;
  end loop;
  -- Whoever has read further than there is would not be told of what comes next.
  update app.read_markers r set number = k.last_number from app.counters k where k.scope_id = r.thread_id and r.number > k.last_number;
  get diagnostics marks = row_count;
  perform pg_advisory_xact_lock(hashtext('indaba audiences'));
  update app.audiences a set size = n.size, has_guests = n.guests, epoch = epoch + 1
    from (select x.id, (select count(*) from app.audience_members am where am.audience_id = x.id) as size, case when x.kind in ('public', 'everyone') then x.has_guests else app.audience_guests(x.id) end as guests from app.audiences x) n
   where a.id = n.id and (a.size, a.has_guests) is distinct from (n.size::int, n.guests);
  get diagnostics readers = row_count;
  insert into app.recounts (counted, threads, conversations, markers, activity, audiences)
    values ((select count(*) from app.counters), threads, talks, marks, moments, readers) returning * into done;
  delete from app.recounts c where c.at < now() - interval '90 days';
  return done;
end $function$;

-- Seven days to be confirmed, then the wait, then 24 hours for the link.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.recovery_open(r app.recoveries)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select r.ended_at is null and case when r.confirmed_at is null then r.asked_at > now() - interval '7 days' else r.ripe_at > now() - interval '24 hours' end
$function$;

-- Ends an application with a reason, which is mailed to whoever has confirmed. Refuses with people.application.not_found, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.refuse_application(application uuid, because text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform from app.applications a where a.id = application for update;
  if not app.may_end_application(application) then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  perform app.need_fresh();
  update app.applications set ended_at = now(), ended_as = 'refused', ended_by = app.my_person(), reason = because where id = application;
  perform app.note('application.refused', app.me(), null, null, jsonb_build_object('application_id', application));
  -- Who has not confirmed may never have heard of it.
  if exists (select from app.application_contacts c where c.application_id = application and c.confirmed_at is not null) then perform app.queue_application_mail(application, 'refused'); end if;
end $function$;

-- Events at or above a horizon that are not among the known ids, with the epoch of their audience in the same snapshot. For the relay only.
-- owner indaba_keyring; called by indaba_relay
CREATE OR REPLACE FUNCTION app.relay_frames(horizon xid8, known bigint[], most integer)
 RETURNS TABLE(id bigint, xid xid8, kind text, audience_id integer, byline_id uuid, subject_kind text, subject_id uuid, data jsonb, at timestamp with time zone, audience_epoch bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select e.id, e.xid, e.kind, e.audience_id, e.byline_id, e.subject_kind, e.subject_id, e.data, e.at, a.epoch
    from app.events e join app.audiences a on a.id = e.audience_id where e.xid >= horizon and e.id <> all(known) order by e.xid, e.id limit most
$function$;

-- For the connections that are open now: whose they are, which audiences they belong to and which labels may not leave through them. A connection that is missing in the answer must be closed.
-- owner indaba_keyring; called by indaba_relay
CREATE OR REPLACE FUNCTION app.relay_members(keys text[])
 RETURNS TABLE(key text, member_id uuid, audience_ids integer[], sealed_labels text[], expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Each key is hashed once, and audiences are joined in one go: per pair or per member, a thousand readers would take seconds.
  with asked as materialized (select k, sha256(convert_to(k, 'UTF8')) as hash from unnest(keys) k),
  found as materialized (
    select a.k, m.id, s.kind, s.scopes, s.expires_at from asked a
      join app.sessions s on s.token_hash = a.hash and s.expires_at > now() and s.revoked_at is null
      join app.members m on m.id = s.member_id and m.status = 'active'),
  theirs as materialized (select am.member_id, array_agg(am.audience_id) as ids from app.audience_members am where am.member_id in (select f.id from found f) and (am.ends_at is null or am.ends_at > now()) group by am.member_id)
  select f.k, f.id, coalesce(t.ids, '{}'),
      case when f.kind = 'token' then array(select o.label from app.marking_outlets o where not coalesce(o.api_scope = 'read' or o.api_scope = any(f.scopes), false)) else '{}' end, f.expires_at
    from found f left join theirs t on t.member_id = f.id
$function$;

-- Where the log stands: the epoch of this hub, and the horizon below which nothing can still be committed.
-- owner indaba_keyring; called by indaba_relay
CREATE OR REPLACE FUNCTION app.relay_position()
 RETURNS TABLE(epoch uuid, horizon xid8)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select h.epoch, pg_snapshot_xmin(pg_current_snapshot()) from app.hub h
$function$;

-- Updates of a shared draft behind a number. For the relay only.
-- owner indaba_keyring; called by indaba_relay
CREATE OR REPLACE FUNCTION app.relay_updates(draft uuid, after integer, most integer)
 RETURNS TABLE(number integer, client uuid, clock integer, bytes bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select u.number, u.client, u.clock, u.bytes from app.shared_draft_updates u where u.shared_draft_id = draft and u.number > after order by u.number limit most
$function$;

-- Of the connections that are open for a shared draft now: those of its writers. All others must be closed. For the relay only.
-- owner indaba_keyring; called by indaba_relay
CREATE OR REPLACE FUNCTION app.relay_writers(draft uuid, keys text[])
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select k from unnest(keys) k join app.sessions s on s.token_hash = sha256(convert_to(k, 'UTF8')) and s.expires_at > now() and s.revoked_at is null
    where app.writes_along(draft, s.member_id)
$function$;

-- Tells owners once that a page is to be read again within a fortnight, and once that the day has passed; how many were told. Where nobody answers, the board alone says so, and whoever comes is told. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.remind_owners()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare k record; told int := 0; today date := (now() at time zone 'UTC')::date;
begin
  for k in select u.page_id, u.review_on, u.review_on < today as over from app.page_upkeep u join app.pages p on p.id = u.page_id and p.retired_at is null
     -- Those that nobody answers for do not stand in the way of the others.
     where u.review_on <= today + 14 and exists (select from app.owners_of(u.page_id)) and case when u.review_on < today then u.overdue_of is distinct from u.review_on else u.reminded_of is distinct from u.review_on end
     order by u.review_on limit 1000 for update of u skip locked loop
    told := told + app.tell_owners(k.page_id, case when k.over then 'review_overdue' else 'review_soon' end);
    update app.page_upkeep u set reminded_of = k.review_on, overdue_of = case when k.over then k.review_on else u.overdue_of end where u.page_id = k.page_id;
  end loop;
  return told;
end $function$;

-- Whoever runs a circle takes somebody out, by whatever way they came in; false where there is nothing to do or it is not mine. Refuses with people.circle.last_runner.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.remove_from_circle(circle uuid, member uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_run_circle(circle) or member not in (select app.circle_people(circle)) then return false; end if;
  perform app.put_out(circle, member, true);
  return true;
end $function$;

-- Removes a message where I keep order, or one that was handed over: its place and number stay, its words are kept for an answer. Refuses with conversations.message.not_found, conversations.moderation.own, .gone.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.remove_message(act uuid, message uuid, why text, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare m app.messages; one record; over boolean;
begin
  select * into m from app.messages x where x.id = message for update;
  over := m.id is not null and not (m.audience_id in (select app.my_audiences()) and app.may_moderate(m.conversation_id) and (m.marking is null or m.marking <> all(app.sealed_labels())));
  -- What was handed over is removed by whom it was handed to, whatever else they may not read there.
  if m.id is null or over and not exists (select from app.message_reports r where r.message_id = m.id and r.handed and r.closed_at is null and app.may_close_report(r.id)) then
    raise exception using errcode = 'IN404', message = 'conversations.message.not_found';
  end if;
  if m.byline_id in (select app.my_bylines()) then raise exception using errcode = 'IN422', message = 'conversations.moderation.own'; end if;
  if m.deleted_at is not null then raise exception using errcode = 'IN409', message = 'conversations.moderation.gone'; end if;
  -- The trigger keeps the words as earlier ones; retention and holds go by them.
  update app.messages x set body = '', deleted_at = now(), moderated_as = why where x.id = m.id;
  delete from search.entries e where e.subject_id = m.id and e.kind = 'message';
  insert into app.moderation_acts (id, kind, message_id, conversation_id, audience_id, byline_id, moderator_id, handed, reason, words)
    values (act, 'removed', m.id, m.conversation_id, m.audience_id, m.byline_id, app.my_byline(), over, why, said);
  for one in select r.id from app.message_reports r where r.message_id = m.id and r.closed_at is null loop
    update app.message_reports r set closed_at = now(), outcome = 'removed', closed_by = app.my_byline() where r.id = one.id;
    perform app.mail_moderation('report', one.id, 'reporter');
  end loop;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
    values ('message.removed', m.audience_id, null, 'message', m.id, jsonb_build_object('conversation_id', m.conversation_id, 'thread_id', m.thread_id, 'number', m.thread_number));
  perform app.note('moderation.removed', app.me(), (select b.member_id from app.bylines b where b.id = m.byline_id), null, jsonb_build_object('act_id', act, 'reason', why));
  perform app.mail_moderation('act', act, 'author');
end $function$;

-- Takes my second factor and its recovery codes away. Refuses with people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.remove_second_factor()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.need_fresh();
  if not app.in_browser() then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
  delete from app.recovery_codes where member_id = app.me();
  delete from app.second_factors where member_id = app.me() and confirmed_at is not null;
end $function$;

-- Is the time over for which what a removed message said is kept? Asked of the rules alone: a hold keeps the words longer, and nobody is shown by them that there is one. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.removed_words_over(message uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare m app.messages; label text;
begin
  select * into m from app.messages x where x.id = message;
  label := app.label_of_words(m.conversation_id, m.marking);
  return coalesce(m.removed_at is not null or app.is_due('earlier_words', label, m.deleted_at) or app.is_due(app.kind_of_words(m.conversation_id), label, m.created_at), true);
end $function$;

-- Keeps the same password under a newer key, when the process that just checked it says so; tells nobody. Refuses with people.password.refused.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.renew_my_hash(hash text, mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('renew-hash:' || app.me() || ':' || hash, mac) then raise exception using errcode = 'IN403', message = 'people.password.refused'; end if;
  update app.accounts set password_hash = hash where member_id = app.me();
end $function$;

-- Ten new codes; the old ones are dead. Refuses with people.factor.refused, people.step_up.needed.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.renew_recovery_codes(member uuid, hashes bytea[], mac bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('recovery-codes:' || member || ':' || encode(sha256(convert_to((select string_agg(encode(h, 'hex'), ',' order by n) from unnest(hashes) with ordinality u(h, n)), 'UTF8')), 'hex'), mac) or cardinality(hashes) <> 10 then
    raise exception using errcode = 'IN403', message = 'people.factor.refused';
  end if;
  if not app.may_change_factor(member) then raise exception using errcode = 'IN403', message = 'people.step_up.needed'; end if;
  delete from app.recovery_codes where member_id = member;
  insert into app.recovery_codes (code_hash, member_id) select h, member from unnest(hashes) h;
end $function$;

-- To whom a report of this message goes: those who keep order there (handed false), or by handing over to the moderators of the hub; whether its words go with it, as its label lets them; and why it cannot.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.report_goes(message uuid)
 RETURNS TABLE(handed boolean, words boolean, refusal text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select x.handed, x.handed and (x.label is null or app.marking_rank(x.label) <= app.marking_rank('TLP:GREEN')),
      case when not x.handed then null when x.label = 'TLP:RED' then 'conversations.report.red'
        when not exists (select from app.hub_moderators() h where h not in (select b.member_id from app.bylines b where b.id = x.byline_id and b.member_id is not null)) then 'conversations.report.nobody' end
    from (select coalesce(m.marking, c.marking) as label, m.byline_id,
        not exists (select from app.order_keepers(m.conversation_id) k where k not in (select b.member_id from app.bylines b where b.id = m.byline_id and b.member_id is not null)) as handed
      from app.messages m join app.conversations c on c.id = m.conversation_id where m.id = message and app.may_report(m.id)) x
$function$;

-- Reports a message of others that I read. hand: I hand it over to the moderators of the hub, where nobody else keeps order. Refuses with conversations.message.not_found, conversations.report.own, .open (one of mine waits), .too_many (30 a day), .not_handed, .red, .nobody.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.report_message(report uuid, message uuid, why text, said text, hand boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare m app.messages; mine uuid; goes record;
begin
  select * into m from app.messages x where x.id = message and x.audience_id in (select app.my_audiences()) and x.deleted_at is null and (x.marking is null or x.marking <> all(app.sealed_labels()));
  if not found then raise exception using errcode = 'IN404', message = 'conversations.message.not_found'; end if;
  if m.byline_id in (select app.my_bylines()) then raise exception using errcode = 'IN422', message = 'conversations.report.own'; end if;
  select b.id into mine from app.bylines b where b.member_id = app.writer() and b.kind = 'person';
  if mine is null then raise exception using errcode = '42501', message = 'not allowed'; end if;
  perform pg_advisory_xact_lock(hashtextextended(mine::text, 10));
  if exists (select from app.message_reports r where r.byline_id = mine and r.message_id = message and r.closed_at is null) then
    raise exception using errcode = 'IN409', message = 'conversations.report.open';
  end if;
  if (select count(*) from app.message_reports r where r.byline_id = mine and r.created_at > now() - interval '1 day') >= 30 then
    raise exception using errcode = 'IN429', message = 'conversations.report.too_many';
  end if;
  select * into goes from app.report_goes(message);
  if goes.refusal is not null then raise exception using errcode = 'IN422', message = goes.refusal; end if;
  if goes.handed and not hand then raise exception using errcode = 'IN422', message = 'conversations.report.not_handed'; end if;
  insert into app.message_reports (id, message_id, conversation_id, audience_id, byline_id, author_id, reason, words, handed, handed_words)
    values (report, m.id, m.conversation_id, m.audience_id, mine, m.byline_id, why, said, goes.handed, case when goes.words then m.body end);
  -- Without whoever reported: a focal point who wrote the message would read it there.
  perform app.note('moderation.reported', null, null, null, jsonb_build_object('reason', why));
  perform app.mail_moderation('report', report, 'keepers');
end $function$;

-- What rings for me of requests on their way to a decision, of pages and editions, until I have looked at them.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.request_bell()
 RETURNS TABLE(id uuid, change_request_id uuid, page_id uuid, kind text, until timestamp with time zone, at timestamp with time zone, space text, number integer, path text, edition text, title text, words text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select n.id, c.id, p.id, n.kind, n.until, n.at, s.slug, c.number, p.path, e.number, coalesce(p.title, c.title, s.title), case when n.kind like 'watched%' then left(coalesce(case when n.kind in ('watched_declined', 'watched_withdrawn') then c.decision_reason else c.reason end, e.words), 300) end
    from app.request_notices n left join app.change_requests c on c.id = n.change_request_id left join app.pages p on p.id = n.page_id left join app.editions e on e.id = n.edition_id
    join app.spaces s on s.id = coalesce(p.space_id, c.space_id, e.space_id)
   where n.member_id = app.me() and n.seen_at is null and n.audience_id in (select app.my_audiences()) and app.notice_lives(n) order by n.at desc, n.id limit 100
$function$;

-- What was claimed has gone out, or is to be tried again in five minutes. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.request_mails_sent(ids uuid[], went boolean)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update app.request_notices set mail_claimed_at = null, mailed_at = case when went then now() end, mail_due = case when not went then now() + interval '5 minutes' end where id = any(ids) and mail_claimed_at is not null
$function$;

-- Puts the same value, sealed with the present key, in place of the older one; false when it was changed meanwhile. For the job and the command.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.reseal(what text, whose uuid, before text, after text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Only over what was read: who set up another factor meanwhile keeps it.
  if what = 'authenticator' then update app.second_factors set sealed = after where member_id = whose and sealed = before;
  elsif what = 'sso' then update app.sso_connections set sealed_secret = after where id = whose and sealed_secret = before;
  else return false; end if;
  return found;
end $function$;

-- Puts a removed message back as it was, while its words are kept. lexemes as in search.put(). Refuses with conversations.moderation.not_found, .settled, .gone.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.restore_message(act uuid, said text, lexemes text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare a app.moderation_acts; m app.messages; was text; about text;
begin
  if not exists (select from app.moderation_acts x where x.id = act and x.kind = 'removed') then raise exception using errcode = 'IN404', message = 'conversations.moderation.not_found'; end if;
  a := app.settle(act, true, said);
  select * into m from app.messages x where x.id = a.message_id for update;
  select r.body into was from app.message_revisions r where r.message_id = m.id order by r.replaced_at desc, r.id desc limit 1;
  if m.moderated_as is null or m.moved_to is not null or was is null or app.removed_words_over(m.id) then raise exception using errcode = 'IN409', message = 'conversations.moderation.gone'; end if;
  update app.messages x set body = was, deleted_at = null, moderated_as = null where x.id = m.id;
  select c.subject_kind into about from app.conversations c where c.id = m.conversation_id;
  if lexemes <> '' then
    insert into search.entries values (nextval('search.positions'), 'message', m.id, m.audience_id, lexemes::tsvector || search.facets(m.byline_id, m.conversation_id, m.thread_id, about, m.marking)
      || search.holds(exists (select from app.attachments x where x.message_id = m.id), exists (select from app.polls x where x.message_id = m.id)), m.created_at);
  end if;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
    values ('message.restored', m.audience_id, null, 'message', m.id, jsonb_build_object('conversation_id', m.conversation_id, 'thread_id', m.thread_id, 'number', m.thread_number));
end $function$;

-- Somebody reads and does not write until a moment, in one conversation or (null) in all; closes a report about them with it. Refuses with conversations.conversation.not_found, conversations.restriction.nobody, .keeper, .until (half an hour to a year), .stands, conversations.moderation.own, conversations.report.not_found, .closed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.restrict_member(act uuid, whom uuid, conversation uuid, why text, said text, until timestamp with time zone, report uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare target app.bylines; c app.conversations; r app.message_reports;
begin
  if not app.may_restrict(conversation) then raise exception using errcode = 'IN404', message = 'conversations.conversation.not_found'; end if;
  select * into c from app.conversations x where x.id = conversation;
  select * into target from app.bylines b where b.id = whom and b.kind = 'person' and exists (select from app.members m where m.id = b.member_id and m.status = 'active');
  -- Only of those who read there does one know.
  if target.id is null or conversation is not null and c.audience_id <> 1
      and not exists (select from app.audience_members am where am.audience_id = c.audience_id and am.member_id = target.member_id) then
    raise exception using errcode = 'IN404', message = 'conversations.restriction.nobody';
  end if;
  if target.member_id = app.me() then raise exception using errcode = 'IN422', message = 'conversations.moderation.own'; end if;
  if conversation is not null and target.member_id in (select app.order_keepers(conversation))
     or conversation is null and exists (select from app.hub_roles h where h.member_id = target.member_id and h.role in ('moderator', 'steward')) then
    raise exception using errcode = 'IN422', message = 'conversations.restriction.keeper';
  end if;
  if until is null or until < now() + interval '30 minutes' or until > now() + interval '1 year' then raise exception using errcode = 'IN422', message = 'conversations.restriction.until'; end if;
  if exists (select from app.moderation_acts a where a.byline_id = whom and a.kind = 'restricted' and not a.undone and a.ends_at > now() and a.conversation_id is not distinct from conversation) then
    raise exception using errcode = 'IN409', message = 'conversations.restriction.stands';
  end if;
  insert into app.moderation_acts (id, kind, conversation_id, audience_id, byline_id, moderator_id, reason, words, ends_at)
    values (act, 'restricted', conversation, c.audience_id, whom, app.my_byline(), why, said, until);
  perform app.note('moderation.restricted', app.me(), target.member_id, null, jsonb_build_object('act_id', act, 'reason', why, 'until', until, 'hub', conversation is null));
  if report is not null then
    select * into r from app.message_reports x where x.id = report;
    if r.author_id <> whom then raise exception using errcode = 'IN404', message = 'conversations.report.not_found'; end if;
    perform app.close_report(report, 'restricted');
  end if;
  perform app.mail_moderation('act', act, 'author');
end $function$;

-- Does keeping this only so long (null: for good) wait for a second steward? What is shorter destroys sooner.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.retention_needs_two(what text, mark text, days integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.two_stewards() and exists (select from app.retention_rules r where r.kind = what and r.label is not distinct from mark
    and coalesce(days, 2147483647) < coalesce(r.keep_days, 2147483647))
$function$;

-- How far a run of the retention job is; at its end, if it removed anything, a note in the log. For the archivist only.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.retention_ran(run uuid, counts jsonb, over boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into app.retention_runs as r (id, removed, ended_at) values (run, counts, case when over then now() end)
    on conflict (id) do update set removed = excluded.removed, ended_at = excluded.ended_at;
  if over and counts <> '{}' then perform app.note('retention.ran', null, null, null, jsonb_build_object('run_id', run, 'removed', counts)); end if;
end $function$;

-- The id by which an act names a rule of retention.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.retention_subject(what text, mark text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select md5('indaba retention ' || what || ' ' || coalesce(mark, ''))::uuid $function$;

-- Read again today, nothing to change: the next day is set, and nobody is reminded of the one before. Gives the next day. Refuses with common.not_found, common.not_allowed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.review_page(page uuid)
 RETURNS date
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare p app.pages; comes date; today date := (now() at time zone 'UTC')::date;
begin
  select * into p from app.pages x where x.id = page and x.retired_at is null and x.audience_id in (select app.my_audiences());
  if p.id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_review_page(page) then raise exception using errcode = 'IN403', message = 'common.not_allowed'; end if;
  insert into app.page_upkeep as k (page_id, audience_id, review_on, reviewed_on, reviewed_by) values (p.id, p.audience_id, today + interval '12 months', today, app.my_byline())
    on conflict (page_id) do update set review_on = today + make_interval(months => k.every_months), reviewed_on = today, reviewed_by = app.my_byline()
    returning review_on into comes;
  update app.request_notices n set seen_at = now(), mail_due = null where n.page_id = page and n.kind in ('review_soon', 'review_overdue') and n.seen_at is null;
  perform app.tell('upkeep.reviewed', p.audience_id, 'upkeep', p.id, jsonb_build_object('space_id', p.space_id, 'page_id', p.id));
  return comes;
end $function$;

-- Rights and who holds them, as the page of roles shows them; proved by acting in tests/policies/roles.test.ts.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.rights()
 RETURNS TABLE(place integer, right_key text, asks text[], holders text[])
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- Is this row of that table held?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.row_held(what text, r jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare audience int := (r ->> 'audience_id')::int; author uuid := (r ->> 'byline_id')::uuid; id uuid := case when r ->> 'id' ~ '-' then (r ->> 'id')::uuid end;
begin
  return case what
    when 'messages' then app.words_held(author, (r ->> 'conversation_id')::uuid, audience, null)
    when 'threads' then app.words_held(author, (r ->> 'conversation_id')::uuid, audience, null)
    when 'conversations' then app.words_held(null, id, audience, null)
    when 'channels' then app.words_held(author, null, audience, null)
    when 'message_revisions' then (select app.words_held(m.byline_id, m.conversation_id, m.audience_id, null) from app.messages m where m.id = (r ->> 'message_id')::uuid)
    when 'attachments' then (select app.words_held(m.byline_id, m.conversation_id, m.audience_id, null) from app.messages m where m.id = (r ->> 'message_id')::uuid)
    when 'spaces' then app.words_held(null, null, audience, id)
    when 'pages' then app.words_held(null, null, audience, (r ->> 'space_id')::uuid)
    when 'revisions' then (select app.words_held(author, null, audience, p.space_id) from app.pages p where p.id = (r ->> 'page_id')::uuid)
    when 'change_requests' then app.words_held(author, null, audience, (r ->> 'space_id')::uuid)
    when 'change_request_pages' then (select app.words_held(c.byline_id, null, c.audience_id, c.space_id) from app.change_requests c where c.id = (r ->> 'change_request_id')::uuid)
    when 'files' then app.words_held(author, null, audience, (select a.space_id from app.space_assets a where a.file_id = id limit 1))
    when 'event_payloads' then (select app.event_held(e) from app.events e where e.id = (r ->> 'event_id')::bigint)
    when 'audit_payloads' then app.person_held((r ->> 'actor_id')::uuid) or app.person_held((r ->> 'member_id')::uuid) or app.organization_held((r ->> 'organization_id')::uuid)
      or app.words_held(null, null, audience, null)
    when 'members' then app.person_held(id)
    when 'applications' then app.organization_held((r ->> 'organization_id')::uuid) or app.words_held(null, null, null, null)
    when 'organizations' then app.organization_held(id)
    when 'bylines' then app.words_held(id, null, audience, null)
    when 'circles' then app.words_held(null, null, audience, null)
    when 'invitations' then app.words_held((r ->> 'invited_by')::uuid, null, null, null) or app.organization_held((r ->> 'organization_id')::uuid)
    else app.person_held((r ->> 'member_id')::uuid) end;
end $function$;

-- Does this ask for less than what holds: a lighter procedure, fewer approvals or of others too, shorter clocks, an older text?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.rules_loosen(was app.space_rules, wanted jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(array_position('{none,quick,formal}', wanted ->> 'preset') < array_position('{none,quick,formal}', was.preset)
    or (wanted ->> 'approvals')::int < was.approvals
    or was.approvals > 0 and exists (select from jsonb_array_elements_text(wanted -> 'approvers') a where a <> all (was.approvers))
    or was.up_to_date and not (wanted ->> 'up_to_date')::boolean
    or was.preset <> 'none' and (wanted ->> 'last_call_days')::int < was.last_call_days
    or was.preset = 'formal' and ((wanted ->> 'consultation_days')::int < was.consultation_days or (wanted ->> 'position_days')::int < was.position_days), true)
$function$;

-- Does setting these rules wait for a second steward?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.rules_need_two(space uuid, wanted jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.two_stewards() and app.rules_loosen(app.rules_of(space), wanted)
$function$;

-- What merging in this space asks for now. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.rules_of(space uuid)
 RETURNS app.space_rules
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare r app.space_rules;
begin
  select * into r from app.space_rules x where x.space_id = space order by x.changed_at desc, x.id desc limit 1;
  if r.id is null then
    select null::uuid, s.id, s.audience_id, 'none', 0, '{editor}'::text[], false, 7, 28, 14, '', null::uuid, null::timestamptz into r from app.spaces s where s.id = space;
  end if;
  return r;
end $function$;

-- Moves every procedure whose clock ran out, and reminds of ends that are near, once, however often and however late it is asked; how many moved. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.run_procedures(at timestamp with time zone DEFAULT now())
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare p app.procedures; c app.change_requests; moved int := 0; ends timestamptz;
begin
  -- One at a time; whoever comes meanwhile has nothing to do. What was done stands in the phase, so a second run finds nothing.
  if not pg_try_advisory_xact_lock(hashtext('indaba procedures')) then return 0; end if;
  for p in select * from app.procedures x where x.phase = 'comments' and x.comments_until <= at or x.phase = 'positions' and x.positions_until <= at order by x.comments_until limit 500 loop
    -- The request first, as everybody locks them; then look again.
    select * into c from app.change_requests x where x.id = p.change_request_id for update;
    select * into p from app.procedures x where x.id = p.id for update;
    continue when p.over_at is not null or case p.phase when 'comments' then p.comments_until when 'positions' then p.positions_until end > at or p.phase = 'resolving';
    if p.kind = 'consultation' and p.phase = 'comments' and app.comments_waiting(c.id) > 0 then
      update app.procedures x set phase = 'resolving' where x.id = p.id;
      perform app.step(c.id, 'resolving', null, '', jsonb_build_object('comments', app.comments_waiting(c.id)));
    elsif p.kind = 'consultation' and p.phase = 'comments' then
      -- From now on, however late the clock is looked at: positions have their whole time.
      ends := app.end_of_days(at, p.position_days);
      update app.procedures x set phase = 'positions', positions_until = ends, wording = app.wording_of(c.id) where x.id = p.id;
      perform app.step(c.id, 'positions_opened', null, '', jsonb_build_object('until', ends));
    else
      update app.procedures x set phase = 'over', over_at = at where x.id = p.id;
      perform app.step(c.id, p.kind || '_over', null, '', jsonb_build_object('comments', app.comments_waiting(c.id)));
    end if;
    moved := moved + 1;
  end loop;
  -- Three days before an end, once for each end; not where everything is shorter than that anyway.
  for p in select * from app.procedures x where x.over_at is null and x.reminded_until is distinct from case x.phase when 'comments' then x.comments_until else x.positions_until end
      and case x.phase when 'comments' then x.comments_until when 'positions' then x.positions_until end between at and at + interval '3 days' for update skip locked loop
    ends := case p.phase when 'comments' then p.comments_until else p.positions_until end;
    update app.procedures x set reminded_until = ends where x.id = p.id;
    continue when case p.phase when 'comments' then p.days else p.position_days end < 4;
    perform app.tell_request(p.change_request_id, 'reminder', ends, null, at);
  end loop;
  return moved;
end $function$;

-- The procedure of a request that runs, locked. For functions only. Refuses with library.procedure.not_running.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.running_procedure(request uuid)
 RETURNS app.procedures
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare p app.procedures;
begin
  select * into p from app.procedures x where x.change_request_id = request and x.over_at is null for update;
  if p.id is null then raise exception using errcode = 'IN409', message = 'library.procedure.not_running'; end if;
  return p;
end $function$;

-- The labels that may not leave through this session: none in a browser, those beyond its scopes for a token.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.sealed_labels()
 RETURNS text[]
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce((select array_agg(o.label) from app.marking_outlets o, app.sessions s
    where s.token_hash = app.session_hash() and s.kind = 'token' and not (o.api_scope = 'read' or o.api_scope = any(s.scopes))), '{}')
$function$;

-- Does this message carry a label that may not leave through this session? False of what is not there.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.sealed_message(message uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.messages m where m.id = message and m.marking = any(app.sealed_labels()))
$function$;

-- Values that are sealed with another version of the key than the present one. They open only with the key, which is not here. For the job and the command.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.sealed_values(present text, most integer)
 RETURNS TABLE(kind text, id uuid, sealed text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select * from (
    select 'authenticator', f.member_id, f.sealed from app.second_factors f where f.sealed not like present || ':%'
    union all select 'sso', c.id, c.sealed_secret from app.sso_connections c where c.sealed_secret not like present || ':%') v limit most
$function$;

-- Is a pseudonym held because of whoever is behind it? Its words go when those beside them go, else what stays would say who it is; a copy is kept.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.sealed_words_held(byline uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from sealed.byline_members s join app.legal_holds h on h.lifted_at is null and (h.scope = 'person' and h.subject_id = s.member_id
    or h.scope = 'organization' and app.worked_for(s.member_id, h.subject_id)) where s.byline_id = byline)
$function$;

-- The sealed secret, for the process that holds the key to check a code with.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.second_factor_of(member uuid, mac bytea)
 RETURNS TABLE(sealed text, last_step bigint, confirmed_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select f.sealed, f.last_step, f.confirmed_at from app.second_factors f where f.member_id = member and app.checked('second-factor-of:' || member, mac)
$function$;

-- I have seen what was decided about me and what I reported: what of it was new. A token without the scope write only reads.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.see_order()
 RETURNS SETOF uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with mine as materialized (select b from app.my_bylines() b where app.may_keep_own()),
  r as (update app.message_reports set seen_at = now() where byline_id in (select b from mine) and closed_at is not null and seen_at is null returning id),
  a as (update app.moderation_acts set seen_at = now() where byline_id in (select b from mine) and seen_at is null returning id)
  select id from r union all select id from a
$function$;

-- I have looked at this page or edition: was there something to see?
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.see_page(page uuid)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with seen as (update app.request_notices n set seen_at = now() where n.member_id = app.me() and app.may_keep_own() and page in (n.page_id, n.edition_id) and n.seen_at is null returning 1) select exists (select from seen)
$function$;

-- I have looked at this request: was there something to see?
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.see_request(request uuid)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with seen as (update app.request_notices n set seen_at = now() where n.member_id = app.me() and app.may_keep_own() and n.change_request_id = request and n.seen_at is null returning 1) select exists (select from seen)
$function$;

-- The second steward is not convinced: the vetting goes on. Refuses with people.application.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.send_back_application(application uuid, because text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_confirm_application(application) then raise exception using errcode = 'IN404', message = 'people.application.not_found'; end if;
  update app.applications set vetted_at = null, vetted_by = null where id = application;
  perform app.note('application.sent_back', app.me(), null, null, jsonb_build_object('application_id', application, 'reason', because));
end $function$;

-- The hash under which the present session stands in app.sessions; null for a visitor.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.session_hash()
 RETURNS bytea
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select sha256(convert_to(nullif(current_setting('indaba.session', true), ''), 'UTF8'))
$function$;

-- A steward, or whoever runs the import, does not want a channel here: what waits of it is removed, and later runs leave it out. Refuses with exchange.place.not_found, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.set_aside_import(place uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not (app.may_open_imports() or app.is_importing()) or not exists (select from app.import_places x where x.id = place and x.kind = 'channel' and x.state = 'waiting' for update) then
    raise exception using errcode = 'IN404', message = 'exchange.place.not_found';
  end if;
  perform app.need_fresh();
  delete from app.import_messages x where x.place_id = place;
  update app.import_places x set state = 'aside', messages = 0, decided_at = now(), decided_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person') where x.id = place;
  perform app.note('import.aside', app.me(), null, null, jsonb_build_object('place_id', place));
end $function$;

-- Whom a message of mine names after it was edited; none once it was taken back. Refuses with conversations.message.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.set_mentions(message uuid, named text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare m app.messages;
begin
  select * into m from app.messages x where x.id = message and x.byline_id in (select app.my_bylines()) and x.audience_id in (select app.my_audiences());
  if not found or not app.may_write() then raise exception using errcode = 'IN404', message = 'conversations.message.not_found'; end if;
  -- Who was named before and still is has been told already: that row stays.
  delete from app.mentions n where n.message_id = message and case n.kind when 'channel' then 'channel:here' else n.kind || ':' || n.target_id end <> all(named);
  if m.deleted_at is null and named <> '{}' then perform app.name_in_message(message, m.audience_id, m.conversation_id, named); end if;
end $function$;

-- Changes my password; an API token may not. Refuses with people.password.refused, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.set_my_password(hash text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if app.me() is null or not app.may_keep_own() or exists (select from app.sessions where token_hash = app.session_hash() and kind = 'token') then
    raise exception using errcode = 'IN403', message = 'people.password.refused';
  end if;
  perform app.need_fresh();
  update app.accounts set password_hash = hash where member_id = app.me();
  perform app.tell_way_in('password', app.me());
end $function$;

-- A steward sets how a space decides, stricter or, while the hub has never had two stewards, as they like. Refuses with library.space.not_found, library.rules.need_two, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.set_rules(space uuid, wanted jsonb, why text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.may_set_rules(space) then raise exception using errcode = 'IN404', message = 'library.space.not_found'; end if;
  perform app.need_fresh();
  -- One after the other, so that what is compared is what holds.
  perform pg_advisory_xact_lock(hashtextextended('indaba rules ' || space, 0));
  if app.rules_need_two(space, wanted) then raise exception using errcode = 'IN403', message = 'library.rules.need_two'; end if;
  perform app.write_rules(space, wanted, why);
end $function$;

-- Says who answers for a page, by when (a day, UTC) it is read again, and how many months it then rests. Refuses with common.not_found, common.not_allowed, library.upkeep.owner_unknown.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.set_upkeep(page uuid, byline uuid, organization uuid, review date, months integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare p app.pages;
begin
  select * into p from app.pages x where x.id = page and x.retired_at is null and x.audience_id in (select app.my_audiences());
  if p.id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if not app.may_set_upkeep(page) then raise exception using errcode = 'IN403', message = 'common.not_allowed'; end if;
  -- One who owned it before may stay though nobody stands behind the name any more: the day alone was changed.
  if num_nonnulls(byline, organization) > 0 and not exists (select from app.possible_owners(page) o where o.byline_id is not distinct from byline and o.organization_id is not distinct from organization)
     and not exists (select from app.page_upkeep k where k.page_id = page and (k.owner_byline, k.owner_organization) is not distinct from (byline, organization)) then
    raise exception using errcode = 'IN422', message = 'library.upkeep.owner_unknown';
  end if;
  insert into app.page_upkeep as k (page_id, audience_id, owner_byline, owner_organization, review_on, every_months) values (p.id, p.audience_id, byline, organization, review, months)
    on conflict (page_id) do update set owner_byline = excluded.owner_byline, owner_organization = excluded.owner_organization, review_on = excluded.review_on, every_months = excluded.every_months,
      -- A new owner is told anew.
      reminded_of = case when (k.owner_byline, k.owner_organization) is not distinct from (excluded.owner_byline, excluded.owner_organization) then k.reminded_of end,
      overdue_of = case when (k.owner_byline, k.owner_organization) is not distinct from (excluded.owner_byline, excluded.owner_organization) then k.overdue_of end;
  perform app.tell('upkeep.set', p.audience_id, 'upkeep', p.id, jsonb_build_object('space_id', p.space_id, 'page_id', p.id));
end $function$;

-- What a setting is now; null: as src/platform/settings/table.ts has it. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.setting(wanted text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select s.value from app.settings s where s.name = wanted order by s.id desc limit 1
$function$;

-- Is this value less strict than what holds? Longer sessions, invitations, confirmations and stays of guests, a shorter wait of a recovery, a weaker sign-in, more links asked, another sender.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.setting_loosens(wanted text, now jsonb, value jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(case
    when wanted in ('session_days', 'idle_days', 'invitation_days', 'confirm_days', 'confirm_grace_days', 'guest_days') then jsonb_typeof(value) <> 'number' or value::text::numeric > now::text::numeric
    when wanted = 'recovery_hours' then jsonb_typeof(value) <> 'number' or value::text::numeric < now::text::numeric
    when wanted = 'sign_in_minimum' then array_position('{nothing,second_factor,passkeys_only}', value #>> '{}') < array_position('{nothing,second_factor,passkeys_only}', now #>> '{}')
    when wanted = 'stewards_passkeys_only' then now = 'true' and value <> 'true'
    -- Asking for a link tells the other side that a page holds it.
    when wanted = 'outer_links' then array_position('{off,public,all}', value #>> '{}') > array_position('{off,public,all}', now #>> '{}')
    -- Under another sender's name mail can be made to look like somebody's; the address of the machine itself is nobody's.
    when wanted = 'mail_address' then value <> now and value <> '""'
    else false end, true)
$function$;

-- Does setting this wait for a second steward?
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.setting_needs_two(wanted text, value jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.two_stewards() and app.setting_was(wanted) is not null and app.setting_loosens(wanted, app.setting_was(wanted), value)
$function$;

-- The id by which an act names a setting.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.setting_subject(wanted text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select md5('indaba setting ' || wanted)::uuid $function$;

-- What holds now of a setting that can loosen security, also before anybody set it; a test compares with src/platform/settings/table.ts. Null: no such setting.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.setting_was(wanted text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(app.setting(wanted), ('{"session_days": 30, "idle_days": 7, "invitation_days": 7, "recovery_hours": 24, "confirm_days": 365, "confirm_grace_days": 30, "guest_days": 90,
    "outer_links": "public", "mail_address": "", "sign_in_minimum": "nothing", "stewards_passkeys_only": false}'::jsonb) -> wanted)
$function$;

-- Undoes a decision or upholds it against an answer. For functions only. Refuses with conversations.moderation.not_found, .settled, .another (somebody else reads an answer).
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.settle(act uuid, undo boolean, said text)
 RETURNS app.moderation_acts
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare a app.moderation_acts;
begin
  select * into a from app.moderation_acts x where x.id = act for update;
  if a.id is null or not app.may_settle(act) then raise exception using errcode = 'IN404', message = 'conversations.moderation.not_found'; end if;
  if a.undone or not undo and (a.answer is null or a.settled_at is not null) then raise exception using errcode = 'IN409', message = 'conversations.moderation.settled'; end if;
  -- An answer is read by somebody else, where there is somebody else.
  if not undo and a.moderator_id = app.my_byline() and app.another_settles(act) then
    raise exception using errcode = 'IN403', message = 'conversations.moderation.another';
  end if;
  update app.moderation_acts x set settled_at = now(), settled_by = app.my_byline(), settled_words = said, undone = undo, seen_at = null where x.id = act returning x.* into a;
  perform app.note(case when not undo then 'moderation.upheld' when a.kind = 'removed' then 'moderation.restored' else 'moderation.lifted' end,
    app.me(), (select b.member_id from app.bylines b where b.id = a.byline_id), null, jsonb_build_object('act_id', act));
  perform app.mail_moderation('act', act, 'author');
  return a;
end $function$;

-- What is still asked of a member who proved so much: nothing (null), code, passkey (has one), sso (their institution has to vouch), or to set up a passkey or a second factor first. Not granted: what somebody has set up is nobody's business.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.sign_in_needs(member uuid, proof text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when proof = 'demo' then null
    when proof like 'sso:%' then case when p.passkeys_only then 'passkey' when p.sso_only and not p.this_one then 'sso' end
    when proof = 'passkey' then case when p.sso_only and not p.runs_it then 'sso' end
    when p.passkeys_only and k.has then 'passkey'
    when proof = 'password' and exists (select from app.second_factors f where f.member_id = member and f.confirmed_at is not null) then 'code'
    when p.sso_only then 'sso'
    when p.passkeys_only then 'set_passkey'
    when proof = 'password' and p.second_factor then case when k.has then 'passkey' else 'set_factor' end end
  from (select exists (select from app.passkeys where member_id = member and revoked_at is null) as has) k,
    (select coalesce(bool_or(s.passkeys_only), false) or app.hub_asks(member, 'passkeys_only') as passkeys_only,
       coalesce(bool_or(s.second_factor), false) or app.hub_asks(member, 'second_factor') as second_factor,
       coalesce(bool_or(x.only), false) as sso_only, coalesce(bool_or(x.only and proof = 'sso:' || c.id), false) as this_one,
       -- Whoever runs an organization that asks for single sign-on keeps a way in for the day its provider is down.
       coalesce(bool_and(ms.role = 'focal_point') filter (where x.only), false) as runs_it
       from app.memberships ms join app.sign_in_policies s using (organization_id) left join app.sso_connections c using (organization_id)
         -- What was never walked through, or has no proved domain any more, is asked of nobody.
         cross join lateral (select s.sso_only and c.tested_at is not null
           and exists (select from app.organization_domains d where d.organization_id = s.organization_id and d.proved_at is not null) as only) x
      where ms.member_id = member) p
$function$;

-- The space whose text a conversation is about, if it is about one.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.space_of(conversation uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case c.subject_kind when 'page' then (select p.space_id from app.pages p where p.id = c.subject_id)
    when 'control' then (select k.space_id from app.controls k where k.id = c.subject_id)
    when 'change_request' then (select r.space_id from app.change_requests r where r.id = c.subject_id) end from app.conversations c where c.id = conversation
$function$;

-- Is this the name of a country that I speak for now? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.speaks_as(byline uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.bylines b where b.id = byline and b.jurisdiction_id is not null and app.speaks_for(b.jurisdiction_id))
$function$;

-- Am I the focal point of the authority that leads this jurisdiction, or do I stand in? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.speaks_for(jurisdiction uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(app.lead_of(jurisdiction) in (select app.my_run_organizations()), false)
$function$;

-- Makes a member of somebody who came by single sign-on. For functions only. Refuses with people.sso.has_account.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.sso_admit(connection uuid, who text, address text, called text, slugged text, member uuid, byline uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare organization uuid := (select c.organization_id from app.sso_connections c where c.id = connection);
begin
  if exists (select from app.accounts where email_key = lower(address)) then raise exception using errcode = 'IN409', message = 'people.sso.has_account'; end if;
  if exists (select from app.members m where m.slug = slugged) then slugged := slugged || '-' || right(member::text, 6); end if;
  insert into app.members (id, slug, name) values (member, slugged, called);
  insert into app.accounts (member_id, email, email_key) values (member, address, lower(address));
  insert into app.bylines (id, kind, member_id, organization_id, name) values (byline, 'person', member, organization, called);
  -- Never more than a member, whatever the provider says.
  insert into app.memberships (member_id, organization_id, role) values (member, organization, 'member');
  delete from app.sso_links l where l.connection_id = connection and l.subject = who and l.ended_at is not null;
  insert into app.sso_links (connection_id, subject, member_id, joined, address_hash) values (connection, who, member, true, app.sso_bar(organization, address));
  perform app.note('sso.joined', coalesce(app.me(), member), member, organization, '{}');
  perform graphile_worker.add_job('people.mail-sso', json_build_object('ids', json_build_object('what', case when app.me() is null then 'joined' else 'admitted' end, 'member', member, 'connection', connection), 'actor', app.me()));
end $function$;

-- What the provider said, when the process that checked it says so with its key. False when it was said already. Refuses with people.sign_in.refused.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.sso_arrive(connection uuid, state bytea, said jsonb, assertion bytea, mac bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('sso-arrive:' || connection || ':' || encode(state, 'hex') || ':' || encode(sha256(convert_to(said::text, 'UTF8')), 'hex'), mac) then
    raise exception using errcode = 'IN403', message = 'people.sign_in.refused';
  end if;
  update app.sso_tries t set arrived_at = now(), subject = said ->> 'subject', address = said ->> 'address', vouched = (said ->> 'vouched')::boolean, name = said ->> 'name', slug = said ->> 'slug',
      authenticated_at = (said ->> 'authenticated_at')::timestamptz, assertion_hash = assertion
   where t.connection_id = connection and t.state_hash = state and t.used_at is not null and t.arrived_at is null;
  return found;
exception when unique_violation then return false;
end $function$;

-- Under what an address stands among those who were let go.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.sso_bar(organization uuid, address text)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select sha256(convert_to(organization || lower(address), 'UTF8'))
$function$;

-- Somebody sets out for a provider; false when this one does not count for that purpose. The try is answered once, in the same browser, within ten minutes.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.sso_begin(try uuid, state bytea, browser bytea, connection uuid, wanted text, onward text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare organization uuid := (select c.organization_id from app.sso_connections c where c.id = connection);
begin
  delete from app.sso_tries where begun_at < now() - interval '1 hour';
  if organization is null or (case wanted
      when 'enter' then not app.sso_live(organization)
      when 'test' then not coalesce(app.may_set_sign_in(organization) and app.fresh(), false)
      when 'link' then not (app.sso_live(organization) and app.in_browser() and organization in (select app.my_organizations()))
      when 'prove' then not exists (select from app.sso_links l where l.connection_id = connection and l.member_id = app.me() and l.ended_at is null)
      else true end) then return false; end if;
  insert into app.sso_tries (id, state_hash, browser_hash, connection_id, purpose, member_id, next)
  values (try, state, browser, connection, wanted, case when wanted <> 'enter' then app.me() end, left(onward, 2000));
  return true;
end $function$;

-- What the process needs to talk with a provider, the sealed secret included; for whoever holds the key.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.sso_connection(wanted text, mac bytea)
 RETURNS TABLE(id uuid, organization_id uuid, slug text, organization text, kind text, issuer text, client_id text, sealed_secret text, entry_url text, certificates text[], live boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select c.id, c.organization_id, o.slug, o.name, c.kind, c.issuer, c.client_id, c.sealed_secret, c.entry_url, c.certificates, app.sso_live(o.id)
    from app.sso_connections c join app.organizations o on o.id = c.organization_id where o.slug = wanted and app.checked('sso-connection:' || wanted, mac)
$function$;

-- Back in the browser that began: says once what becomes of whoever arrived. Known by subject, never by address. Empty when this browser is on no such way.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.sso_finish(state bytea, browser bytea, half bytea, new_member uuid, new_byline uuid)
 RETURNS TABLE(outcome text, member_id uuid, connection_id uuid, purpose text, next text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare t app.sso_tries; organization uuid; known app.sso_links; whose uuid; ended text;
begin
  select * into t from app.sso_tries x where x.state_hash = state and x.browser_hash = browser and x.arrived_at is not null and x.finished_at is null
    and x.begun_at > now() - interval '15 minutes' for update;
  if t.id is null then return; end if;
  select c.organization_id into organization from app.sso_connections c where c.id = t.connection_id;
  select * into known from app.sso_links l where l.connection_id = t.connection_id and l.subject = t.subject and l.ended_at is null;
  whose := known.member_id;
  if t.member_id is not null and t.member_id is distinct from app.me() then ended := 'other_person';
  elsif t.purpose = 'test' then
    ended := case when app.address_domain(t.address) is null then 'no_address' when not app.address_is_of(t.address, organization) then 'other_domain'
      when not t.vouched and not (select c.trusts_address from app.sso_connections c where c.id = t.connection_id) then 'not_vouched' else 'tested' end;
    if ended = 'tested' and app.may_set_sign_in(organization) then
      update app.sso_connections c set tested_at = now() where c.id = t.connection_id and c.changed_at <= t.begun_at;
      if not found then ended := 'changed'; end if;
    end if;
  elsif not app.sso_live(organization) then ended := 'closed';
  elsif app.address_domain(t.address) is null then ended := 'no_address';
  elsif not app.address_is_of(t.address, organization) then ended := 'other_domain';
  elsif not t.vouched and not (select c.trusts_address from app.sso_connections c where c.id = t.connection_id) then ended := 'not_vouched';
  elsif t.purpose = 'prove' then
    ended := case when whose is distinct from app.me() then 'other_person' when t.authenticated_at is null or t.authenticated_at < t.begun_at - interval '1 minute' then 'stale' else 'proved' end;
    if ended = 'proved' then update app.sessions s set proved_at = now() where s.token_hash = app.session_hash(); end if;
  elsif whose is not null and t.purpose = 'enter' then
    -- Known here; whether they are still let in is asked now, of everything.
    ended := case when exists (select from app.members m join app.memberships ms on ms.member_id = m.id where m.id = whose and m.status = 'active' and ms.organization_id = organization) then 'enter' else 'closed' end;
    if ended = 'enter' then update app.sso_links l set last_used_at = now(), address_hash = app.sso_bar(organization, t.address) where l.connection_id = t.connection_id and l.subject = t.subject; end if;
  elsif whose is not null then ended := case when whose = app.me() then 'linked' else 'taken' end;
  else
    -- Whoever proved themselves by what they had before, now or half way, ties the two together. An address alone never does.
    whose := coalesce(case when t.purpose = 'link' then app.me() end, (select h.member_id from app.half_sign_in(half) h where h.needs = 'sso'));
    if whose is not null then
      if not exists (select from app.memberships ms where ms.member_id = whose and ms.organization_id = organization) then ended := 'closed';
      elsif app.me() is not null and not app.fresh() then ended := 'prove_first';
      elsif exists (select from app.sso_links l where l.connection_id = t.connection_id and l.member_id = whose and l.ended_at is null) then ended := 'other_subject';
      -- A password somebody else got hold of must not tie a colleague's account to another's sign-in.
      elsif t.purpose <> 'link' and exists (select from app.accounts a where a.member_id = whose and a.email_key <> lower(t.address) and app.address_is_of(a.email_key, organization)) then ended := 'other_person';
      else
        delete from app.sso_links l where l.connection_id = t.connection_id and l.subject = t.subject and l.ended_at is not null;
        insert into app.sso_links (connection_id, subject, member_id, last_used_at, address_hash) values (t.connection_id, t.subject, whose, now(), app.sso_bar(organization, t.address));
        perform app.tell_way_in('sso', whose);
        perform app.note('sso.linked', whose, whose, organization, '{}');
        ended := case when t.purpose = 'link' then 'linked' else 'enter' end;
      end if;
    elsif exists (select from app.accounts a where a.email_key = lower(t.address)) then ended := 'has_account';
    else
      ended := app.sso_stranger(t, new_member, new_byline);
      if ended = 'joined' then whose := new_member; ended := 'enter'; end if;
    end if;
  end if;
  update app.sso_tries x set finished_at = now(), outcome = ended where x.id = t.id;
  return query select ended, case when ended = 'enter' then whose end, t.connection_id, t.purpose, t.next;
end $function$;

-- Which provider an address leads to: a fact about its domain alone, the same whether or not anybody here has that address.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.sso_for(address text)
 RETURNS TABLE(slug text, organization text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select o.slug, o.name from app.organization_domains d join app.sso_connections c using (organization_id) join app.organizations o on o.id = c.organization_id
   where d.proved_at is not null and d.domain = app.address_domain(trim(address)) and app.sso_live(o.id)
$function$;

-- Which institution has to vouch for whoever is half signed in.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.sso_for_half(half bytea)
 RETURNS TABLE(slug text, organization text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select o.slug, o.name from app.half_sign_in(half) h join app.memberships ms on ms.member_id = h.member_id join app.sign_in_policies p on p.organization_id = ms.organization_id and p.sso_only
    join app.organizations o on o.id = ms.organization_id where h.needs = 'sso' and app.sso_live(o.id) order by o.name limit 1
$function$;

-- Does an address fit a pattern in which * stands for anything?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.sso_like(address text, pattern text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select pattern = '' or lower(address) like replace(replace(replace(replace(lower(pattern), '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')
$function$;

-- Does single sign-on count here? Walked through once, under a proved domain, and the organization does not ask for passkeys only.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION app.sso_live(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.sso_connections c where c.organization_id = organization and c.tested_at is not null
      and exists (select from app.organization_domains d where d.organization_id = organization and d.proved_at is not null))
    and not exists (select from app.sign_in_policies p where p.organization_id = organization and p.passkeys_only)
$function$;

-- Does anybody come in by single sign-on? Else the page to sign in does not speak of it.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.sso_offered()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.sso_connections c where app.sso_live(c.organization_id))
$function$;

-- Whoever holds a duty in the hub, is another focal point, or works for others too, has to tie the provider to themselves anew when its certificates change; everybody, when no focal point changed them. For triggers only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.sso_other_certificate(connection uuid, organization uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Who chooses the certificate could sign anybody's name who is known here.
  update app.sso_links l set ended_at = now() where l.connection_id = connection and l.ended_at is null and (not app.is_focal_point(organization)
    or exists (select from app.hub_roles r where r.member_id = l.member_id)
    -- Nor does whoever stands in for a focal point become one by it.
    or exists (select from app.memberships o where o.member_id = l.member_id and (o.organization_id <> organization or o.role = 'focal_point' and o.member_id <> app.me())))
$function$;

-- Somebody whom the provider knows and the hub does not: turned away, put before the focal points, or made a member. Who was let go is never made one unasked.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.sso_stranger(t app.sso_tries, member uuid, byline uuid)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.sso_connections; joined int;
begin
  -- One after the other, so that the number allowed is the number made.
  select * into c from app.sso_connections where id = t.connection_id for update;
  if c.joining = 'off' or not app.sso_like(t.address, c.joining_pattern)
     or exists (select from app.sso_requests r where r.connection_id = c.id and r.subject = t.subject and r.decided_as = 'declined' and r.decided_at > now() - interval '30 days') then return 'closed'; end if;
  select count(*) into joined from app.sso_links l where l.connection_id = c.id and l.joined;
  if joined >= c.joining_most then return 'closed'; end if;
  if c.joining = 'automatic' and not exists (select from app.sso_links l where l.connection_id = c.id and l.subject = t.subject)
     and not exists (select from app.sso_barred b where b.organization_id = c.organization_id and b.address_hash = app.sso_bar(c.organization_id, t.address)) then
    perform app.sso_admit(c.id, t.subject, t.address, t.name, t.slug, member, byline);
    return 'joined';
  end if;
  insert into app.sso_requests (id, connection_id, organization_id, subject, address, name, slug) values (member, c.id, c.organization_id, t.subject, t.address, t.name, t.slug) on conflict do nothing;
  if found then
    perform graphile_worker.add_job('people.mail-sso', json_build_object('ids', json_build_object('what', 'asked', 'request', member, 'connection', c.id), 'actor', null));
  end if;
  return 'asked';
end $function$;

-- An answer came: the first takes the try, every other one finds it taken.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.sso_take(connection uuid, state bytea, browser bytea, mac bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update app.sso_tries t set used_at = now() where t.connection_id = connection and t.state_hash = state and t.used_at is null and t.begun_at > now() - interval '10 minutes'
    -- A SAML answer is posted by another site, without this browser's cookie: who may go on with it is asked when it comes back for it.
    and (t.browser_hash = browser or browser is null and exists (select from app.sso_connections c where c.id = connection and c.kind = 'saml'))
    and app.checked('sso-take:' || connection || ':' || encode(state, 'hex'), mac);
  return found;
end $function$;

-- Every sign-in service that is connected, as a steward looks whether it answers; no secret, no address of a person. Empty for others.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.sso_to_look_at()
 RETURNS TABLE(organization text, kind text, issuer text, certificates text[], tested_at timestamp with time zone)
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select o.name, c.kind, c.issuer, c.certificates, c.tested_at from app.sso_connections c join app.organizations o on o.id = c.organization_id where app.may_set_hub() order by o.name
$function$;

-- What a jurisdiction says now. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.stance_of(request uuid, jurisdiction uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select p.stance from app.positions p where p.change_request_id = request and p.jurisdiction_id = jurisdiction order by p.place desc limit 1
$function$;

-- For whom this member holds one of these duties just now, while they are away; null for nobody.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.stands_in_for(standing uuid, wanted text[], organization uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select d.from_member from app.delegations d join app.members g on g.id = d.from_member and g.status = 'active'
   where d.to_member = standing and d.duty = any(wanted) and d.revoked_at is null and now() >= d.starts_at and now() < d.ends_at and case d.duty
     -- Whoever handed it over must hold it themselves, now: what was handed over is not handed on.
     when 'focal_point' then d.organization_id = organization
       and exists (select from app.memberships f where f.member_id = d.from_member and f.organization_id = organization and f.role = 'focal_point')
       and exists (select from app.memberships t where t.member_id = standing and t.organization_id = organization)
     else exists (select from app.hub_roles r where r.member_id = d.from_member and r.role = d.duty)
       and exists (select from app.audience_members am where am.audience_id = 2 and am.member_id = standing) end
   order by d.made_at limit 1
$function$;

-- Does a conversation stand in the list of somebody who said so, or not (said), or nothing (null)? A channel for all stands in everybody's or in that of who joined, as its keepers chose.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.stands_in_list(conversation uuid, said boolean)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(said, (select ch.everyone_joins or ch.audience_id > 2 from app.conversations c join app.channels ch on ch.id = c.subject_id where c.id = conversation and c.subject_kind = 'channel'), true)
$function$;

-- Keeps a passkey challenge for five minutes.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.start_ceremony(ceremony uuid, asked text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  delete from app.ceremonies where expires_at < now();
  insert into app.ceremonies (id, challenge, member_id) values (ceremony, asked, app.me());
$function$;

-- Writes a step of a procedure down and tells open screens of it. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.step(request uuid, what text, by uuid, said text, detail jsonb, standing_for uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests;
begin
  select * into c from app.change_requests x where x.id = request;
  insert into app.request_steps (id, change_request_id, audience_id, kind, byline_id, for_byline, words, data)
  values (gen_random_uuid(), c.id, c.audience_id, what, by, (select b.id from app.bylines b where b.member_id = standing_for and b.kind = 'person'), coalesce(said, ''), coalesce(detail, '{}'));
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values ('change_request.step', c.audience_id, by, 'change_request', c.id, jsonb_build_object('space_id', c.space_id, 'step', what));
  perform app.tell_request(c.id, what, (detail ->> 'until')::timestamptz, by, now());
end $function$;

-- What the rules of its space still ask of a request before it can be merged: a list of {what, …}, empty when it may be. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.still_missing(request uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests; r app.space_rules; p app.procedures; asked text; missing jsonb := '[]'; n int; said_now text;
begin
  select * into c from app.change_requests x where x.id = request;
  if c.id is null or c.status = 'declined' or c.status = 'withdrawn' then return missing; end if;
  r := app.rules_of(c.space_id);
  asked := app.asked_of(request);
  if r.up_to_date then
    n := app.moved_pages(request);
    if n > 0 then missing := missing || jsonb_build_object('what', 'up_to_date', 'count', n); end if;
  end if;
  if r.approvals > 0 or asked is not null then said_now := app.wording_of(request); end if;
  if r.approvals > 0 then
    select count(*) into n from app.approvals a where a.change_request_id = c.id and a.taken_back_at is null and a.wording = said_now and a.role = any(r.approvers);
    if n < r.approvals then missing := missing || jsonb_build_object('what', 'approvals', 'have', n, 'need', r.approvals, 'from', to_jsonb(r.approvers)); end if;
  end if;
  if asked is not null then
    select * into p from app.procedures x where x.change_request_id = c.id and (asked = 'last_call' or x.kind = asked) order by x.opened_at desc, x.id desc limit 1;
    if p.id is null then missing := missing || jsonb_build_object('what', asked);
    elsif p.phase = 'comments' then missing := missing || jsonb_build_object('what', p.kind || '_runs', 'until', p.comments_until);
    elsif p.phase = 'resolving' then missing := missing || jsonb_build_object('what', 'positions');
    elsif p.phase = 'positions' then missing := missing || jsonb_build_object('what', 'positions_run', 'until', p.positions_until);
    elsif p.wording <> said_now then missing := missing || jsonb_build_object('what', 'reworded');
    end if;
    n := app.comments_waiting(request);
    if n > 0 then missing := missing || jsonb_build_object('what', 'comments', 'count', n); end if;
  end if;
  -- Whatever the rules became meanwhile: a discuss is cleared by nobody but its author.
  if cardinality(app.discussing(request)) > 0 then missing := missing || jsonb_build_object('what', 'discuss', 'who', to_jsonb(app.discussing(request))); end if;
  return missing;
end $function$;

-- Does this message concern this member now for that reason: they read it, did not write it, and neither muted its thread nor said that they want to hear nothing there? Asked when it is written down and again before anything is sent.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.still_told(member uuid, message uuid, reason text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.messages m join app.conversations t on t.id = m.conversation_id join app.members p on p.id = member and p.status = 'active'
    where m.id = message and m.deleted_at is null
      and not exists (select from app.bylines b where b.id = m.byline_id and b.member_id = member)
      and (m.audience_id = 1 or exists (select from app.audience_members am where am.audience_id = m.audience_id and am.member_id = member and (am.ends_at is null or am.ends_at > now())))
      and app.follow_of(member, m.thread_id) is distinct from 'muted'
      and case app.level_of(member, t.id) when 'everything' then true when 'nothing' then false else reason not in ('direct', 'channel') end)
$function$;

-- Does this member still watch what this speaks of? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.still_watched(n app.request_notices)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.watches w where w.member_id = n.member_id and w.audience_id = n.audience_id and case when n.edition_id is null then app.watch_concerns(w, n.change_request_id)
    else exists (select from app.editions e where e.id = n.edition_id and (w.space_id = e.space_id
      or exists (select from app.edition_pages p where p.edition_id = e.id and p.page_id = w.page_id) or exists (select from app.edition_controls k where k.edition_id = e.id and k.control_id = w.control_id))) end)
$function$;

-- The link at the end of a mail that told of messages: no more of its kinds. It can do nothing else, so it needs no signing in; false for a link that is not known.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION app.stop_mail(secret bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare mail app.notice_mails;
begin
  select * into mail from app.notice_mails n where n.stop_hash = secret;
  if not found then return false; end if;
  insert into app.telling_choices (member_id) values (mail.member_id) on conflict do nothing;
  update app.telling_choices set mail_mentions = case when 'mention' = any(mail.reasons) then 'never' else mail_mentions end,
    mail_direct = case when 'direct' = any(mail.reasons) then 'never' else mail_direct end,
    mail_followed = case when mail.reasons && '{followed,channel}' then 'never' else mail_followed end where member_id = mail.member_id;
  update app.notices set mail_due = null where member_id = mail.member_id and reason = any(mail.reasons || case when mail.reasons && '{followed,channel}' then array['followed', 'channel'] else '{}' end) and mail_claimed_at is null;
  return true;
end $function$;

-- Stops a recovery by the link in the person's mail; false when there is nothing to stop.
-- owner indaba_keyring; called by indaba_visitor
CREATE OR REPLACE FUNCTION app.stop_recovery(hash bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.recoveries;
begin
  update app.recoveries r set ended_at = now(), ended_as = 'stopped' where r.stop_hash = hash and app.recovery_open(r) returning * into one;
  if one.id is null then return false; end if;
  return true;
end $function$;

-- Makes of a comment within a country, in the words that were kept, a comment of the country before everybody who reads the request. Nothing there leads back to it. Refuses with common.not_found, library.change_request.not_open, library.country.not_yours, .submitted, conversations.member.restricted.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.submit_point(said_in uuid, talk uuid, thread uuid, message uuid, heading text, hash bytea, lexemes text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare s app.comments; within app.conversations; k app.conversations; c app.change_requests; p app.country_points; author uuid; w app.comment_words;
begin
  select x.* into s from app.comments x where x.thread_id = said_in and x.audience_id in (select app.my_audiences());
  select x.* into within from app.conversations x where x.id = s.conversation_id and x.within_id is not null;
  if within.id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  c := app.open_request(within.subject_id);
  perform app.need_submitter(c.id, within.within_id);
  select x.* into k from app.conversations x where x.id = talk and x.subject_kind = 'change_request' and x.subject_id = c.id and x.within_id is null and x.audience_id = app.talkers(c.audience_id);
  select x.* into p from app.country_points x where x.thread_id = said_in for update;
  if k.id is null or p.thread_id is null then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  if p.submitted_at is not null then raise exception using errcode = 'IN409', message = 'library.country.submitted'; end if;
  if app.is_restricted(app.my_byline(), k.id) then raise exception using errcode = 'IN403', message = 'conversations.member.restricted'; end if;
  author := app.country_byline(within.within_id);
  select x.* into w from app.comment_words x where x.message_id = s.message_id;
  insert into app.threads (id, conversation_id, audience_id, title, anchor, byline_id) values (thread, k.id, k.audience_id, heading, 'whole', author);
  insert into search.entries values (nextval('search.positions'), 'message', message, k.audience_id, lexemes::tsvector || search.facets(author, k.id, thread, k.subject_kind, k.marking), now());
  insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, marking, retry_key, body_hash) values (message, k.id, thread, k.audience_id, author, p.words, k.marking, gen_random_uuid(), hash);
  insert into app.comments (thread_id, conversation_id, audience_id, message_id, byline_id, kind) values (thread, k.id, k.audience_id, message, author, p.kind);
  if coalesce(w.quote, '') <> '' or p.proposed <> '' then
    insert into app.comment_words (message_id, thread_id, audience_id, quote, quote_before, quote_after, proposed) values (message, thread, k.audience_id, coalesce(w.quote, ''), coalesce(w.quote_before, ''), coalesce(w.quote_after, ''), p.proposed);
  end if;
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data) values
    ('thread.started', k.audience_id, author, 'thread', thread, jsonb_build_object('conversation_id', k.id, 'about_id', c.id)),
    ('message.posted', k.audience_id, author, 'message', message, jsonb_build_object('conversation_id', k.id, 'thread_id', thread, 'number', 1)),
    ('country.submitted', within.audience_id, app.my_byline(), 'change_request', c.id, jsonb_build_object('conversation_id', within.id, 'space_id', c.space_id));
  -- Whoever submitted it, and whoever said it first, hear what becomes of it.
  insert into app.read_markers (member_id, thread_id, audience_id, number) values (app.me(), thread, k.audience_id, 1) on conflict do nothing;
  insert into app.thread_follows (member_id, thread_id, audience_id, state)
    select distinct x, thread, k.audience_id, 'followed' from (select app.me() as x union select b.member_id from app.bylines b where b.id = s.byline_id) y where x is not null on conflict do nothing;
  update app.country_points x set submitted_id = thread, submitted_by = app.my_byline(), submitted_at = now() where x.thread_id = said_in;
end $function$;

-- Lets the browser of this session be told by push, or the program that holds this token with the scope write; it ends with the session. Refuses with common.not_found (another kind of session, or one that only reads), conversations.push.too_many.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.subscribe_push(address text, curve text, secret text, version integer, program boolean)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare mine uuid; own uuid;
begin
  select s.id into mine from app.sessions s where s.token_hash = app.session_hash() and s.kind = case when program then 'token' else 'browser' end;
  if mine is null or app.me() is null or not app.may_keep_own() then raise exception using errcode = 'IN404', message = 'common.not_found'; end if;
  -- One browser, one place: whoever used it before is told there no more.
  delete from app.push_subscriptions p where p.endpoint = address and p.session_id <> mine;
  if (select count(*) from app.push_subscriptions p where p.member_id = app.me()) >= 20 then raise exception using errcode = 'IN422', message = 'conversations.push.too_many'; end if;
  insert into app.push_subscriptions as p (member_id, session_id, endpoint, p256dh, auth, key_version) values (app.me(), mine, address, curve, secret, version)
    on conflict (session_id, endpoint) do update set p256dh = excluded.p256dh, auth = excluded.auth, key_version = excluded.key_version returning p.id into own;
  return own;
end $function$;

-- How many browsers know only this version of the key vapid.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.subscriptions_under(version integer)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::int from app.push_subscriptions p join app.sessions s on s.id = p.session_id and s.revoked_at is null and s.expires_at > now() where p.key_version = version
$function$;

-- Suspends whom nobody confirmed in time; not stewards, and not the last focal point of an organization. For the job only; returns whom.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.suspend_unconfirmed()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one record;
begin
  for one in select ms.member_id, min(ms.organization_id::text)::uuid as organization_id from app.memberships ms join app.members m on m.id = ms.member_id
      where m.status = 'active' and not exists (select from app.hub_roles r where r.member_id = m.id and r.role = 'steward')
      -- Whoever works for somebody else, too, stays while one of them stands by it.
      group by ms.member_id having bool_and(app.confirm_until(ms.confirmed_at) < now()) order by ms.member_id limit 500 loop
    -- Somebody has to be there who can put it right: the last focal point stays, and the stewards see it.
    continue when exists (select from app.memberships ms where ms.member_id = one.member_id and ms.role = 'focal_point' and not exists (
      select from app.memberships f join app.members x on x.id = f.member_id where f.organization_id = ms.organization_id and f.role = 'focal_point' and f.member_id <> ms.member_id and x.status = 'active'));
    update app.memberships ms set unconfirmed_at = now() where ms.member_id = one.member_id;
    update app.members m set status = 'suspended' where m.id = one.member_id;
    perform app.note('membership.unconfirmed', null, one.member_id, one.organization_id, '{}');
    return next one.member_id;
  end loop;
end $function$;

-- Brings these audiences up to date and raises their epoch, which makes every live stream look again.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.sync_audiences(wanted integer[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare a record;
begin
  -- Whole audiences are brought up to date alone; changes of single people wait, or the two would miss each other.
  perform pg_advisory_xact_lock(hashtext('indaba audiences'));
  -- The row lock orders two changes of one audience; without it each would miss the other's people.
  for a in select id, kind, ref, frozen from app.audiences where id = any(wanted) order by id for update loop
    delete from app.audience_members am where am.audience_id = a.id and am.member_id not in (select app.expected_members(a.id));
    -- Frozen: nobody is added, but whoever was named is put back.
    if not a.frozen or a.kind = 'named' then
      insert into app.audience_members select a.id, x from app.expected_members(a.id) x on conflict do nothing;
    end if;
    update app.audiences set epoch = epoch + 1, size = (select count(*) from app.audience_members where audience_id = a.id), has_guests = app.audience_guests(a.id) where id = a.id;
  end loop;
end $function$;

-- Brings the audiences of these members up to date, touching no others: what a change of one membership costs does not grow with the hub. heirs: a circle that lost its last runner by it is given another.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.sync_people(people uuid[], heirs boolean DEFAULT true)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one uuid; guest boolean; gone int[]; come int[]; circle uuid;
begin
  perform pg_advisory_xact_lock_shared(hashtext('indaba audiences'));
  for one in select m.id from app.members m where m.id = any(people) order by m.id for no key update loop
    guest := not exists (select from app.memberships ms join app.organizations o on o.id = ms.organization_id where ms.member_id = one and not o.is_guest);
    with here as materialized (select am.audience_id, a.kind from app.audience_members am join app.audiences a on a.id = am.audience_id where am.member_id = one),
    due as materialized (select e as audience_id from app.expected_audiences(one) e)
    select coalesce(array(select h.audience_id from here h where h.audience_id not in (select d.audience_id from due d) order by 1), '{}'),
      coalesce(array(select d.audience_id from due d join app.audiences a on a.id = d.audience_id where (not a.frozen or a.kind = 'named') and d.audience_id not in (select h.audience_id from here h) order by 1), '{}') into gone, come;
    -- In one order for all, so that two such changes never wait for each other.
    perform from app.audiences a where a.id = any(gone || come) or guest and a.id in (select am.audience_id from app.audience_members am where am.member_id = one) order by a.id for update;
    delete from app.audience_members am where am.member_id = one and am.audience_id = any(gone);
    insert into app.audience_members select x, one from unnest(come) x on conflict do nothing;
    update app.audiences a set epoch = epoch + 1, size = size + case when a.id = any(come) then 1 else -1 end where a.id = any(gone || come);
    -- Guests are counted again only where this person may be the one who makes the difference.
    update app.audiences a set has_guests = app.audience_guests(a.id) where a.kind <> 'everyone' and (a.has_guests or guest)
      and (a.id = any(gone) or a.id in (select am.audience_id from app.audience_members am where am.member_id = one)) and a.has_guests <> app.audience_guests(a.id);
    continue when not heirs;
    for circle in select c.id from app.circles c where c.audience_id = any(gone) loop perform app.keep_runner(circle); end loop;
  end loop;
end $function$;

-- Counts one try in a bucket; false when more than most were made in that many seconds. For functions only: what a process counts it says with its key, app.take_said().
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.take(wanted text, most integer, seconds integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare n int;
begin
  -- A name is a hash. Whatever is longer would only fill the table.
  if length(wanted) > 64 then return false; end if;
  if random() < 0.01 then
    delete from app.rate_buckets where bucket in (select bucket from app.rate_buckets where window_start < now() - interval '1 day' limit 1000 for update skip locked);
  end if;
  insert into app.rate_buckets as b values (wanted, now(), 1)
  on conflict (bucket) do update set
    taken = case when b.window_start < now() - make_interval(secs => seconds) then 1 else b.taken + 1 end,
    window_start = case when b.window_start < now() - make_interval(secs => seconds) then now() else b.window_start end
  returning taken into n;
  return n <= most;
end $function$;

-- I take my approval back. Refuses with common.not_found, common.not_allowed, library.change_request.not_open, library.approval.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.take_back_approval(request uuid, said text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.change_requests := app.open_request(request);
begin
  if not app.may_write() then raise exception using errcode = 'IN403', message = 'common.not_allowed'; end if;
  update app.approvals a set taken_back_at = now() where a.change_request_id = c.id and a.byline_id = app.my_byline() and a.taken_back_at is null;
  if not found then raise exception using errcode = 'IN404', message = 'library.approval.not_found'; end if;
  perform app.step(c.id, 'approval_taken_back', app.my_byline(), said, '{}');
end $function$;

-- Lets a package of mine out, once. Refuses with records.export.not_found, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.take_export(wanted uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.data_exports;
begin
  select * into one from app.data_exports e where e.id = wanted and e.member_id = app.me() and e.made_at is not null and e.taken_at is null and e.expires_at > now()
    and app.in_browser() and (e.kind = 'own' or app.is_focal_point(e.organization_id)) for update;
  if one.id is null then raise exception using errcode = 'IN404', message = 'records.export.not_found'; end if;
  perform app.need_fresh();
  update app.data_exports e set taken_at = now() where e.id = wanted;
  perform app.note('export.taken', app.me(), one.member_id, one.organization_id, jsonb_build_object('export_id', one.id, 'export', one.kind, 'sha256', encode(one.sha256, 'hex'), 'counts', one.counts));
  -- Each item by itself, in the log of the organization it comes from.
  insert into app.audit_notes (kind, actor_id, organization_id, data)
  select 'export.item', app.me(), x.organization_id, jsonb_build_object('export_id', one.id, 'item_id', x.id, 'item', x.kind, 'label', x.label)
    from jsonb_to_recordset(one.told) as x (id uuid, kind text, label text, organization_id uuid);
end $function$;

-- My one pseudonym in an audience of mine, made on first use with a random id (one ordered by time would tell when, and with what else). Refuses with people.pseudonym.not_found, .ordered_id.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.take_pseudonym(byline uuid, audience integer, title text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare mine uuid;
begin
  -- Public (1) is no place for one: whoever is outside could not be told apart from nobody.
  if app.me() is null or not app.may_write() or audience = 1 or audience not in (select app.my_audiences()) then
    raise exception using errcode = 'IN404', message = 'people.pseudonym.not_found';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(app.me()::text || ':' || audience, 0));
  select b.id into mine from app.bylines b join sealed.byline_members s on s.byline_id = b.id where s.member_id = app.me() and b.audience_id = audience and b.kind = 'pseudonym';
  if mine is not null then return mine; end if;
  if substr(byline::text, 15, 1) <> '4' then raise exception using errcode = 'IN422', message = 'people.pseudonym.ordered_id'; end if;
  insert into app.bylines (id, kind, audience_id, name) values (byline, 'pseudonym', audience, title);
  insert into sealed.byline_members (byline_id, member_id) values (byline, app.me());
  return byline;
end $function$;

-- Counts a try, when the process that holds the key says which and how many: no statement fills the bucket of somebody else, or empties its own.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.take_said(wanted text, most integer, seconds integer, mac bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('take:' || wanted || ':' || most || ':' || seconds, mac) then raise exception using errcode = '42501', message = 'not allowed'; end if;
  return app.take(wanted, most, seconds);
end $function$;

-- The audience that a conversation about this subject has; null for a subject I may not read, as for one that is not there.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.talk_audience(kind text, subject uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Texts that anyone may read are talked about among members, not before the public.
  select x.talk from (select case when a = 1 and kind <> 'channel' then 2 else a end as talk, a as own from (select case kind
    when 'channel' then (select audience_id from app.channels where id = subject)
    when 'page' then (select audience_id from app.pages where id = subject)
    when 'control' then (select audience_id from app.controls where id = subject)
    when 'change_request' then (select audience_id from app.change_requests where id = subject) end as a) s) x where x.own in (select app.my_audiences())
$function$;

-- Whose members write in a conversation with this audience: before the public only full members speak.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.talkers(audience integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  -- Without a path of its own, so that the planner puts the body in its place.
  select case audience when 1 then 2 else audience end
$function$;

-- Reads the log from where it stood last and writes down whom each new message, and what happens to what is watched, concerns: once for each member, however often it is read. Whom. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.tell()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare place app.telling; hub app.hub; next xid8;
begin
  -- One at a time; whoever comes meanwhile has nothing to do.
  select * into place from app.telling for update skip locked;
  if not found then return; end if;
  select * into hub from app.hub;
  if hub.demo and hub.seeded_at is null then return; end if;
  next := pg_snapshot_xmin(pg_current_snapshot());
  -- After a restore the numbers of transactions begin elsewhere; what was told stands in the rows themselves.
  if place.epoch is distinct from hub.epoch and place.epoch is not null then place.horizon := '0'; end if;
  return query with told as (insert into app.notices (member_id, message_id, audience_id, thread_id, number, reason, at, mail_due)
  select distinct on (w.member_id, m.id) w.member_id, m.id, m.audience_id, m.thread_id, m.thread_number, w.reason, e.at,
      -- Nobody is woken for what was said days ago, before the hub was there, or while nobody told.
      case when e.at > greatest(now() - interval '3 days', case when hub.demo then hub.seeded_at end) then app.moment_to_tell(w.member_id, app.mail_mode(w.member_id, w.reason), e.at) end
    from app.events e
      join app.messages m on m.id = e.subject_id and m.audience_id = e.audience_id and m.deleted_at is null
      join app.conversations t on t.id = m.conversation_id
      cross join lateral (
        select x as member_id, 'mention' as reason, 1 as rank from app.mentioned_members(m.id) x
        union all select am.member_id, 'direct', 2 from app.audience_members am where t.subject_kind = 'direct' and e.kind = 'message.posted' and am.audience_id = t.audience_id
        union all select f.member_id, 'followed', 3 from app.thread_follows f where f.thread_id = m.thread_id and f.state = 'followed' and e.kind = 'message.posted'
        union all select i.member_id, 'channel', 4 from app.involvements i where i.conversation_id = t.id and i.level = 'everything' and e.kind = 'message.posted') w
      join app.members p on p.id = w.member_id and p.status = 'active'
   where e.kind in ('message.posted', 'message.edited') and e.xid >= place.horizon and e.at > now() - interval '30 days'
     and app.still_told(p.id, m.id, w.reason)
   order by w.member_id, m.id, w.rank
  on conflict do nothing returning notices.id, notices.member_id, notices.reason, notices.at),
  pushed as (insert into app.pushes (notice_id, subscription_id, due)
    select t.id, p.id, app.moment_to_push(t.member_id, t.at) from told t join app.push_subscriptions p on p.member_id = t.member_id left join app.telling_choices c on c.member_id = t.member_id
     where t.at > now() - interval '1 hour' and case coalesce(c.push, 'calls') when 'calls' then t.reason in ('mention', 'direct') when 'everything' then true else false end on conflict do nothing)
  select distinct told.member_id from told;
  return query select app.tell_watchers(place.horizon, case when hub.demo then hub.seeded_at end);
  update app.telling set epoch = hub.epoch, horizon = next;
end $function$;

-- Writes down an act on the community. For triggers only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.tell(what text, audience integer, subject_type text, subject uuid, detail jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- What seeds and administrators do is nobody's act, and tells nothing.
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
  select what, audience, b.id, subject_type, subject, detail from app.bylines b where b.member_id = app.me() and b.kind = 'person'
$function$;

-- Tells the owners of pages once of links that answer no more; how many were told. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.tell_broken_links()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare page uuid; told int := 0;
begin
  for page in select distinct l.page_id from app.outer_links l where l.failures > 1 and l.told_at is null loop
    told := told + app.tell_owners(page, 'links_broken');
    update app.outer_links l set told_at = now() where l.page_id = page and l.failures > 1 and l.told_at is null;
  end loop;
  return told;
end $function$;

-- Tells those in a circle that somebody came, went or runs it. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.tell_of_circle(what text, circle uuid, member uuid, organization uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one app.circles;
begin
  select * into one from app.circles c where c.id = circle;
  -- Where members do not see each other the event says that somebody came, not who: whoever came or went by themselves does not sign it either.
  if one.roster = 'runners' and member = app.me() and what in ('circle.joined', 'circle.left') then
    insert into app.events (kind, audience_id, subject_kind, subject_id, data) values (what, one.audience_id, 'circle', circle, '{}');
  else
    perform app.tell(what, one.audience_id, 'circle', circle,
      case one.roster when 'runners' then '{}' else jsonb_strip_nulls(jsonb_build_object('member_id', member, 'organization_id', organization)) end);
  end if;
end $function$;

-- Writes down for those who answer for a page that there is something about it. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.tell_owners(page uuid, what text)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with told as (insert into app.request_notices (member_id, page_id, audience_id, kind, reason, mail_due)
    select o, p.id, p.audience_id, what, 'followed', app.moment_to_tell(o, app.mail_mode(o, 'followed'), now()) from app.pages p cross join lateral app.owners_of(p.id) o where p.id = page returning 1)
  select count(*)::int from told
$function$;

-- May its member be told now by mail that an answer was not taken? Once in ten minutes, so that two machines that answer each other end; told = false: that mail did not go out. For the clerk.
-- owner indaba_keyring; called by indaba_clerk
CREATE OR REPLACE FUNCTION app.tell_refused(secret bytea, told boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update app.reply_addresses set refused_at = case when told then now() end where secret_hash = secret and (not told or refused_at is null or refused_at < now() - interval '10 minutes');
  return found;
end $function$;

-- Writes down whom a step concerns; when mail may say so, each as they set it and after their quiet hours. Never whoever did it. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.tell_request(request uuid, what text, ends timestamp with time zone, by uuid, moment timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into app.request_notices (member_id, change_request_id, audience_id, kind, reason, until, at, mail_due)
  select w.member_id, c.id, c.audience_id, what, w.reason, ends, moment, app.moment_to_tell(w.member_id, app.mail_mode(w.member_id, w.reason), moment)
    from app.change_requests c cross join lateral app.concerned_by(c.id, what) w
   where c.id = request and not exists (select from app.bylines b where b.id = by and b.member_id = w.member_id)
     and what in ('last_call_opened', 'consultation_opened', 'positions_opened', 'extended', 'reworded', 'reminder', 'resolving', 'last_call_over', 'consultation_over', 'closed_early', 'discuss', 'discuss_cleared', 'discuss_lifted', 'nature_corrected', 'merged', 'declined')
$function$;

-- Writes down for whoever watches what the log says from here on: requests opened and decided, pages retired, editions; once for each member and event, never for who did it. Whom. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.tell_watchers(horizon xid8, since timestamp with time zone)
 RETURNS SETOF uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with happened as materialized (select e.id, e.kind, e.at, e.byline_id, e.audience_id, e.subject_id from app.events e
    where e.xid >= horizon and e.at > now() - interval '30 days' and e.kind in ('change_request.opened', 'change_request.merged', 'change_request.declined', 'change_request.withdrawn', 'edition.published')),
  told as (
    select w.member_id, h.id as event, h.at, h.audience_id, c.id as request, null::uuid as edition,
        case when w.page_id is not null then w.page_id when w.control_id is not null then (select t.page_id from app.controls t where t.id = w.control_id) end as page,
        case h.kind when 'change_request.opened' then 'watched_opened' when 'change_request.declined' then 'watched_declined' when 'change_request.withdrawn' then 'watched_withdrawn' else 'watched_merged' end as kind
      from happened h join app.change_requests c on c.id = h.subject_id and c.audience_id = h.audience_id
        join app.watches w on w.audience_id = h.audience_id and w.since <= h.at and app.watch_concerns(w, c.id)
     where h.kind <> 'edition.published'
       -- Whom the procedure tells of it already is not told twice.
       and not exists (select from app.request_notices n where n.change_request_id = c.id and n.member_id = w.member_id and n.kind in ('merged', 'declined') and h.kind = 'change_request.' || n.kind)
    union all
    select w.member_id, h.id, h.at, h.audience_id, null, e.id, null, 'watched_edition'
      from happened h join app.editions e on e.id = h.subject_id and e.audience_id = h.audience_id
        join app.watches w on w.audience_id = h.audience_id and w.since <= h.at and (w.space_id = e.space_id
          or exists (select from app.edition_pages p where p.edition_id = e.id and p.page_id = w.page_id) or exists (select from app.edition_controls k where k.edition_id = e.id and k.control_id = w.control_id))
     where h.kind = 'edition.published'),
  once as (
    -- Several of what one watches in one request: told once, with the page where it is a single one.
    select t.member_id, t.event, t.at, t.audience_id, t.request, t.edition, t.kind, case when count(*) filter (where t.page is null) = 0 and count(distinct t.page) = 1 then min(t.page::text)::uuid end as page
      from told t group by t.member_id, t.event, t.at, t.audience_id, t.request, t.edition, t.kind),
  written as (insert into app.request_notices (member_id, change_request_id, page_id, edition_id, audience_id, kind, reason, at, event_id, mail_due)
    select o.member_id, o.request, case when o.kind = 'watched_merged' then o.page end, o.edition, o.audience_id,
        case when o.kind = 'watched_merged' and exists (select from app.change_request_pages p where p.change_request_id = o.request and p.page_id = o.page and p.action = 'retire') then 'watched_retired' else o.kind end,
        'followed', o.at, o.event, case when o.at > greatest(now() - interval '3 days', since) then app.moment_to_tell(o.member_id, app.mail_mode(o.member_id, 'followed'), o.at) end
      from once o join app.events e on e.id = o.event
     where app.reads(o.member_id, o.audience_id) and not exists (select from app.bylines b where b.id = e.byline_id and b.member_id = o.member_id)
    on conflict do nothing returning request_notices.member_id)
  select distinct w.member_id from written w
$function$;

-- Tells a member by mail that a way into their account was added, changed or taken away. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.tell_way_in(what text, whose uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform graphile_worker.add_job('people.mail-way-in', json_build_object('ids', json_build_object('member', whose, 'what', what), 'actor', whose));
end $function$;

-- Does a thread hold nothing but empty places, long enough? Then it goes with them.
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.thread_due(thread uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select not exists (select from app.messages m where m.thread_id = t.id and m.removed_at is null)
      and app.is_due('thread', app.label_of_words(t.conversation_id, null), greatest(t.created_at, (select max(m.removed_at) from app.messages m where m.thread_id = t.id)))
      and not app.words_held(t.byline_id, t.conversation_id, t.audience_id, null)
      and not exists (select from app.messages m where m.thread_id = t.id and app.words_held(m.byline_id, m.conversation_id, m.audience_id, null))
    from app.threads t where t.id = thread
$function$;

-- Remembers that the session is in use, at most every five minutes, and puts off its end for idleness, never beyond its last.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.touch_session()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update app.sessions set last_seen_at = now(), expires_at = least(ends_at, case when ends_at is null then expires_at else app.idle_end() end)
   where token_hash = app.session_hash() and last_seen_at < now() - interval '5 minutes' and expires_at > now() and revoked_at is null
$function$;

-- Has this hub had two stewards? From then on what loosens security needs two, also when one of them goes.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.two_stewards()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select h.second_steward_at is not null from app.hub h
$function$;

-- The same words, with whoever was erased mentioned as a former member. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.unnamed(words text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare one record; said text := words;
begin
  if position('](person:' in words) = 0 then return words; end if;
  for one in select distinct b.id, b.name from regexp_matches(words, '\]\(person:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)', 'g') f (x)
      join app.bylines b on b.id = f.x[1]::uuid join app.members m on m.id = b.member_id and m.erased_at is not null loop
    said := regexp_replace(said, '@\[[^\[\]\n]{1,200}\]\(person:' || one.id || '\)', '@[' || replace(translate(one.name, E'[]\n', '   '), '\', '\\') || '](person:' || one.id || ')', 'g');
  end loop;
  return said;
end $function$;

-- The answer changes nothing. Refuses with conversations.moderation.not_found, .settled, .another.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.uphold_act(act uuid, said text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select app.settle(act, false, said) $function$;

-- A right code is used once: false when this one, or a later one, was used already.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.use_code(member uuid, step bigint, mac bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('use-code:' || member || ':' || step, mac) then return false; end if;
  update app.second_factors set last_step = step where member_id = member and confirmed_at is not null and last_step < step;
  return found;
end $function$;

-- Uses the link once: every old factor, session and token is dead, the new way in takes their place. Refuses with people.recovery.not_found.
-- owner indaba_keyring; called by indaba_visitor
CREATE OR REPLACE FUNCTION app.use_recovery(hash bytea, new_password text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare whose uuid;
begin
  select f.member_id into whose from app.find_recovery(hash) f;
  update app.recoveries r set ended_at = now(), ended_as = 'used' where r.token_hash = hash and r.member_id = whose and r.ended_at is null;
  if not found then raise exception using errcode = 'IN404', message = 'people.recovery.not_found'; end if;
  update app.passkeys set revoked_at = now() where member_id = whose and revoked_at is null;
  update app.sessions set revoked_at = now() where member_id = whose and revoked_at is null;
  delete from app.second_factors where member_id = whose;
  delete from app.recovery_codes where member_id = whose;
  delete from app.half_sign_ins where member_id = whose;
  update app.accounts set password_hash = new_password, address_proved = true where member_id = whose;
  return whose;
end $function$;

-- Takes a recovery code: false when it is none of theirs, or was used.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.use_recovery_code(member uuid, hash bytea, mac bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not app.checked('use-recovery-code:' || member || ':' || encode(hash, 'hex'), mac) then return false; end if;
  update app.recovery_codes set used_at = now() where member_id = member and code_hash = hash and used_at is null;
  return found;
end $function$;

-- What is missing before the vetting can be finished, as the code of a refusal; null when nothing is. For stewards: whoever else asks, with whatever row they make up, hears nothing.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.vetting_gap(a app.applications)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case when a.confirmed_at is null then 'people.application.unconfirmed' when a.proved_at is null then 'people.application.unproved'
    when exists (select from app.checklist_points p where p.version = app.checklist_of(a) and not exists (
      select from app.vetting_answers v where v.application_id = a.id and v.question = p.question)) then 'people.application.unanswered'
    when exists (select from app.checklist_points p cross join lateral (
      select v.answer from app.vetting_answers v where v.application_id = a.id and v.question = p.question order by v.at desc, v.id desc limit 1) last
      where p.version = app.checklist_of(a) and last.answer = 'no') then 'people.application.answered_no' end
   where app.has_role('{steward}')
$function$;

-- My answer to a poll, in place of the one before; none takes it back. Refuses with conversations.poll.not_found, .not_voting, .closed, .only_one.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.vote(message uuid, chosen integer[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare mine uuid := app.writer(); m app.messages; p app.polls; author uuid; picked int[];
begin
  select * into m from app.messages x where x.id = message and x.deleted_at is null and x.audience_id in (select app.my_audiences())
    and (x.marking is null or x.marking <> all(app.sealed_labels()));
  select * into p from app.polls x where x.message_id = m.id;
  if p.message_id is null then raise exception using errcode = 'IN404', message = 'conversations.poll.not_found'; end if;
  if mine is null or not app.may_react(m.audience_id) then raise exception using errcode = 'IN403', message = 'conversations.poll.not_voting'; end if;
  if p.closes_at <= now() then raise exception using errcode = 'IN409', message = 'conversations.poll.closed'; end if;
  select coalesce(array_agg(o.place order by o.place), '{}') into picked from app.poll_options o where o.message_id = m.id and o.place = any(chosen);
  if not p.multiple and cardinality(picked) > 1 then raise exception using errcode = 'IN422', message = 'conversations.poll.only_one'; end if;
  select b.id into author from app.bylines b where b.member_id = mine and b.kind = 'person';
  -- Two answers of one person come one after the other.
  perform pg_advisory_xact_lock(hashtextextended(m.id::text || author::text, 9));
  if picked = (select coalesce(array_agg(v.place order by v.place), '{}') from app.poll_votes v where v.message_id = m.id and v.byline_id = author) then return; end if;
  delete from app.poll_votes v where v.message_id = m.id and v.byline_id = author;
  insert into app.poll_votes (message_id, audience_id, place, byline_id) select m.id, m.audience_id, x, author from unnest(picked) x;
  -- Where only numbers are shown, the event does not say who either.
  insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
    values ('message.voted', m.audience_id, case when p.named then author end, 'message', m.id, jsonb_build_object('conversation_id', m.conversation_id, 'thread_id', m.thread_id, 'number', m.thread_number));
end $function$;

-- Does a change request touch what is watched? For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.watch_concerns(w app.watches, request uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.change_requests c where c.id = request and c.audience_id = w.audience_id and case
    when w.space_id is not null then c.space_id = w.space_id
    when w.page_id is not null then exists (select from app.change_request_pages p where p.change_request_id = c.id and p.page_id = w.page_id)
    -- A control is concerned where its page goes, where the proposal holds its words no longer, and, once merged, where its block is another one.
    else exists (select from app.controls t join app.change_request_pages p on p.change_request_id = c.id and p.page_id = t.page_id where t.id = w.control_id and case
      when p.action = 'retire' then true
      when c.status <> 'merged' then position(trim(t.text) in p.text) = 0 or position('[' || t.title || ']' in p.text) = 0
      else exists (select from app.revisions r left join app.revisions b on b.page_id = r.page_id and b.number = r.number - 1 where r.change_request_id = c.id and r.page_id = t.page_id
        and (select x ->> 'hash' from jsonb_array_elements(r.blocks) x where x ->> 'slug' = t.slug) is distinct from (select x ->> 'hash' from jsonb_array_elements(b.blocks) x where x ->> 'slug' = t.slug)) end) end)
$function$;

-- May go now a session, passkey or recovery that ended then?
-- owner indaba_keyring; called by indaba_archivist
CREATE OR REPLACE FUNCTION app.way_in_due(what text, member uuid, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select app.is_due(what, null, since) and not app.person_held(member)
$function$;

-- Who is told what is missing on a page: those who answer for it, or where nobody does the editors and reviewers who read it; never oneself.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.who_hears(page uuid)
 RETURNS TABLE(member_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with p as materialized (select x.id, x.audience_id from app.pages x where x.id = page and x.retired_at is null and x.audience_id in (select app.my_audiences())),
  owners as materialized (select o as id from p, app.owners_of(p.id) o where o <> app.me())
  select o.id from owners o
  union all (select distinct r.member_id from p, app.hub_roles r where not exists (select from owners) and r.role in ('editor', 'reviewer') and r.member_id <> app.me() and app.reads(r.member_id, p.audience_id) order by 1 limit 20)
$function$;

-- Takes back what I asked, or an invitation to a circle I run. Refuses with people.admission.not_found.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.withdraw_admission(wanted uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update app.circle_admissions a set outcome = 'withdrawn', answered_at = now(), answered_by = (select b.id from app.bylines b where b.member_id = app.me() and b.kind = 'person')
   where a.id = wanted and a.outcome is null and app.may_write() and case a.kind when 'request' then a.member_id = app.me() else app.may_run_circle(a.circle_id) end;
  if not found then raise exception using errcode = 'IN404', message = 'people.admission.not_found'; end if;
end $function$;

-- The applicant takes the application back. Refuses with people.application.not_found.
-- owner indaba_keyring; called by indaba_visitor, indaba_person
CREATE OR REPLACE FUNCTION app.withdraw_application(hash bytea)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare c app.application_contacts := app.confirmed_application(hash);
begin
  update app.applications a set ended_at = now(), ended_as = 'withdrawn' where a.id = c.application_id and a.ended_at is null;
  perform app.note('application.withdrawn', null, null, null, jsonb_build_object('application_id', c.application_id));
end $function$;

-- Says that a published edition must not be used any more, and why; it stays readable. Refuses with library.edition.not_found, people.step_up.needed.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.withdraw_edition(wanted uuid, byline uuid, why text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare e app.editions;
begin
  select * into e from app.editions x where x.id = wanted and x.status in ('in_force', 'superseded') for update;
  if e.id is null or not app.may_publish_edition(e.audience_id) or byline not in (select app.my_bylines()) then
    raise exception using errcode = 'IN404', message = 'library.edition.not_found';
  end if;
  perform app.need_fresh();
  update app.editions x set status = 'withdrawn', withdrawn_by = byline, withdrawn_at = now(), withdrawn_reason = why where x.id = e.id;
end $function$;

-- A fingerprint of what a request asks for. Bringing it up to the present text changes it too where that changes its words. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.wording_of(request uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select encode(sha256(convert_to(coalesce(string_agg(jsonb_build_array(p.page_id, p.action, p.text, p.retires, case when p.path is distinct from p.was_path then p.path end, p.parent_path, p.position)::text
      || case when p.withdrawals <> '[]' then p.withdrawals::text else '' end, E'\n' order by p.page_id::text), ''), 'UTF8')), 'hex')
    from app.change_request_pages p where p.change_request_id = request
$function$;

-- Is what somebody wrote held: by its author, their organization, its conversation, its circle, its space, or because everything is?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.words_held(byline uuid, conversation uuid, audience integer, space uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.legal_holds h where h.lifted_at is null and case h.scope
    when 'everything' then true
    when 'person' then h.subject_id in (select app.concerned_people(byline, conversation))
    when 'organization' then exists (select from app.bylines b where b.id = byline and b.organization_id = h.subject_id)
      or exists (select from app.concerned_people(byline, conversation) p where app.worked_for(p, h.subject_id))
      or exists (select from app.audiences a where a.id = audience and a.kind = 'organization' and a.ref = h.subject_id)
    when 'conversation' then h.subject_id = conversation
    when 'circle' then exists (select from app.circles c where c.id = h.subject_id and c.audience_id = audience)
    when 'space' then h.subject_id = coalesce(space, app.space_of(conversation))
    else false end)
$function$;

-- What a removed message said, while it is kept: for its author and for whoever may settle the decision; of what was handed over, the words that were.
-- owner indaba_keyring; called by indaba_person
CREATE OR REPLACE FUNCTION app.words_removed(act uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select r.body from app.moderation_acts a join app.messages m on m.id = a.message_id and m.moderated_as is not null and not app.removed_words_over(m.id) join app.message_revisions r on r.message_id = a.message_id
   where a.id = act and (m.marking is null or m.marking <> all(app.sealed_labels())) and (a.byline_id in (select app.my_bylines()) or not a.handed and app.may_settle(a.id)
       or a.handed and app.may_settle(a.id) and exists (select from app.message_reports h where h.message_id = a.message_id and h.handed_words = r.body))
   order by r.replaced_at desc, r.id desc limit 1
$function$;

-- Does or did this person work for that organization, be it their first or their second?
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.worked_for(member uuid, organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.memberships ms where ms.member_id = member and ms.organization_id = organization)
    or exists (select from app.former_memberships f where f.member_id = member and f.organization_id = organization)
    or exists (select from app.bylines b where b.member_id = member and b.organization_id = organization)
$function$;

-- Writes rules down. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.write_rules(space uuid, wanted jsonb, why text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare s app.spaces; one uuid := gen_random_uuid();
begin
  select * into s from app.spaces x where x.id = space;
  insert into app.space_rules (id, space_id, audience_id, preset, approvals, approvers, up_to_date, last_call_days, consultation_days, position_days, reason, byline_id, changed_at)
  values (one, s.id, s.audience_id, wanted ->> 'preset', (wanted ->> 'approvals')::int, array(select jsonb_array_elements_text(wanted -> 'approvers')), (wanted ->> 'up_to_date')::boolean,
    (wanted ->> 'last_call_days')::int, (wanted ->> 'consultation_days')::int, (wanted ->> 'position_days')::int, why, app.my_byline(), clock_timestamp());
  perform app.tell('space.rules_changed', s.audience_id, 'space', s.id, jsonb_build_object('space_id', s.id, 'preset', wanted ->> 'preset', 'approvals', (wanted ->> 'approvals')::int));
end $function$;

-- me() and may_write() in one look-up: the member who is asking, or null when this session may change nothing.
-- owner indaba_keyring; called by indaba_person, indaba_visitor, indaba_clerk
CREATE OR REPLACE FUNCTION app.writer()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(
    (select s.member_id from app.sessions s join app.members m on m.id = s.member_id
      where s.token_hash = sha256(convert_to(nullif(current_setting('indaba.session', true), ''), 'UTF8')) and s.expires_at > now() and s.revoked_at is null and m.status = 'active'
        and m.agreed and (s.kind = 'browser' or 'write' = any(s.scopes))),
    (select m.id from app.members m where session_user = 'indaba_worker' and m.status = 'active' and m.agreed
      and m.id = nullif(current_setting('indaba.member', true), '')::uuid))
$function$;

-- Is this member one of those who write a shared draft now? For keyring's own functions.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION app.writes_along(draft uuid, member uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from app.shared_drafts d join app.spaces s on s.id = d.space_id join app.members m on m.id = member and m.status = 'active'
    where d.id = draft and (d.member_id = member or exists (select from app.shared_draft_writers w where w.shared_draft_id = d.id and w.member_id = member and w.ended_at is null))
      and app.could_propose(member, s.audience_id))
$function$;

-- Who wrote a message, in which conversation and thread, about what kind of subject and which space, under which label: what filters ask for, in the same index as the words. When it was written is a column of its own.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION search.facets(byline uuid, conversation uuid, thread uuid, kind text, label text)
 RETURNS tsvector
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Words of a person hold letters and digits only, so none of them can be taken for one of these.
  select array_to_tsvector(array['f:' || byline, 'c:' || conversation, 't:' || thread, 'k:' || kind, 'l:' || coalesce(label, '')] || search.space_of(conversation, kind))
$function$;

-- Newest first, what I may read and what matches a tsquery: texts (pages and controls), or messages; of these only what was written from since and before until, and in one of these threads. among: where what was asked for can stand at all; of these only mine are asked. Never an estimate, never a count of what I may not read.
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION search.find(query text, texts boolean, most integer, since timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, among integer[] DEFAULT NULL::integer[], threads uuid[] DEFAULT NULL::uuid[])
 RETURNS TABLE(kind text, subject_id uuid)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare mine int[]; places int[]; asks text[]; asked text := ''; q tsquery; exact boolean; spanned boolean := since is not null or until is not null;
  first timestamptz := coalesce(since, '-infinity'); last timestamptz := coalesce(until, 'infinity');
  hi bigint; lo bigint; n int := 0; here int; few int;
  newest constant int := 2000; wide constant int := 100000; little constant int := 3000;
begin
  mine := array(select x from app.my_audiences() x where (among is null or x = any(among))
    -- Texts stand in the audiences of spaces, nowhere else.
    and (not texts or exists (select from app.spaces s where s.audience_id = x)));
  -- What the index is asked: the words that must be there, with the audience before each. The order of words, and what must not be there, the row itself is asked.
  exact := query ~ '[<!]';
  if query <> '' then asked := regexp_replace(regexp_replace(' ' || querytree(query::tsquery), ' <(-|\d+)> ', ' & ', 'g'), '([ (])''', E'\\1''\x01', 'g'); end if;
  if asked !~ '''' then asked := ''; end if;
  if threads is null then
    places := mine;
    asks := array(select replace(asked, E'\x01', x || ':') from unnest(mine) x);
  else
    -- Threads are asked for in their own audience alone, a few at once: the index weighs every word of a question at every hit.
    select array_agg(t.audience), array_agg(replace(concat_ws(' & ', nullif(asked, ''), t.own), E'\x01', t.audience || ':')), concat_ws(' & ', nullif(query, ''), '(' || string_agg(t.plain, ' | ') || ')')
      into places, asks, query from (select x.audience_id as audience, '(' || string_agg(E'''\x01t:' || x.id || '''', ' | ') || ')' as own, string_agg('''t:' || x.id || '''', ' | ') as plain
        from (select y.id, y.audience_id, row_number() over (partition by y.audience_id) / 8 as some from app.threads y where y.id = any(threads) and y.audience_id = any(mine)) x group by x.audience_id, x.some) t;
    mine := array(select distinct x from unnest(places) x);
    asked := 'threads';
  end if;
  if cardinality(mine) > 0 and (asked <> '' or spanned) then else return; end if;
  if query <> '' then q := query::tsquery; end if;
  select last_value + 1 into hi from search.positions;

  if not texts then
    -- A frequent word is among the newest; a seldom one has few hits in any slice. So much is read for every question alike.
    return query select i.kind, i.subject_id from (select * from search.entries e where e.position >= hi - newest and e.position < hi and e.position + 0 >= hi - newest order by e.position + 0 desc offset 0) i
      where i.audience_id = any(mine) and i.kind = 'message' and i.at >= first and i.at < last and (q is null or i.words @@ q) limit most;
    get diagnostics n = row_count;
    hi := hi - newest;
  end if;
  lo := (hi - 1) / 50000 * 50000;
  while hi > 0 and n < most loop
    few := little + 1;
    if spanned and not texts then
      select count(*) into few from (select from unnest(mine) x(audience) cross join lateral (select from search.entries i
        where i.position >= lo and i.position < hi and i.audience_id = x.audience and i.kind = 'message' and i.at >= first and i.at < last limit little + 1 offset 0) e limit little + 1) z;
    end if;
    if few = 0 then here := 0;
    elsif few <= little or asked = '' then
      -- So little was written in these days that it is read as it is.
      return query select e.kind, e.subject_id from unnest(mine) x(audience) cross join lateral (select i.position, i.kind, i.subject_id from search.entries i
          where i.position >= lo and i.position < hi and i.audience_id = x.audience and i.kind = 'message' and i.at >= first and i.at < last and (q is null or i.words @@ q) order by i.at desc limit most offset 0) e
        order by e.position desc limit most - n;
      get diagnostics here = row_count;
    elsif texts then
      return query with hits as materialized (select e.* from unnest(places, asks) x(audience, ask) cross join lateral (select i.position, i.kind, i.subject_id from search.entries i
          where i.position >= lo and i.position < hi and (i.audience_id = x.audience) is true and i.kind <> 'message' and search.tagged(i.audience_id, i.words) @@ x.ask::tsquery and (not exact or i.words @@ q) offset 0) e)
        select h.kind, h.subject_id from hits h order by h.position desc limit most - n;
      get diagnostics here = row_count;
    else
      return query with hits as materialized (select e.* from unnest(places, asks) x(audience, ask) cross join lateral (select i.position, i.kind, i.subject_id from search.entries i
          where i.position >= lo and i.position < hi and (i.audience_id = x.audience) is true and i.kind = 'message' and (i.at >= first and i.at < last) is true
            and search.tagged(i.audience_id, i.words) @@ x.ask::tsquery and (not exact or i.words @@ q) offset 0) e)
        select h.kind, h.subject_id from hits h order by h.position desc limit most - n;
      get diagnostics here = row_count;
    end if;
    n := n + here; hi := lo; lo := lo - wide;
  end loop;
end $function$;

-- What a message has beside its words; links and indicators are told by whoever cuts the words.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION search.holds(files boolean, poll boolean)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select array_to_tsvector(array_remove(array[case when files then 'h:file' end, case when poll then 'h:poll' end], null))
$function$;

-- A file or a poll joined its message, right after it was posted.
-- owner indaba_keyring; called by indaba_owner
CREATE OR REPLACE FUNCTION search.on_held()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update search.entries e set words = e.words || search.holds(tg_table_name = 'attachments', tg_table_name = 'polls') where e.subject_id = new.message_id and e.kind = 'message';
  return null;
end $function$;

-- The letters and pairs of letters of a title under its audience, hashed: what stands in a part of it stands in the whole. Two that share a number are told apart by the title itself. Never changed: the index would not be made anew.
-- owner indaba_owner; called by indaba_keyring, indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION search.pieces(audience integer, title text)
 RETURNS bigint[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT DISTINCT hashtextextended(substr(lower(pieces.title), n.n, k.k), (pieces.audience)::bigint) AS hashtextextended FROM generate_series(1, length(pieces.title)) n(n), generate_series(1, 2) k(k) WHERE ((n.n + k.k) <= (length(lower(pieces.title)) + 1)));

-- Indexes one thing under its own audience, by whoever may change it. lexemes is a tsvector written out, cut outside: to_tsvector would cut Chinese again. Empty takes the thing out. Refuses with search.subject.not_found.
-- owner indaba_keyring; called by indaba_person, indaba_clerk
CREATE OR REPLACE FUNCTION search.put(what text, subject uuid, lexemes text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare audience int; own tsvector := ''; said timestamptz := now();
begin
  audience := case what
    -- What was taken back stays out, whoever asks.
    when 'message' then (select m.audience_id from app.messages m where m.id = subject and (m.deleted_at is null or lexemes = '')
      and (m.byline_id in (select app.my_bylines()) and m.audience_id in (select app.my_audiences()) and app.may_write() or session_user = 'indaba_worker'))
    when 'page' then (select p.audience_id from app.pages p where p.id = subject and (app.may_project(p.id) or session_user = 'indaba_worker'))
    when 'control' then (select c.audience_id from app.controls c where c.id = subject and (app.may_project(c.page_id) or session_user = 'indaba_worker')) end;
  if audience is null then raise exception using errcode = 'IN404', message = 'search.subject.not_found'; end if;
  -- Of this kind only: who makes a message chooses its id, and could choose that of a page.
  delete from search.entries where subject_id = subject and kind = what;
  if lexemes <> '' then
    own := case what when 'message' then (select search.facets(m.byline_id, m.conversation_id, m.thread_id, c.subject_kind, m.marking)
        || search.holds(exists (select from app.attachments a where a.message_id = m.id), exists (select from app.polls p where p.message_id = m.id))
        from app.messages m join app.conversations c on c.id = m.conversation_id where m.id = subject)
      when 'page' then (select array_to_tsvector(array['s:' || p.space_id]) from app.pages p where p.id = subject)
      else (select array_to_tsvector(array['s:' || p.space_id]) from app.controls c join app.pages p on p.id = c.page_id where c.id = subject) end;
    if what = 'message' then select m.created_at into said from app.messages m where m.id = subject; end if;
    insert into search.entries values (nextval('search.positions'), what, subject, audience, lexemes::tsvector || coalesce(own, ''), said);
  end if;
end $function$;

-- Another moment for a message of a demo that is being made. For app.backdate() only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION search.redate(message uuid, moment timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update search.entries e set at = moment where e.subject_id = message and e.kind = 'message'
$function$;

-- The space whose texts a conversation is about, as a lexeme; none of a channel or a direct one, where nothing is looked up. For functions only.
-- owner indaba_keyring; called by nobody
CREATE OR REPLACE FUNCTION search.space_of(conversation uuid, kind text)
 RETURNS text[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case kind
    when 'page' then array(select 's:' || p.space_id from app.conversations c join app.pages p on p.id = c.subject_id where c.id = conversation)
    when 'control' then array(select 's:' || p.space_id from app.conversations c join app.controls k on k.id = c.subject_id join app.pages p on p.id = k.page_id where c.id = conversation)
    when 'change_request' then array(select 's:' || r.space_id from app.conversations c join app.change_requests r on r.id = c.subject_id where c.id = conversation)
    else '{}' end
$function$;

-- Each lexeme with the audience before it, as the index holds it and search.find() asks for it. Never changed: the index would not be made anew. A lexeme with a blank at its end or before a quotation mark is refused by the type.
-- owner indaba_owner; called by indaba_keyring
CREATE OR REPLACE FUNCTION search.tagged(audience integer, words tsvector)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (replace((' '::text || (words)::text), ' '''::text, ((' '''::text || audience) || ':'::text)))::tsvector;

-- The newest threads of mine with this part in their title, whatever the case of its letters; among as in search.find().
-- owner indaba_keyring; called by indaba_person, indaba_visitor
CREATE OR REPLACE FUNCTION search.threads(part text, most integer, among integer[] DEFAULT NULL::integer[])
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare mine int[] := array(select x from app.my_audiences() x where among is null or x = any(among)); likely text := '%' || regexp_replace(lower(part), '([\\%_])', '\\\1', 'g') || '%'; found uuid[];
begin
  if part = '' then return; end if;
  -- What many titles hold stands among the newest; what few hold has few in the index.
  found := array(select t.id from (select x.id, x.audience_id, x.title, x.created_at from app.threads x where x.moved_to is null order by x.created_at desc limit 1000) t
    where t.audience_id = any(mine) and lower(t.title) like likely order by t.created_at desc limit most);
  if cardinality(found) < most then
    -- As in search.find(): no other index may answer.
    found := array(select e.id from (select m as audience, array(select distinct hashtextextended(substr(lower(part), n, g), m) from generate_series(1, length(lower(part))) n, (select least(2, length(lower(part))) as g) z where n + g <= length(lower(part)) + 1) as own from unnest(mine) m offset 0) o
      cross join lateral (select t.id, t.created_at from app.threads t where t.moved_to is null and search.pieces(t.audience_id, t.title) @> o.own and (t.audience_id = o.audience) is true and lower(t.title) like likely offset 0) e
      order by e.created_at desc limit most);
  end if;
  return query select unnest(found);
end $function$;
