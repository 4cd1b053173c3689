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
} pq;

static const char *problem;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#define FIND(name)                                                         \
  do {                                                                     \
    void *symbol = dlsym(library, "PQ" #name);                             \
    if (!symbol) {                                                         \
      problem = "libpq is too old: it has no PQ" #name;                    \
      return;                                                              \
    }                                                                      \
    /* ISO C has no other way from an object to a function. */             \
    memcpy(&pq.name, &symbol, sizeof symbol);                              \
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

akin_pq_result *akin_pq_exec_params(akin_pq_connection *connection, const char *command, int count,
                                    const unsigned int *types, const char *const *values, const int *lengths,
                                    const int *formats, int result_format) {
  return pq.execParams(connection, command, count, types, values, lengths, formats, result_format);
}

int akin_pq_send_for_rows(akin_pq_connection *connection, const char *command, int count, const unsigned int *types,
                          const char *const *values, const int *lengths, const int *formats, int result_format) {
  return pq.sendQueryParams(connection, command, count, types, values, lengths, formats, result_format) &&
         pq.setSingleRowMode(connection);
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
