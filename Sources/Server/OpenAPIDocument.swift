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
me":"checkpoints","description":"Named copies of a session's interpreter."},{"name":"commands","description":"Programs run beside the interpreter, with its rights and limits."},{"name":"inspection","d\#
escription":"What a session holds, and what editors ask. The interpreter answers between executions; executions that come meanwhile\nwait for it.\n"},{"name":"files","description":"The session's /work\#
space."},{"name":"artifacts","description":"Files that appear below /workspace/artifacts, kept by their SHA-256."},{"name":"system","description":"Health and state of the daemon."}],"paths":{"/v1/sess\#
ions":{"post":{"operationId":"createSession","tags":["sessions"],"summary":"Create a session, or get the one that has this name.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requ\#
estBody":{"required":false,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/CreateSession"},"example":{"name":"thread-42","limits":{"memory_bytes":1073741824}}}}},"responses":{"20\#
1":{"description":"A new session.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Session"}}}},"200":{"descr\#
iption":"The session that already has this name and the same settings.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/componen\#
ts/schemas/Session"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components\#
/responses/NotJSON"},"429":{"$ref":"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/SessionFailed"},"503":{"$ref":"#/components/\#
responses/Unavailable"}}},"get":{"operationId":"listSessions","tags":["sessions"],"summary":"List the live sessions, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/c\#
omponents/parameters/Limit"},{"name":"name","in":"query","description":"Only the session of this name.","schema":{"type":"string"}}],"responses":{"200":{"description":"One page.","headers":{"X-Request\#
-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SessionPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":\#
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"getSess\#
ion","tags":["sessions"],"summary":"One session.","responses":{"200":{"description":"The session.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"\#
schema":{"$ref":"#/components/schemas/Session"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},\#
"503":{"$ref":"#/components/responses/Unavailable"}}},"delete":{"operationId":"deleteSession","tags":["sessions"],"summary":"End a session and delete its workspace. Artifacts stay.","parameters":[{"$r\#
ef":"#/components/parameters/IdempotencyKey"}],"responses":{"204":{"description":"It is gone.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}},"400":{"$ref":"#/components/respons\#
es/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses\#
/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/notebook":{"parameters":[{"$ref":"#/components/parameters/SessionI\#
d"}],"get":{"operationId":"getNotebook","tags":["executions"],"summary":"Every execution with its code and what it showed, as a Jupyter notebook (nbformat 4.5).","description":"A cell for each executi\#
on: text and displays in their order, the value, the exception. Updated and cleared displays are\nresolved as Jupyter does, within a cell; an update of what an earlier cell shows is shown where it hap\#
pened. A cell has at most\n1 MiB of text and 10,000 outputs, and says when that is not all. Its metadata has an object `cloister`: the execution's id,\nverdict, checkpoint and artifacts. A verdict tha\#
t is not `preserved` is told on stderr. The document is made while it is sent: one\nthat breaks off is not valid JSON.\n","responses":{"200":{"description":"The notebook.","headers":{"X-Request-Id":{"\#
$ref":"#/components/headers/RequestId"},"Content-Disposition":{"description":"Always an attachment.","required":true,"schema":{"type":"string"}},"X-Content-Type-Options":{"required":true,"schema":{"ty\#
pe":"string","const":"nosniff"}}},"content":{"application/x-ipynb+json":{"schema":{"type":"object"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound\#
"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"\#
post":{"operationId":"execute","tags":["executions"],"summary":"Run code.","description":"With `Accept: application/x-ndjson` the answer is the stream of events, ending with the result. Otherwise it i\#
s\nthe finished execution. A client that goes away ends neither: fetch the execution, or its events, later.\nA repeated request with the same `Idempotency-Key` waits for the first execution and answer\#
s it.\n","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execute"},"example":{"cod\#
e":"x = 6\nx * 7","timeout_seconds":30}}}},"responses":{"200":{"description":"The finished execution, or the stream of its events.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}\#
,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution"}},"application/x-ndjson":{"schema":{"$ref":"#/components/schemas/EventLines"}}}},"202":{"description":"With `wait` fal\#
se, the execution as it is now.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution"}}}},"400":{"$ref"\#
:"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"\#
#/components/responses/NotJSON"},"429":{"$ref":"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/SessionFailed"},"503":{"$ref":"#\#
/components/responses/Unavailable"}}},"get":{"operationId":"listExecutions","tags":["executions"],"summary":"List a session's executions, oldest first.","parameters":[{"$ref":"#/components/parameters/\#
Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"sc\#
hema":{"$ref":"#/components/schemas/ExecutionPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Interna\#
l"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId\#
"}],"get":{"operationId":"getExecution","tags":["executions"],"summary":"One execution, finished or not.","responses":{"200":{"description":"The execution as it is.","headers":{"X-Request-Id":{"$ref":\#
"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/r\#
esponses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/events":{"parameters":[{"$ref":"#/compon\#
ents/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"get":{"operationId":"streamEvents","tags":["executions"],"summary":"The events after a number, past ones first, then live u\#
ntil the result.","parameters":[{"name":"after","in":"query","description":"The `seq` of the last event that is known already.","schema":{"type":"integer","format":"int64","minimum":0,"default":0}}],"\#
responses":{"200":{"description":"The stream. A connection that ends before the result event can be resumed with `after`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content\#
":{"application/x-ndjson":{"schema":{"$ref":"#/components/schemas/EventLines"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/c\#
omponents/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/checkpoints":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"post":{"operationId"\#
:"createCheckpoint","tags":["checkpoints"],"summary":"Copy the interpreter under a name, to go back to it as often as one likes. Nothing may be running.","parameters":[{"$ref":"#/components/parameters\#
/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/CheckpointName"}}}},"responses":{"201":{"description":"It exists.","headers":{"X\#
-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/NamedCheckpoint"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"4\#
04":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{\#
"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}},"get":{"operationId":"listCheckpoints","tags":["checkpoints"],"summary":"The named checkpoints of a sess\#
ion, at most eight.","responses":{"200":{"description":"All of them, oldest first.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref"\#
:"#/components/schemas/CheckpointList"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"\#
$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/checkpoints/{name}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"name":"name","in":"path","required":true,"descriptio\#
n":"As it was given.","schema":{"type":"string","pattern":"^[A-Za-z0-9._-]{1,40}$"}}],"delete":{"operationId":"deleteCheckpoint","tags":["checkpoints"],"summary":"Give a checkpoint and its memory up."\#
,"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"responses":{"204":{"description":"It is gone.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}},"400":{"$ref":"#\#
/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/c\#
omponents/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/rollback":{"parameters":[{"$ref":"#/components/\#
parameters/SessionId"}],"post":{"operationId":"rollback","tags":["checkpoints"],"summary":"Set the variables back to those of a named checkpoint, which stays. Everything else in the session is killed;\#
 files stay.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/CheckpointName"}}}},\#
"responses":{"200":{"description":"The session in its next incarnation.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/compone\#
nts/schemas/Session"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/component\#
s/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/execut\#
ions/{eid}/interrupt":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"post":{"operationId":"interrupt","tags":["executions"],"summary":"Rai\#
se KeyboardInterrupt in the running code; a queued execution is withdrawn, a finished one left as it is.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"responses":{"202":{"descript\#
ion":"The execution as it is now; it ends shortly.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Execution\#
"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarg\#
e"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/output/{\#
stream}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"},{"name":"stream","in":"path","required":true,"schema":{"type":"string","enum":["stdo\#
ut","stderr"]}}],"get":{"operationId":"getOutput","tags":["executions"],"summary":"The whole output of one stream, up to the configured cap.","parameters":[{"$ref":"#/components/parameters/Range"}],"r\#
esponses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/N\#
otFound"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/executions/{eid}/a\#
rtifacts":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/ExecutionId"}],"get":{"operationId":"listExecutionArtifacts","tags":["artifacts"],"summary":"List\#
 what one execution left in /workspace/artifacts.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":"One page.","head\#
ers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ArtifactPage"}}}},"400":{"$ref":"#/components/responses/BadRequest\#
"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/variables":{"parameters":\#
[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"listVariables","tags":["inspection"],"summary":"List a session's variables by their names.","description":"Looking at them runs no \#
code of the session's: no `__repr__`, `__len__` or property. Names that begin with an\nunderscore, and those that are no identifiers, are left out.\n","parameters":[{"$ref":"#/components/parameters/Cu\#
rsor"},{"$ref":"#/components/parameters/Limit"},{"$ref":"#/components/parameters/WaitSeconds"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/Re\#
questId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/VariablePage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"\#
409":{"$ref":"#/components/responses/Busy"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/InterpreterEnded"},"503":{"$ref":"#/components/responses/Unavailable"\#
}}}},"/v1/sessions/{id}/variables/{name}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"name":"name","in":"path","required":true,"description":"The variable's name, percent-encoded; at\#
 most 255 bytes.","schema":{"type":"string","minLength":1,"maxLength":255},"example":"df"}],"get":{"operationId":"getVariable","tags":["inspection"],"summary":"One variable in detail.","description":"\#
Calls the object's own `__repr__`, and those of a function's defaults. What takes longer than a second is interrupted,\nand what was found by then is the answer, with `truncated`. An interpreter that \#
does not let itself be\ninterrupted is ended, as after the deadline of an execution; `interpreter_ended` says so, and in `details.state` what\nbecame of the variables: `lost` or `rolled_back`.\n","par\#
ameters":[{"$ref":"#/components/parameters/WaitSeconds"}],"responses":{"200":{"description":"The variable.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application\#
/json":{"schema":{"$ref":"#/components/schemas/VariableDetail"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/respo\#
nses/Busy"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/InterpreterEnded"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/complete\#
":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"post":{"operationId":"complete","tags":["inspection"],"summary":"What may stand at a place in code.","description":"Names, attributes, k\#
eys of dicts and columns of tables, modules after `import`, files in strings. Attributes are looked up\nwithout running code: a property's value is not completed any further.\n","parameters":[{"$ref":\#
"#/components/parameters/WaitSeconds"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/CompleteCode"},"example":{"code":"impor","cursor":5}}}},"re\#
sponses":{"200":{"description":"The matches.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Completions"}}}\#
},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Busy"},"413":{"$ref":"#/components/responses/TooLarge"},"415\#
":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/InterpreterEnded"},"503":{"$ref":"#/components/responses/Unavailable"\#
}}}},"/v1/sessions/{id}/inspect":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"post":{"operationId":"inspectCode","tags":["inspection"],"summary":"What the object at a place in code is\#
, or the function in whose parentheses it is.","parameters":[{"$ref":"#/components/parameters/WaitSeconds"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/component\#
s/schemas/InspectCode"},"example":{"code":"print(","detail":0}}}},"responses":{"200":{"description":"The explanation; not found is an answer as well.","headers":{"X-Request-Id":{"$ref":"#/components/h\#
eaders/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Explanation"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotF\#
ound"},"409":{"$ref":"#/components/responses/Busy"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"5\#
02":{"$ref":"#/components/responses/InterpreterEnded"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/commands":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],\#
"post":{"operationId":"startCommand","tags":["commands"],"summary":"Run a program beside the session's interpreter.","description":"The program has the interpreter's rights, limits, files and environm\#
ent, and none more; the interpreter knows\nnothing of it and may be busy meanwhile. It ends with the session's incarnation.\nWith `Accept: application/x-ndjson` the answer is the stream of events, end\#
ing with the result. Otherwise it is\nthe finished command. A client that goes away ends neither: fetch the command, or its events, later.\n","parameters":[{"$ref":"#/components/parameters/Idempotency\#
Key"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/StartCommand"},"example":{"argv":["ls","-l"],"cwd":"/workspace","timeout_seconds":30}}}},"re\#
sponses":{"200":{"description":"The finished command, or the stream of its events.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref"\#
:"#/components/schemas/Command"}},"application/x-ndjson":{"schema":{"$ref":"#/components/schemas/CommandEventLines"}}}},"202":{"description":"With `wait` false, the command as it is once its program r\#
uns.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Command"}}}},"400":{"$ref":"#/components/responses/BadR\#
equest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSO\#
N"},"429":{"$ref":"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/SessionFailed"},"503":{"$ref":"#/components/responses/Unavail\#
able"}}},"get":{"operationId":"listCommands","tags":["commands"],"summary":"List a session's commands, oldest first.","parameters":[{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/para\#
meters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas\#
/CommandPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/respo\#
nses/Unavailable"}}}},"/v1/sessions/{id}/commands/{cid}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/CommandId"}],"get":{"operationId":"getCommand","ta\#
gs":["commands"],"summary":"One command, finished or not.","responses":{"200":{"description":"The command as it is.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"ap\#
plication/json":{"schema":{"$ref":"#/components/schemas/Command"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/res\#
ponses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/commands/{cid}/events":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/par\#
ameters/CommandId"}],"get":{"operationId":"streamCommandEvents","tags":["commands"],"summary":"The events after a number, past ones first, then live until the result.","parameters":[{"name":"after","i\#
n":"query","description":"The `seq` of the last event that is known already.","schema":{"type":"integer","format":"int64","minimum":0,"default":0}}],"responses":{"200":{"description":"The stream. A co\#
nnection that ends before the result event can be resumed with `after`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/x-ndjson":{"schema":{"$ref":"#/com\#
ponents/schemas/CommandEventLines"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref\#
":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/commands/{cid}/signal":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/CommandId"}],"post":{"\#
operationId":"signalCommand","tags":["commands"],"summary":"Send a signal to a command that runs.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"cont\#
ent":{"application/json":{"schema":{"$ref":"#/components/schemas/SignalCommand"},"example":{"signal":"SIGINT"}}}},"responses":{"202":{"description":"The command as it is now.","headers":{"X-Request-Id\#
":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Command"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/comp\#
onents/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"429":{"$ref":"#/component\#
s/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/commands/{cid}/stdin":{"parameters":[{"$ref":"#/compone\#
nts/parameters/SessionId"},{"$ref":"#/components/parameters/CommandId"}],"post":{"operationId":"writeCommandInput","tags":["commands"],"summary":"Send more to a command's standard input, or its end.",\#
"description":"Answered once the kernel has all of it for the command: a command that does not read makes the request wait. Send\nthe next part after the answer to the one before.\n","parameters":[{"$\#
ref":"#/components/parameters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/CommandInput"},"example":{"text":"yes\n","eof":true\#
}}}},"responses":{"202":{"description":"The command as it is now.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/sc\#
hemas/Command"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/resp\#
onses/TooLarge"},"415":{"$ref":"#/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/commands/{ci\#
d}/output/{stream}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"$ref":"#/components/parameters/CommandId"},{"name":"stream","in":"path","required":true,"schema":{"type":"string","enu\#
m":["stdout","stderr"]}}],"get":{"operationId":"getCommandOutput","tags":["commands"],"summary":"The whole output of one stream, up to the configured cap.","parameters":[{"$ref":"#/components/paramete\#
rs/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/componen\#
ts/responses/NotFound"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/file\#
s":{"parameters":[{"$ref":"#/components/parameters/SessionId"}],"get":{"operationId":"listFiles","tags":["files"],"summary":"List a directory of the workspace.","parameters":[{"name":"path","in":"quer\#
y","description":"The directory, relative to /workspace; absent or empty for /workspace itself.","schema":{"type":"string"}},{"$ref":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/\#
Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/FilePa\#
ge"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"500":{"$ref":"#/components/responses/Inter\#
nal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/files/{path}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},{"name":"path","in":"path","required":true,"de\#
scription":"Relative to /workspace, percent-encoded; slashes between directories may stand as they are. No `.`, `..`,\nempty components and NUL; at most 4095 bytes, 255 a component.\n","schema":{"type\#
":"string","minLength":1,"maxLength":4095},"example":"data/input.csv"}],"get":{"operationId":"downloadFile","tags":["files"],"summary":"The bytes of a file.","parameters":[{"$ref":"#/components/parame\#
ters/Range"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/compon\#
ents/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components\#
/responses/Unavailable"}}},"put":{"operationId":"uploadFile","tags":["files"],"summary":"Write a file; makes its directories, replaces it atomically.","description":"The body is the file's bytes as th\#
ey are, of any length, and flows straight into the file. For a repeated\nrequest with the same `Idempotency-Key`, the announced length stands for the body.\n","parameters":[{"$ref":"#/components/param\#
eters/IdempotencyKey"}],"requestBody":{"required":true,"content":{"application/octet-stream":{"schema":{"type":"string","format":"binary"}}}},"responses":{"201":{"description":"A new file.","headers":\#
{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/FileEntry"}}}},"200":{"description":"The file was replaced.","headers":\#
{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/FileEntry"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404"\#
:{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$\#
ref":"#/components/responses/Unavailable"},"507":{"$ref":"#/components/responses/WorkspaceFull"}}},"delete":{"operationId":"deleteFile","tags":["files"],"summary":"Delete a file, or an empty directory\#
.","parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"responses":{"204":{"description":"It is gone.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}}},"400":{"$ref":\#
"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"$ref":"#/components/responses/Conflict"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":"#\#
/components/responses/NotJSON"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/sessions/{id}/artifacts":{"parameters":[{"$ref":"#/componen\#
ts/parameters/SessionId"}],"get":{"operationId":"listSessionArtifacts","tags":["artifacts"],"summary":"List what a session's executions left in /workspace/artifacts, oldest first.","parameters":[{"$re\#
f":"#/components/parameters/Cursor"},{"$ref":"#/components/parameters/Limit"}],"responses":{"200":{"description":"One page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"conte\#
nt":{"application/json":{"schema":{"$ref":"#/components/schemas/ArtifactPage"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/c\#
omponents/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1/artifacts/{sha256}":{"parameters":[{"name":"sha256","in":"path","required":true,"schema":{"type":"string","pa\#
ttern":"^[0-9a-f]{64}$"}}],"get":{"operationId":"downloadArtifact","tags":["artifacts"],"summary":"The bytes of an artifact, always as an attachment.","parameters":[{"$ref":"#/components/parameters/Ra\#
nge"}],"responses":{"200":{"$ref":"#/components/responses/Bytes"},"206":{"$ref":"#/components/responses/PartialBytes"},"302":{"description":"The object store serves the bytes itself.","headers":{"X-Re\#
quest-Id":{"$ref":"#/components/headers/RequestId"},"Location":{"description":"A presigned URL.","required":true,"schema":{"type":"string"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"404":\#
{"$ref":"#/components/responses/NotFound"},"416":{"$ref":"#/components/responses/BadRange"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/v1\#
/status":{"get":{"operationId":"getStatus","tags":["system"],"summary":"The whole system at a glance.","responses":{"200":{"description":"The status.","headers":{"X-Request-Id":{"$ref":"#/components/h\#
eaders/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Status"}}}},"400":{"$ref":"#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"\#
},"503":{"$ref":"#/components/responses/Unavailable"}}}},"/health/live":{"get":{"operationId":"isLive","tags":["system"],"summary":"Answers while the process runs.","responses":{"200":{"description":"\#
It runs.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Liveness"}}}},"400":{"$ref":"#/components/responses\#
/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},"/health/ready":{"get":{"operationId":"isReady","tags":["system"],"summary":"Whether the daemon takes work.","responses":{"200":{"desc\#
ription":"It does.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"}}}},"503":{"description":"It d\#
oes not; `problems` says why.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"}}}},"400":{"$ref":"\#
#/components/responses/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},"/metrics":{"get":{"operationId":"getMetrics","tags":["system"],"summary":"Counters for Prometheus.","descriptio\#
n":"Text exposition format 0.0.4. Creations of sessions by path and phase, what is kept in advance, the daemon's own resources. Names begin with `cloister_`; they are added, never renamed.","responses\#
":{"200":{"description":"The counters.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"text/plain":{"schema":{"type":"string"}}}},"400":{"$ref":"#/components/response\#
s/BadRequest"},"500":{"$ref":"#/components/responses/Internal"}}}},"/openapi.json":{"get":{"operationId":"getDocument","tags":["system"],"summary":"This document.","responses":{"200":{"description":"T\#
he document as JSON.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"type":"object"}}}},"400":{"$ref":"#/components/responses/BadRequest\#
"},"500":{"$ref":"#/components/responses/Internal"}}}}},"components":{"parameters":{"SessionId":{"name":"id","in":"path","required":true,"schema":{"$ref":"#/components/schemas/SessionId"}},"ExecutionI\#
d":{"name":"eid","in":"path","required":true,"schema":{"$ref":"#/components/schemas/ExecutionId"}},"CommandId":{"name":"cid","in":"path","required":true,"schema":{"$ref":"#/components/schemas/CommandI\#
d"}},"Cursor":{"name":"cursor","in":"query","description":"The `next_cursor` of the page before.","schema":{"type":"string","minLength":1,"maxLength":512}},"Limit":{"name":"limit","in":"query","descri\#
ption":"How many entries at most.","schema":{"type":"integer","minimum":1,"maximum":500,"default":100}},"WaitSeconds":{"name":"wait_seconds","in":"query","description":"So long it waits for executions\#
 that are in the way, before it answers `session_busy`.","schema":{"type":"integer","minimum":0,"maximum":30,"default":0}},"IdempotencyKey":{"name":"Idempotency-Key","in":"header","description":"1 to \#
128 visible ASCII characters, fresh for each new request.","schema":{"type":"string","minLength":1,"maxLength":128,"pattern":"^[!-~]{1,128}$"}},"Range":{"name":"Range","in":"header","description":"One\#
 range of bytes, such as `bytes=0-1023`, `bytes=1024-` or `bytes=-500`; others are ignored.","schema":{"type":"string"}}},"headers":{"RequestId":{"description":"Names this request in the daemon's log.\#
","required":true,"schema":{"type":"string","pattern":"^[0-9a-f]{16}$"}}},"responses":{"Bytes":{"description":"The bytes.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"Content-\#
Disposition":{"description":"Always an attachment.","required":true,"schema":{"type":"string"}},"X-Content-Type-Options":{"required":true,"schema":{"type":"string","const":"nosniff"}},"Accept-Ranges":\#
{"required":true,"schema":{"type":"string","const":"bytes"}}},"content":{"*/*":{"schema":{"type":"string","format":"binary"}}}},"PartialBytes":{"description":"The range that was asked for.","headers":\#
{"X-Request-Id":{"$ref":"#/components/headers/RequestId"},"Content-Disposition":{"description":"Always an attachment.","required":true,"schema":{"type":"string"}},"X-Content-Type-Options":{"required":\#
true,"schema":{"type":"string","const":"nosniff"}},"Accept-Ranges":{"required":true,"schema":{"type":"string","const":"bytes"}},"Content-Range":{"required":true,"schema":{"type":"string"}}},"content":\#
{"*/*":{"schema":{"type":"string","format":"binary"}}}},"BadRequest":{"description":"`invalid_request` or `unknown_field`: the request breaks a rule of this document.","headers":{"X-Request-Id":{"$ref\#
":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"NotFound":{"description":"`not_found`, `session_not_found`, `execution_not_found`\#
, `command_not_found`, `file_not_found`, `variable_not_found` or\n`artifact_not_found`.\n","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":\#
{"$ref":"#/components/schemas/Error"}}}},"Conflict":{"description":"`conflict`, `name_in_use_with_other_settings`, `session_busy` or `idempotency_conflict`.","headers":{"X-Request-Id":{"$ref":"#/compo\#
nents/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"Busy":{"description":"`session_busy`: something runs in the session, or it has no interpret\#
er at the moment.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"InterpreterEnded":{"descriptio\#
n":"`interpreter_ended`: the interpreter did not survive the question; `details.state` tells whether its variables are `lost` or\n`rolled_back`. `session_failed`: there is none any more.\n","headers":\#
{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"TooLarge":{"description":"`payload_too_large`: JSON bodies \#
may have 16 MiB, code 8 MiB.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"NotJSON":{"descript\#
ion":"`unsupported_media_type`: the body is not declared as application/json.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/c\#
omponents/schemas/Error"}}}},"BadRange":{"description":"`range_not_satisfiable`: the range lies outside the bytes there are.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"cont\#
ent":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"TooMany":{"description":"`too_many_sessions` or `too_many_commands`: as many as may are there.","headers":{"X-Request-Id":{\#
"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"SessionFailed":{"description":"`session_failed`: the session's processes cou\#
ld not be started.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"Unavailable":{"description":"\#
`capacity`, `spawner_unavailable` or `stopping`: try again later.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/sc\#
hemas/Error"}}}},"WorkspaceFull":{"description":"`workspace_full`: the workspace's quota has no room for the file.","headers":{"X-Request-Id":{"$ref":"#/components/headers/RequestId"}},"content":{"app\#
lication/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},"Internal":{"description":"`internal`: a defect; the daemon's log has the details under the request id.","headers":{"X-Request-Id":{"$\#
ref":"#/components/headers/RequestId"}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}}},"schemas":{"SessionId":{"type":"string","pattern":"^ses_[a-z0-9]{1,16}_[a-z2-7\#
]{26}$"},"ExecutionId":{"type":"string","pattern":"^exe_[a-z0-9]{1,16}_[a-z2-7]{26}$"},"CommandId":{"type":"string","pattern":"^cmd_[a-z0-9]{1,16}_[a-z2-7]{26}$"},"Time":{"type":"string","pattern":"^[\#
0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"},"NextCursor":{"description":"Where the next page begins; null on the last page.","type":["string","null"]},"Error":{"type":"object",\#
"additionalProperties":false,"required":["error"],"properties":{"error":{"type":"object","additionalProperties":false,"required":["code","message","remedy","request_id","details"],"properties":{"code"\#
:{"$ref":"#/components/schemas/ErrorCode"},"message":{"type":"string","description":"What happened."},"remedy":{"type":"string","description":"What to do about it."},"request_id":{"type":"string"},"de\#
tails":{"type":["object","null"],"description":"Facts for programs."}}}}},"ErrorCode":{"type":"string","enum":["invalid_request","unknown_field","not_found","session_not_found","execution_not_found","\#
command_not_found","file_not_found","artifact_not_found","variable_not_found","method_not_allowed","conflict","name_in_use_with_other_settings","session_busy","too_many_commands","idempotency_conflict\#
","payload_too_large","unsupported_media_type","range_not_satisfiable","too_many_sessions","session_failed","interpreter_ended","capacity","spawner_unavailable","stopping","workspace_full","internal"]\#
},"CreateSession":{"type":"object","additionalProperties":false,"properties":{"name":{"description":"The caller's own name for it, unique among live sessions; a chat thread's id, for instance.","type"\#
:["string","null"],"pattern":"^[!-~]{1,128}$"},"image":{"description":"Name of an image; absent for the configured default.","type":["string","null"],"pattern":"^[a-z0-9][a-z0-9._-]{0,63}$"},"storage"\#
:{"description":"Where the workspace lies; absent for the configured default.","type":["string","null"],"enum":["pool","tmpfs",null]},"limits":{"anyOf":[{"$ref":"#/components/schemas/RequestedLimits"}\#
,{"type":"null"}]},"metadata":{"description":"Kept and given back, never read.","type":["object","null"],"maxProperties":32,"propertyNames":{"type":"string","pattern":"^[!-~]{1,64}$"},"additionalPrope\#
rties":{"type":"string","maxLength":1024,"description":"At most 1024 bytes of UTF-8."}},"checkpoint":{"description":"Whether copies of the interpreter are kept to go on from after a loss. `auto`: afte\#
r executions, when it is safe\nand cheap. `always`: after every execution.\n","type":["string","null"],"enum":["auto","off","always",null],"default":"auto"}}},"RequestedLimits":{"type":"object","addit\#
ionalProperties":false,"description":"Absent ones take the configured default; the configured ceilings hold.","properties":{"memory_bytes":{"type":["integer","null"],"format":"int64","minimum":1},"cpu\#
s":{"type":["number","null"],"exclusiveMinimum":0},"pids":{"type":["integer","null"],"format":"int64","minimum":1},"workspace_bytes":{"type":["integer","null"],"format":"int64","minimum":1},"tmp_bytes\#
":{"type":["integer","null"],"format":"int64","minimum":1}}},"Session":{"type":"object","additionalProperties":false,"required":["id","name","image","state","incarnation","storage","created_at","last_\#
activity_at","owner_uid","limits","usage","executions","artifacts","metadata","checkpoint","creation"],"properties":{"id":{"$ref":"#/components/schemas/SessionId"},"name":{"type":["string","null"]},"i\#
mage":{"type":"string"},"state":{"type":"string","enum":["starting","ready","running","restarting","failed","deleting"]},"incarnation":{"type":"integer","minimum":0,"description":"Counts the lives of \#
the process tree. A higher number than before means that variables are lost or rolled back."},"storage":{"type":"string","enum":["pool","tmpfs"]},"created_at":{"$ref":"#/components/schemas/Time"},"las\#
t_activity_at":{"$ref":"#/components/schemas/Time"},"owner_uid":{"type":"integer","minimum":0,"description":"The uid of the peer that created the session."},"limits":{"$ref":"#/components/schemas/Limi\#
ts"},"usage":{"anyOf":[{"$ref":"#/components/schemas/Usage"},{"type":"null"}]},"executions":{"type":"integer","minimum":0,"description":"Executions so far."},"artifacts":{"type":"integer","minimum":0,\#
"description":"Artifacts captured so far."},"metadata":{"type":"object","additionalProperties":{"type":"string"}},"checkpoint":{"type":"string","enum":["auto","off","always"]},"creation":{"anyOf":[{"$\#
ref":"#/components/schemas/Creation"},{"type":"null"}]}}},"Limits":{"type":"object","additionalProperties":false,"required":["memory_bytes","cpus","pids","workspace_bytes","tmp_bytes"],"properties":{"\#
memory_bytes":{"type":"integer","format":"int64","minimum":0},"cpus":{"type":"number","minimum":0},"pids":{"type":"integer","minimum":0},"workspace_bytes":{"type":"integer","format":"int64","minimum":\#
0},"tmp_bytes":{"type":"integer","format":"int64","minimum":0}}},"Usage":{"type":"object","additionalProperties":false,"description":"What the kernel says the session uses now.","required":["memory_by\#
tes","memory_peak_bytes","cpu_seconds","pids","workspace_bytes"],"properties":{"memory_bytes":{"type":"integer","format":"int64","minimum":0},"memory_peak_bytes":{"type":"integer","format":"int64","mi\#
nimum":0},"cpu_seconds":{"type":"number","minimum":0},"pids":{"type":"integer","minimum":0},"workspace_bytes":{"type":["integer","null"],"format":"int64","minimum":0}}},"Creation":{"type":"object","ad\#
ditionalProperties":false,"required":["path","holder","milliseconds","phases"],"properties":{"path":{"type":"string","enum":["ready","zygote","exec"],"description":"`ready`: it had been started before\#
 it was asked for. `zygote`: a fork of an interpreter that has its imports done. `exec`: a fresh interpreter."},"holder":{"type":"string","enum":["pooled","fresh"],"description":"Whether its namespace\#
s had been made before they were asked for."},"milliseconds":{"type":"number","minimum":0,"description":"For `ready`: of the hand-out."},"phases":{"type":"object","additionalProperties":{"type":"numbe\#
r"},"description":"Milliseconds by phase."}}},"Variable":{"type":"object","additionalProperties":false,"required":["name","kind","type","length","shape","dtype","bytes","preview","preview_truncated"],\#
"properties":{"name":{"type":"string"},"kind":{"type":"string","enum":["variable","function","class","module"]},"type":{"type":"string","description":"Qualified name of its type; bare for builtins and\#
 for classes of the session's own."},"length":{"type":["integer","null"],"format":"int64","minimum":0},"shape":{"description":"Of arrays, tables and pictures; rows first.","type":["array","null"],"ite\#
ms":{"type":"integer","format":"int64","minimum":0}},"dtype":{"type":["string","null"],"description":"Of arrays and columns; of a picture its mode."},"bytes":{"type":["integer","null"],"format":"int64\#
","minimum":0,"description":"What it takes itself; objects that it refers to are not counted."},"preview":{"type":"string","description":"At most 200 characters; of unknown types their name."},"previe\#
w_truncated":{"type":"boolean"}}},"VariablePage":{"type":"object","additionalProperties":false,"required":["variables","total","truncated","next_cursor"],"properties":{"variables":{"type":"array","ite\#
ms":{"$ref":"#/components/schemas/Variable"}},"total":{"type":"integer","minimum":0,"description":"Variables in all."},"truncated":{"type":"boolean","description":"The time was over before the page wa\#
s full."},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"VariableDetail":{"type":"object","additionalProperties":false,"required":["name","kind","type","length","shape","dtype","bytes","p\#
review","preview_truncated","columns","items","head","signature","documentation","source","version","file","truncated"],"properties":{"name":{"type":"string"},"kind":{"type":"string","enum":["variable\#
","function","class","module"]},"type":{"type":"string","description":"Qualified name of its type; bare for builtins and for classes of the session's own."},"length":{"type":["integer","null"],"format\#
":"int64","minimum":0},"shape":{"description":"Of arrays, tables and pictures; rows first.","type":["array","null"],"items":{"type":"integer","format":"int64","minimum":0}},"dtype":{"type":["string","\#
null"],"description":"Of arrays and columns; of a picture its mode."},"bytes":{"type":["integer","null"],"format":"int64","minimum":0,"description":"What it takes itself; objects that it refers to are\#
 not counted."},"preview":{"type":"string","description":"At most 16,000 characters or so."},"preview_truncated":{"type":"boolean"},"columns":{"description":"Of a table; at most 200.","type":"array","\#
items":{"type":"object","additionalProperties":false,"required":["name","dtype"],"properties":{"name":{"type":"string"},"dtype":{"type":"string"}}}},"items":{"description":"The first 20 of a list, tup\#
le, set or dict.","type":"array","items":{"type":"object","additionalProperties":false,"required":["key","type","preview"],"properties":{"key":{"type":["string","null"],"description":"Of a dict."},"ty\#
pe":{"type":"string"},"preview":{"type":"string"}}}},"head":{"type":["string","null"],"description":"The first rows of a table."},"signature":{"type":["string","null"]},"documentation":{"type":["strin\#
g","null"]},"source":{"type":["string","null"]},"version":{"type":["string","null"],"description":"Of a module."},"file":{"type":["string","null"],"description":"Of a module."},"truncated":{"type":"bo\#
olean","description":"Something is missing: the time was over, or the object's own code failed."}}},"CompleteCode":{"type":"object","additionalProperties":false,"required":["code"],"properties":{"code\#
":{"type":"string","maxLength":1048576},"cursor":{"type":"integer","minimum":0,"maximum":1048576,"description":"In characters (Unicode code points); absent is the end."}}},"InspectCode":{"type":"objec\#
t","additionalProperties":false,"required":["code"],"properties":{"code":{"type":"string","maxLength":1048576},"cursor":{"type":"integer","minimum":0,"maximum":1048576,"description":"In characters (Un\#
icode code points); absent is the end."},"detail":{"type":"integer","minimum":0,"maximum":1,"default":0,"description":"1 asks for the source as well."}}},"Completions":{"type":"object","additionalProp\#
erties":false,"required":["matches","start","end","truncated"],"properties":{"matches":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["text","type"],"properties":{"t\#
ext":{"type":"string"},"type":{"type":"string","description":"variable, function, class, module, keyword, property, key, path; perhaps others."}}}},"start":{"type":"integer","minimum":0,"description":\#
"The first character that a match takes the place of."},"end":{"type":"integer","minimum":0},"truncated":{"type":"boolean","description":"There are more."}}},"Explanation":{"type":"object","additional\#
Properties":false,"required":["found","data"],"properties":{"found":{"type":"boolean"},"data":{"type":"object","additionalProperties":{"type":"string"},"description":"MIME type to text."}}},"SessionPa\#
ge":{"type":"object","additionalProperties":false,"required":["sessions","next_cursor"],"properties":{"sessions":{"type":"array","items":{"$ref":"#/components/schemas/Session"}},"next_cursor":{"$ref":\#
"#/components/schemas/NextCursor"}}},"Execute":{"type":"object","additionalProperties":false,"required":["code"],"properties":{"code":{"type":"string","description":"Python source, at most 8 MiB. The \#
value of a last expression is returned."},"timeout_seconds":{"description":"After this comes what `on_timeout` says.","type":["number","null"],"exclusiveMinimum":0,"maximum":86400,"default":120},"on_t\#
imeout":{"description":"`interrupt`: the code is interrupted, and killed when that does not help. `kill`: it is killed at once. `detach`: it\ngoes on under its id, and whoever waits gets it as it is.\\#
n","type":["string","null"],"enum":["interrupt","kill","detach",null],"default":"interrupt"},"stdin":{"description":"What `input()` and descriptor 0 read, at most 4 MiB of UTF-8; without it there is n\#
o standard input.","type":["string","null"]},"queue":{"description":"Whether to wait for one's turn or be refused with `session_busy` when something else runs.","type":["string","null"],"enum":["wait"\#
,"refuse",null],"default":"wait"},"wait":{"description":"False answers 202 at once.","type":["boolean","null"],"default":true}}},"Execution":{"type":"object","additionalProperties":false,"required":["\#
id","session_id","number","state","incarnation","code_sha256","timeout_seconds","on_timeout","created_at","started_at","finished_at","status","value","value_metadata","displays","error","exit_code","s\#
tdout","stderr","verdict","checkpoint","interlude","interruption","artifacts"],"properties":{"id":{"$ref":"#/components/schemas/ExecutionId"},"session_id":{"$ref":"#/components/schemas/SessionId"},"nu\#
mber":{"type":"integer","minimum":1,"description":"1 for the session's first."},"state":{"type":"string","enum":["queued","running","finished"]},"incarnation":{"type":"integer","minimum":0,"descriptio\#
n":"The incarnation it runs in."},"code_sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"timeout_seconds":{"type":"number","exclusiveMinimum":0},"on_timeout":{"type":"string","enum":["interrupt",\#
"kill","detach"]},"created_at":{"$ref":"#/components/schemas/Time"},"started_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},"finished_at":{"anyOf":[{"$ref":"#/components/schemas/\#
Time"},{"type":"null"}]},"status":{"description":"How it ended; null until it has.","type":["string","null"],"enum":["ok","error","interrupted","timeout","exit","lost",null]},"value":{"description":"M\#
IME type to text of the last expression's value; binary types in base64, JSON types as JSON text.","type":["object","null"],"additionalProperties":{"type":"string"}},"value_metadata":{"type":["object"\#
,"null"],"description":"What the value's MIME bundle says about itself."},"displays":{"type":"array","items":{"$ref":"#/components/schemas/Display"},"description":"In the order in which they were show\#
n."},"error":{"anyOf":[{"$ref":"#/components/schemas/ExecutionError"},{"type":"null"}]},"exit_code":{"type":["integer","null"],"description":"What sys.exit was called with."},"stdout":{"$ref":"#/compo\#
nents/schemas/Output"},"stderr":{"$ref":"#/components/schemas/Output"},"verdict":{"anyOf":[{"$ref":"#/components/schemas/Verdict"},{"type":"null"}]},"checkpoint":{"anyOf":[{"$ref":"#/components/schema\#
s/Checkpoint"},{"type":"null"}]},"interlude":{"anyOf":[{"$ref":"#/components/schemas/Interlude"},{"type":"null"}]},"interruption":{"anyOf":[{"$ref":"#/components/schemas/Interruption"},{"type":"null"}\#
]},"artifacts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact"}}}},"ExecutionError":{"type":"object","additionalProperties":false,"description":"The exception, as the interpreter claim\#
s it.","required":["type","message","traceback","frames"],"properties":{"type":{"type":"string"},"message":{"type":"string"},"traceback":{"type":"string"},"frames":{"description":"Outermost first; of \#
a deep stack the first and the last.","type":"array","items":{"type":"object","additionalProperties":false,"required":["file","line","function","source"],"properties":{"file":{"type":"string","descrip\#
tion":"A path, or `<execution N>` for code of the session's N-th execution."},"line":{"type":"integer","minimum":0},"function":{"type":"string"},"source":{"type":"string","description":"The line's tex\#
t; empty where it is not known."}}}}}},"Checkpoint":{"type":"object","additionalProperties":false,"description":"What there was to go back to when the execution began.","required":["taken","execution_\#
id","reason"],"properties":{"taken":{"type":"boolean","description":"Whether there was a copy of the interpreter."},"execution_id":{"description":"The last execution whose effects it holds.","anyOf":[\#
{"$ref":"#/components/schemas/ExecutionId"},{"type":"null"}]},"reason":{"description":"Why there was none, or none of the last execution. `nothing_to_keep`: nothing had run in this incarnation.\n`memo\#
ry`: the session used more than half of its memory. `rate`: executions followed each other fast. `threads`,\n`sockets`, `devices`: a copy would lack or share them. `failed`: it could not be made, or w\#
as ended.\n","type":["string","null"],"enum":["off","nothing_to_keep","memory","rate","threads","sockets","devices","failed",null]}}},"CheckpointName":{"type":"object","additionalProperties":false,"re\#
quired":["name"],"properties":{"name":{"type":"string","pattern":"^[A-Za-z0-9._-]{1,40}$"}}},"NamedCheckpoint":{"type":"object","additionalProperties":false,"required":["name","created_at","execution_\#
id"],"properties":{"name":{"type":"string"},"created_at":{"$ref":"#/components/schemas/Time"},"execution_id":{"description":"The last execution whose effects it holds; null when the daemon does not kn\#
ow.","anyOf":[{"$ref":"#/components/schemas/ExecutionId"},{"type":"null"}]}}},"CheckpointList":{"type":"object","additionalProperties":false,"required":["checkpoints"],"properties":{"checkpoints":{"ty\#
pe":"array","items":{"$ref":"#/components/schemas/NamedCheckpoint"}}}},"Interlude":{"type":"object","additionalProperties":false,"description":"What the interpreter has lost between the execution befo\#
re and this one, by a crash of something left running, say.","required":["state","execution_id"],"properties":{"state":{"type":"string","enum":["rolled_back","lost"]},"execution_id":{"description":"Th\#
e last execution whose effects are left.","anyOf":[{"$ref":"#/components/schemas/ExecutionId"},{"type":"null"}]}}},"Interruption":{"type":"object","additionalProperties":false,"description":"How the e\#
xecution was brought to its end, at its deadline or because a caller asked for it. Each rung is tried when the\none before was in vain: KeyboardInterrupt in the main thread, or cancelling the task tha\#
t a top-level `await` waits\nfor; KeyboardInterrupt that is raised again in what catches it; the kill.\n","required":["rung","seconds","stacks"],"properties":{"rung":{"type":"string","enum":["keyboard\#
_interrupt","task_cancel","force","kill"]},"seconds":{"type":"number","minimum":0,"description":"From the first interrupt to the end."},"stacks":{"type":["string","null"],"description":"Stacks of all \#
threads before a kill, as the interpreter claims them."}}},"Display":{"type":"object","additionalProperties":false,"description":"Something shown beside the text, as Jupyter's display_data, update_dis\#
play_data and clear_output.","required":["kind","data","metadata","display_id","wait","stdout_offset","stderr_offset"],"properties":{"kind":{"type":"string","enum":["show","update","clear"]},"data":{"\#
description":"MIME type to text; binary types in base64, JSON types as JSON text.","type":"object","additionalProperties":{"type":"string"}},"metadata":{"type":"object"},"display_id":{"type":["string"\#
,"null"]},"wait":{"type":"boolean","description":"Clearing waits until something else comes."},"stdout_offset":{"type":"integer","format":"int64","minimum":0,"description":"Bytes of the stream that ha\#
d been written before."},"stderr_offset":{"type":"integer","format":"int64","minimum":0}}},"Output":{"type":"object","additionalProperties":false,"description":"Head and tail of one output stream.","r\#
equired":["text","bytes","truncated","encoding"],"properties":{"text":{"type":"string"},"bytes":{"type":"integer","format":"int64","minimum":0,"description":"Bytes written in all."},"truncated":{"type\#
":"integer","format":"int64","minimum":0,"description":"Bytes left out in the middle."},"encoding":{"type":"string","enum":["utf-8","base64"]}}},"Verdict":{"type":"object","additionalProperties":false\#
,"description":"What became of the session's variables, and why. `preserved`: they are as the code left them. `rolled_back`:\nthey are as before the execution, or as after the execution that `checkpoi\#
nt` names. `lost`: the interpreter is a new\none. The workspace is kept in any case.\nNumbers are observed from outside the sandbox.\n","required":["state","cause","limit","peak_memory_bytes","cpu_sec\#
onds","wall_seconds","incarnation","exit"],"properties":{"state":{"type":"string","enum":["preserved","rolled_back","lost"]},"cause":{"type":"string","enum":["ok","error","interrupted","timeout","oom"\#
,"crashed","exited","pids","disk_full","output_limit","protocol_error","killed","host_restart"]},"limit":{"anyOf":[{"$ref":"#/components/schemas/LimitHit"},{"type":"null"}]},"peak_memory_bytes":{"type\#
":["integer","null"],"format":"int64","minimum":0},"cpu_seconds":{"type":"number","minimum":0},"wall_seconds":{"type":"number","minimum":0},"incarnation":{"type":"integer","minimum":0,"description":"T\#
he incarnation that answers from now on."},"exit":{"anyOf":[{"$ref":"#/components/schemas/Exit"},{"type":"null"}]}}},"LimitHit":{"type":"object","additionalProperties":false,"required":["name","value"\#
],"properties":{"name":{"type":"string"},"value":{"type":"number"}}},"Exit":{"type":"object","additionalProperties":false,"description":"How the interpreter's process ended.","required":["code","signa\#
l"],"properties":{"code":{"type":["integer","null"]},"signal":{"type":["integer","null"]}}},"ExecutionPage":{"type":"object","additionalProperties":false,"required":["executions","next_cursor"],"prope\#
rties":{"executions":{"type":"array","items":{"$ref":"#/components/schemas/Execution"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"StartCommand":{"type":"object","additionalProperties\#
":false,"description":"Either `argv` or `command`. Together with `cwd` and `env` at most 1 MiB and 4096 strings, none with a NUL.","oneOf":[{"required":["argv"],"properties":{"argv":{"type":"array"},"\#
command":{"type":"null"}}},{"required":["command"],"properties":{"command":{"type":"string"},"argv":{"type":"null"}}}],"properties":{"argv":{"description":"The program and its arguments. A program wit\#
hout a slash is looked for in PATH.","type":["array","null"],"minItems":1,"items":{"type":"string"}},"command":{"type":["string","null"],"description":"A line for the shell: `/bin/sh -c` and this."},"\#
cwd":{"type":["string","null"],"minLength":1,"description":"Absolute, or below /workspace.","default":"/workspace"},"env":{"description":"Variables added to those of the interpreter; names are not emp\#
ty and have no `=`.","type":["object","null"],"additionalProperties":{"type":"string"}},"stdin":{"type":["string","null"],"description":"What standard input begins with; at most 4 MiB."},"stdin_open":\#
{"description":"Whether standard input goes on after that, with what is sent to `…/stdin`. Otherwise it ends there.","type":["boolean","null"],"default":false},"timeout_seconds":{"description":"After \#
that the command's process group gets SIGTERM and, when the daemon's grace is over, SIGKILL. Without it: as\nfor executions if the request waits, else as long as the session's incarnation.\n","type":[\#
"number","null"],"exclusiveMinimum":0,"maximum":86400},"wait":{"type":["boolean","null"],"default":true,"description":"False answers once the program runs."}}},"SignalCommand":{"type":"object","additi\#
onalProperties":false,"required":["signal"],"properties":{"signal":{"$ref":"#/components/schemas/CommandSignal"},"group":{"description":"Also for what the command has started, unless that made a proce\#
ss group of its own.","type":["boolean","null"],"default":true}}},"CommandSignal":{"type":"string","enum":["SIGHUP","SIGINT","SIGQUIT","SIGKILL","SIGUSR1","SIGUSR2","SIGTERM","SIGCONT","SIGSTOP","SIGT\#
STP","SIGWINCH"]},"CommandInput":{"type":"object","additionalProperties":false,"description":"At most 4 MiB, as `text` or as `base64`.","properties":{"text":{"type":["string","null"]},"base64":{"type"\#
:["string","null"],"contentEncoding":"base64"},"eof":{"type":["boolean","null"],"default":false,"description":"Standard input ends here."}}},"Command":{"type":"object","additionalProperties":false,"re\#
quired":["id","session_id","number","state","incarnation","argv","cwd","timeout_seconds","created_at","started_at","finished_at","status","exit_code","signal","out_of_memory","error","stdout","stderr"\#
],"properties":{"id":{"$ref":"#/components/schemas/CommandId"},"session_id":{"$ref":"#/components/schemas/SessionId"},"number":{"type":"integer","minimum":1,"description":"1 for the session's first."}\#
,"state":{"type":"string","enum":["running","finished"]},"incarnation":{"type":"integer","minimum":0,"description":"The incarnation it runs in","and with which it ends.":null},"argv":{"type":"array","\#
items":{"type":"string"},"description":"The first 8 KiB of it."},"cwd":{"type":"string"},"timeout_seconds":{"type":["number","null"],"exclusiveMinimum":0},"created_at":{"$ref":"#/components/schemas/Ti\#
me"},"started_at":{"description":"When the program was executed; null when it was not.","anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},"finished_at":{"anyOf":[{"$ref":"#/components/sc\#
hemas/Time"},{"type":"null"}]},"status":{"description":"How it ended; null until it has. `timeout`: after its time, `exit_code` or `signal` tell how. `failed`: the program\ncould not be executed. `los\#
t`: it ended with its incarnation, or nobody can say how.\n","type":["string","null"],"enum":["exited","signaled","timeout","failed","lost",null]},"exit_code":{"type":["integer","null"],"minimum":0,"m\#
aximum":255,"description":"127 or 126 where `status` is failed."},"signal":{"type":["string","null"],"description":"The signal that ended it, as SIGKILL."},"out_of_memory":{"type":"boolean","descripti\#
on":"It was killed, and the kernel had no memory left for the session."},"error":{"anyOf":[{"$ref":"#/components/schemas/CommandError"},{"type":"null"}]},"stdout":{"$ref":"#/components/schemas/Output"\#
},"stderr":{"$ref":"#/components/schemas/Output"}}},"CommandError":{"type":"object","additionalProperties":false,"description":"Why the program could not be executed.","required":["errno","message"],"\#
properties":{"errno":{"type":"string","description":"The kernel's name for it, as ENOENT."},"message":{"type":"string"}}},"CommandPage":{"type":"object","additionalProperties":false,"required":["comma\#
nds","next_cursor"],"properties":{"commands":{"type":"array","items":{"$ref":"#/components/schemas/Command"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"CommandEventLines":{"type":"st\#
ring","description":"One event a line, each a JSON object as the schema `CommandEvent` describes it, with `seq` from 1 without gaps. The\nlast one is the `result`. A program that could not be executed\#
 has one line before it, `started`.\n"},"CommandEvent":{"oneOf":[{"type":"object","additionalProperties":false,"required":["seq","type","command_id","session_id"],"properties":{"seq":{"type":"integer"\#
,"format":"int64","minimum":1},"type":{"type":"string","const":"started"},"command_id":{"$ref":"#/components/schemas/CommandId"},"session_id":{"$ref":"#/components/schemas/SessionId"}}},{"type":"objec\#
t","additionalProperties":false,"description":"Output; `offset` is the position of its first byte in the stream.","required":["seq","type","offset","text"],"properties":{"seq":{"type":"integer","forma\#
t":"int64","minimum":1},"type":{"type":"string","enum":["stdout","stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},"text":{"type":"string"}}},{"type":"object","additionalProperties":\#
false,"description":"Output that is not UTF-8.","required":["seq","type","offset","base64"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","enum":["stdout"\#
,"stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},"base64":{"type":"string","contentEncoding":"base64"}}},{"type":"object","additionalProperties":false,"required":["seq","type","com\#
mand"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"result"},"command":{"$ref":"#/components/schemas/Command"}}}]},"EventLines":{"type":"string"\#
,"description":"One event a line, each a JSON object as the schema `Event` describes it, with `seq` from 1 without gaps. The\nlast one is the `result`.\n"},"Event":{"oneOf":[{"type":"object","addition\#
alProperties":false,"required":["seq","type","execution_id","session_id"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"started"},"execution_id":\#
{"$ref":"#/components/schemas/ExecutionId"},"session_id":{"$ref":"#/components/schemas/SessionId"}}},{"type":"object","additionalProperties":false,"description":"Output; `offset` is the position of it\#
s first byte in the stream.","required":["seq","type","offset","text"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","enum":["stdout","stderr"]},"offset":\#
{"type":"integer","format":"int64","minimum":0},"text":{"type":"string"}}},{"type":"object","additionalProperties":false,"description":"Output that is not UTF-8.","required":["seq","type","offset","ba\#
se64"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","enum":["stdout","stderr"]},"offset":{"type":"integer","format":"int64","minimum":0},"base64":{"type"\#
:"string"}}},{"type":"object","additionalProperties":false,"required":["seq","type","display"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"disp\#
lay"},"display":{"$ref":"#/components/schemas/Display"}}},{"type":"object","additionalProperties":false,"required":["seq","type","artifacts"],"properties":{"seq":{"type":"integer","format":"int64","mi\#
nimum":1},"type":{"type":"string","const":"artifacts"},"artifacts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact"}}}},{"type":"object","additionalProperties":false,"required":["seq","\#
type","execution"],"properties":{"seq":{"type":"integer","format":"int64","minimum":1},"type":{"type":"string","const":"result"},"execution":{"$ref":"#/components/schemas/Execution"}}}]},"FileEntry":{\#
"type":"object","additionalProperties":false,"required":["name","path","type","size","modified_at"],"properties":{"name":{"type":"string","description":"For display."},"path":{"type":"string","descrip\#
tion":"Relative to /workspace; percent-encoded when it is not UTF-8."},"type":{"type":"string","enum":["file","directory","symlink","other"]},"size":{"type":"integer","format":"int64","minimum":0},"mo\#
dified_at":{"$ref":"#/components/schemas/Time"}}},"FilePage":{"type":"object","additionalProperties":false,"required":["entries","next_cursor"],"properties":{"entries":{"type":"array","items":{"$ref":\#
"#/components/schemas/FileEntry"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},"Artifact":{"type":"object","additionalProperties":false,"required":["path","sha256","size","mime","key","\#
uri","state","reason","execution_id"],"properties":{"path":{"type":"string","description":"Relative to /workspace/artifacts; percent-encoded when it is not UTF-8."},"sha256":{"type":["string","null"],\#
"pattern":"^[0-9a-f]{64}$"},"size":{"type":"integer","format":"int64","minimum":0},"mime":{"type":["string","null"]},"key":{"type":["string","null"],"description":"In the object store: output/artifact\#
s/ab/cd/<sha256>."},"uri":{"type":["string","null"],"description":"Where the object store keeps it","or will once it is `stored`; null when skipped.":null},"state":{"type":"string","enum":["captured",\#
"stored","skipped"]},"reason":{"type":["string","null"],"description":"Why it was skipped."},"execution_id":{"$ref":"#/components/schemas/ExecutionId"}}},"ArtifactPage":{"type":"object","additionalPro\#
perties":false,"required":["artifacts","next_cursor"],"properties":{"artifacts":{"type":"array","items":{"$ref":"#/components/schemas/Artifact"}},"next_cursor":{"$ref":"#/components/schemas/NextCursor\#
"}}},"Status":{"type":"object","additionalProperties":false,"required":["daemon","spawner","object_store","pool","pools","limits","sessions"],"properties":{"daemon":{"$ref":"#/components/schemas/Daemo\#
nStatus"},"spawner":{"$ref":"#/components/schemas/SpawnerStatus"},"object_store":{"$ref":"#/components/schemas/ObjectStoreStatus"},"pool":{"anyOf":[{"$ref":"#/components/schemas/PoolStatus"},{"type":"\#
null"}]},"pools":{"type":"array","items":{"$ref":"#/components/schemas/ImagePool"}},"limits":{"$ref":"#/components/schemas/HostLimits"},"sessions":{"type":"array","items":{"$ref":"#/components/schemas\#
/Session"}}}},"DaemonStatus":{"type":"object","additionalProperties":false,"required":["version","pid","node","instance","started_at","uptime_seconds","healthy","problems","resident_bytes","open_files\#
","threads"],"properties":{"version":{"type":"string"},"pid":{"type":"integer"},"node":{"type":"string"},"instance":{"type":"string"},"started_at":{"$ref":"#/components/schemas/Time"},"uptime_seconds"\#
:{"type":"number","minimum":0},"healthy":{"type":"boolean"},"problems":{"type":"array","items":{"type":"string"}},"resident_bytes":{"type":"integer","format":"int64","minimum":0},"open_files":{"type":\#
"integer","minimum":0},"threads":{"type":"integer","minimum":0}}},"SpawnerStatus":{"type":"object","additionalProperties":false,"required":["connected","pid","cgroup","sessions","descriptors","leaks"]\#
,"properties":{"connected":{"type":"boolean"},"pid":{"type":["integer","null"]},"cgroup":{"type":["string","null"],"enum":["v2","hybrid",null]},"sessions":{"type":"integer","minimum":0},"descriptors":\#
{"type":"integer","minimum":0},"leaks":{"type":"object","additionalProperties":{"type":"integer"}}}},"ObjectStoreStatus":{"type":"object","additionalProperties":false,"required":["kind","uri","pending\#
","pending_bytes","failed","last_error"],"properties":{"kind":{"type":"string","enum":["directory","s3"]},"uri":{"type":"string"},"pending":{"type":"integer","minimum":0},"pending_bytes":{"type":"inte\#
ger","format":"int64","minimum":0},"failed":{"type":"integer","minimum":0},"last_error":{"type":["string","null"]}}},"PoolStatus":{"type":"object","additionalProperties":false,"required":["total_bytes\#
","free_bytes"],"properties":{"total_bytes":{"type":"integer","format":"int64","minimum":0},"free_bytes":{"type":"integer","format":"int64","minimum":0}}},"ImagePool":{"type":"object","description":"W\#
hat is kept in advance for one image.","additionalProperties":false,"required":["image","ready","ready_target","ready_bytes","ready_failures","holders","holder_target","zygote","generation","forks","f\#
allbacks","zygote_failures","last_failure"],"properties":{"image":{"type":"string"},"ready":{"type":"integer","minimum":0,"description":"Started sessions that wait for a caller."},"ready_target":{"typ\#
e":"integer","minimum":0},"ready_bytes":{"type":"integer","format":"int64","minimum":0,"description":"What they use, by the kernel's account."},"ready_failures":{"type":"integer","minimum":0,"descript\#
ion":"Ready sessions that could not be started, or ended before anybody asked for them."},"holders":{"type":"integer","minimum":0,"description":"Empty sessions without an interpreter."},"holder_target\#
":{"type":"integer","minimum":0},"zygote":{"type":"string","enum":["none","starting","ready","failed"]},"generation":{"type":"integer","minimum":0,"description":"Of the zygote that serves, from 1; 0 b\#
efore the first."},"forks":{"type":"integer","format":"int64","minimum":0,"description":"Sessions forked from a zygote."},"fallbacks":{"type":"integer","format":"int64","minimum":0,"description":"Star\#
ts that began at a zygote and were finished without it."},"zygote_failures":{"type":"integer","minimum":0,"description":"Zygotes that died, hung or could not start."},"last_failure":{"type":["string",\#
"null"]}}},"HostLimits":{"type":"object","additionalProperties":false,"required":["max_sessions","session_maximum","session_default"],"properties":{"max_sessions":{"type":"integer","minimum":0},"sessi\#
on_maximum":{"$ref":"#/components/schemas/Limits"},"session_default":{"$ref":"#/components/schemas/Limits"}}},"Liveness":{"type":"object","additionalProperties":false,"required":["status"],"properties\#
":{"status":{"type":"string","const":"ok"}}},"Readiness":{"type":"object","additionalProperties":false,"required":["status","problems"],"properties":{"status":{"type":"string","enum":["ready","unready\#
"]},"problems":{"type":"array","items":{"type":"string"}}}}}}}
"""#
}
