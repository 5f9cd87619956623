// Written by bin/db-types.ts from the catalogue; not edited by hand.
import type { ColumnType } from 'kysely';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface DB {
	'app.accounts': {
		member_id: ColumnType<string, string, string>;
		email: ColumnType<string, string, string>;
		email_key: ColumnType<string, string, string>;
		password_hash: ColumnType<string | null, string | null | undefined, string | null>;
		address_proved: ColumnType<boolean, boolean | undefined, boolean>;
	};
	'app.adopted_spaces': {
		id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		state: ColumnType<string, string, string>;
		year: ColumnType<number | null, number | null | undefined, number | null>;
		words: ColumnType<string, string | undefined, string>;
	};
	'app.agreement_acceptances': {
		version_id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.agreement_versions': {
		id: ColumnType<string, string, string>;
		document: ColumnType<string, string, string>;
		number: ColumnType<number, number | undefined, number>;
		title: ColumnType<string, string, string>;
		body: ColumnType<string, string, string>;
		changes: ColumnType<string, string | undefined, string>;
		starter: ColumnType<boolean, boolean | undefined, boolean>;
		published_by: ColumnType<string | null, string | null | undefined, string | null>;
		published_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.application_contacts': {
		application_id: ColumnType<string, string, string>;
		place: ColumnType<unknown, unknown, unknown>;
		name: ColumnType<string, string, string>;
		role: ColumnType<string, string, string>;
		email: ColumnType<string, string, string>;
		token_hash: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
		mailed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		confirmed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.application_letters': {
		id: ColumnType<string, string, string>;
		application_id: ColumnType<string, string, string>;
		place: ColumnType<unknown, unknown, unknown>;
		name: ColumnType<string, string, string>;
		mime: ColumnType<string, string, string>;
		bytes: ColumnType<Buffer, Buffer, Buffer>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.application_notes': {
		id: ColumnType<string, string | undefined, string>;
		application_id: ColumnType<string, string, string>;
		place: ColumnType<unknown | null, unknown | null | undefined, unknown | null>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		text: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.applications': {
		id: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		mandate: ColumnType<string, string, string>;
		jurisdictions: ColumnType<string[], string[], string[]>;
		domain: ColumnType<string, string, string>;
		why: ColumnType<string, string | undefined, string>;
		locale: ColumnType<string, string | undefined, string>;
		made_at: ColumnType<Date, Date | string | undefined, Date | string>;
		confirmed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		domain_token: ColumnType<string, string | undefined, string>;
		checked_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		result: ColumnType<string | null, string | null | undefined, string | null>;
		method: ColumnType<string | null, string | null | undefined, string | null>;
		letter_reference: ColumnType<string | null, string | null | undefined, string | null>;
		letter_on: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		letter_by: ColumnType<string | null, string | null | undefined, string | null>;
		proved_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		vetted_by: ColumnType<string | null, string | null | undefined, string | null>;
		vetted_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		ended_as: ColumnType<string | null, string | null | undefined, string | null>;
		ended_by: ColumnType<string | null, string | null | undefined, string | null>;
		ended_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		reason: ColumnType<string | null, string | null | undefined, string | null>;
		organization_id: ColumnType<string | null, string | null | undefined, string | null>;
		checklist: ColumnType<number | null, number | null | undefined, number | null>;
	};
	'app.approvals': {
		id: ColumnType<string, string, string>;
		change_request_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		byline_id: ColumnType<string, string, string>;
		role: ColumnType<string, string, string>;
		wording: ColumnType<string, string, string>;
		words: ColumnType<string, string | undefined, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
		taken_back_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.attachments': {
		id: ColumnType<string, string | undefined, string>;
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		place: ColumnType<number, number, number>;
		name: ColumnType<string, string, string>;
		mime: ColumnType<string, string, string>;
		size: ColumnType<string, string, string>;
		sha256: ColumnType<Buffer, Buffer, Buffer>;
		width: ColumnType<number | null, number | null | undefined, number | null>;
		height: ColumnType<number | null, number | null | undefined, number | null>;
	};
	'app.audience_members': {
		audience_id: ColumnType<number, number, number>;
		member_id: ColumnType<string, string, string>;
		ends_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.audiences': {
		id: ColumnType<number, number | undefined, number>;
		kind: ColumnType<string, string, string>;
		ref: ColumnType<string | null, string | null | undefined, string | null>;
		label: ColumnType<string, string, string>;
		has_guests: ColumnType<boolean, boolean | undefined, boolean>;
		frozen: ColumnType<boolean, boolean | undefined, boolean>;
		size: ColumnType<number, number | undefined, number>;
		epoch: ColumnType<string, string | undefined, string>;
	};
	'app.audit_cursor': {
		singleton: ColumnType<boolean, boolean | undefined, boolean>;
		xid: ColumnType<string, string | undefined, string>;
		event_id: ColumnType<string, string | undefined, string>;
		epoch: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.audit_entries': {
		position: ColumnType<string, string, string>;
		source: ColumnType<string, string, string>;
		source_id: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string, Date | string>;
		payload_hash: ColumnType<Buffer, Buffer, Buffer>;
		previous: ColumnType<Buffer, Buffer, Buffer>;
		hash: ColumnType<Buffer, Buffer, Buffer>;
		sealed_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.audit_notes': {
		id: ColumnType<string, string | undefined, string>;
		xid: ColumnType<string, string | undefined, string>;
		kind: ColumnType<string, string, string>;
		actor_id: ColumnType<string | null, string | null | undefined, string | null>;
		member_id: ColumnType<string | null, string | null | undefined, string | null>;
		organization_id: ColumnType<string | null, string | null | undefined, string | null>;
		data: ColumnType<Json, string | undefined, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.audit_payloads': {
		position: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string, Date | string>;
		actor_id: ColumnType<string | null, string | null | undefined, string | null>;
		member_id: ColumnType<string | null, string | null | undefined, string | null>;
		organization_id: ColumnType<string | null, string | null | undefined, string | null>;
		audience_id: ColumnType<number | null, number | null | undefined, number | null>;
		salt: ColumnType<Buffer, Buffer, Buffer>;
		body: ColumnType<string, string, string>;
	};
	'app.audit_readings': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		reason: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.audit_roots': {
		day: ColumnType<Date, Date | string, Date | string>;
		last_position: ColumnType<string, string, string>;
		root: ColumnType<Buffer, Buffer, Buffer>;
		made_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.audit_tries': {
		member_id: ColumnType<string, string, string>;
		slot: ColumnType<Date, Date | string, Date | string>;
		tries: ColumnType<number, number, number>;
	};
	'app.backups': {
		id: ColumnType<string, string | undefined, string>;
		made_at: ColumnType<Date, Date | string | undefined, Date | string>;
		why: ColumnType<string, string, string>;
		bytes: ColumnType<string, string, string>;
	};
	'app.bylines': {
		id: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number | undefined, number>;
		member_id: ColumnType<string | null, string | null | undefined, string | null>;
		organization_id: ColumnType<string | null, string | null | undefined, string | null>;
		name: ColumnType<string, string, string>;
		jurisdiction_id: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.ceremonies': {
		id: ColumnType<string, string, string>;
		challenge: ColumnType<string, string, string>;
		member_id: ColumnType<string | null, string | null | undefined, string | null>;
		expires_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.change_request_pages': {
		id: ColumnType<string, string, string>;
		change_request_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		action: ColumnType<string, string, string>;
		page_id: ColumnType<string, string, string>;
		base_revision_id: ColumnType<string | null, string | null | undefined, string | null>;
		path: ColumnType<string, string, string>;
		parent_path: ColumnType<string | null, string | null | undefined, string | null>;
		position: ColumnType<number | null, number | null | undefined, number | null>;
		text: ColumnType<string, string, string>;
		retires: ColumnType<string[], string[] | undefined, string[]>;
		source_text: ColumnType<string | null, string | null | undefined, string | null>;
		redirects_from: ColumnType<string[], string[] | undefined, string[]>;
		was_path: ColumnType<string | null, string | null | undefined, string | null>;
		was_parent_path: ColumnType<string | null, string | null | undefined, string | null>;
		was_position: ColumnType<number | null, number | null | undefined, number | null>;
		withdrawals: ColumnType<Json, string | undefined, string>;
	};
	'app.change_requests': {
		id: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		number: ColumnType<number, number | undefined, number>;
		title: ColumnType<string, string, string>;
		reason: ColumnType<string, string | undefined, string>;
		status: ColumnType<string, string | undefined, string>;
		byline_id: ColumnType<string, string, string>;
		opened_at: ColumnType<Date, Date | string | undefined, Date | string>;
		decided_by: ColumnType<string | null, string | null | undefined, string | null>;
		decided_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		decision_reason: ColumnType<string | null, string | null | undefined, string | null>;
		retry_key: ColumnType<string, string, string>;
		decided_for: ColumnType<string | null, string | null | undefined, string | null>;
		undoes: ColumnType<string | null, string | null | undefined, string | null>;
		nature: ColumnType<string, string | undefined, string>;
	};
	'app.channel_keepers': {
		channel_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		byline_id: ColumnType<string, string, string>;
		since: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.channels': {
		id: ColumnType<string, string, string>;
		slug: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		name: ColumnType<string, string, string>;
		purpose: ColumnType<string, string | undefined, string>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		archived_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		rules: ColumnType<string, string | undefined, string>;
		everyone_joins: ColumnType<boolean, boolean | undefined, boolean>;
	};
	'app.checklist_points': {
		version: ColumnType<number, number, number>;
		position: ColumnType<number, number, number>;
		question: ColumnType<string, string, string>;
	};
	'app.checklists': {
		version: ColumnType<number, number, number>;
		made_at: ColumnType<Date, Date | string | undefined, Date | string>;
		made_by: ColumnType<string | null, string | null | undefined, string | null>;
		confirmed_by: ColumnType<string | null, string | null | undefined, string | null>;
		reason: ColumnType<string, string | undefined, string>;
	};
	'app.circle_absences': {
		circle_id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		by_runner: ColumnType<boolean, boolean, boolean>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.circle_admissions': {
		id: ColumnType<string, string, string>;
		circle_id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		words: ColumnType<string, string | undefined, string>;
		byline_id: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
		outcome: ColumnType<string | null, string | null | undefined, string | null>;
		answered_by: ColumnType<string | null, string | null | undefined, string | null>;
		answered_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		answer: ColumnType<string, string | undefined, string>;
	};
	'app.circle_members': {
		circle_id: ColumnType<string, string, string>;
		member_id: ColumnType<string | null, string | null | undefined, string | null>;
		organization_id: ColumnType<string | null, string | null | undefined, string | null>;
		ends_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		reminded_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.circle_runners': {
		circle_id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		since: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.circles': {
		id: ColumnType<string, string, string>;
		slug: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		purpose: ColumnType<string, string | undefined, string>;
		audience_id: ColumnType<number, number, number>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		entry: ColumnType<string, string | undefined, string>;
		listed: ColumnType<boolean, boolean | undefined, boolean>;
		roster: ColumnType<string, string | undefined, string>;
		by_rule: ColumnType<boolean, boolean | undefined, boolean>;
		rule_regions: ColumnType<string[], string[] | undefined, string[]>;
		rule_kinds: ColumnType<string[], string[] | undefined, string[]>;
		rule_topics: ColumnType<string[], string[] | undefined, string[]>;
		for_channel: ColumnType<boolean, boolean | undefined, boolean>;
	};
	'app.comment_words': {
		message_id: ColumnType<string, string, string>;
		thread_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		quote: ColumnType<string, string | undefined, string>;
		quote_before: ColumnType<string, string | undefined, string>;
		quote_after: ColumnType<string, string | undefined, string>;
		proposed: ColumnType<string, string | undefined, string>;
		reason: ColumnType<string, string | undefined, string>;
	};
	'app.comments': {
		thread_id: ColumnType<string, string, string>;
		conversation_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		message_id: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		page_id: ColumnType<string | null, string | null | undefined, string | null>;
		block: ColumnType<string | null, string | null | undefined, string | null>;
		byline_id: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		closed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		disposition: ColumnType<string | null, string | null | undefined, string | null>;
		disposed_by: ColumnType<string | null, string | null | undefined, string | null>;
		disposed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		answer_id: ColumnType<string | null, string | null | undefined, string | null>;
		answered_by: ColumnType<string | null, string | null | undefined, string | null>;
		version: ColumnType<number, number | undefined, number>;
	};
	'app.control_aliases': {
		control_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		scheme: ColumnType<string, string, string>;
		value: ColumnType<string, string, string>;
	};
	'app.controls': {
		id: ColumnType<string, string, string>;
		code: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		page_id: ColumnType<string, string, string>;
		slug: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		title: ColumnType<string, string, string>;
		text: ColumnType<string, string, string>;
		risk: ColumnType<string | null, string | null | undefined, string | null>;
		vulnerability: ColumnType<string | null, string | null | undefined, string | null>;
		note: ColumnType<string | null, string | null | undefined, string | null>;
		group_key: ColumnType<string | null, string | null | undefined, string | null>;
		position: ColumnType<number, number, number>;
		number: ColumnType<string | null, string | null | undefined, string | null>;
		entity: ColumnType<string[], string[] | undefined, string[]>;
		role: ColumnType<string[], string[] | undefined, string[]>;
		dimension: ColumnType<string[], string[] | undefined, string[]>;
		parameters: ColumnType<Json, string | undefined, string>;
		retired_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		retired_because: ColumnType<string | null, string | null | undefined, string | null>;
		successor_id: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.conversations': {
		id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		subject_kind: ColumnType<string, string, string>;
		subject_id: ColumnType<string, string, string>;
		ceiling: ColumnType<string, string | undefined, string>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		marking: ColumnType<string | null, string | null | undefined, string | null>;
		starters: ColumnType<string, string | undefined, string>;
		closed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		within_id: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.counters': {
		scope_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		last_number: ColumnType<number, number | undefined, number>;
		last_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.country_drafts': {
		conversation_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		stance: ColumnType<string | null, string | null | undefined, string | null>;
		words: ColumnType<string, string | undefined, string>;
		version: ColumnType<number, number | undefined, number>;
		byline_id: ColumnType<string, string, string>;
		saved_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.country_points': {
		thread_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		take: ColumnType<boolean, boolean | undefined, boolean>;
		kind: ColumnType<string, string, string>;
		words: ColumnType<string, string, string>;
		proposed: ColumnType<string, string | undefined, string>;
		submitted_id: ColumnType<string | null, string | null | undefined, string | null>;
		submitted_by: ColumnType<string | null, string | null | undefined, string | null>;
		submitted_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.data_exports': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		organization_id: ColumnType<string | null, string | null | undefined, string | null>;
		reason: ColumnType<string, string | undefined, string>;
		from_on: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		until_on: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		exclusions: ColumnType<Json, string | undefined, string>;
		asked_at: ColumnType<Date, Date | string | undefined, Date | string>;
		made_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		expires_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		taken_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		failed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		size: ColumnType<string | null, string | null | undefined, string | null>;
		sha256: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
		counts: ColumnType<Json, string | undefined, string>;
		told: ColumnType<Json, string | undefined, string>;
	};
	'app.delegations': {
		id: ColumnType<string, string, string>;
		duty: ColumnType<string, string, string>;
		organization_id: ColumnType<string | null, string | null | undefined, string | null>;
		from_member: ColumnType<string, string, string>;
		to_member: ColumnType<string, string, string>;
		starts_at: ColumnType<Date, Date | string | undefined, Date | string>;
		ends_at: ColumnType<Date, Date | string, Date | string>;
		reason: ColumnType<string, string, string>;
		made_at: ColumnType<Date, Date | string | undefined, Date | string>;
		revoked_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		revoked_by: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.draft_pictures': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		path: ColumnType<string, string, string>;
		mime: ColumnType<string, string, string>;
		size: ColumnType<string, string, string>;
		sha256: ColumnType<Buffer, Buffer, Buffer>;
		width: ColumnType<number, number, number>;
		height: ColumnType<number, number, number>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.drafts': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		subject_kind: ColumnType<string, string, string>;
		subject_id: ColumnType<string, string, string>;
		thread_id: ColumnType<string | null, string | null | undefined, string | null>;
		title: ColumnType<string, string | undefined, string>;
		body: ColumnType<string, string, string>;
		marking: ColumnType<string | null, string | null | undefined, string | null>;
		updated_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.edition_assets': {
		edition_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		path: ColumnType<string, string, string>;
		file_id: ColumnType<string, string, string>;
	};
	'app.edition_controls': {
		edition_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		control_id: ColumnType<string, string, string>;
		page_id: ColumnType<string, string, string>;
		number: ColumnType<string | null, string | null | undefined, string | null>;
		position: ColumnType<number, number, number>;
	};
	'app.edition_pages': {
		edition_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		page_id: ColumnType<string, string, string>;
		revision_id: ColumnType<string, string, string>;
		path: ColumnType<string, string, string>;
		parent_id: ColumnType<string | null, string | null | undefined, string | null>;
		position: ColumnType<number, number, number>;
		title: ColumnType<string, string, string>;
		description: ColumnType<string, string, string>;
		group_key: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.editions': {
		id: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		number: ColumnType<string, string, string>;
		status: ColumnType<string, string | undefined, string>;
		dated_on: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		words: ColumnType<string, string | undefined, string>;
		byline_id: ColumnType<string, string, string>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		published_by: ColumnType<string | null, string | null | undefined, string | null>;
		published_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		withdrawn_by: ColumnType<string | null, string | null | undefined, string | null>;
		withdrawn_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		withdrawn_reason: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.event_payloads': {
		event_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		body: ColumnType<Json, string, string>;
	};
	'app.events': {
		id: ColumnType<string, string | undefined, string>;
		xid: ColumnType<string, string | undefined, string>;
		kind: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		subject_kind: ColumnType<string, string, string>;
		subject_id: ColumnType<string, string, string>;
		data: ColumnType<Json, string | undefined, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.files': {
		id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		name: ColumnType<string, string, string>;
		mime: ColumnType<string, string, string>;
		size: ColumnType<string, string, string>;
		sha256: ColumnType<Buffer, Buffer, Buffer>;
		width: ColumnType<number | null, number | null | undefined, number | null>;
		height: ColumnType<number | null, number | null | undefined, number | null>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.former_memberships': {
		member_id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		ended_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.half_sign_ins': {
		token_hash: ColumnType<Buffer, Buffer, Buffer>;
		member_id: ColumnType<string, string, string>;
		how: ColumnType<string, string, string>;
		tries: ColumnType<number, number | undefined, number>;
		expires_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.health_states': {
		name: ColumnType<string, string, string>;
		bad: ColumnType<boolean, boolean, boolean>;
		since: ColumnType<Date, Date | string | undefined, Date | string>;
		seen: ColumnType<number, number | undefined, number>;
		told_bad: ColumnType<boolean, boolean | undefined, boolean>;
		finding: ColumnType<Json, string, string>;
	};
	'app.held_copies': {
		id: ColumnType<string, string | undefined, string>;
		kind: ColumnType<string, string, string>;
		audience_id: ColumnType<number | null, number | null | undefined, number | null>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		words: ColumnType<Json, string, string>;
		kept_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.horizon_samples': {
		singleton: ColumnType<boolean, boolean | undefined, boolean>;
		oldest: ColumnType<string, string, string>;
		since: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.hub': {
		singleton: ColumnType<boolean, boolean | undefined, boolean>;
		epoch: ColumnType<string, string | undefined, string>;
		demo: ColumnType<boolean, boolean | undefined, boolean>;
		seeded_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		second_steward_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.hub_roles': {
		member_id: ColumnType<string, string, string>;
		role: ColumnType<string, string, string>;
	};
	'app.import_bylines': {
		person_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		byline_id: ColumnType<string, string, string>;
	};
	'app.import_files': {
		place_id: ColumnType<string, string, string>;
		source_key: ColumnType<string, string, string>;
		place: ColumnType<number, number, number>;
		name: ColumnType<string, string, string>;
		mime: ColumnType<string, string, string>;
		size: ColumnType<string, string, string>;
		sha256: ColumnType<Buffer, Buffer, Buffer>;
		width: ColumnType<number | null, number | null | undefined, number | null>;
		height: ColumnType<number | null, number | null | undefined, number | null>;
	};
	'app.import_messages': {
		place_id: ColumnType<string, string, string>;
		source_key: ColumnType<string, string, string>;
		message_id: ColumnType<string, string, string>;
		person_id: ColumnType<string, string, string>;
		thread_key: ColumnType<string, string, string>;
		thread_id: ColumnType<string | null, string | null | undefined, string | null>;
		title: ColumnType<string, string, string>;
		body: ColumnType<string, string, string>;
		lexemes: ColumnType<string, string, string>;
		earlier: ColumnType<string | null, string | null | undefined, string | null>;
		said_at: ColumnType<Date, Date | string, Date | string>;
		edited_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		extra: ColumnType<Json | null, string | null | undefined, string | null>;
		landed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.import_people': {
		id: ColumnType<string, string, string>;
		source: ColumnType<string, string, string>;
		source_key: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		email_key: ColumnType<string | null, string | null | undefined, string | null>;
		member_id: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.import_place_people': {
		place_id: ColumnType<string, string, string>;
		person_id: ColumnType<string, string, string>;
		reads: ColumnType<boolean, boolean | undefined, boolean>;
	};
	'app.import_places': {
		id: ColumnType<string, string, string>;
		source: ColumnType<string, string, string>;
		source_key: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		slug: ColumnType<string, string, string>;
		purpose: ColumnType<string, string | undefined, string>;
		archived: ColumnType<boolean, boolean | undefined, boolean>;
		state: ColumnType<string, string | undefined, string>;
		audience_id: ColumnType<number | null, number | null | undefined, number | null>;
		ceiling: ColumnType<string | null, string | null | undefined, string | null>;
		decided_by: ColumnType<string | null, string | null | undefined, string | null>;
		decided_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		conversation_id: ColumnType<string | null, string | null | undefined, string | null>;
		messages: ColumnType<number, number | undefined, number>;
		first_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		last_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.import_runs': {
		id: ColumnType<string, string, string>;
		source: ColumnType<string, string, string>;
		started_at: ColumnType<Date, Date | string | undefined, Date | string>;
		ended_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		counts: ColumnType<Json, string | undefined, string>;
	};
	'app.invitations': {
		id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		email: ColumnType<string, string, string>;
		name: ColumnType<string, string | undefined, string>;
		role: ColumnType<string, string | undefined, string>;
		token_hash: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
		invited_by: ColumnType<string, string, string>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		expires_at: ColumnType<Date, Date | string | undefined, Date | string>;
		used_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		revoked_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		for_member: ColumnType<string | null, string | null | undefined, string | null>;
		from_hub: ColumnType<boolean, boolean | undefined, boolean>;
	};
	'app.involvements': {
		member_id: ColumnType<string, string, string>;
		conversation_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		level: ColumnType<string | null, string | null | undefined, string | null>;
		joined: ColumnType<boolean | null, boolean | null | undefined, boolean | null>;
		changed_at: ColumnType<Date, Date | string | undefined, Date | string>;
		view: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.jurisdictions': {
		id: ColumnType<string, string, string>;
		code: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		kind: ColumnType<string, string | undefined, string>;
		region: ColumnType<string | null, string | null | undefined, string | null>;
		time_zone: ColumnType<string, string | undefined, string>;
	};
	'app.lead_choices': {
		jurisdiction_id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		lead_id: ColumnType<string, string, string>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.legal_holds': {
		id: ColumnType<string, string, string>;
		scope: ColumnType<string, string, string>;
		subject_id: ColumnType<string | null, string | null | undefined, string | null>;
		reference: ColumnType<string, string, string>;
		reason: ColumnType<string, string, string>;
		placed_by: ColumnType<string, string, string>;
		placed_at: ColumnType<Date, Date | string | undefined, Date | string>;
		lifted_by: ColumnType<string | null, string | null | undefined, string | null>;
		lifted_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		lifted_reason: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.marking_outlets': {
		label: ColumnType<string, string, string>;
		rank: ColumnType<number, number, number>;
		audience_kinds: ColumnType<string[], string[], string[]>;
		guests: ColumnType<boolean, boolean, boolean>;
		max_readers: ColumnType<number | null, number | null | undefined, number | null>;
		mail: ColumnType<string, string, string>;
		feed: ColumnType<string, string, string>;
		export: ColumnType<string, string, string>;
		api_scope: ColumnType<string | null, string | null | undefined, string | null>;
		source_sees: ColumnType<boolean, boolean | undefined, boolean>;
	};
	'app.members': {
		id: ColumnType<string, string, string>;
		slug: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		locale: ColumnType<string, string | undefined, string>;
		time_zone: ColumnType<string, string | undefined, string>;
		status: ColumnType<string, string | undefined, string>;
		joined_at: ColumnType<Date, Date | string | undefined, Date | string>;
		in_cast: ColumnType<boolean, boolean | undefined, boolean>;
		agreed: ColumnType<boolean, boolean | undefined, boolean>;
		left_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		erase_asked_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		erase_asked_by: ColumnType<string | null, string | null | undefined, string | null>;
		erased_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.membership_acts': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		act: ColumnType<string, string, string>;
		reason: ColumnType<string, string, string>;
		byline_id: ColumnType<string, string, string>;
		by_steward: ColumnType<boolean, boolean | undefined, boolean>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
		for_member: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.memberships': {
		member_id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		role: ColumnType<string, string | undefined, string>;
		since: ColumnType<Date, Date | string | undefined, Date | string>;
		confirmed_at: ColumnType<Date, Date | string | undefined, Date | string>;
		reminded_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		unconfirmed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.mentions': {
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		kind: ColumnType<string, string, string>;
		target_id: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.message_reports': {
		id: ColumnType<string, string, string>;
		message_id: ColumnType<string, string, string>;
		conversation_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		byline_id: ColumnType<string, string, string>;
		author_id: ColumnType<string, string, string>;
		reason: ColumnType<string, string, string>;
		words: ColumnType<string, string | undefined, string>;
		handed: ColumnType<boolean, boolean, boolean>;
		handed_words: ColumnType<string | null, string | null | undefined, string | null>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		closed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		outcome: ColumnType<string | null, string | null | undefined, string | null>;
		closed_by: ColumnType<string | null, string | null | undefined, string | null>;
		seen_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.message_revisions': {
		id: ColumnType<string, string, string>;
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		body: ColumnType<string, string, string>;
		marking: ColumnType<string | null, string | null | undefined, string | null>;
		replaced_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.messages': {
		id: ColumnType<string, string, string>;
		conversation_id: ColumnType<string, string, string>;
		thread_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		number: ColumnType<number, number | undefined, number>;
		thread_number: ColumnType<number, number | undefined, number>;
		byline_id: ColumnType<string, string, string>;
		body: ColumnType<string, string, string>;
		marking: ColumnType<string | null, string | null | undefined, string | null>;
		retry_key: ColumnType<string, string, string>;
		body_hash: ColumnType<Buffer, Buffer, Buffer>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		edited_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		deleted_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		removed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		source: ColumnType<string | null, string | null | undefined, string | null>;
		moved_to: ColumnType<string | null, string | null | undefined, string | null>;
		moderated_as: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.moderation_acts': {
		id: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		message_id: ColumnType<string | null, string | null | undefined, string | null>;
		conversation_id: ColumnType<string | null, string | null | undefined, string | null>;
		audience_id: ColumnType<number | null, number | null | undefined, number | null>;
		byline_id: ColumnType<string, string, string>;
		moderator_id: ColumnType<string, string, string>;
		handed: ColumnType<boolean, boolean | undefined, boolean>;
		reason: ColumnType<string, string, string>;
		words: ColumnType<string, string | undefined, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
		ends_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		answer: ColumnType<string | null, string | null | undefined, string | null>;
		answered_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		settled_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		settled_by: ColumnType<string | null, string | null | undefined, string | null>;
		settled_words: ColumnType<string | null, string | null | undefined, string | null>;
		undone: ColumnType<boolean, boolean | undefined, boolean>;
		seen_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.named_people': {
		audience_id: ColumnType<number, number, number>;
		member_id: ColumnType<string, string, string>;
	};
	'app.nodes': {
		kind: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		started_at: ColumnType<Date, Date | string, Date | string>;
		seen_at: ColumnType<Date, Date | string | undefined, Date | string>;
		skew_seconds: ColumnType<unknown, unknown, unknown>;
		facts: ColumnType<Json, string, string>;
	};
	'app.notice_mails': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		reasons: ColumnType<string[], string[], string[]>;
		stop_hash: ColumnType<Buffer, Buffer, Buffer>;
		sent_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.notices': {
		id: ColumnType<string, string | undefined, string>;
		member_id: ColumnType<string, string, string>;
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		thread_id: ColumnType<string, string, string>;
		number: ColumnType<number, number, number>;
		reason: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
		seen_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		mail_due: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		mail_claimed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		mailed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.on_call': {
		id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number | undefined, number>;
		place: ColumnType<number, number | undefined, number>;
		name: ColumnType<string, string, string>;
		member_id: ColumnType<string | null, string | null | undefined, string | null>;
		phone: ColumnType<string, string | undefined, string>;
		mail: ColumnType<string, string | undefined, string>;
		days: ColumnType<number[], number[] | undefined, number[]>;
		opens: ColumnType<unknown | null, unknown | null | undefined, unknown | null>;
		closes: ColumnType<unknown | null, unknown | null | undefined, unknown | null>;
		time_zone: ColumnType<string, string | undefined, string>;
		languages: ColumnType<string[], string[] | undefined, string[]>;
	};
	'app.opening_views': {
		act_id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.organization_domains': {
		id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		domain: ColumnType<string, string, string>;
		token: ColumnType<string, string | undefined, string>;
		asked_by: ColumnType<string | null, string | null | undefined, string | null>;
		asked_at: ColumnType<Date, Date | string | undefined, Date | string>;
		checked_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		result: ColumnType<string | null, string | null | undefined, string | null>;
		method: ColumnType<string | null, string | null | undefined, string | null>;
		letter_reference: ColumnType<string | null, string | null | undefined, string | null>;
		letter_on: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		proved_by: ColumnType<string | null, string | null | undefined, string | null>;
		proved_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.organization_jurisdictions': {
		organization_id: ColumnType<string, string, string>;
		jurisdiction_id: ColumnType<string, string, string>;
	};
	'app.organizations': {
		id: ColumnType<string, string, string>;
		slug: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		is_guest: ColumnType<boolean, boolean | undefined, boolean>;
		joined_on: ColumnType<Date, Date | string | undefined, Date | string>;
		ended_on: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.outer_links': {
		page_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		url: ColumnType<string, string, string>;
		words: ColumnType<string, string | undefined, string>;
		asked_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		answered_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		failing_since: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		failures: ColumnType<number, number | undefined, number>;
		fault: ColumnType<string | null, string | null | undefined, string | null>;
		told_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.page_answers': {
		member_id: ColumnType<string, string, string>;
		page_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		useful: ColumnType<boolean, boolean, boolean>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.page_drafts': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		place: ColumnType<string, string, string>;
		part: ColumnType<string, string | undefined, string>;
		fields: ColumnType<Json, string, string>;
		updated_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.page_redirects': {
		space_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		path: ColumnType<string, string, string>;
		page_id: ColumnType<string, string, string>;
	};
	'app.page_upkeep': {
		page_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		owner_byline: ColumnType<string | null, string | null | undefined, string | null>;
		owner_organization: ColumnType<string | null, string | null | undefined, string | null>;
		review_on: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		every_months: ColumnType<number, number | undefined, number>;
		reviewed_on: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		reviewed_by: ColumnType<string | null, string | null | undefined, string | null>;
		reminded_of: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		overdue_of: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.pages': {
		id: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		parent_id: ColumnType<string | null, string | null | undefined, string | null>;
		position: ColumnType<number, number | undefined, number>;
		path: ColumnType<string, string, string>;
		title: ColumnType<string, string, string>;
		description: ColumnType<string, string | undefined, string>;
		group_key: ColumnType<string | null, string | null | undefined, string | null>;
		revision_id: ColumnType<string | null, string | null | undefined, string | null>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		retired_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		retired_because: ColumnType<string | null, string | null | undefined, string | null>;
		successor_id: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.passkeys': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		credential_id: ColumnType<string, string, string>;
		public_key: ColumnType<Buffer, Buffer, Buffer>;
		counter: ColumnType<string, string | undefined, string>;
		transports: ColumnType<string[], string[] | undefined, string[]>;
		name: ColumnType<string, string, string>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		last_used_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		revoked_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.pins': {
		message_id: ColumnType<string, string, string>;
		conversation_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		byline_id: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.poll_options': {
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		place: ColumnType<number, number, number>;
		words: ColumnType<string, string, string>;
	};
	'app.poll_votes': {
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		place: ColumnType<number, number, number>;
		byline_id: ColumnType<string, string, string>;
	};
	'app.polls': {
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		multiple: ColumnType<boolean, boolean | undefined, boolean>;
		named: ColumnType<boolean, boolean | undefined, boolean>;
		closes_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.positions': {
		id: ColumnType<string, string, string>;
		place: ColumnType<string, string | undefined, string>;
		change_request_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		jurisdiction_id: ColumnType<string, string, string>;
		organization_id: ColumnType<string | null, string | null | undefined, string | null>;
		byline_id: ColumnType<string, string, string>;
		for_byline: ColumnType<string | null, string | null | undefined, string | null>;
		stance: ColumnType<string, string, string>;
		words: ColumnType<string, string | undefined, string>;
		wording: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.procedures': {
		id: ColumnType<string, string, string>;
		change_request_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		kind: ColumnType<string, string, string>;
		phase: ColumnType<string, string | undefined, string>;
		days: ColumnType<number, number, number>;
		position_days: ColumnType<number, number, number>;
		opened_at: ColumnType<Date, Date | string | undefined, Date | string>;
		opened_by: ColumnType<string, string, string>;
		comments_until: ColumnType<Date, Date | string, Date | string>;
		positions_until: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		reminded_until: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		wording: ColumnType<string, string, string>;
		over_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.profile_fields': {
		member_id: ColumnType<string, string, string>;
		field: ColumnType<string, string, string>;
		words: ColumnType<string[], string[], string[]>;
		shown_to: ColumnType<string, string, string>;
	};
	'app.push_subscriptions': {
		id: ColumnType<string, string | undefined, string>;
		member_id: ColumnType<string, string, string>;
		session_id: ColumnType<string, string, string>;
		endpoint: ColumnType<string, string, string>;
		p256dh: ColumnType<string, string, string>;
		auth: ColumnType<string, string, string>;
		key_version: ColumnType<number, number, number>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.pushes': {
		id: ColumnType<string, string | undefined, string>;
		notice_id: ColumnType<string, string, string>;
		subscription_id: ColumnType<string, string, string>;
		due: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		claimed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		tries: ColumnType<number, number | undefined, number>;
	};
	'app.rate_buckets': {
		bucket: ColumnType<string, string, string>;
		window_start: ColumnType<Date, Date | string, Date | string>;
		taken: ColumnType<number, number, number>;
	};
	'app.reactions': {
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		byline_id: ColumnType<string, string, string>;
		emoji: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.read_markers': {
		member_id: ColumnType<string, string, string>;
		thread_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		number: ColumnType<number, number, number>;
	};
	'app.recounts': {
		id: ColumnType<string, string | undefined, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
		counted: ColumnType<number, number, number>;
		threads: ColumnType<number, number, number>;
		conversations: ColumnType<number, number, number>;
		markers: ColumnType<number, number, number>;
		activity: ColumnType<number, number, number>;
		audiences: ColumnType<number, number, number>;
	};
	'app.recoveries': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		asked_at: ColumnType<Date, Date | string | undefined, Date | string>;
		stop_hash: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
		confirmed_by: ColumnType<string | null, string | null | undefined, string | null>;
		confirmed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		ripe_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		token_hash: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
		ended_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		ended_as: ColumnType<string | null, string | null | undefined, string | null>;
		confirmed_for: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.recovery_codes': {
		code_hash: ColumnType<Buffer, Buffer, Buffer>;
		member_id: ColumnType<string, string, string>;
		used_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.reply_addresses': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		secret_hash: ColumnType<Buffer, Buffer, Buffer>;
		made_at: ColumnType<Date, Date | string | undefined, Date | string>;
		used: ColumnType<number, number | undefined, number>;
		refused_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.request_notices': {
		id: ColumnType<string, string | undefined, string>;
		member_id: ColumnType<string, string, string>;
		change_request_id: ColumnType<string | null, string | null | undefined, string | null>;
		audience_id: ColumnType<number, number, number>;
		kind: ColumnType<string, string, string>;
		reason: ColumnType<string, string, string>;
		until: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
		mail_due: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		mail_claimed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		mailed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		seen_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		page_id: ColumnType<string | null, string | null | undefined, string | null>;
		edition_id: ColumnType<string | null, string | null | undefined, string | null>;
		event_id: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.request_steps': {
		id: ColumnType<string, string, string>;
		place: ColumnType<string, string | undefined, string>;
		change_request_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		kind: ColumnType<string, string, string>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		for_byline: ColumnType<string | null, string | null | undefined, string | null>;
		words: ColumnType<string, string | undefined, string>;
		data: ColumnType<Json, string | undefined, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.retention_rules': {
		kind: ColumnType<string, string, string>;
		label: ColumnType<string | null, string | null | undefined, string | null>;
		keep_days: ColumnType<number | null, number | null | undefined, number | null>;
		was_days: ColumnType<number | null, number | null | undefined, number | null>;
		reason: ColumnType<string | null, string | null | undefined, string | null>;
		changed_by: ColumnType<string | null, string | null | undefined, string | null>;
		changed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.retention_runs': {
		id: ColumnType<string, string, string>;
		started_at: ColumnType<Date, Date | string | undefined, Date | string>;
		ended_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		removed: ColumnType<Json, string | undefined, string>;
	};
	'app.revisions': {
		id: ColumnType<string, string, string>;
		page_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		number: ColumnType<number, number, number>;
		text: ColumnType<string, string, string>;
		blocks: ColumnType<Json, string, string>;
		change_request_id: ColumnType<string, string, string>;
		byline_id: ColumnType<string, string, string>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.saved_messages': {
		member_id: ColumnType<string, string, string>;
		message_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.scheduled_messages': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		conversation_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		thread_id: ColumnType<string | null, string | null | undefined, string | null>;
		title: ColumnType<string | null, string | null | undefined, string | null>;
		body: ColumnType<string, string, string>;
		marking: ColumnType<string | null, string | null | undefined, string | null>;
		retry_key: ColumnType<string, string, string>;
		send_at: ColumnType<Date, Date | string, Date | string>;
		made_at: ColumnType<Date, Date | string | undefined, Date | string>;
		state: ColumnType<string, string | undefined, string>;
		why: ColumnType<string | null, string | null | undefined, string | null>;
		message_id: ColumnType<string | null, string | null | undefined, string | null>;
		ended_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		anchor: ColumnType<string | null, string | null | undefined, string | null>;
		poll: ColumnType<Json | null, string | null | undefined, string | null>;
	};
	'app.second_factors': {
		member_id: ColumnType<string, string, string>;
		sealed: ColumnType<string, string, string>;
		last_step: ColumnType<string, string | undefined, string>;
		made_at: ColumnType<Date, Date | string | undefined, Date | string>;
		confirmed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.sessions': {
		id: ColumnType<string, string, string>;
		token_hash: ColumnType<Buffer, Buffer, Buffer>;
		member_id: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		name: ColumnType<string, string | undefined, string>;
		scopes: ColumnType<string[], string[] | undefined, string[]>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		last_seen_at: ColumnType<Date, Date | string | undefined, Date | string>;
		expires_at: ColumnType<Date, Date | string, Date | string>;
		revoked_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		proved_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		how: ColumnType<string, string | undefined, string>;
		device_hash: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
		connection_id: ColumnType<string | null, string | null | undefined, string | null>;
		ends_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.settings': {
		id: ColumnType<string, string | undefined, string>;
		name: ColumnType<string, string, string>;
		value: ColumnType<Json, string, string>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		changed_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.shared_draft_states': {
		shared_draft_id: ColumnType<string, string, string>;
		number: ColumnType<number, number, number>;
		state: ColumnType<Buffer, Buffer, Buffer>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.shared_draft_updates': {
		shared_draft_id: ColumnType<string, string, string>;
		number: ColumnType<number, number, number>;
		client: ColumnType<string, string, string>;
		clock: ColumnType<number, number, number>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		bytes: ColumnType<Buffer, Buffer, Buffer>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.shared_draft_writers': {
		shared_draft_id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		added_at: ColumnType<Date, Date | string | undefined, Date | string>;
		ended_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.shared_drafts': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		place: ColumnType<string, string, string>;
		part: ColumnType<string, string | undefined, string>;
		base_revision_id: ColumnType<string | null, string | null | undefined, string | null>;
		retry_key: ColumnType<string, string, string>;
		last_number: ColumnType<number, number | undefined, number>;
		last_client: ColumnType<string | null, string | null | undefined, string | null>;
		last_clock: ColumnType<number | null, number | null | undefined, number | null>;
		bytes: ColumnType<string, string | undefined, string>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		closed_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
	};
	'app.sign_in_policies': {
		organization_id: ColumnType<string, string, string>;
		passkeys_only: ColumnType<boolean, boolean | undefined, boolean>;
		second_factor: ColumnType<boolean, boolean | undefined, boolean>;
		changed_at: ColumnType<Date, Date | string | undefined, Date | string>;
		sso_only: ColumnType<boolean, boolean | undefined, boolean>;
		changed_by: ColumnType<string | null, string | null | undefined, string | null>;
		changed_for: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.space_assets': {
		space_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		path: ColumnType<string, string, string>;
		file_id: ColumnType<string, string, string>;
	};
	'app.space_rules': {
		id: ColumnType<string, string, string>;
		space_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		preset: ColumnType<string, string, string>;
		approvals: ColumnType<number, number | undefined, number>;
		approvers: ColumnType<string[], string[] | undefined, string[]>;
		up_to_date: ColumnType<boolean, boolean | undefined, boolean>;
		last_call_days: ColumnType<number, number | undefined, number>;
		consultation_days: ColumnType<number, number | undefined, number>;
		position_days: ColumnType<number, number | undefined, number>;
		reason: ColumnType<string, string | undefined, string>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		changed_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.spaces': {
		id: ColumnType<string, string, string>;
		slug: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		title: ColumnType<string, string, string>;
		description: ColumnType<string, string | undefined, string>;
		licence: ColumnType<string, string | undefined, string>;
		sources: ColumnType<Json, string | undefined, string>;
		position: ColumnType<number, number | undefined, number>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.sso_barred': {
		organization_id: ColumnType<string, string, string>;
		address_hash: ColumnType<Buffer, Buffer, Buffer>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.sso_connections': {
		id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		issuer: ColumnType<string, string, string>;
		client_id: ColumnType<string | null, string | null | undefined, string | null>;
		sealed_secret: ColumnType<string | null, string | null | undefined, string | null>;
		entry_url: ColumnType<string | null, string | null | undefined, string | null>;
		certificates: ColumnType<string[], string[] | undefined, string[]>;
		trusts_address: ColumnType<boolean, boolean | undefined, boolean>;
		joining: ColumnType<string, string | undefined, string>;
		joining_most: ColumnType<number, number | undefined, number>;
		joining_pattern: ColumnType<string, string | undefined, string>;
		tested_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		changed_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.sso_links': {
		connection_id: ColumnType<string, string, string>;
		subject: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		joined: ColumnType<boolean, boolean | undefined, boolean>;
		made_at: ColumnType<Date, Date | string | undefined, Date | string>;
		last_used_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		ended_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		address_hash: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
	};
	'app.sso_requests': {
		id: ColumnType<string, string, string>;
		connection_id: ColumnType<string, string, string>;
		organization_id: ColumnType<string, string, string>;
		subject: ColumnType<string, string, string>;
		address: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		slug: ColumnType<string, string, string>;
		asked_at: ColumnType<Date, Date | string | undefined, Date | string>;
		decided_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		decided_as: ColumnType<string | null, string | null | undefined, string | null>;
		decided_by: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.sso_tries': {
		id: ColumnType<string, string, string>;
		state_hash: ColumnType<Buffer, Buffer, Buffer>;
		browser_hash: ColumnType<Buffer, Buffer, Buffer>;
		connection_id: ColumnType<string, string, string>;
		purpose: ColumnType<string, string, string>;
		member_id: ColumnType<string | null, string | null | undefined, string | null>;
		next: ColumnType<string, string | undefined, string>;
		begun_at: ColumnType<Date, Date | string | undefined, Date | string>;
		used_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		arrived_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		subject: ColumnType<string | null, string | null | undefined, string | null>;
		address: ColumnType<string | null, string | null | undefined, string | null>;
		vouched: ColumnType<boolean | null, boolean | null | undefined, boolean | null>;
		name: ColumnType<string | null, string | null | undefined, string | null>;
		slug: ColumnType<string | null, string | null | undefined, string | null>;
		authenticated_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		assertion_hash: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
		finished_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		outcome: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.telling': {
		one: ColumnType<boolean, boolean | undefined, boolean>;
		epoch: ColumnType<string | null, string | null | undefined, string | null>;
		horizon: ColumnType<string, string, string>;
	};
	'app.telling_choices': {
		member_id: ColumnType<string, string, string>;
		mail_mentions: ColumnType<string, string | undefined, string>;
		mail_direct: ColumnType<string, string | undefined, string>;
		mail_followed: ColumnType<string, string | undefined, string>;
		digest_at: ColumnType<number, number | undefined, number>;
		quiet_from: ColumnType<number | null, number | null | undefined, number | null>;
		quiet_until: ColumnType<number | null, number | null | undefined, number | null>;
		push: ColumnType<string, string | undefined, string>;
	};
	'app.thread_changes': {
		id: ColumnType<string, string, string>;
		thread_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		kind: ColumnType<string, string, string>;
		was: ColumnType<string | null, string | null | undefined, string | null>;
		became: ColumnType<string | null, string | null | undefined, string | null>;
		byline_id: ColumnType<string | null, string | null | undefined, string | null>;
		after_number: ColumnType<number, number, number>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.thread_follows': {
		member_id: ColumnType<string, string, string>;
		thread_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		state: ColumnType<string, string, string>;
		changed_at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.threads': {
		id: ColumnType<string, string, string>;
		conversation_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		title: ColumnType<string, string, string>;
		anchor: ColumnType<string | null, string | null | undefined, string | null>;
		byline_id: ColumnType<string, string, string>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		resolved_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		history_number: ColumnType<number, number | undefined, number>;
		moved_to: ColumnType<string | null, string | null | undefined, string | null>;
		moved_from: ColumnType<string | null, string | null | undefined, string | null>;
		moved_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		moved_by: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.topic_follows': {
		member_id: ColumnType<string, string, string>;
		topic: ColumnType<string, string, string>;
	};
	'app.topics': {
		slug: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		position: ColumnType<number, number, number>;
	};
	'app.two_person_acts': {
		id: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		duty: ColumnType<string, string, string>;
		subject_id: ColumnType<string, string, string>;
		subject_member_id: ColumnType<string | null, string | null | undefined, string | null>;
		content: ColumnType<Json, string | undefined, string>;
		shown: ColumnType<Json, string, string>;
		hash: ColumnType<Buffer, Buffer, Buffer>;
		reason: ColumnType<string, string, string>;
		proposed_by: ColumnType<string, string, string>;
		proposed_at: ColumnType<Date, Date | string | undefined, Date | string>;
		lapses_at: ColumnType<Date, Date | string | undefined, Date | string>;
		state: ColumnType<string, string | undefined, string>;
		ended_by: ColumnType<string | null, string | null | undefined, string | null>;
		ended_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		end_reason: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.uploads': {
		id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
		name: ColumnType<string, string, string>;
		announced: ColumnType<string, string, string>;
		created_at: ColumnType<Date, Date | string | undefined, Date | string>;
		mime: ColumnType<string | null, string | null | undefined, string | null>;
		size: ColumnType<string | null, string | null | undefined, string | null>;
		sha256: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
		width: ColumnType<number | null, number | null | undefined, number | null>;
		height: ColumnType<number | null, number | null | undefined, number | null>;
		taken_at: ColumnType<Date | null, Date | null | string | undefined, Date | null | string>;
		session_id: ColumnType<string | null, string | null | undefined, string | null>;
		looked: ColumnType<string, string | undefined, string>;
		found: ColumnType<string | null, string | null | undefined, string | null>;
	};
	'app.vetting_answers': {
		id: ColumnType<string, string | undefined, string>;
		application_id: ColumnType<string, string, string>;
		question: ColumnType<string, string, string>;
		answer: ColumnType<string, string, string>;
		remark: ColumnType<string, string, string>;
		byline_id: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'app.vetting_questions': {
		code: ColumnType<string, string, string>;
		question: ColumnType<string, string | undefined, string>;
	};
	'app.watches': {
		member_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		page_id: ColumnType<string | null, string | null | undefined, string | null>;
		control_id: ColumnType<string | null, string | null | undefined, string | null>;
		space_id: ColumnType<string | null, string | null | undefined, string | null>;
		since: ColumnType<Date, Date | string | undefined, Date | string>;
	};
	'sealed.byline_members': {
		byline_id: ColumnType<string, string, string>;
		member_id: ColumnType<string, string, string>;
	};
	'sealed.keys': {
		purpose: ColumnType<string, string, string>;
		secret: ColumnType<Buffer, Buffer, Buffer>;
	};
	'search.entries': {
		position: ColumnType<string, string, string>;
		kind: ColumnType<string, string, string>;
		subject_id: ColumnType<string, string, string>;
		audience_id: ColumnType<number, number, number>;
		words: ColumnType<string, string, string>;
		at: ColumnType<Date, Date | string, Date | string>;
	};
}
