// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// swift-format-ignore-file
// Made from docs/openapi.yaml by scripts/embed_openapi.py; edit that one.

/// The API description that `/openapi.json` answers.
package enum OpenAPIDocument {
    package static let json = #"""
{"openapi":"3.1.0","info":{"title":"Cloister","version":"1","license":{"name":"Apache-2.0","identifier":"Apache-2.0"\#
},"description":"Runs Python in isolated, long-lived sessions. HTTP/1.1 over a Unix socket: whoever may connect to t\#
he socket may use\nthe API; the kernel tells the daemon who it is.\n\nRequest bodies are JSON unless said otherwise,\#
 and are read strictly: unknown fields and query parameters are\nrefused. Answers may get new fields: ignore those y\#
ou do not know. Every answer carries `X-Request-Id`. GET routes\nanswer HEAD too. Sizes are bytes, times RFC 3339 in\#
 UTC with milliseconds.\n\nA mutating request with an `Idempotency-Key` can be repeated safely for 24 hours: the sam\#
e request (same user,\nmethod, path and body) gets the first answer again, another one `idempotency_conflict`. Only \#
successes are kept.\n"},"servers":[{"url":"http://localhost","description":"The Unix socket, by default /run/cloiste\#
r/api.sock; the host name is ignored."}],"tags":[{"name":"sessions","description":"One sandbox with one Python inter\#
preter, whose variables survive from one execution to the next."},{"name":"executions","description":"Pieces of code\#
 run in a session, one at a time."},{"name":"files","description":"The session's /workspace."},{"name":"artifacts","\#
description":"Files that appear below /workspace/artifacts, kept by their SHA-256."},{"name":"system","description":\#
"Health and state of the daemon."}],"paths":{"/v1/sessions":{"post":{"operationId":"createSession","tags":["sessions\#
"],"summary":"Create a session, or get the one that has this name.","parameters":[{"$ref":"#/components/parameters/I\#
dempotencyKey"}],"requestBody":{"required":false,"content":{"application/json":{"schema":{"$ref":"#/components/schem\#
as/CreateSession"},"example":{"name":"thread-42","limits":{"memory_bytes":1073741824}}}}},"responses":{"201":{"descr\#
iption":"A new session.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"applicatio\#
n/json":{"schema":{"$ref":"#/components/schemas/Session"}}}},"200":{"description":"The session that already has this\#
 name and the same settings.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"appli\#
cation/json":{"schema":{"$ref":"#/components/schemas/Session"}}}},"400":{"$ref":"#/components/responses/BadRequest"}\#
,"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/\#
components/responses/NotJSON"},"429":{"$ref":"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses\#
/Internal"},"502":{"$ref":"#/components/responses/SessionFailed"},"503":{"$ref":"#/components/responses/Unavailable"\#
}}},"get":{"operationId":"listSessions","tags":["sessions"],"summary":"List the live sessions, oldest first.","param\#
eters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"},{"name":"name","in":"quer\#
y","description":"Only the session of this name.","schema":{"type":"string"}}],"responses":{"200":{"description":"On\#
e page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema\#
":{"$ref":"#/components/schemas/SessionPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#\#
/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}":{"parame\#
ters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"getSession","tags":["sessions"],"summary"\#
:"One session.","responses":{"200":{"description":"The session.","headers":{"X-Request-Id":{"$ref":"#/components/hea\#
ders/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Session"}}}},"400":{"$ref":"\#
#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/res\#
ponses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}},"delete":{"operationId":"deleteSession","tag\#
s":["sessions"],"summary":"End a session and delete its workspace. Artifacts stay.","parameters":[{"$ref":"#/compone\#
nts/parameters/IdempotencyKey"}],"responses":{"204":{"description":"It is gone.","headers":{"X-Request-Id":{"$ref":"\#
#/components/headers/RequestId"}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/re\#
sponses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"}\#
,"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/c\#
omponents/responses/Unavailable"}}}},"/v1/sessions/{id}/executions":{"parameters":[{"$ref":"#/components/parameters/\#
SessionId"}],"post":{"operationId":"execute","tags":["executions"],"summary":"Run code.","description":"With `Accept\#
: application/x-ndjson` the answer is the stream of events, ending with the result. Otherwise it is\nthe finished ex\#
ecution. A client that goes away ends neither: fetch the execution, or its events, later.\nA repeated request with t\#
he same `Idempotency-Key` waits for the first execution and answers it.\n","parameters":[{"$ref":"#/components/param\#
eters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components\#
/schemas/Execute"},"example":{"code":"x = 6\nx * 7","timeout_seconds":30}}}},"responses":{"200":{"description":"The \#
finished execution, or the stream of its events.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"\#
}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution"}},"application/x-ndjson":{"schem\#
a":{"$ref":"#/components/schemas/EventLines"}}}},"202":{"description":"With `wait` false, the execution as it is now\#
.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$r\#
ef":"#/components/schemas/Execution"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/compone\#
nts/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooL\#
arge"},"415":{"$ref":"#/components/responses/NotJSON"},"429":{"$ref":"#/components/responses/TooMany"},"500":{"$ref"\#
:"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/SessionFailed"},"503":{"$ref":"#/component\#
s/responses/Unavailable"}}},"get":{"operationId":"listExecutions","tags":["executions"],"summary":"List a session's \#
executions, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/\#
Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/Reque\#
stId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ExecutionPage"}}}},"400":{"$ref":"#/co\#
mponents/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/respons\#
es/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}":{"paramete\#
rs":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"get":{"operationI\#
d":"getExecution","tags":["executions"],"summary":"One execution, finished or not.","responses":{"200":{"description\#
":"The execution as it is.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"applica\#
tion/json":{"schema":{"$ref":"#/components/schemas/Execution"}}}},"400":{"$ref":"#/components/responses/BadRequest"}\#
,"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/\#
components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/events":{"parameters":[{"$ref":"#/componen\#
ts/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"get":{"operationId":"streamEvents","tags"\#
:["executions"],"summary":"The events after a number, past ones first, then live until the result.","parameters":[{"\#
name":"after","in":"query","description":"The `seq` of the last event that is known already.","schema":{"type":"inte\#
ger","format":"int64","minimum":0,"default":0}}],"responses":{"200":{"description":"The stream. A connection that en\#
ds before the result event can be resumed with `after`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/Req\#
uestId"}},"content":{"application/x-ndjson":{"schema":{"$ref":"#/components/schemas/EventLines"}}}},"400":{"$ref":"#\#
/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/resp\#
onses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/interrup\#
t":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"post\#
":{"operationId":"interrupt","tags":["executions"],"summary":"Raise KeyboardInterrupt in the running code; a queued \#
execution is withdrawn, a finished one left as it is.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey\#
"}],"responses":{"202":{"description":"The execution as it is now; it ends shortly.","headers":{"X-Request-Id":{"$re\#
f":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Executio\#
n"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$\#
ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components\#
/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavaila\#
ble"}}}},"/v1/sessions/{id}/executions/{eid}/output/{stream}":{"parameters":[{"$ref":"#/components/parameters/Sessio\#
nId"},{"$ref":"#/components/parameters/ExecutionId"},{"name":"stream","in":"path","required":true,"schema":{"type":"\#
string","enum":["stdout","stderr"]}}],"get":{"operationId":"getOutput","tags":["executions"],"summary":"The whole ou\#
tput of one stream, up to the configured cap.","parameters":[{"$ref":"#/components/parameters/Range"}],"responses":{\#
"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"400":{"$ref":"#/\#
components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"416":{"$ref":"#/components/respo\#
nses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}\#
}}},"/v1/sessions/{id}/executions/{eid}/artifacts":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$re\#
f":"#/components/parameters/ExecutionId"}],"get":{"operationId":"listExecutionArtifacts","tags":["artifacts"],"summa\#
ry":"List what one execution left in /workspace/artifacts.","parameters":[{"$ref":"#/components/parameters/Cursor"},\#
{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"\#
$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Artif\#
actPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"50\#
0":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{\#
id}/files":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"listFiles","tags":["fi\#
les"],"summary":"List a directory of the workspace.","parameters":[{"name":"path","in":"query","description":"The di\#
rectory, relative to /workspace; absent or empty for /workspace itself.","schema":{"type":"string"}},{"$ref":"#/comp\#
onents/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":"One page.","\#
headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":\#
"#/components/schemas/FilePage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/r\#
esponses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"500":{"$ref":"#/components/responses/Internal"\#
},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/files/{path}":{"parameters":[{"$ref":"#/\#
components/parameters/SessionId"},{"name":"path","in":"path","required":true,"description":"Relative to /workspace, \#
percent-encoded; slashes between directories may stand as they are. No `.`, `..`,\nempty components and NUL; at most\#
 4095 bytes, 255 a component.\n","schema":{"type":"string","minLength":1,"maxLength":4095},"example":"data/input.csv\#
"}],"get":{"operationId":"downloadFile","tags":["files"],"summary":"The bytes of a file.","parameters":[{"$ref":"#/c\#
omponents/parameters/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/components\#
/responses/PartialBytes"},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/N\#
otFound"},"409":{"$ref":"#/components/responses/Conflict"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"\#
$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}},"put":{"operationId":\#
"uploadFile","tags":["files"],"summary":"Write a file; makes its directories, replaces it atomically.","description"\#
:"The body is the file's bytes as they are, of any length, and flows straight into the file. For a repeated\nrequest\#
 with the same `Idempotency-Key`, the announced length stands for the body.\n","parameters":[{"$ref":"#/components/p\#
arameters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/octet-stream":{"schema":{"type":"\#
string","format":"binary"}}}},"responses":{"201":{"description":"A new file.","headers":{"X-Request-Id":{"$ref":"#/c\#
omponents/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/FileEntry"}}}},\#
"200":{"description":"The file was replaced.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"\#
content":{"application/json":{"schema":{"$ref":"#/components/schemas/FileEntry"}}}},"400":{"$ref":"#/components/resp\#
onses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"}\#
,"413":{"$ref":"#/components/responses/TooLarge"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/\#
components/responses/Unavailable"},"507":{"$ref":"#/components/responses/WorkspaceFull"}}},"delete":{"operationId":"\#
deleteFile","tags":["files"],"summary":"Delete a file, or an empty directory.","parameters":[{"$ref":"#/components/p\#
arameters/IdempotencyKey"}],"responses":{"204":{"description":"It is gone.","headers":{"X-Request-Id":{"$ref":"#/com\#
ponents/headers/RequestId"}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/respons\#
es/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415\#
":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/compon\#
ents/responses/Unavailable"}}}},"/v1/sessions/{id}/artifacts":{"parameters":[{"$ref":"#/components/parameters/Sessio\#
nId"}],"get":{"operationId":"listSessionArtifacts","tags":["artifacts"],"summary":"List what a session's executions \#
left in /workspace/artifacts, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/comp\#
onents/parameters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/compon\#
ents/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ArtifactPage"}}}},"4\#
00":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/c\#
omponents/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/artifacts/{sha256}":{"par\#
ameters":[{"name":"sha256","in":"path","required":true,"schema":{"type":"string","pattern":"^[0-9a-f]{64}$"}}],"get"\#
:{"operationId":"downloadArtifact","tags":["artifacts"],"summary":"The bytes of an artifact, always as an attachment\#
.","parameters":[{"$ref":"#/components/parameters/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"\#
},"206":{"$ref":"#/components/responses/PartialBytes"},"302":{"description":"The object store serves the bytes itsel\#
f.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"Location":{"description":"A presigned URL."\#
,"required":true,"schema":{"type":"string"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/c\#
omponents/responses/NotFound"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/response\#
s/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/status":{"get":{"operationId":"getStatus","\#
tags":["system"],"summary":"The whole system at a glance.","responses":{"200":{"description":"The status.","headers"\#
:{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/compo\#
nents/schemas/Status"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/I\#
nternal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/health/live":{"get":{"operationId":"isLive","tags\#
":["system"],"summary":"Answers while the process runs.","responses":{"200":{"description":"It runs.","headers":{"X-\#
Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components\#
/schemas/Liveness"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Inte\#
rnal"}}}},"/health/ready":{"get":{"operationId":"isReady","tags":["system"],"summary":"Whether the daemon takes work\#
.","responses":{"200":{"description":"It does.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}\#
,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"}}}},"503":{"description":"It does \#
not; `problems` says why.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"applicat\#
ion/json":{"schema":{"$ref":"#/components/schemas/Readiness"}}}},"400":{"$ref":"#/components/responses/BadRequest"},\#
"500":{"$ref":"#/components/responses/Internal"}}}},"/metrics":{"get":{"operationId":"getMetrics","tags":["system"],\#
"summary":"Counters for Prometheus.","description":"Text exposition format 0.0.4. Creations of sessions by path and \#
phase, what is kept in advance, the daemon's own resources. Names begin with `cloister_`; they are added, never rena\#
med.","responses":{"200":{"description":"The counters.","headers":{"X-Request-Id":{"$ref":"#/components/headers/Requ\#
estId"}},"content":{"text/plain":{"schema":{"type":"string"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"\#
500":{"$ref":"#/components/responses/Internal"}}}},"/openapi.json":{"get":{"operationId":"getDocument","tags":["syst\#
em"],"summary":"This document.","responses":{"200":{"description":"The document as JSON.","headers":{"X-Request-Id":\#
{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"type":"object"}}}},"400":{"$ref\#
":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}}},"components":{"parameter\#
s":{"SessionId":{"name":"id","in":"path","required":true,"schema":{"$ref":"#/components/schemas/SessionId"}},"Execut\#
ionId":{"name":"eid","in":"path","required":true,"schema":{"$ref":"#/components/schemas/ExecutionId"}},"Cursor":{"na\#
me":"cursor","in":"query","description":"The `next_cursor` of the page before.","schema":{"type":"string","minLength\#
":1,"maxLength":512}},"Limit":{"name":"limit","in":"query","description":"How many entries at most.","schema":{"type\#
":"integer","minimum":1,"maximum":500,"default":100}},"IdempotencyKey":{"name":"Idempotency-Key","in":"header","desc\#
ription":"1 to 128 visible ASCII characters, fresh for each new request.","schema":{"type":"string","minLength":1,"m\#
axLength":128,"pattern":"^[!-~]{1,128}$"}},"Range":{"name":"Range","in":"header","description":"One range of bytes, \#
such as `bytes=0-1023`, `bytes=1024-` or `bytes=-500`; others are ignored.","schema":{"type":"string"}}},"headers":{\#
"RequestId":{"description":"Names this request in the daemon's log.","required":true,"schema":{"type":"string","patt\#
ern":"^[0-9a-f]{16}$"}}},"responses":{"Bytes":{"description":"The bytes.","headers":{"X-Request-Id":{"$ref":"#/compo\#
nents/headers/RequestId"},"Content-Disposition":{"description":"Always an attachment.","required":true,"schema":{"ty\#
pe":"string"}},"X-Content-Type-Options":{"required":true,"schema":{"type":"string","const":"nosniff"}},"Accept-Range\#
s":{"required":true,"schema":{"type":"string","const":"bytes"}}},"content":{"*/*":{"schema":{"type":"string","format\#
":"binary"}}}},"PartialBytes":{"description":"The range that was asked for.","headers":{"X-Request-Id":{"$ref":"#/co\#
mponents/headers/RequestId"},"Content-Disposition":{"description":"Always an attachment.","required":true,"schema":{\#
"type":"string"}},"X-Content-Type-Options":{"required":true,"schema":{"type":"string","const":"nosniff"}},"Accept-Ra\#
nges":{"required":true,"schema":{"type":"string","const":"bytes"}},"Content-Range":{"required":true,"schema":{"type"\#
:"string"}}},"content":{"*/*":{"schema":{"type":"string","format":"binary"}}}},"BadRequest":{"description":"`invalid\#
_request` or `unknown_field`: the request breaks a rule of this document.","headers":{"X-Request-Id":{"$ref":"#/comp\#
onents/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"NotFou\#
nd":{"description":"`not_found`, `session_not_found`, `execution_not_found`, `file_not_found` or `artifact_not_found\#
`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$\#
ref":"#/components/schemas/Error"}}}},"Conflict":{"description":"`conflict`, `name_in_use_with_other_settings`, `ses\#
sion_busy` or `idempotency_conflict`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content\#
":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"TooLarge":{"description":"`payload_too_lar\#
ge`: JSON bodies may have 16 MiB, code 8 MiB.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},\#
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"NotJSON":{"description":"`unsuppor\#
ted_media_type`: the body is not declared as application/json.","headers":{"X-Request-Id":{"$ref":"#/components/head\#
ers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"BadRange":{"descr\#
iption":"`range_not_satisfiable`: the range lies outside the bytes there are.","headers":{"X-Request-Id":{"$ref":"#/\#
components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"To\#
oMany":{"description":"`too_many_sessions`: the configured number is reached.","headers":{"X-Request-Id":{"$ref":"#/\#
components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"Se\#
ssionFailed":{"description":"`session_failed`: the session's processes could not be started.","headers":{"X-Request-\#
Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas\#
/Error"}}}},"Unavailable":{"description":"`capacity`, `spawner_unavailable` or `stopping`: try again later.","header\#
s":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/com\#
ponents/schemas/Error"}}}},"WorkspaceFull":{"description":"`workspace_full`: the workspace's quota has no room for t\#
he file.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schem\#
a":{"$ref":"#/components/schemas/Error"}}}},"Internal":{"description":"`internal`: a defect; the daemon's log has th\#
e details under the request id.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"ap\#
plication/json":{"schema":{"$ref":"#/components/schemas/Error"}}}}},"schemas":{"SessionId":{"type":"string","pattern\#
":"^ses_[a-z0-9]{1,16}_[a-z2-7]{26}$"},"ExecutionId":{"type":"string","pattern":"^exe_[a-z0-9]{1,16}_[a-z2-7]{26}$"}\#
,"Time":{"type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"},"NextCurso\#
r":{"description":"Where the next page begins; null on the last page.","type":["string","null"]},"Error":{"type":"ob\#
ject","additionalProperties":false,"required":["error"],"properties":{"error":{"type":"object","additionalProperties\#
":false,"required":["code","message","remedy","request_id","details"],"properties":{"code":{"$ref":"#/components/sch\#
emas/ErrorCode"},"message":{"type":"string","description":"What happened."},"remedy":{"type":"string","description":\#
"What to do about it."},"request_id":{"type":"string"},"details":{"type":["object","null"],"description":"Facts for \#
programs."}}}}},"ErrorCode":{"type":"string","enum":["invalid_request","unknown_field","not_found","session_not_foun\#
d","execution_not_found","file_not_found","artifact_not_found","method_not_allowed","conflict","name_in_use_with_oth\#
er_settings","session_busy","idempotency_conflict","payload_too_large","unsupported_media_type","range_not_satisfiab\#
le","too_many_sessions","session_failed","capacity","spawner_unavailable","stopping","workspace_full","internal"]},"\#
CreateSession":{"type":"object","additionalProperties":false,"properties":{"name":{"description":"The caller's own n\#
ame for it, unique among live sessions; a chat thread's id, for instance.","type":["string","null"],"pattern":"^[!-~\#
]{1,128}$"},"image":{"description":"Name of an image; absent for the configured default.","type":["string","null"],"\#
pattern":"^[a-z0-9][a-z0-9._-]{0,63}$"},"storage":{"description":"Where the workspace lies; absent for the configure\#
d default.","type":["string","null"],"enum":["pool","tmpfs",null]},"limits":{"anyOf":[{"$ref":"#/components/schemas/\#
RequestedLimits"},{"type":"null"}]},"metadata":{"description":"Kept and given back, never read.","type":["object","n\#
ull"],"maxProperties":32,"propertyNames":{"type":"string","pattern":"^[!-~]{1,64}$"},"additionalProperties":{"type":\#
"string","maxLength":1024,"description":"At most 1024 bytes of UTF-8."}},"checkpoint":{"description":"Whether copies\#
 of the interpreter are kept to go on from after a loss. `auto`: after executions, when it is safe\nand cheap. `alwa\#
ys`: after every execution.\n","type":["string","null"],"enum":["auto","off","always",null],"default":"auto"}}},"Req\#
uestedLimits":{"type":"object","additionalProperties":false,"description":"Absent ones take the configured default; \#
the configured ceilings hold.","properties":{"memory_bytes":{"type":["integer","null"],"format":"int64","minimum":1}\#
,"cpus":{"type":["number","null"],"exclusiveMinimum":0},"pids":{"type":["integer","null"],"format":"int64","minimum"\#
:1},"workspace_bytes":{"type":["integer","null"],"format":"int64","minimum":1},"tmp_bytes":{"type":["integer","null"\#
],"format":"int64","minimum":1}}},"Session":{"type":"object","additionalProperties":false,"required":["id","name","i\#
mage","state","incarnation","storage","created_at","last_activity_at","owner_uid","limits","usage","executions","art\#
ifacts","metadata","checkpoint","creation"],"properties":{"id":{"$ref":"#/components/schemas/SessionId"},"name":{"ty\#
pe":["string","null"]},"image":{"type":"string"},"state":{"type":"string","enum":["starting","ready","running","rest\#
arting","failed","deleting"]},"incarnation":{"type":"integer","minimum":0,"description":"Counts the lives of the pro\#
cess tree. A higher number than before means that variables are lost or rolled back."},"storage":{"type":"string","e\#
num":["pool","tmpfs"]},"created_at":{"$ref":"#/components/schemas/Time"},"last_activity_at":{"$ref":"#/components/sc\#
hemas/Time"},"owner_uid":{"type":"integer","minimum":0,"description":"The uid of the peer that created the session."\#
},"limits":{"$ref":"#/components/schemas/Limits"},"usage":{"anyOf":[{"$ref":"#/components/schemas/Usage"},{"type":"n\#
ull"}]},"executions":{"type":"integer","minimum":0,"description":"Executions so far."},"artifacts":{"type":"integer"\#
,"minimum":0,"description":"Artifacts captured so far."},"metadata":{"type":"object","additionalProperties":{"type":\#
"string"}},"checkpoint":{"type":"string","enum":["auto","off","always"]},"creation":{"anyOf":[{"$ref":"#/components/\#
schemas/Creation"},{"type":"null"}]}}},"Limits":{"type":"object","additionalProperties":false,"required":["memory_by\#
tes","cpus","pids","workspace_bytes","tmp_bytes"],"properties":{"memory_bytes":{"type":"integer","format":"int64","m\#
inimum":0},"cpus":{"type":"number","minimum":0},"pids":{"type":"integer","minimum":0},"workspace_bytes":{"type":"int\#
eger","format":"int64","minimum":0},"tmp_bytes":{"type":"integer","format":"int64","minimum":0}}},"Usage":{"type":"o\#
bject","additionalProperties":false,"description":"What the kernel says the session uses now.","required":["memory_b\#
ytes","memory_peak_bytes","cpu_seconds","pids","workspace_bytes"],"properties":{"memory_bytes":{"type":"integer","fo\#
rmat":"int64","minimum":0},"memory_peak_bytes":{"type":"integer","format":"int64","minimum":0},"cpu_seconds":{"type"\#
:"number","minimum":0},"pids":{"type":"integer","minimum":0},"workspace_bytes":{"type":["integer","null"],"format":"\#
int64","minimum":0}}},"Creation":{"type":"object","additionalProperties":false,"required":["path","holder","millisec\#
onds","phases"],"properties":{"path":{"type":"string","enum":["ready","zygote","exec"],"description":"`ready`: it ha\#
d been started before it was asked for. `zygote`: a fork of an interpreter that has its imports done. `exec`: a fres\#
h interpreter."},"holder":{"type":"string","enum":["pooled","fresh"],"description":"Whether its namespaces had been \#
made before they were asked for."},"milliseconds":{"type":"number","minimum":0,"description":"For `ready`: of the ha\#
nd-out."},"phases":{"type":"object","additionalProperties":{"type":"number"},"description":"Milliseconds by phase."}\#
}},"SessionPage":{"type":"object","additionalProperties":false,"required":["sessions","next_cursor"],"properties":{"\#
sessions":{"type":"array","items":{"$ref":"#/components/schemas/Session"}},"next_cursor":{"$ref":"#/components/schem\#
as/NextCursor"}}},"Execute":{"type":"object","additionalProperties":false,"required":["code"],"properties":{"code":{\#
"type":"string","description":"Python source, at most 8 MiB. The value of a last expression is returned."},"timeout_\#
seconds":{"description":"After this comes what `on_timeout` says.","type":["number","null"],"exclusiveMinimum":0,"ma\#
ximum":86400,"default":120},"on_timeout":{"description":"`interrupt`: the code is interrupted, and killed when that \#
does not help. `kill`: it is killed at once. `detach`: it\ngoes on under its id, and whoever waits gets it as it is.\#
\n","type":["string","null"],"enum":["interrupt","kill","detach",null],"default":"interrupt"},"stdin":{"description"\#
:"What `input()` and descriptor 0 read, at most 4 MiB of UTF-8; without it there is no standard input.","type":["str\#
ing","null"]},"queue":{"description":"Whether to wait for one's turn or be refused with `session_busy` when somethin\#
g else runs.","type":["string","null"],"enum":["wait","refuse",null],"default":"wait"},"wait":{"description":"False \#
answers 202 at once.","type":["boolean","null"],"default":true}}},"Execution":{"type":"object","additionalProperties\#
":false,"required":["id","session_id","number","state","incarnation","code_sha256","timeout_seconds","on_timeout","c\#
reated_at","started_at","finished_at","status","value","value_metadata","displays","error","exit_code","stdout","std\#
err","verdict","checkpoint","interruption","artifacts"],"properties":{"id":{"$ref":"#/components/schemas/ExecutionId\#
"},"session_id":{"$ref":"#/components/schemas/SessionId"},"number":{"type":"integer","minimum":1,"description":"1 fo\#
r the session's first."},"state":{"type":"string","enum":["queued","running","finished"]},"incarnation":{"type":"int\#
eger","minimum":0,"description":"The incarnation it runs in."},"code_sha256":{"type":"string","pattern":"^[0-9a-f]{6\#
4}$"},"timeout_seconds":{"type":"number","exclusiveMinimum":0},"on_timeout":{"type":"string","enum":["interrupt","ki\#
ll","detach"]},"created_at":{"$ref":"#/components/schemas/Time"},"started_at":{"anyOf":[{"$ref":"#/components/schema\#
s/Time"},{"type":"null"}]},"finished_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},"status":{\#
"description":"How it ended; null until it has.","type":["string","null"],"enum":["ok","error","interrupted","timeou\#
t","exit","lost",null]},"value":{"description":"MIME type to text of the last expression's value; binary types in ba\#
se64, JSON types as JSON text.","type":["object","null"],"additionalProperties":{"type":"string"}},"value_metadata":\#
{"type":["object","null"],"description":"What the value's MIME bundle says about itself."},"displays":{"type":"array\#
","items":{"$ref":"#/components/schemas/Display"},"description":"In the order in which they were shown."},"error":{"\#
anyOf":[{"$ref":"#/components/schemas/ExecutionError"},{"type":"null"}]},"exit_code":{"type":["integer","null"],"des\#
cription":"What sys.exit was called with."},"stdout":{"$ref":"#/components/schemas/Output"},"stderr":{"$ref":"#/comp\#
onents/schemas/Output"},"verdict":{"anyOf":[{"$ref":"#/components/schemas/Verdict"},{"type":"null"}]},"checkpoint":{\#
"anyOf":[{"$ref":"#/components/schemas/Checkpoint"},{"type":"null"}]},"interruption":{"anyOf":[{"$ref":"#/components\#
/schemas/Interruption"},{"type":"null"}]},"artifacts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact\#
"}}}},"ExecutionError":{"type":"object","additionalProperties":false,"description":"The exception, as the interprete\#
r claims it.","required":["type","message","traceback","frames"],"properties":{"type":{"type":"string"},"message":{"\#
type":"string"},"traceback":{"type":"string"},"frames":{"description":"Outermost first; of a deep stack the first an\#
d the last.","type":"array","items":{"type":"object","additionalProperties":false,"required":["file","line","functio\#
n","source"],"properties":{"file":{"type":"string","description":"A path, or `<execution N>` for code of the session\#
's N-th execution."},"line":{"type":"integer","minimum":0},"function":{"type":"string"},"source":{"type":"string","d\#
escription":"The line's text; empty where it is not known."}}}}}},"Checkpoint":{"type":"object","additionalPropertie\#
s":false,"description":"What there was to go back to when the execution began.","required":["taken","execution_id","\#
reason"],"properties":{"taken":{"type":"boolean","description":"Whether there was a copy of the interpreter."},"exec\#
ution_id":{"description":"The last execution whose effects it holds.","anyOf":[{"$ref":"#/components/schemas/Executi\#
onId"},{"type":"null"}]},"reason":{"description":"Why there was none, or none of the last execution. `nothing_to_kee\#
p`: nothing had run in this incarnation.\n`memory`: the session used more than half of its memory. `rate`: execution\#
s followed each other fast. `threads`,\n`sockets`, `devices`: a copy would lack or share them. `failed`: it could no\#
t be made, or was ended.\n","type":["string","null"],"enum":["off","nothing_to_keep","memory","rate","threads","sock\#
ets","devices","failed",null]}}},"Interruption":{"type":"object","additionalProperties":false,"description":"How the\#
 execution was brought to its end, at its deadline or because a caller asked for it. Each rung is tried when the\non\#
e before was in vain: KeyboardInterrupt in the main thread, or cancelling the task that a top-level `await` waits\nf\#
or; KeyboardInterrupt that is raised again in what catches it; the kill.\n","required":["rung","seconds","stacks"],"\#
properties":{"rung":{"type":"string","enum":["keyboard_interrupt","task_cancel","force","kill"]},"seconds":{"type":"\#
number","minimum":0,"description":"From the first interrupt to the end."},"stacks":{"type":["string","null"],"descri\#
ption":"Stacks of all threads before a kill, as the interpreter claims them."}}},"Display":{"type":"object","additio\#
nalProperties":false,"description":"Something shown beside the text, as Jupyter's display_data, update_display_data \#
and clear_output.","required":["kind","data","metadata","display_id","wait","stdout_offset","stderr_offset"],"proper\#
ties":{"kind":{"type":"string","enum":["show","update","clear"]},"data":{"description":"MIME type to text; binary ty\#
pes in base64, JSON types as JSON text.","type":"object","additionalProperties":{"type":"string"}},"metadata":{"type\#
":"object"},"display_id":{"type":["string","null"]},"wait":{"type":"boolean","description":"Clearing waits until som\#
ething else comes."},"stdout_offset":{"type":"integer","format":"int64","minimum":0,"description":"Bytes of the stre\#
am that had been written before."},"stderr_offset":{"type":"integer","format":"int64","minimum":0}}},"Output":{"type\#
":"object","additionalProperties":false,"description":"Head and tail of one output stream.","required":["text","byte\#
s","truncated","encoding"],"properties":{"text":{"type":"string"},"bytes":{"type":"integer","format":"int64","minimu\#
m":0,"description":"Bytes written in all."},"truncated":{"type":"integer","format":"int64","minimum":0,"description"\#
:"Bytes left out in the middle."},"encoding":{"type":"string","enum":["utf-8","base64"]}}},"Verdict":{"type":"object\#
","additionalProperties":false,"description":"What became of the session's variables, and why. `preserved`: they are\#
 as the code left them. `rolled_back`:\nthey are as before the execution, or as after the execution that `checkpoint\#
` names. `lost`: the interpreter is a new\none. The workspace is kept in any case.\nNumbers are observed from outsid\#
e the sandbox.\n","required":["state","cause","limit","peak_memory_bytes","cpu_seconds","wall_seconds","incarnation"\#
,"exit"],"properties":{"state":{"type":"string","enum":["preserved","rolled_back","lost"]},"cause":{"type":"string",\#
"enum":["ok","error","interrupted","timeout","oom","crashed","exited","pids","disk_full","output_limit","protocol_er\#
ror","killed","host_restart"]},"limit":{"anyOf":[{"$ref":"#/components/schemas/LimitHit"},{"type":"null"}]},"peak_me\#
mory_bytes":{"type":["integer","null"],"format":"int64","minimum":0},"cpu_seconds":{"type":"number","minimum":0},"wa\#
ll_seconds":{"type":"number","minimum":0},"incarnation":{"type":"integer","minimum":0,"description":"The incarnation\#
 that answers from now on."},"exit":{"anyOf":[{"$ref":"#/components/schemas/Exit"},{"type":"null"}]}}},"LimitHit":{"\#
type":"object","additionalProperties":false,"required":["name","value"],"properties":{"name":{"type":"string"},"valu\#
e":{"type":"number"}}},"Exit":{"type":"object","additionalProperties":false,"description":"How the interpreter's pro\#
cess ended.","required":["code","signal"],"properties":{"code":{"type":["integer","null"]},"signal":{"type":["intege\#
r","null"]}}},"ExecutionPage":{"type":"object","additionalProperties":false,"required":["executions","next_cursor"],\#
"properties":{"executions":{"type":"array","items":{"$ref":"#/components/schemas/Execution"}},"next_cursor":{"$ref":\#
"#/components/schemas/NextCursor"}}},"EventLines":{"type":"string","description":"One event a line, each a JSON obje\#
ct as the schema `Event` describes it, with `seq` from 1 without gaps. The\nlast one is the `result`.\n"},"Event":{"\#
oneOf":[{"type":"object","additionalProperties":false,"required":["seq","type","execution_id","session_id"],"propert\#
ies":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"started"},"execution_id\#
":{"$ref":"#/components/schemas/ExecutionId"},"session_id":{"$ref":"#/components/schemas/SessionId"}}},{"type":"obje\#
ct","additionalProperties":false,"description":"Output; `offset` is the position of its first byte in the stream.","\#
required":["seq","type","offset","text"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":\#
{"type":"string","enum":["stdout","stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},"text":{"type"\#
:"string"}}},{"type":"object","additionalProperties":false,"description":"Output that is not UTF-8.","required":["se\#
q","type","offset","base64"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"str\#
ing","enum":["stdout","stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},"base64":{"type":"string"}\#
}},{"type":"object","additionalProperties":false,"required":["seq","type","display"],"properties":{"seq":{"type":"in\#
teger","format":"int64","minimum":1},"type":{"type":"string","const":"display"},"display":{"$ref":"#/components/sche\#
mas/Display"}}},{"type":"object","additionalProperties":false,"required":["seq","type","artifacts"],"properties":{"s\#
eq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"artifacts"},"artifacts":{"type"\#
:"array","items":{"$ref":"#/components/schemas/Artifact"}}}},{"type":"object","additionalProperties":false,"required\#
":["seq","type","execution"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"str\#
ing","const":"result"},"execution":{"$ref":"#/components/schemas/Execution"}}}]},"FileEntry":{"type":"object","addit\#
ionalProperties":false,"required":["name","path","type","size","modified_at"],"properties":{"name":{"type":"string",\#
"description":"For display."},"path":{"type":"string","description":"Relative to /workspace; percent-encoded when it\#
 is not UTF-8."},"type":{"type":"string","enum":["file","directory","symlink","other"]},"size":{"type":"integer","fo\#
rmat":"int64","minimum":0},"modified_at":{"$ref":"#/components/schemas/Time"}}},"FilePage":{"type":"object","additio\#
nalProperties":false,"required":["entries","next_cursor"],"properties":{"entries":{"type":"array","items":{"$ref":"#\#
/components/schemas/FileEntry"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"Artifact":{"type":"obje\#
ct","additionalProperties":false,"required":["path","sha256","size","mime","key","uri","state","reason","execution_i\#
d"],"properties":{"path":{"type":"string","description":"Relative to /workspace/artifacts; percent-encoded when it i\#
s not UTF-8."},"sha256":{"type":["string","null"],"pattern":"^[0-9a-f]{64}$"},"size":{"type":"integer","format":"int\#
64","minimum":0},"mime":{"type":["string","null"]},"key":{"type":["string","null"],"description":"In the object stor\#
e: output/artifacts/ab/cd/<sha256>."},"uri":{"type":["string","null"],"description":"Where the object store keeps it\#
","or will once it is `stored`; null when skipped.":null},"state":{"type":"string","enum":["captured","stored","skip\#
ped"]},"reason":{"type":["string","null"],"description":"Why it was skipped."},"execution_id":{"$ref":"#/components/\#
schemas/ExecutionId"}}},"ArtifactPage":{"type":"object","additionalProperties":false,"required":["artifacts","next_c\#
ursor"],"properties":{"artifacts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact"}},"next_cursor":{"\#
$ref":"#/components/schemas/NextCursor"}}},"Status":{"type":"object","additionalProperties":false,"required":["daemo\#
n","spawner","object_store","pool","pools","limits","sessions"],"properties":{"daemon":{"$ref":"#/components/schemas\#
/DaemonStatus"},"spawner":{"$ref":"#/components/schemas/SpawnerStatus"},"object_store":{"$ref":"#/components/schemas\#
/ObjectStoreStatus"},"pool":{"anyOf":[{"$ref":"#/components/schemas/PoolStatus"},{"type":"null"}]},"pools":{"type":"\#
array","items":{"$ref":"#/components/schemas/ImagePool"}},"limits":{"$ref":"#/components/schemas/HostLimits"},"sessi\#
ons":{"type":"array","items":{"$ref":"#/components/schemas/Session"}}}},"DaemonStatus":{"type":"object","additionalP\#
roperties":false,"required":["version","pid","node","instance","started_at","uptime_seconds","healthy","problems","r\#
esident_bytes","open_files","threads"],"properties":{"version":{"type":"string"},"pid":{"type":"integer"},"node":{"t\#
ype":"string"},"instance":{"type":"string"},"started_at":{"$ref":"#/components/schemas/Time"},"uptime_seconds":{"typ\#
e":"number","minimum":0},"healthy":{"type":"boolean"},"problems":{"type":"array","items":{"type":"string"}},"residen\#
t_bytes":{"type":"integer","format":"int64","minimum":0},"open_files":{"type":"integer","minimum":0},"threads":{"typ\#
e":"integer","minimum":0}}},"SpawnerStatus":{"type":"object","additionalProperties":false,"required":["connected","p\#
id","cgroup","sessions","descriptors","leaks"],"properties":{"connected":{"type":"boolean"},"pid":{"type":["integer"\#
,"null"]},"cgroup":{"type":["string","null"],"enum":["v2","hybrid",null]},"sessions":{"type":"integer","minimum":0},\#
"descriptors":{"type":"integer","minimum":0},"leaks":{"type":"object","additionalProperties":{"type":"integer"}}}},"\#
ObjectStoreStatus":{"type":"object","additionalProperties":false,"required":["kind","uri","pending","pending_bytes",\#
"failed","last_error"],"properties":{"kind":{"type":"string","enum":["directory","s3"]},"uri":{"type":"string"},"pen\#
ding":{"type":"integer","minimum":0},"pending_bytes":{"type":"integer","format":"int64","minimum":0},"failed":{"type\#
":"integer","minimum":0},"last_error":{"type":["string","null"]}}},"PoolStatus":{"type":"object","additionalProperti\#
es":false,"required":["total_bytes","free_bytes"],"properties":{"total_bytes":{"type":"integer","format":"int64","mi\#
nimum":0},"free_bytes":{"type":"integer","format":"int64","minimum":0}}},"ImagePool":{"type":"object","description":\#
"What is kept in advance for one image.","additionalProperties":false,"required":["image","ready","ready_target","re\#
ady_bytes","ready_failures","holders","holder_target","zygote","generation","forks","fallbacks","zygote_failures","l\#
ast_failure"],"properties":{"image":{"type":"string"},"ready":{"type":"integer","minimum":0,"description":"Started s\#
essions that wait for a caller."},"ready_target":{"type":"integer","minimum":0},"ready_bytes":{"type":"integer","for\#
mat":"int64","minimum":0,"description":"What they use, by the kernel's account."},"ready_failures":{"type":"integer"\#
,"minimum":0,"description":"Ready sessions that could not be started, or ended before anybody asked for them."},"hol\#
ders":{"type":"integer","minimum":0,"description":"Empty sessions without an interpreter."},"holder_target":{"type":\#
"integer","minimum":0},"zygote":{"type":"string","enum":["none","starting","ready","failed"]},"generation":{"type":"\#
integer","minimum":0,"description":"Of the zygote that serves, from 1; 0 before the first."},"forks":{"type":"intege\#
r","format":"int64","minimum":0,"description":"Sessions forked from a zygote."},"fallbacks":{"type":"integer","forma\#
t":"int64","minimum":0,"description":"Starts that began at a zygote and were finished without it."},"zygote_failures\#
":{"type":"integer","minimum":0,"description":"Zygotes that died, hung or could not start."},"last_failure":{"type":\#
["string","null"]}}},"HostLimits":{"type":"object","additionalProperties":false,"required":["max_sessions","session_\#
maximum","session_default"],"properties":{"max_sessions":{"type":"integer","minimum":0},"session_maximum":{"$ref":"#\#
/components/schemas/Limits"},"session_default":{"$ref":"#/components/schemas/Limits"}}},"Liveness":{"type":"object",\#
"additionalProperties":false,"required":["status"],"properties":{"status":{"type":"string","const":"ok"}}},"Readines\#
s":{"type":"object","additionalProperties":false,"required":["status","problems"],"properties":{"status":{"type":"st\#
ring","enum":["ready","unready"]},"problems":{"type":"array","items":{"type":"string"}}}}}}}
"""#
}
