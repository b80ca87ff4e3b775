libwirelab_la_SOURCES +=
