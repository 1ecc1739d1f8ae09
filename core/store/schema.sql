-- The newest schema of a case file. docs/case-schema.md documents every table and view.
-- Times are UTC nanoseconds since 1970 (NULL: not known). Ids are dense from 0. Tables without an analyst's work in them are
-- rebuilt by an import (process, signal columns, counts); event rows are written once and never changed.

CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What was done to the case, append-only. kind: case, import_began, import_ended, edit. An import's two lines share `run`.
CREATE TABLE log(
    id INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, kind TEXT NOT NULL, run INTEGER, what TEXT NOT NULL);
CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- Numbers used in event.operation and their words; which operation plays which role in a chain.
CREATE TABLE operation(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE operation_role(
    operation INTEGER NOT NULL, role INTEGER NOT NULL, name TEXT NOT NULL, target_only INTEGER NOT NULL CHECK (target_only IN (0, 1)),
    PRIMARY KEY (operation, role)) WITHOUT ROWID;

CREATE TABLE host(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE source(
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, head_sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    importer TEXT NOT NULL, importer_version INTEGER NOT NULL, first_event INTEGER NOT NULL, event_count INTEGER NOT NULL,
    first_time_ns INTEGER, last_time_ns INTEGER, complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    raw_kept INTEGER NOT NULL CHECK (raw_kept IN (0, 1)), clock_offset_ns INTEGER NOT NULL, imported_ns INTEGER NOT NULL);
CREATE TABLE loss(
    id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, name TEXT NOT NULL, severity INTEGER NOT NULL, help TEXT NOT NULL,
    count INTEGER NOT NULL);
CREATE TABLE loss_place(
    id INTEGER PRIMARY KEY, loss_id INTEGER NOT NULL, record INTEGER NOT NULL, source_offset INTEGER NOT NULL,
    what TEXT NOT NULL, raw_block INTEGER, raw_offset INTEGER, raw_length INTEGER);
CREATE TABLE channel(
    id INTEGER PRIMARY KEY, host_id INTEGER NOT NULL, provider TEXT NOT NULL, channel TEXT NOT NULL,
    provider_id INTEGER NOT NULL, channel_name_id INTEGER NOT NULL);
CREATE TABLE channel_count(
    channel_id INTEGER NOT NULL, event_id INTEGER NOT NULL, operation INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (channel_id, event_id, operation)) WITHOUT ROWID;

-- Interned text, field names, and the layouts of event.detail (which fields, how held).
CREATE TABLE string(id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE field(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE layout(id INTEGER PRIMARY KEY, fields BLOB NOT NULL);

CREATE TABLE event(
    id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, record INTEGER NOT NULL, time_ns INTEGER, channel_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL, operation INTEGER NOT NULL, actor_ref INTEGER, target_ref INTEGER, value INTEGER NOT NULL,
    text_id INTEGER NOT NULL, flags INTEGER NOT NULL, detail BLOB NOT NULL);

-- Records verbatim: runs of the evidence. codec 0 stored, 1 zstd, 2 not kept (read again from the evidence at source_offset).
CREATE TABLE raw_block(
    id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, source_offset INTEGER NOT NULL, size INTEGER NOT NULL,
    codec INTEGER NOT NULL, xxh3 INTEGER NOT NULL, data BLOB);

-- Long texts (rendered messages, scripts), each once, side by side in zstd blocks: form 9 of event.detail.
CREATE TABLE text_block(
    id INTEGER PRIMARY KEY, size INTEGER NOT NULL, codec INTEGER NOT NULL, xxh3 INTEGER NOT NULL, data BLOB NOT NULL);

-- Processes as events name them, the lives they were resolved to, and the mapping.
CREATE TABLE process_reference(
    id INTEGER PRIMARY KEY, host_id INTEGER NOT NULL, guid TEXT, pid INTEGER, image_id INTEGER NOT NULL,
    later_image_id INTEGER NOT NULL, first_seen_ns INTEGER, last_seen_ns INTEGER, created_ns INTEGER, exited_ns INTEGER,
    command_line_id INTEGER NOT NULL, user_id INTEGER NOT NULL, integrity_id INTEGER NOT NULL, parent_ref INTEGER,
    create_event INTEGER, exit_event INTEGER);
CREATE TABLE process(
    id INTEGER PRIMARY KEY, host_id INTEGER NOT NULL, guid TEXT, pid INTEGER NOT NULL, image_id INTEGER NOT NULL,
    later_image_id INTEGER NOT NULL, command_line_id INTEGER NOT NULL, user_id INTEGER NOT NULL, integrity_id INTEGER NOT NULL,
    key_id INTEGER NOT NULL, parent_id INTEGER, start_ns INTEGER, end_ns INTEGER, first_seen_ns INTEGER, last_seen_ns INTEGER,
    create_event INTEGER, exit_event INTEGER, start_inferred INTEGER NOT NULL CHECK (start_inferred IN (0, 1)));
CREATE TABLE reference_life(reference_id INTEGER PRIMARY KEY, process_id INTEGER);

-- What the engine and the timeline load: columns in blocks of 65,536 rows (core/store/column_codec.h).
CREATE TABLE column_block(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, block INTEGER NOT NULL, rows INTEGER NOT NULL, data BLOB NOT NULL,
    UNIQUE (name, block));
CREATE TABLE operation_count(
    host_id INTEGER NOT NULL, operation INTEGER NOT NULL, count INTEGER NOT NULL, first_ns INTEGER, last_ns INTEGER,
    PRIMARY KEY (host_id, operation)) WITHOUT ROWID;
CREATE TABLE operation_gap(
    id INTEGER PRIMARY KEY, host_id INTEGER NOT NULL, operation INTEGER NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL);

-- The analyst's work.
CREATE TABLE verdict(
    chain TEXT PRIMARY KEY, verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 3), note TEXT NOT NULL, at_ns INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE suppression(
    id INTEGER PRIMARY KEY, source_glob TEXT NOT NULL, target_glob TEXT NOT NULL, reason TEXT NOT NULL, at_ns INTEGER NOT NULL,
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)));
CREATE TABLE profile(name TEXT PRIMARY KEY, at_ns INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE profile_value(
    profile TEXT NOT NULL REFERENCES profile(name) ON DELETE CASCADE, parameter TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (profile, parameter)) WITHOUT ROWID;
CREATE TABLE parameter(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE bookmark(event_id INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL);

-- Public views: the face of the case for the query console and `trocar-cli sql`.
CREATE VIEW v_process AS
SELECT p.id AS process, h.name AS host, p.pid AS pid, p.guid AS guid, image.text AS image, later.text AS later_image,
       line.text AS command_line, account.text AS user, integrity.text AS integrity, k.text AS key, p.parent_id AS parent,
       p.start_ns AS start_ns, p.end_ns AS end_ns, p.first_seen_ns AS first_seen_ns, p.last_seen_ns AS last_seen_ns,
       p.start_inferred AS start_inferred, p.create_event AS create_event, p.exit_event AS exit_event
FROM process p JOIN host h ON h.id = p.host_id
LEFT JOIN string image ON image.id = p.image_id LEFT JOIN string later ON later.id = p.later_image_id
LEFT JOIN string line ON line.id = p.command_line_id LEFT JOIN string account ON account.id = p.user_id
LEFT JOIN string integrity ON integrity.id = p.integrity_id LEFT JOIN string k ON k.id = p.key_id;

CREATE VIEW v_event AS
SELECT e.id AS event, s.path AS source_file, e.record AS record, e.time_ns AS time_ns,
       strftime('%Y-%m-%d %H:%M:%S', e.time_ns / 1000000000, 'unixepoch') || printf('.%03d', e.time_ns / 1000000 % 1000) AS time,
       h.name AS host, c.provider AS provider, c.channel AS channel, e.event_id AS event_id, o.name AS operation,
       actor.process_id AS source_process, actor_image.text AS source_image, actor_life.pid AS source_pid,
       target.process_id AS target_process, target_image.text AS target_image, target_life.pid AS target_pid,
       e.value AS value, t.text AS text, e.flags AS flags, e.detail AS detail
FROM event e JOIN source s ON s.id = e.source_id JOIN channel c ON c.id = e.channel_id JOIN host h ON h.id = c.host_id
LEFT JOIN operation o ON o.id = e.operation LEFT JOIN string t ON t.id = e.text_id
LEFT JOIN reference_life actor ON actor.reference_id = e.actor_ref
LEFT JOIN process actor_life ON actor_life.id = actor.process_id
LEFT JOIN string actor_image ON actor_image.id = actor_life.image_id
LEFT JOIN reference_life target ON target.reference_id = e.target_ref
LEFT JOIN process target_life ON target_life.id = target.process_id
LEFT JOIN string target_image ON target_image.id = target_life.image_id;

-- Every signal: an event that plays a role in a chain, with both lives named. source_process is NULL for roles seen only in the
-- target (load, tamper). Order ties by (time_ns, source_sha256, event).
CREATE VIEW v_chain_evidence AS
SELECT e.id AS event, e.time_ns AS time_ns, h.name AS host, r.name AS role, o.name AS operation,
       CASE r.target_only WHEN 1 THEN NULL ELSE source_life.id END AS source_process,
       CASE r.target_only WHEN 1 THEN NULL ELSE source_image.text END AS source_image,
       CASE r.target_only WHEN 1 THEN NULL ELSE source_life.pid END AS source_pid,
       target_life.id AS target_process, target_image.text AS target_image, target_life.pid AS target_pid,
       e.value AS value, CASE r.name WHEN 'access' THEN e.value END AS granted_access,
       CASE r.name WHEN 'execute' THEN e.value END AS start_address, t.text AS text, e.flags AS flags, e.record AS record,
       s.path AS source_file, s.sha256 AS source_sha256
FROM event e JOIN operation_role r ON r.operation = e.operation JOIN operation o ON o.id = e.operation
JOIN source s ON s.id = e.source_id JOIN channel c ON c.id = e.channel_id JOIN host h ON h.id = c.host_id
JOIN reference_life target ON target.reference_id = e.target_ref JOIN process target_life ON target_life.id = target.process_id
LEFT JOIN reference_life source ON source.reference_id = e.actor_ref
LEFT JOIN process source_life ON source_life.id = source.process_id
LEFT JOIN string source_image ON source_image.id = source_life.image_id
LEFT JOIN string target_image ON target_image.id = target_life.image_id LEFT JOIN string t ON t.id = e.text_id
WHERE e.time_ns IS NOT NULL AND (r.target_only = 1 OR (source_life.id IS NOT NULL AND source_life.id <> target_life.id));

CREATE VIEW v_loss AS
SELECT s.path AS source_file, l.name AS name, l.severity AS severity, l.count AS count, l.help AS help
FROM loss l JOIN source s ON s.id = l.source_id;

CREATE VIEW v_verdict AS
SELECT chain, CASE verdict WHEN 1 THEN 'true' WHEN 2 THEN 'false' WHEN 3 THEN 'benign' ELSE '' END AS verdict, note, at_ns
FROM verdict;
