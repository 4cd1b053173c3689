import GRDB

/// The tables of a collection's file, one migration a version. A migration that was released is never changed.
///
/// - `collection`: one row; the name, the vector space, and `generation`, which every writing transaction adds 1 to.
/// - `documents`, `metadata`: one row a document, one row a document's key. `modified` is NULL where the file has to be
///   looked at whatever its time. A metadata value keeps its kind by SQLite's
///   own types: text, real, and integer for true and false.
/// - `chunks`: parts of documents. `lead` and `text` together are what is embedded.
/// - `vectors`: one row a text hash. `codes` are int8, and `scale` times a code is a component; `uses` counts the chunks,
///   and `changed` is the generation that last took `uses` from or to zero, which is what other processes follow. A
///   vector without uses stays for a while: texts come back, as with branches of a repository. A text that waits for its
///   vector has a `priority` and no codes; once embedded it gets a row of a new id, so that vectors are read in the order of
///   their ids.
/// - `places`: the same for the places of chunks, as ``ChunkPlace`` writes them; without float32 components, for they only
///   rank. A chunk whose place is not embedded yet has none.
/// - `components`: the same vectors in float32, apart from `vectors` so that a scan of the codes does not read them.
/// - `graph`: one row, for a large collection whose approximate index is in the file beside this one: how many vectors it
///   has, what tells that these and the file are the ones it was made of, and its recall.
/// - `unread`: files of the folder that were left out for what is in them, so that they are not read again until they
///   change, or until the rules do, whose version is `policy`.
/// - `words`: full text, without a copy of it, in the columns of ``IndexedWords``, folded. Words and parts of identifiers are
///   stemmed; whole identifiers have a `_` behind that keeps the stemmer off.
enum CollectionSchema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { database in
      try database.execute(sql: version1)
    }
    migrator.registerMigration("v2") { database in
      try database.execute(
        sql: """
          CREATE TABLE graph (
            one INTEGER PRIMARY KEY CHECK (one = 1), rows INTEGER NOT NULL, ids_hash BLOB NOT NULL,
            file_hash BLOB NOT NULL, recall REAL NOT NULL)
          """)
    }
    migrator.registerMigration("v3") { database in
      try database.execute(
        sql: """
          CREATE TABLE unread (
            path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, reason TEXT NOT NULL,
            policy INTEGER NOT NULL) WITHOUT ROWID
          """)
    }
    migrator.registerMigration("ranking") { database in
      try database.execute(sql: ranking)
      try IndexedWords.insertAll(database)
    }
    migrator.registerMigration("times") { database in
      // 0 meant that the file might change again, and is a time as well.
      try database.execute(sql: "UPDATE documents SET modified = NULL WHERE modified = 0")
    }
    migrator.registerMigration("folding") { database in
      // Words are folded before they are stored, as those of a query are; marks of scripts that write vowels by them are letters.
      try database.execute(
        sql: """
          DROP TABLE words;
          CREATE VIRTUAL TABLE words USING fts5(
            name, folders, symbol, heading, terms, identifiers, content = '',
            tokenize = "porter unicode61 remove_diacritics 0 categories 'L* N* M* Co' tokenchars '_'");
          """)
      try IndexedWords.insertAll(database)
    }
    migrator.registerMigration("locations") { database in
      // Where a chunk is found in a document whose bytes are not its text.
      try database.execute(sql: "ALTER TABLE chunks ADD COLUMN location TEXT")
    }
    migrator.registerMigration("pending") { database in
      // Texts that are found by their words, and not yet by their meaning. What counts them reads the index alone.
      try database.execute(
        sql: """
          ALTER TABLE vectors ADD COLUMN priority INTEGER;
          CREATE INDEX vectors_pending ON vectors (priority, uses) WHERE priority NOT NULL;
          """)
    }
    return migrator
  }()

  private static let ranking = """
    CREATE TABLE places (
      id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, uses INTEGER NOT NULL, changed INTEGER NOT NULL,
      scale REAL NOT NULL, codes BLOB NOT NULL);
    CREATE INDEX places_by_change ON places (changed);
    ALTER TABLE chunks ADD COLUMN place INTEGER REFERENCES places;
    CREATE INDEX chunks_by_place ON chunks (place);
    DROP TABLE words;
    CREATE VIRTUAL TABLE words USING fts5(
      name, folders, symbol, heading, terms, identifiers, content = '',
      tokenize = "porter unicode61 remove_diacritics 2 tokenchars '_'");
    """

  private static let version1 = """
    CREATE TABLE collection (
      one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL, folder TEXT, model TEXT NOT NULL,
      fingerprint TEXT NOT NULL, precision TEXT NOT NULL, prompt TEXT NOT NULL, dimensions INTEGER NOT NULL,
      generation INTEGER NOT NULL, updated INTEGER NOT NULL);
    CREATE TABLE documents (
      id INTEGER PRIMARY KEY, is_uri INTEGER NOT NULL, key TEXT NOT NULL, path TEXT, size INTEGER, modified INTEGER,
      content_hash BLOB, language TEXT, UNIQUE (is_uri, key));
    CREATE TABLE metadata (
      document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, key TEXT NOT NULL, value NOT NULL,
      PRIMARY KEY (document, key)) WITHOUT ROWID;
    CREATE TABLE vectors (
      id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, uses INTEGER NOT NULL, changed INTEGER NOT NULL,
      scale REAL NOT NULL, codes BLOB NOT NULL);
    CREATE INDEX vectors_by_change ON vectors (changed);
    CREATE TABLE components (vector INTEGER PRIMARY KEY REFERENCES vectors ON DELETE CASCADE, value BLOB NOT NULL);
    CREATE TABLE chunks (
      id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
      ordinal INTEGER NOT NULL, vector INTEGER NOT NULL REFERENCES vectors,
      byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL, character_start INTEGER NOT NULL,
      character_end INTEGER NOT NULL,
      start_line INTEGER NOT NULL, start_utf8 INTEGER NOT NULL, start_utf16 INTEGER NOT NULL,
      start_scalars INTEGER NOT NULL,
      end_line INTEGER NOT NULL, end_utf8 INTEGER NOT NULL, end_utf16 INTEGER NOT NULL, end_scalars INTEGER NOT NULL,
      heading TEXT, symbol TEXT, symbol_kind INTEGER, lead TEXT NOT NULL, text TEXT NOT NULL,
      UNIQUE (document, ordinal));
    CREATE INDEX chunks_by_vector ON chunks (vector, document);
    CREATE VIRTUAL TABLE words USING fts5(
      terms, identifiers, content = '', tokenize = "porter unicode61 remove_diacritics 2 tokenchars '_'");
    """
}
