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
 run in a session, one at a time."},{"name":"checkpoints","description":"Named copies of a session's interpreter."},\#
{"name":"files","description":"The session's /workspace."},{"name":"artifacts","description":"Files that appear belo\#
w /workspace/artifacts, kept by their SHA-256."},{"name":"system","description":"Health and state of the daemon."}],\#
"paths":{"/v1/sessions":{"post":{"operationId":"createSession","tags":["sessions"],"summary":"Create a session, or g\#
et the one that has this name.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"req\#
uired":false,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/CreateSession"},"example":{"name"\#
:"thread-42","limits":{"memory_bytes":1073741824}}}}},"responses":{"201":{"description":"A new session.","headers":{\#
"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/compone\#
nts/schemas/Session"}}}},"200":{"description":"The session that already has this name and the same settings.","heade\#
rs":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/co\#
mponents/schemas/Session"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"409":{"$ref":"#/components/respons\#
es/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"429"\#
:{"$ref":"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/compone\#
nts/responses/SessionFailed"},"503":{"$ref":"#/components/responses/Unavailable"}}},"get":{"operationId":"listSessio\#
ns","tags":["sessions"],"summary":"List the live sessions, oldest first.","parameters":[{"$ref":"#/components/parame\#
ters/Cursor"},{"$ref":"#/components/parameters/Limit"},{"name":"name","in":"query","description":"Only the session o\#
f this name.","schema":{"type":"string"}}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{\#
"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Sess\#
ionPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"},"50\#
3":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}":{"parameters":[{"$ref":"#/components/paramet\#
ers/SessionId"}],"get":{"operationId":"getSession","tags":["sessions"],"summary":"One session.","responses":{"200":{\#
"description":"The session.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"applic\#
ation/json":{"schema":{"$ref":"#/components/schemas/Session"}}}},"400":{"$ref":"#/components/responses/BadRequest"},\#
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/c\#
omponents/responses/Unavailable"}}},"delete":{"operationId":"deleteSession","tags":["sessions"],"summary":"End a ses\#
sion and delete its workspace. Artifacts stay.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"re\#
sponses":{"204":{"description":"It is gone.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}},"\#
400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/\#
components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/respons\#
es/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}}\#
,"/v1/sessions/{id}/executions":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"post":{"operationId":"\#
execute","tags":["executions"],"summary":"Run code.","description":"With `Accept: application/x-ndjson` the answer i\#
s the stream of events, ending with the result. Otherwise it is\nthe finished execution. A client that goes away end\#
s neither: fetch the execution, or its events, later.\nA repeated request with the same `Idempotency-Key` waits for \#
the first execution and answers it.\n","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody\#
":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execute"},"example":{"code"\#
:"x = 6\nx * 7","timeout_seconds":30}}}},"responses":{"200":{"description":"The finished execution, or the stream of\#
 its events.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"s\#
chema":{"$ref":"#/components/schemas/Execution"}},"application/x-ndjson":{"schema":{"$ref":"#/components/schemas/Eve\#
ntLines"}}}},"202":{"description":"With `wait` false, the execution as it is now.","headers":{"X-Request-Id":{"$ref"\#
:"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution"\#
}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$re\#
f":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/r\#
esponses/NotJSON"},"429":{"$ref":"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},\#
"502":{"$ref":"#/components/responses/SessionFailed"},"503":{"$ref":"#/components/responses/Unavailable"}}},"get":{"\#
operationId":"listExecutions","tags":["executions"],"summary":"List a session's executions, oldest first.","paramete\#
rs":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"descri\#
ption":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json\#
":{"schema":{"$ref":"#/components/schemas/ExecutionPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404\#
":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/compo\#
nents/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}":{"parameters":[{"$ref":"#/components/parameter\#
s/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"get":{"operationId":"getExecution","tags":["execution\#
s"],"summary":"One execution, finished or not.","responses":{"200":{"description":"The execution as it is.","headers\#
":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/comp\#
onents/schemas/Execution"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/respons\#
es/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}\#
},"/v1/sessions/{id}/executions/{eid}/events":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#\#
/components/parameters/ExecutionId"}],"get":{"operationId":"streamEvents","tags":["executions"],"summary":"The event\#
s after a number, past ones first, then live until the result.","parameters":[{"name":"after","in":"query","descript\#
ion":"The `seq` of the last event that is known already.","schema":{"type":"integer","format":"int64","minimum":0,"d\#
efault":0}}],"responses":{"200":{"description":"The stream. A connection that ends before the result event can be re\#
sumed with `after`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/x-\#
ndjson":{"schema":{"$ref":"#/components/schemas/EventLines"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"\#
404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/co\#
mponents/responses/Unavailable"}}}},"/v1/sessions/{id}/checkpoints":{"parameters":[{"$ref":"#/components/parameters/\#
SessionId"}],"post":{"operationId":"createCheckpoint","tags":["checkpoints"],"summary":"Copy the interpreter under a\#
 name, to go back to it as often as one likes. Nothing may be running.","parameters":[{"$ref":"#/components/paramete\#
