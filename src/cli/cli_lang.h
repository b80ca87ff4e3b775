/* Which language the user reads. */

#ifndef CLI_CLI_LANG_H
#define CLI_CLI_LANG_H

/* Returns "zh" or "en": the first of the two that the user's settings name, and "en" if they name
 * neither. The settings are LANGUAGE, LC_ALL, LC_MESSAGES and LANG with the meaning GNU programs
 * give them; no such locale need be installed, so that LANGUAGE=zh_CN is enough on a bare system.
 * A locale set to C or POSIX means English whatever LANGUAGE says. zh_TW and its like, which are
 * not written in simplified characters, do not mean "zh". Takes nothing, cannot fail. */
const char *cli_lang_of_user(void);

#endif
