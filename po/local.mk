# The catalogue, compiled and made part of the program (see src/sim/lang.h).

EXTRA_DIST += po/zh_CN.po
CLEANFILES += po/zh_CN.mo src/sim/lang_zh_mo.h

po/zh_CN.mo: po/zh_CN.po
	$(AM_V_GEN)$(MKDIR_P) po && \
	  $(MSGFMT) --check-format --no-hash --endianness=little -o $@ "$(srcdir)/po/zh_CN.po"

src/sim/lang_zh_mo.h: po/zh_CN.mo build-aux/embed
	$(AM_V_GEN)$(MKDIR_P) src/sim && \
	  $(SHELL) "$(srcdir)/build-aux/embed" lang_zh_mo po/zh_CN.mo > $@.new && mv $@.new $@

# Brings po/zh_CN.po up to date with the N_() texts of src/, in the source tree. Nothing is guessed:
# "fuzzy" only says that a text became a format, which tests/house/test-translations.sh judges.
update-po:
	$(SHELL) "$(srcdir)/build-aux/messages" "$(srcdir)" > po/wirelab.pot
	msgmerge --quiet --no-fuzzy-matching "$(srcdir)/po/zh_CN.po" po/wirelab.pot | \
	  msgattrib --clear-fuzzy --no-obsolete --no-location --no-wrap | \
	  sed '/^"Report-Msgid-Bugs-To:/d; /^"POT-Creation-Date:/d' > po/zh_CN.po.new
	mv po/zh_CN.po.new "$(srcdir)/po/zh_CN.po"
	rm -f po/wirelab.pot
.PHONY: update-po
