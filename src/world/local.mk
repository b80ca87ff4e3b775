libwirelab_la_SOURCES += \
	src/world/world.c \
	src/world/world.h \
	src/world/world_address.c \
	src/world/world_observe.c \
	src/world/world_observe.h \
	src/world/world_private.h \
	src/world/world_program.c \
	src/world/world_route.c
