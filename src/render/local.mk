libwirelab_la_SOURCES += \
	src/render/render_ladder.c \
	src/render/render_ladder.h \
	src/render/render_ladder_apart.c \
	src/render/render_ladder_arrows.c \
	src/render/render_ladder_build.h \
	src/render/render_ladder_cells.c \
	src/render/render_ladder_cells.h \
	src/render/render_ladder_columns.c \
	src/render/render_ladder_columns.h \
	src/render/render_ladder_labels.c \
	src/render/render_ladder_labels.h \
	src/render/render_ladder_layout.c \
	src/render/render_ladder_layout.h \
	src/render/render_ladder_legend.c \
	src/render/render_ladder_marks.c \
	src/render/render_ladder_rows.c \
	src/render/render_ladder_rows.h \
	src/render/render_ladder_svg.c \
	src/render/render_ladder_svg.h \
	src/render/render_ladder_text.c \
	src/render/render_ladder_words.c \
	src/render/render_ladder_words.h \
	src/render/render_plot.c \
	src/render/render_plot.h
