#include "CPostgres.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

// The values of libpq-fe.h that are used, which are part of its binary interface.
enum {
  CONNECTION_OK = 0,
  PGRES_EMPTY_QUERY = 0,
  PGRES_COMMAND_OK = 1,
  PGRES_TUPLES_OK = 2,
  PGRES_COPY_IN = 4,
  PGRES_SINGLE_TUPLE = 9,
  PGRES_PIPELINE_SYNC = 10,
  PGRES_PIPELINE_ABORTED = 11,
  PQPING_NO_RESPONSE = 2,
  DIAG_SQLSTATE = 'C',
  DIAG_MESSAGE_PRIMARY = 'M',
};

static struct {
  akin_pq_connection *(*connectdbParams)(const char *const *, const char *const *, int);
  void (*finish)(akin_pq_connection *);
  int (*status)(const akin_pq_connection *);
  const char *(*errorMessage)(const akin_pq_connection *);
  int (*serverVersion)(const akin_pq_connection *);
  const char *(*host)(const akin_pq_connection *);
  const char *(*port)(const akin_pq_connection *);
  const char *(*db)(const akin_pq_connection *);
  const char *(*user)(const akin_pq_connection *);
  const char *(*parameterStatus)(const akin_pq_connection *, const char *);
  void *(*conninfoParse)(const char *, char **);
  void (*conninfoFree)(void *);
  void (*freemem)(void *);
  void *(*setNoticeProcessor)(akin_pq_connection *, void (*)(void *, const char *), void *);
  akin_pq_result *(*execParams)(akin_pq_connection *, const char *, int, const unsigned int *, const char *const *, const int *, const int *, int);
  int (*sendQueryParams)(akin_pq_connection *, const char *, int, const unsigned int *, const char *const *, const int *, const int *, int);
  akin_pq_result *(*prepare)(akin_pq_connection *, const char *, const char *, int, const unsigned int *);
  akin_pq_result *(*execPrepared)(akin_pq_connection *, const char *, int, const char *const *, const int *, const int *, int);
  int (*sendQueryPrepared)(akin_pq_connection *, const char *, int, const char *const *, const int *, const int *, int);
  int (*setSingleRowMode)(akin_pq_connection *);
  akin_pq_result *(*getResult)(akin_pq_connection *);
  void (*clear)(akin_pq_result *);
  int (*resultStatus)(const akin_pq_result *);
  const char *(*resultErrorField)(const akin_pq_result *, int);
  int (*ntuples)(const akin_pq_result *);
  int (*nfields)(const akin_pq_result *);
  int (*getisnull)(const akin_pq_result *, int, int);
  const char *(*getvalue)(const akin_pq_result *, int, int);
  int (*getlength)(const akin_pq_result *, int, int);
  const char *(*cmdTuples)(akin_pq_result *);
  int (*putCopyData)(akin_pq_connection *, const char *, int);
  int (*putCopyEnd)(akin_pq_connection *, const char *);
  void *(*getCancel)(akin_pq_connection *);
  int (*cancel)(void *, char *, int);
  void (*freeCancel)(void *);
  int (*socket)(const akin_pq_connection *);
  int (*pingParams)(const char *const *, const char *const *, int);
  // Of libpq 14 and later; NULL where there are none.
  int (*enterPipelineMode)(akin_pq_connection *);
  int (*exitPipelineMode)(akin_pq_connection *);
  int (*pipelineSync)(akin_pq_connection *);
} pq;

