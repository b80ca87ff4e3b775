libwirelab_la_SOURCES += \
	src/render/render_ladder.c \
	src/render/render_ladder.h \
	src/render/render_ladder_layout.c \
	src/render/render_ladder_layout.h \
	src/render/render_ladder_svg.c \
	src/render/render_ladder_text.c \
	src/render/render_plot.c \
	src/render/render_plot.h
