// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// swift-format-ignore-file
// Made from docs/openapi.yaml by scripts/embed_openapi.py; edit that one.

/// The API description that `/openapi.json` answers.
package enum OpenAPIDocument {
    package static let json = #"""
{"openapi":"3.1.0","info":{"title":"Cloister","version":"1","license":{"name":"Apache-2.0","identifier":"Apache-2.0"},"description":"Runs Python in isolated, long-lived sessions. HTTP/1.1 over a Unix \#
socket: whoever may connect to the socket may use\nthe API; the kernel tells the daemon who it is.\n\nRequest bodies are JSON unless said otherwise, and are read strictly: unknown fields and query par\#
ameters are\nrefused. Answers may get new fields: ignore those you do not know. Every answer carries `X-Request-Id`. GET routes\nanswer HEAD too. Sizes are bytes, times RFC 3339 in UTC with millisecon\#
ds.\n\nA mutating request with an `Idempotency-Key` can be repeated safely for 24 hours: the same request (same user,\nmethod, path and body) gets the first answer again, another one `idempotency_conf\#
lict`. Only successes are kept.\n"},"servers":[{"url":"http://localhost","description":"The Unix socket, by default /run/cloister/api.sock; the host name is ignored."}],"tags":[{"name":"sessions","des\#
cription":"One sandbox with one Python interpreter, whose variables survive from one execution to the next."},{"name":"executions","description":"Pieces of code run in a session, one at a time."},{"na\#
me":"commands","description":"Programs run beside the interpreter, with its rights and limits."},{"name":"files","description":"The session's /workspace."},{"name":"artifacts","description":"Files tha\#
t appear below /workspace/artifacts, kept by their SHA-256."},{"name":"system","description":"Health and state of the daemon."}],"paths":{"/v1/sessions":{"post":{"operationId":"createSession","tags":[\#
"sessions"],"summary":"Create a session, or get the one that has this name.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":false,"content":{"application/js\#
on":{"schema":{"$ref":"#/components/schemas/CreateSession"},"example":{"name":"thread-42","limits":{"memory_bytes":1073741824}}}}},"responses":{"201":{"description":"A new session.","headers":{"X-Requ\#
est-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Session"}}}},"200":{"description":"The session that already has this name and t\#
he same settings.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Session"}}}},"400":{"$ref":"#/components/r\#
esponses/BadRequest"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"429":{"$ref":"#/components/resp\#
onses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/SessionFailed"},"503":{"$ref":"#/components/responses/Unavailable"}}},"get":{"operationId":"listS\#
essions","tags":["sessions"],"summary":"List the live sessions, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"},{"name":"name","in":"que\#
ry","description":"Only the session of this name.","schema":{"type":"string"}}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"cont\#
ent":{"application/json":{"schema":{"$ref":"#/components/schemas/SessionPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/c\#
omponents/responses/Unavailable"}}}},"/v1/sessions/{id}":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"getSession","tags":["sessions"],"summary":"One session.","re\#
sponses":{"200":{"description":"The session.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Session"}}}},"4\#
00":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}\#
,"delete":{"operationId":"deleteSession","tags":["sessions"],"summary":"End a session and delete its workspace. Artifacts stay.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"respo\#
nses":{"204":{"description":"It is gone.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses\#
/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Inte\#
rnal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"post":{"operationId":"execute","tags":["execu\#
tions"],"summary":"Run code.","description":"With `Accept: application/x-ndjson` the answer is the stream of events, ending with the result. Otherwise it is\nthe finished execution. A client that goes\#
 away ends neither: fetch the execution, or its events, later.\nA repeated request with the same `Idempotency-Key` waits for the first execution and answers it.\n","parameters":[{"$ref":"#/components/\#
parameters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execute"},"example":{"code":"x = 6\nx * 7","timeout_seconds":30}}}},"r\#
esponses":{"200":{"description":"The finished execution, or the stream of its events.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$r\#
ef":"#/components/schemas/Execution"}},"application/x-ndjson":{"schema":{"$ref":"#/components/schemas/EventLines"}}}},"202":{"description":"With `wait` false, the execution as it is now.","headers":{"\#
X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{\#
"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"429":{"$ref\#
":"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/SessionFailed"},"503":{"$ref":"#/components/responses/Unavailable"}}},"get":{\#
"operationId":"listExecutions","tags":["executions"],"summary":"List a session's executions, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Lim\#
it"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution\#
Page"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Una\#
vailable"}}}},"/v1/sessions/{id}/executions/{eid}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"get":{"operationId":"getExecution","tags\#
":["executions"],"summary":"One execution, finished or not.","responses":{"200":{"description":"The execution as it is.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":\#
{"application/json":{"schema":{"$ref":"#/components/schemas/Execution"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/componen\#
ts/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/events":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/compon\#
ents/parameters/ExecutionId"}],"get":{"operationId":"streamEvents","tags":["executions"],"summary":"The events after a number, past ones first, then live until the result.","parameters":[{"name":"afte\#
r","in":"query","description":"The `seq` of the last event that is known already.","schema":{"type":"integer","format":"int64","minimum":0,"default":0}}],"responses":{"200":{"description":"The stream.\#
 A connection that ends before the result event can be resumed with `after`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/x-ndjson":{"schema":{"$ref":"\#
#/components/schemas/EventLines"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":\#
"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/interrupt":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"pos\#
t":{"operationId":"interrupt","tags":["executions"],"summary":"Raise KeyboardInterrupt in the running code; a queued execution is withdrawn, a finished one left as it is.","parameters":[{"$ref":"#/com\#
ponents/parameters/IdempotencyKey"}],"responses":{"202":{"description":"The execution as it is now; it ends shortly.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"a\#
pplication/json":{"schema":{"$ref":"#/components/schemas/Execution"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/\#
responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/respo\#
nses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/output/{stream}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"},{"name":"stream","\#
in":"path","required":true,"schema":{"type":"string","enum":["stdout","stderr"]}}],"get":{"operationId":"getOutput","tags":["executions"],"summary":"The whole output of one stream, up to the configure\#
d cap.","parameters":[{"$ref":"#/components/parameters/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"400":{"$ref":"#/compone\#
nts/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/component\#
s/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/artifacts":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"get":{"operatio\#
nId":"listExecutionArtifacts","tags":["artifacts"],"summary":"List what one execution left in /workspace/artifacts.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/param\#
eters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/\#
ArtifactPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/respo\#
nses/Unavailable"}}}},"/v1/sessions/{id}/commands":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"post":{"operationId":"startCommand","tags":["commands"],"summary":"Run a program beside\#
 the session's interpreter.","description":"The program has the interpreter's rights, limits, files and environment, and none more; the interpreter knows\nnothing of it and may be busy meanwhile. It e\#
nds with the session's incarnation.\nWith `Accept: application/x-ndjson` the answer is the stream of events, ending with the result. Otherwise it is\nthe finished command. A client that goes away ends\#
 neither: fetch the command, or its events, later.\n","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#\#
/components/schemas/StartCommand"},"example":{"argv":["ls","-l"],"cwd":"/workspace","timeout_seconds":30}}}},"responses":{"200":{"description":"The finished command, or the stream of its events.","hea\#
ders":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Command"}},"application/x-ndjson":{"schema":{"$ref":"#/components\#
/schemas/CommandEventLines"}}}},"202":{"description":"With `wait` false, the command as it is once its program runs.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"a\#
pplication/json":{"schema":{"$ref":"#/components/schemas/Command"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/re\#
sponses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"429":{"$ref":"#/components/responses/TooMany"},"500":{"$ref":"#/components/response\#
s/Internal"},"502":{"$ref":"#/components/responses/SessionFailed"},"503":{"$ref":"#/components/responses/Unavailable"}}},"get":{"operationId":"listCommands","tags":["commands"],"summary":"List a sessi\#
on's commands, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":\#
{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/CommandPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/co\#
mponents/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/commands/{cid}":{"parameters":[{"$ref":"#/compo\#
nents/parameters/SessionId"},{"$ref":"#/components/parameters/CommandId"}],"get":{"operationId":"getCommand","tags":["commands"],"summary":"One command, finished or not.","responses":{"200":{"descript\#
ion":"The command as it is.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Command"}}}},"400":{"$ref":"#/co\#
mponents/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{\#
id}/commands/{cid}/events":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/CommandId"}],"get":{"operationId":"streamCommandEvents","tags":["commands"],"sum\#
mary":"The events after a number, past ones first, then live until the result.","parameters":[{"name":"after","in":"query","description":"The `seq` of the last event that is known already.","schema":{\#
"type":"integer","format":"int64","minimum":0,"default":0}}],"responses":{"200":{"description":"The stream. A connection that ends before the result event can be resumed with `after`.","headers":{"X-R\#
equest-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/x-ndjson":{"schema":{"$ref":"#/components/schemas/CommandEventLines"}}}},"400":{"$ref":"#/components/responses/BadRequest"\#
},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/commands/{cid}/signal":{"p\#
arameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/CommandId"}],"post":{"operationId":"signalCommand","tags":["commands"],"summary":"Send a signal to a command t\#
hat runs.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SignalCommand"},"exampl\#
e":{"signal":"SIGINT"}}}},"responses":{"202":{"description":"The command as it is now.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$\#
ref":"#/components/schemas/Command"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$re\#
f":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"429":{"$ref":"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/\#
components/responses/Unavailable"}}}},"/v1/sessions/{id}/commands/{cid}/stdin":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/CommandId"}],"post":{"operat\#
ionId":"writeCommandInput","tags":["commands"],"summary":"Send more to a command's standard input, or its end.","description":"Answered once the kernel has all of it for the command: a command that do\#
es not read makes the request wait. Send\nthe next part after the answer to the one before.\n","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"content"\#
:{"application/json":{"schema":{"$ref":"#/components/schemas/CommandInput"},"example":{"text":"yes\n","eof":true}}}},"responses":{"202":{"description":"The command as it is now.","headers":{"X-Request\#
-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Command"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/c\#
omponents/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/compon\#
ents/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/commands/{cid}/output/{stream}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":\#
"#/components/parameters/CommandId"},{"name":"stream","in":"path","required":true,"schema":{"type":"string","enum":["stdout","stderr"]}}],"get":{"operationId":"getCommandOutput","tags":["commands"],"s\#
ummary":"The whole output of one stream, up to the configured cap.","parameters":[{"$ref":"#/components/parameters/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/\#
components/responses/PartialBytes"},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"\#
#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/files":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"li\#
stFiles","tags":["files"],"summary":"List a directory of the workspace.","parameters":[{"name":"path","in":"query","description":"The directory, relative to /workspace; absent or empty for /workspace \#
itself.","schema":{"type":"string"}},{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref"\#
:"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/FilePage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/r\#
esponses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/files/{p\#
ath}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"name":"path","in":"path","required":true,"description":"Relative to /workspace, percent-encoded; slashes between directories may sta\#
nd as they are. No `.`, `..`,\nempty components and NUL; at most 4095 bytes, 255 a component.\n","schema":{"type":"string","minLength":1,"maxLength":4095},"example":"data/input.csv"}],"get":{"operatio\#
nId":"downloadFile","tags":["files"],"summary":"The bytes of a file.","parameters":[{"$ref":"#/components/parameters/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"\#
#/components/responses/PartialBytes"},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"416":{"$ref"\#
:"#/components/responses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}},"put":{"operationId":"uploadFile","tags":["files"],"summary":\#
"Write a file; makes its directories, replaces it atomically.","description":"The body is the file's bytes as they are, of any length, and flows straight into the file. For a repeated\nrequest with th\#
e same `Idempotency-Key`, the announced length stands for the body.\n","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/octet-str\#
eam":{"schema":{"type":"string","format":"binary"}}}},"responses":{"201":{"description":"A new file.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json"\#
:{"schema":{"$ref":"#/components/schemas/FileEntry"}}}},"200":{"description":"The file was replaced.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json"\#
:{"schema":{"$ref":"#/components/schemas/FileEntry"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Confli\#
ct"},"413":{"$ref":"#/components/responses/TooLarge"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"},"507":{"$ref":"#/components/responses/Workspa\#
ceFull"}}},"delete":{"operationId":"deleteFile","tags":["files"],"summary":"Delete a file, or an empty directory.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"responses":{"204":{\#
"description":"It is gone.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"4\#
09":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{\#
"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/artifacts":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"listSessionArtifacts","tags":["artifact\#
s"],"summary":"List what a session's executions left in /workspace/artifacts, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"response\#
s":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ArtifactPage"}}}},"400":\#
{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/\#
v1/artifacts/{sha256}":{"parameters":[{"name":"sha256","in":"path","required":true,"schema":{"type":"string","pattern":"^[0-9a-f]{64}$"}}],"get":{"operationId":"downloadArtifact","tags":["artifacts"],\#
"summary":"The bytes of an artifact, always as an attachment.","parameters":[{"$ref":"#/components/parameters/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/compo\#
nents/responses/PartialBytes"},"302":{"description":"The object store serves the bytes itself.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"Location":{"description":"A presign\#
ed URL.","required":true,"schema":{"type":"string"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"416":{"$ref":"#/components/responses/BadRang\#
e"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/status":{"get":{"operationId":"getStatus","tags":["system"],"summary":"The whole system\#
 at a glance.","responses":{"200":{"description":"The status.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schema\#
s/Status"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/health/live":{"get":{"operati\#
onId":"isLive","tags":["system"],"summary":"Answers while the process runs.","responses":{"200":{"description":"It runs.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content"\#
:{"application/json":{"schema":{"$ref":"#/components/schemas/Liveness"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},"/health/ready":{"get"\#
:{"operationId":"isReady","tags":["system"],"summary":"Whether the daemon takes work.","responses":{"200":{"description":"It does.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}\#
,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"}}}},"503":{"description":"It does not; `problems` says why.","headers":{"X-Request-Id":{"$ref":"#/components/headers/R\#
equestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},\#
"/metrics":{"get":{"operationId":"getMetrics","tags":["system"],"summary":"Counters for Prometheus.","description":"Text exposition format 0.0.4. Creations of sessions by path and phase, what is kept \#
in advance, the daemon's own resources. Names begin with `cloister_`; they are added, never renamed.","responses":{"200":{"description":"The counters.","headers":{"X-Request-Id":{"$ref":"#/components/\#
headers/RequestId"}},"content":{"text/plain":{"schema":{"type":"string"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},"/openapi.json":{"get\#
":{"operationId":"getDocument","tags":["system"],"summary":"This document.","responses":{"200":{"description":"The document as JSON.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"\#
}},"content":{"application/json":{"schema":{"type":"object"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}}},"components":{"parameters":{"Ses\#
sionId":{"name":"id","in":"path","required":true,"schema":{"$ref":"#/components/schemas/SessionId"}},"ExecutionId":{"name":"eid","in":"path","required":true,"schema":{"$ref":"#/components/schemas/Exec\#
utionId"}},"CommandId":{"name":"cid","in":"path","required":true,"schema":{"$ref":"#/components/schemas/CommandId"}},"Cursor":{"name":"cursor","in":"query","description":"The `next_cursor` of the page\#
 before.","schema":{"type":"string","minLength":1,"maxLength":512}},"Limit":{"name":"limit","in":"query","description":"How many entries at most.","schema":{"type":"integer","minimum":1,"maximum":500,\#
"default":100}},"IdempotencyKey":{"name":"Idempotency-Key","in":"header","description":"1 to 128 visible ASCII characters, fresh for each new request.","schema":{"type":"string","minLength":1,"maxLeng\#
th":128,"pattern":"^[!-~]{1,128}$"}},"Range":{"name":"Range","in":"header","description":"One range of bytes, such as `bytes=0-1023`, `bytes=1024-` or `bytes=-500`; others are ignored.","schema":{"typ\#
e":"string"}}},"headers":{"RequestId":{"description":"Names this request in the daemon's log.","required":true,"schema":{"type":"string","pattern":"^[0-9a-f]{16}$"}}},"responses":{"Bytes":{"descriptio\#
n":"The bytes.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"Content-Disposition":{"description":"Always an attachment.","required":true,"schema":{"type":"string"}},"X-Content-\#
Type-Options":{"required":true,"schema":{"type":"string","const":"nosniff"}},"Accept-Ranges":{"required":true,"schema":{"type":"string","const":"bytes"}}},"content":{"*/*":{"schema":{"type":"string","\#
format":"binary"}}}},"PartialBytes":{"description":"The range that was asked for.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"Content-Disposition":{"description":"Always an a\#
ttachment.","required":true,"schema":{"type":"string"}},"X-Content-Type-Options":{"required":true,"schema":{"type":"string","const":"nosniff"}},"Accept-Ranges":{"required":true,"schema":{"type":"strin\#
g","const":"bytes"}},"Content-Range":{"required":true,"schema":{"type":"string"}}},"content":{"*/*":{"schema":{"type":"string","format":"binary"}}}},"BadRequest":{"description":"`invalid_request` or `\#
unknown_field`: the request breaks a rule of this document.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/\#
Error"}}}},"NotFound":{"description":"`not_found`, `session_not_found`, `execution_not_found`, `command_not_found`, `file_not_found` or `artifact_not_found`.","headers":{"X-Request-Id":{"$ref":"#/comp\#
onents/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"Conflict":{"description":"`conflict`, `name_in_use_with_other_settings`, `session_busy` or\#
 `idempotency_conflict`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"TooLarge":{"description\#
":"`payload_too_large`: JSON bodies may have 16 MiB, code 8 MiB.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/sch\#
emas/Error"}}}},"NotJSON":{"description":"`unsupported_media_type`: the body is not declared as application/json.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"appl\#
ication/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"BadRange":{"description":"`range_not_satisfiable`: the range lies outside the bytes there are.","headers":{"X-Request-Id":{"$ref":"#/c\#
omponents/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"TooMany":{"description":"`too_many_sessions` or `too_many_commands`: as many as may are\#
 there.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"SessionFailed":{"description":"`session_\#
failed`: the session's processes could not be started.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error\#
"}}}},"Unavailable":{"description":"`capacity`, `spawner_unavailable` or `stopping`: try again later.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json\#
":{"schema":{"$ref":"#/components/schemas/Error"}}}},"WorkspaceFull":{"description":"`workspace_full`: the workspace's quota has no room for the file.","headers":{"X-Request-Id":{"$ref":"#/components/\#
headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"Internal":{"description":"`internal`: a defect; the daemon's log has the details under the reques\#
t id.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}}},"schemas":{"SessionId":{"type":"string","p\#
attern":"^ses_[a-z0-9]{1,16}_[a-z2-7]{26}$"},"ExecutionId":{"type":"string","pattern":"^exe_[a-z0-9]{1,16}_[a-z2-7]{26}$"},"CommandId":{"type":"string","pattern":"^cmd_[a-z0-9]{1,16}_[a-z2-7]{26}$"},"\#
Time":{"type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"},"NextCursor":{"description":"Where the next page begins; null on the last page.","type":["string\#
","null"]},"Error":{"type":"object","additionalProperties":false,"required":["error"],"properties":{"error":{"type":"object","additionalProperties":false,"required":["code","message","remedy","request\#
_id","details"],"properties":{"code":{"$ref":"#/components/schemas/ErrorCode"},"message":{"type":"string","description":"What happened."},"remedy":{"type":"string","description":"What to do about it."\#
},"request_id":{"type":"string"},"details":{"type":["object","null"],"description":"Facts for programs."}}}}},"ErrorCode":{"type":"string","enum":["invalid_request","unknown_field","not_found","sessio\#
n_not_found","execution_not_found","command_not_found","file_not_found","artifact_not_found","method_not_allowed","conflict","name_in_use_with_other_settings","session_busy","too_many_commands","idemp\#
otency_conflict","payload_too_large","unsupported_media_type","range_not_satisfiable","too_many_sessions","session_failed","capacity","spawner_unavailable","stopping","workspace_full","internal"]},"Cr\#
eateSession":{"type":"object","additionalProperties":false,"properties":{"name":{"description":"The caller's own name for it, unique among live sessions; a chat thread's id, for instance.","type":["st\#
ring","null"],"pattern":"^[!-~]{1,128}$"},"image":{"description":"Name of an image; absent for the configured default.","type":["string","null"],"pattern":"^[a-z0-9][a-z0-9._-]{0,63}$"},"storage":{"de\#
scription":"Where the workspace lies; absent for the configured default.","type":["string","null"],"enum":["pool","tmpfs",null]},"limits":{"anyOf":[{"$ref":"#/components/schemas/RequestedLimits"},{"ty\#
pe":"null"}]},"metadata":{"description":"Kept and given back, never read.","type":["object","null"],"maxProperties":32,"propertyNames":{"type":"string","pattern":"^[!-~]{1,64}$"},"additionalProperties\#
":{"type":"string","maxLength":1024,"description":"At most 1024 bytes of UTF-8."}},"checkpoint":{"description":"Whether copies of the interpreter are kept to go on from after a loss. `auto`: after exe\#
cutions, when it is safe\nand cheap. `always`: after every execution.\n","type":["string","null"],"enum":["auto","off","always",null],"default":"auto"}}},"RequestedLimits":{"type":"object","additional\#
Properties":false,"description":"Absent ones take the configured default; the configured ceilings hold.","properties":{"memory_bytes":{"type":["integer","null"],"format":"int64","minimum":1},"cpus":{"\#
type":["number","null"],"exclusiveMinimum":0},"pids":{"type":["integer","null"],"format":"int64","minimum":1},"workspace_bytes":{"type":["integer","null"],"format":"int64","minimum":1},"tmp_bytes":{"t\#
ype":["integer","null"],"format":"int64","minimum":1}}},"Session":{"type":"object","additionalProperties":false,"required":["id","name","image","state","incarnation","storage","created_at","last_activ\#
ity_at","owner_uid","limits","usage","executions","artifacts","metadata","checkpoint","creation"],"properties":{"id":{"$ref":"#/components/schemas/SessionId"},"name":{"type":["string","null"]},"image"\#
:{"type":"string"},"state":{"type":"string","enum":["starting","ready","running","restarting","failed","deleting"]},"incarnation":{"type":"integer","minimum":0,"description":"Counts the lives of the p\#
rocess tree. A higher number than before means that variables are lost or rolled back."},"storage":{"type":"string","enum":["pool","tmpfs"]},"created_at":{"$ref":"#/components/schemas/Time"},"last_act\#
ivity_at":{"$ref":"#/components/schemas/Time"},"owner_uid":{"type":"integer","minimum":0,"description":"The uid of the peer that created the session."},"limits":{"$ref":"#/components/schemas/Limits"},\#
"usage":{"anyOf":[{"$ref":"#/components/schemas/Usage"},{"type":"null"}]},"executions":{"type":"integer","minimum":0,"description":"Executions so far."},"artifacts":{"type":"integer","minimum":0,"desc\#
ription":"Artifacts captured so far."},"metadata":{"type":"object","additionalProperties":{"type":"string"}},"checkpoint":{"type":"string","enum":["auto","off","always"]},"creation":{"anyOf":[{"$ref":\#
"#/components/schemas/Creation"},{"type":"null"}]}}},"Limits":{"type":"object","additionalProperties":false,"required":["memory_bytes","cpus","pids","workspace_bytes","tmp_bytes"],"properties":{"memor\#
y_bytes":{"type":"integer","format":"int64","minimum":0},"cpus":{"type":"number","minimum":0},"pids":{"type":"integer","minimum":0},"workspace_bytes":{"type":"integer","format":"int64","minimum":0},"t\#
mp_bytes":{"type":"integer","format":"int64","minimum":0}}},"Usage":{"type":"object","additionalProperties":false,"description":"What the kernel says the session uses now.","required":["memory_bytes",\#
"memory_peak_bytes","cpu_seconds","pids","workspace_bytes"],"properties":{"memory_bytes":{"type":"integer","format":"int64","minimum":0},"memory_peak_bytes":{"type":"integer","format":"int64","minimum\#
":0},"cpu_seconds":{"type":"number","minimum":0},"pids":{"type":"integer","minimum":0},"workspace_bytes":{"type":["integer","null"],"format":"int64","minimum":0}}},"Creation":{"type":"object","additio\#
nalProperties":false,"required":["path","holder","milliseconds","phases"],"properties":{"path":{"type":"string","enum":["ready","zygote","exec"],"description":"`ready`: it had been started before it w\#
as asked for. `zygote`: a fork of an interpreter that has its imports done. `exec`: a fresh interpreter."},"holder":{"type":"string","enum":["pooled","fresh"],"description":"Whether its namespaces had\#
 been made before they were asked for."},"milliseconds":{"type":"number","minimum":0,"description":"For `ready`: of the hand-out."},"phases":{"type":"object","additionalProperties":{"type":"number"},"\#
description":"Milliseconds by phase."}}},"SessionPage":{"type":"object","additionalProperties":false,"required":["sessions","next_cursor"],"properties":{"sessions":{"type":"array","items":{"$ref":"#/c\#
omponents/schemas/Session"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"Execute":{"type":"object","additionalProperties":false,"required":["code"],"properties":{"code":{"type":"string\#
","description":"Python source, at most 8 MiB. The value of a last expression is returned."},"timeout_seconds":{"description":"After this comes what `on_timeout` says.","type":["number","null"],"exclu\#
siveMinimum":0,"maximum":86400,"default":120},"on_timeout":{"description":"`interrupt`: the code is interrupted, and killed when that does not help. `kill`: it is killed at once. `detach`: it\ngoes on\#
 under its id, and whoever waits gets it as it is.\n","type":["string","null"],"enum":["interrupt","kill","detach",null],"default":"interrupt"},"stdin":{"description":"What `input()` and descriptor 0 \#
read, at most 4 MiB of UTF-8; without it there is no standard input.","type":["string","null"]},"queue":{"description":"Whether to wait for one's turn or be refused with `session_busy` when something \#
else runs.","type":["string","null"],"enum":["wait","refuse",null],"default":"wait"},"wait":{"description":"False answers 202 at once.","type":["boolean","null"],"default":true}}},"Execution":{"type":\#
"object","additionalProperties":false,"required":["id","session_id","number","state","incarnation","code_sha256","timeout_seconds","on_timeout","created_at","started_at","finished_at","status","value"\#
,"value_metadata","displays","error","exit_code","stdout","stderr","verdict","checkpoint","artifacts"],"properties":{"id":{"$ref":"#/components/schemas/ExecutionId"},"session_id":{"$ref":"#/components\#
/schemas/SessionId"},"number":{"type":"integer","minimum":1,"description":"1 for the session's first."},"state":{"type":"string","enum":["queued","running","finished"]},"incarnation":{"type":"integer"\#
,"minimum":0,"description":"The incarnation it runs in."},"code_sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"timeout_seconds":{"type":"number","exclusiveMinimum":0},"on_timeout":{"type":"stri\#
ng","enum":["interrupt","kill","detach"]},"created_at":{"$ref":"#/components/schemas/Time"},"started_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},"finished_at":{"anyOf":[{"$ref\#
":"#/components/schemas/Time"},{"type":"null"}]},"status":{"description":"How it ended; null until it has.","type":["string","null"],"enum":["ok","error","interrupted","timeout","exit","lost",null]},"\#
value":{"description":"MIME type to text of the last expression's value; binary types in base64, JSON types as JSON text.","type":["object","null"],"additionalProperties":{"type":"string"}},"value_met\#
adata":{"type":["object","null"],"description":"What the value's MIME bundle says about itself."},"displays":{"type":"array","items":{"$ref":"#/components/schemas/Display"},"description":"In the order\#
 in which they were shown."},"error":{"anyOf":[{"$ref":"#/components/schemas/ExecutionError"},{"type":"null"}]},"exit_code":{"type":["integer","null"],"description":"What sys.exit was called with."},"\#
stdout":{"$ref":"#/components/schemas/Output"},"stderr":{"$ref":"#/components/schemas/Output"},"verdict":{"anyOf":[{"$ref":"#/components/schemas/Verdict"},{"type":"null"}]},"checkpoint":{"anyOf":[{"$r\#
ef":"#/components/schemas/Checkpoint"},{"type":"null"}]},"artifacts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact"}}}},"ExecutionError":{"type":"object","additionalProperties":false,\#
"description":"The exception, as the interpreter claims it.","required":["type","message","traceback","frames"],"properties":{"type":{"type":"string"},"message":{"type":"string"},"traceback":{"type":"\#
string"},"frames":{"description":"Outermost first; of a deep stack the first and the last.","type":"array","items":{"type":"object","additionalProperties":false,"required":["file","line","function","s\#
ource"],"properties":{"file":{"type":"string","description":"A path, or `<execution N>` for code of the session's N-th execution."},"line":{"type":"integer","minimum":0},"function":{"type":"string"},"\#
source":{"type":"string","description":"The line's text; empty where it is not known."}}}}}},"Checkpoint":{"type":"object","additionalProperties":false,"description":"What there was to go back to when\#
 the execution began.","required":["taken","execution_id","reason"],"properties":{"taken":{"type":"boolean","description":"Whether there was a copy of the interpreter."},"execution_id":{"description":\#
"The last execution whose effects it holds.","anyOf":[{"$ref":"#/components/schemas/ExecutionId"},{"type":"null"}]},"reason":{"description":"Why there was none, or none of the last execution. `nothing\#
_to_keep`: nothing had run in this incarnation.\n`memory`: the session used more than half of its memory. `rate`: executions followed each other fast. `threads`,\n`sockets`, `devices`: a copy would la\#
ck or share them. `failed`: it could not be made, or was ended.\n","type":["string","null"],"enum":["off","nothing_to_keep","memory","rate","threads","sockets","devices","failed",null]}}},"Display":{"\#
type":"object","additionalProperties":false,"description":"Something shown beside the text, as Jupyter's display_data, update_display_data and clear_output.","required":["kind","data","metadata","disp\#
lay_id","wait","stdout_offset","stderr_offset"],"properties":{"kind":{"type":"string","enum":["show","update","clear"]},"data":{"description":"MIME type to text; binary types in base64, JSON types as \#
JSON text.","type":"object","additionalProperties":{"type":"string"}},"metadata":{"type":"object"},"display_id":{"type":["string","null"]},"wait":{"type":"boolean","description":"Clearing waits until \#
something else comes."},"stdout_offset":{"type":"integer","format":"int64","minimum":0,"description":"Bytes of the stream that had been written before."},"stderr_offset":{"type":"integer","format":"in\#
t64","minimum":0}}},"Output":{"type":"object","additionalProperties":false,"description":"Head and tail of one output stream.","required":["text","bytes","truncated","encoding"],"properties":{"text":{\#
"type":"string"},"bytes":{"type":"integer","format":"int64","minimum":0,"description":"Bytes written in all."},"truncated":{"type":"integer","format":"int64","minimum":0,"description":"Bytes left out \#
in the middle."},"encoding":{"type":"string","enum":["utf-8","base64"]}}},"Verdict":{"type":"object","additionalProperties":false,"description":"What became of the session's variables, and why. `prese\#
rved`: they are as the code left them. `rolled_back`:\nthey are as before the execution, or as after the execution that `checkpoint` names. `lost`: the interpreter is a new\none. The workspace is kept\#
 in any case.\nNumbers are observed from outside the sandbox.\n","required":["state","cause","limit","peak_memory_bytes","cpu_seconds","wall_seconds","incarnation","exit"],"properties":{"state":{"type\#
":"string","enum":["preserved","rolled_back","lost"]},"cause":{"type":"string","enum":["ok","error","interrupted","timeout","oom","crashed","exited","pids","disk_full","output_limit","protocol_error",\#
"killed","host_restart"]},"limit":{"anyOf":[{"$ref":"#/components/schemas/LimitHit"},{"type":"null"}]},"peak_memory_bytes":{"type":["integer","null"],"format":"int64","minimum":0},"cpu_seconds":{"type\#
":"number","minimum":0},"wall_seconds":{"type":"number","minimum":0},"incarnation":{"type":"integer","minimum":0,"description":"The incarnation that answers from now on."},"exit":{"anyOf":[{"$ref":"#/\#
components/schemas/Exit"},{"type":"null"}]}}},"LimitHit":{"type":"object","additionalProperties":false,"required":["name","value"],"properties":{"name":{"type":"string"},"value":{"type":"number"}}},"E\#
xit":{"type":"object","additionalProperties":false,"description":"How the interpreter's process ended.","required":["code","signal"],"properties":{"code":{"type":["integer","null"]},"signal":{"type":[\#
"integer","null"]}}},"ExecutionPage":{"type":"object","additionalProperties":false,"required":["executions","next_cursor"],"properties":{"executions":{"type":"array","items":{"$ref":"#/components/sche\#
mas/Execution"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"StartCommand":{"type":"object","additionalProperties":false,"description":"Either `argv` or `command`. Together with `cwd` \#
and `env` at most 1 MiB and 4096 strings, none with a NUL.","oneOf":[{"required":["argv"],"properties":{"argv":{"type":"array"},"command":{"type":"null"}}},{"required":["command"],"properties":{"comma\#
nd":{"type":"string"},"argv":{"type":"null"}}}],"properties":{"argv":{"description":"The program and its arguments. A program without a slash is looked for in PATH.","type":["array","null"],"minItems"\#
:1,"items":{"type":"string"}},"command":{"type":["string","null"],"description":"A line for the shell: `/bin/sh -c` and this."},"cwd":{"type":["string","null"],"minLength":1,"description":"Absolute, o\#
r below /workspace.","default":"/workspace"},"env":{"description":"Variables added to those of the interpreter; names are not empty and have no `=`.","type":["object","null"],"additionalProperties":{"\#
type":"string"}},"stdin":{"type":["string","null"],"description":"What standard input begins with; at most 4 MiB."},"stdin_open":{"description":"Whether standard input goes on after that, with what is\#
 sent to `…/stdin`. Otherwise it ends there.","type":["boolean","null"],"default":false},"timeout_seconds":{"description":"After that the command's process group gets SIGTERM and, when the daemon's gr\#
ace is over, SIGKILL. Without it: as\nfor executions if the request waits, else as long as the session's incarnation.\n","type":["number","null"],"exclusiveMinimum":0,"maximum":86400},"wait":{"type":[\#
"boolean","null"],"default":true,"description":"False answers once the program runs."}}},"SignalCommand":{"type":"object","additionalProperties":false,"required":["signal"],"properties":{"signal":{"$r\#
ef":"#/components/schemas/CommandSignal"},"group":{"description":"Also for what the command has started, unless that made a process group of its own.","type":["boolean","null"],"default":true}}},"Comm\#
andSignal":{"type":"string","enum":["SIGHUP","SIGINT","SIGQUIT","SIGKILL","SIGUSR1","SIGUSR2","SIGTERM","SIGCONT","SIGSTOP","SIGTSTP","SIGWINCH"]},"CommandInput":{"type":"object","additionalProperties\#
":false,"description":"At most 4 MiB, as `text` or as `base64`.","properties":{"text":{"type":["string","null"]},"base64":{"type":["string","null"],"contentEncoding":"base64"},"eof":{"type":["boolean"\#
,"null"],"default":false,"description":"Standard input ends here."}}},"Command":{"type":"object","additionalProperties":false,"required":["id","session_id","number","state","incarnation","argv","cwd",\#
"timeout_seconds","created_at","started_at","finished_at","status","exit_code","signal","out_of_memory","error","stdout","stderr"],"properties":{"id":{"$ref":"#/components/schemas/CommandId"},"session\#
_id":{"$ref":"#/components/schemas/SessionId"},"number":{"type":"integer","minimum":1,"description":"1 for the session's first."},"state":{"type":"string","enum":["running","finished"]},"incarnation":\#
{"type":"integer","minimum":0,"description":"The incarnation it runs in","and with which it ends.":null},"argv":{"type":"array","items":{"type":"string"},"description":"The first 8 KiB of it."},"cwd":\#
{"type":"string"},"timeout_seconds":{"type":["number","null"],"exclusiveMinimum":0},"created_at":{"$ref":"#/components/schemas/Time"},"started_at":{"description":"When the program was executed; null w\#
hen it was not.","anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},"finished_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},"status":{"description":"How it ended; n\#
ull until it has. `timeout`: after its time, `exit_code` or `signal` tell how. `failed`: the program\ncould not be executed. `lost`: it ended with its incarnation, or nobody can say how.\n","type":["s\#
tring","null"],"enum":["exited","signaled","timeout","failed","lost",null]},"exit_code":{"type":["integer","null"],"minimum":0,"maximum":255,"description":"127 or 126 where `status` is failed."},"sign\#
al":{"type":["string","null"],"description":"The signal that ended it, as SIGKILL."},"out_of_memory":{"type":"boolean","description":"It was killed, and the kernel had no memory left for the session."\#
},"error":{"anyOf":[{"$ref":"#/components/schemas/CommandError"},{"type":"null"}]},"stdout":{"$ref":"#/components/schemas/Output"},"stderr":{"$ref":"#/components/schemas/Output"}}},"CommandError":{"ty\#
pe":"object","additionalProperties":false,"description":"Why the program could not be executed.","required":["errno","message"],"properties":{"errno":{"type":"string","description":"The kernel's name \#
for it, as ENOENT."},"message":{"type":"string"}}},"CommandPage":{"type":"object","additionalProperties":false,"required":["commands","next_cursor"],"properties":{"commands":{"type":"array","items":{"\#
$ref":"#/components/schemas/Command"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"CommandEventLines":{"type":"string","description":"One event a line, each a JSON object as the schema\#
 `CommandEvent` describes it, with `seq` from 1 without gaps. The\nlast one is the `result`. A program that could not be executed has one line before it, `started`.\n"},"CommandEvent":{"oneOf":[{"type\#
":"object","additionalProperties":false,"required":["seq","type","command_id","session_id"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"started\#
"},"command_id":{"$ref":"#/components/schemas/CommandId"},"session_id":{"$ref":"#/components/schemas/SessionId"}}},{"type":"object","additionalProperties":false,"description":"Output; `offset` is the \#
position of its first byte in the stream.","required":["seq","type","offset","text"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","enum":["stdout","stder\#
r"]},"offset":{"type":"integer","format":"int64","minimum":0},"text":{"type":"string"}}},{"type":"object","additionalProperties":false,"description":"Output that is not UTF-8.","required":["seq","type\#
","offset","base64"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","enum":["stdout","stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},"b\#
ase64":{"type":"string","contentEncoding":"base64"}}},{"type":"object","additionalProperties":false,"required":["seq","type","command"],"properties":{"seq":{"type":"integer","format":"int64","minimum"\#
:1},"type":{"type":"string","const":"result"},"command":{"$ref":"#/components/schemas/Command"}}}]},"EventLines":{"type":"string","description":"One event a line, each a JSON object as the schema `Eve\#
nt` describes it, with `seq` from 1 without gaps. The\nlast one is the `result`.\n"},"Event":{"oneOf":[{"type":"object","additionalProperties":false,"required":["seq","type","execution_id","session_id\#
"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"started"},"execution_id":{"$ref":"#/components/schemas/ExecutionId"},"session_id":{"$ref":"#/com\#
ponents/schemas/SessionId"}}},{"type":"object","additionalProperties":false,"description":"Output; `offset` is the position of its first byte in the stream.","required":["seq","type","offset","text"],\#
"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","enum":["stdout","stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},"text":{"type":"string"\#
}}},{"type":"object","additionalProperties":false,"description":"Output that is not UTF-8.","required":["seq","type","offset","base64"],"properties":{"seq":{"type":"integer","format":"int64","minimum"\#
:1},"type":{"type":"string","enum":["stdout","stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},"base64":{"type":"string"}}},{"type":"object","additionalProperties":false,"required":[\#
"seq","type","display"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"display"},"display":{"$ref":"#/components/schemas/Display"}}},{"type":"obje\#
ct","additionalProperties":false,"required":["seq","type","artifacts"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"artifacts"},"artifacts":{"ty\#
pe":"array","items":{"$ref":"#/components/schemas/Artifact"}}}},{"type":"object","additionalProperties":false,"required":["seq","type","execution"],"properties":{"seq":{"type":"integer","format":"int6\#
4","minimum":1},"type":{"type":"string","const":"result"},"execution":{"$ref":"#/components/schemas/Execution"}}}]},"FileEntry":{"type":"object","additionalProperties":false,"required":["name","path",\#
"type","size","modified_at"],"properties":{"name":{"type":"string","description":"For display."},"path":{"type":"string","description":"Relative to /workspace; percent-encoded when it is not UTF-8."},\#
"type":{"type":"string","enum":["file","directory","symlink","other"]},"size":{"type":"integer","format":"int64","minimum":0},"modified_at":{"$ref":"#/components/schemas/Time"}}},"FilePage":{"type":"o\#
bject","additionalProperties":false,"required":["entries","next_cursor"],"properties":{"entries":{"type":"array","items":{"$ref":"#/components/schemas/FileEntry"}},"next_cursor":{"$ref":"#/components/\#
schemas/NextCursor"}}},"Artifact":{"type":"object","additionalProperties":false,"required":["path","sha256","size","mime","key","uri","state","reason","execution_id"],"properties":{"path":{"type":"str\#
ing","description":"Relative to /workspace/artifacts; percent-encoded when it is not UTF-8."},"sha256":{"type":["string","null"],"pattern":"^[0-9a-f]{64}$"},"size":{"type":"integer","format":"int64","\#
minimum":0},"mime":{"type":["string","null"]},"key":{"type":["string","null"],"description":"In the object store: output/artifacts/ab/cd/<sha256>."},"uri":{"type":["string","null"],"description":"Wher\#
e the object store keeps it","or will once it is `stored`; null when skipped.":null},"state":{"type":"string","enum":["captured","stored","skipped"]},"reason":{"type":["string","null"],"description":"\#
Why it was skipped."},"execution_id":{"$ref":"#/components/schemas/ExecutionId"}}},"ArtifactPage":{"type":"object","additionalProperties":false,"required":["artifacts","next_cursor"],"properties":{"ar\#
tifacts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"Status":{"type":"object","additionalProperties":false,"required":\#
["daemon","spawner","object_store","pool","pools","limits","sessions"],"properties":{"daemon":{"$ref":"#/components/schemas/DaemonStatus"},"spawner":{"$ref":"#/components/schemas/SpawnerStatus"},"obje\#
ct_store":{"$ref":"#/components/schemas/ObjectStoreStatus"},"pool":{"anyOf":[{"$ref":"#/components/schemas/PoolStatus"},{"type":"null"}]},"pools":{"type":"array","items":{"$ref":"#/components/schemas/\#
ImagePool"}},"limits":{"$ref":"#/components/schemas/HostLimits"},"sessions":{"type":"array","items":{"$ref":"#/components/schemas/Session"}}}},"DaemonStatus":{"type":"object","additionalProperties":fa\#
lse,"required":["version","pid","node","instance","started_at","uptime_seconds","healthy","problems","resident_bytes","open_files","threads"],"properties":{"version":{"type":"string"},"pid":{"type":"i\#
nteger"},"node":{"type":"string"},"instance":{"type":"string"},"started_at":{"$ref":"#/components/schemas/Time"},"uptime_seconds":{"type":"number","minimum":0},"healthy":{"type":"boolean"},"problems":\#
{"type":"array","items":{"type":"string"}},"resident_bytes":{"type":"integer","format":"int64","minimum":0},"open_files":{"type":"integer","minimum":0},"threads":{"type":"integer","minimum":0}}},"Spaw\#
nerStatus":{"type":"object","additionalProperties":false,"required":["connected","pid","cgroup","sessions","descriptors","leaks"],"properties":{"connected":{"type":"boolean"},"pid":{"type":["integer",\#
"null"]},"cgroup":{"type":["string","null"],"enum":["v2","hybrid",null]},"sessions":{"type":"integer","minimum":0},"descriptors":{"type":"integer","minimum":0},"leaks":{"type":"object","additionalProp\#
erties":{"type":"integer"}}}},"ObjectStoreStatus":{"type":"object","additionalProperties":false,"required":["kind","uri","pending","pending_bytes","failed","last_error"],"properties":{"kind":{"type":"\#
string","enum":["directory","s3"]},"uri":{"type":"string"},"pending":{"type":"integer","minimum":0},"pending_bytes":{"type":"integer","format":"int64","minimum":0},"failed":{"type":"integer","minimum"\#
:0},"last_error":{"type":["string","null"]}}},"PoolStatus":{"type":"object","additionalProperties":false,"required":["total_bytes","free_bytes"],"properties":{"total_bytes":{"type":"integer","format":\#
"int64","minimum":0},"free_bytes":{"type":"integer","format":"int64","minimum":0}}},"ImagePool":{"type":"object","description":"What is kept in advance for one image.","additionalProperties":false,"re\#
quired":["image","ready","ready_target","ready_bytes","ready_failures","holders","holder_target","zygote","generation","forks","fallbacks","zygote_failures","last_failure"],"properties":{"image":{"typ\#
e":"string"},"ready":{"type":"integer","minimum":0,"description":"Started sessions that wait for a caller."},"ready_target":{"type":"integer","minimum":0},"ready_bytes":{"type":"integer","format":"int\#
64","minimum":0,"description":"What they use, by the kernel's account."},"ready_failures":{"type":"integer","minimum":0,"description":"Ready sessions that could not be started, or ended before anybody\#
 asked for them."},"holders":{"type":"integer","minimum":0,"description":"Empty sessions without an interpreter."},"holder_target":{"type":"integer","minimum":0},"zygote":{"type":"string","enum":["non\#
e","starting","ready","failed"]},"generation":{"type":"integer","minimum":0,"description":"Of the zygote that serves, from 1; 0 before the first."},"forks":{"type":"integer","format":"int64","minimum"\#
:0,"description":"Sessions forked from a zygote."},"fallbacks":{"type":"integer","format":"int64","minimum":0,"description":"Starts that began at a zygote and were finished without it."},"zygote_failu\#
res":{"type":"integer","minimum":0,"description":"Zygotes that died, hung or could not start."},"last_failure":{"type":["string","null"]}}},"HostLimits":{"type":"object","additionalProperties":false,"\#
required":["max_sessions","session_maximum","session_default"],"properties":{"max_sessions":{"type":"integer","minimum":0},"session_maximum":{"$ref":"#/components/schemas/Limits"},"session_default":{"\#
$ref":"#/components/schemas/Limits"}}},"Liveness":{"type":"object","additionalProperties":false,"required":["status"],"properties":{"status":{"type":"string","const":"ok"}}},"Readiness":{"type":"objec\#
t","additionalProperties":false,"required":["status","problems"],"properties":{"status":{"type":"string","enum":["ready","unready"]},"problems":{"type":"array","items":{"type":"string"}}}}}}}
"""#
}
