libwirelab_la_SOURCES += \
	src/trace/trace_bytes.h \
	src/trace/trace_capture.c \
	src/trace/trace_capture.h \
	src/trace/trace_fields.c \
	src/trace/trace_fields.h \
	src/trace/trace_folder.c \
	src/trace/trace_folder.h \
	src/trace/trace_log.c \
	src/trace/trace_log.h \
	src/trace/trace_log_conn.c \
	src/trace/trace_log_net.c \
	src/trace/trace_log_private.h \
	src/trace/trace_output.c \
	src/trace/trace_output.h \
	src/trace/trace_pcap.c \
	src/trace/trace_pcap.h \
	src/trace/trace_pcapng.c \
	src/trace/trace_pcapng.h \
	src/trace/trace_read.c \
	src/trace/trace_run.c \
	src/trace/trace_run.h \
	src/trace/trace_story.c \
	src/trace/trace_summary.c \
	src/trace/trace_tables.c \
	src/trace/trace_tables.h \
	src/trace/trace_write.c
