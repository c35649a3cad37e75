// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
package import Hummingbird
import NIOCore

/// What a request carries besides itself.
package struct ServerContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let requestID: RequestID
    let connection: Connection

    package init(source: ApplicationRequestContextSource) {
        self.coreContext = CoreRequestContextStorage(source: source)
        self.requestID = RequestID.next()
        self.connection = Connection.current ?? Connection(caller: Connection.unknownCaller)
    }

    var caller: Caller {
        self.connection.caller
    }
}
