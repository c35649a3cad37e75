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
 run in a session, one at a time."},{"name":"inspection","description":"What a session holds, and what editors ask. \#
The interpreter answers between executions; executions that come meanwhile\nwait for it.\n"},{"name":"files","descri\#
ption":"The session's /workspace."},{"name":"artifacts","description":"Files that appear below /workspace/artifacts,\#
 kept by their SHA-256."},{"name":"system","description":"Health and state of the daemon."}],"paths":{"/v1/sessions"\#
:{"post":{"operationId":"createSession","tags":["sessions"],"summary":"Create a session, or get the one that has thi\#
s name.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":false,"content":\#
{"application/json":{"schema":{"$ref":"#/components/schemas/CreateSession"},"example":{"name":"thread-42","limits":{\#
"memory_bytes":1073741824}}}}},"responses":{"201":{"description":"A new session.","headers":{"X-Request-Id":{"$ref":\#
"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Session"}}}\#
},"200":{"description":"The session that already has this name and the same settings.","headers":{"X-Request-Id":{"$\#
ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Sessio\#
n"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$\#
ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"429":{"$ref":"#/components/\#
responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/SessionFa\#
iled"},"503":{"$ref":"#/components/responses/Unavailable"}}},"get":{"operationId":"listSessions","tags":["sessions"]\#
,"summary":"List the live sessions, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"\#
#/components/parameters/Limit"},{"name":"name","in":"query","description":"Only the session of this name.","schema":\#
{"type":"string"}}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/he\#
aders/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SessionPage"}}}},"400":{"$r\#
ef":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/component\#
s/responses/Unavailable"}}}},"/v1/sessions/{id}":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":\#
{"operationId":"getSession","tags":["sessions"],"summary":"One session.","responses":{"200":{"description":"The sess\#
ion.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{\#
"$ref":"#/components/schemas/Session"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/compon\#
ents/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Una\#
vailable"}}},"delete":{"operationId":"deleteSession","tags":["sessions"],"summary":"End a session and delete its wor\#
kspace. Artifacts stay.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"responses":{"204":{"descr\#
iption":"It is gone.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}},"400":{"$ref":"#/compone\#
nts/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Co\#
nflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$r\#
ef":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/not\#
ebook":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"getNotebook","tags":["exec\#
utions"],"summary":"Every execution with its code and what it showed, as a Jupyter notebook (nbformat 4.5).","descri\#
ption":"A cell for each execution: text and displays in their order, the value, the exception. Updated and cleared d\#
isplays are\nresolved as Jupyter does, within a cell; an update of what an earlier cell shows is shown where it happ\#
ened. A cell has at most\n1 MiB of text and 10,000 outputs, and says when that is not all. Its metadata has an objec\#
t `cloister`: the execution's id,\nverdict, checkpoint and artifacts. A verdict that is not `preserved` is told on s\#
tderr. The document is made while it is sent: one\nthat breaks off is not valid JSON.\n","responses":{"200":{"descri\#
ption":"The notebook.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"Content-Disposition":{"d\#
escription":"Always an attachment.","required":true,"schema":{"type":"string"}},"X-Content-Type-Options":{"required"\#
:true,"schema":{"type":"string","const":"nosniff"}}},"content":{"application/x-ipynb+json":{"schema":{"type":"object\#
"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$r\#
ef":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/exe\#
cutions":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"post":{"operationId":"execute","tags":["execu\#
tions"],"summary":"Run code.","description":"With `Accept: application/x-ndjson` the answer is the stream of events,\#
 ending with the result. Otherwise it is\nthe finished execution. A client that goes away ends neither: fetch the ex\#
ecution, or its events, later.\nA repeated request with the same `Idempotency-Key` waits for the first execution and\#
 answers it.\n","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"con\#
tent":{"application/json":{"schema":{"$ref":"#/components/schemas/Execute"},"example":{"code":"x = 6\nx * 7","timeou\#
t_seconds":30}}}},"responses":{"200":{"description":"The finished execution, or the stream of its events.","headers"\#
:{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/compo\#
nents/schemas/Execution"}},"application/x-ndjson":{"schema":{"$ref":"#/components/schemas/EventLines"}}}},"202":{"de\#
scription":"With `wait` false, the execution as it is now.","headers":{"X-Request-Id":{"$ref":"#/components/headers/\#
RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution"}}}},"400":{"$ref":"#/c\#
omponents/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/respon\#
ses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"429\#
":{"$ref":"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/compon\#
ents/responses/SessionFailed"},"503":{"$ref":"#/components/responses/Unavailable"}}},"get":{"operationId":"listExecu\#
tions","tags":["executions"],"summary":"List a session's executions, oldest first.","parameters":[{"$ref":"#/compone\#
nts/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":"One page.","hea\#
ders":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/\#
components/schemas/ExecutionPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components\#
/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavail\#
able"}}}},"/v1/sessions/{id}/executions/{eid}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"\#
#/components/parameters/ExecutionId"}],"get":{"operationId":"getExecution","tags":["executions"],"summary":"One exec\#
ution, finished or not.","responses":{"200":{"description":"The execution as it is.","headers":{"X-Request-Id":{"$re\#
f":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Executio\#
n"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$\#
ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/ex\#
ecutions/{eid}/events":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/\#
ExecutionId"}],"get":{"operationId":"streamEvents","tags":["executions"],"summary":"The events after a number, past \#
ones first, then live until the result.","parameters":[{"name":"after","in":"query","description":"The `seq` of the \#
last event that is known already.","schema":{"type":"integer","format":"int64","minimum":0,"default":0}}],"responses\#
":{"200":{"description":"The stream. A connection that ends before the result event can be resumed with `after`.","h\#
eaders":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/x-ndjson":{"schema":{"$re\#
f":"#/components/schemas/EventLines"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/compone\#
nts/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unav\#
ailable"}}}},"/v1/sessions/{id}/executions/{eid}/interrupt":{"parameters":[{"$ref":"#/components/parameters/SessionI\#
d"},{"$ref":"#/components/parameters/ExecutionId"}],"post":{"operationId":"interrupt","tags":["executions"],"summary\#
":"Raise KeyboardInterrupt in the running code; a queued execution is withdrawn, a finished one left as it is.","par\#
ameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"responses":{"202":{"description":"The execution as it \#
is now; it ends shortly.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"applicati\#
on/json":{"schema":{"$ref":"#/components/schemas/Execution"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"\#
404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/co\#
mponents/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/\#
Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/output/{stream\#
}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"},{"name\#
":"stream","in":"path","required":true,"schema":{"type":"string","enum":["stdout","stderr"]}}],"get":{"operationId":\#
"getOutput","tags":["executions"],"summary":"The whole output of one stream, up to the configured cap.","parameters"\#
:[{"$ref":"#/components/parameters/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref"\#
:"#/components/responses/PartialBytes"},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/componen\#
ts/responses/NotFound"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/responses/Inter\#
nal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/artifacts":{"parame\#
ters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"get":{"operatio\#
nId":"listExecutionArtifacts","tags":["artifacts"],"summary":"List what one execution left in /workspace/artifacts."\#
,"parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200\#
":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"applic\#
ation/json":{"schema":{"$ref":"#/components/schemas/ArtifactPage"}}}},"400":{"$ref":"#/components/responses/BadReque\#
st"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref"\#
:"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/variables":{"parameters":[{"$ref":"#/components/paramet\#
ers/SessionId"}],"get":{"operationId":"listVariables","tags":["inspection"],"summary":"List a session's variables by\#
 their names.","description":"Looking at them runs no code of the session's: no `__repr__`, `__len__` or property. N\#
ames that begin with an\nunderscore, and those that are no identifiers, are left out.\n","parameters":[{"$ref":"#/co\#
mponents/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"},{"$ref":"#/components/parameters/WaitSeconds"}\#
],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}\#
,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/VariablePage"}}}},"400":{"$ref":"#/components\#
/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Busy"\#
},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/InterpreterEnded"},"503":{"\#
$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/variables/{name}":{"parameters":[{"$ref":"#/compon\#
ents/parameters/SessionId"},{"name":"name","in":"path","required":true,"description":"The variable's name, percent-e\#
ncoded; at most 255 bytes.","schema":{"type":"string","minLength":1,"maxLength":255},"example":"df"}],"get":{"operat\#
ionId":"getVariable","tags":["inspection"],"summary":"One variable in detail.","description":"Calls the object's own\#
 `__repr__`, and those of a function's defaults. What takes longer than a second is interrupted,\nand what was found\#
 by then is the answer, with `truncated`. An interpreter that does not let itself be\ninterrupted is ended, as after\#
 the deadline of an execution; `interpreter_ended` says so, and in `details.state` what\nbecame of the variables: `l\#
ost` or `rolled_back`.\n","parameters":[{"$ref":"#/components/parameters/WaitSeconds"}],"responses":{"200":{"descrip\#
tion":"The variable.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/j\#
son":{"schema":{"$ref":"#/components/schemas/VariableDetail"}}}},"400":{"$ref":"#/components/responses/BadRequest"},\#
"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Busy"},"500":{"$ref":"#/compo\#
nents/responses/Internal"},"502":{"$ref":"#/components/responses/InterpreterEnded"},"503":{"$ref":"#/components/resp\#
onses/Unavailable"}}}},"/v1/sessions/{id}/complete":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"po\#
st":{"operationId":"complete","tags":["inspection"],"summary":"What may stand at a place in code.","description":"Na\#
mes, attributes, keys of dicts and columns of tables, modules after `import`, files in strings. Attributes are looke\#
d up\nwithout running code: a property's value is not completed any further.\n","parameters":[{"$ref":"#/components/\#
parameters/WaitSeconds"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/componen\#
ts/schemas/CompleteCode"},"example":{"code":"impor","cursor":5}}}},"responses":{"200":{"description":"The matches.",\#
"headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref"\#
:"#/components/schemas/Completions"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/componen\#
ts/responses/NotFound"},"409":{"$ref":"#/components/responses/Busy"},"413":{"$ref":"#/components/responses/TooLarge"\#
},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/\#
components/responses/InterpreterEnded"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/in\#
spect":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"post":{"operationId":"inspectCode","tags":["ins\#
pection"],"summary":"What the object at a place in code is, or the function in whose parentheses it is.","parameters\#
":[{"$ref":"#/components/parameters/WaitSeconds"}],"requestBody":{"required":true,"content":{"application/json":{"sc\#
hema":{"$ref":"#/components/schemas/InspectCode"},"example":{"code":"print(","detail":0}}}},"responses":{"200":{"des\#
cription":"The explanation; not found is an answer as well.","headers":{"X-Request-Id":{"$ref":"#/components/headers\#
/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Explanation"}}}},"400":{"$ref":"\#
#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/res\#
ponses/Busy"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500"\#
:{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/InterpreterEnded"},"503":{"$ref":"\#
#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/files":{"parameters":[{"$ref":"#/components/parameters/Se\#
ssionId"}],"get":{"operationId":"listFiles","tags":["files"],"summary":"List a directory of the workspace.","paramet\#
ers":[{"name":"path","in":"query","description":"The directory, relative to /workspace; absent or empty for /workspa\#
ce itself.","schema":{"type":"string"}},{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/L\#
imit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/Reques\#
tId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/FilePage"}}}},"400":{"$ref":"#/componen\#
ts/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Con\#
flict"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1\#
/sessions/{id}/files/{path}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"name":"path","in":"path",\#
"required":true,"description":"Relative to /workspace, percent-encoded; slashes between directories may stand as the\#
y are. No `.`, `..`,\nempty components and NUL; at most 4095 bytes, 255 a component.\n","schema":{"type":"string","m\#
inLength":1,"maxLength":4095},"example":"data/input.csv"}],"get":{"operationId":"downloadFile","tags":["files"],"sum\#
mary":"The bytes of a file.","parameters":[{"$ref":"#/components/parameters/Range"}],"responses":{"200":{"$ref":"#/c\#
omponents/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"400":{"$ref":"#/components/respons\#
es/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"4\#
16":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/com\#
ponents/responses/Unavailable"}}},"put":{"operationId":"uploadFile","tags":["files"],"summary":"Write a file; makes \#
its directories, replaces it atomically.","description":"The body is the file's bytes as they are, of any length, an\#
d flows straight into the file. For a repeated\nrequest with the same `Idempotency-Key`, the announced length stands\#
 for the body.\n","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"c\#
ontent":{"application/octet-stream":{"schema":{"type":"string","format":"binary"}}}},"responses":{"201":{"descriptio\#
n":"A new file.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":\#
{"schema":{"$ref":"#/components/schemas/FileEntry"}}}},"200":{"description":"The file was replaced.","headers":{"X-R\#
equest-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/\#
schemas/FileEntry"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotF\#
ound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"500":{"$re\#
f":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"},"507":{"$ref":"#/component\#
s/responses/WorkspaceFull"}}},"delete":{"operationId":"deleteFile","tags":["files"],"summary":"Delete a file, or an \#
empty directory.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"responses":{"204":{"description"\#
:"It is gone.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}},"400":{"$ref":"#/components/res\#
ponses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"\#
},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/\#
components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/artifacts"\#
:{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"listSessionArtifacts","tags":["a\#
rtifacts"],"summary":"List what a session's executions left in /workspace/artifacts, oldest first.","parameters":[{"\#
$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":\#
"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"sch\#
ema":{"$ref":"#/components/schemas/ArtifactPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref\#
":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/re\#
sponses/Unavailable"}}}},"/v1/artifacts/{sha256}":{"parameters":[{"name":"sha256","in":"path","required":true,"schem\#
a":{"type":"string","pattern":"^[0-9a-f]{64}$"}}],"get":{"operationId":"downloadArtifact","tags":["artifacts"],"summ\#
ary":"The bytes of an artifact, always as an attachment.","parameters":[{"$ref":"#/components/parameters/Range"}],"r\#
esponses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"302":\#
{"description":"The object store serves the bytes itself.","headers":{"X-Request-Id":{"$ref":"#/components/headers/R\#
equestId"},"Location":{"description":"A presigned URL.","required":true,"schema":{"type":"string"}}}},"400":{"$ref":\#
"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"416":{"$ref":"#/components/re\#
sponses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailabl\#
e"}}}},"/v1/status":{"get":{"operationId":"getStatus","tags":["system"],"summary":"The whole system at a glance.","r\#
esponses":{"200":{"description":"The status.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"\#
content":{"application/json":{"schema":{"$ref":"#/components/schemas/Status"}}}},"400":{"$ref":"#/components/respons\#
es/BadRequest"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}\#
}}},"/health/live":{"get":{"operationId":"isLive","tags":["system"],"summary":"Answers while the process runs.","res\#
ponses":{"200":{"description":"It runs.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"conte\#
nt":{"application/json":{"schema":{"$ref":"#/components/schemas/Liveness"}}}},"400":{"$ref":"#/components/responses/\#
BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},"/health/ready":{"get":{"operationId":"isReady","ta\#
gs":["system"],"summary":"Whether the daemon takes work.","responses":{"200":{"description":"It does.","headers":{"X\#
-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/component\#
s/schemas/Readiness"}}}},"503":{"description":"It does not; `problems` says why.","headers":{"X-Request-Id":{"$ref":\#
"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"}\#
}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},"/metrics\#
":{"get":{"operationId":"getMetrics","tags":["system"],"summary":"Counters for Prometheus.","description":"Text expo\#
sition format 0.0.4. Creations of sessions by path and phase, what is kept in advance, the daemon's own resources. N\#
ames begin with `cloister_`; they are added, never renamed.","responses":{"200":{"description":"The counters.","head\#
ers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"text/plain":{"schema":{"type":"string"}}\#
}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},"/openapi.\#
json":{"get":{"operationId":"getDocument","tags":["system"],"summary":"This document.","responses":{"200":{"descript\#
ion":"The document as JSON.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"applic\#
ation/json":{"schema":{"type":"object"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/compo\#
nents/responses/Internal"}}}}},"components":{"parameters":{"SessionId":{"name":"id","in":"path","required":true,"sch\#
ema":{"$ref":"#/components/schemas/SessionId"}},"ExecutionId":{"name":"eid","in":"path","required":true,"schema":{"$\#
ref":"#/components/schemas/ExecutionId"}},"Cursor":{"name":"cursor","in":"query","description":"The `next_cursor` of\#
 the page before.","schema":{"type":"string","minLength":1,"maxLength":512}},"Limit":{"name":"limit","in":"query","d\#
escription":"How many entries at most.","schema":{"type":"integer","minimum":1,"maximum":500,"default":100}},"WaitSe\#
conds":{"name":"wait_seconds","in":"query","description":"So long it waits for executions that are in the way, befor\#
e it answers `session_busy`.","schema":{"type":"integer","minimum":0,"maximum":30,"default":0}},"IdempotencyKey":{"n\#
ame":"Idempotency-Key","in":"header","description":"1 to 128 visible ASCII characters, fresh for each new request.",\#
"schema":{"type":"string","minLength":1,"maxLength":128,"pattern":"^[!-~]{1,128}$"}},"Range":{"name":"Range","in":"h\#
eader","description":"One range of bytes, such as `bytes=0-1023`, `bytes=1024-` or `bytes=-500`; others are ignored.\#
","schema":{"type":"string"}}},"headers":{"RequestId":{"description":"Names this request in the daemon's log.","requ\#
ired":true,"schema":{"type":"string","pattern":"^[0-9a-f]{16}$"}}},"responses":{"Bytes":{"description":"The bytes.",\#
"headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"Content-Disposition":{"description":"Always an \#
attachment.","required":true,"schema":{"type":"string"}},"X-Content-Type-Options":{"required":true,"schema":{"type":\#
"string","const":"nosniff"}},"Accept-Ranges":{"required":true,"schema":{"type":"string","const":"bytes"}}},"content"\#
:{"*/*":{"schema":{"type":"string","format":"binary"}}}},"PartialBytes":{"description":"The range that was asked for\#
.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"Content-Disposition":{"description":"Always \#
an attachment.","required":true,"schema":{"type":"string"}},"X-Content-Type-Options":{"required":true,"schema":{"typ\#
e":"string","const":"nosniff"}},"Accept-Ranges":{"required":true,"schema":{"type":"string","const":"bytes"}},"Conten\#
t-Range":{"required":true,"schema":{"type":"string"}}},"content":{"*/*":{"schema":{"type":"string","format":"binary"\#
}}}},"BadRequest":{"description":"`invalid_request` or `unknown_field`: the request breaks a rule of this document."\#
,"headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref\#
":"#/components/schemas/Error"}}}},"NotFound":{"description":"`not_found`, `session_not_found`, `execution_not_found\#
`, `file_not_found`, `variable_not_found` or `artifact_not_found`.","headers":{"X-Request-Id":{"$ref":"#/components/\#
headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"Conflict":{"d\#
escription":"`conflict`, `name_in_use_with_other_settings`, `session_busy` or `idempotency_conflict`.","headers":{"X\#
-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/component\#
s/schemas/Error"}}}},"Busy":{"description":"`session_busy`: something runs in the session, or it has no interpreter \#
at the moment.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{\#
"schema":{"$ref":"#/components/schemas/Error"}}}},"InterpreterEnded":{"description":"`interpreter_ended`: the interp\#
reter did not survive the question; `details.state` tells whether its variables are `lost` or\n`rolled_back`. `sessi\#
on_failed`: there is none any more.\n","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content\#
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
d","execution_not_found","file_not_found","artifact_not_found","variable_not_found","method_not_allowed","conflict",\#
"name_in_use_with_other_settings","session_busy","idempotency_conflict","payload_too_large","unsupported_media_type"\#
,"range_not_satisfiable","too_many_sessions","session_failed","interpreter_ended","capacity","spawner_unavailable","\#
stopping","workspace_full","internal"]},"CreateSession":{"type":"object","additionalProperties":false,"properties":{\#
"name":{"description":"The caller's own name for it, unique among live sessions; a chat thread's id, for instance.",\#
"type":["string","null"],"pattern":"^[!-~]{1,128}$"},"image":{"description":"Name of an image; absent for the config\#
ured default.","type":["string","null"],"pattern":"^[a-z0-9][a-z0-9._-]{0,63}$"},"storage":{"description":"Where the\#
 workspace lies; absent for the configured default.","type":["string","null"],"enum":["pool","tmpfs",null]},"limits"\#
:{"anyOf":[{"$ref":"#/components/schemas/RequestedLimits"},{"type":"null"}]},"metadata":{"description":"Kept and giv\#
en back, never read.","type":["object","null"],"maxProperties":32,"propertyNames":{"type":"string","pattern":"^[!-~]\#
{1,64}$"},"additionalProperties":{"type":"string","maxLength":1024,"description":"At most 1024 bytes of UTF-8."}},"c\#
heckpoint":{"description":"Whether copies of the interpreter are kept to go on from after a loss. `auto`: after exec\#
utions, when it is safe\nand cheap. `always`: after every execution.\n","type":["string","null"],"enum":["auto","off\#
","always",null],"default":"auto"}}},"RequestedLimits":{"type":"object","additionalProperties":false,"description":"\#
Absent ones take the configured default; the configured ceilings hold.","properties":{"memory_bytes":{"type":["integ\#
er","null"],"format":"int64","minimum":1},"cpus":{"type":["number","null"],"exclusiveMinimum":0},"pids":{"type":["in\#
teger","null"],"format":"int64","minimum":1},"workspace_bytes":{"type":["integer","null"],"format":"int64","minimum"\#
:1},"tmp_bytes":{"type":["integer","null"],"format":"int64","minimum":1}}},"Session":{"type":"object","additionalPro\#
perties":false,"required":["id","name","image","state","incarnation","storage","created_at","last_activity_at","owne\#
r_uid","limits","usage","executions","artifacts","metadata","checkpoint","creation"],"properties":{"id":{"$ref":"#/c\#
omponents/schemas/SessionId"},"name":{"type":["string","null"]},"image":{"type":"string"},"state":{"type":"string","\#
enum":["starting","ready","running","restarting","failed","deleting"]},"incarnation":{"type":"integer","minimum":0,"\#
description":"Counts the lives of the process tree. A higher number than before means that variables are lost or rol\#
led back."},"storage":{"type":"string","enum":["pool","tmpfs"]},"created_at":{"$ref":"#/components/schemas/Time"},"l\#
ast_activity_at":{"$ref":"#/components/schemas/Time"},"owner_uid":{"type":"integer","minimum":0,"description":"The u\#
id of the peer that created the session."},"limits":{"$ref":"#/components/schemas/Limits"},"usage":{"anyOf":[{"$ref"\#
:"#/components/schemas/Usage"},{"type":"null"}]},"executions":{"type":"integer","minimum":0,"description":"Execution\#
s so far."},"artifacts":{"type":"integer","minimum":0,"description":"Artifacts captured so far."},"metadata":{"type"\#
:"object","additionalProperties":{"type":"string"}},"checkpoint":{"type":"string","enum":["auto","off","always"]},"c\#
reation":{"anyOf":[{"$ref":"#/components/schemas/Creation"},{"type":"null"}]}}},"Limits":{"type":"object","additiona\#
lProperties":false,"required":["memory_bytes","cpus","pids","workspace_bytes","tmp_bytes"],"properties":{"memory_byt\#
es":{"type":"integer","format":"int64","minimum":0},"cpus":{"type":"number","minimum":0},"pids":{"type":"integer","m\#
inimum":0},"workspace_bytes":{"type":"integer","format":"int64","minimum":0},"tmp_bytes":{"type":"integer","format":\#
"int64","minimum":0}}},"Usage":{"type":"object","additionalProperties":false,"description":"What the kernel says the\#
 session uses now.","required":["memory_bytes","memory_peak_bytes","cpu_seconds","pids","workspace_bytes"],"properti\#
es":{"memory_bytes":{"type":"integer","format":"int64","minimum":0},"memory_peak_bytes":{"type":"integer","format":"\#
int64","minimum":0},"cpu_seconds":{"type":"number","minimum":0},"pids":{"type":"integer","minimum":0},"workspace_byt\#
es":{"type":["integer","null"],"format":"int64","minimum":0}}},"Creation":{"type":"object","additionalProperties":fa\#
lse,"required":["path","holder","milliseconds","phases"],"properties":{"path":{"type":"string","enum":["ready","zygo\#
te","exec"],"description":"`ready`: it had been started before it was asked for. `zygote`: a fork of an interpreter \#
that has its imports done. `exec`: a fresh interpreter."},"holder":{"type":"string","enum":["pooled","fresh"],"descr\#
iption":"Whether its namespaces had been made before they were asked for."},"milliseconds":{"type":"number","minimum\#
":0,"description":"For `ready`: of the hand-out."},"phases":{"type":"object","additionalProperties":{"type":"number"\#
},"description":"Milliseconds by phase."}}},"Variable":{"type":"object","additionalProperties":false,"required":["na\#
me","kind","type","length","shape","dtype","bytes","preview","preview_truncated"],"properties":{"name":{"type":"stri\#
ng"},"kind":{"type":"string","enum":["variable","function","class","module"]},"type":{"type":"string","description":\#
"Qualified name of its type; bare for builtins and for classes of the session's own."},"length":{"type":["integer","\#
null"],"format":"int64","minimum":0},"shape":{"description":"Of arrays, tables and pictures; rows first.","type":["a\#
rray","null"],"items":{"type":"integer","format":"int64","minimum":0}},"dtype":{"type":["string","null"],"descriptio\#
n":"Of arrays and columns; of a picture its mode."},"bytes":{"type":["integer","null"],"format":"int64","minimum":0,\#
"description":"What it takes itself; objects that it refers to are not counted."},"preview":{"type":"string","descri\#
ption":"At most 200 characters; of unknown types their name."},"preview_truncated":{"type":"boolean"}}},"VariablePag\#
e":{"type":"object","additionalProperties":false,"required":["variables","total","truncated","next_cursor"],"propert\#
ies":{"variables":{"type":"array","items":{"$ref":"#/components/schemas/Variable"}},"total":{"type":"integer","minim\#
um":0,"description":"Variables in all."},"truncated":{"type":"boolean","description":"The time was over before the p\#
age was full."},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"VariableDetail":{"type":"object","additi\#
onalProperties":false,"required":["name","kind","type","length","shape","dtype","bytes","preview","preview_truncated\#
","columns","items","head","signature","documentation","source","version","file","truncated"],"properties":{"name":{\#
"type":"string"},"kind":{"type":"string","enum":["variable","function","class","module"]},"type":{"type":"string","d\#
escription":"Qualified name of its type; bare for builtins and for classes of the session's own."},"length":{"type":\#
["integer","null"],"format":"int64","minimum":0},"shape":{"description":"Of arrays, tables and pictures; rows first.\#
","type":["array","null"],"items":{"type":"integer","format":"int64","minimum":0}},"dtype":{"type":["string","null"]\#
,"description":"Of arrays and columns; of a picture its mode."},"bytes":{"type":["integer","null"],"format":"int64",\#
"minimum":0,"description":"What it takes itself; objects that it refers to are not counted."},"preview":{"type":"str\#
ing","description":"At most 16,000 characters or so."},"preview_truncated":{"type":"boolean"},"columns":{"descriptio\#
n":"Of a table; at most 200.","type":"array","items":{"type":"object","additionalProperties":false,"required":["name\#
","dtype"],"properties":{"name":{"type":"string"},"dtype":{"type":"string"}}}},"items":{"description":"The first 20 \#
of a list, tuple, set or dict.","type":"array","items":{"type":"object","additionalProperties":false,"required":["ke\#
y","type","preview"],"properties":{"key":{"type":["string","null"],"description":"Of a dict."},"type":{"type":"strin\#
g"},"preview":{"type":"string"}}}},"head":{"type":["string","null"],"description":"The first rows of a table."},"sig\#
nature":{"type":["string","null"]},"documentation":{"type":["string","null"]},"source":{"type":["string","null"]},"v\#
ersion":{"type":["string","null"],"description":"Of a module."},"file":{"type":["string","null"],"description":"Of a\#
 module."},"truncated":{"type":"boolean","description":"Something is missing: the time was over, or the object's own\#
 code failed."}}},"CompleteCode":{"type":"object","additionalProperties":false,"required":["code"],"properties":{"co\#
de":{"type":"string","maxLength":1048576},"cursor":{"type":"integer","minimum":0,"maximum":1048576,"description":"In\#
 characters (Unicode code points); absent is the end."}}},"InspectCode":{"type":"object","additionalProperties":fals\#
e,"required":["code"],"properties":{"code":{"type":"string","maxLength":1048576},"cursor":{"type":"integer","minimum\#
":0,"maximum":1048576,"description":"In characters (Unicode code points); absent is the end."},"detail":{"type":"int\#
eger","minimum":0,"maximum":1,"default":0,"description":"1 asks for the source as well."}}},"Completions":{"type":"o\#
bject","additionalProperties":false,"required":["matches","start","end","truncated"],"properties":{"matches":{"type"\#
:"array","items":{"type":"object","additionalProperties":false,"required":["text","type"],"properties":{"text":{"typ\#
e":"string"},"type":{"type":"string","description":"variable, function, class, module, keyword, property, key, path;\#
 perhaps others."}}}},"start":{"type":"integer","minimum":0,"description":"The first character that a match takes th\#
e place of."},"end":{"type":"integer","minimum":0},"truncated":{"type":"boolean","description":"There are more."}}},\#
"Explanation":{"type":"object","additionalProperties":false,"required":["found","data"],"properties":{"found":{"type\#
":"boolean"},"data":{"type":"object","additionalProperties":{"type":"string"},"description":"MIME type to text."}}},\#
"SessionPage":{"type":"object","additionalProperties":false,"required":["sessions","next_cursor"],"properties":{"ses\#
sions":{"type":"array","items":{"$ref":"#/components/schemas/Session"}},"next_cursor":{"$ref":"#/components/schemas/\#
NextCursor"}}},"Execute":{"type":"object","additionalProperties":false,"required":["code"],"properties":{"code":{"ty\#
pe":"string","description":"Python source, at most 8 MiB. The value of a last expression is returned."},"timeout_sec\#
onds":{"description":"After this comes what `on_timeout` says.","type":["number","null"],"exclusiveMinimum":0,"maxim\#
um":86400,"default":120},"on_timeout":{"description":"`interrupt`: the code is interrupted, and killed when that doe\#
s not help. `kill`: it is killed at once. `detach`: it\ngoes on under its id, and whoever waits gets it as it is.\n"\#
,"type":["string","null"],"enum":["interrupt","kill","detach",null],"default":"interrupt"},"stdin":{"description":"W\#
hat `input()` and descriptor 0 read, at most 4 MiB of UTF-8; without it there is no standard input.","type":["string\#
","null"]},"queue":{"description":"Whether to wait for one's turn or be refused with `session_busy` when something e\#
lse runs.","type":["string","null"],"enum":["wait","refuse",null],"default":"wait"},"wait":{"description":"False ans\#
wers 202 at once.","type":["boolean","null"],"default":true}}},"Execution":{"type":"object","additionalProperties":f\#
alse,"required":["id","session_id","number","state","incarnation","code_sha256","timeout_seconds","on_timeout","crea\#
ted_at","started_at","finished_at","status","value","value_metadata","displays","error","exit_code","stdout","stderr\#
","verdict","checkpoint","artifacts"],"properties":{"id":{"$ref":"#/components/schemas/ExecutionId"},"session_id":{"\#
$ref":"#/components/schemas/SessionId"},"number":{"type":"integer","minimum":1,"description":"1 for the session's fi\#
rst."},"state":{"type":"string","enum":["queued","running","finished"]},"incarnation":{"type":"integer","minimum":0,\#
"description":"The incarnation it runs in."},"code_sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"timeout_sec\#
onds":{"type":"number","exclusiveMinimum":0},"on_timeout":{"type":"string","enum":["interrupt","kill","detach"]},"cr\#
eated_at":{"$ref":"#/components/schemas/Time"},"started_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"\#
null"}]},"finished_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},"status":{"description":"How\#
 it ended; null until it has.","type":["string","null"],"enum":["ok","error","interrupted","timeout","exit","lost",n\#
ull]},"value":{"description":"MIME type to text of the last expression's value; binary types in base64, JSON types a\#
s JSON text.","type":["object","null"],"additionalProperties":{"type":"string"}},"value_metadata":{"type":["object",\#
"null"],"description":"What the value's MIME bundle says about itself."},"displays":{"type":"array","items":{"$ref":\#
"#/components/schemas/Display"},"description":"In the order in which they were shown."},"error":{"anyOf":[{"$ref":"#\#
/components/schemas/ExecutionError"},{"type":"null"}]},"exit_code":{"type":["integer","null"],"description":"What sy\#
s.exit was called with."},"stdout":{"$ref":"#/components/schemas/Output"},"stderr":{"$ref":"#/components/schemas/Out\#
put"},"verdict":{"anyOf":[{"$ref":"#/components/schemas/Verdict"},{"type":"null"}]},"checkpoint":{"anyOf":[{"$ref":"\#
#/components/schemas/Checkpoint"},{"type":"null"}]},"artifacts":{"type":"array","items":{"$ref":"#/components/schema\#
s/Artifact"}}}},"ExecutionError":{"type":"object","additionalProperties":false,"description":"The exception, as the \#
interpreter claims it.","required":["type","message","traceback","frames"],"properties":{"type":{"type":"string"},"m\#
essage":{"type":"string"},"traceback":{"type":"string"},"frames":{"description":"Outermost first; of a deep stack th\#
e first and the last.","type":"array","items":{"type":"object","additionalProperties":false,"required":["file","line\#
","function","source"],"properties":{"file":{"type":"string","description":"A path, or `<execution N>` for code of t\#
he session's N-th execution."},"line":{"type":"integer","minimum":0},"function":{"type":"string"},"source":{"type":"\#
string","description":"The line's text; empty where it is not known."}}}}}},"Checkpoint":{"type":"object","additiona\#
lProperties":false,"description":"What there was to go back to when the execution began.","required":["taken","execu\#
tion_id","reason"],"properties":{"taken":{"type":"boolean","description":"Whether there was a copy of the interprete\#
r."},"execution_id":{"description":"The last execution whose effects it holds.","anyOf":[{"$ref":"#/components/schem\#
as/ExecutionId"},{"type":"null"}]},"reason":{"description":"Why there was none, or none of the last execution. `noth\#
ing_to_keep`: nothing had run in this incarnation.\n`memory`: the session used more than half of its memory. `rate`:\#
 executions followed each other fast. `threads`,\n`sockets`, `devices`: a copy would lack or share them. `failed`: i\#
t could not be made, or was ended.\n","type":["string","null"],"enum":["off","nothing_to_keep","memory","rate","thre\#
ads","sockets","devices","failed",null]}}},"Display":{"type":"object","additionalProperties":false,"description":"So\#
mething shown beside the text, as Jupyter's display_data, update_display_data and clear_output.","required":["kind",\#
"data","metadata","display_id","wait","stdout_offset","stderr_offset"],"properties":{"kind":{"type":"string","enum":\#
["show","update","clear"]},"data":{"description":"MIME type to text; binary types in base64, JSON types as JSON text\#
.","type":"object","additionalProperties":{"type":"string"}},"metadata":{"type":"object"},"display_id":{"type":["str\#
ing","null"]},"wait":{"type":"boolean","description":"Clearing waits until something else comes."},"stdout_offset":{\#
"type":"integer","format":"int64","minimum":0,"description":"Bytes of the stream that had been written before."},"st\#
derr_offset":{"type":"integer","format":"int64","minimum":0}}},"Output":{"type":"object","additionalProperties":fals\#
e,"description":"Head and tail of one output stream.","required":["text","bytes","truncated","encoding"],"properties\#
":{"text":{"type":"string"},"bytes":{"type":"integer","format":"int64","minimum":0,"description":"Bytes written in a\#
ll."},"truncated":{"type":"integer","format":"int64","minimum":0,"description":"Bytes left out in the middle."},"enc\#
oding":{"type":"string","enum":["utf-8","base64"]}}},"Verdict":{"type":"object","additionalProperties":false,"descri\#
ption":"What became of the session's variables, and why. `preserved`: they are as the code left them. `rolled_back`:\#
\nthey are as before the execution, or as after the execution that `checkpoint` names. `lost`: the interpreter is a \#
new\none. The workspace is kept in any case.\nNumbers are observed from outside the sandbox.\n","required":["state",\#
"cause","limit","peak_memory_bytes","cpu_seconds","wall_seconds","incarnation","exit"],"properties":{"state":{"type"\#
:"string","enum":["preserved","rolled_back","lost"]},"cause":{"type":"string","enum":["ok","error","interrupted","ti\#
meout","oom","crashed","exited","pids","disk_full","output_limit","protocol_error","killed","host_restart"]},"limit"\#
:{"anyOf":[{"$ref":"#/components/schemas/LimitHit"},{"type":"null"}]},"peak_memory_bytes":{"type":["integer","null"]\#
,"format":"int64","minimum":0},"cpu_seconds":{"type":"number","minimum":0},"wall_seconds":{"type":"number","minimum"\#
:0},"incarnation":{"type":"integer","minimum":0,"description":"The incarnation that answers from now on."},"exit":{"\#
anyOf":[{"$ref":"#/components/schemas/Exit"},{"type":"null"}]}}},"LimitHit":{"type":"object","additionalProperties":\#
false,"required":["name","value"],"properties":{"name":{"type":"string"},"value":{"type":"number"}}},"Exit":{"type":\#
"object","additionalProperties":false,"description":"How the interpreter's process ended.","required":["code","signa\#
l"],"properties":{"code":{"type":["integer","null"]},"signal":{"type":["integer","null"]}}},"ExecutionPage":{"type":\#
"object","additionalProperties":false,"required":["executions","next_cursor"],"properties":{"executions":{"type":"ar\#
ray","items":{"$ref":"#/components/schemas/Execution"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"\#
EventLines":{"type":"string","description":"One event a line, each a JSON object as the schema `Event` describes it,\#
 with `seq` from 1 without gaps. The\nlast one is the `result`.\n"},"Event":{"oneOf":[{"type":"object","additionalPr\#
operties":false,"required":["seq","type","execution_id","session_id"],"properties":{"seq":{"type":"integer","format"\#
:"int64","minimum":1},"type":{"type":"string","const":"started"},"execution_id":{"$ref":"#/components/schemas/Execut\#
ionId"},"session_id":{"$ref":"#/components/schemas/SessionId"}}},{"type":"object","additionalProperties":false,"desc\#
ription":"Output; `offset` is the position of its first byte in the stream.","required":["seq","type","offset","text\#
"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","enum":["stdout","std\#
err"]},"offset":{"type":"integer","format":"int64","minimum":0},"text":{"type":"string"}}},{"type":"object","additio\#
nalProperties":false,"description":"Output that is not UTF-8.","required":["seq","type","offset","base64"],"properti\#
es":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","enum":["stdout","stderr"]},"offs\#
et":{"type":"integer","format":"int64","minimum":0},"base64":{"type":"string"}}},{"type":"object","additionalPropert\#
ies":false,"required":["seq","type","display"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"\#
type":{"type":"string","const":"display"},"display":{"$ref":"#/components/schemas/Display"}}},{"type":"object","addi\#
tionalProperties":false,"required":["seq","type","artifacts"],"properties":{"seq":{"type":"integer","format":"int64"\#
,"minimum":1},"type":{"type":"string","const":"artifacts"},"artifacts":{"type":"array","items":{"$ref":"#/components\#
/schemas/Artifact"}}}},{"type":"object","additionalProperties":false,"required":["seq","type","execution"],"properti\#
es":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"result"},"execution":{"$\#
ref":"#/components/schemas/Execution"}}}]},"FileEntry":{"type":"object","additionalProperties":false,"required":["na\#
me","path","type","size","modified_at"],"properties":{"name":{"type":"string","description":"For display."},"path":{\#
"type":"string","description":"Relative to /workspace; percent-encoded when it is not UTF-8."},"type":{"type":"strin\#
g","enum":["file","directory","symlink","other"]},"size":{"type":"integer","format":"int64","minimum":0},"modified_a\#
t":{"$ref":"#/components/schemas/Time"}}},"FilePage":{"type":"object","additionalProperties":false,"required":["entr\#
ies","next_cursor"],"properties":{"entries":{"type":"array","items":{"$ref":"#/components/schemas/FileEntry"}},"next\#
_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"Artifact":{"type":"object","additionalProperties":false,"requ\#
ired":["path","sha256","size","mime","key","uri","state","reason","execution_id"],"properties":{"path":{"type":"stri\#
ng","description":"Relative to /workspace/artifacts; percent-encoded when it is not UTF-8."},"sha256":{"type":["stri\#
ng","null"],"pattern":"^[0-9a-f]{64}$"},"size":{"type":"integer","format":"int64","minimum":0},"mime":{"type":["stri\#
ng","null"]},"key":{"type":["string","null"],"description":"In the object store: output/artifacts/ab/cd/<sha256>."},\#
"uri":{"type":["string","null"],"description":"Where the object store keeps it","or will once it is `stored`; null w\#
hen skipped.":null},"state":{"type":"string","enum":["captured","stored","skipped"]},"reason":{"type":["string","nul\#
l"],"description":"Why it was skipped."},"execution_id":{"$ref":"#/components/schemas/ExecutionId"}}},"ArtifactPage"\#
:{"type":"object","additionalProperties":false,"required":["artifacts","next_cursor"],"properties":{"artifacts":{"ty\#
pe":"array","items":{"$ref":"#/components/schemas/Artifact"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor\#
"}}},"Status":{"type":"object","additionalProperties":false,"required":["daemon","spawner","object_store","pool","po\#
ols","limits","sessions"],"properties":{"daemon":{"$ref":"#/components/schemas/DaemonStatus"},"spawner":{"$ref":"#/c\#
omponents/schemas/SpawnerStatus"},"object_store":{"$ref":"#/components/schemas/ObjectStoreStatus"},"pool":{"anyOf":[\#
{"$ref":"#/components/schemas/PoolStatus"},{"type":"null"}]},"pools":{"type":"array","items":{"$ref":"#/components/s\#
chemas/ImagePool"}},"limits":{"$ref":"#/components/schemas/HostLimits"},"sessions":{"type":"array","items":{"$ref":"\#
#/components/schemas/Session"}}}},"DaemonStatus":{"type":"object","additionalProperties":false,"required":["version"\#
,"pid","node","instance","started_at","uptime_seconds","healthy","problems","resident_bytes","open_files","threads"]\#
,"properties":{"version":{"type":"string"},"pid":{"type":"integer"},"node":{"type":"string"},"instance":{"type":"str\#
ing"},"started_at":{"$ref":"#/components/schemas/Time"},"uptime_seconds":{"type":"number","minimum":0},"healthy":{"t\#
ype":"boolean"},"problems":{"type":"array","items":{"type":"string"}},"resident_bytes":{"type":"integer","format":"i\#
nt64","minimum":0},"open_files":{"type":"integer","minimum":0},"threads":{"type":"integer","minimum":0}}},"SpawnerSt\#
atus":{"type":"object","additionalProperties":false,"required":["connected","pid","cgroup","sessions","descriptors",\#
"leaks"],"properties":{"connected":{"type":"boolean"},"pid":{"type":["integer","null"]},"cgroup":{"type":["string","\#
null"],"enum":["v2","hybrid",null]},"sessions":{"type":"integer","minimum":0},"descriptors":{"type":"integer","minim\#
um":0},"leaks":{"type":"object","additionalProperties":{"type":"integer"}}}},"ObjectStoreStatus":{"type":"object","a\#
dditionalProperties":false,"required":["kind","uri","pending","pending_bytes","failed","last_error"],"properties":{"\#
kind":{"type":"string","enum":["directory","s3"]},"uri":{"type":"string"},"pending":{"type":"integer","minimum":0},"\#
pending_bytes":{"type":"integer","format":"int64","minimum":0},"failed":{"type":"integer","minimum":0},"last_error":\#
{"type":["string","null"]}}},"PoolStatus":{"type":"object","additionalProperties":false,"required":["total_bytes","f\#
ree_bytes"],"properties":{"total_bytes":{"type":"integer","format":"int64","minimum":0},"free_bytes":{"type":"intege\#
r","format":"int64","minimum":0}}},"ImagePool":{"type":"object","description":"What is kept in advance for one image\#
.","additionalProperties":false,"required":["image","ready","ready_target","ready_bytes","ready_failures","holders",\#
"holder_target","zygote","generation","forks","fallbacks","zygote_failures","last_failure"],"properties":{"image":{"\#
type":"string"},"ready":{"type":"integer","minimum":0,"description":"Started sessions that wait for a caller."},"rea\#
dy_target":{"type":"integer","minimum":0},"ready_bytes":{"type":"integer","format":"int64","minimum":0,"description"\#
:"What they use, by the kernel's account."},"ready_failures":{"type":"integer","minimum":0,"description":"Ready sess\#
ions that could not be started, or ended before anybody asked for them."},"holders":{"type":"integer","minimum":0,"d\#
escription":"Empty sessions without an interpreter."},"holder_target":{"type":"integer","minimum":0},"zygote":{"type\#
":"string","enum":["none","starting","ready","failed"]},"generation":{"type":"integer","minimum":0,"description":"Of\#
 the zygote that serves, from 1; 0 before the first."},"forks":{"type":"integer","format":"int64","minimum":0,"descr\#
iption":"Sessions forked from a zygote."},"fallbacks":{"type":"integer","format":"int64","minimum":0,"description":"\#
Starts that began at a zygote and were finished without it."},"zygote_failures":{"type":"integer","minimum":0,"descr\#
iption":"Zygotes that died, hung or could not start."},"last_failure":{"type":["string","null"]}}},"HostLimits":{"ty\#
pe":"object","additionalProperties":false,"required":["max_sessions","session_maximum","session_default"],"propertie\#
s":{"max_sessions":{"type":"integer","minimum":0},"session_maximum":{"$ref":"#/components/schemas/Limits"},"session_\#
default":{"$ref":"#/components/schemas/Limits"}}},"Liveness":{"type":"object","additionalProperties":false,"required\#
":["status"],"properties":{"status":{"type":"string","const":"ok"}}},"Readiness":{"type":"object","additionalPropert\#
ies":false,"required":["status","problems"],"properties":{"status":{"type":"string","enum":["ready","unready"]},"pro\#
blems":{"type":"array","items":{"type":"string"}}}}}}}
"""#
}
