#pragma once

#include <stddef.h>

/// libpq, PostgreSQL's own client library, loaded when it is first asked for: a program that uses no server starts, and runs, without
/// it. Each function is libpq's of the same name behind the prefix (libpq's documentation, "Database Connection Control Functions" and
/// "Command Execution Functions"); none may be called before `akin_pq_load` has given NULL.

typedef struct akin_pq_connection akin_pq_connection;
typedef struct akin_pq_result akin_pq_result;

/// Loads the library, once a process.
/// @return NULL where it is there; else why it is not, for people.
const char *akin_pq_load(void);

/// `PQconnectdbParams` with `expand_dbname`; notices are thrown away.
akin_pq_connection *akin_pq_connect(const char *const *keywords, const char *const *values);
void akin_pq_finish(akin_pq_connection *connection);
/// Whether the connection is good, as far as is known.
int akin_pq_is_good(const akin_pq_connection *connection);
const char *akin_pq_error_message(const akin_pq_connection *connection);
int akin_pq_server_version(const akin_pq_connection *connection);
const char *akin_pq_host(const akin_pq_connection *connection);
const char *akin_pq_port(const akin_pq_connection *connection);
const char *akin_pq_db(const akin_pq_connection *connection);
const char *akin_pq_user(const akin_pq_connection *connection);
/// `PQparameterStatus`; NULL where the server tells none of this name.
const char *akin_pq_parameter_status(const akin_pq_connection *connection, const char *name);

/// Whether libpq can read a connection string.
int akin_pq_is_connection_string(const char *text);

/// A statement with its arguments, as `PQexecParams` takes them.
struct akin_pq_statement {
  const char *command;
  /// The name that it was prepared under; NULL where it was not, and `command` counts.
  const char *prepared;
  int count;
  const unsigned int *types;
  const char *const *values;
  const int *lengths;
  const int *formats;
  int result_format;
};

/// `PQexecParams` or `PQexecPrepared`.
akin_pq_result *akin_pq_exec(akin_pq_connection *connection, const struct akin_pq_statement *statement);
akin_pq_result *akin_pq_prepare(akin_pq_connection *connection, const char *name, const struct akin_pq_statement *statement);
/// Runs a command without arguments and a statement behind it, in one round trip where libpq has pipelines (14 and later).
/// @return the statement's answer, or that of the command where it failed.
akin_pq_result *akin_pq_exec_both(akin_pq_connection *connection, const char *first, const struct akin_pq_statement *second);
/// Sends a command, and waits for nothing; its answer is to be read before another is sent.
/// @return 1 where it has been sent.
int akin_pq_send(akin_pq_connection *connection, const char *command);
/// As `akin_pq_exec`, but that rows come one by one from `akin_pq_get_result`.
/// @return 1 where it has been sent.
int akin_pq_send_for_rows(akin_pq_connection *connection, const struct akin_pq_statement *statement);
akin_pq_result *akin_pq_get_result(akin_pq_connection *connection);
void akin_pq_clear(akin_pq_result *result);

/// What a result is.
enum akin_pq_status {
  AKIN_PQ_DONE,     ///< A command without rows, or an empty one.
  AKIN_PQ_ROWS,     ///< Rows, or one of them.
  AKIN_PQ_COPY_IN,  ///< The server waits for data.
  AKIN_PQ_FAILED,   ///< An error.
};
enum akin_pq_status akin_pq_result_status(const akin_pq_result *result);
/// The five characters of SQLSTATE; NULL where the error is not the server's.
const char *akin_pq_sqlstate(const akin_pq_result *result);
/// The server's one line; NULL where the error is not the server's.
const char *akin_pq_primary_message(const akin_pq_result *result);

int akin_pq_ntuples(const akin_pq_result *result);
int akin_pq_nfields(const akin_pq_result *result);
int akin_pq_is_null(const akin_pq_result *result, int row, int column);
const char *akin_pq_value(const akin_pq_result *result, int row, int column);
int akin_pq_length(const akin_pq_result *result, int row, int column);
/// Rows that a command has changed, as digits; empty where it changes none.
const char *akin_pq_cmd_tuples(akin_pq_result *result);

/// 1 where it was sent.
int akin_pq_put_copy_data(akin_pq_connection *connection, const char *bytes, int count);
/// @param error NULL ends the data; else the server is told to throw all away.
int akin_pq_put_copy_end(akin_pq_connection *connection, const char *error);

/// Asks the server to stop what the connection is at, from another thread. The handle is made on the connection's own.
void *akin_pq_cancel_handle(akin_pq_connection *connection);
void akin_pq_cancel(void *handle);
void akin_pq_free_cancel(void *handle);

/// `PQsocket`; below 0 where there is none.
int akin_pq_socket(const akin_pq_connection *connection);
/// `PQpingParams` with `expand_dbname`: 1 where no server answers in the time that the parameters give it.
int akin_pq_is_silent(const char *const *keywords, const char *const *values);
