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
verdict /house/translations/complete "$(msgcmp "$po" "$pot" 2>&1)"
verdict /house/translations/none-stale "$(msgcmp --use-untranslated "$pot" "$po" 2>&1)"

# The catalogue of the sources knows which texts are formats; its marks are carried over.
verdict /house/translations/formats "$(
    msgmerge --quiet --no-fuzzy-matching --output-file="$scratch_dir/marked.po" "$po" "$pot" 2>&1
    msgfmt --check-format --output-file=/dev/null "$scratch_dir/marked.po" 2>&1)"

finish
