dnl What configure asks, tries and says, one macro a part, in the order configure.ac calls them.

dnl WL_ARG_CHOICES: the --enable options of wirelab itself.
AC_DEFUN([WL_ARG_CHOICES], [
AC_ARG_ENABLE([sanitizers],
  [AS_HELP_STRING([--enable-sanitizers],
    [compile with the address and undefined-behaviour sanitizers])],
  [], [enable_sanitizers=no])
AC_ARG_ENABLE([checking],
  [AS_HELP_STRING([--enable-checking],
    [check at run time what is too slow for users: wire round trips, full recounts])],
  [], [enable_checking=no])
AC_ARG_ENABLE([fuzzers],
  [AS_HELP_STRING([--enable-fuzzers],
    [build tests/fuzz as libFuzzer programs (clang; brings the sanitizers)])],
  [], [enable_fuzzers=no])
AC_ARG_ENABLE([werror],
  [AS_HELP_STRING([--enable-werror],
    [make warnings errors @<:@default: in a git checkout@:>@])],
  [], [AS_IF([test -e "$srcdir/.git"], [enable_werror=yes], [enable_werror=no])])
])

dnl WL_TRY_FLAG(VARIABLE, FLAG): appends FLAG to VARIABLE where the compiler knows it.
AC_DEFUN([WL_TRY_FLAG], [
AS_VAR_PUSHDEF([known], [wl_cv_cc_flag_$2])
AC_CACHE_CHECK([whether $CC knows $2], [known], [
  wl_saved_cflags=$CFLAGS
  CFLAGS="$CFLAGS -Werror $2"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM()], [AS_VAR_SET([known], [yes])],
                    [AS_VAR_SET([known], [no])])
  CFLAGS=$wl_saved_cflags])
AS_VAR_IF([known], [yes], [$1="$$1 $2"])
AS_VAR_POPDEF([known])
])

dnl WL_COMPILER_FLAGS: sets WL_CPPFLAGS and WL_CFLAGS (every file), WL_LDFLAGS (every program) and
dnl WL_FUZZ_LDFLAGS (fuzzers). Results must not depend on the compiler, so floating-point
dnl contraction is always off. WIRELAB_CHECKING is no matter of config.h: every file sees it.
AC_DEFUN([WL_COMPILER_FLAGS], [
WL_CPPFLAGS=-D_GNU_SOURCE
AS_IF([test "x$enable_checking" = xyes], [WL_CPPFLAGS="$WL_CPPFLAGS -DWIRELAB_CHECKING=1"])
WL_CFLAGS="-std=c11 -ffp-contract=off -fvisibility=hidden"
WL_LDFLAGS=
WL_FUZZ_LDFLAGS=
m4_foreach_w([flag], [
  -Wall -Wextra -Wformat=2 -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wold-style-definition -Wpointer-arith -Wwrite-strings -Wundef -Wvla
  -Wduplicated-cond -Wlogical-op -Wfloat-conversion -Wstrict-aliasing=2 -Wdate-time
  -Wno-unused-parameter -Wno-missing-field-initializers -Wno-format-nonliteral],
  [WL_TRY_FLAG([WL_CFLAGS], flag)])
AS_IF([test "x$enable_werror" = xyes], [WL_CFLAGS="$WL_CFLAGS -Werror"])

wl_sanitize=
AS_IF([test "x$enable_sanitizers" = xyes || test "x$enable_fuzzers" = xyes],
  [wl_sanitize=address,undefined])
AS_IF([test "x$enable_fuzzers" = xyes], [
  WL_FUZZ_LDFLAGS=-fsanitize=fuzzer
  wl_sanitize=$wl_sanitize,fuzzer-no-link])
AS_IF([test "x$wl_sanitize" != x], [
  WL_CFLAGS="$WL_CFLAGS -fsanitize=$wl_sanitize -fno-sanitize-recover=all"
  WL_CFLAGS="$WL_CFLAGS -fno-omit-frame-pointer"
  WL_LDFLAGS="-fsanitize=$wl_sanitize"
  AC_MSG_CHECKING([whether $CC links with -fsanitize=$wl_sanitize])
  wl_saved_cflags=$CFLAGS
  CFLAGS="$CFLAGS -fsanitize=$wl_sanitize"
  AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AC_MSG_RESULT([yes])], [
    AC_MSG_RESULT([no])
    AC_MSG_ERROR([the sanitizers were asked for, but $CC cannot link them])])
  CFLAGS=$wl_saved_cflags])
AM_CONDITIONAL([ENABLE_SANITIZERS], [test "x$wl_sanitize" != x])
AM_CONDITIONAL([ENABLE_FUZZERS], [test "x$enable_fuzzers" = xyes])
AC_SUBST([WL_CPPFLAGS])
AC_SUBST([WL_CFLAGS])
AC_SUBST([WL_LDFLAGS])
AC_SUBST([WL_FUZZ_LDFLAGS])
])

dnl WL_DEPENDENCIES: the libraries and tools without which nothing works, then those whose
dnl absence only takes something away; WL_SUMMARY names the latter.
AC_DEFUN([WL_DEPENDENCIES], [
PKG_CHECK_MODULES([DEPS], [glib-2.0 >= 2.66 gio-2.0 yaml-0.1 json-glib-1.0])
AC_PATH_PROG([MSGFMT], [msgfmt])
AS_IF([test "x$MSGFMT" = x], [AC_MSG_ERROR([msgfmt is missing (Debian: gettext)])])
PKG_CHECK_MODULES([LIBPCAP], [libpcap], [
  have_libpcap=yes
  DEPS_CFLAGS="$DEPS_CFLAGS $LIBPCAP_CFLAGS"
  DEPS_LIBS="$DEPS_LIBS $LIBPCAP_LIBS"], [have_libpcap=no])
AM_CONDITIONAL([HAVE_LIBPCAP], [test "x$have_libpcap" = xyes])
AC_PATH_PROG([GNUPLOT], [gnuplot])
AC_PATH_PROG([TSHARK], [tshark])
AC_PATH_PROG([RSVG_CONVERT], [rsvg-convert])
AC_PATH_PROG([XMLLINT], [xmllint])
AC_PATH_PROG([MAN], [man])
AC_PATH_PROG([PYTHON3], [python3])
])

dnl WL_SUMMARY_PART(FOUND, NAME, WHAT IS LOST)
AC_DEFUN([WL_SUMMARY_PART], [
AS_IF([test "x$1" = x || test "x$1" = xno], [AC_MSG_NOTICE([  $2 is missing: $3])])])

dnl WL_SUMMARY: the last words of configure.
AC_DEFUN([WL_SUMMARY], [
AC_MSG_NOTICE([$PACKAGE_NAME $PACKAGE_VERSION: $CC $CFLAGS])
AC_MSG_NOTICE([  warnings are errors: $enable_werror, sanitizers: $enable_sanitizers, checking: $enable_checking, fuzzers: $enable_fuzzers])
WL_SUMMARY_PART([$GNUPLOT], [gnuplot], [runs leave plot scripts and data but no plots])
WL_SUMMARY_PART([$have_libpcap], [libpcap], [captures cannot be read, and the tests that read some are skipped])
WL_SUMMARY_PART([$TSHARK], [tshark], [the tests that judge captures are skipped])
WL_SUMMARY_PART([$RSVG_CONVERT], [rsvg-convert], [the tests that draw the pictures are skipped])
WL_SUMMARY_PART([$XMLLINT], [xmllint], [the tests that parse the pictures are skipped])
WL_SUMMARY_PART([$PYTHON3], [python3], [the tests that validate against the JSON Schema are skipped])
])
