// Written by protocol/generate.py from protocol/openrpc.json. Change that file, then run the script.

/// The description of the protocol that `rpc.discover` answers.
public enum OpenRPCDocument {
  /// `protocol/openrpc.json` as compact JSON on one line.
  public static let text = #"""
    {"openrpc":"1.3.2","info":{"title":"Akin","version":"0.1.0","description":"Finds text that means the same: a \#
    sentence-embedding transformer behind JSON-RPC 2.0 over stdio. specification.md beside this file tells the \#
    framing, the lifecycle and the order of \#
    messages.","license":{"name":"MIT"}},"servers":[{"name":"stdio","url":"stdio:akin serve","description":"A \#
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
    begins by itself.","schema":{"type":"object","properties":{"window":{"type":"object","properties":{"workDoneProg\#
    ress":{"type":"boolean"}},"required":[]},"general":{"type":"object","properties":{"positionEncodings":{"type":"a\#
    rray","items":{"$ref":"#/components/schemas/PositionEncodingKind"}}},"required":[]}},"required":[]}},{"name":"tr\#
    ace","summary":"How much window/logMessage tells.","schema":{"type":"string","enum":["off","messages","verbose"]\#
    ,"default":"off"}},{"name":"rootUri","summary":"The folder that the client works in, where workspaceFolders is \#
    absent.","schema":{"type":["string","null"]}},{"name":"workspaceFolders","summary":"The folders that the client \#
    works in.","schema":{"type":["array","null"],"items":{"type":"object","properties":{"uri":{"type":"string"},"nam\#
    e":{"type":"string"}},"required":["uri"]}}}],"result":{"name":"initializeResult","summary":"What the server is \#
    and accepts. capabilities.positionEncoding is present where the client offered position encodings.","schema":{"t\#
    ype":"object","properties":{"capabilities":{"type":"object","properties":{"positionEncoding":{"$ref":"#/componen\#
    ts/schemas/PositionEncodingKind"},"experimental":{"type":"object","properties":{"workDoneProgress":{"type":"arra\#
    y","items":{"type":"string"},"description":"Methods that take a \#
    workDoneToken."},"partialResults":{"type":"array","items":{"type":"string"},"description":"Methods that take a p\#
    artialResultToken."}},"required":["workDoneProgress","partialResults"]}},"required":[]},"serverInfo":{"type":"ob\#
    ject","properties":{"name":{"type":"string"},"version":{"type":"string"}},"required":["name","version"]},"limits\#
    ":{"$ref":"#/components/schemas/ServerLimits"}},"required":["capabilities","serverInfo","limits"]}},"errors":[{"\#
    $ref":"#/components/errors/InvalidRequest"}],"examples":[{"name":"code points preferred","params":[{"name":"proc\#
    essId","value":null},{"name":"capabilities","value":{"general":{"positionEncodings":["utf-32","utf-16"]}}}],"res\#
    ult":{"name":"result","value":{"capabilities":{"positionEncoding":"utf-32","experimental":{"workDoneProgress":["\#
    embed","similarity","search","index/add"],"partialResults":["embed"]}},"serverInfo":{"name":"akin","version":"0.\#
    1.0"},"limits":{"maxMessageBytes":67108864,"maxDepth":512,"maxValues":6400000,"maxBatch":1000,"maxInputs":16384,\#
    "maxPartialInputs":1000000,"maxTextCharacters":1000000,"maxTokens":65536,"maxScores":16777216,"maxPatternBytes":\#
    4096,"maxPendingRequests":65536,"maxPendingBytes":268435456,"maxQueuedTokens":67108864,"maxBacklogBytes":6710886\#
    4,"maxSessions":256}}}}]},{"name":"initialized","summary":"The client has the result of \#
    initialize.","description":"A notification. The collections of the session's folders that are stored are brought\#
     up to date in the background; to clients with window.workDoneProgress the progress is shown by \#
    window/workDoneProgress/create and \#
    $/progress.","paramStructure":"by-name","params":[]},{"name":"shutdown","summary":"Ends the session's \#
    work.","description":"Requests before it are still answered. Later requests are refused with -32600, later \#
    notifications other than exit are ignored.","paramStructure":"by-name","params":[],"result":{"name":"nothing","s\#
    ummary":"null","schema":{"type":"null"}},"errors":[{"$ref":"#/components/errors/InvalidParams"}],"examples":[{"n\#
    ame":"shutdown","params":[],"result":{"name":"result","value":null}}]},{"name":"exit","summary":"Ends the \#
    process.","description":"A notification. The exit code is 0 after shutdown and 1 otherwise. Requests that were \#
    accepted earlier in the same batch are answered first; bytes after exit are not \#
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
    left."}},"required":["added","removed"]}}]},{"name":"rpc.discover","summary":"This document.","description":"The\#
     description of the protocol in OpenRPC \#
    1.3.2.","paramStructure":"by-name","params":[],"result":{"name":"openrpc","summary":"This document.","schema":{"\#
    type":"object"}},"errors":[{"$ref":"#/components/errors/InvalidParams"}]},{"name":"embed","summary":"Texts in, \#
    vectors out.","description":"One vector a text, or one a token. A text's vector does not depend on the other \#
    texts of the request. Every array of the result has one entry a text, in the order of \#
    input.","paramStructure":"by-name","params":[{"name":"input","summary":"The texts: at most maxInputs of them, or\#
     maxPartialInputs with a partialResultToken. A string counts as an array of one.","required":true,"schema":{"one\#
    Of":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":1000000}]}},{"name":"ou\#
    tput","summary":"sentence: one vector a text. tokens: the last hidden state, one vector a token, special tokens \#
    included; then neither pooling nor overflow \"window\" may be given.","schema":{"type":"string","enum":["sentenc\#
    e","tokens"],"default":"sentence"}},{"name":"pooling","summary":"How the vectors of a text's tokens become one. \#
    Absent: the model's poolings.","schema":{"type":"string","enum":["mean","cls","max","meanSqrtLen","lastToken","w\#
    eightedMean"]}},{"name":"normalize","summary":"Whether vectors are scaled to length 1, after the cut to \#
    dimensions. Absent: as the model does, before the cut; token vectors are then not \#
    scaled.","schema":{"type":"boolean"}},{"name":"prompt","summary":"Put before each text. Not together with \#
    promptName. Absent: the model's default prompt, if it has \#
    one.","schema":{"type":"string"}},{"name":"promptName","summary":"The name of one of the model's prompts, as \#
    model/info lists them. Not together with \#
    prompt.","schema":{"type":"string"}},{"name":"dimensions","summary":"Keeps the first components of each vector. \#
    At most the model's dimensions. Absent: \#
    all.","schema":{"type":"integer","minimum":1}},{"name":"overflow","summary":"What happens to a text with more \#
    tokens than the model takes: its first tokens are kept, the request is refused, or the text is split and the \#
    vectors of its windows are averaged, weighted by their tokens.","schema":{"type":"string","enum":["truncate","er\#
    ror","window"],"default":"truncate"}},{"name":"dtype","summary":"What a component is. int8: component * 127 / m \#
    rounded to the nearest integer, ties to even, where m is the vector's largest magnitude; scales holds m / 127 \#
    for each vector. ubinary: eight components a byte, the first in the highest bit, 1 where a component is above \#
    zero; the last byte is filled with zeros.","schema":{"type":"string","enum":["float32","int8","ubinary"],"defaul\#
    t":"float32"}},{"name":"encodingFormat","summary":"float: an array of numbers. base64: RFC 4648 with padding, of\#
     the components' bytes; float32 is little-endian.","schema":{"type":"string","enum":["float","base64"],"default"\#
    :"float"}},{"name":"positionEncoding","summary":"The unit of offsets in this answer. Absent: the session's, or \#
    utf-32 where there was no initialize.","schema":{"$ref":"#/components/schemas/PositionEncodingKind"}},{"name":"w\#
    orkDoneToken","summary":"Asks for $/progress under this \#
    token.","schema":{"oneOf":[{"type":"integer"},{"type":"string"}]}},{"name":"partialResultToken","summary":"Asks \#
    for the result in parts as they are made: $/progress with this token carries a PartialEmbedResult each, in the \#
    order of the texts, and the result itself has no \#
    entries.","schema":{"type":["integer","string"]}}],"result":{"name":"embedResult","summary":"Vectors, and how \#
    many tokens each text had.","schema":{"$ref":"#/components/schemas/EmbedResult"}},"errors":[{"$ref":"#/component\#
    s/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/RequestCancel\#
    led"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/comp\#
    onents/errors/ModelMissing"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/errors/TextTooLo\#
    ng"},{"$ref":"#/components/errors/UnknownPrompt"},{"$ref":"#/components/errors/LimitExceeded"}],"examples":[{"na\#
    me":"one vector of two components","params":[{"name":"input","value":"hello"},{"name":"dimensions","value":2}],"\#
    result":{"name":"result","value":{"model":"sentence-transformers/all-MiniLM-L6-v2","dimensions":2,"embeddings":[\#
    [-0.06277182,0.05495876]],"tokens":[3],"truncated":[false]}}},{"name":"bits in base64","params":[{"name":"input"\#
    ,"value":["hello"]},{"name":"dimensions","value":16},{"name":"dtype","value":"ubinary"},{"name":"encodingFormat"\#
    ,"value":"base64"}],"result":{"name":"result","value":{"model":"sentence-transformers/all-MiniLM-L6-v2","dimensi\#
    ons":16,"embeddings":["czI="],"tokens":[3],"truncated":[false]}}}]},{"name":"tokenize","summary":"Texts in, \#
    token ids and their places out.","description":"As BertTokenizerFast does it. Nothing is padded, and without \#
    maxLength nothing is cut.","paramStructure":"by-name","params":[{"name":"input","summary":"The texts. A string \#
    counts as an array of one.","required":true,"schema":{"oneOf":[{"type":"string"},{"type":"array","items":{"type"\#
    :"string"},"minItems":1,"maxItems":16384}]}},{"name":"pair","summary":"A second text for each, joined by [SEP]; \#
    as many as input.","schema":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1,"\#
    maxItems":16384}]}},{"name":"addSpecialTokens","summary":"Whether [CLS] and [SEP] are put around the \#
    texts.","schema":{"type":"boolean","default":true}},{"name":"maxLength","summary":"The most tokens of an \#
    encoding, special tokens included, and not less than there are of these. Of a pair the longer text is cut first.\#
     Absent: nothing is cut.","schema":{"type":"integer","minimum":0}},{"name":"positionEncoding","summary":"The \#
    unit of offsets in this answer. Absent: the session's, or utf-32 where there was no initialize.","schema":{"$ref\#
    ":"#/components/schemas/PositionEncodingKind"}}],"result":{"name":"tokenizeResult","summary":"One encoding a tex\#
    t.","schema":{"type":"object","properties":{"encodings":{"type":"array","items":{"$ref":"#/components/schemas/To\#
    kenEncoding"}}},"required":["encodings"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/com\#
    ponents/errors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/Mod\#
    elMissing"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/errors/LimitExceeded"},{"$ref":"#\#
    /components/errors/RequestCancelled"}],"examples":[{"name":"a word","params":[{"name":"input","value":"hello"},{\#
    "name":"positionEncoding","value":"utf-32"}],"result":{"name":"result","value":{"encodings":[{"ids":[101,7592,10\#
    2],"tokens":["[CLS]","hello","[SEP]"],"typeIds":[0,0,0],"attentionMask":[1,1,1],"specialTokensMask":[1,0,1],"off\#
    sets":[[0,0],[0,5],[0,0]],"wordIds":[null,0,null],"total":3,"truncated":false}]}}}]},{"name":"detokenize","summa\#
    ry":"Token ids in, text out.","description":"As the reference decodes: word pieces are joined, and blanks before\#
     punctuation removed.","paramStructure":"by-name","params":[{"name":"ids","summary":"One list of ids a text. A \#
    single list counts as an array of one.","required":true,"schema":{"oneOf":[{"type":"array","items":{"$ref":"#/co\#
    mponents/schemas/TokenID"}},{"type":"array","items":{"type":"array","items":{"$ref":"#/components/schemas/TokenI\#
    D"}},"maxItems":16384}]}},{"name":"skipSpecialTokens","summary":"Whether [CLS], [SEP] and the like are left \#
    out.","schema":{"type":"boolean","default":true}}],"result":{"name":"detokenizeResult","summary":"One text a lis\#
    t.","schema":{"type":"object","properties":{"texts":{"type":"array","items":{"type":"string"}}},"required":["tex\#
    ts"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{"$re\#
    f":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/ModelMissing"},{"$ref":"#/components/er\#
    rors/ModelUnusable"},{"$ref":"#/components/errors/LimitExceeded"},{"$ref":"#/components/errors/RequestCancelled"\#
    }],"examples":[{"name":"a word","params":[{"name":"ids","value":[101,7592,102]}],"result":{"name":"result","valu\#
    e":{"texts":["hello"]}}}]},{"name":"similarity","summary":"Each of one list against each of \#
    another.","description":"Texts are embedded first; vectors are taken as they are and need no model. All vectors \#
    must have the same number of components.","paramStructure":"by-name","params":[{"name":"left","summary":"The \#
    rows. A single text or vector counts as an array of one; an array that starts with a number is one vector.","req\#
    uired":true,"schema":{"oneOf":[{"$ref":"#/components/schemas/TextOrVector"},{"type":"array","items":{"$ref":"#/c\#
    omponents/schemas/TextOrVector"},"minItems":1,"maxItems":16384}]}},{"name":"right","summary":"The columns. \#
    Absent: left.","schema":{"oneOf":[{"$ref":"#/components/schemas/TextOrVector"},{"type":"array","items":{"$ref":"\#
    #/components/schemas/TextOrVector"},"minItems":1,"maxItems":16384}]}},{"name":"function","summary":"cosine: -1 \#
    to 1, 0 where a vector is zero. dot: the dot product. euclidean, manhattan: minus the distance, so that greater \#
    is more alike.","schema":{"type":"string","enum":["cosine","dot","euclidean","manhattan"],"default":"cosine"}},{\#
    "name":"pooling","summary":"How the vectors of a text's tokens become one. Absent: the model's poolings.","schem\#
    a":{"type":"string","enum":["mean","cls","max","meanSqrtLen","lastToken","weightedMean"]}},{"name":"normalize","\#
    summary":"Whether vectors are scaled to length 1, after the cut to dimensions. Absent: as the model does, before\#
     the cut; token vectors are then not scaled.","schema":{"type":"boolean"}},{"name":"prompt","summary":"Put \#
    before each text. Not together with promptName. Absent: the model's default prompt, if it has \#
    one.","schema":{"type":"string"}},{"name":"promptName","summary":"The name of one of the model's prompts, as \#
    model/info lists them. Not together with \#
    prompt.","schema":{"type":"string"}},{"name":"dimensions","summary":"Keeps the first components of each vector. \#
    At most the model's dimensions. Absent: \#
    all.","schema":{"type":"integer","minimum":1}},{"name":"overflow","summary":"What happens to a text with more \#
    tokens than the model takes: its first tokens are kept, the request is refused, or the text is split and the \#
    vectors of its windows are averaged, weighted by their tokens.","schema":{"type":"string","enum":["truncate","er\#
    ror","window"],"default":"truncate"}},{"name":"workDoneToken","summary":"Asks for $/progress under this token.",\#
    "schema":{"oneOf":[{"type":"integer"},{"type":"string"}]}}],"result":{"name":"similarityResult","summary":"Rows \#
    of left by columns of right.","schema":{"type":"object","properties":{"scores":{"type":"array","items":{"type":"\#
    array","items":{"type":"number"}}}},"required":["scores"]}},"errors":[{"$ref":"#/components/errors/InvalidParams\#
    "},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/RequestCancelled"},{"$ref":"#/compo\#
    nents/errors/ConnectionBacklog"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/components/errors/ModelMis\#
    sing"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/errors/TextTooLong"},{"$ref":"#/compon\#
    ents/errors/UnknownPrompt"},{"$ref":"#/components/errors/LimitExceeded"}],"examples":[{"name":"two vectors","par\#
    ams":[{"name":"left","value":[1,0]},{"name":"right","value":[[0,2],[3,0]]}],"result":{"name":"result","value":{"\#
    scores":[[0,1]]}}}]},{"name":"search","summary":"The documents that answer each query \#
    best.","description":"Documents come with the request. Semantic search embeds each document once for all \#
    queries. The prompts named \"query\" and \"document\" are used where the model has them; prompt and promptName \#
    replace the former. Ties go to the earlier \#
    document.","paramStructure":"by-name","params":[{"name":"query","summary":"The queries: texts, or vectors of the\#
     model's dimensions in mode semantic. A single one counts as an array of one. Either this or similarTo must be g\#
    iven.","schema":{"oneOf":[{"$ref":"#/components/schemas/TextOrVector"},{"type":"array","items":{"$ref":"#/compon\#
    ents/schemas/TextOrVector"},"minItems":1,"maxItems":16384}]}},{"name":"similarTo","summary":"A stored text that \#
    is the query, and not itself a hit. With collection \#
    only.","schema":{"$ref":"#/components/schemas/SearchExample"}},{"name":"documents","summary":"What is searched. \#
    Either this or collection must be given.","schema":{"type":"array","items":{"$ref":"#/components/schemas/Documen\#
    t"},"maxItems":16384}},{"name":"collection","summary":"The name of stored documents, or names of several collect\#
    ions.","schema":{"oneOf":[{"$ref":"#/components/schemas/CollectionName"},{"type":"array","items":{"$ref":"#/comp\#
    onents/schemas/CollectionName"},"minItems":1}]}},{"name":"topK","summary":"Hits a query at \#
    most.","schema":{"type":"integer","minimum":1,"default":10}},{"name":"offset","summary":"The best hits that are \#
    left out, as those of earlier \#
    pages.","schema":{"type":"integer","minimum":0,"default":0}},{"name":"minScore","summary":"Hits with a lower \#
    score are left out.","schema":{"type":"number"}},{"name":"mode","summary":"semantic: by the cosine of the \#
    vectors. keyword: by BM25 over words. hybrid: by reciprocal rank fusion of both, the sum of 1 / (60 + rank).","s\#
    chema":{"type":"string","enum":["semantic","keyword","hybrid"],"default":"semantic"}},{"name":"filter","summary"\#
    :"Documents that do not meet it take no \#
    part.","schema":{"$ref":"#/components/schemas/Filter"}},{"name":"glob","summary":"Patterns of paths: a document \#
    whose path none matches takes no part, nor one that matches a pattern after \"!\". With collection only.","schem\#
    a":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]}},{"name":"language","su\#
    mmary":"Languages: documents of another take no part. With collection only.","schema":{"oneOf":[{"type":"string"\#
    },{"type":"array","items":{"type":"string"},"minItems":1}]}},{"name":"pooling","summary":"How the vectors of a \#
    text's tokens become one. Absent: the model's poolings.","schema":{"type":"string","enum":["mean","cls","max","m\#
    eanSqrtLen","lastToken","weightedMean"]}},{"name":"prompt","summary":"Put before each text. Not together with \#
    promptName. Absent: the model's default prompt, if it has \#
    one.","schema":{"type":"string"}},{"name":"promptName","summary":"The name of one of the model's prompts, as \#
    model/info lists them. Not together with \#
    prompt.","schema":{"type":"string"}},{"name":"dimensions","summary":"Keeps the first components of each vector. \#
    At most the model's dimensions. Absent: \#
    all.","schema":{"type":"integer","minimum":1}},{"name":"overflow","summary":"What happens to a text with more \#
    tokens than the model takes: its first tokens are kept, the request is refused, or the text is split and the \#
    vectors of its windows are averaged, weighted by their tokens.","schema":{"type":"string","enum":["truncate","er\#
    ror","window"],"default":"truncate"}},{"name":"workDoneToken","summary":"Asks for $/progress under this token.",\#
    "schema":{"oneOf":[{"type":"integer"},{"type":"string"}]}}],"result":{"name":"searchResult","summary":"One list \#
    of hits a query, the best first.","schema":{"type":"object","properties":{"results":{"type":"array","items":{"ty\#
    pe":"array","items":{"$ref":"#/components/schemas/Hit"}}}},"required":["results"]}},"errors":[{"$ref":"#/compone\#
    nts/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/RequestCanc\#
    elled"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/co\#
    mponents/errors/ModelMissing"},{"$ref":"#/components/errors/ModelUnusable"},{"$ref":"#/components/errors/TextToo\#
    Long"},{"$ref":"#/components/errors/UnknownPrompt"},{"$ref":"#/components/errors/LimitExceeded"},{"$ref":"#/comp\#
    onents/errors/CollectionUnknown"},{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/Col\#
    lectionDamaged"},{"$ref":"#/components/errors/StorageFailed"},{"$ref":"#/components/errors/CollectionModel"}],"e\#
    xamples":[{"name":"by words","params":[{"name":"query","value":"fire"},{"name":"documents","value":["He is \#
    sitting by the fire","A woman is eating"]},{"name":"mode","value":"keyword"}],"result":{"name":"result","value":\#
    {"results":[[{"index":0,"score":0.6407243,"text":"He is sitting by the \#
    fire"}]]}}}]},{"name":"index/add","summary":"Puts documents, or a folder, in a collection.","description":"What \#
    is unchanged is left alone, and a text that was seen before is not embedded again. A folder's files are cut and \#
    stored, and those that are gone are removed. Changes of a collection, and searches in it, take effect in the \#
    order in which they arrive.","paramStructure":"by-name","params":[{"name":"collection","summary":"Where the \#
    documents are put. Absent: the folder's own collection, which is named by its \#
    path.","schema":{"$ref":"#/components/schemas/CollectionName"}},{"name":"documents","summary":"Documents. Either\#
     this or folder.","schema":{"type":"array","items":{"$ref":"#/components/schemas/StoredDocument"},"maxItems":163\#
    84}},{"name":"folder","summary":"An absolute path or a file: URI. Its files are those that git lists, else those\#
     that its ignore files let through.","schema":{"type":"string"}},{"name":"workDoneToken","summary":"Asks for \#
    progress under this \#
    token.","schema":{"type":["string","integer"]}}],"result":{"name":"changes","summary":"Counts of documents; \#
    chunks that the collection has now, and that had to be embedded.","schema":{"type":"object","properties":{"colle\#
    ction":{"$ref":"#/components/schemas/CollectionName"},"added":{"type":"integer","minimum":0},"updated":{"type":"\#
    integer","minimum":0},"unchanged":{"type":"integer","minimum":0},"removed":{"type":"integer","minimum":0},"skipp\#
    ed":{"type":"integer","minimum":0},"chunks":{"type":"integer","minimum":0},"embedded":{"type":"integer","minimum\#
    ":0}},"required":["collection","added","updated","unchanged","removed","skipped","chunks","embedded"]}},"errors"\#
    :[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/component\#
    s/errors/ConnectionBacklog"},{"$ref":"#/components/errors/ModelMissing"},{"$ref":"#/components/errors/ModelUnusa\#
    ble"},{"$ref":"#/components/errors/Overloaded"},{"$ref":"#/components/errors/RequestCancelled"},{"$ref":"#/compo\#
    nents/errors/LimitExceeded"},{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/Collecti\#
    onDamaged"},{"$ref":"#/components/errors/StorageFailed"},{"$ref":"#/components/errors/CollectionModel"}],"exampl\#
    es":[{"name":"a folder","params":[{"name":"folder","value":"/home/ada/notes"}],"result":{"name":"result","value"\#
    :{"collection":"/home/ada/notes","added":12,"updated":0,"unchanged":0,"removed":0,"skipped":3,"chunks":80,"embed\#
    ded":80}}}]},{"name":"index/remove","summary":"Takes documents out of a collection.","description":"Documents \#
    that are not there are no error.","paramStructure":"by-name","params":[{"name":"collection","summary":"The colle\#
    ction.","required":true,"schema":{"$ref":"#/components/schemas/CollectionName"}},{"name":"ids","summary":"Their \#
    names.","schema":{"type":"array","items":{"type":"string"}}},{"name":"uris","summary":"Where they live. One of \#
    both must be \#
    given.","schema":{"type":"array","items":{"type":"string"}}}],"result":{"name":"removed","summary":"Documents \#
    that were there.","schema":{"type":"object","properties":{"removed":{"type":"integer","minimum":0}},"required":[\#
    "removed"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"}\#
    ,{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/CollectionUnknown"},{"$ref":"#/co\#
    mponents/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/components/errors/S\#
    torageFailed"}],"examples":[{"name":"one document","params":[{"name":"collection","value":"facts"},{"name":"ids"\#
    ,"value":["7"]}],"result":{"name":"result","value":{"removed":1}}}]},{"name":"index/list","summary":"The \#
    collections, or the documents of \#
    one.","paramStructure":"by-name","params":[{"name":"collection","summary":"Lists its documents. Absent: the \#
    collections are \#
    listed.","schema":{"$ref":"#/components/schemas/CollectionName"}},{"name":"offset","summary":"With collection: \#
    documents before the first one \#
    listed.","schema":{"type":"integer","minimum":0,"default":0}},{"name":"limit","summary":"With collection: \#
    documents listed at \#
    most.","schema":{"type":"integer","minimum":1,"default":100}}],"result":{"name":"list","summary":"Either \#
    collections, or documents and total.","schema":{"oneOf":[{"type":"object","properties":{"collections":{"type":"a\#
    rray","items":{"$ref":"#/components/schemas/Collection"}}},"required":["collections"]},{"type":"object","propert\#
    ies":{"documents":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"},"uri":{"type":"s\#
    tring"},"chunks":{"type":"integer","minimum":0},"language":{"type":"string"},"metadata":{"$ref":"#/components/sc\#
    hemas/Metadata"}},"required":["chunks","metadata"]}},"total":{"type":"integer","minimum":0}},"required":["docume\#
    nts","total"]}]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalEr\#
    ror"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/CollectionUnknown"},{"$ref":\#
    "#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/components/err\#
    ors/StorageFailed"}],"examples":[{"name":"the documents of a collection","params":[{"name":"collection","value":\#
    "facts"}],"result":{"name":"result","value":{"documents":[{"id":"7","chunks":1,"metadata":{"topic":"plants"}}],"\#
    total":1}}}]},{"name":"index/status","summary":"What a collection holds, and whether it is being \#
    changed.","description":"Answered at once, also while the collection is being \#
    changed.","paramStructure":"by-name","params":[{"name":"collection","summary":"The collection. Either this or \#
    folder.","schema":{"$ref":"#/components/schemas/CollectionName"}},{"name":"folder","summary":"The folder whose \#
    collection is meant.","schema":{"type":"string"}}],"result":{"name":"status","summary":"What index/list says of \#
    it, and more.","schema":{"allOf":[{"$ref":"#/components/schemas/Collection"},{"type":"object","properties":{"pre\#
    cision":{"type":"string","enum":["q8_0","f32"]},"dimensions":{"type":"integer","minimum":1},"isIndexing":{"type"\#
    :"boolean"},"openDocuments":{"type":"integer","minimum":0},"graph":{"description":"The graph of near neighbours \#
    that searches use in place of a scan; null where there is \#
    none.","type":["object","null"],"properties":{"isUsed":{"description":"Whether searches without filters use \#
    it.","type":"boolean"},"vectors":{"description":"Vectors of the collection, with those that it keeps of removed \#
    texts.","type":"integer","minimum":0},"linked":{"description":"Vectors in the graph; the others are \#
    scanned.","type":"integer","minimum":0},"recall":{"description":"Of the ten nearest, the part that it finds, \#
    measured when it was completed; null \#
    before.","type":["number","null"],"minimum":0,"maximum":1},"problem":{"description":"Why it is not used.","type"\#
    :"string"}},"required":["isUsed","vectors","linked","recall"]}},"required":["precision","dimensions","isIndexing\#
    ","openDocuments","graph"]}]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/erro\#
    rs/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/components/errors/CollectionUnkno\#
    wn"},{"$ref":"#/components/errors/CollectionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/c\#
    omponents/errors/StorageFailed"}],"examples":[{"name":"a folder","params":[{"name":"collection","value":"/home/a\#
    da/notes"}],"result":{"name":"result","value":{"name":"/home/ada/notes","folder":"/home/ada/notes","model":"sent\#
    ence-transformers/all-MiniLM-L6-v2","documents":12,"chunks":80,"bytes":540672,"updated":"2026-01-31T23:59:59Z","\#
    precision":"q8_0","dimensions":384,"isIndexing":false,"openDocuments":0,"graph":null}}}]},{"name":"index/drop","\#
    summary":"Deletes a collection.","description":"The folder's files are left \#
    alone.","paramStructure":"by-name","params":[{"name":"collection","summary":"The collection.","required":true,"s\#
    chema":{"$ref":"#/components/schemas/CollectionName"}}],"result":{"name":"dropped","summary":"Always true.","sch\#
    ema":{"type":"object","properties":{"dropped":{"type":"boolean","const":true}},"required":["dropped"]}},"errors"\#
    :[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/components/errors/InternalError"},{"$ref":"#/component\#
    s/errors/ConnectionBacklog"},{"$ref":"#/components/errors/CollectionUnknown"},{"$ref":"#/components/errors/Colle\#
    ctionBusy"},{"$ref":"#/components/errors/CollectionDamaged"},{"$ref":"#/components/errors/StorageFailed"}],"exam\#
    ples":[{"name":"a collection","params":[{"name":"collection","value":"facts"}],"result":{"name":"result","value"\#
    :{"dropped":true}}}]},{"name":"workspace/symbol","summary":"The parts of the session's folders that answer a \#
    query best.","description":"LSP 3.17. The folders are those of initialize, as far as they are indexed. Other \#
    members of the parameters are ignored.","paramStructure":"by-name","params":[{"name":"query","summary":"What is \#
    looked for. An empty one finds \#
    nothing.","required":true,"schema":{"type":"string"}}],"result":{"name":"symbols","summary":"LSP's \#
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
    ":"model/list","summary":"The models on this machine.","description":"Akin's cache and the Hugging Face cache; \#
    nothing is downloaded.","paramStructure":"by-name","params":[],"result":{"name":"modelList","summary":"The \#
    models by name.","schema":{"type":"object","properties":{"selected":{"type":"string","description":"The name or \#
    path that this server was told to use."},"models":{"type":"array","items":{"$ref":"#/components/schemas/CachedMo\#
    del"}}},"required":["selected","models"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"},{"$ref":"#/com\#
    ponents/errors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"}],"examples":[{"name":"one model"\#
    ,"params":[],"result":{"name":"result","value":{"selected":"sentence-transformers/all-MiniLM-L6-v2","models":[{"\#
    name":"sentence-transformers/all-MiniLM-L6-v2","path":"/home/ada/.cache/akin/models/sentence-transformers/all-Mi\#
    niLM-L6-v2","bytes":91600000,"source":"akinCache","quantized":true}]}}}]},{"name":"model/info","summary":"The \#
    model that this server uses.","description":"Loads the model, if no request has \#
    yet.","paramStructure":"by-name","params":[],"result":{"name":"modelInfo","summary":"The model's shape and setti\#
    ngs.","schema":{"$ref":"#/components/schemas/ModelInfo"}},"errors":[{"$ref":"#/components/errors/InvalidParams"}\#
    ,{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"},{"$ref":"#/compon\#
    ents/errors/ModelMissing"},{"$ref":"#/components/errors/ModelUnusable"}],"examples":[{"name":"the default model"\#
    ,"params":[],"result":{"name":"result","value":{"name":"sentence-transformers/all-MiniLM-L6-v2","path":"/home/ad\#
    a/.cache/akin/models/sentence-transformers/all-MiniLM-L6-v2","precision":"q8_0","dimensions":384,"maxTokens":256\#
    ,"layers":6,"hiddenSize":384,"heads":12,"vocabularySize":30522,"poolings":["mean"],"normalize":true,"prompts":{}\#
    }}}]},{"name":"server/status","summary":"Counters since the start.","description":"Does not load the \#
    model.","paramStructure":"by-name","params":[],"result":{"name":"serverStatus","summary":"Counters and latencies\#
    .","schema":{"type":"object","properties":{"uptimeSeconds":{"type":"number","minimum":0},"model":{"type":"string\#
    ","description":"The name or path that this server was told to \#
    use."},"sessions":{"type":"integer","minimum":0,"description":"Sessions under way; more than one only where they\#
     share a process."},"methods":{"type":"object","description":"By method, of those that have been called.","addit\#
    ionalProperties":{"$ref":"#/components/schemas/MethodCounts"}},"engine":{"oneOf":[{"$ref":"#/components/schemas/\#
    EngineCounts"},{"type":"null"}],"description":"null until the model is loaded."},"connection":{"$ref":"#/compone\#
    nts/schemas/ConnectionCounts"},"memory":{"$ref":"#/components/schemas/Memory"}},"required":["uptimeSeconds","mod\#
    el","sessions","methods","engine","connection","memory"]}},"errors":[{"$ref":"#/components/errors/InvalidParams"\#
    },{"$ref":"#/components/errors/InternalError"},{"$ref":"#/components/errors/ConnectionBacklog"}],"examples":[{"n\#
    ame":"before any work","params":[],"result":{"name":"result","value":{"uptimeSeconds":0.25,"model":"sentence-tra\#
    nsformers/all-MiniLM-L6-v2","sessions":1,"methods":{},"engine":null,"connection":{"received":1,"answered":0,"can\#
    celled":0,"pending":1,"backlogBytes":0},"memory":{"residentBytes":14680064,"peakResidentBytes":14680064}}}}]}],"\#
    components":{"schemas":{"PositionEncodingKind":{"type":"string","enum":["utf-8","utf-16","utf-32"],"description"\#
    :"Bytes of UTF-8, UTF-16 code units, or Unicode code \#
    points."},"TokenID":{"type":"integer","minimum":0,"maximum":2147483647,"description":"An id of the model's \#
    vocabulary."},"Vector":{"description":"One embedding, in the form that dtype and encodingFormat ask for.","oneOf\#
    ":[{"type":"array","items":{"type":"number"}},{"type":"string","contentEncoding":"base64"}]},"TextOrVector":{"de\#
    scription":"A text to embed, or an embedding: numbers, or base64 of little-endian float32. Components are \#
    finite, and there is at least one.","oneOf":[{"type":"string"},{"type":"array","items":{"type":"number"},"minIte\#
    ms":1},{"type":"object","properties":{"base64":{"type":"string","contentEncoding":"base64"}},"required":["base64\#
    "],"additionalProperties":false}]},"EmbedResult":{"type":"object","properties":{"model":{"type":"string"},"dimen\#
    sions":{"type":"integer","minimum":1,"description":"Components of each vector; with dtype ubinary too, where \#
    eight share a byte."},"embeddings":{"description":"With output sentence one vector a text, with output tokens \#
    one array a text with one vector a token.","type":"array","items":{"oneOf":[{"$ref":"#/components/schemas/Vector\#
    "},{"type":"array","items":{"$ref":"#/components/schemas/Vector"}}]}},"scales":{"description":"With dtype int8: \#
    what a vector's integers are multiplied by, in the nesting of embeddings.","type":"array","items":{"oneOf":[{"ty\#
    pe":"number"},{"type":"array","items":{"type":"number"}}]}},"tokens":{"type":"array","items":{"type":"integer","\#
    minimum":0},"description":"Tokens of each text before any cut, special tokens and prompt \#
    included."},"truncated":{"type":"array","items":{"type":"boolean"},"description":"Whether a text was cut at the \#
    model's \#
    length."},"encodings":{"type":"array","items":{"$ref":"#/components/schemas/TokenEncoding"},"description":"With \#
    output tokens: what the vectors stand for. Offsets count from the start of the prompt, where there is one."}},"r\#
    equired":["model","dimensions","embeddings","tokens","truncated"]},"TokenEncoding":{"type":"object","description\#
    ":"A text or a pair as the model sees it: arrays with one entry a token.","properties":{"ids":{"type":"array","i\#
    tems":{"$ref":"#/components/schemas/TokenID"}},"tokens":{"type":"array","items":{"type":"string"}},"typeIds":{"t\#
    ype":"array","items":{"type":"integer","enum":[0,1]},"description":"0 for the first text, 1 for its \#
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
    ter is better. semantic: the cosine. keyword: BM25, above 0. hybrid: the fused rank, above 0."},"text":{"type":"\#
    string"},"uri":{"type":"string"},"metadata":{"$ref":"#/components/schemas/Metadata"},"range":{"$ref":"#/componen\#
    ts/schemas/TextRange"},"language":{"type":"string","description":"The language of a stored document, where it is\#
     known."},"heading":{"type":"string","description":"The heading or symbol that a stored text stands \#
    under."}},"required":["score","text"]},"Filter":{"type":"object","description":"Keys of the metadata, all of \#
    which must match: a plain value must be equal, an object holds operators of which all must hold. A document \#
    without the key, or with a value of another kind, meets only ne and exists: false.","additionalProperties":{"one\#
    Of":[{"type":["string","number","boolean"]},{"type":"object","properties":{"eq":{"type":["string","number","bool\#
    ean"]},"ne":{"type":["string","number","boolean"]},"lt":{"type":["string","number"]},"lte":{"type":["string","nu\#
    mber"]},"gt":{"type":["string","number"]},"gte":{"type":["string","number"]},"in":{"type":"array","items":{"type\#
    ":["string","number","boolean"]}},"exists":{"type":"boolean"}},"required":[],"additionalProperties":false,"minPr\#
    operties":1}]}},"CachedModel":{"type":"object","properties":{"name":{"type":"string"},"path":{"type":"string"},"\#
    bytes":{"type":"integer","minimum":0,"description":"Size on disk."},"source":{"type":"string","enum":["path","ak\#
    inCache","huggingFaceCache"]},"quantized":{"type":"boolean","description":"Whether its weights have been \#
    quantised, so that it starts at once."}},"required":["name","path","bytes","source","quantized"]},"ModelInfo":{"\#
    type":"object","properties":{"name":{"type":"string"},"path":{"type":"string"},"precision":{"type":"string","enu\#
    m":["f32","q8_0"]},"dimensions":{"type":"integer"},"maxTokens":{"type":"integer","description":"Tokens of a \#
    text, special tokens included."},"layers":{"type":"integer"},"hiddenSize":{"type":"integer"},"heads":{"type":"in\#
    teger"},"vocabularySize":{"type":"integer"},"poolings":{"type":"array","items":{"type":"string"},"description":"\#
    Poolings whose vectors are joined, in this order."},"normalize":{"type":"boolean"},"prompts":{"type":"object","a\#
    dditionalProperties":{"type":"string"}},"defaultPromptName":{"type":"string"},"similarity":{"type":"string","des\#
    cription":"The similarity the model was trained for, where its files say so."}},"required":["name","path","preci\#
    sion","dimensions","maxTokens","layers","hiddenSize","heads","vocabularySize","poolings","normalize","prompts"]}\#
    ,"MethodCounts":{"type":"object","description":"The time from dispatch to answer, of all calls since the start, \#
    to two significant digits.","properties":{"succeeded":{"type":"integer","minimum":0,"description":"Calls \#
    answered with a result."},"failed":{"type":"integer","minimum":0,"description":"Calls answered with an error."},\#
    "p50Milliseconds":{"type":"number"},"p95Milliseconds":{"type":"number"},"p99Milliseconds":{"type":"number"},"max\#
    Milliseconds":{"type":"number"}},"required":["succeeded","failed","p50Milliseconds","p95Milliseconds","p99Millis\#
    econds","maxMilliseconds"]},"EngineCounts":{"type":"object","description":"Work of the encoder; a text split \#
    into windows counts once a window.","properties":{"requests":{"type":"integer","minimum":0},"cancelled":{"type":\#
    "integer","minimum":0},"refused":{"type":"integer","minimum":0},"sequences":{"type":"integer","minimum":0},"toke\#
    ns":{"type":"integer","minimum":0},"batches":{"type":"integer","minimum":0},"pendingRequests":{"type":"integer",\#
    "minimum":0},"queuedTokens":{"type":"integer","minimum":0}},"required":["requests","cancelled","refused","sequen\#
    ces","tokens","batches","pendingRequests","queuedTokens"]},"ServerLimits":{"type":"object","description":"What \#
    goes beyond is refused, and the session goes \#
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
    ription":"Code points of one text.","x-unit":"characters","x-code":-32008},"maxTokens":{"type":"integer","minimu\#
    m":1,"default":65536,"description":"Tokens listed in one answer of `tokenize`; ids of one `detokenize`; vectors \#
    in one answer of `embed` with output `tokens`, unless it is sent in parts.","x-unit":"tokens","x-code":-32008},"\#
    maxScores":{"type":"integer","minimum":1,"default":16777216,"description":"Numbers in one matrix of \#
    `similarity`; pairs of query and document in one `search`.","x-unit":"scores","x-code":-32008},"maxPatternBytes"\#
    :{"type":"integer","minimum":1,"default":4096,"description":"Bytes of all patterns of paths in one request.","x-\#
    unit":"bytes","x-code":-32008},"maxPendingRequests":{"type":"integer","minimum":1,"default":65536,"description":\#
    "Requests that wait or run.","x-unit":"requests","x-code":-32000},"maxPendingBytes":{"type":"integer","minimum":\#
    1,"default":268435456,"description":"Bytes of the requests that wait or run.","x-unit":"bytes","x-code":-32000},\#
    "maxQueuedTokens":{"type":"integer","minimum":1,"default":67108864,"description":"Tokens that wait for the encod\#
    er.","x-unit":"tokens","x-code":-32003},"maxBacklogBytes":{"type":"integer","minimum":1,"default":67108864,"desc\#
    ription":"Bytes of answers that the client has not read; eight times as many end the session.","x-unit":"bytes",\#
    "x-code":-32000},"maxSessions":{"type":"integer","minimum":1,"default":256,"description":"Sessions that share \#
    one model process.","x-unit":"sessions","x-code":-32019}},"required":["maxMessageBytes","maxDepth","maxValues","\#
    maxBatch","maxInputs","maxPartialInputs","maxTextCharacters","maxTokens","maxScores","maxPatternBytes","maxPendi\#
    ngRequests","maxPendingBytes","maxQueuedTokens","maxBacklogBytes","maxSessions"]},"ErrorData":{"type":"object","\#
    description":"Says which parameter, what was expected and what came. Texts are counted, not \#
    quoted.","properties":{"kind":{"type":"string","description":"The error's name in components/errors, in lower \#
    camel case."},"path":{"type":"string","description":"The parameter, such as params.input[3]."},"expected":{"type\#
    ":"string"},"found":{"type":"string"}},"required":["kind"]},"TextPosition":{"type":"object","description":"A \#
    place in a text, as LSP's Position.","properties":{"line":{"type":"integer","minimum":0},"character":{"type":"in\#
    teger","minimum":0,"description":"Units of the session's position encoding since the start of the \#
    line."}},"required":["line","character"]},"TextRange":{"type":"object","description":"A part of a text, as LSP's\#
     Range: end is behind the last place.","properties":{"start":{"$ref":"#/components/schemas/TextPosition"},"end":\#
    {"$ref":"#/components/schemas/TextPosition"}},"required":["start","end"]},"CollectionName":{"type":"string","des\#
    cription":"A folder's absolute path or file: URI, or a name of 1 to 200 characters without control \#
    characters."},"SearchExample":{"description":"A stored document, or a part of one.","oneOf":[{"type":"object","p\#
    roperties":{"id":{"type":"string"}},"required":["id"],"additionalProperties":false},{"type":"object","properties\#
    ":{"uri":{"type":"string"},"range":{"$ref":"#/components/schemas/TextRange"}},"required":["uri"],"additionalProp\#
    erties":false}]},"StoredDocument":{"description":"A document to be stored: what it is stored under, id or uri, \#
    and its text.","oneOf":[{"type":"object","properties":{"id":{"type":"string"},"text":{"type":"string"},"language\#
    ":{"type":"string"},"metadata":{"$ref":"#/components/schemas/Metadata"}},"required":["id","text"],"additionalPro\#
    perties":false},{"type":"object","properties":{"uri":{"type":"string"},"text":{"type":"string"},"language":{"typ\#
    e":"string"},"metadata":{"$ref":"#/components/schemas/Metadata"}},"required":["uri","text"],"additionalPropertie\#
    s":false}]},"Collection":{"type":"object","properties":{"name":{"$ref":"#/components/schemas/CollectionName"},"f\#
    older":{"type":"string","description":"The path of the folder that it holds, where it holds one."},"model":{"typ\#
    e":"string"},"documents":{"type":"integer","minimum":0},"chunks":{"type":"integer","minimum":0},"bytes":{"type":\#
    "integer","minimum":0},"updated":{"type":"string","description":"ISO 8601, UTC."}},"required":["name","model","d\#
    ocuments","chunks","bytes","updated"]},"PartialEmbedResult":{"description":"The result of the texts of input \#
    from start on.","allOf":[{"$ref":"#/components/schemas/EmbedResult"},{"type":"object","properties":{"start":{"ty\#
    pe":"integer","minimum":0,"description":"Index in input of the first text of this part."}},"required":["start"]}\#
    ]},"ConnectionCounts":{"type":"object","properties":{"received":{"type":"integer","minimum":0,"description":"Req\#
    uests and notifications received."},"answered":{"type":"integer","minimum":0,"description":"Requests \#
    answered."},"cancelled":{"type":"integer","minimum":0,"description":"Requests that the client has \#
    cancelled."},"pending":{"type":"integer","minimum":0,"description":"Requests that wait or run now, this one \#
    included."},"backlogBytes":{"type":"integer","minimum":0,"description":"Bytes that wait now to be read by the cl\#
    ient."}},"required":["received","answered","cancelled","pending","backlogBytes"]},"Memory":{"type":"object","pro\#
    perties":{"residentBytes":{"type":"integer","minimum":0,"description":"Bytes of the process in memory now; \#
    absent where the system does not say."},"peakResidentBytes":{"type":"integer","minimum":0,"description":"The \#
    most there have been."}},"required":["peakResidentBytes"]}},"errors":{"ParseError":{"code":-32700,"message":"The\#
     message is not JSON.","data":{"kind":"parseError"}},"InvalidRequest":{"code":-32600,"message":"The message is \#
    not a request, or comes at the wrong \#
    time.","data":{"kind":"invalidRequest"}},"MethodNotFound":{"code":-32601,"message":"No such \#
    method.","data":{"kind":"methodNotFound"}},"InvalidParams":{"code":-32602,"message":"A parameter is missing, \#
    unknown, of another type or out of \#
    range.","data":{"kind":"invalidParams"}},"InternalError":{"code":-32603,"message":"A defect of the \#
    server.","data":{"kind":"internalError"}},"RequestCancelled":{"code":-32800,"message":"The request was \#
    cancelled.","data":{"kind":"requestCancelled"}},"ContentModified":{"code":-32801,"message":"What the request is \#
    about has changed since. No method answers it in this \#
    version.","data":{"kind":"contentModified"}},"ConnectionBacklog":{"code":-32000,"message":"Too many answers are \#
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
    far a request is.","description":"Sent only under a token that a request gave, and before its answer. Under a \#
    workDoneToken: one begin, reports whose percentage never falls, one end. Under a partialResultToken: parts of \#
    the result.","paramStructure":"by-name","params":[{"name":"token","summary":"The request's workDoneToken or part\#
    ialResultToken.","required":true,"schema":{"oneOf":[{"type":"integer"},{"type":"string"}]}},{"name":"value","sum\#
    mary":"A step as in LSP, or a part of the result.","required":true,"schema":{"oneOf":[{"type":"object","properti\#
    es":{"kind":{"type":"string","enum":["begin","report","end"]},"title":{"type":"string"},"cancellable":{"type":"b\#
    oolean"},"message":{"type":"string"},"percentage":{"type":"integer","minimum":0,"maximum":100}},"required":["kin\#
    d"]},{"$ref":"#/components/schemas/PartialEmbedResult"}]}}]},{"name":"window/logMessage","summary":"What the \#
    server does.","description":"Sent only after a client asked for it by trace. Never holds the text of a \#
    request.","paramStructure":"by-name","params":[{"name":"type","summary":"Error, warning, info or \#
    log.","required":true,"schema":{"type":"integer","enum":[1,2,3,4]}},{"name":"message","summary":"One \#
    line.","required":true,"schema":{"type":"string"}}]}]}
    """#
}
