BEGIN TRANSACTION;
CREATE TABLE account (
	id INTEGER NOT NULL, 
	platform VARCHAR(10) NOT NULL, 
	folded VARCHAR(128) NOT NULL, 
	verbatim VARCHAR(128) NOT NULL, 
	person_id INTEGER NOT NULL, 
	source VARCHAR(10) NOT NULL, 
	bound_at BIGINT NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT fk_account_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_account_platform_folded UNIQUE (platform, folded)
);
INSERT INTO "account" VALUES(1,'wecom','t1','T1',1,'roster',1716100000000);
CREATE TABLE acknowledgement (
	announcement INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_acknowledgement PRIMARY KEY (announcement, person_id), 
	CONSTRAINT fk_acknowledgement_announcement FOREIGN KEY(announcement) REFERENCES announcement (number), 
	CONSTRAINT fk_acknowledgement_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE activity (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	text TEXT NOT NULL, 
	link TEXT DEFAULT '' NOT NULL, 
	recorded_by INTEGER NOT NULL, 
	recorded_at BIGINT NOT NULL, 
	CONSTRAINT pk_activity PRIMARY KEY (id), 
	CONSTRAINT fk_activity_group_id FOREIGN KEY(group_id) REFERENCES teaching_group (id), 
	CONSTRAINT fk_activity_recorded_by FOREIGN KEY(recorded_by) REFERENCES person (id)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0009');
CREATE TABLE allowance (
	name VARCHAR(60) NOT NULL, 
	used_until BIGINT NOT NULL, 
	CONSTRAINT pk_allowance PRIMARY KEY (name)
);
CREATE TABLE announcement (
	number INTEGER NOT NULL, 
	author_id INTEGER NOT NULL, 
	audience TEXT NOT NULL, 
	addressed JSON DEFAULT '{}' NOT NULL, 
	body TEXT NOT NULL, 
	wants_receipt BOOLEAN NOT NULL, 
	urgent BOOLEAN DEFAULT false NOT NULL, 
	corrects INTEGER, 
	state VARCHAR(10) NOT NULL, 
	confirmed_at BIGINT NOT NULL, 
	approved_by INTEGER, 
	approved_at BIGINT, 
	due_at BIGINT, 
	posted_at BIGINT, 
	people INTEGER DEFAULT 0 NOT NULL, 
	groups INTEGER DEFAULT 0 NOT NULL, 
	ended_by INTEGER, 
	ended_at BIGINT, 
	CONSTRAINT pk_announcement PRIMARY KEY (number), 
	CONSTRAINT fk_announcement_approved_by FOREIGN KEY(approved_by) REFERENCES person (id), 
	CONSTRAINT fk_announcement_author_id FOREIGN KEY(author_id) REFERENCES person (id), 
	CONSTRAINT fk_announcement_corrects FOREIGN KEY(corrects) REFERENCES announcement (number), 
	CONSTRAINT fk_announcement_ended_by FOREIGN KEY(ended_by) REFERENCES person (id), 
	CONSTRAINT fk_announcement_number FOREIGN KEY(number) REFERENCES number_series (number)
);
INSERT INTO "announcement" VALUES(2,2,'','{}','开会',1,0,NULL,'posted',1716100000000,NULL,NULL,NULL,NULL,0,0,NULL,NULL);
CREATE TABLE appeal (
	number INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	figures JSON NOT NULL, 
	about_number INTEGER, 
	state VARCHAR(20) NOT NULL, 
	opened_at BIGINT NOT NULL, 
	answered_by INTEGER, 
	answered_at BIGINT, 
	answer TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_appeal PRIMARY KEY (number), 
	CONSTRAINT ck_appeal_not_by_the_appellant CHECK (answered_by <> person_id), 
	CONSTRAINT fk_appeal_about_number FOREIGN KEY(about_number) REFERENCES number_series (number), 
	CONSTRAINT fk_appeal_answered_by FOREIGN KEY(answered_by) REFERENCES person (id), 
	CONSTRAINT fk_appeal_number FOREIGN KEY(number) REFERENCES number_series (number), 
	CONSTRAINT fk_appeal_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	actor VARCHAR(160) NOT NULL, 
	action VARCHAR(40) NOT NULL, 
	person_id INTEGER, 
	detail JSON NOT NULL, 
	trace VARCHAR(32) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id), 
	CONSTRAINT fk_audit_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "audit" VALUES(1,1716100000000,'person:2','evidence.passed',1,'{"number": 1}','');
CREATE TABLE binding_attempt (
	id INTEGER NOT NULL, 
	platform VARCHAR(10) NOT NULL, 
	folded VARCHAR(128) NOT NULL, 
	at BIGINT NOT NULL, 
	counts BOOLEAN DEFAULT true NOT NULL, 
	CONSTRAINT pk_binding_attempt PRIMARY KEY (id)
);
CREATE TABLE binding_code (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	issued_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	used_at BIGINT, 
	voided_at BIGINT, 
	CONSTRAINT pk_binding_code PRIMARY KEY (id), 
	CONSTRAINT fk_binding_code_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE certification (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	code VARCHAR(4) NOT NULL, 
	grade VARCHAR(20) NOT NULL, 
	certified_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_certification PRIMARY KEY (id), 
	CONSTRAINT fk_certification_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "certification" VALUES(1,1,'A5','excellent',1716100000000,NULL);
CREATE TABLE channel (
	platform VARCHAR(10) NOT NULL, 
	token TEXT DEFAULT '' NOT NULL, 
	token_until BIGINT DEFAULT 0 NOT NULL, 
	renewing_until BIGINT DEFAULT 0 NOT NULL, 
	paused_until BIGINT DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_channel PRIMARY KEY (platform)
);
CREATE TABLE chat_group (
	id INTEGER NOT NULL, 
	platform VARCHAR(10) NOT NULL, 
	way VARCHAR(20) NOT NULL, 
	school_id INTEGER, 
	address_hash VARCHAR(64) NOT NULL, 
	address TEXT NOT NULL, 
	secret TEXT DEFAULT '' NOT NULL, 
	title VARCHAR(100) DEFAULT '' NOT NULL, 
	bound_at BIGINT NOT NULL, 
	bound_by VARCHAR(160) NOT NULL, 
	ended_at BIGINT, 
	refusals INTEGER DEFAULT 0 NOT NULL, 
	stopped_at BIGINT, 
	stopped_for VARCHAR(60) DEFAULT '' NOT NULL, 
	paused_until BIGINT DEFAULT 0 NOT NULL, 
	received_at BIGINT, 
	CONSTRAINT pk_chat_group PRIMARY KEY (id), 
	CONSTRAINT fk_chat_group_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_chat_group_address_hash UNIQUE (address_hash)
);
CREATE TABLE choice (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	code VARCHAR(4) NOT NULL, 
	chosen_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_choice PRIMARY KEY (id), 
	CONSTRAINT fk_choice_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "choice" VALUES(1,1,'A5',1716100000000,NULL);
CREATE TABLE conversation (
	platform VARCHAR(10) NOT NULL, 
	folded VARCHAR(128) NOT NULL, 
	chat VARCHAR(128) NOT NULL, 
	topic VARCHAR(20) NOT NULL, 
	content JSON NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_conversation PRIMARY KEY (platform, folded, chat, topic)
);
CREATE TABLE entry_link (
	code_hash VARCHAR(64) NOT NULL, 
	person_id INTEGER NOT NULL, 
	purpose VARCHAR(20) NOT NULL, 
	content TEXT DEFAULT '' NOT NULL, 
	issued_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	used_at BIGINT, 
	CONSTRAINT pk_entry_link PRIMARY KEY (code_hash), 
	CONSTRAINT fk_entry_link_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE evidence (
	number INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	code VARCHAR(4) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	version INTEGER NOT NULL, 
	submitted_at BIGINT NOT NULL, 
	late VARCHAR(20) NOT NULL, 
	admitted_at BIGINT, 
	decided_by INTEGER, 
	decided_at BIGINT, 
	claimed_by INTEGER, 
	claimed_at BIGINT, 
	CONSTRAINT pk_evidence PRIMARY KEY (number), 
	CONSTRAINT ck_evidence_not_by_the_author CHECK (decided_by <> person_id), 
	CONSTRAINT fk_evidence_claimed_by FOREIGN KEY(claimed_by) REFERENCES person (id), 
	CONSTRAINT fk_evidence_decided_by FOREIGN KEY(decided_by) REFERENCES person (id), 
	CONSTRAINT fk_evidence_number FOREIGN KEY(number) REFERENCES number_series (number), 
	CONSTRAINT fk_evidence_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "evidence" VALUES(1,1,'A5','excellent',1,1716100000000,'in_time',NULL,2,1716100000000,NULL,NULL);
CREATE TABLE evidence_event (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	actor_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	remark TEXT DEFAULT '' NOT NULL, 
	piece VARCHAR(50) DEFAULT '' NOT NULL, 
	on_behalf BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_evidence_event PRIMARY KEY (id), 
	CONSTRAINT fk_evidence_event_actor_id FOREIGN KEY(actor_id) REFERENCES person (id), 
	CONSTRAINT fk_evidence_event_number FOREIGN KEY(number) REFERENCES evidence (number)
);
INSERT INTO "evidence_event" VALUES(1,1,1,'excellent',2,1716100000000,'很好','',0);
CREATE TABLE evidence_link (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	url TEXT NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	extraction VARCHAR(16) DEFAULT '' NOT NULL, 
	checked_at BIGINT, 
	finding VARCHAR(20) DEFAULT '' NOT NULL, unanswered INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_evidence_link PRIMARY KEY (id), 
	CONSTRAINT fk_evidence_link_number FOREIGN KEY(number) REFERENCES evidence (number), 
	CONSTRAINT uq_evidence_link_number_version_position UNIQUE (number, version, position)
);
INSERT INTO "evidence_link" VALUES(1,1,1,1,'https://example.com/a5','ff','',NULL,'',0);
CREATE TABLE evidence_version (
	number INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	late VARCHAR(20) NOT NULL, 
	submitted_at BIGINT NOT NULL, 
	received_at BIGINT NOT NULL, 
	CONSTRAINT pk_evidence_version PRIMARY KEY (number, version), 
	CONSTRAINT fk_evidence_version_number FOREIGN KEY(number) REFERENCES evidence (number)
);
INSERT INTO "evidence_version" VALUES(1,1,'第一版','in_time',1716100000000,1716100000000);
CREATE TABLE fact (
	name VARCHAR(40) NOT NULL, 
	value VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_fact PRIMARY KEY (name)
);
INSERT INTO "fact" VALUES('online_as_of','2024-05-19');
CREATE TABLE file_preview (
	file_id INTEGER NOT NULL, 
	round INTEGER DEFAULT 0 NOT NULL, 
	findings BLOB, 
	workbook BLOB, 
	decided_by INTEGER, 
	decided_at BIGINT, 
	reason VARCHAR(200) DEFAULT '' NOT NULL, 
	import_id INTEGER, 
	CONSTRAINT pk_file_preview PRIMARY KEY (file_id), 
	CONSTRAINT fk_file_preview_file_id FOREIGN KEY(file_id) REFERENCES received_file (id), 
	CONSTRAINT fk_file_preview_decided_by FOREIGN KEY(decided_by) REFERENCES person (id), 
	CONSTRAINT fk_file_preview_import_id FOREIGN KEY(import_id) REFERENCES import_run (id)
);
CREATE TABLE filing (
	number INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	slot VARCHAR(20) NOT NULL, 
	content TEXT NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	handed_in_by INTEGER NOT NULL, 
	handed_in_at BIGINT NOT NULL, 
	decided_by INTEGER, 
	decided_at BIGINT, 
	reason VARCHAR(200) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_filing PRIMARY KEY (number), 
	CONSTRAINT fk_filing_decided_by FOREIGN KEY(decided_by) REFERENCES person (id), 
	CONSTRAINT fk_filing_handed_in_by FOREIGN KEY(handed_in_by) REFERENCES person (id), 
	CONSTRAINT fk_filing_number FOREIGN KEY(number) REFERENCES number_series (number), 
	CONSTRAINT fk_filing_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE freeze (
	id INTEGER NOT NULL, 
	active BOOLEAN, 
	frozen_by INTEGER NOT NULL, 
	frozen_at BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	lifted_by INTEGER, 
	lifted_at BIGINT, 
	lift_reason TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_freeze PRIMARY KEY (id), 
	CONSTRAINT fk_freeze_frozen_by FOREIGN KEY(frozen_by) REFERENCES person (id), 
	CONSTRAINT fk_freeze_lifted_by FOREIGN KEY(lifted_by) REFERENCES person (id), 
	CONSTRAINT uq_freeze_active UNIQUE (active)
);
CREATE TABLE frozen_standing (
	freeze_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	online_hours INTEGER, 
	online_as_of DATE, 
	practice_hours INTEGER NOT NULL, 
	certified VARCHAR(80) NOT NULL, 
	excellent INTEGER NOT NULL, 
	done BOOLEAN NOT NULL, 
	completion BIGINT NOT NULL, 
	next_step VARCHAR(20) NOT NULL, 
	CONSTRAINT pk_frozen_standing PRIMARY KEY (freeze_id, person_id), 
	CONSTRAINT fk_frozen_standing_freeze_id FOREIGN KEY(freeze_id) REFERENCES freeze (id), 
	CONSTRAINT fk_frozen_standing_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_frozen_standing_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE heard_chat (
	platform VARCHAR(10) NOT NULL, 
	chat VARCHAR(128) NOT NULL, 
	title VARCHAR(100) DEFAULT '' NOT NULL, 
	heard_at BIGINT NOT NULL, 
	reply_url TEXT DEFAULT '' NOT NULL, 
	reply_until BIGINT DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_heard_chat PRIMARY KEY (platform, chat)
);
CREATE TABLE import_reversal (
	import_id INTEGER NOT NULL, 
	asked_by INTEGER NOT NULL, 
	asked_at BIGINT NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	mark VARCHAR(40) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	run_id INTEGER, 
	CONSTRAINT pk_import_reversal PRIMARY KEY (import_id), 
	CONSTRAINT fk_import_reversal_import_id FOREIGN KEY(import_id) REFERENCES import_run (id), 
	CONSTRAINT fk_import_reversal_asked_by FOREIGN KEY(asked_by) REFERENCES person (id), 
	CONSTRAINT fk_import_reversal_run_id FOREIGN KEY(run_id) REFERENCES import_run (id)
);
CREATE TABLE import_row (
	import_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	content JSON NOT NULL, 
	CONSTRAINT fk_import_row_import_id FOREIGN KEY(import_id) REFERENCES import_run (id), 
	CONSTRAINT uq_import_row_import_id_number UNIQUE (import_id, number)
);
CREATE TABLE import_run (
	id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	file_name VARCHAR(255) NOT NULL, 
	file_hash VARCHAR(64) NOT NULL, 
	as_of DATE, 
	state VARCHAR(10) NOT NULL, 
	counts JSON NOT NULL, 
	started_at BIGINT NOT NULL, 
	finished_at BIGINT, actor VARCHAR(160) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_import_run PRIMARY KEY (id)
);
INSERT INTO "import_run" VALUES(1,'online-hours','学时.xlsx','aa','2024-05-19','applied','{"added": 2}',1716100000000,1716100001000,'');
CREATE TABLE inbox (
	id INTEGER NOT NULL, 
	platform VARCHAR(10) NOT NULL, 
	"key" VARCHAR(300) NOT NULL, 
	folded VARCHAR(128) NOT NULL, 
	chat VARCHAR(128) NOT NULL, 
	received_at BIGINT NOT NULL, 
	text TEXT NOT NULL, 
	command VARCHAR(20) NOT NULL, 
	outcome VARCHAR(20) NOT NULL, 
	reply TEXT NOT NULL, 
	CONSTRAINT pk_inbox PRIMARY KEY (id), 
	CONSTRAINT uq_inbox_key UNIQUE ("key")
);
INSERT INTO "inbox" VALUES(1,'wecom','wecom:1','t1','',1716100000000,'我的学时','我的学时','answered','[]');
CREATE TABLE job_request (
	id INTEGER NOT NULL, 
	job VARCHAR(30) NOT NULL, 
	day DATE NOT NULL, 
	asked_by INTEGER NOT NULL, 
	asked_at BIGINT NOT NULL, 
	taken_until BIGINT DEFAULT 0 NOT NULL, 
	done_at BIGINT, 
	outcome VARCHAR(20) DEFAULT '' NOT NULL, 
	detail TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_job_request PRIMARY KEY (id), 
	CONSTRAINT fk_job_request_asked_by FOREIGN KEY(asked_by) REFERENCES person (id)
);
INSERT INTO "job_request" VALUES(1,'reminders','2024-05-20',2,1716100000000,0,NULL,'','');
CREATE TABLE job_run (
	job VARCHAR(30) NOT NULL, 
	day DATE NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	leased_until BIGINT NOT NULL, 
	started_at BIGINT NOT NULL, 
	finished_at BIGINT, 
	tries INTEGER DEFAULT 0 NOT NULL, 
	again_at BIGINT DEFAULT 0 NOT NULL, 
	by_hand BOOLEAN DEFAULT false NOT NULL, 
	outcome VARCHAR(20) DEFAULT '' NOT NULL, 
	detail TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_job_run PRIMARY KEY (job, day)
);
CREATE TABLE lease (
	name VARCHAR(40) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (name)
);
CREATE TABLE number_series (
	number INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	issued_at BIGINT NOT NULL, 
	CONSTRAINT pk_number_series PRIMARY KEY (number)
);
INSERT INTO "number_series" VALUES(1,'evidence',1716100000000);
INSERT INTO "number_series" VALUES(2,'announcement',1716100000000);
CREATE TABLE online_snapshot (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	as_of DATE NOT NULL, 
	online_hours INTEGER NOT NULL, 
	verdict VARCHAR(30) DEFAULT '' NOT NULL, 
	import_id INTEGER, 
	counts BOOLEAN DEFAULT true NOT NULL, 
	CONSTRAINT pk_online_snapshot PRIMARY KEY (id), 
	CONSTRAINT ck_online_snapshot_not_negative CHECK (online_hours >= 0), 
	CONSTRAINT fk_online_snapshot_import_id FOREIGN KEY(import_id) REFERENCES import_run (id), 
	CONSTRAINT fk_online_snapshot_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_online_snapshot_person_id_as_of_import_id UNIQUE (person_id, as_of, import_id)
);
INSERT INTO "online_snapshot" VALUES(1,1,'2024-05-19',2850,'合格',1,1);
INSERT INTO "online_snapshot" VALUES(2,2,'2024-05-19',1000,'',1,0);
CREATE TABLE open_userid (
	open_userid VARCHAR(64) NOT NULL, 
	userid VARCHAR(64) NOT NULL, 
	asked_at BIGINT NOT NULL, 
	CONSTRAINT pk_open_userid PRIMARY KEY (open_userid)
);
INSERT INTO "open_userid" VALUES('wo1','T1',1716100000000);
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	"key" VARCHAR(160) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	person_id INTEGER, 
	group_id INTEGER, 
	content TEXT NOT NULL, 
	picture_id INTEGER, 
	noted_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	state VARCHAR(10) DEFAULT 'queued' NOT NULL, 
	reason VARCHAR(60) DEFAULT '' NOT NULL, 
	outlet VARCHAR(20) DEFAULT '' NOT NULL, 
	done_at BIGINT, 
	parcel VARCHAR(32), 
	account VARCHAR(128), 
	lease VARCHAR(32), 
	leased_until BIGINT, 
	tries INTEGER DEFAULT 0 NOT NULL, 
	next_try_at BIGINT DEFAULT 0 NOT NULL, 
	first_tried_at BIGINT, 
	tried_at BIGINT, 
	calls INTEGER DEFAULT 0 NOT NULL, 
	doubt_since BIGINT, announcement BIGINT, receipt TEXT DEFAULT '' NOT NULL, why VARCHAR(300) DEFAULT '' NOT NULL, dismissed_at BIGINT, 
	CONSTRAINT pk_outbox PRIMARY KEY (id), 
	CONSTRAINT fk_outbox_group_id FOREIGN KEY(group_id) REFERENCES chat_group (id), 
	CONSTRAINT fk_outbox_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_outbox_picture_id FOREIGN KEY(picture_id) REFERENCES picture (id), 
	CONSTRAINT uq_outbox_key UNIQUE ("key")
);
INSERT INTO "outbox" VALUES(1,'evidence/1/1','notice',1,NULL,'[["text", ["你的材料合格"]]]',NULL,1716100000000,NULL,'queued','','',NULL,NULL,NULL,NULL,NULL,0,0,NULL,NULL,0,NULL,NULL,'','',NULL);
CREATE TABLE owed_reply (
	"key" VARCHAR(60) NOT NULL, 
	door VARCHAR(30) NOT NULL, 
	account VARCHAR(128) NOT NULL, 
	chat VARCHAR(128) NOT NULL, 
	reply_to TEXT NOT NULL, 
	reply_until BIGINT NOT NULL, 
	trace VARCHAR(16) NOT NULL, 
	card VARCHAR(128) DEFAULT '' NOT NULL, 
	reply TEXT NOT NULL, 
	noted_at BIGINT NOT NULL, 
	due_at BIGINT NOT NULL, 
	tries INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_owed_reply PRIMARY KEY ("key")
);
CREATE TABLE page_session (
	token_hash VARCHAR(64) NOT NULL, 
	person_id INTEGER NOT NULL, 
	opened_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	browser VARCHAR(60) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_page_session PRIMARY KEY (token_hash), 
	CONSTRAINT fk_page_session_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE paper (
	number INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	school_id INTEGER NOT NULL, 
	group_id INTEGER, 
	month VARCHAR(7) DEFAULT '' NOT NULL, 
	author_id INTEGER, 
	evidence_number INTEGER, 
	link TEXT NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	late BOOLEAN DEFAULT false NOT NULL, 
	handed_in_by INTEGER NOT NULL, 
	handed_in_at BIGINT NOT NULL, 
	answered_at BIGINT, 
	CONSTRAINT pk_paper PRIMARY KEY (number), 
	CONSTRAINT fk_paper_author_id FOREIGN KEY(author_id) REFERENCES person (id), 
	CONSTRAINT fk_paper_evidence_number FOREIGN KEY(evidence_number) REFERENCES evidence (number), 
	CONSTRAINT fk_paper_group_id FOREIGN KEY(group_id) REFERENCES teaching_group (id), 
	CONSTRAINT fk_paper_handed_in_by FOREIGN KEY(handed_in_by) REFERENCES person (id), 
	CONSTRAINT fk_paper_number FOREIGN KEY(number) REFERENCES number_series (number), 
	CONSTRAINT fk_paper_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE person (
	id INTEGER NOT NULL, 
	staff_no VARCHAR(80) NOT NULL, 
	staff_no_tail VARCHAR(4) DEFAULT '' NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	school_id INTEGER NOT NULL, 
	group_id INTEGER, 
	stage VARCHAR(20) DEFAULT '' NOT NULL, 
	subject VARCHAR(30) DEFAULT '' NOT NULL, 
	state VARCHAR(20) DEFAULT 'active' NOT NULL, 
	study_account VARCHAR(100), 
	mobile_hash VARCHAR(64), 
	mobile_tail VARCHAR(4) DEFAULT '' NOT NULL, initials VARCHAR(20) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT fk_person_group_id FOREIGN KEY(group_id) REFERENCES teaching_group (id), 
	CONSTRAINT fk_person_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_person_staff_no UNIQUE (staff_no), 
	CONSTRAINT uq_person_study_account UNIQUE (study_account)
);
INSERT INTO "person" VALUES(1,'T1','','示例甲',1,1,'','','active',NULL,NULL,'','');
INSERT INTO "person" VALUES(2,'T2','','示例乙',1,1,'','','active',NULL,NULL,'','');
CREATE TABLE person_state_change (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	school_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_person_state_change PRIMARY KEY (id), 
	CONSTRAINT fk_person_state_change_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_person_state_change_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE picture (
	id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	png BLOB NOT NULL, 
	made_at BIGINT NOT NULL, 
	CONSTRAINT pk_picture PRIMARY KEY (id), 
	CONSTRAINT uq_picture_digest UNIQUE (digest)
);
CREATE TABLE practice_entry (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	practice_hours INTEGER NOT NULL, 
	source VARCHAR(20) NOT NULL, 
	reference VARCHAR(120) NOT NULL, 
	note VARCHAR(200) DEFAULT '' NOT NULL, 
	reverses_id INTEGER, 
	import_id INTEGER, 
	entered_at BIGINT NOT NULL, 
	CONSTRAINT pk_practice_entry PRIMARY KEY (id), 
	CONSTRAINT fk_practice_entry_import_id FOREIGN KEY(import_id) REFERENCES import_run (id), 
	CONSTRAINT fk_practice_entry_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_practice_entry_reverses_id FOREIGN KEY(reverses_id) REFERENCES practice_entry (id), 
	CONSTRAINT uq_practice_entry_reverses_id UNIQUE (reverses_id)
);
INSERT INTO "practice_entry" VALUES(1,1,800,'certification','A5','',NULL,NULL,1716100000000);
INSERT INTO "practice_entry" VALUES(2,1,800,'certification','A1','',NULL,NULL,1716100000001);
INSERT INTO "practice_entry" VALUES(3,1,-800,'certification','A1','重开',2,NULL,1716100000002);
CREATE TABLE ranking_row (
	snapshot_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	school_name VARCHAR(100) NOT NULL, 
	band VARCHAR(20) NOT NULL, 
	place INTEGER, 
	active INTEGER NOT NULL, 
	done INTEGER NOT NULL, 
	completion BIGINT NOT NULL, 
	"before" INTEGER, 
	CONSTRAINT pk_ranking_row PRIMARY KEY (snapshot_id, position), 
	CONSTRAINT fk_ranking_row_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_ranking_row_snapshot_id FOREIGN KEY(snapshot_id) REFERENCES ranking_snapshot (id)
);
CREATE TABLE ranking_snapshot (
	id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	version INTEGER NOT NULL, 
	taken_at BIGINT NOT NULL, 
	taken_on DATE NOT NULL, 
	last_import BIGINT NOT NULL, 
	last_audit BIGINT NOT NULL, 
	as_of DATE, 
	mode VARCHAR(10) NOT NULL, 
	plan_version VARCHAR(64) NOT NULL, 
	completion_unit BIGINT NOT NULL, 
	CONSTRAINT pk_ranking_snapshot PRIMARY KEY (id)
);
CREATE TABLE recall (
	outbox_id INTEGER NOT NULL, 
	asked_at BIGINT NOT NULL, 
	leased_until BIGINT DEFAULT 0 NOT NULL, 
	tries INTEGER DEFAULT 0 NOT NULL, 
	next_try_at BIGINT DEFAULT 0 NOT NULL, 
	doubtful BOOLEAN DEFAULT false NOT NULL, 
	done_at BIGINT, 
	taken_back BOOLEAN DEFAULT false NOT NULL, 
	reason VARCHAR(60) DEFAULT '' NOT NULL, 
	why VARCHAR(300) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_recall PRIMARY KEY (outbox_id), 
	CONSTRAINT fk_recall_outbox_id FOREIGN KEY(outbox_id) REFERENCES outbox (id)
);
CREATE TABLE received_file (
	id INTEGER NOT NULL, 
	"key" VARCHAR(60) NOT NULL, 
	person_id INTEGER NOT NULL, 
	platform VARCHAR(10) NOT NULL, 
	door VARCHAR(30) NOT NULL, 
	folded VARCHAR(128) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	source TEXT NOT NULL, 
	kind VARCHAR(20) DEFAULT '' NOT NULL, 
	as_of DATE, 
	skip_bad BOOLEAN DEFAULT FALSE NOT NULL, 
	accept_drops BOOLEAN DEFAULT FALSE NOT NULL, 
	counts TEXT DEFAULT '' NOT NULL, 
	round INTEGER DEFAULT 1 NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	held_until BIGINT DEFAULT 0 NOT NULL, 
	tries INTEGER DEFAULT 0 NOT NULL, 
	received_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	content BLOB, force BOOLEAN DEFAULT FALSE NOT NULL, chosen TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_received_file PRIMARY KEY (id), 
	CONSTRAINT fk_received_file_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_received_file_key UNIQUE ("key")
);
CREATE TABLE reminded (
	person_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	"by" VARCHAR(160) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_reminded PRIMARY KEY (person_id, day), 
	CONSTRAINT fk_reminded_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE reminder_pause (
	person_id INTEGER NOT NULL, 
	until DATE NOT NULL, 
	asked_at BIGINT NOT NULL, 
	CONSTRAINT pk_reminder_pause PRIMARY KEY (person_id), 
	CONSTRAINT fk_reminder_pause_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE role (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	school_id INTEGER, 
	group_id INTEGER, 
	source VARCHAR(10) NOT NULL, 
	granted_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_role PRIMARY KEY (id), 
	CONSTRAINT ck_role_source CHECK (source IN ('roster', 'grant')), 
	CONSTRAINT fk_role_group_id FOREIGN KEY(group_id) REFERENCES teaching_group (id), 
	CONSTRAINT fk_role_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_role_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
INSERT INTO "role" VALUES(1,2,'leader',1,1,'roster',1716100000000,NULL);
CREATE TABLE school (
	id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	short_name VARCHAR(50) DEFAULT '' NOT NULL, 
	code VARCHAR(50) DEFAULT '' NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	parent VARCHAR(100) DEFAULT '' NOT NULL, 
	ranked BOOLEAN DEFAULT true NOT NULL, 
	CONSTRAINT pk_school PRIMARY KEY (id), 
	CONSTRAINT uq_school_name UNIQUE (name)
);
INSERT INTO "school" VALUES(1,'示例县第一小学','','','primary','',1);
CREATE TABLE standing (
	person_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	active BOOLEAN NOT NULL, 
	online_hours INTEGER, 
	online_as_of DATE, 
	practice_hours INTEGER NOT NULL, 
	chosen VARCHAR(80) DEFAULT '' NOT NULL, 
	certified VARCHAR(80) DEFAULT '' NOT NULL, 
	done BOOLEAN NOT NULL, 
	completion BIGINT NOT NULL, 
	next_step VARCHAR(20) NOT NULL, 
	rule_version VARCHAR(16) NOT NULL, evidence VARCHAR(120) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_standing PRIMARY KEY (person_id), 
	CONSTRAINT fk_standing_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_standing_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
INSERT INTO "standing" VALUES(1,1,1,2850,'2024-05-19',800,'A5','A5',0,4000,'points','old','');
CREATE TABLE summary_told (
	person_id INTEGER NOT NULL, 
	unit VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	figures JSON NOT NULL, 
	CONSTRAINT pk_summary_told PRIMARY KEY (person_id, unit), 
	CONSTRAINT fk_summary_told_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE teaching_group (
	id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	CONSTRAINT pk_teaching_group PRIMARY KEY (id), 
	CONSTRAINT fk_teaching_group_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_teaching_group_school_id_name UNIQUE (school_id, name)
);
INSERT INTO "teaching_group" VALUES(1,1,'语文组');
CREATE TABLE theme (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	set_by INTEGER NOT NULL, 
	set_at BIGINT NOT NULL, 
	CONSTRAINT pk_theme PRIMARY KEY (id), 
	CONSTRAINT fk_theme_group_id FOREIGN KEY(group_id) REFERENCES teaching_group (id), 
	CONSTRAINT fk_theme_set_by FOREIGN KEY(set_by) REFERENCES person (id)
);
CREATE TABLE tick (
	id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	duty VARCHAR(20) NOT NULL, 
	ticked_by INTEGER NOT NULL, 
	ticked_at BIGINT NOT NULL, 
	ended_by INTEGER, 
	ended_at BIGINT, 
	CONSTRAINT pk_tick PRIMARY KEY (id), 
	CONSTRAINT fk_tick_ended_by FOREIGN KEY(ended_by) REFERENCES person (id), 
	CONSTRAINT fk_tick_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_tick_ticked_by FOREIGN KEY(ticked_by) REFERENCES person (id)
);
CREATE INDEX ix_binding_attempt_platform_folded_at ON binding_attempt (platform, folded, at);
CREATE INDEX ix_inbox_platform_folded_received_at ON inbox (platform, folded, received_at);
CREATE INDEX ix_person_group_id ON person (group_id);
CREATE INDEX ix_person_school_id ON person (school_id);
CREATE INDEX ix_account_person_id ON account (person_id);
CREATE INDEX ix_audit_person_id ON audit (person_id);
CREATE INDEX ix_binding_code_person_id ON binding_code (person_id);
CREATE INDEX ix_certification_person_id ON certification (person_id);
CREATE UNIQUE INDEX uq_certification_active ON certification (person_id, code) WHERE ended_at IS NULL;
CREATE INDEX ix_choice_person_id ON choice (person_id);
CREATE UNIQUE INDEX uq_choice_active ON choice (person_id, code) WHERE ended_at IS NULL;
CREATE INDEX ix_filing_school_id ON filing (school_id);
CREATE INDEX ix_person_state_change_person_id ON person_state_change (person_id);
CREATE INDEX ix_practice_entry_person_id ON practice_entry (person_id);
CREATE INDEX ix_role_person_id ON role (person_id);
CREATE INDEX ix_standing_ranking ON standing (active, school_id, done, completion);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER practice_entry_no_update BEFORE UPDATE ON practice_entry
BEGIN SELECT RAISE(ABORT, 'practice_entry is append-only'); END;
CREATE TRIGGER practice_entry_no_delete BEFORE DELETE ON practice_entry
BEGIN SELECT RAISE(ABORT, 'practice_entry is append-only'); END;
CREATE INDEX ix_activity_group_id_day ON activity (group_id, day);
CREATE INDEX ix_appeal_person_id ON appeal (person_id);
CREATE INDEX ix_appeal_state ON appeal (state);
CREATE INDEX ix_evidence_person_id ON evidence (person_id);
CREATE INDEX ix_evidence_state_submitted_at ON evidence (state, submitted_at);
CREATE INDEX ix_evidence_decided_by_decided_at ON evidence (decided_by, decided_at);
CREATE UNIQUE INDEX uq_evidence_open ON evidence (person_id, code) WHERE state <> 'withdrawn';
CREATE INDEX ix_theme_group_id ON theme (group_id);
CREATE UNIQUE INDEX uq_tick_active ON tick (school_id, duty) WHERE ended_at IS NULL;
CREATE INDEX ix_evidence_event_number ON evidence_event (number);
CREATE INDEX ix_evidence_link_checked_at ON evidence_link (checked_at);
CREATE INDEX ix_evidence_link_fingerprint ON evidence_link (fingerprint);
CREATE INDEX ix_paper_author_id ON paper (author_id);
CREATE INDEX ix_paper_group_id ON paper (group_id);
CREATE INDEX ix_paper_school_id ON paper (school_id);
CREATE INDEX ix_role_school_id ON role (school_id);
CREATE INDEX ix_role_group_id ON role (group_id);
CREATE INDEX ix_role_role ON role (role);
CREATE TRIGGER evidence_version_no_update BEFORE UPDATE ON evidence_version
BEGIN SELECT RAISE(ABORT, 'evidence_version is append-only'); END;
CREATE TRIGGER evidence_version_no_delete BEFORE DELETE ON evidence_version
BEGIN SELECT RAISE(ABORT, 'evidence_version is append-only'); END;
CREATE TRIGGER evidence_event_no_update BEFORE UPDATE ON evidence_event
BEGIN SELECT RAISE(ABORT, 'evidence_event is append-only'); END;
CREATE TRIGGER evidence_event_no_delete BEFORE DELETE ON evidence_event
BEGIN SELECT RAISE(ABORT, 'evidence_event is append-only'); END;
CREATE TRIGGER frozen_standing_no_update BEFORE UPDATE ON frozen_standing
BEGIN SELECT RAISE(ABORT, 'frozen_standing is append-only'); END;
CREATE TRIGGER frozen_standing_no_delete BEFORE DELETE ON frozen_standing
BEGIN SELECT RAISE(ABORT, 'frozen_standing is append-only'); END;
CREATE UNIQUE INDEX uq_ranking_snapshot_day_version ON ranking_snapshot (day, version);
CREATE INDEX ix_chat_group_school_id ON chat_group (school_id);
CREATE INDEX ix_ranking_row_school_id ON ranking_row (school_id);
CREATE INDEX ix_outbox_person_id_done_at ON outbox (person_id, done_at);
CREATE INDEX ix_outbox_person_id_tried_at ON outbox (person_id, tried_at);
CREATE INDEX ix_outbox_group_id_done_at ON outbox (group_id, done_at, id);
CREATE INDEX ix_outbox_group_id_tried_at ON outbox (group_id, tried_at);
CREATE INDEX ix_outbox_next_try_at ON outbox (next_try_at, id) WHERE state = 'queued';
CREATE INDEX ix_outbox_on_its_way ON outbox (group_id, person_id) WHERE done_at IS NULL AND parcel IS NOT NULL;
CREATE INDEX ix_outbox_parcel ON outbox (parcel) WHERE done_at IS NULL AND parcel IS NOT NULL;
CREATE INDEX ix_outbox_expires_at ON outbox (expires_at) WHERE done_at IS NULL AND expires_at IS NOT NULL;
CREATE INDEX ix_announcement_corrects ON announcement (corrects);
CREATE INDEX ix_announcement_state ON announcement (state);
CREATE INDEX ix_recall_next_try_at ON recall (next_try_at) WHERE done_at IS NULL;
CREATE INDEX ix_outbox_announcement ON outbox (announcement, state) WHERE announcement IS NOT NULL;
CREATE INDEX ix_owed_reply_due ON owed_reply (door, due_at);
CREATE INDEX ix_received_file_person_id ON received_file (person_id);
CREATE INDEX ix_received_file_state ON received_file (state, held_until);
CREATE INDEX ix_entry_link_person_id ON entry_link (person_id);
CREATE INDEX ix_page_session_person_id ON page_session (person_id);
CREATE INDEX ix_person_initials ON person (initials);
CREATE INDEX ix_file_preview_import_id ON file_preview (import_id);
CREATE INDEX ix_outbox_undelivered ON outbox (id) WHERE state IN ('dead', 'failed', 'uncertain') AND dismissed_at IS NULL;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN OLD.at >= (strftime('%s', 'now') - 94694400) * 1000
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE INDEX ix_outbox_picture_id ON outbox (picture_id) WHERE picture_id IS NOT NULL;
COMMIT;
