// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import StateStore

// The store's types that the wire has names for as well. Its module is named like its class, so that they cannot be
// told apart by the module's name.
typealias StoredIdempotentRequest = IdempotentRequest
typealias StoredIdempotentAnswer = IdempotentAnswer
typealias StoredIdempotencyLookup = IdempotencyLookup
