# The module that packetdrill loads with --so_filename.
pkglib_LTLIBRARIES = wirelab-packetdrill.la
wirelab_packetdrill_la_SOURCES = \
	src/shim/shim_abi.h \
	src/shim/shim_clock.c \
	src/shim/shim_data.c \
	src/shim/shim_fd.c \
	src/shim/shim_info.c \
	src/shim/shim_main.c \
	src/shim/shim_open.c \
	src/shim/shim_options.c \
	src/shim/shim_pipe.c \
	src/shim/shim_poll.c \
	src/shim/shim_private.h \
	src/shim/shim_settings.c \
	src/shim/shim_wait.c \
	src/shim/shim_world.c
wirelab_packetdrill_la_LIBADD = libwirelab.la $(DEPS_LIBS)
wirelab_packetdrill_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^(packetdrill_interface_init|getsockopt|times|mlockall)$$'
