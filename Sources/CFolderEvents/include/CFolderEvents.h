/// What macOS tells of changes below a folder (FSEvents), as bytes that a pipe has. Elsewhere there is nothing here.
#ifndef CFOLDEREVENTS_H
#define CFOLDEREVENTS_H

/// The events of one folder.
typedef struct akin_folder_events akin_folder_events;

/// Begins to listen for changes of all that is below a folder, from this call on.
/// Returns NULL where the folder is not there or the system refuses.
akin_folder_events *akin_folder_events_begin(const char *root);

/// What can be read without waiting once something has changed: bytes that mean nothing. Valid until the end.
int akin_folder_events_descriptor(const akin_folder_events *events);

/// Ends the listening and frees everything. Not to be called from two threads.
void akin_folder_events_end(akin_folder_events *events);

#endif
