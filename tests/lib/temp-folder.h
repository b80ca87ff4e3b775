/* A folder for what a test writes. */

#ifndef TESTS_LIB_TEMP_FOLDER_H
#define TESTS_LIB_TEMP_FOLDER_H

#include <glib.h>

/* A new, empty folder below the system's temporary one; its path is owned by the caller. */
char *test_temp_folder(void);
/* Removes a file, or a folder with all that is in it. */
void test_remove_tree(const char *path);
/* The contents of a file in a folder, which must be there; owned by the caller. */
char *test_read_file(const char *folder, const char *name);

#endif