static const char *problem;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#define FIND_IF_THERE(name)                                                \
  do {                                                                     \
    void *symbol = dlsym(library, "PQ" #name);                             \
    /* ISO C has no other way from an object to a function. */             \
    memcpy(&pq.name, &symbol, sizeof symbol);                              \
  } while (0)

#define FIND(name)                                                         \
  do {                                                                     \
    FIND_IF_THERE(name);                                                   \
    if (!pq.name) {                                                        \
      problem = "libpq is too old: it has no PQ" #name;                    \
      return;                                                              \
    }                                                                      \
  } while (0)

static void load(void) {
#ifdef AKIN_STATIC
  problem = "this program is linked statically, and can load no libpq: one that 'swift build' or "
            "'packaging/build.sh --any' makes from the sources can";
#else
  static const char *const paths[] = {
      "libpq.so.5",
      "libpq.5.dylib",
      "/opt/homebrew/opt/libpq/lib/libpq.5.dylib",
      "/usr/local/opt/libpq/lib/libpq.5.dylib",
  };
  void *library = NULL;
  for (size_t i = 0; i < sizeof paths / sizeof *paths && !library; i++) library = dlopen(paths[i], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    problem = "libpq, PostgreSQL's client library, is not installed: install libpq5 (Debian, Ubuntu), libpq (Homebrew, Fedora)";
    return;
  }
  FIND(connectdbParams);
  FIND(finish);
  FIND(status);
  FIND(errorMessage);
  FIND(serverVersion);
  FIND(host);
  FIND(port);
  FIND(db);
  FIND(user);
  FIND(parameterStatus);
  FIND(conninfoParse);
  FIND(conninfoFree);
  FIND(freemem);
  FIND(setNoticeProcessor);
  FIND(execParams);
  FIND(sendQueryParams);
  FIND(prepare);
  FIND(execPrepared);
  FIND(sendQueryPrepared);
  FIND(setSingleRowMode);
  FIND(getResult);
  FIND(clear);
  FIND(resultStatus);
  FIND(resultErrorField);
  FIND(ntuples);
  FIND(nfields);
  FIND(getisnull);
  FIND(getvalue);
  FIND(getlength);
  FIND(cmdTuples);
  FIND(putCopyData);
  FIND(putCopyEnd);
  FIND(getCancel);
  FIND(cancel);
  FIND(freeCancel);
  FIND(socket);
  FIND(pingParams);
  FIND_IF_THERE(enterPipelineMode);
  FIND_IF_THERE(exitPipelineMode);
  FIND_IF_THERE(pipelineSync);
#endif
}

const char *akin_pq_load(void) {
  pthread_once(&once, load);
  return problem;
}

// What a server has to say beside its answers is for its own log.
static void ignore_notice(void *context, const char *message) {
  (void)context;
  (void)message;
}

akin_pq_connection *akin_pq_connect(const char *const *keywords, const char *const *values) {
  akin_pq_connection *connection = pq.connectdbParams(keywords, values, 1);
  if (connection) pq.setNoticeProcessor(connection, ignore_notice, NULL);
  return connection;
}

void akin_pq_finish(akin_pq_connection *connection) { pq.finish(connection); }

int akin_pq_is_good(const akin_pq_connection *connection) { return pq.status(connection) == CONNECTION_OK; }

const char *akin_pq_error_message(const akin_pq_connection *connection) { return pq.errorMessage(connection); }

int akin_pq_server_version(const akin_pq_connection *connection) { return pq.serverVersion(connection); }

const char *akin_pq_host(const akin_pq_connection *connection) { return pq.host(connection); }

const char *akin_pq_port(const akin_pq_connection *connection) { return pq.port(connection); }

const char *akin_pq_db(const akin_pq_connection *connection) { return pq.db(connection); }

const char *akin_pq_user(const akin_pq_connection *connection) { return pq.user(connection); }

const char *akin_pq_parameter_status(const akin_pq_connection *connection, const char *name) {
  return pq.parameterStatus(connection, name);
}

int akin_pq_is_connection_string(const char *text) {
  char *message = NULL;
  void *options = pq.conninfoParse(text, &message);
  if (message) pq.freemem(message);
  if (options) pq.conninfoFree(options);
  return options != NULL;
}

akin_pq_result *akin_pq_exec(akin_pq_connection *connection, const struct akin_pq_statement *statement) {
  const struct akin_pq_statement *it = statement;
  return it->prepared ? pq.execPrepared(connection, it->prepared, it->count, it->values, it->lengths, it->formats, it->result_format)
                      : pq.execParams(connection, it->command, it->count, it->types, it->values, it->lengths, it->formats, it->result_format);
}

akin_pq_result *akin_pq_prepare(akin_pq_connection *connection, const char *name, const struct akin_pq_statement *statement) {
  return pq.prepare(connection, name, statement->command, statement->count, statement->types);
}

static int send(akin_pq_connection *connection, const struct akin_pq_statement *it) {
  return it->prepared ? pq.sendQueryPrepared(connection, it->prepared, it->count, it->values, it->lengths, it->formats, it->result_format)
                      : pq.sendQueryParams(connection, it->command, it->count, it->types, it->values, it->lengths, it->formats, it->result_format);
}

int akin_pq_send(akin_pq_connection *connection, const char *command) {
  struct akin_pq_statement statement = {.command = command};
  return send(connection, &statement);
}

// The answer of the second of two statements, or that of the first where it failed.
static akin_pq_result *read_both(akin_pq_connection *connection) {
  akin_pq_result *answer = NULL;
  int gaps = 0;
  // Each statement's answers end with a NULL; two of them in a row are those of a connection that is gone.
  while (gaps < 2) {
    akin_pq_result *next = pq.getResult(connection);
    gaps = next ? 0 : gaps + 1;
    if (!next) continue;
    int status = pq.resultStatus(next);
    int is_failure = answer && akin_pq_result_status(answer) == AKIN_PQ_FAILED;
    if (status == PGRES_PIPELINE_SYNC || status == PGRES_PIPELINE_ABORTED || is_failure) {
      pq.clear(next);
      if (status == PGRES_PIPELINE_SYNC) return answer;
      continue;
    }
    if (answer) pq.clear(answer);
    answer = next;
  }
  return answer;
}

akin_pq_result *akin_pq_exec_both(akin_pq_connection *connection, const char *first, const struct akin_pq_statement *second) {
  struct akin_pq_statement begin = {.command = first};
  if (!pq.enterPipelineMode || !pq.exitPipelineMode || !pq.pipelineSync) {
    akin_pq_result *answer = akin_pq_exec(connection, &begin);
    if (!answer || akin_pq_result_status(answer) == AKIN_PQ_FAILED) return answer;
    pq.clear(answer);
    return akin_pq_exec(connection, second);
  }
  if (!pq.enterPipelineMode(connection)) return NULL;
  int is_sent = send(connection, &begin) && send(connection, second) && pq.pipelineSync(connection);
  akin_pq_result *answer = is_sent ? read_both(connection) : NULL;
  pq.exitPipelineMode(connection);
  return answer;
}

int akin_pq_send_for_rows(akin_pq_connection *connection, const struct akin_pq_statement *statement) {
  return send(connection, statement) && pq.setSingleRowMode(connection);
}

akin_pq_result *akin_pq_get_result(akin_pq_connection *connection) { return pq.getResult(connection); }

void akin_pq_clear(akin_pq_result *result) { pq.clear(result); }

enum akin_pq_status akin_pq_result_status(const akin_pq_result *result) {
  switch (pq.resultStatus(result)) {
    case PGRES_EMPTY_QUERY:
    case PGRES_COMMAND_OK: return AKIN_PQ_DONE;
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE: return AKIN_PQ_ROWS;
    case PGRES_COPY_IN: return AKIN_PQ_COPY_IN;
    default: return AKIN_PQ_FAILED;
  }
}

const char *akin_pq_sqlstate(const akin_pq_result *result) { return pq.resultErrorField(result, DIAG_SQLSTATE); }

const char *akin_pq_primary_message(const akin_pq_result *result) {
  return pq.resultErrorField(result, DIAG_MESSAGE_PRIMARY);
}

int akin_pq_ntuples(const akin_pq_result *result) { return pq.ntuples(result); }

int akin_pq_nfields(const akin_pq_result *result) { return pq.nfields(result); }

int akin_pq_is_null(const akin_pq_result *result, int row, int column) { return pq.getisnull(result, row, column); }

const char *akin_pq_value(const akin_pq_result *result, int row, int column) { return pq.getvalue(result, row, column); }

int akin_pq_length(const akin_pq_result *result, int row, int column) { return pq.getlength(result, row, column); }

const char *akin_pq_cmd_tuples(akin_pq_result *result) { return pq.cmdTuples(result); }

int akin_pq_put_copy_data(akin_pq_connection *connection, const char *bytes, int count) {
  return pq.putCopyData(connection, bytes, count);
}

int akin_pq_put_copy_end(akin_pq_connection *connection, const char *error) { return pq.putCopyEnd(connection, error); }

void *akin_pq_cancel_handle(akin_pq_connection *connection) { return pq.getCancel(connection); }

void akin_pq_cancel(void *handle) {
  char message[256];
  pq.cancel(handle, message, sizeof message);
}

void akin_pq_free_cancel(void *handle) { pq.freeCancel(handle); }

int akin_pq_socket(const akin_pq_connection *connection) { return pq.socket(connection); }

int akin_pq_is_silent(const char *const *keywords, const char *const *values) {
  return pq.pingParams(keywords, values, 1) == PQPING_NO_RESPONSE;
}
