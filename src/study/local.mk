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
	src/study/conform_sets.h \
	src/study/rfc.c \
	src/study/rfc.h \
	src/study/rfc_9293.c \
	src/study/rfc_congestion.c \
	src/study/rfc_internet.c \
	src/study/rfc_later.c \
	src/study/rfc_recovery.c \
	src/study/rfc_report.c \
	src/study/rfc_rows.h \
	src/study/rfc_tcp.c
