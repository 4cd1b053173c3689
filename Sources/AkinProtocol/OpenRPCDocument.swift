// Written by protocol/generate.py from protocol/openrpc.json. Change that file, then run the script.

/// The description of the protocol that `rpc.discover` answers.
public enum OpenRPCDocument {
  /// `protocol/openrpc.json` as compact JSON on one line.
  public static let text = #"""
    {"openrpc":"1.3.2","info":{"title":"Akin","version":"1.0.0","description":"Finds text that means the same: a \#
    sentence-embedding transformer behind JSON-RPC 2.0 over stdio. specification.md beside this file tells the \#
    framing, the lifecycle and the order of \#
    messages.","license":{"name":"MIT"}},"servers":[{"name":"stdio","url":"stdio:akin%20serve","description":"A \#
    process whose standard input and output carry Content-Length headers as in LSP, or one message a \#
    line."}],"methods":[{"name":"initialize","summary":"Starts a session as LSP defines \#
    it.","description":"Optional. A second initialize is refused with -32600. Members that are not listed here are \#
    ignored, and a member of an unexpected type counts as absent, so that any LSP client can start a \#
    session.","paramStructure":"by-name","params":[{"name":"processId","summary":"A process whose end ends the \#
    server, checked every three seconds. Absent, null or not positive: \#
    none.","schema":{"type":["integer","null"]}},{"name":"clientInfo","summary":"The client's name, for the log.","s\#
    chema":{"type":"object","properties":{"name":{"type":"string"},"version":{"type":"string"}},"required":["name"]}\#
    },{"name":"capabilities","summary":"general.positionEncodings lists the units of offsets that the client knows, \#
    the best first. Absent: utf-16. window.workDoneProgress: the client shows the progress of work that the server \#
    begins by itself; window.showMessage: it can put a question to the person; window.showDocument: it can show a do\#
    cument.","schema":{"type":"object","properties":{"window":{"type":"object","properties":{"workDoneProgress":{"ty\#
    pe":"boolean"},"showMessage":{"type":"object"},"showDocument":{"type":"object","properties":{"support":{"type":"\#
    boolean"}}}},"required":[]},"general":{"type":"object","properties":{"positionEncodings":{"type":"array","items"\#
    :{"$ref":"#/components/schemas/PositionEncodingKind"}}},"required":[]}},"required":[]}},{"name":"initializationO\#
    ptions","summary":"hover: whether textDocument/hover is wanted of this server. index: what becomes of the \#
    session's folders that are not indexed; absent, ask where the client declares window.showMessage, else never.","\#
    schema":{"type":"object","properties":{"hover":{"type":"boolean","default":false},"index":{"type":"string","enum\#
    ":["ask","always","never"]}}}},{"name":"trace","summary":"How much window/logMessage tells.","schema":{"type":"s\#
    tring","enum":["off","messages","verbose"],"default":"off"}},{"name":"rootUri","summary":"The folder that the \#
    client works in, where workspaceFolders is \#
    absent.","schema":{"type":["string","null"]}},{"name":"workspaceFolders","summary":"The folders that the client \#
    works in.","schema":{"type":["array","null"],"items":{"type":"object","properties":{"uri":{"type":"string"},"nam\#
    e":{"type":"string"}},"required":["uri"]}}}],"result":{"name":"initializeResult","summary":"What the server is \#
    and accepts. capabilities.positionEncoding is present where the client offered position encodings.","schema":{"t\#
    ype":"object","properties":{"capabilities":{"type":"object","properties":{"positionEncoding":{"$ref":"#/componen\#
    ts/schemas/PositionEncodingKind"},"workDoneProgress":{"type":"array","items":{"type":"string"},"description":"Me\#
    thods that take a \#
    workDoneToken."},"partialResults":{"type":"array","items":{"type":"string"},"description":"Methods that take a p\#
    artialResultToken."}},"required":[]},"serverInfo":{"type":"object","properties":{"name":{"type":"string"},"versi\#
    on":{"type":"string"}},"required":["name","version"]},"limits":{"$ref":"#/components/schemas/ServerLimits"},"pro\#
    tocolVersion":{"type":"string","pattern":"^1\\.\\d+$","description":"The version of the protocol: additions only\#
     within 1."}},"required":["capabilities","serverInfo","limits","protocolVersion"]}},"errors":[{"$ref":"#/compone\#
    nts/errors/InvalidRequest"}],"examples":[{"name":"code points preferred","params":[{"name":"processId","value":n\#
    ull},{"name":"capabilities","value":{"general":{"positionEncodings":["utf-32","utf-16"]}}}],"result":{"name":"re\#
    sult","value":{"capabilities":{"positionEncoding":"utf-32","workDoneProgress":["embed","similarity","search","in\#
    dex/add"],"partialResults":["embed"]},"serverInfo":{"name":"akin","version":"0.1.0"},"limits":{"maxMessageBytes"\#
    :67108864,"maxDepth":512,"maxValues":6400000,"maxBatch":1000,"maxInputs":16384,"maxPartialInputs":1000000,"maxTe\#
    xtCharacters":1000000,"maxAnswerTokens":65536,"maxScores":16777216,"maxPatternBytes":4096,"maxPendingRequests":6\#
    5536,"maxPendingBytes":268435456,"maxQueuedTokens":67108864,"maxBacklogBytes":67108864,"maxSessions":256,"maxHtt\#
    pConnections":256,"maxHttpHeaderBytes":32768,"maxHttpRequestSeconds":60,"maxHttpIdleSeconds":75},"protocolVersio\#
    n":"1.0"}}}]},{"name":"initialized","summary":"The client has the result of initialize.","description":"A \#
    notification. The collections of the session's folders that are stored are brought up to date in the background;\#
     to clients with window.workDoneProgress the progress is shown by window/workDoneProgress/create and \#
    $/progress.","paramStructure":"by-name","params":[]},{"name":"shutdown","summary":"Ends the session's \#
    work.","description":"Requests before it are still answered. Later requests are refused with -32600, later \#
    notifications other than exit are ignored.","paramStructure":"by-name","params":[],"result":{"name":"nothing","s\#
    ummary":"null","schema":{"type":"null"}},"errors":[{"$ref":"#/components/errors/InvalidParams"}],"examples":[{"n\#
    ame":"shutdown","params":[],"result":{"name":"result","value":null}}],"x-params-schema":{"anyOf":[{"type":"objec\#
    t","properties":{"_meta":{"description":"For those between client and server, such as tracers; not looked at."}}\#
    ,"additionalProperties":false},{"type":"null"},{"type":"array","maxItems":0}]}},{"name":"exit","summary":"Ends \#
    the process.","description":"A notification. The exit code is 0 after shutdown and 1 otherwise. Requests that \#
    were accepted earlier in the same batch are answered first; bytes after exit are not \#
    read.","paramStructure":"by-name","params":[]},{"name":"$/cancelRequest","summary":"Gives up a \#
    request.","description":"A notification. The request is still answered: with -32800, or with its result where \#
    that was made already. An id that nothing waits under is \#
    ignored.","paramStructure":"by-name","params":[{"name":"id","summary":"The request's id, as it was sent: 1 is \#
    not \#
    \"1\".","required":true,"schema":{"type":["integer","number","string"]}}]},{"name":"$/setTrace","summary":"Sets \#
    how much window/logMessage tells.","description":"A \#
    notification.","paramStructure":"by-name","params":[{"name":"value","summary":"off: nothing. messages, verbose: \#
    one line a request, with its method and its time.","required":true,"schema":{"type":"string","enum":["off","mess\#
    ages","verbose"]}}]},{"name":"textDocument/didOpen","summary":"A document is open; its text counts from now on, \#
    in place of its file's.","description":"A notification, LSP \#
    3.17.","paramStructure":"by-name","params":[{"name":"textDocument","summary":"The document.","required":true,"sc\#
    hema":{"type":"object","properties":{"uri":{"type":"string"},"languageId":{"type":"string"},"version":{"type":"i\#
    nteger"},"text":{"type":"string"}},"required":["uri","version","text"]}}]},{"name":"textDocument/didChange","sum\#
    mary":"Changes of an open document, one after the other.","description":"A notification, LSP \#
    3.17.","paramStructure":"by-name","params":[{"name":"textDocument","summary":"The document.","required":true,"sc\#
    hema":{"type":"object","properties":{"uri":{"type":"string"},"version":{"type":"integer"}},"required":["uri","ve\#
    rsion"]}},{"name":"contentChanges","summary":"A new text for a range, in units of the session's position \#
    encoding, or for all.","required":true,"schema":{"type":"array","items":{"type":"object","properties":{"range":{\#
    "$ref":"#/components/schemas/TextRange"},"text":{"type":"string"}},"required":["text"]}}}]},{"name":"textDocumen\#
    t/didSave","summary":"An open document was written to its file.","description":"A notification, LSP \#
    3.17.","paramStructure":"by-name","params":[{"name":"textDocument","summary":"The document.","required":true,"sc\#
    hema":{"type":"object","properties":{"uri":{"type":"string"}},"required":["uri"]}},{"name":"text","summary":"Wha\#
    t was written.","schema":{"type":"string"}}]},{"name":"textDocument/didClose","summary":"A document is closed; \#
    its file counts again.","description":"A notification, LSP \#
    3.17.","paramStructure":"by-name","params":[{"name":"textDocument","summary":"The document.","required":true,"sc\#
    hema":{"type":"object","properties":{"uri":{"type":"string"}},"required":["uri"]}}]},{"name":"workspace/didChang\#
    eWatchedFiles","summary":"Files were made, changed or deleted.","description":"A notification, LSP 3.17. The \#
    stored collections of the session's folders that the files lie in are brought up to date in the background, a \#
    second later. Clients with workspace.didChangeWatchedFiles.dynamicRegistration are asked for it after \#
    initialized by client/registerCapability.","paramStructure":"by-name","params":[{"name":"changes","summary":"The\#
     files.","required":true,"schema":{"type":"array","items":{"type":"object","properties":{"uri":{"type":"string"}\#
    ,"type":{"type":"integer","enum":[1,2,3]}},"required":["uri"]}}}]},{"name":"workspace/didChangeWorkspaceFolders"\#
    ,"summary":"The client works in other folders than before; those that are added and stored are brought up to \#
    date.","description":"A notification, LSP \#
    3.17.","paramStructure":"by-name","params":[{"name":"event","summary":"What has changed.","required":true,"schem\#
    a":{"type":"object","properties":{"added":{"type":"array","items":{"type":"object","properties":{"uri":{"type":"\#
    string"},"name":{"type":"string"}},"required":["uri"]},"description":"Folders that it works in from now on."},"r\#
    emoved":{"type":"array","items":{"type":"object","properties":{"uri":{"type":"string"},"name":{"type":"string"}}\#
    ,"required":["uri"]},"description":"Folders that it has \#
    left."}},"required":["added","removed"]}}]},{"name":"workspace/didRenameFiles","summary":"Files or folders have \#
    other names; what is stored of them is brought up to date.","description":"A notification, LSP \#
    3.17.","paramStructure":"by-name","params":[{"name":"files","summary":"The files' URIs before and after.","requi\#
    red":true,"schema":{"type":"array","items":{"type":"object","properties":{"oldUri":{"type":"string"},"newUri":{"\#
    type":"string"}},"required":["oldUri","newUri"]}}}],"examples":[{"name":"a file","params":[{"name":"files","valu\#
    e":[{"oldUri":"file:///home/ada/harbour/a.md","newUri":"file:///home/ada/harbour/b.md"}]}]}]},{"name":"window/wo\#
    rkDoneProgress/cancel","summary":"The work under a progress token is not wanted any more.","description":"LSP \#
    3.17. A request with this workDoneToken is cancelled and answered so; work that the server has begun and shows \#
    under this token ends.","paramStructure":"by-name","params":[{"name":"token","summary":"A request's \#
    workDoneToken, or a token of the \#
    server's.","required":true,"schema":{"$ref":"#/components/schemas/ProgressToken"}}],"examples":[{"name":"the \#
    person presses cancel","params":[{"name":"token","value":"indexing"}]}]},{"name":"rpc.discover","summary":"This \#
    document.","description":"The description of the protocol in OpenRPC \#
    1.3.2.","paramStructure":"by-name","params":[],"result":{"name":"openrpc","summary":"This document.","schema":{"\#
    type":"object"}},"errors":[{"$ref":"#/components/errors/InvalidParams"}],"x-params-schema":{"anyOf":[{"type":"ob\#
    ject","properties":{"_meta":{"description":"For those between client and server, such as tracers; not looked at.\#
    "}},"additionalProperties":false},{"type":"null"},{"type":"array","maxItems":0}]}},{"name":"embed","summary":"Te\#
    xts in, vectors out.","description":"One vector a text, dense or sparse, or one a token. A text's vector does \#
    not depend on the other texts of the request. Every array of the result has one entry a text, in the order of \#
    input.","paramStructure":"by-name","params":[{"name":"input","summary":"The texts: at most maxInputs of them, or\#
     maxPartialInputs with a partialResultToken. A string counts as an array of one.","required":true,"schema":{"one\#
    Of":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":1000000}]}},{"name":"ou\#
    tput","summary":"sentence: one vector a text. tokens: one vector a token, special tokens included: the last \#
    hidden state, or what the model's modules for tokens make of it (ColBERT); then neither pooling nor overflow \#
    \"window\" may be given. sparse: one vector a text over the vocabulary, of which only what is not zero is \#
    written, from a masked language model (SPLADE); then neither pooling, dimensions nor a dtype but float32 may be \#
    given. Absent, a model that is for another output than sentence refuses the request, unless it names a pooling."\#
    ,"schema":{"type":"string","enum":["sentence","tokens","sparse"],"default":"sentence"}},{"name":"model","summary\#
    ":"One of the models that the server was started with. Absent: its \#
    own.","schema":{"type":"string"}},{"name":"pooling","summary":"How the vectors of a text's tokens become one. \#
    Absent: the model's poolings.","schema":{"type":"string","enum":["mean","cls","max","meanSqrtLen","lastToken","w\#
    eightedMean"]}},{"name":"normalize","summary":"Whether vectors are scaled to length 1, after the cut to \#
    dimensions. Absent: as the model does, before the cut; token vectors are then not \#
    scaled.","schema":{"type":"boolean"}},{"name":"prompt","summary":"Put before each text. Not together with \#
    promptName. Absent: the model's default prompt, if it has \#
    one.","schema":{"type":"string"}},{"name":"promptName","summary":"The name of one of the model's prompts, as \#
    model/info lists them. Not together with \#
    prompt.","schema":{"type":"string"}},{"name":"dimensions","summary":"Keeps the first components of each vector. \#
    At most the model's dimensions. Absent: \#
    all.","schema":{"type":"integer","minimum":1,"maximum":1048576}},{"name":"overflow","summary":"What happens to a\#
     text with more tokens than the model takes: its first tokens are kept, the request is refused, or the text is \#
    split and the vectors of its windows are averaged, weighted by their tokens.","schema":{"type":"string","enum":[\#
    "truncate","error","window"],"default":"truncate"}},{"name":"dtype","summary":"What a component is. int8: \#
    component * 127 / m rounded to the nearest integer, ties to even, where m is the vector's largest magnitude; \#
    scales holds m / 127 for each vector. ubinary: eight components a byte, the first in the highest bit, 1 where a \#
    component is above zero; the last byte is filled with zeros.","schema":{"type":"string","enum":["float32","int8"\#
    ,"ubinary"],"default":"float32"}},{"name":"encodingFormat","summary":"float: an array of numbers. base64: RFC \#
    4648 with padding, of the components' bytes; float32 is little-endian; of a sparse vector both its indices, as \#
    little-endian int32, and its values.","schema":{"type":"string","enum":["float","base64"],"default":"float"}},{"\#
    name":"positionEncoding","summary":"The unit of offsets in this answer. Absent: the session's, or utf-32 where \#
    there was no initialize.","schema":{"$ref":"#/components/schemas/PositionEncodingKind"}},{"name":"workDoneToken"\#
    ,"summary":"Asks for $/progress under this \#
    token.","schema":{"$ref":"#/components/schemas/ProgressToken"}},{"name":"partialResultToken","summary":"Asks for\#
     the result in parts as they are made: $/progress with this token carries a PartialEmbedResult each, in the \#
    order of the texts, and the result itself has no entries.","schema":{"$ref":"#/components/schemas/ProgressToken"\#
    }}],"result":{"name":"embedResult","summary":"Vectors, and how many tokens each text had.","schema":{"$ref":"#/c\#
    omponents/schemas/EmbedResult"}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/er\#
    rors/InternalError"},{"$ref":"#/components/errors/RequestCancelled"},{"$ref":"#/components/errors/ConnectionBack\#
    log"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/components/errors/ModelMissing"},{"$ref":"#/component\#
    s/errors/ModelUnusable"},{"$ref":"#/components/errors/TextTooLong"},{"$ref":"#/components/errors/UnknownPrompt"}\#
    ,{"$ref":"#/components/errors/LimitExceeded"}],"examples":[{"name":"one vector of two components","params":[{"na\#
    me":"input","value":"hello"},{"name":"dimensions","value":2}],"result":{"name":"result","value":{"model":"senten\#
    ce-transformers/all-MiniLM-L6-v2","dimensions":2,"embeddings":[[-0.062181436,0.059428092]],"tokenCounts":[3],"tr\#
    uncated":[false]}}},{"name":"bits in base64","params":[{"name":"input","value":["hello"]},{"name":"dimensions","\#
    value":16},{"name":"dtype","value":"ubinary"},{"name":"encodingFormat","value":"base64"}],"result":{"name":"resu\#
    lt","value":{"model":"sentence-transformers/all-MiniLM-L6-v2","dimensions":16,"embeddings":[{"base64":"czI=","dt\#
    ype":"ubinary"}],"tokenCounts":[3],"truncated":[false]}}}],"x-params-schema":{"type":"object","properties":{"inp\#
    ut":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":1000000}]},"ou\#
    tput":{"anyOf":[{"type":"string","enum":["sentence","tokens","sparse"],"default":"sentence"},{"type":"null"}]},"\#
    model":{"anyOf":[{"type":"string"},{"type":"null"}]},"pooling":{"anyOf":[{"type":"string","enum":["mean","cls","\#
    max","meanSqrtLen","lastToken","weightedMean"]},{"type":"null"}]},"normalize":{"anyOf":[{"type":"boolean"},{"typ\#
    e":"null"}]},"prompt":{"anyOf":[{"type":"string"},{"type":"null"}]},"promptName":{"anyOf":[{"type":"string"},{"t\#
    ype":"null"}]},"dimensions":{"anyOf":[{"type":"integer","minimum":1,"maximum":1048576},{"type":"null"}]},"overfl\#
    ow":{"anyOf":[{"type":"string","enum":["truncate","error","window"],"default":"truncate"},{"type":"null"}]},"dty\#
    pe":{"anyOf":[{"type":"string","enum":["float32","int8","ubinary"],"default":"float32"},{"type":"null"}]},"encod\#
    ingFormat":{"anyOf":[{"type":"string","enum":["float","base64"],"default":"float"},{"type":"null"}]},"positionEn\#
    coding":{"anyOf":[{"$ref":"#/components/schemas/PositionEncodingKind"},{"type":"null"}]},"workDoneToken":{"anyOf\#
    ":[{"$ref":"#/components/schemas/ProgressToken"},{"type":"null"}]},"partialResultToken":{"anyOf":[{"$ref":"#/com\#
    ponents/schemas/ProgressToken"},{"type":"null"}]},"_meta":{"description":"For those between client and server, \#
    such as tracers; not looked at."}},"additionalProperties":false,"required":["input"],"allOf":[{"anyOf":[{"proper\#
    ties":{"prompt":{"type":"null"}}},{"properties":{"promptName":{"type":"null"}}}]},{"if":{"required":["output"],"\#
    properties":{"output":{"enum":["tokens"]}}},"then":{"allOf":[{"properties":{"pooling":{"type":"null"}}},{"proper\#
    ties":{"overflow":{"enum":["truncate","error",null]}}}]}},{"if":{"required":["output"],"properties":{"output":{"\#
    enum":["tokens"]}}},"else":{"properties":{"positionEncoding":{"type":"null"}}}},{"if":{"required":["output"],"pr\#
    operties":{"output":{"enum":["sparse"]}}},"then":{"allOf":[{"properties":{"pooling":{"type":"null"}}},{"properti\#
    es":{"dimensions":{"type":"null"}}},{"properties":{"dtype":{"enum":["float32",null]}}}]}}]}},{"name":"tokenize",\#
    "summary":"Texts in, token ids and their places out.","description":"As huggingface/tokenizers does it with the \#
    model's files. Nothing is padded, and without maxLength nothing is \#
    cut.","paramStructure":"by-name","params":[{"name":"input","summary":"The texts. A string counts as an array of \#
    one.","required":true,"schema":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":\#
    1,"maxItems":16384}]}},{"name":"pair","summary":"A second text for each, joined by [SEP]; as many as input.","sc\#
    hema":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":16384}]}},{"\#
    name":"addSpecialTokens","summary":"Whether [CLS] and [SEP] are put around the \#
    texts.","schema":{"type":"boolean","default":true}},{"name":"maxLength","summary":"The most tokens of an \#
    encoding, special tokens included, and not less than there are of these. Of a pair the longer text is cut first.\#
     Absent: nothing is \#
    cut.","schema":{"type":"integer","minimum":0,"maximum":9223372036854775807}},{"name":"model","summary":"One of \#
    the models that the server was started with. Absent: its \#
    own.","schema":{"type":"string"}},{"name":"positionEncoding","summary":"The unit of offsets in this answer. \#
    Absent: the session's, or utf-32 where there was no initialize.","schema":{"$ref":"#/components/schemas/Position\#
    EncodingKind"}}],"result":{"name":"tokenizeResult","summary":"One encoding a text.","schema":{"type":"object","p\#
    roperties":{"encodings":{"type":"array","items":{"$ref":"#/components/schemas/TokenEncoding"}}},"required":["enc\#
    odings"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{\#
    "$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/ModelMissing"},{"$ref":"#/component\#
    s/errors/ModelUnusable"},{"$ref":"#/components/errors/LimitExceeded"},{"$ref":"#/components/errors/RequestCancel\#
    led"}],"examples":[{"name":"a word","params":[{"name":"input","value":"hello"},{"name":"positionEncoding","value\#
    ":"utf-32"}],"result":{"name":"result","value":{"encodings":[{"ids":[101,7592,102],"tokens":["[CLS]","hello","[S\#
    EP]"],"typeIds":[0,0,0],"attentionMask":[1,1,1],"specialTokensMask":[1,0,1],"offsets":[[0,0],[0,5],[0,0]],"wordI\#
    ds":[null,0,null],"total":3,"truncated":false}]}}}],"x-params-schema":{"type":"object","properties":{"input":{"o\#
    neOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":16384}]},"pair":{"any\#
    Of":[{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":16384}]},{"ty\#
    pe":"null"}]},"addSpecialTokens":{"anyOf":[{"type":"boolean","default":true},{"type":"null"}]},"maxLength":{"any\#
    Of":[{"type":"integer","minimum":0,"maximum":9223372036854775807},{"type":"null"}]},"model":{"anyOf":[{"type":"s\#
    tring"},{"type":"null"}]},"positionEncoding":{"anyOf":[{"$ref":"#/components/schemas/PositionEncodingKind"},{"ty\#
    pe":"null"}]},"_meta":{"description":"For those between client and server, such as tracers; not looked \#
    at."}},"additionalProperties":false,"required":["input"]}},{"name":"detokenize","summary":"Token ids in, text \#
    out.","description":"As the reference decodes: word pieces are joined, and blanks before punctuation \#
    removed.","paramStructure":"by-name","params":[{"name":"ids","summary":"One list of ids a text. A single list \#
    counts as an array of one.","required":true,"schema":{"anyOf":[{"type":"array","items":{"$ref":"#/components/sch\#
    emas/TokenID"}},{"type":"array","items":{"type":"array","items":{"$ref":"#/components/schemas/TokenID"}},"maxIte\#
    ms":16384}]}},{"name":"skipSpecialTokens","summary":"Whether [CLS], [SEP] and the like are left \#
    out.","schema":{"type":"boolean","default":true}},{"name":"model","summary":"One of the models that the server \#
    was started with. Absent: its \#
    own.","schema":{"type":"string"}}],"result":{"name":"detokenizeResult","summary":"One text a list.","schema":{"t\#
    ype":"object","properties":{"texts":{"type":"array","items":{"type":"string"}}},"required":["texts"]}},"errors":\#
    [{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components\#
    /errors/ConnectionBacklog"},{"$ref":"#/components/errors/ModelMissing"},{"$ref":"#/components/errors/ModelUnusab\#
    le"},{"$ref":"#/components/errors/LimitExceeded"},{"$ref":"#/components/errors/RequestCancelled"}],"examples":[{\#
    "name":"a word","params":[{"name":"ids","value":[101,7592,102]}],"result":{"name":"result","value":{"texts":["he\#
    llo"]}}}],"x-params-schema":{"type":"object","properties":{"ids":{"anyOf":[{"type":"array","items":{"$ref":"#/co\#
    mponents/schemas/TokenID"}},{"type":"array","items":{"type":"array","items":{"$ref":"#/components/schemas/TokenI\#
    D"}},"maxItems":16384}]},"skipSpecialTokens":{"anyOf":[{"type":"boolean","default":true},{"type":"null"}]},"mode\#
    l":{"anyOf":[{"type":"string"},{"type":"null"}]},"_meta":{"description":"For those between client and server, \#
    such as tracers; not looked \#
    at."}},"additionalProperties":false,"required":["ids"]}},{"name":"similarity","summary":"Each of one list \#
    against each of another.","description":"Texts are embedded first; vectors are taken as they are and need no \#
    model. All vectors must have the same number of \#
    components.","paramStructure":"by-name","params":[{"name":"left","summary":"The rows. A single text or vector \#
    counts as an array of one; an array that starts with a number is one vector.","required":true,"schema":{"oneOf":\#
    [{"$ref":"#/components/schemas/TextOrVector"},{"type":"array","items":{"$ref":"#/components/schemas/TextOrVector\#
    "},"minItems":1,"maxItems":16384}]}},{"name":"right","summary":"The columns. Absent: left.","schema":{"oneOf":[{\#
    "$ref":"#/components/schemas/TextOrVector"},{"type":"array","items":{"$ref":"#/components/schemas/TextOrVector"}\#
    ,"minItems":1,"maxItems":16384}]}},{"name":"function","summary":"cosine: -1 to 1, 0 where a vector is zero. dot:\#
     the dot product. euclidean, manhattan: minus the distance, so that greater is more alike. maxsim: of texts, \#
    with a model that compares them token by token: for every token of the left one the product with the nearest of \#
    the right one, added up; left are embedded as queries and right as documents. Absent: maxsim where the model \#
    compares so, the dot product where it makes sparse vectors, else the cosine.","schema":{"type":"string","enum":[\#
    "cosine","dot","euclidean","manhattan","maxsim"]}},{"name":"model","summary":"One of the models that the server \#
    was started with. Absent: its own.","schema":{"type":"string"}},{"name":"pooling","summary":"How the vectors of \#
    a text's tokens become one. Absent: the model's poolings.","schema":{"type":"string","enum":["mean","cls","max",\#
    "meanSqrtLen","lastToken","weightedMean"]}},{"name":"normalize","summary":"Whether vectors are scaled to length \#
    1, after the cut to dimensions. Absent: as the model does, before the cut; token vectors are then not \#
    scaled.","schema":{"type":"boolean"}},{"name":"prompt","summary":"Put before each text. Not together with \#
    promptName. Absent: the model's default prompt, if it has \#
    one.","schema":{"type":"string"}},{"name":"promptName","summary":"The name of one of the model's prompts, as \#
    model/info lists them. Not together with \#
    prompt.","schema":{"type":"string"}},{"name":"dimensions","summary":"Keeps the first components of each vector. \#
    At most the model's dimensions. Absent: \#
    all.","schema":{"type":"integer","minimum":1,"maximum":1048576}},{"name":"overflow","summary":"What happens to a\#
     text with more tokens than the model takes: its first tokens are kept, the request is refused, or the text is \#
    split and the vectors of its windows are averaged, weighted by their tokens.","schema":{"type":"string","enum":[\#
    "truncate","error","window"],"default":"truncate"}},{"name":"workDoneToken","summary":"Asks for $/progress under\#
     this token.","schema":{"$ref":"#/components/schemas/ProgressToken"}}],"result":{"name":"similarityResult","summ\#
    ary":"Rows of left by columns of right.","schema":{"type":"object","properties":{"scores":{"type":"array","items\#
    ":{"type":"array","items":{"type":"number"}}}},"required":["scores"]}},"errors":[{"$ref":"#/components/errors/In\#
    validParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/RequestCancelled"},{"$re\#
    f":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/components/erro\#
    rs/ModelMissing"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/errors/TextTooLong"},{"$ref\#
    ":"#/components/errors/UnknownPrompt"},{"$ref":"#/components/errors/LimitExceeded"}],"examples":[{"name":"two ve\#
    ctors","params":[{"name":"left","value":[1,0]},{"name":"right","value":[[0,2],[3,0]]}],"result":{"name":"result"\#
    ,"value":{"scores":[[0.0,1.0]]}}}],"x-params-schema":{"type":"object","properties":{"left":{"oneOf":[{"$ref":"#/\#
    components/schemas/TextOrVector"},{"type":"array","items":{"$ref":"#/components/schemas/TextOrVector"},"minItems\#
    ":1,"maxItems":16384}]},"right":{"anyOf":[{"oneOf":[{"$ref":"#/components/schemas/TextOrVector"},{"type":"array"\#
    ,"items":{"$ref":"#/components/schemas/TextOrVector"},"minItems":1,"maxItems":16384}]},{"type":"null"}]},"functi\#
    on":{"anyOf":[{"type":"string","enum":["cosine","dot","euclidean","manhattan","maxsim"]},{"type":"null"}]},"mode\#
    l":{"anyOf":[{"type":"string"},{"type":"null"}]},"pooling":{"anyOf":[{"type":"string","enum":["mean","cls","max"\#
    ,"meanSqrtLen","lastToken","weightedMean"]},{"type":"null"}]},"normalize":{"anyOf":[{"type":"boolean"},{"type":"\#
    null"}]},"prompt":{"anyOf":[{"type":"string"},{"type":"null"}]},"promptName":{"anyOf":[{"type":"string"},{"type"\#
    :"null"}]},"dimensions":{"anyOf":[{"type":"integer","minimum":1,"maximum":1048576},{"type":"null"}]},"overflow":\#
    {"anyOf":[{"type":"string","enum":["truncate","error","window"],"default":"truncate"},{"type":"null"}]},"workDon\#
    eToken":{"anyOf":[{"$ref":"#/components/schemas/ProgressToken"},{"type":"null"}]},"_meta":{"description":"For \#
    those between client and server, such as tracers; not looked at."}},"additionalProperties":false,"required":["le\#
    ft"],"allOf":[{"anyOf":[{"properties":{"prompt":{"type":"null"}}},{"properties":{"promptName":{"type":"null"}}}]\#
    }]}},{"name":"rerank","summary":"Documents in the order in which they answer a query.","description":"A \#
    cross-encoder reads the query and each document together; a model that compares texts token by token (ColBERT) \#
    reads each by itself, and the logit is the sum over the query's tokens of the product with the nearest of the \#
    document's. It is the model of --rerank-model, else the server's model where that is such a \#
    one.","paramStructure":"by-name","params":[{"name":"query","summary":"What is \#
    asked.","required":true,"schema":{"type":"string"}},{"name":"documents","summary":"What may answer it. A single \#
    text counts as an array of one.","required":true,"schema":{"oneOf":[{"type":"string"},{"type":"array","items":{"\#
    type":"string"},"minItems":1,"maxItems":16384}]}},{"name":"topK","summary":"Results at most. Absent: \#
    all.","schema":{"type":"integer","minimum":1,"maximum":9223372036854775807}},{"name":"model","summary":"One of \#
    the models that the server was started with. Absent: the one for \#
    reranking.","schema":{"type":"string"}},{"name":"overflow","summary":"What happens to a pair with more tokens \#
    than the model takes: the longer of both texts loses its last tokens, or the request is refused.","schema":{"typ\#
    e":"string","enum":["truncate","error"],"default":"truncate"}},{"name":"returnDocuments","summary":"Whether \#
    results carry their \#
    documents.","schema":{"type":"boolean","default":false}},{"name":"workDoneToken","summary":"Asks for $/progress \#
    under this \#
    token.","schema":{"$ref":"#/components/schemas/ProgressToken"}}],"result":{"name":"rerankResult","summary":"The \#
    best document first, and what was read of each.","schema":{"$ref":"#/components/schemas/RerankResult"}},"errors"\#
    :[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/component\#
    s/errors/RequestCancelled"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/Overlo\#
    aded"},{"$ref":"#/components/errors/ModelMissing"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/compo\#
    nents/errors/TextTooLong"},{"$ref":"#/components/errors/LimitExceeded"}],"examples":[{"name":"two \#
    documents","params":[{"name":"query","value":"who painted the ceiling"},{"name":"documents","value":["The chapel\#
     was built in 1480.","Michelangelo painted it."]},{"name":"topK","value":1}],"result":{"name":"result","value":{\#
    "model":"cross-encoder/ms-marco-MiniLM-L6-v2","results":[{"index":1,"score":0.98,"logit":3.9}],"tokenCounts":[16\#
    ,12],"truncated":[false,false]}}}],"x-params-schema":{"type":"object","properties":{"query":{"type":"string"},"d\#
    ocuments":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":16384}]}\#
    ,"topK":{"anyOf":[{"type":"integer","minimum":1,"maximum":9223372036854775807},{"type":"null"}]},"model":{"anyOf\#
    ":[{"type":"string"},{"type":"null"}]},"overflow":{"anyOf":[{"type":"string","enum":["truncate","error"],"defaul\#
    t":"truncate"},{"type":"null"}]},"returnDocuments":{"anyOf":[{"type":"boolean","default":false},{"type":"null"}]\#
    },"workDoneToken":{"anyOf":[{"$ref":"#/components/schemas/ProgressToken"},{"type":"null"}]},"_meta":{"descriptio\#
    n":"For those between client and server, such as tracers; not looked \#
    at."}},"additionalProperties":false,"required":["query","documents"]}},{"name":"search","summary":"The documents\#
     that answer each query best.","description":"Documents come with the request. Semantic search embeds each \#
    document once for all queries. The prompts named \"query\" and \"document\" are used where the model has them; \#
    prompt and promptName replace the former. Ties go to the earlier \#
    document.","paramStructure":"by-name","params":[{"name":"query","summary":"The queries: texts, or vectors of the\#
     model's dimensions in mode semantic. A single one counts as an array of one. Either this or similarTo must be g\#
    iven.","schema":{"oneOf":[{"$ref":"#/components/schemas/TextOrVector"},{"type":"array","items":{"$ref":"#/compon\#
    ents/schemas/TextOrVector"},"minItems":1,"maxItems":16384}]}},{"name":"similarTo","summary":"A stored text that \#
    is the query, and not itself a hit. With collection \#
    only.","schema":{"$ref":"#/components/schemas/SearchExample"}},{"name":"documents","summary":"What is searched. \#
    Either this or collection must be given.","schema":{"type":"array","items":{"$ref":"#/components/schemas/Documen\#
    t"},"maxItems":16384}},{"name":"collection","summary":"The name of stored documents, or names of several collect\#
    ions.","schema":{"oneOf":[{"$ref":"#/components/schemas/CollectionName"},{"type":"array","items":{"$ref":"#/comp\#
    onents/schemas/CollectionName"},"minItems":1}]}},{"name":"model","summary":"With documents: one of the models \#
    that the server was started with. Absent: its own.","schema":{"type":"string"}},{"name":"topK","summary":"Hits a\#
     query at most.","schema":{"type":"integer","minimum":1,"default":10,"maximum":9223372036854775807}},{"name":"of\#
    fset","summary":"The best hits that are left out, as those of earlier pages.","schema":{"type":"integer","minimu\#
    m":0,"default":0,"maximum":9223372036854775807}},{"name":"maxTokens","summary":"With collection: tokens of the \#
    model that the hits of a query take at most, counted with a line above each that says where it is. Hits get \#
    their signature or heading first, the best first, then their bodies; near copies are left out. topK is 50 then, \#
    unless given.","schema":{"type":"integer","minimum":1,"maximum":9223372036854775807}},{"name":"minScore","summar\#
    y":"Hits with a lower score are left out. In mode semantic a cosine, -1 to \#
    1.","schema":{"type":"number"}},{"name":"minSimilarity","summary":"Hits whose text has a lower cosine to the \#
    query are left out, in every \#
    mode.","schema":{"type":"number","minimum":-1,"maximum":1}},{"name":"rerank","summary":"With collection: a \#
    cross-encoder reads the 40 best hits of each query once more and orders them, within a time; what it does not \#
    read in time stays behind in its order. Off unless \#
    given.","schema":{"type":"object","properties":{"model":{"type":["string","null"],"description":"One of the \#
    models that the server was started with; absent: the one for reranking."},"budgetMs":{"anyOf":[{"type":"integer"\#
    ,"minimum":1,"maximum":9223372036854775807},{"type":"null"}],"description":"Milliseconds that it may take; 500 \#
    unless given."}},"additionalProperties":false}},{"name":"budgetMs","summary":"With collection: milliseconds in \#
    which each query embeds what is likeliest to be found and is not embedded yet, of which the first are embedded \#
    however long that takes; 0 embeds nothing. 200 unless given.","schema":{"type":"integer","minimum":0,"maximum":9\#
    223372036854775807}},{"name":"mode","summary":"semantic: by the cosine of the vectors. keyword: by BM25 over \#
    words. hybrid: by both: over documents by reciprocal rank fusion, the sum of 1 / (60 + rank), over collections \#
    by the ranking's signals. Absent: hybrid with collection, semantic with documents, with vectors, with similarTo \#
    and with minScore.","schema":{"type":"string","enum":["semantic","keyword","hybrid"]}},{"name":"filter","summary\#
    ":"Documents that do not meet it take no \#
    part.","schema":{"$ref":"#/components/schemas/Filter"}},{"name":"regex","summary":"Regular expressions as RE2 \#
    reads them, with ^ and $ at the ends of lines: texts without a match of each take no part. Matching takes time \#
    linear in the texts.","schema":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":\#
    1}]}},{"name":"phrase","summary":"Phrases: texts that do not have the words of each, whole and one behind the \#
    other, take no part. Case and the blanks between them do not count.","schema":{"oneOf":[{"type":"string"},{"type\#
    ":"array","items":{"type":"string"},"minItems":1}]}},{"name":"glob","summary":"Patterns of paths: a document \#
    whose path none matches takes no part, nor one that matches a pattern after \"!\". With collection only.","schem\#
    a":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]}},{"name":"language","su\#
    mmary":"Languages: documents of another take no part. With collection only.","schema":{"oneOf":[{"type":"string"\#
    },{"type":"array","items":{"type":"string"},"minItems":1}]}},{"name":"awaitChanges","summary":"Whether the \#
    changes that the session has asked for before are waited for; else what is stored by now is \#
    searched.","schema":{"type":"boolean","default":true}},{"name":"pooling","summary":"How the vectors of a text's \#
    tokens become one. Absent: the model's poolings.","schema":{"type":"string","enum":["mean","cls","max","meanSqrt\#
    Len","lastToken","weightedMean"]}},{"name":"prompt","summary":"Put before each text. Not together with \#
    promptName. Absent: the model's default prompt, if it has \#
    one.","schema":{"type":"string"}},{"name":"promptName","summary":"The name of one of the model's prompts, as \#
    model/info lists them. Not together with \#
    prompt.","schema":{"type":"string"}},{"name":"dimensions","summary":"Keeps the first components of each vector. \#
    At most the model's dimensions. Absent: \#
    all.","schema":{"type":"integer","minimum":1,"maximum":1048576}},{"name":"overflow","summary":"What happens to a\#
     text with more tokens than the model takes: its first tokens are kept, the request is refused, or the text is \#
    split and the vectors of its windows are averaged, weighted by their tokens.","schema":{"type":"string","enum":[\#
    "truncate","error","window"],"default":"truncate"}},{"name":"positionEncoding","summary":"The unit of ranges, \#
    given and answered, with stored documents.","schema":{"$ref":"#/components/schemas/PositionEncodingKind"}},{"nam\#
    e":"workDoneToken","summary":"Asks for $/progress under this \#
    token.","schema":{"$ref":"#/components/schemas/ProgressToken"}},{"name":"partialResultToken","summary":"With \#
    rerank: asks for the hits of each query in their first order under this token, with the index `start` of the \#
    query, before the better order, which the result \#
    has.","schema":{"$ref":"#/components/schemas/ProgressToken"}}],"result":{"name":"searchResult","summary":"One \#
    list of hits a query, the best first.","schema":{"type":"object","properties":{"results":{"type":"array","items"\#
    :{"type":"array","items":{"$ref":"#/components/schemas/Hit"}}},"noGoodMatch":{"type":"array","items":{"type":["n\#
    umber","null"]},"description":"With collection, where it applies to a query at least: of each query null where \#
    its best hit is near, else the similarity of the nearest; then the hits are what is nearest, and answer nothing.\#
     Not in mode keyword, nor with minScore, minSimilarity, regex or phrase."},"budgets":{"type":"array","items":{"t\#
    ype":"object","properties":{"tokens":{"type":"integer","minimum":0,"description":"That the hits take, with a \#
    line above each."},"hitsLeftOut":{"type":"integer","minimum":0,"description":"Hits that had no \#
    room."},"copiesLeftOut":{"type":"integer","minimum":0,"description":"Hits that say nearly what one before them \#
    does."},"linesLeftOut":{"type":"integer","minimum":0,"description":"Lines of the hits that are there which had \#
    no room."}},"required":["tokens","hitsLeftOut","copiesLeftOut","linesLeftOut"]},"description":"With maxTokens: \#
    of each query, what its hits take and what had no \#
    room."},"embeddedShare":{"type":"number","minimum":0,"maximum":1,"description":"With collection: of the chunks \#
    of the collections, the share that is embedded. The others are found by their words, paths and symbols alone; \#
    they are embedded in the background."}},"required":["results"]}},"errors":[{"$ref":"#/components/errors/InvalidP\#
    arams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/RequestCancelled"},{"$ref":"#/\#
    components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/components/errors/Mod\#
    elMissing"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/errors/TextTooLong"},{"$ref":"#/c\#
    omponents/errors/UnknownPrompt"},{"$ref":"#/components/errors/LimitExceeded"},{"$ref":"#/components/errors/Colle\#
    ctionUnknown"},{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"\#
    $ref":"#/components/errors/StorageFailed"},{"$ref":"#/components/errors/CollectionModel"}],"examples":[{"name":"\#
    by words","params":[{"name":"query","value":"fire"},{"name":"documents","value":["He is sitting by the fire","A \#
    woman is eating"]},{"name":"mode","value":"keyword"}],"result":{"name":"result","value":{"results":[[{"index":0,\#
    "score":0.6407243,"text":"He is sitting by the fire"}]]}}},{"name":"by meaning, in a \#
    collection","params":[{"name":"query","value":"How do plants live?"},{"name":"collection","value":"facts"},{"nam\#
    e":"mode","value":"semantic"},{"name":"topK","value":1},{"name":"positionEncoding","value":"utf-16"}],"result":{\#
    "name":"result","value":{"results":[[{"collection":"facts","id":"7","range":{"start":{"line":0,"character":0},"e\#
    nd":{"line":0,"character":59}},"score":0.46202144,"text":"Photosynthesis is how green plants make food from sunl\#
    ight.","metadata":{"topic":"plants"}}]],"embeddedShare":1}}}],"x-params-schema":{"type":"object","properties":{"\#
    query":{"anyOf":[{"oneOf":[{"$ref":"#/components/schemas/TextOrVector"},{"type":"array","items":{"$ref":"#/compo\#
    nents/schemas/TextOrVector"},"minItems":1,"maxItems":16384}]},{"type":"null"}]},"similarTo":{"anyOf":[{"$ref":"#\#
    /components/schemas/SearchExample"},{"type":"null"}]},"documents":{"anyOf":[{"type":"array","items":{"$ref":"#/c\#
    omponents/schemas/Document"},"maxItems":16384},{"type":"null"}]},"collection":{"anyOf":[{"oneOf":[{"$ref":"#/com\#
    ponents/schemas/CollectionName"},{"type":"array","items":{"$ref":"#/components/schemas/CollectionName"},"minItem\#
    s":1}]},{"type":"null"}]},"model":{"anyOf":[{"type":"string"},{"type":"null"}]},"topK":{"anyOf":[{"type":"intege\#
    r","minimum":1,"default":10,"maximum":9223372036854775807},{"type":"null"}]},"offset":{"anyOf":[{"type":"integer\#
    ","minimum":0,"default":0,"maximum":9223372036854775807},{"type":"null"}]},"maxTokens":{"anyOf":[{"type":"intege\#
    r","minimum":1,"maximum":9223372036854775807},{"type":"null"}]},"minScore":{"anyOf":[{"type":"number"},{"type":"\#
    null"}]},"minSimilarity":{"anyOf":[{"type":"number","minimum":-1,"maximum":1},{"type":"null"}]},"rerank":{"anyOf\#
    ":[{"type":"object","properties":{"model":{"type":["string","null"],"description":"One of the models that the \#
    server was started with; absent: the one for reranking."},"budgetMs":{"anyOf":[{"type":"integer","minimum":1,"ma\#
    ximum":9223372036854775807},{"type":"null"}],"description":"Milliseconds that it may take; 500 unless given."}},\#
    "additionalProperties":false},{"type":"null"}]},"budgetMs":{"anyOf":[{"type":"integer","minimum":0,"maximum":922\#
    3372036854775807},{"type":"null"}]},"mode":{"anyOf":[{"type":"string","enum":["semantic","keyword","hybrid"]},{"\#
    type":"null"}]},"filter":{"anyOf":[{"$ref":"#/components/schemas/Filter"},{"type":"null"}]},"regex":{"anyOf":[{"\#
    oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]},{"type":"null"}]},"phrase":{\#
    "anyOf":[{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]},{"type":"null"}]}\#
    ,"glob":{"anyOf":[{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]},{"type":\#
    "null"}]},"language":{"anyOf":[{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":\#
    1}]},{"type":"null"}]},"awaitChanges":{"anyOf":[{"type":"boolean","default":true},{"type":"null"}]},"pooling":{"\#
    anyOf":[{"type":"string","enum":["mean","cls","max","meanSqrtLen","lastToken","weightedMean"]},{"type":"null"}]}\#
    ,"prompt":{"anyOf":[{"type":"string"},{"type":"null"}]},"promptName":{"anyOf":[{"type":"string"},{"type":"null"}\#
    ]},"dimensions":{"anyOf":[{"type":"integer","minimum":1,"maximum":1048576},{"type":"null"}]},"overflow":{"anyOf"\#
    :[{"type":"string","enum":["truncate","error","window"],"default":"truncate"},{"type":"null"}]},"positionEncodin\#
    g":{"anyOf":[{"$ref":"#/components/schemas/PositionEncodingKind"},{"type":"null"}]},"workDoneToken":{"anyOf":[{"\#
    $ref":"#/components/schemas/ProgressToken"},{"type":"null"}]},"_meta":{"description":"For those between client \#
    and server, such as tracers; not looked at."},"partialResultToken":{"anyOf":[{"$ref":"#/components/schemas/Progr\#
    essToken"},{"type":"null"}]}},"additionalProperties":false,"allOf":[{"anyOf":[{"properties":{"prompt":{"type":"n\#
    ull"}}},{"properties":{"promptName":{"type":"null"}}}]},{"oneOf":[{"required":["query"],"properties":{"query":{"\#
    not":{"type":"null"}}}},{"required":["similarTo"],"properties":{"similarTo":{"not":{"type":"null"}}}}]},{"oneOf"\#
    :[{"required":["documents"],"properties":{"documents":{"not":{"type":"null"}}}},{"required":["collection"],"prop\#
    erties":{"collection":{"not":{"type":"null"}}}}]},{"if":{"required":["documents"],"properties":{"documents":{"no\#
    t":{"type":"null"}}}},"then":{"allOf":[{"properties":{"similarTo":{"type":"null"}}},{"properties":{"maxTokens":{\#
    "type":"null"}}},{"properties":{"rerank":{"type":"null"}}},{"properties":{"budgetMs":{"type":"null"}}},{"propert\#
    ies":{"glob":{"type":"null"}}},{"properties":{"language":{"type":"null"}}},{"properties":{"positionEncoding":{"t\#
    ype":"null"}}}]}},{"if":{"required":["collection"],"properties":{"collection":{"not":{"type":"null"}}}},"then":{\#
    "allOf":[{"properties":{"pooling":{"type":"null"}}},{"properties":{"dimensions":{"type":"null"}}},{"properties":\#
    {"model":{"type":"null"}}}]}},{"if":{"required":["mode"],"properties":{"mode":{"enum":["keyword","hybrid"]}}},"t\#
    hen":{"properties":{"query":{"anyOf":[{"type":["string","null"]},{"type":"array","items":{"type":"string"}}]}}}}\#
    ,{"if":{"allOf":[{"required":["collection"],"properties":{"collection":{"not":{"type":"null"}}}},{"required":["m\#
    ode"],"properties":{"mode":{"enum":["keyword","hybrid"]}}}]},"then":{"properties":{"minScore":{"type":"null"}}}}\#
    ]}},{"name":"log","summary":"The commits of a git repository that answer a question.","description":"By their \#
    messages, the names that they change and the lines that they add. The history that HEAD leads to is indexed \#
    first, in a collection of its own, and later only what is new. git reads the objects and nothing else of the \#
    repository; nothing in it makes a program run, and nothing is \#
    fetched.","paramStructure":"by-name","params":[{"name":"query","summary":"A question or a \#
    phrase.","required":true,"schema":{"type":"string"}},{"name":"folder","summary":"An absolute path or a file: URI\#
     of a folder in a git repository.","required":true,"schema":{"type":"string"}},{"name":"topK","summary":"Commits\#
     at most.","schema":{"type":"integer","minimum":1,"maximum":9223372036854775807,"default":10}},{"name":"path","s\#
    ummary":"Only changes of files whose path fits one of these patterns of paths, as glob in search.","schema":{"on\#
    eOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]}},{"name":"since","summary":"Se\#
    conds since 1970: only commits whose author's time is not before it.","schema":{"type":"integer","minimum":-9223\#
    372036854775808,"maximum":9223372036854775807}},{"name":"until","summary":"Seconds since 1970: only commits \#
    whose author's time is not after it.","schema":{"type":"integer","minimum":-9223372036854775808,"maximum":922337\#
    2036854775807}},{"name":"author","summary":"Only commits with this in the author's name or address, in whatever \#
    case.","schema":{"type":"string"}},{"name":"mode","summary":"By meaning, by words, or both.","schema":{"type":"s\#
    tring","enum":["semantic","keyword","hybrid"],"default":"hybrid"}},{"name":"workDoneToken","summary":"Asks for \#
    $/progress under this \#
    token.","schema":{"$ref":"#/components/schemas/ProgressToken"}}],"result":{"name":"logResult","summary":"The \#
    best commit first, each once.","schema":{"$ref":"#/components/schemas/LogResult"}},"errors":[{"$ref":"#/componen\#
    ts/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/RequestCance\#
    lled"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/com\#
    ponents/errors/ModelMissing"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/errors/TextTooL\#
    ong"},{"$ref":"#/components/errors/UnknownPrompt"},{"$ref":"#/components/errors/LimitExceeded"},{"$ref":"#/compo\#
    nents/errors/CollectionUnknown"},{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/Coll\#
    ectionDamaged"},{"$ref":"#/components/errors/StorageFailed"},{"$ref":"#/components/errors/CollectionModel"}],"ex\#
    amples":[{"name":"one commit","params":[{"name":"query","value":"when did retries begin to back off"},{"name":"f\#
    older","value":"/home/ann/project"},{"name":"topK","value":1}],"result":{"name":"result","value":{"repository":"\#
    /home/ann/project","commits":812,"hits":[{"commit":"1f0c3b8a7d2e4f60918273645546372819aabbcc","score":1.31,"simi\#
    larity":0.62,"author":"Ann <ann@example.org>","authoredAt":1717142400,"subject":"Client: retries wait twice as \#
    long each time","path":"src/client.py","text":"    delay = min(delay * 2, MAX_DELAY)\n"}]}}}],"x-params-schema":\#
    {"type":"object","properties":{"query":{"type":"string"},"folder":{"type":"string"},"topK":{"anyOf":[{"type":"in\#
    teger","minimum":1,"maximum":9223372036854775807,"default":10},{"type":"null"}]},"path":{"anyOf":[{"oneOf":[{"ty\#
    pe":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]},{"type":"null"}]},"since":{"anyOf":[{"ty\#
    pe":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807},{"type":"null"}]},"until":{"anyOf":[\#
    {"type":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807},{"type":"null"}]},"author":{"any\#
    Of":[{"type":"string"},{"type":"null"}]},"mode":{"anyOf":[{"type":"string","enum":["semantic","keyword","hybrid"\#
    ],"default":"hybrid"},{"type":"null"}]},"workDoneToken":{"anyOf":[{"$ref":"#/components/schemas/ProgressToken"},\#
    {"type":"null"}]},"_meta":{"description":"For those between client and server, such as tracers; not looked \#
    at."}},"additionalProperties":false,"required":["query","folder"]}},{"name":"clusters","summary":"Texts grouped \#
    by meaning, each group with words that tell it from the others.","description":"Groups are the communities of \#
    the graph of nearest neighbours (modularity, by the Leiden algorithm); the same texts have the same groups. \#
    Words are those of keyword search, weighed by class-based TF-IDF. Equal texts are one member, and so is what \#
    says nearly the same.","paramStructure":"by-name","params":[{"name":"documents","summary":"The texts. Either \#
    this or collection must be given.","schema":{"type":"array","items":{"$ref":"#/components/schemas/Document"},"ma\#
    xItems":16384}},{"name":"collection","summary":"The name of stored documents, or names of several collections.",\#
    "schema":{"oneOf":[{"$ref":"#/components/schemas/CollectionName"},{"type":"array","items":{"$ref":"#/components/\#
    schemas/CollectionName"},"minItems":1}]}},{"name":"model","summary":"With documents: one of the models that the \#
    server was started with. Absent: its own.","schema":{"type":"string"}},{"name":"count","summary":"Exactly so \#
    many groups, where so many texts are near another one. Absent: as many as the texts \#
    have.","schema":{"type":"integer","minimum":1,"maximum":9223372036854775807}},{"name":"members","summary":"Texts\#
     that are listed of each group, at most.","schema":{"type":"integer","minimum":0,"maximum":9223372036854775807,"\#
    default":10}},{"name":"words","summary":"Words of each group, at most.","schema":{"type":"integer","minimum":1,"\#
    maximum":9223372036854775807,"default":5}},{"name":"by","summary":"What a text of a collection is: a chunk, or a\#
     document as a whole. A document of the request is one text in any \#
    case.","schema":{"type":"string","enum":["chunk","file"],"default":"chunk"}},{"name":"layout","summary":"Whether\#
     the answer has a place in the plane for each text, so that what is near in meaning lies \#
    together.","schema":{"type":"boolean","default":false}},{"name":"filter","summary":"Documents that do not meet \#
    it take no part.","schema":{"$ref":"#/components/schemas/Filter"}},{"name":"glob","summary":"Patterns of paths: \#
    a document whose path none matches takes no part, nor one that matches a pattern after \"!\". With collection on\#
    ly.","schema":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]}},{"name":"la\#
    nguage","summary":"Languages: documents of another take no part. With collection only.","schema":{"oneOf":[{"typ\#
    e":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]}},{"name":"positionEncoding","summary":"Th\#
    e unit of ranges. With collection \#
    only.","schema":{"$ref":"#/components/schemas/PositionEncodingKind"}},{"name":"workDoneToken","summary":"Asks \#
    for $/progress under this token.","schema":{"$ref":"#/components/schemas/ProgressToken"}}],"result":{"name":"clu\#
    stersResult","summary":"The groups, the largest first.","schema":{"type":"object","properties":{"clusters":{"typ\#
    e":"array","items":{"$ref":"#/components/schemas/Cluster"},"description":"The largest \#
    first."},"outliers":{"type":"integer","minimum":0,"description":"Texts that are near no other \#
    one."},"pending":{"type":"integer","minimum":0,"description":"Texts of collections that are left out because \#
    they have no vector yet; absent for none."},"points":{"type":"array","description":"With layout: of each text \#
    its place in the plane and its group.","items":{"allOf":[{"$ref":"#/components/schemas/TextOrigin"},{"type":"obj\#
    ect","properties":{"x":{"type":"number","description":"-0.5 to 0.5."},"y":{"type":"number","description":"-0.5 \#
    to 0.5."},"cluster":{"type":"integer","minimum":0,"description":"The group's place in clusters; absent for a \#
    text that is near no other one."}},"required":["x","y"]}]}}},"required":["clusters","outliers"]}},"errors":[{"$r\#
    ef":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/erro\#
    rs/RequestCancelled"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/Overloaded"}\#
    ,{"$ref":"#/components/errors/ModelMissing"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/\#
    errors/TextTooLong"},{"$ref":"#/components/errors/LimitExceeded"},{"$ref":"#/components/errors/CollectionUnknown\#
    "},{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/com\#
    ponents/errors/StorageFailed"},{"$ref":"#/components/errors/CollectionModel"}],"examples":[{"name":"four \#
    texts","params":[{"name":"documents","value":["The cat sleeps.","A kitten plays.","The train is late.","Trains \#
    to Berlin run late today."]}],"result":{"name":"result","value":{"clusters":[{"label":"cat, kitten, plays, sleep\#
    s","words":[{"word":"cat","score":0.467951},{"word":"kitten","score":0.467951},{"word":"plays","score":0.467951}\#
    ,{"word":"sleeps","score":0.467951}],"size":2,"members":[{"index":0,"score":0.8425694,"text":"The cat \#
    sleeps."},{"index":1,"score":0.84256935,"text":"A kitten plays."}]},{"label":"late","words":[{"word":"late","sco\#
    re":0.37764454}],"size":2,"members":[{"index":3,"score":0.90682065,"text":"Trains to Berlin run late \#
    today."},{"index":2,"score":0.9068206,"text":"The train is late."}]}],"outliers":0}}}],"x-params-schema":{"type"\#
    :"object","properties":{"documents":{"anyOf":[{"type":"array","items":{"$ref":"#/components/schemas/Document"},"\#
    maxItems":16384},{"type":"null"}]},"collection":{"anyOf":[{"oneOf":[{"$ref":"#/components/schemas/CollectionName\#
    "},{"type":"array","items":{"$ref":"#/components/schemas/CollectionName"},"minItems":1}]},{"type":"null"}]},"mod\#
    el":{"anyOf":[{"type":"string"},{"type":"null"}]},"count":{"anyOf":[{"type":"integer","minimum":1,"maximum":9223\#
    372036854775807},{"type":"null"}]},"members":{"anyOf":[{"type":"integer","minimum":0,"maximum":92233720368547758\#
    07,"default":10},{"type":"null"}]},"words":{"anyOf":[{"type":"integer","minimum":1,"maximum":9223372036854775807\#
    ,"default":5},{"type":"null"}]},"by":{"anyOf":[{"type":"string","enum":["chunk","file"],"default":"chunk"},{"typ\#
    e":"null"}]},"layout":{"anyOf":[{"type":"boolean","default":false},{"type":"null"}]},"filter":{"anyOf":[{"$ref":\#
    "#/components/schemas/Filter"},{"type":"null"}]},"glob":{"anyOf":[{"oneOf":[{"type":"string"},{"type":"array","i\#
    tems":{"type":"string"},"minItems":1}]},{"type":"null"}]},"language":{"anyOf":[{"oneOf":[{"type":"string"},{"typ\#
    e":"array","items":{"type":"string"},"minItems":1}]},{"type":"null"}]},"positionEncoding":{"anyOf":[{"$ref":"#/c\#
    omponents/schemas/PositionEncodingKind"},{"type":"null"}]},"workDoneToken":{"anyOf":[{"$ref":"#/components/schem\#
    as/ProgressToken"},{"type":"null"}]},"_meta":{"description":"For those between client and server, such as \#
    tracers; not looked at."}},"additionalProperties":false,"allOf":[{"oneOf":[{"required":["documents"],"properties\#
    ":{"documents":{"not":{"type":"null"}}}},{"required":["collection"],"properties":{"collection":{"not":{"type":"n\#
    ull"}}}}]},{"if":{"required":["documents"],"properties":{"documents":{"not":{"type":"null"}}}},"then":{"allOf":[\#
    {"properties":{"glob":{"type":"null"}}},{"properties":{"language":{"type":"null"}}},{"properties":{"positionEnco\#
    ding":{"type":"null"}}}]}},{"if":{"required":["collection"],"properties":{"collection":{"not":{"type":"null"}}}}\#
    ,"then":{"properties":{"model":{"type":"null"}}}}]}},{"name":"index/add","summary":"Puts documents, or a folder,\#
     in a collection.","description":"What is unchanged is left alone, and a text that was seen before is not \#
    embedded again. A folder's files are cut and stored, and those that are gone are removed. Changes of a \#
    collection, and searches in it, take effect in the order in which they \#
    arrive.","paramStructure":"by-name","params":[{"name":"collection","summary":"Where the documents are put. \#
    Absent: the folder's own collection, which is named by its \#
    path.","schema":{"$ref":"#/components/schemas/CollectionName"}},{"name":"documents","summary":"Documents. Either\#
     this or folder.","schema":{"type":"array","items":{"$ref":"#/components/schemas/StoredDocument"},"maxItems":163\#
    84}},{"name":"fingerprint","summary":"Of the model that made the vectors of the documents, as model/info tells \#
    it. Needed where a document has a vector; another model's is \#
    refused.","schema":{"type":"string"}},{"name":"folder","summary":"An absolute path or a file: URI. Its files are\#
     those that git lists, else those that its ignore files let \#
    through.","schema":{"$ref":"#/components/schemas/FolderName"}},{"name":"workDoneToken","summary":"Asks for \#
    progress under this \#
    token.","schema":{"$ref":"#/components/schemas/ProgressToken"}}],"result":{"name":"changes","summary":"Counts of\#
     documents; chunks that the collection has now, and that had to be embedded.","schema":{"type":"object","propert\#
    ies":{"collection":{"$ref":"#/components/schemas/CollectionName"},"added":{"type":"integer","minimum":0},"update\#
    d":{"type":"integer","minimum":0},"unchanged":{"type":"integer","minimum":0},"removed":{"type":"integer","minimu\#
    m":0},"skipped":{"type":"integer","minimum":0},"chunks":{"type":"integer","minimum":0},"embedded":{"type":"integ\#
    er","minimum":0},"notes":{"type":"array","items":{"type":"string"},"description":"What a person should know of \#
    the documents that were left out, in sentences, such as which package would open \#
    them."},"movedFrom":{"type":"string","description":"The folder that the index was made of, where it was found by\#
     this one's files: the folder has been moved."}},"required":["collection","added","updated","unchanged","removed\#
    ","skipped","chunks","embedded"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/\#
    errors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/ModelMissin\#
    g"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/components\#
    /errors/RequestCancelled"},{"$ref":"#/components/errors/LimitExceeded"},{"$ref":"#/components/errors/CollectionB\#
    usy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/components/errors/StorageFailed"},{"$ref":"#/c\#
    omponents/errors/CollectionModel"}],"examples":[{"name":"a document","params":[{"name":"collection","value":"fac\#
    ts"},{"name":"documents","value":[{"id":"7","text":"Photosynthesis is how green plants make food from sunlight."\#
    ,"metadata":{"topic":"plants"}}]}],"result":{"name":"result","value":{"collection":"facts","added":1,"updated":0\#
    ,"unchanged":0,"removed":0,"skipped":0,"chunks":1,"embedded":1}}},{"name":"a folder","params":[{"name":"folder",\#
    "value":"/home/ada/notes"}],"result":{"name":"result","value":{"collection":"/home/ada/notes","added":1,"updated\#
    ":0,"unchanged":0,"removed":0,"skipped":0,"chunks":1,"embedded":1}}}],"x-params-schema":{"type":"object","proper\#
    ties":{"collection":{"anyOf":[{"$ref":"#/components/schemas/CollectionName"},{"type":"null"}]},"documents":{"any\#
    Of":[{"type":"array","items":{"$ref":"#/components/schemas/StoredDocument"},"maxItems":16384},{"type":"null"}]},\#
    "fingerprint":{"anyOf":[{"type":"string"},{"type":"null"}]},"folder":{"anyOf":[{"$ref":"#/components/schemas/Fol\#
    derName"},{"type":"null"}]},"workDoneToken":{"anyOf":[{"$ref":"#/components/schemas/ProgressToken"},{"type":"nul\#
    l"}]},"_meta":{"description":"For those between client and server, such as tracers; not looked at."}},"additiona\#
    lProperties":false,"allOf":[{"oneOf":[{"required":["documents"],"properties":{"documents":{"not":{"type":"null"}\#
    }}},{"required":["folder"],"properties":{"folder":{"not":{"type":"null"}}}}]},{"if":{"required":["documents"],"p\#
    roperties":{"documents":{"not":{"type":"null"}}}},"then":{"required":["collection"],"properties":{"collection":{\#
    "not":{"type":"null"}}}}}]}},{"name":"index/remove","summary":"Takes documents out of a \#
    collection.","description":"Documents that are not there are no \#
    error.","paramStructure":"by-name","params":[{"name":"collection","summary":"The collection.","required":true,"s\#
    chema":{"$ref":"#/components/schemas/CollectionName"}},{"name":"ids","summary":"Their \#
    names.","schema":{"type":"array","items":{"type":"string"}}},{"name":"uris","summary":"Where they live. One of \#
    both must be \#
    given.","schema":{"type":"array","items":{"type":"string"}}}],"result":{"name":"removed","summary":"Documents \#
    that were there.","schema":{"type":"object","properties":{"removed":{"type":"integer","minimum":0}},"required":[\#
    "removed"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"}\#
    ,{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/CollectionUnknown"},{"$ref":"#/co\#
    mponents/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/components/errors/S\#
    torageFailed"}],"examples":[{"name":"one document","params":[{"name":"collection","value":"facts"},{"name":"ids"\#
    ,"value":["7"]}],"result":{"name":"result","value":{"removed":1}}}],"x-params-schema":{"type":"object","properti\#
    es":{"collection":{"$ref":"#/components/schemas/CollectionName"},"ids":{"anyOf":[{"type":"array","items":{"type"\#
    :"string"}},{"type":"null"}]},"uris":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"null"}]},"_me\#
    ta":{"description":"For those between client and server, such as tracers; not looked at."}},"additionalPropertie\#
    s":false,"required":["collection"],"allOf":[{"anyOf":[{"required":["ids"],"properties":{"ids":{"not":{"type":"nu\#
    ll"}}}},{"required":["uris"],"properties":{"uris":{"not":{"type":"null"}}}}]}]}},{"name":"index/list","summary":\#
    "The collections, or the documents of \#
    one.","paramStructure":"by-name","params":[{"name":"collection","summary":"Lists its documents. Absent: the \#
    collections are \#
    listed.","schema":{"$ref":"#/components/schemas/CollectionName"}},{"name":"store","summary":"Without collection:\#
     lists those of this store, which the server's configuration names. Absent: those of the usual store.","schema":\#
    {"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}},{"name":"offset","summary":"With collection: \#
    documents before the first one listed.","schema":{"type":"integer","minimum":0,"default":0,"maximum":92233720368\#
    54775807}},{"name":"count","summary":"With collection: documents listed at most.","schema":{"type":"integer","mi\#
    nimum":1,"default":100,"maximum":9223372036854775807}}],"result":{"name":"list","summary":"Either collections, \#
    or documents and total.","schema":{"oneOf":[{"type":"object","properties":{"collections":{"type":"array","items"\#
    :{"$ref":"#/components/schemas/Collection"}},"stores":{"type":"array","description":"The names of the other \#
    stores, where there are any.","items":{"type":"string"}}},"required":["collections"]},{"type":"object","properti\#
    es":{"documents":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"},"uri":{"type":"st\#
    ring"},"chunks":{"type":"integer","minimum":0},"language":{"type":"string"},"metadata":{"$ref":"#/components/sch\#
    emas/Metadata"}},"required":["chunks","metadata"]}},"total":{"type":"integer","minimum":0}},"required":["documen\#
    ts","total"]}]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalErr\#
    or"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/CollectionUnknown"},{"$ref":"\#
    #/components/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/components/erro\#
    rs/StorageFailed"}],"examples":[{"name":"the documents of a collection","params":[{"name":"collection","value":"\#
    facts"}],"result":{"name":"result","value":{"documents":[{"id":"7","chunks":1,"metadata":{"topic":"plants"}}],"t\#
    otal":1}}}],"x-params-schema":{"anyOf":[{"type":"object","properties":{"collection":{"anyOf":[{"$ref":"#/compone\#
    nts/schemas/CollectionName"},{"type":"null"}]},"store":{"anyOf":[{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z\#
    0-9._-]{0,63}$"},{"type":"null"}]},"offset":{"anyOf":[{"type":"integer","minimum":0,"default":0,"maximum":922337\#
    2036854775807},{"type":"null"}]},"count":{"anyOf":[{"type":"integer","minimum":1,"default":100,"maximum":9223372\#
    036854775807},{"type":"null"}]},"_meta":{"description":"For those between client and server, such as tracers; \#
    not looked at."}},"additionalProperties":false,"allOf":[{"if":{"properties":{"collection":{"type":"null"}}},"the\#
    n":{"allOf":[{"properties":{"offset":{"type":"null"}}},{"properties":{"count":{"type":"null"}}}]}},{"if":{"prope\#
    rties":{"collection":{"not":{"type":"null"}}},"required":["collection"]},"then":{"properties":{"store":{"type":"\#
    null"}}}}]},{"type":"null"},{"type":"array","maxItems":0}]}},{"name":"index/status","summary":"What a collection\#
     holds, and whether it is being changed.","description":"Answered at once, also while the collection is being \#
    changed.","paramStructure":"by-name","params":[{"name":"collection","summary":"The collection. Either this or \#
    folder.","schema":{"$ref":"#/components/schemas/CollectionName"}},{"name":"folder","summary":"The folder whose \#
    collection is \#
    meant.","schema":{"$ref":"#/components/schemas/FolderName"}}],"result":{"name":"status","summary":"What \#
    index/list says of it, and more.","schema":{"allOf":[{"$ref":"#/components/schemas/Collection"},{"type":"object"\#
    ,"properties":{"precision":{"type":"string","enum":["q8_0","f32"]},"dimensions":{"type":"integer","minimum":1},"\#
    indexing":{"type":"boolean"},"openDocuments":{"type":"integer","minimum":0},"graph":{"description":"The graph of\#
     near neighbours that searches use in place of a scan; null where there is \#
    none.","type":["object","null"],"properties":{"used":{"description":"Whether searches without filters use \#
    it.","type":"boolean"},"vectors":{"description":"Vectors of the collection, with those that it keeps of removed \#
    texts.","type":"integer","minimum":0},"linked":{"description":"Vectors in the graph; the others are \#
    scanned.","type":"integer","minimum":0},"recall":{"description":"Of the ten nearest, the part that it finds, \#
    measured when it was completed; null \#
    before.","type":["number","null"],"minimum":0,"maximum":1},"problem":{"description":"Why it is not used.","type"\#
    :"string"}},"required":["used","vectors","linked","recall"]}},"required":["precision","dimensions","indexing","o\#
    penDocuments","graph"]}]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/I\#
    nternalError"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/CollectionUnknown"}\#
    ,{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/compo\#
    nents/errors/StorageFailed"}],"examples":[{"name":"a folder","params":[{"name":"folder","value":"/home/ada/notes\#
    "}],"result":{"name":"result","value":{"name":"/home/ada/notes","folder":"/home/ada/notes","model":"sentence-tra\#
    nsformers/all-MiniLM-L6-v2","documents":1,"chunks":1,"pending":0,"bytes":394376,"updatedAt":"2026-01-31T23:59:59\#
    Z","precision":"q8_0","dimensions":384,"indexing":false,"openDocuments":0,"graph":null}}}],"x-params-schema":{"t\#
    ype":"object","properties":{"collection":{"anyOf":[{"$ref":"#/components/schemas/CollectionName"},{"type":"null"\#
    }]},"folder":{"anyOf":[{"$ref":"#/components/schemas/FolderName"},{"type":"null"}]},"_meta":{"description":"For \#
    those between client and server, such as tracers; not looked at."}},"additionalProperties":false,"allOf":[{"oneO\#
    f":[{"required":["collection"],"properties":{"collection":{"not":{"type":"null"}}}},{"required":["folder"],"prop\#
    erties":{"folder":{"not":{"type":"null"}}}}]}]}},{"name":"index/drop","summary":"Deletes a \#
    collection.","description":"The folder's files are left alone. Dropping what is not there is no error: repeating\#
     is safe.","paramStructure":"by-name","params":[{"name":"collection","summary":"The collection.","required":true\#
    ,"schema":{"$ref":"#/components/schemas/CollectionName"}}],"result":{"name":"dropped","summary":"Always \#
    true.","schema":{"type":"object","properties":{"dropped":{"type":"boolean","description":"Whether there was a \#
    collection of this name."}},"required":["dropped"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$r\#
    ef":"#/components/errors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/\#
    errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/components/errors/StorageFai\#
    led"}],"examples":[{"name":"a collection","params":[{"name":"collection","value":"facts"}],"result":{"name":"res\#
    ult","value":{"dropped":true}}},{"name":"one that is not there","params":[{"name":"collection","value":"facts"}]\#
    ,"result":{"name":"result","value":{"dropped":false}}}],"x-params-schema":{"type":"object","properties":{"collec\#
    tion":{"$ref":"#/components/schemas/CollectionName"},"_meta":{"description":"For those between client and \#
    server, such as tracers; not looked \#
    at."}},"additionalProperties":false,"required":["collection"]}},{"name":"workspace/symbol","summary":"The parts \#
    of the session's folders that answer a query best.","description":"LSP 3.17. The folders are those of \#
    initialize, as far as they are indexed. Other members of the parameters are \#
    ignored.","paramStructure":"by-name","params":[{"name":"query","summary":"What is looked for. An empty one finds\#
     nothing.","required":true,"schema":{"type":"string"}},{"name":"positionEncoding","summary":"The unit of ranges;\#
     the session's unless given.","schema":{"$ref":"#/components/schemas/PositionEncodingKind"}},{"name":"partialRes\#
    ultToken","summary":"Asks for the symbols ten at a time under this token; the result is then \#
    empty.","schema":{"$ref":"#/components/schemas/ProgressToken"}}],"result":{"name":"symbols","summary":"LSP's \#
    SymbolInformation, the best \#
    first.","schema":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","description":"A\#
     symbol's name, a heading, or a first line."},"kind":{"type":"integer","minimum":1,"maximum":26},"location":{"ty\#
    pe":"object","properties":{"uri":{"type":"string"},"range":{"$ref":"#/components/schemas/TextRange"}},"required"\#
    :["uri","range"]},"containerName":{"type":"string","description":"The document's path in its folder."}},"require\#
    d":["name","kind","location"]}}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/er\#
    rors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/ModelMissing"\#
    },{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/components/e\#
    rrors/RequestCancelled"},{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDa\#
    maged"},{"$ref":"#/components/errors/StorageFailed"},{"$ref":"#/components/errors/CollectionModel"}],"examples":\#
    [{"name":"an empty query","params":[{"name":"query","value":""}],"result":{"name":"result","value":[]}}]},{"name\#
    ":"workspace/executeCommand","summary":"A command that a person has chosen.","description":"LSP 3.17. akin.index\#
     begins to index folders in the background and answers which; how it ends is told by window/showMessage. \#
    akin.cancel stops that, and answers how many. akin.status answers what index/status does of each folder, and \#
    tells it to the person. akin.similar answers LSP's Locations that are like a range of a document, and lets the \#
    person choose one where the client can show \#
    documents.","paramStructure":"by-name","params":[{"name":"command","summary":"Which command.","required":true,"s\#
    chema":{"type":"string","enum":["akin.index","akin.cancel","akin.status","akin.similar"]}},{"name":"arguments","\#
    summary":"Folders, as paths or file: URIs, none for those of the session; of akin.similar a document's URI and a\#
     range of it.","schema":{"type":"array","items":{}}}],"result":{"name":"result","summary":"What the command answ\#
    ers.","schema":{}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalE\#
    rror"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/ModelMissing"},{"$ref":"#/c\#
    omponents/errors/ModelUnusable"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/components/errors/RequestC\#
    ancelled"},{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref\#
    ":"#/components/errors/StorageFailed"},{"$ref":"#/components/errors/CollectionModel"}],"examples":[{"name":"what\#
     is like a document that is not indexed","params":[{"name":"command","value":"akin.similar"},{"name":"arguments"\#
    ,"value":["file:///home/ada/harbour/tide.py",{"start":{"line":0,"character":0},"end":{"line":2,"character":0}}]}\#
    ],"result":{"name":"result","value":[]}}]},{"name":"textDocument/codeAction","summary":"What may be done with a \#
    part of a document: to find what is like it.","description":"LSP 3.17. One action of the kind \#
    source.akin.similar, whose command is \#
    akin.similar.","paramStructure":"by-name","params":[{"name":"textDocument","summary":"The document.","required":\#
    true,"schema":{"type":"object","properties":{"uri":{"type":"string"}},"required":["uri"]}},{"name":"range","summ\#
    ary":"The \#
    part.","required":true,"schema":{"$ref":"#/components/schemas/TextRange"}},{"name":"context","summary":"What is \#
    wanted: only lists kinds of actions.","schema":{"type":"object","properties":{"only":{"type":"array","items":{"t\#
    ype":"string"}}}}}],"result":{"name":"result","summary":"LSP's CodeActions.","schema":{"type":"array","items":{"\#
    type":"object"}}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalEr\#
    ror"},{"$ref":"#/components/errors/ConnectionBacklog"}],"examples":[{"name":"another kind is wanted","params":[{\#
    "name":"textDocument","value":{"uri":"file:///home/ada/harbour/tide.py"}},{"name":"range","value":{"start":{"lin\#
    e":0,"character":0},"end":{"line":2,"character":0}}},{"name":"context","value":{"diagnostics":[],"only":["quickf\#
    ix"]}}],"result":{"name":"result","value":[]}}]},{"name":"textDocument/hover","summary":"Links to the passages \#
    that are most like the one at a place.","description":"LSP 3.17. The server says that it has this where \#
    initializationOptions.hover is true.","paramStructure":"by-name","params":[{"name":"textDocument","summary":"The\#
     document.","required":true,"schema":{"type":"object","properties":{"uri":{"type":"string"}},"required":["uri"]}\#
    },{"name":"position","summary":"The place.","required":true,"schema":{"$ref":"#/components/schemas/TextPosition"\#
    }}],"result":{"name":"result","summary":"LSP's Hover in Markdown, or null.","schema":{"oneOf":[{"type":"object"}\#
    ,{"type":"null"}]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/Internal\#
    Error"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/ModelMissing"},{"$ref":"#/\#
    components/errors/ModelUnusable"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/components/errors/Request\#
    Cancelled"},{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$re\#
    f":"#/components/errors/StorageFailed"},{"$ref":"#/components/errors/CollectionModel"}],"examples":[{"name":"a \#
    document that is not indexed","params":[{"name":"textDocument","value":{"uri":"file:///home/ada/harbour/tide.py"\#
    }},{"name":"position","value":{"line":0,"character":0}}],"result":{"name":"result","value":null}}]},{"name":"wor\#
    kspace/willRenameFiles","summary":"Files are about to have other names, for which nothing in them has to be \#
    changed.","description":"LSP 3.17.","paramStructure":"by-name","params":[{"name":"files","summary":"The files' \#
    URIs before and after.","required":true,"schema":{"type":"array","items":{"type":"object","properties":{"oldUri"\#
    :{"type":"string"},"newUri":{"type":"string"}},"required":["oldUri","newUri"]}}}],"result":{"name":"result","sum\#
    mary":"No edits.","schema":{"type":"null"}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/co\#
    mponents/errors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"}],"examples":[{"name":"a file","\#
    params":[{"name":"files","value":[{"oldUri":"file:///home/ada/harbour/a.md","newUri":"file:///home/ada/harbour/b\#
    .md"}]}],"result":{"name":"result","value":null}}]},{"name":"model/list","summary":"The models on this \#
    machine.","description":"Akin's cache and the Hugging Face cache; nothing is \#
    downloaded.","paramStructure":"by-name","params":[],"result":{"name":"modelList","summary":"The models by \#
    name.","schema":{"type":"object","properties":{"selected":{"type":"string","description":"The name or path that \#
    this server was told to use."},"models":{"type":"array","items":{"$ref":"#/components/schemas/CachedModel"}}},"r\#
    equired":["selected","models"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/er\#
    rors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"}],"examples":[{"name":"one model","params":\#
    [],"result":{"name":"result","value":{"selected":"sentence-transformers/all-MiniLM-L6-v2","models":[{"name":"sen\#
    tence-transformers/all-MiniLM-L6-v2","path":"/home/ada/.cache/akin/models/sentence-transformers/all-MiniLM-L6-v2\#
    ","bytes":91600000,"source":"akinCache","quantized":true}]}}}],"x-params-schema":{"anyOf":[{"type":"object","pro\#
    perties":{"_meta":{"description":"For those between client and server, such as tracers; not looked at."}},"addit\#
    ionalProperties":false},{"type":"null"},{"type":"array","maxItems":0}]}},{"name":"model/info","summary":"The \#
    model that this server uses.","description":"Loads the model, if no request has \#
    yet.","paramStructure":"by-name","params":[],"result":{"name":"modelInfo","summary":"The model's shape and setti\#
    ngs.","schema":{"$ref":"#/components/schemas/ModelInfo"}},"errors":[{"$ref":"#/components/errors/InvalidParams"}\#
    ,{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/compon\#
    ents/errors/ModelMissing"},{"$ref":"#/components/errors/ModelUnusable"}],"examples":[{"name":"the default model"\#
    ,"params":[],"result":{"name":"result","value":{"name":"sentence-transformers/all-MiniLM-L6-v2","path":"/home/ad\#
    a/.cache/akin/models/sentence-transformers/all-MiniLM-L6-v2","precision":"q8_0","fingerprint":"5c7f1a9be0d24386a\#
    17c5d3e9f80b2641d7a3c58e6f90b12c4d5a6978e3f0b1c","dimensions":384,"maxSequenceLength":256,"layers":6,"hiddenSize\#
    ":384,"heads":12,"vocabularySize":30522,"poolings":["mean"],"normalize":true,"prompts":{}}}}],"x-params-schema":\#
    {"anyOf":[{"type":"object","properties":{"_meta":{"description":"For those between client and server, such as \#
    tracers; not looked at."}},"additionalProperties":false},{"type":"null"},{"type":"array","maxItems":0}]}},{"name\#
    ":"server/status","summary":"Counters since the start.","description":"Does not load the \#
    model.","paramStructure":"by-name","params":[],"result":{"name":"serverStatus","summary":"Counters and latencies\#
    .","schema":{"type":"object","properties":{"uptimeSeconds":{"type":"number","minimum":0},"model":{"type":"string\#
    ","description":"The name or path that this server was told to \#
    use."},"sessions":{"type":"integer","minimum":0,"description":"Sessions under way; more than one only where they\#
     share a process."},"methods":{"type":"object","description":"By method, of those that have been called.","addit\#
    ionalProperties":{"$ref":"#/components/schemas/MethodCounts"}},"engine":{"oneOf":[{"$ref":"#/components/schemas/\#
    EngineCounts"},{"type":"null"}],"description":"null until the model is loaded."},"connection":{"$ref":"#/compone\#
    nts/schemas/ConnectionCounts"},"memory":{"$ref":"#/components/schemas/Memory"},"limits":{"$ref":"#/components/sc\#
    hemas/ServerLimits"},"models":{"type":"array","items":{"$ref":"#/components/schemas/ModelState"},"description":"\#
    The models that requests may name, the server's own first."},"protocolVersion":{"type":"string","pattern":"^1\\.\#
    \\d+$"}},"required":["uptimeSeconds","model","sessions","methods","engine","connection","memory","limits","model\#
    s","protocolVersion"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/Inte\#
    rnalError"},{"$ref":"#/components/errors/ConnectionBacklog"}],"examples":[{"name":"before any work","params":[],\#
    "result":{"name":"result","value":{"uptimeSeconds":0.25,"model":"sentence-transformers/all-MiniLM-L6-v2","sessio\#
    ns":1,"methods":{},"engine":null,"connection":{"received":1,"answered":0,"cancelled":0,"pending":1,"backlogBytes\#
    ":0},"memory":{"residentBytes":14680064,"peakResidentBytes":14680064},"limits":{"maxMessageBytes":67108864,"maxD\#
    epth":512,"maxValues":6400000,"maxBatch":1000,"maxInputs":16384,"maxPartialInputs":1000000,"maxTextCharacters":1\#
    000000,"maxAnswerTokens":65536,"maxScores":16777216,"maxPatternBytes":4096,"maxPendingRequests":65536,"maxPendin\#
    gBytes":268435456,"maxQueuedTokens":67108864,"maxBacklogBytes":67108864,"maxSessions":256,"maxHttpConnections":2\#
    56,"maxHttpHeaderBytes":32768,"maxHttpRequestSeconds":60,"maxHttpIdleSeconds":75},"models":[{"name":"sentence-tr\#
    ansformers/all-MiniLM-L6-v2","role":"embedding","loads":0,"idleSeconds":null,"engine":null}],"protocolVersion":"\#
    1.0"}}}],"x-params-schema":{"anyOf":[{"type":"object","properties":{"_meta":{"description":"For those between \#
    client and server, such as tracers; not looked at."}},"additionalProperties":false},{"type":"null"},{"type":"arr\#
    ay","maxItems":0}]}}],"components":{"schemas":{"PositionEncodingKind":{"type":"string","enum":["utf-8","utf-16",\#
    "utf-32"],"description":"Bytes of UTF-8, UTF-16 code units, or Unicode code \#
    points."},"TokenID":{"type":"integer","minimum":0,"maximum":2147483647,"description":"An id of the model's \#
    vocabulary."},"Vector":{"description":"One embedding, in the form that dtype and encodingFormat ask for.","oneOf\#
    ":[{"type":"array","items":{"type":"number"}},{"type":"object","properties":{"base64":{"type":"string","contentE\#
    ncoding":"base64","pattern":"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"},"dtype":{"type":\#
    "string","enum":["float32","int8","ubinary"]}},"required":["base64","dtype"]}]},"SparseVector":{"description":"A\#
     vector over the vocabulary: the ids of the tokens whose component is not zero, ascending, and as many component\#
    s.","type":"object","properties":{"indices":{"oneOf":[{"type":"array","items":{"type":"integer","minimum":0}},{"\#
    type":"object","properties":{"base64":{"type":"string","contentEncoding":"base64"},"dtype":{"type":"string","enu\#
    m":["int32"]}},"required":["base64","dtype"]}]},"values":{"oneOf":[{"type":"array","items":{"type":"number"}},{"\#
    type":"object","properties":{"base64":{"type":"string","contentEncoding":"base64"},"dtype":{"type":"string","enu\#
    m":["float32"]}},"required":["base64","dtype"]}]}},"required":["indices","values"]},"TextOrVector":{"description\#
    ":"A text to embed, or an embedding: numbers, or an object as embed answers it, with the base64 of little-endian\#
     float32 or of int8. Components are finite, and there is at least one.","oneOf":[{"type":"string"},{"type":"arra\#
    y","items":{"type":"number"},"minItems":1},{"type":"object","properties":{"base64":{"type":"string","contentEnco\#
    ding":"base64","pattern":"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$","minLength":4},"dtyp\#
    e":{"type":"string","enum":["float32","int8"],"default":"float32"},"scale":{"type":"number","description":"With \#
    dtype int8: what every component is multiplied by; 1 unless given."}},"required":["base64"],"additionalPropertie\#
    s":false,"anyOf":[{"required":["dtype"],"properties":{"dtype":{"const":"int8"}}},{"properties":{"scale":false}}]\#
    }]},"GivenVector":{"description":"An embedding: numbers, or an object as embed answers it, with the base64 of \#
    little-endian float32 or of int8. Components are finite, and there is at least one.","oneOf":[{"type":"array","i\#
    tems":{"type":"number"},"minItems":1},{"type":"object","properties":{"base64":{"type":"string","contentEncoding"\#
    :"base64","pattern":"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$","minLength":4},"dtype":{"\#
    type":"string","enum":["float32","int8"],"default":"float32"},"scale":{"type":"number","description":"With dtype\#
     int8: what every component is multiplied by; 1 unless given."}},"required":["base64"],"additionalProperties":fa\#
    lse,"anyOf":[{"required":["dtype"],"properties":{"dtype":{"const":"int8"}}},{"properties":{"scale":false}}]}]},"\#
    EmbedResult":{"type":"object","properties":{"model":{"type":"string"},"dimensions":{"type":"integer","minimum":1\#
    ,"description":"Components of each vector; with dtype ubinary too, where eight share a byte, and of sparse \#
    vectors the size of the vocabulary."},"embeddings":{"description":"With output sentence one vector a text, with \#
    output tokens one array a text with one vector a token, with output sparse one sparse vector a text. Vectors of \#
    tokens behind those that encodings names are those that a model fills queries up with.","type":"array","items":{\#
    "oneOf":[{"$ref":"#/components/schemas/Vector"},{"type":"array","items":{"$ref":"#/components/schemas/Vector"}},\#
    {"$ref":"#/components/schemas/SparseVector"}]}},"scales":{"description":"With dtype int8: what a vector's \#
    integers are multiplied by, in the nesting of embeddings.","type":"array","items":{"oneOf":[{"type":"number"},{"\#
    type":"array","items":{"type":"number"}}]}},"tokenCounts":{"type":"array","items":{"type":"integer","minimum":0}\#
    ,"description":"Tokens of each text before any cut, special tokens and prompt \#
    included."},"truncated":{"type":"array","items":{"type":"boolean"},"description":"Whether a text was cut at the \#
    model's \#
    length."},"encodings":{"type":"array","items":{"$ref":"#/components/schemas/TokenEncoding"},"description":"With \#
    output tokens: what the vectors stand for. Offsets count from the start of the prompt, where there is one."}},"r\#
    equired":["model","dimensions","embeddings","tokenCounts","truncated"]},"TokenEncoding":{"type":"object","descri\#
    ption":"A text or a pair as the model sees it: arrays with one entry a token.","properties":{"ids":{"type":"arra\#
    y","items":{"$ref":"#/components/schemas/TokenID"}},"tokens":{"type":"array","items":{"type":"string"}},"typeIds\#
    ":{"type":"array","items":{"type":"integer","enum":[0,1]},"description":"0 for the first text, 1 for its \#
    pair."},"attentionMask":{"type":"array","items":{"type":"integer","enum":[0,1]},"description":"All 1: nothing is\#
     padded."},"specialTokensMask":{"type":"array","items":{"type":"integer","enum":[0,1]},"description":"1 for \#
    tokens of neither text."},"offsets":{"type":"array","items":{"type":"array","items":{"type":"integer","minimum":\#
    0},"minItems":2,"maxItems":2},"description":"Start and end of a token in its own text; [0, 0] for special \#
    tokens."},"wordIds":{"type":"array","items":{"type":["integer","null"]},"description":"Index of the token's word\#
     in its own text; null for special tokens."},"total":{"type":"integer","minimum":0,"description":"Tokens before \#
    any cut."},"truncated":{"type":"boolean","description":"Whether tokens were cut."}},"required":["ids","tokens","\#
    typeIds","attentionMask","specialTokensMask","offsets","wordIds","total","truncated"]},"Metadata":{"type":"objec\#
    t","additionalProperties":{"type":["string","number","boolean"]}},"Document":{"description":"A text, or a text \#
    with what belongs to it.","oneOf":[{"type":"string"},{"type":"object","properties":{"text":{"type":"string"},"id\#
    ":{"type":"string"},"uri":{"type":"string"},"metadata":{"$ref":"#/components/schemas/Metadata"}},"required":["te\#
    xt"],"additionalProperties":false}]},"Hit":{"type":"object","description":"A document of the request has index, \#
    and id and uri where it has them. A stored one has collection, id or uri, and \#
    range.","properties":{"index":{"type":"integer","minimum":0,"description":"Index in documents."},"collection":{"\#
    $ref":"#/components/schemas/CollectionName"},"id":{"type":"string"},"score":{"type":"number","description":"Grea\#
    ter is better. semantic: the cosine. keyword: BM25, above 0. hybrid: what orders the hits, of which only the \#
    differences count."},"similarity":{"type":"number","description":"The cosine of the query and the text, -1 to 1:\#
     of a stored text always, but for keyword search without minSimilarity; of a document of the request with minSim\#
    ilarity."},"text":{"type":"string"},"uri":{"type":"string"},"metadata":{"$ref":"#/components/schemas/Metadata"},\#
    "range":{"$ref":"#/components/schemas/TextRange"},"language":{"type":"string","description":"The language of a \#
    stored document, where it is known."},"heading":{"type":"string","description":"The heading or symbol that a \#
    stored text stands under."},"line":{"type":"integer","minimum":0,"description":"The line of a stored document \#
    that answers best, from 0."},"legs":{"type":"object","properties":{"meaning":{"type":"object","properties":{"ran\#
    k":{"type":"integer","minimum":1},"score":{"type":"number"}},"required":["rank","score"]},"place":{"type":"objec\#
    t","properties":{"rank":{"type":"integer","minimum":1},"score":{"type":"number"}},"required":["rank","score"]},"\#
    words":{"type":"object","properties":{"rank":{"type":"integer","minimum":1},"score":{"type":"number"}},"required\#
    ":["rank","score"]}},"description":"Of a stored document: its rank among the candidates and its score (a cosine,\#
     or BM25) in each way of searching that has found it: by the text's meaning, by its place (path, what encloses \#
    it, its name), by words."},"location":{"type":"string","description":"Where the line that answers best is in a \#
    document whose bytes are not its text, as what stands behind # of a link: \#
    page=3."},"rerankScore":{"type":"number","description":"With rerank: what the cross-encoder has made of a stored\#
     text that it has read."}},"required":["score","text"]},"Filter":{"type":"object","description":"Keys of the \#
    metadata, all of which must match: a plain value must be equal, an object holds operators of which all must \#
    hold. A document without the key, or with a value of another kind, meets only ne and exists: false.","additional\#
    Properties":{"oneOf":[{"type":["string","number","boolean"]},{"type":"object","properties":{"eq":{"type":["strin\#
    g","number","boolean"]},"ne":{"type":["string","number","boolean"]},"lt":{"type":["string","number"]},"lte":{"ty\#
    pe":["string","number"]},"gt":{"type":["string","number"]},"gte":{"type":["string","number"]},"in":{"type":"arra\#
    y","items":{"type":["string","number","boolean"]}},"exists":{"type":"boolean"}},"required":[],"additionalPropert\#
    ies":false,"minProperties":1}]}},"CachedModel":{"type":"object","properties":{"name":{"type":"string"},"path":{"\#
    type":"string"},"bytes":{"type":"integer","minimum":0,"description":"Size on disk."},"source":{"type":"string","\#
    enum":["path","akinCache","installed","huggingFaceCache"]},"quantized":{"type":"boolean","description":"Whether \#
    its weights have been quantised, so that it starts at once."}},"required":["name","path","bytes","source","quant\#
    ized"]},"ModelInfo":{"type":"object","properties":{"name":{"type":"string"},"path":{"type":"string"},"precision"\#
    :{"type":"string","enum":["f32","q8_0"]},"fingerprint":{"type":"string","description":"Of the model's files, 64 \#
    hexadecimal digits. Vectors with the same one and the same precision can be \#
    compared."},"dimensions":{"type":"integer"},"maxSequenceLength":{"type":"integer","description":"Tokens of a \#
    text, special tokens included."},"layers":{"type":"integer"},"hiddenSize":{"type":"integer"},"heads":{"type":"in\#
    teger"},"vocabularySize":{"type":"integer"},"poolings":{"type":"array","items":{"type":"string"},"description":"\#
    Poolings whose vectors are joined, in this order."},"normalize":{"type":"boolean"},"prompts":{"type":"object","a\#
    dditionalProperties":{"type":"string"}},"defaultPromptName":{"type":"string"},"similarity":{"type":"string","des\#
    cription":"The similarity the model was trained for, where its files say so."}},"required":["name","path","preci\#
    sion","fingerprint","dimensions","maxSequenceLength","layers","hiddenSize","heads","vocabularySize","poolings","\#
    normalize","prompts"]},"MethodCounts":{"type":"object","description":"The time from dispatch to answer, of all \#
    calls since the start, to two significant \#
    digits.","properties":{"succeeded":{"type":"integer","minimum":0,"description":"Calls answered with a \#
    result."},"failed":{"type":"integer","minimum":0,"description":"Calls answered with an error."},"p50Milliseconds\#
    ":{"type":"number"},"p95Milliseconds":{"type":"number"},"p99Milliseconds":{"type":"number"},"maxMilliseconds":{"\#
    type":"number"}},"required":["succeeded","failed","p50Milliseconds","p95Milliseconds","p99Milliseconds","maxMill\#
    iseconds"]},"EngineCounts":{"type":"object","description":"Work of the encoder; a text split into windows counts\#
     once a window.","properties":{"requests":{"type":"integer","minimum":0},"cancelled":{"type":"integer","minimum"\#
    :0},"refused":{"type":"integer","minimum":0},"sequences":{"type":"integer","minimum":0},"encodedTokens":{"type":\#
    "integer","minimum":0},"batches":{"type":"integer","minimum":0},"pendingRequests":{"type":"integer","minimum":0}\#
    ,"queuedTokens":{"type":"integer","minimum":0}},"required":["requests","cancelled","refused","sequences","encode\#
    dTokens","batches","pendingRequests","queuedTokens"]},"ModelState":{"type":"object","properties":{"name":{"type"\#
    :"string","description":"As the server was given it, and as model of a request names it."},"role":{"type":"strin\#
    g","enum":["embedding","reranking","further"]},"loads":{"type":"integer","minimum":0,"description":"Times it was\#
     loaded: at the first request that needed it, and again after it was let \#
    go."},"idleSeconds":{"type":["number","null"],"description":"Since a request last asked for it; null where none \#
    has."},"engine":{"oneOf":[{"$ref":"#/components/schemas/EngineCounts"},{"type":"null"}],"description":"Counters \#
    since it was loaded; null where it is not."}},"required":["name","role","loads","idleSeconds","engine"]},"Server\#
    Limits":{"type":"object","description":"What goes beyond is refused, and the session goes \#
    on.","properties":{"maxMessageBytes":{"type":"integer","minimum":1,"default":67108864,"description":"Bytes of \#
    one message.","x-unit":"bytes","x-code":-32600},"maxDepth":{"type":"integer","minimum":1,"default":512,"descript\#
    ion":"Arrays and objects within each other, in one message.","x-unit":"levels","x-code":-32700,"maximum":2048},"\#
    maxValues":{"type":"integer","minimum":1,"default":6400000,"description":"Strings, numbers, bools and nulls of \#
    one message; an array or object counts as four of them.","x-unit":"values","x-code":-32700},"maxBatch":{"type":"\#
    integer","minimum":1,"default":1000,"description":"Messages in one batch.","x-unit":"messages","x-code":-32600},\#
    "maxInputs":{"type":"integer","minimum":1,"default":16384,"description":"Texts, vectors, lists of ids or \#
    documents in one array of a request.","x-unit":"items","x-code":-32008},"maxPartialInputs":{"type":"integer","mi\#
    nimum":1,"default":1000000,"description":"Texts of an `embed` whose result is sent in parts (`partialResultToken\#
    `).","x-unit":"texts","x-code":-32008},"maxTextCharacters":{"type":"integer","minimum":1,"default":1000000,"desc\#
    ription":"Code points of one text.","x-unit":"characters","x-code":-32008},"maxAnswerTokens":{"type":"integer","\#
    minimum":1,"default":65536,"description":"Tokens listed in one answer of `tokenize`; ids of one `detokenize`; \#
    vectors in one answer of `embed` with output `tokens`, unless it is sent in parts.","x-unit":"tokens","x-code":-\#
    32008},"maxScores":{"type":"integer","minimum":1,"default":16777216,"description":"Numbers in one matrix of \#
    `similarity`; pairs of query and document in one `search`.","x-unit":"scores","x-code":-32008},"maxPatternBytes"\#
    :{"type":"integer","minimum":1,"default":4096,"description":"Bytes of the patterns of one parameter.","x-unit":"\#
    bytes","x-code":-32008},"maxPendingRequests":{"type":"integer","minimum":1,"default":65536,"description":"Reques\#
    ts that wait or run.","x-unit":"requests","x-code":-32000},"maxPendingBytes":{"type":"integer","minimum":1,"defa\#
    ult":268435456,"description":"Bytes of the requests that wait or run.","x-unit":"bytes","x-code":-32000},"maxQue\#
    uedTokens":{"type":"integer","minimum":1,"default":67108864,"description":"Tokens that wait for the encoder.","x\#
    -unit":"tokens","x-code":-32003},"maxBacklogBytes":{"type":"integer","minimum":1,"default":67108864,"description\#
    ":"Bytes of answers that the client has not read; eight times as many end the session.","x-unit":"bytes","x-code\#
    ":-32000},"maxSessions":{"type":"integer","minimum":1,"default":256,"description":"Sessions that share one model\#
     process.","x-unit":"sessions","x-code":-32019},"maxHttpConnections":{"type":"integer","minimum":1,"default":256\#
    ,"description":"Connections of HTTP at once.","x-unit":"connections","x-code":-32000},"maxHttpHeaderBytes":{"typ\#
    e":"integer","minimum":1,"default":32768,"description":"Bytes of the headers of one request of HTTP.","x-unit":"\#
    bytes","x-code":-32600},"maxHttpRequestSeconds":{"type":"integer","minimum":1,"maximum":86400,"default":60,"desc\#
    ription":"Seconds that a request of HTTP may take to come, and each 256 KiB of an answer to be taken.","x-unit":\#
    "seconds","x-code":-32600},"maxHttpIdleSeconds":{"type":"integer","minimum":1,"maximum":86400,"default":75,"desc\#
    ription":"Seconds that a connection of HTTP is kept without a request.","x-unit":"seconds","x-code":-32600}},"re\#
    quired":["maxMessageBytes","maxDepth","maxValues","maxBatch","maxInputs","maxPartialInputs","maxTextCharacters",\#
    "maxAnswerTokens","maxScores","maxPatternBytes","maxPendingRequests","maxPendingBytes","maxQueuedTokens","maxBac\#
    klogBytes","maxSessions"]},"ErrorData":{"type":"object","description":"Says which parameter, what was expected \#
    and what came. Texts are counted, not quoted.","properties":{"kind":{"type":"string","description":"The error's \#
    name in components/errors, in lower camel case."},"path":{"type":"string","description":"The parameter, such as \#
    params.input[3]."},"expected":{"type":"string"},"found":{"type":"string"},"reason":{"type":"string","description\#
    ":"Why, where a program can do something about it: \#
    unknownParameter."},"known":{"type":"array","items":{"type":"string"},"description":"With reason \#
    unknownParameter: the names that are known there."},"limit":{"type":"string","description":"The limit that is \#
    exceeded, by its name in ServerLimits."},"maximum":{"type":"integer","description":"The limit's \#
    value."},"actual":{"type":"integer","description":"What was counted, as far as it \#
    was."},"unit":{"type":"string","description":"What is counted, in the \#
    plural."}},"required":["kind"]},"TextPosition":{"type":"object","description":"A place in a text, as LSP's Posit\#
    ion.","properties":{"line":{"type":"integer","minimum":0},"character":{"type":"integer","minimum":0,"description\#
    ":"Units of the session's position encoding since the start of the \#
    line."}},"required":["line","character"]},"TextRange":{"type":"object","description":"A part of a text, as LSP's\#
     Range: end is behind the last place.","properties":{"start":{"$ref":"#/components/schemas/TextPosition"},"end":\#
    {"$ref":"#/components/schemas/TextPosition"}},"required":["start","end"]},"CollectionName":{"type":"string","des\#
    cription":"A folder's absolute path or file: URI, or a name of 1 to 200 characters without control characters \#
    that is neither; before it store:STORE/ where it is in another store than the usual one, and store:/ where a \#
    name of the usual one begins so itself.","anyOf":[{"pattern":"^/[^\\u0000]*$","maxLength":4096},{"pattern":"^[Ff\#
    ][Ii][Ll][Ee]:","maxLength":12300},{"pattern":"^(?!/)(?![Ff][Ii][Ll][Ee]:)(?!store:)[^\\u0000-\\u001f\\u007f-\\u\#
    009f]{1,200}$"},{"pattern":"^store:(?:[A-Za-z0-9][A-Za-z0-9._-]{0,63})?//[^\\u0000]*$","maxLength":4167},{"patte\#
    rn":"^store:(?:[A-Za-z0-9][A-Za-z0-9._-]{0,63})?/[Ff][Ii][Ll][Ee]:","maxLength":12371},{"pattern":"^store:(?:[A-\#
    Za-z0-9][A-Za-z0-9._-]{0,63})?/(?!/)(?![Ff][Ii][Ll][Ee]:)[^\\u0000-\\u001f\\u007f-\\u009f]{1,200}$"}]},"SearchEx\#
    ample":{"description":"A stored document, or a part of one.","oneOf":[{"type":"object","properties":{"id":{"type\#
    ":"string"}},"required":["id"],"additionalProperties":false},{"type":"object","properties":{"uri":{"type":"strin\#
    g"},"range":{"$ref":"#/components/schemas/TextRange"}},"required":["uri"],"additionalProperties":false}]},"Store\#
    dDocument":{"description":"A document to be stored: what it is stored under, id or uri, and its text. With a \#
    vector the text is stored whole, and not embedded.","oneOf":[{"type":"object","properties":{"id":{"type":"string\#
    "},"text":{"type":"string"},"language":{"type":"string"},"metadata":{"$ref":"#/components/schemas/Metadata"},"ve\#
    ctor":{"$ref":"#/components/schemas/GivenVector"}},"required":["id","text"],"additionalProperties":false},{"type\#
    ":"object","properties":{"uri":{"type":"string"},"text":{"type":"string"},"language":{"type":"string"},"metadata\#
    ":{"$ref":"#/components/schemas/Metadata"},"vector":{"$ref":"#/components/schemas/GivenVector"}},"required":["ur\#
    i","text"],"additionalProperties":false}]},"Collection":{"type":"object","properties":{"name":{"$ref":"#/compone\#
    nts/schemas/CollectionName"},"folder":{"type":"string","description":"The path of the folder that it holds, \#
    where it holds one."},"model":{"type":"string"},"documents":{"type":"integer","minimum":0},"chunks":{"type":"int\#
    eger","minimum":0},"pending":{"type":"integer","minimum":0,"description":"Of the chunks those that wait to be \#
    embedded, and are found by their words, paths and symbols \#
    alone."},"bytes":{"type":"integer","minimum":0},"updatedAt":{"type":"string","description":"ISO 8601, UTC."}},"r\#
    equired":["name","model","documents","chunks","pending","bytes","updatedAt"]},"PartialEmbedResult":{"description\#
    ":"The result of the texts of input from start on.","allOf":[{"$ref":"#/components/schemas/EmbedResult"},{"type"\#
    :"object","properties":{"start":{"type":"integer","minimum":0,"description":"Index in input of the first text of\#
     this part."}},"required":["start"]}]},"ConnectionCounts":{"type":"object","properties":{"received":{"type":"int\#
    eger","minimum":0,"description":"Requests and notifications \#
    received."},"answered":{"type":"integer","minimum":0,"description":"Requests \#
    answered."},"cancelled":{"type":"integer","minimum":0,"description":"Requests that the client has \#
    cancelled."},"pending":{"type":"integer","minimum":0,"description":"Requests that wait or run now, this one \#
    included."},"backlogBytes":{"type":"integer","minimum":0,"description":"Bytes that wait now to be read by the cl\#
    ient."}},"required":["received","answered","cancelled","pending","backlogBytes"]},"Memory":{"type":"object","pro\#
    perties":{"residentBytes":{"type":"integer","minimum":0,"description":"Bytes of the process in memory now; \#
    absent where the system does not say."},"peakResidentBytes":{"type":"integer","minimum":0,"description":"The \#
    most there have been."}},"required":["peakResidentBytes"]},"FolderName":{"type":"string","description":"A \#
    folder's absolute path or file: URI.","anyOf":[{"pattern":"^/[^\\u0000]*$","maxLength":4096},{"pattern":"^[Ff][I\#
    i][Ll][Ee]:","maxLength":12300}]},"ProgressToken":{"description":"The client's name for work whose progress, or \#
    parts, it wants to see.","anyOf":[{"type":"string"},{"type":"integer","minimum":-9223372036854775808,"maximum":9\#
    223372036854775807}]},"RerankResult":{"type":"object","properties":{"model":{"type":"string"},"results":{"type":\#
    "array","description":"The best first; equal ones in the order of the \#
    request.","items":{"type":"object","properties":{"index":{"type":"integer","minimum":0,"description":"Which of \#
    the documents."},"score":{"type":"number","description":"What the model's configuration makes of the logit, \#
    usually its sigmoid; greater is better."},"logit":{"type":"number","description":"What the model \#
    gives."},"document":{"type":"string","description":"With \#
    returnDocuments."}},"required":["index","score","logit"]}},"tokenCounts":{"type":"array","description":"Of each \#
    pair before any cut, special tokens included, in the order of the \#
    request.","items":{"type":"integer"}},"truncated":{"type":"array","description":"Whether a pair was cut, in the \#
    order of the request.","items":{"type":"boolean"}}},"required":["model","results","tokenCounts","truncated"]},"C\#
    luster":{"type":"object","description":"Texts that are near each other in \#
    meaning.","properties":{"label":{"type":"string","description":"The words, after each other."},"words":{"type":"\#
    array","items":{"type":"object","properties":{"word":{"type":"string"},"score":{"type":"number","description":"H\#
    ow much it tells the group from the others; only the differences \#
    count."}},"required":["word","score"]}},"size":{"type":"integer","minimum":1,"description":"Texts in it, copies \#
    counted."},"members":{"type":"array","description":"The most typical first. Their score is the cosine with the \#
    group's mean; copies are where the same is said, exactly or nearly.","items":{"allOf":[{"$ref":"#/components/sch\#
    emas/Hit"},{"type":"object","properties":{"copies":{"type":"array","items":{"$ref":"#/components/schemas/TextOri\#
    gin"}}}}]}}},"required":["label","words","size","members"]},"TextOrigin":{"type":"object","description":"Which \#
    text: a document of the request has index, and id and uri where it has them. A stored one has collection, id or \#
    uri, and range.","properties":{"index":{"type":"integer","minimum":0,"description":"Index in documents."},"colle\#
    ction":{"$ref":"#/components/schemas/CollectionName"},"id":{"type":"string"},"uri":{"type":"string"},"range":{"$\#
    ref":"#/components/schemas/TextRange"}}},"LogHit":{"type":"object","properties":{"commit":{"type":"string","desc\#
    ription":"The object's name, as git show takes it."},"score":{"type":"number","description":"As in search: only \#
    its differences count."},"similarity":{"type":"number","description":"Cosine of the query and the \#
    text."},"author":{"type":"string","description":"Name and \#
    address."},"authoredAt":{"type":"integer","description":"Seconds since 1970 of the author's \#
    time."},"subject":{"type":"string","description":"The message's first \#
    line."},"path":{"type":"string","description":"The file whose added lines answer best; absent where the message \#
    does."},"text":{"type":"string","description":"These lines, or the part of the message."}},"required":["commit",\#
    "score","author","authoredAt","subject","text"],"additionalProperties":false},"LogResult":{"type":"object","prop\#
    erties":{"repository":{"type":"string","description":"The top of the repository's \#
    checkout."},"commits":{"type":"integer","minimum":0,"description":"Commits that are indexed."},"hits":{"type":"a\#
    rray","items":{"$ref":"#/components/schemas/LogHit"}},"notes":{"type":"array","items":{"type":"string"},"descrip\#
    tion":"What a reader should know of the index, in a sentence each."}},"required":["repository","commits","hits"]\#
    ,"additionalProperties":false}},"errors":{"ParseError":{"code":-32700,"message":"The message is not \#
    JSON.","data":{"kind":"parseError"}},"InvalidRequest":{"code":-32600,"message":"The message is not a request, or\#
     comes at the wrong time.","data":{"kind":"invalidRequest"}},"MethodNotFound":{"code":-32601,"message":"No such \#
    method.","data":{"kind":"methodNotFound"}},"InvalidParams":{"code":-32602,"message":"A parameter is missing, \#
    unknown, of another type or out of \#
    range.","data":{"kind":"invalidParams"}},"InternalError":{"code":-32603,"message":"A defect of the \#
    server.","data":{"kind":"internalError"}},"RequestCancelled":{"code":-32800,"message":"The request was \#
    cancelled.","data":{"kind":"requestCancelled"}},"ServerCancelled":{"code":-32802,"message":"The server ended \#
    before the request was \#
    finished.","data":{"kind":"serverCancelled"}},"ConnectionBacklog":{"code":-32000,"message":"Too many answers are\#
     unread, or too many requests under way: nothing new is accepted until there are \#
    fewer.","data":{"kind":"connectionBacklog"}},"Overloaded":{"code":-32003,"message":"Too much work is \#
    waiting.","data":{"kind":"overloaded"}},"ModelMissing":{"code":-32004,"message":"The model is not on this \#
    machine. The next request tries \#
    again.","data":{"kind":"modelMissing"}},"ModelUnusable":{"code":-32005,"message":"The model's files cannot be \#
    used. The next request tries \#
    again.","data":{"kind":"modelUnusable"}},"TextTooLong":{"code":-32006,"message":"With overflow \"error\": a text\#
     has more tokens than the model \#
    takes.","data":{"kind":"textTooLong"}},"UnknownPrompt":{"code":-32007,"message":"The model has no prompt of this\#
     name.","data":{"kind":"unknownPrompt"}},"LimitExceeded":{"code":-32008,"message":"A limit of initialize's \#
    result is exceeded.","data":{"kind":"limitExceeded"}},"CollectionUnknown":{"code":-32009,"message":"No \#
    collection has this \#
    name.","data":{"kind":"collectionUnknown"}},"CollectionBusy":{"code":-32010,"message":"Another process is \#
    changing the collection.","data":{"kind":"collectionBusy"}},"CollectionDamaged":{"code":-32011,"message":"The \#
    collection's file cannot be read; the message names \#
    it.","data":{"kind":"collectionDamaged"}},"StorageFailed":{"code":-32012,"message":"The disk is full, or cannot \#
    be written; the message names the \#
    path.","data":{"kind":"storageFailed"}},"CollectionModel":{"code":-32013,"message":"The collection was made with\#
     another model or precision; the message names \#
    both.","data":{"kind":"collectionModel"}},"ModelProcessEnded":{"code":-32019,"message":"With a shared model \#
    process: it ended before it answered. Asking again starts \#
    another.","data":{"kind":"modelProcessEnded"}}}},"x-server-notifications":[{"name":"$/progress","summary":"How \#
    far work is.","description":"Under a token that a request gave, and before its answer. Under a workDoneToken: \#
    one begin, reports whose percentage never falls, one end. Under a partialResultToken: parts of the result. Or, \#
    to clients that can window.workDoneProgress, under a token of the server's, which window/workDoneProgress/create\#
     has named: work on a folder's collection; each of these tokens is used \#
    once.","paramStructure":"by-name","params":[{"name":"token","summary":"The request's workDoneToken or \#
    partialResultToken, or one that the server has \#
    made.","required":true,"schema":{"$ref":"#/components/schemas/ProgressToken"}},{"name":"value","summary":"A step\#
     as in LSP, or a part of the result.","required":true,"schema":{"oneOf":[{"type":"object","properties":{"kind":{\#
    "type":"string","enum":["begin","report","end"]},"title":{"type":"string"},"cancellable":{"type":"boolean"},"mes\#
    sage":{"type":"string"},"percentage":{"type":"integer","minimum":0,"maximum":100}},"required":["kind"]},{"$ref":\#
    "#/components/schemas/PartialEmbedResult"},{"type":"array","items":{"type":"object"},"description":"Symbols of \#
    workspace/symbol."}]}}]},{"name":"window/logMessage","summary":"What the server does.","description":"Sent only \#
    after a client asked for it by trace. Never holds the text of a \#
    request.","paramStructure":"by-name","params":[{"name":"type","summary":"Error, warning, info or \#
    log.","required":true,"schema":{"type":"integer","enum":[1,2,3,4]}},{"name":"message","summary":"One \#
    line.","required":true,"schema":{"type":"string"}}]},{"name":"window/showMessage","summary":"A line for the \#
    person in front of the editor, about something that they have asked for.","description":"LSP \#
    3.17.","paramStructure":"by-name","params":[{"name":"type","summary":"Error, warning, info or \#
    log.","required":true,"schema":{"type":"integer","enum":[1,2,3,4]}},{"name":"message","summary":"One line.","req\#
    uired":true,"schema":{"type":"string"}}]}],"x-protocol-version":"1.0","x-server-requests":[{"name":"client/regis\#
    terCapability","summary":"The client is asked to tell of changed files.","description":"LSP 3.17. Sent once to \#
    clients that can workspace.didChangeWatchedFiles.dynamicRegistration, where one of the session's folders is \#
    stored. The answer is not waited for, but JSON-RPC wants one.","paramStructure":"by-name","params":[{"name":"reg\#
    istrations","required":true,"schema":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string\#
    "},"method":{"const":"workspace/didChangeWatchedFiles"},"registerOptions":{"type":"object"}},"required":["id","m\#
    ethod"]}}}]},{"name":"window/workDoneProgress/create","summary":"The server is about to tell of work that the \#
    client has not asked for.","description":"LSP 3.17. Sent to clients that can window.workDoneProgress. The answer\#
     is not waited for, but JSON-RPC wants one.","paramStructure":"by-name","params":[{"name":"token","required":tru\#
    e,"schema":{"$ref":"#/components/schemas/ProgressToken"}}]},{"name":"window/showMessageRequest","summary":"A \#
    question to the person: whether a folder should be indexed, or which of similar passages to \#
    show.","description":"LSP 3.17. Sent to clients that declare window.showMessage, and of passages to those that \#
    can window.showDocument. The answer is the chosen action, or null.","paramStructure":"by-name","params":[{"name"\#
    :"type","required":true,"schema":{"type":"integer","const":3}},{"name":"message","required":true,"schema":{"type\#
    ":"string"}},{"name":"actions","required":true,"schema":{"type":"array","items":{"type":"object","properties":{"\#
    title":{"type":"string"}},"required":["title"]}}}]},{"name":"window/showDocument","summary":"The client is asked\#
     to show a passage that the person has chosen.","description":"LSP 3.17. Sent to clients that can window.showDoc\#
    ument.","paramStructure":"by-name","params":[{"name":"uri","required":true,"schema":{"type":"string"}},{"name":"\#
    takeFocus","required":true,"schema":{"const":true}},{"name":"selection","required":true,"schema":{"$ref":"#/comp\#
    onents/schemas/TextRange"}}]}],"x-errors-of-any-request":[{"$ref":"#/components/errors/ParseError"},{"$ref":"#/c\#
    omponents/errors/InvalidRequest"},{"$ref":"#/components/errors/MethodNotFound"},{"$ref":"#/components/errors/Inv\#
    alidParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/RequestCancelled"},{"$ref\#
    ":"#/components/errors/ServerCancelled"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/\#
    errors/LimitExceeded"},{"$ref":"#/components/errors/ModelProcessEnded"}],"x-error-data":{"$ref":"#/components/sc\#
    hemas/ErrorData"}}
    """#
}
