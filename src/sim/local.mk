libwirelab_la_SOURCES += \
	src/sim/lang.c \
	src/sim/lang.h

src/sim/lang.lo: src/sim/lang_zh_mo.h
