#!/bin/sh
# Protects: every text the program shows has its Chinese, with the same printf conversions, and the
# catalogue holds nothing else.

. "$G_TEST_SRCDIR/tests/house/house.sh"

po=$src_dir/po/zh_CN.po
if ! command -v xgettext >/dev/null || ! command -v msgcmp >/dev/null; then
    skip /house/translations/all 'gettext is not installed'
    finish
    exit 0
fi

scratch
pot=$scratch_dir/wirelab.pot
export LC_ALL=C.UTF-8
sh "$src_dir/build-aux/messages" "$src_dir" > "$pot"
# errors COMMAND...: what it says, warnings left out.
errors() {
    "$@" 2>&1 | grep -v ': warning: '
}

verdict /house/translations/complete "$(errors msgcmp "$po" "$pot")"
verdict /house/translations/none-stale "$(errors msgcmp --use-untranslated "$pot" "$po")"

# The catalogue of the sources knows which texts are formats; its marks are carried over.
msgmerge --quiet --no-fuzzy-matching "$po" "$pot" |
    msgattrib --clear-fuzzy > "$scratch_dir/marked.po"
verdict /house/translations/formats \
    "$(errors msgfmt --check-format --output-file=/dev/null "$scratch_dir/marked.po")"

finish
