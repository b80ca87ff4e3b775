libwirelab_la_SOURCES += \
	src/app/app.h \
	src/app/app_steps.h