rs/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/sc\#
hemas/CheckpointName"}}}},"responses":{"201":{"description":"It exists.","headers":{"X-Request-Id":{"$ref":"#/compon\#
ents/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/NamedCheckpoint"}}}}\#
,"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"\#
#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/respo\#
nses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}\#
},"get":{"operationId":"listCheckpoints","tags":["checkpoints"],"summary":"The named checkpoints of a session, at mo\#
st eight.","responses":{"200":{"description":"All of them, oldest first.","headers":{"X-Request-Id":{"$ref":"#/compo\#
nents/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/CheckpointList"}}}}\#
,"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"\#
#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/checkpoi\#
nts/{name}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"name":"name","in":"path","required":true,"\#
description":"As it was given.","schema":{"type":"string","pattern":"^[A-Za-z0-9._-]{1,40}$"}}],"delete":{"operation\#
Id":"deleteCheckpoint","tags":["checkpoints"],"summary":"Give a checkpoint and its memory up.","parameters":[{"$ref"\#
:"#/components/parameters/IdempotencyKey"}],"responses":{"204":{"description":"It is gone.","headers":{"X-Request-Id\#
":{"$ref":"#/components/headers/RequestId"}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/co\#
mponents/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses\#
/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{\#
"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/rollback":{"parameters":[{"$ref":"#/components/pa\#
rameters/SessionId"}],"post":{"operationId":"rollback","tags":["checkpoints"],"summary":"Set the variables back to t\#
hose of a named checkpoint, which stays. Everything else in the session is killed; files stay.","parameters":[{"$ref\#
":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":\#
{"$ref":"#/components/schemas/CheckpointName"}}}},"responses":{"200":{"description":"The session in its next incarna\#
tion.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":\#
{"$ref":"#/components/schemas/Session"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/compo\#
nents/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/To\#
oLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$r\#
ef":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/interrupt":{"parameters":[{"$ref":"\#
#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"post":{"operationId":"interrupt\#
","tags":["executions"],"summary":"Raise KeyboardInterrupt in the running code; a queued execution is withdrawn, a f\#
inished one left as it is.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"responses":{"202":{"de\#
scription":"The execution as it is now; it ends shortly.","headers":{"X-Request-Id":{"$ref":"#/components/headers/Re\#
questId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution"}}}},"400":{"$ref":"#/com\#
ponents/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/response\#
s/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":\#
{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}\#
/executions/{eid}/output/{stream}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components\#
/parameters/ExecutionId"},{"name":"stream","in":"path","required":true,"schema":{"type":"string","enum":["stdout","s\#
tderr"]}}],"get":{"operationId":"getOutput","tags":["executions"],"summary":"The whole output of one stream, up to t\#
he configured cap.","parameters":[{"$ref":"#/components/parameters/Range"}],"responses":{"200":{"$ref":"#/components\#
/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"400":{"$ref":"#/components/responses/BadReq\#
uest"},"404":{"$ref":"#/components/responses/NotFound"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$re\#
f":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/exec\#
utions/{eid}/artifacts":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters\#
/ExecutionId"}],"get":{"operationId":"listExecutionArtifacts","tags":["artifacts"],"summary":"List what one executio\#
n left in /workspace/artifacts.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/param\#
eters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers\#
/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ArtifactPage"}}}},"400":{"$ref":\#
"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/re\#
sponses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/files":{"parameters":[{\#
"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"listFiles","tags":["files"],"summary":"List a dir\#
ectory of the workspace.","parameters":[{"name":"path","in":"query","description":"The directory, relative to /works\#
pace; absent or empty for /workspace itself.","schema":{"type":"string"}},{"$ref":"#/components/parameters/Cursor"},\#
{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"\#
$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/FileP\#
age"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{\#
"$ref":"#/components/responses/Conflict"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/componen\#
ts/responses/Unavailable"}}}},"/v1/sessions/{id}/files/{path}":{"parameters":[{"$ref":"#/components/parameters/Sessi\#
onId"},{"name":"path","in":"path","required":true,"description":"Relative to /workspace, percent-encoded; slashes be\#
tween directories may stand as they are. No `.`, `..`,\nempty components and NUL; at most 4095 bytes, 255 a componen\#
t.\n","schema":{"type":"string","minLength":1,"maxLength":4095},"example":"data/input.csv"}],"get":{"operationId":"d\#
ownloadFile","tags":["files"],"summary":"The bytes of a file.","parameters":[{"$ref":"#/components/parameters/Range"\#
}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"\#
400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/\#
components/responses/Conflict"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/respons\#
es/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}},"put":{"operationId":"uploadFile","tags":["files\#
"],"summary":"Write a file; makes its directories, replaces it atomically.","description":"The body is the file's by\#
tes as they are, of any length, and flows straight into the file. For a repeated\nrequest with the same `Idempotency\#
-Key`, the announced length stands for the body.\n","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}]\#
,"requestBody":{"required":true,"content":{"application/octet-stream":{"schema":{"type":"string","format":"binary"}}\#
}},"responses":{"201":{"description":"A new file.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId\#
"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/FileEntry"}}}},"200":{"description":"The f\#
ile was replaced.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json\#
":{"schema":{"$ref":"#/components/schemas/FileEntry"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"\#
$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/component\#
s/responses/TooLarge"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavai\#
lable"},"507":{"$ref":"#/components/responses/WorkspaceFull"}}},"delete":{"operationId":"deleteFile","tags":["files"\#
],"summary":"Delete a file, or an empty directory.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}]\#
,"responses":{"204":{"description":"It is gone.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}\#
}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref"\#
:"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/res\#
ponses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"\#
}}}},"/v1/sessions/{id}/artifacts":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId"\#
:"listSessionArtifacts","tags":["artifacts"],"summary":"List what a session's executions left in /workspace/artifact\#
s, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],\#
"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"\#
content":{"application/json":{"schema":{"$ref":"#/components/schemas/ArtifactPage"}}}},"400":{"$ref":"#/components/r\#
esponses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Interna\#
l"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/artifacts/{sha256}":{"parameters":[{"name":"sha256",\#
"in":"path","required":true,"schema":{"type":"string","pattern":"^[0-9a-f]{64}$"}}],"get":{"operationId":"downloadAr\#
tifact","tags":["artifacts"],"summary":"The bytes of an artifact, always as an attachment.","parameters":[{"$ref":"#\#
/components/parameters/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/componen\#
ts/responses/PartialBytes"},"302":{"description":"The object store serves the bytes itself.","headers":{"X-Request-I\#
d":{"$ref":"#/components/headers/RequestId"},"Location":{"description":"A presigned URL.","required":true,"schema":{\#
"type":"string"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFoun\#
d"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":\#
"#/components/responses/Unavailable"}}}},"/v1/status":{"get":{"operationId":"getStatus","tags":["system"],"summary":\#
"The whole system at a glance.","responses":{"200":{"description":"The status.","headers":{"X-Request-Id":{"$ref":"#\#
/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Status"}}}},"\#
400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/\#
components/responses/Unavailable"}}}},"/health/live":{"get":{"operationId":"isLive","tags":["system"],"summary":"Ans\#
wers while the process runs.","responses":{"200":{"description":"It runs.","headers":{"X-Request-Id":{"$ref":"#/comp\#
onents/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Liveness"}}}},"400\#
":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},"/health/ready":{\#
"get":{"operationId":"isReady","tags":["system"],"summary":"Whether the daemon takes work.","responses":{"200":{"des\#
cription":"It does.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/js\#
on":{"schema":{"$ref":"#/components/schemas/Readiness"}}}},"503":{"description":"It does not; `problems` says why.",\#
"headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref"\#
:"#/components/schemas/Readiness"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components\#
/responses/Internal"}}}},"/metrics":{"get":{"operationId":"getMetrics","tags":["system"],"summary":"Counters for Pro\#
metheus.","description":"Text exposition format 0.0.4. Creations of sessions by path and phase, what is kept in adva\#
nce, the daemon's own resources. Names begin with `cloister_`; they are added, never renamed.","responses":{"200":{"\#
description":"The counters.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"text/p\#
lain":{"schema":{"type":"string"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/\#
responses/Internal"}}}},"/openapi.json":{"get":{"operationId":"getDocument","tags":["system"],"summary":"This docume\#
nt.","responses":{"200":{"description":"The document as JSON.","headers":{"X-Request-Id":{"$ref":"#/components/heade\#
rs/RequestId"}},"content":{"application/json":{"schema":{"type":"object"}}}},"400":{"$ref":"#/components/responses/B\#
adRequest"},"500":{"$ref":"#/components/responses/Internal"}}}}},"components":{"parameters":{"SessionId":{"name":"id\#
","in":"path","required":true,"schema":{"$ref":"#/components/schemas/SessionId"}},"ExecutionId":{"name":"eid","in":"\#
path","required":true,"schema":{"$ref":"#/components/schemas/ExecutionId"}},"Cursor":{"name":"cursor","in":"query","\#
description":"The `next_cursor` of the page before.","schema":{"type":"string","minLength":1,"maxLength":512}},"Limi\#
t":{"name":"limit","in":"query","description":"How many entries at most.","schema":{"type":"integer","minimum":1,"ma\#
ximum":500,"default":100}},"IdempotencyKey":{"name":"Idempotency-Key","in":"header","description":"1 to 128 visible \#
ASCII characters, fresh for each new request.","schema":{"type":"string","minLength":1,"maxLength":128,"pattern":"^[\#
!-~]{1,128}$"}},"Range":{"name":"Range","in":"header","description":"One range of bytes, such as `bytes=0-1023`, `by\#
tes=1024-` or `bytes=-500`; others are ignored.","schema":{"type":"string"}}},"headers":{"RequestId":{"description":\#
"Names this request in the daemon's log.","required":true,"schema":{"type":"string","pattern":"^[0-9a-f]{16}$"}}},"r\#
esponses":{"Bytes":{"description":"The bytes.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"\#
Content-Disposition":{"description":"Always an attachment.","required":true,"schema":{"type":"string"}},"X-Content-T\#
ype-Options":{"required":true,"schema":{"type":"string","const":"nosniff"}},"Accept-Ranges":{"required":true,"schema\#
":{"type":"string","const":"bytes"}}},"content":{"*/*":{"schema":{"type":"string","format":"binary"}}}},"PartialByte\#
s":{"description":"The range that was asked for.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"\#
},"Content-Disposition":{"description":"Always an attachment.","required":true,"schema":{"type":"string"}},"X-Conten\#
t-Type-Options":{"required":true,"schema":{"type":"string","const":"nosniff"}},"Accept-Ranges":{"required":true,"sch\#
ema":{"type":"string","const":"bytes"}},"Content-Range":{"required":true,"schema":{"type":"string"}}},"content":{"*/\#
*":{"schema":{"type":"string","format":"binary"}}}},"BadRequest":{"description":"`invalid_request` or `unknown_field\#
`: the request breaks a rule of this document.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}\#
,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"NotFound":{"description":"`not_fo\#
und`, `session_not_found`, `execution_not_found`, `file_not_found` or `artifact_not_found`.","headers":{"X-Request-I\#
d":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/\#
Error"}}}},"Conflict":{"description":"`conflict`, `name_in_use_with_other_settings`, `session_busy` or `idempotency_\#
conflict`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"sch\#
ema":{"$ref":"#/components/schemas/Error"}}}},"TooLarge":{"description":"`payload_too_large`: JSON bodies may have 1\#
6 MiB, code 8 MiB.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/jso\#
n":{"schema":{"$ref":"#/components/schemas/Error"}}}},"NotJSON":{"description":"`unsupported_media_type`: the body i\#
s not declared as application/json.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":\#
{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"BadRange":{"description":"`range_not_satisfi\#
able`: the range lies outside the bytes there are.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestI\#
d"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"TooMany":{"description":"`too\#
_many_sessions`: the configured number is reached.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestI\#
d"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"SessionFailed":{"description"\#
:"`session_failed`: the session's processes could not be started.","headers":{"X-Request-Id":{"$ref":"#/components/h\#
eaders/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"Unavailable":{\#
"description":"`capacity`, `spawner_unavailable` or `stopping`: try again later.","headers":{"X-Request-Id":{"$ref":\#
"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},\#
"WorkspaceFull":{"description":"`workspace_full`: the workspace's quota has no room for the file.","headers":{"X-Req\#
uest-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/sc\#
hemas/Error"}}}},"Internal":{"description":"`internal`: a defect; the daemon's log has the details under the request\#
 id.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{\#
"$ref":"#/components/schemas/Error"}}}}},"schemas":{"SessionId":{"type":"string","pattern":"^ses_[a-z0-9]{1,16}_[a-z\#
2-7]{26}$"},"ExecutionId":{"type":"string","pattern":"^exe_[a-z0-9]{1,16}_[a-z2-7]{26}$"},"Time":{"type":"string","p\#
attern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"},"NextCursor":{"description":"Where th\#
e next page begins; null on the last page.","type":["string","null"]},"Error":{"type":"object","additionalProperties\#
":false,"required":["error"],"properties":{"error":{"type":"object","additionalProperties":false,"required":["code",\#
"message","remedy","request_id","details"],"properties":{"code":{"$ref":"#/components/schemas/ErrorCode"},"message":\#
{"type":"string","description":"What happened."},"remedy":{"type":"string","description":"What to do about it."},"re\#
quest_id":{"type":"string"},"details":{"type":["object","null"],"description":"Facts for programs."}}}}},"ErrorCode"\#
:{"type":"string","enum":["invalid_request","unknown_field","not_found","session_not_found","execution_not_found","f\#
ile_not_found","artifact_not_found","method_not_allowed","conflict","name_in_use_with_other_settings","session_busy"\#
,"idempotency_conflict","payload_too_large","unsupported_media_type","range_not_satisfiable","too_many_sessions","se\#
ssion_failed","capacity","spawner_unavailable","stopping","workspace_full","internal"]},"CreateSession":{"type":"obj\#
ect","additionalProperties":false,"properties":{"name":{"description":"The caller's own name for it, unique among li\#
ve sessions; a chat thread's id, for instance.","type":["string","null"],"pattern":"^[!-~]{1,128}$"},"image":{"descr\#
iption":"Name of an image; absent for the configured default.","type":["string","null"],"pattern":"^[a-z0-9][a-z0-9.\#
_-]{0,63}$"},"storage":{"description":"Where the workspace lies; absent for the configured default.","type":["string\#
","null"],"enum":["pool","tmpfs",null]},"limits":{"anyOf":[{"$ref":"#/components/schemas/RequestedLimits"},{"type":"\#
null"}]},"metadata":{"description":"Kept and given back, never read.","type":["object","null"],"maxProperties":32,"p\#
ropertyNames":{"type":"string","pattern":"^[!-~]{1,64}$"},"additionalProperties":{"type":"string","maxLength":1024,"\#
description":"At most 1024 bytes of UTF-8."}},"checkpoint":{"description":"Whether copies of the interpreter are kep\#
t to go on from after a loss. `auto`: after executions, when it is safe\nand cheap. `always`: after every execution.\#
\n","type":["string","null"],"enum":["auto","off","always",null],"default":"auto"}}},"RequestedLimits":{"type":"obje\#
ct","additionalProperties":false,"description":"Absent ones take the configured default; the configured ceilings hol\#
d.","properties":{"memory_bytes":{"type":["integer","null"],"format":"int64","minimum":1},"cpus":{"type":["number","\#
null"],"exclusiveMinimum":0},"pids":{"type":["integer","null"],"format":"int64","minimum":1},"workspace_bytes":{"typ\#
e":["integer","null"],"format":"int64","minimum":1},"tmp_bytes":{"type":["integer","null"],"format":"int64","minimum\#
":1}}},"Session":{"type":"object","additionalProperties":false,"required":["id","name","image","state","incarnation"\#
,"storage","created_at","last_activity_at","owner_uid","limits","usage","executions","artifacts","metadata","checkpo\#
int","creation"],"properties":{"id":{"$ref":"#/components/schemas/SessionId"},"name":{"type":["string","null"]},"ima\#
ge":{"type":"string"},"state":{"type":"string","enum":["starting","ready","running","restarting","failed","deleting"\#
]},"incarnation":{"type":"integer","minimum":0,"description":"Counts the lives of the process tree. A higher number \#
than before means that variables are lost or rolled back."},"storage":{"type":"string","enum":["pool","tmpfs"]},"cre\#
ated_at":{"$ref":"#/components/schemas/Time"},"last_activity_at":{"$ref":"#/components/schemas/Time"},"owner_uid":{"\#
type":"integer","minimum":0,"description":"The uid of the peer that created the session."},"limits":{"$ref":"#/compo\#
nents/schemas/Limits"},"usage":{"anyOf":[{"$ref":"#/components/schemas/Usage"},{"type":"null"}]},"executions":{"type\#
":"integer","minimum":0,"description":"Executions so far."},"artifacts":{"type":"integer","minimum":0,"description":\#
"Artifacts captured so far."},"metadata":{"type":"object","additionalProperties":{"type":"string"}},"checkpoint":{"t\#
ype":"string","enum":["auto","off","always"]},"creation":{"anyOf":[{"$ref":"#/components/schemas/Creation"},{"type":\#
"null"}]}}},"Limits":{"type":"object","additionalProperties":false,"required":["memory_bytes","cpus","pids","workspa\#
ce_bytes","tmp_bytes"],"properties":{"memory_bytes":{"type":"integer","format":"int64","minimum":0},"cpus":{"type":"\#
number","minimum":0},"pids":{"type":"integer","minimum":0},"workspace_bytes":{"type":"integer","format":"int64","min\#
imum":0},"tmp_bytes":{"type":"integer","format":"int64","minimum":0}}},"Usage":{"type":"object","additionalPropertie\#
s":false,"description":"What the kernel says the session uses now.","required":["memory_bytes","memory_peak_bytes","\#
cpu_seconds","pids","workspace_bytes"],"properties":{"memory_bytes":{"type":"integer","format":"int64","minimum":0},\#
"memory_peak_bytes":{"type":"integer","format":"int64","minimum":0},"cpu_seconds":{"type":"number","minimum":0},"pid\#
s":{"type":"integer","minimum":0},"workspace_bytes":{"type":["integer","null"],"format":"int64","minimum":0}}},"Crea\#
tion":{"type":"object","additionalProperties":false,"required":["path","holder","milliseconds","phases"],"properties\#
":{"path":{"type":"string","enum":["ready","zygote","exec"],"description":"`ready`: it had been started before it wa\#
s asked for. `zygote`: a fork of an interpreter that has its imports done. `exec`: a fresh interpreter."},"holder":{\#
"type":"string","enum":["pooled","fresh"],"description":"Whether its namespaces had been made before they were asked\#
 for."},"milliseconds":{"type":"number","minimum":0,"description":"For `ready`: of the hand-out."},"phases":{"type":\#
"object","additionalProperties":{"type":"number"},"description":"Milliseconds by phase."}}},"SessionPage":{"type":"o\#
bject","additionalProperties":false,"required":["sessions","next_cursor"],"properties":{"sessions":{"type":"array","\#
items":{"$ref":"#/components/schemas/Session"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"Execute"\#
:{"type":"object","additionalProperties":false,"required":["code"],"properties":{"code":{"type":"string","descriptio\#
n":"Python source, at most 8 MiB. The value of a last expression is returned."},"timeout_seconds":{"description":"Af\#
ter this comes what `on_timeout` says.","type":["number","null"],"exclusiveMinimum":0,"maximum":86400,"default":120}\#
,"on_timeout":{"description":"`interrupt`: the code is interrupted, and killed when that does not help. `kill`: it i\#
s killed at once. `detach`: it\ngoes on under its id, and whoever waits gets it as it is.\n","type":["string","null"\#
],"enum":["interrupt","kill","detach",null],"default":"interrupt"},"stdin":{"description":"What `input()` and descri\#
ptor 0 read, at most 4 MiB of UTF-8; without it there is no standard input.","type":["string","null"]},"queue":{"des\#
cription":"Whether to wait for one's turn or be refused with `session_busy` when something else runs.","type":["stri\#
ng","null"],"enum":["wait","refuse",null],"default":"wait"},"wait":{"description":"False answers 202 at once.","type\#
":["boolean","null"],"default":true}}},"Execution":{"type":"object","additionalProperties":false,"required":["id","s\#
ession_id","number","state","incarnation","code_sha256","timeout_seconds","on_timeout","created_at","started_at","fi\#
nished_at","status","value","value_metadata","displays","error","exit_code","stdout","stderr","verdict","checkpoint"\#
,"interruption","artifacts"],"properties":{"id":{"$ref":"#/components/schemas/ExecutionId"},"session_id":{"$ref":"#/\#
components/schemas/SessionId"},"number":{"type":"integer","minimum":1,"description":"1 for the session's first."},"s\#
tate":{"type":"string","enum":["queued","running","finished"]},"incarnation":{"type":"integer","minimum":0,"descript\#
ion":"The incarnation it runs in."},"code_sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"timeout_seconds":{"t\#
ype":"number","exclusiveMinimum":0},"on_timeout":{"type":"string","enum":["interrupt","kill","detach"]},"created_at"\#
:{"$ref":"#/components/schemas/Time"},"started_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},\#
"finished_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},"status":{"description":"How it ended\#
; null until it has.","type":["string","null"],"enum":["ok","error","interrupted","timeout","exit","lost",null]},"va\#
lue":{"description":"MIME type to text of the last expression's value; binary types in base64, JSON types as JSON te\#
xt.","type":["object","null"],"additionalProperties":{"type":"string"}},"value_metadata":{"type":["object","null"],"\#
description":"What the value's MIME bundle says about itself."},"displays":{"type":"array","items":{"$ref":"#/compon\#
ents/schemas/Display"},"description":"In the order in which they were shown."},"error":{"anyOf":[{"$ref":"#/componen\#
ts/schemas/ExecutionError"},{"type":"null"}]},"exit_code":{"type":["integer","null"],"description":"What sys.exit wa\#
s called with."},"stdout":{"$ref":"#/components/schemas/Output"},"stderr":{"$ref":"#/components/schemas/Output"},"ve\#
rdict":{"anyOf":[{"$ref":"#/components/schemas/Verdict"},{"type":"null"}]},"checkpoint":{"anyOf":[{"$ref":"#/compone\#
nts/schemas/Checkpoint"},{"type":"null"}]},"interruption":{"anyOf":[{"$ref":"#/components/schemas/Interruption"},{"t\#
ype":"null"}]},"artifacts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact"}}}},"ExecutionError":{"ty\#
pe":"object","additionalProperties":false,"description":"The exception, as the interpreter claims it.","required":["\#
type","message","traceback","frames"],"properties":{"type":{"type":"string"},"message":{"type":"string"},"traceback"\#
:{"type":"string"},"frames":{"description":"Outermost first; of a deep stack the first and the last.","type":"array"\#
,"items":{"type":"object","additionalProperties":false,"required":["file","line","function","source"],"properties":{\#
"file":{"type":"string","description":"A path, or `<execution N>` for code of the session's N-th execution."},"line"\#
:{"type":"integer","minimum":0},"function":{"type":"string"},"source":{"type":"string","description":"The line's tex\#
t; empty where it is not known."}}}}}},"Checkpoint":{"type":"object","additionalProperties":false,"description":"Wha\#
t there was to go back to when the execution began.","required":["taken","execution_id","reason"],"properties":{"tak\#
en":{"type":"boolean","description":"Whether there was a copy of the interpreter."},"execution_id":{"description":"T\#
he last execution whose effects it holds.","anyOf":[{"$ref":"#/components/schemas/ExecutionId"},{"type":"null"}]},"r\#
eason":{"description":"Why there was none, or none of the last execution. `nothing_to_keep`: nothing had run in this\#
 incarnation.\n`memory`: the session used more than half of its memory. `rate`: executions followed each other fast.\#
 `threads`,\n`sockets`, `devices`: a copy would lack or share them. `failed`: it could not be made, or was ended.\n"\#
,"type":["string","null"],"enum":["off","nothing_to_keep","memory","rate","threads","sockets","devices","failed",nul\#
l]}}},"CheckpointName":{"type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type\#
":"string","pattern":"^[A-Za-z0-9._-]{1,40}$"}}},"NamedCheckpoint":{"type":"object","additionalProperties":false,"re\#
quired":["name","created_at","execution_id"],"properties":{"name":{"type":"string"},"created_at":{"$ref":"#/componen\#
ts/schemas/Time"},"execution_id":{"description":"The last execution whose effects it holds; null when the daemon doe\#
s not know.","anyOf":[{"$ref":"#/components/schemas/ExecutionId"},{"type":"null"}]}}},"CheckpointList":{"type":"obje\#
ct","additionalProperties":false,"required":["checkpoints"],"properties":{"checkpoints":{"type":"array","items":{"$r\#
ef":"#/components/schemas/NamedCheckpoint"}}}},"Interruption":{"type":"object","additionalProperties":false,"descrip\#
tion":"How the execution was brought to its end, at its deadline or because a caller asked for it. Each rung is trie\#
d when the\none before was in vain: KeyboardInterrupt in the main thread, or cancelling the task that a top-level `a\#
wait` waits\nfor; KeyboardInterrupt that is raised again in what catches it; the kill.\n","required":["rung","second\#
s","stacks"],"properties":{"rung":{"type":"string","enum":["keyboard_interrupt","task_cancel","force","kill"]},"seco\#
nds":{"type":"number","minimum":0,"description":"From the first interrupt to the end."},"stacks":{"type":["string","\#
null"],"description":"Stacks of all threads before a kill, as the interpreter claims them."}}},"Display":{"type":"ob\#
ject","additionalProperties":false,"description":"Something shown beside the text, as Jupyter's display_data, update\#
_display_data and clear_output.","required":["kind","data","metadata","display_id","wait","stdout_offset","stderr_of\#
fset"],"properties":{"kind":{"type":"string","enum":["show","update","clear"]},"data":{"description":"MIME type to t\#
ext; binary types in base64, JSON types as JSON text.","type":"object","additionalProperties":{"type":"string"}},"me\#
tadata":{"type":"object"},"display_id":{"type":["string","null"]},"wait":{"type":"boolean","description":"Clearing w\#
aits until something else comes."},"stdout_offset":{"type":"integer","format":"int64","minimum":0,"description":"Byt\#
es of the stream that had been written before."},"stderr_offset":{"type":"integer","format":"int64","minimum":0}}},"\#
Output":{"type":"object","additionalProperties":false,"description":"Head and tail of one output stream.","required"\#
:["text","bytes","truncated","encoding"],"properties":{"text":{"type":"string"},"bytes":{"type":"integer","format":"\#
int64","minimum":0,"description":"Bytes written in all."},"truncated":{"type":"integer","format":"int64","minimum":0\#
,"description":"Bytes left out in the middle."},"encoding":{"type":"string","enum":["utf-8","base64"]}}},"Verdict":{\#
"type":"object","additionalProperties":false,"description":"What became of the session's variables, and why. `preser\#
ved`: they are as the code left them. `rolled_back`:\nthey are as before the execution, or as after the execution th\#
at `checkpoint` names. `lost`: the interpreter is a new\none. The workspace is kept in any case.\nNumbers are observ\#
ed from outside the sandbox.\n","required":["state","cause","limit","peak_memory_bytes","cpu_seconds","wall_seconds"\#
,"incarnation","exit"],"properties":{"state":{"type":"string","enum":["preserved","rolled_back","lost"]},"cause":{"t\#
ype":"string","enum":["ok","error","interrupted","timeout","oom","crashed","exited","pids","disk_full","output_limit\#
","protocol_error","killed","host_restart"]},"limit":{"anyOf":[{"$ref":"#/components/schemas/LimitHit"},{"type":"nul\#
l"}]},"peak_memory_bytes":{"type":["integer","null"],"format":"int64","minimum":0},"cpu_seconds":{"type":"number","m\#
inimum":0},"wall_seconds":{"type":"number","minimum":0},"incarnation":{"type":"integer","minimum":0,"description":"T\#
he incarnation that answers from now on."},"exit":{"anyOf":[{"$ref":"#/components/schemas/Exit"},{"type":"null"}]}}}\#
,"LimitHit":{"type":"object","additionalProperties":false,"required":["name","value"],"properties":{"name":{"type":"\#
string"},"value":{"type":"number"}}},"Exit":{"type":"object","additionalProperties":false,"description":"How the int\#
erpreter's process ended.","required":["code","signal"],"properties":{"code":{"type":["integer","null"]},"signal":{"\#
type":["integer","null"]}}},"ExecutionPage":{"type":"object","additionalProperties":false,"required":["executions","\#
next_cursor"],"properties":{"executions":{"type":"array","items":{"$ref":"#/components/schemas/Execution"}},"next_cu\#
rsor":{"$ref":"#/components/schemas/NextCursor"}}},"EventLines":{"type":"string","description":"One event a line, ea\#
ch a JSON object as the schema `Event` describes it, with `seq` from 1 without gaps. The\nlast one is the `result`.\\#
n"},"Event":{"oneOf":[{"type":"object","additionalProperties":false,"required":["seq","type","execution_id","session\#
_id"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"started"}\#
,"execution_id":{"$ref":"#/components/schemas/ExecutionId"},"session_id":{"$ref":"#/components/schemas/SessionId"}}}\#
,{"type":"object","additionalProperties":false,"description":"Output; `offset` is the position of its first byte in \#
the stream.","required":["seq","type","offset","text"],"properties":{"seq":{"type":"integer","format":"int64","minim\#
um":1},"type":{"type":"string","enum":["stdout","stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},\#
"text":{"type":"string"}}},{"type":"object","additionalProperties":false,"description":"Output that is not UTF-8.","\#
required":["seq","type","offset","base64"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type\#
":{"type":"string","enum":["stdout","stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},"base64":{"t\#
ype":"string"}}},{"type":"object","additionalProperties":false,"required":["seq","type","display"],"properties":{"se\#
q":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"display"},"display":{"$ref":"#/c\#
omponents/schemas/Display"}}},{"type":"object","additionalProperties":false,"required":["seq","type","artifacts"],"p\#
roperties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"artifacts"},"arti\#
facts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact"}}}},{"type":"object","additionalProperties":f\#
alse,"required":["seq","type","execution"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type\#
":{"type":"string","const":"result"},"execution":{"$ref":"#/components/schemas/Execution"}}}]},"FileEntry":{"type":"\#
object","additionalProperties":false,"required":["name","path","type","size","modified_at"],"properties":{"name":{"t\#
ype":"string","description":"For display."},"path":{"type":"string","description":"Relative to /workspace; percent-e\#
ncoded when it is not UTF-8."},"type":{"type":"string","enum":["file","directory","symlink","other"]},"size":{"type"\#
:"integer","format":"int64","minimum":0},"modified_at":{"$ref":"#/components/schemas/Time"}}},"FilePage":{"type":"ob\#
ject","additionalProperties":false,"required":["entries","next_cursor"],"properties":{"entries":{"type":"array","ite\#
ms":{"$ref":"#/components/schemas/FileEntry"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"Artifact"\#
:{"type":"object","additionalProperties":false,"required":["path","sha256","size","mime","key","uri","state","reason\#
","execution_id"],"properties":{"path":{"type":"string","description":"Relative to /workspace/artifacts; percent-enc\#
oded when it is not UTF-8."},"sha256":{"type":["string","null"],"pattern":"^[0-9a-f]{64}$"},"size":{"type":"integer"\#
,"format":"int64","minimum":0},"mime":{"type":["string","null"]},"key":{"type":["string","null"],"description":"In t\#
he object store: output/artifacts/ab/cd/<sha256>."},"uri":{"type":["string","null"],"description":"Where the object \#
store keeps it","or will once it is `stored`; null when skipped.":null},"state":{"type":"string","enum":["captured",\#
"stored","skipped"]},"reason":{"type":["string","null"],"description":"Why it was skipped."},"execution_id":{"$ref":\#
"#/components/schemas/ExecutionId"}}},"ArtifactPage":{"type":"object","additionalProperties":false,"required":["arti\#
facts","next_cursor"],"properties":{"artifacts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact"}},"n\#
ext_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"Status":{"type":"object","additionalProperties":false,"req\#
uired":["daemon","spawner","object_store","pool","pools","limits","sessions"],"properties":{"daemon":{"$ref":"#/comp\#
onents/schemas/DaemonStatus"},"spawner":{"$ref":"#/components/schemas/SpawnerStatus"},"object_store":{"$ref":"#/comp\#
onents/schemas/ObjectStoreStatus"},"pool":{"anyOf":[{"$ref":"#/components/schemas/PoolStatus"},{"type":"null"}]},"po\#
ols":{"type":"array","items":{"$ref":"#/components/schemas/ImagePool"}},"limits":{"$ref":"#/components/schemas/HostL\#
imits"},"sessions":{"type":"array","items":{"$ref":"#/components/schemas/Session"}}}},"DaemonStatus":{"type":"object\#
","additionalProperties":false,"required":["version","pid","node","instance","started_at","uptime_seconds","healthy"\#
,"problems","resident_bytes","open_files","threads"],"properties":{"version":{"type":"string"},"pid":{"type":"intege\#
r"},"node":{"type":"string"},"instance":{"type":"string"},"started_at":{"$ref":"#/components/schemas/Time"},"uptime_\#
seconds":{"type":"number","minimum":0},"healthy":{"type":"boolean"},"problems":{"type":"array","items":{"type":"stri\#
ng"}},"resident_bytes":{"type":"integer","format":"int64","minimum":0},"open_files":{"type":"integer","minimum":0},"\#
threads":{"type":"integer","minimum":0}}},"SpawnerStatus":{"type":"object","additionalProperties":false,"required":[\#
"connected","pid","cgroup","sessions","descriptors","leaks"],"properties":{"connected":{"type":"boolean"},"pid":{"ty\#
pe":["integer","null"]},"cgroup":{"type":["string","null"],"enum":["v2","hybrid",null]},"sessions":{"type":"integer"\#
,"minimum":0},"descriptors":{"type":"integer","minimum":0},"leaks":{"type":"object","additionalProperties":{"type":"\#
integer"}}}},"ObjectStoreStatus":{"type":"object","additionalProperties":false,"required":["kind","uri","pending","p\#
ending_bytes","failed","last_error"],"properties":{"kind":{"type":"string","enum":["directory","s3"]},"uri":{"type":\#
"string"},"pending":{"type":"integer","minimum":0},"pending_bytes":{"type":"integer","format":"int64","minimum":0},"\#
failed":{"type":"integer","minimum":0},"last_error":{"type":["string","null"]}}},"PoolStatus":{"type":"object","addi\#
tionalProperties":false,"required":["total_bytes","free_bytes"],"properties":{"total_bytes":{"type":"integer","forma\#
t":"int64","minimum":0},"free_bytes":{"type":"integer","format":"int64","minimum":0}}},"ImagePool":{"type":"object",\#
"description":"What is kept in advance for one image.","additionalProperties":false,"required":["image","ready","rea\#
dy_target","ready_bytes","ready_failures","holders","holder_target","zygote","generation","forks","fallbacks","zygot\#
e_failures","last_failure"],"properties":{"image":{"type":"string"},"ready":{"type":"integer","minimum":0,"descripti\#
on":"Started sessions that wait for a caller."},"ready_target":{"type":"integer","minimum":0},"ready_bytes":{"type":\#
"integer","format":"int64","minimum":0,"description":"What they use, by the kernel's account."},"ready_failures":{"t\#
ype":"integer","minimum":0,"description":"Ready sessions that could not be started, or ended before anybody asked fo\#
r them."},"holders":{"type":"integer","minimum":0,"description":"Empty sessions without an interpreter."},"holder_ta\#
rget":{"type":"integer","minimum":0},"zygote":{"type":"string","enum":["none","starting","ready","failed"]},"generat\#
ion":{"type":"integer","minimum":0,"description":"Of the zygote that serves, from 1; 0 before the first."},"forks":{\#
"type":"integer","format":"int64","minimum":0,"description":"Sessions forked from a zygote."},"fallbacks":{"type":"i\#
nteger","format":"int64","minimum":0,"description":"Starts that began at a zygote and were finished without it."},"z\#
ygote_failures":{"type":"integer","minimum":0,"description":"Zygotes that died, hung or could not start."},"last_fai\#
lure":{"type":["string","null"]}}},"HostLimits":{"type":"object","additionalProperties":false,"required":["max_sessi\#
ons","session_maximum","session_default"],"properties":{"max_sessions":{"type":"integer","minimum":0},"session_maxim\#
um":{"$ref":"#/components/schemas/Limits"},"session_default":{"$ref":"#/components/schemas/Limits"}}},"Liveness":{"t\#
ype":"object","additionalProperties":false,"required":["status"],"properties":{"status":{"type":"string","const":"ok\#
"}}},"Readiness":{"type":"object","additionalProperties":false,"required":["status","problems"],"properties":{"statu\#
s":{"type":"string","enum":["ready","unready"]},"problems":{"type":"array","items":{"type":"string"}}}}}}}
"""#
}
