libwirelab_la_SOURCES += \
	src/study/conform.c \
	src/study/conform.h \
	src/study/conform_bed.c \
	src/study/conform_choices.c \
	src/study/conform_grid.c \
	src/study/conform_json.c \
	src/study/conform_report.c \
	src/study/conform_report.h \
	src/study/conform_rules.c \
	src/study/conform_sets.h
