# The catalogue, compiled and made part of the program (see src/sim/lang.h).

EXTRA_DIST += po/zh_CN.po
CLEANFILES += po/zh_CN.mo src/sim/lang_zh_mo.h

po/zh_CN.mo: po/zh_CN.po
	$(AM_V_GEN)$(MKDIR_P) po && \
	  $(MSGFMT) --check-format --no-hash --endianness=little -o $@ "$(srcdir)/po/zh_CN.po"

src/sim/lang_zh_mo.h: po/zh_CN.mo build-aux/embed
	$(AM_V_GEN)$(MKDIR_P) src/sim && \
	  $(SHELL) "$(srcdir)/build-aux/embed" lang_zh_mo po/zh_CN.mo > $@.new && mv $@.new $@

# Brings po/zh_CN.po up to date with the N_() texts of src/, in the source tree.
update-po:
	$(SHELL) "$(srcdir)/build-aux/messages" "$(srcdir)" > po/wirelab.pot
	msgmerge --no-fuzzy-matching --no-location --no-wrap --output-file=po/zh_CN.po.new \
	  "$(srcdir)/po/zh_CN.po" po/wirelab.pot
	msgattrib --no-obsolete --no-location --no-wrap --output-file="$(srcdir)/po/zh_CN.po" \
	  po/zh_CN.po.new
	rm -f po/wirelab.pot po/zh_CN.po.new
.PHONY: update-po
