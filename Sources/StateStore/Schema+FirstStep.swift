// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

extension Schema {
    /// Times are milliseconds since 1970, hashes lower-case hex, JSON and paths blobs.
    static let firstStep = """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY NOT NULL,
            key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
            name TEXT,
            image TEXT NOT NULL,
            storage TEXT NOT NULL,
            limits BLOB NOT NULL,
            metadata BLOB NOT NULL,
            owner_uid INTEGER NOT NULL,
            state TEXT NOT NULL,
            incarnation INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            last_activity_at INTEGER NOT NULL,
            executions INTEGER NOT NULL DEFAULT 0,
            artifacts INTEGER NOT NULL DEFAULT 0,
            deleted_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX sessions_live_name ON sessions (name) WHERE deleted_at IS NULL AND name IS NOT NULL;
        CREATE INDEX sessions_live ON sessions (created_at, id) WHERE deleted_at IS NULL;

        CREATE TABLE executions (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            session_id TEXT NOT NULL,
            number INTEGER NOT NULL,
            incarnation INTEGER NOT NULL,
            nonce BLOB NOT NULL CHECK (length(nonce) = 16),
            state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'finished')),
            code_sha256 TEXT NOT NULL,
            code TEXT,
            timeout_ms INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            boot_id TEXT,
            started_boottime INTEGER,
            deadline_boottime INTEGER,
            finished_at INTEGER,
            status TEXT,
            result BLOB,
            idempotency TEXT,
            UNIQUE (session_id, number)
        ) STRICT;
        CREATE INDEX executions_open ON executions (session_id) WHERE state <> 'finished';
        CREATE UNIQUE INDEX executions_idempotency ON executions (idempotency) WHERE idempotency IS NOT NULL;

        CREATE TABLE artifacts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            session_id TEXT NOT NULL,
            execution_id TEXT NOT NULL,
            path BLOB NOT NULL,
            sha256 TEXT,
            size INTEGER NOT NULL,
            mime TEXT,
            state TEXT NOT NULL CHECK (state IN ('captured', 'stored', 'skipped')),
            reason TEXT,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX artifacts_session ON artifacts (session_id, id);
        CREATE INDEX artifacts_execution ON artifacts (execution_id, id);
        CREATE INDEX artifacts_content ON artifacts (sha256) WHERE sha256 IS NOT NULL;

        CREATE TABLE manifest (
            session_id TEXT NOT NULL,
            path BLOB NOT NULL,
            device INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            ctime_ns INTEGER NOT NULL,
            sha256 TEXT,
            PRIMARY KEY (session_id, path)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE outbox (
            sha256 TEXT PRIMARY KEY NOT NULL,
            size INTEGER NOT NULL,
            mime TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'uploading', 'stored', 'failed')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt_at INTEGER NOT NULL,
            last_error TEXT,
            spool_name TEXT NOT NULL
        ) STRICT;
        CREATE INDEX outbox_open ON outbox (state, next_attempt_at) WHERE state <> 'stored';

        CREATE TABLE idempotency (
            peer_uid INTEGER NOT NULL,
            key TEXT NOT NULL,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            body_sha256 TEXT NOT NULL,
            status INTEGER,
            headers BLOB,
            body BLOB,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (peer_uid, key)
        ) STRICT;
        CREATE INDEX idempotency_age ON idempotency (created_at);
        """
}
