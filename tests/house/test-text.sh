#!/bin/sh
# Protects: what the eye trips over: long lines, tabs, other comments than /* */, things left undone.

. "$G_TEST_SRCDIR/tests/house/house.sh"

files=$(sources src tests bench)

# offending AWK-PROGRAM: "file:line: text" for each line of C the program prints.
offending() {
    for file in $files; do
        awk -v file="$file" "$1" "$src_dir/$file"
    done
}

# A character is what does not continue another one in UTF-8.
verdict /house/text/100-columns \
    "$(offending '{ n = $0; gsub(/[\200-\277]/, "", n) }
                  length(n) > 100 { print file ":" FNR ": " length(n) " columns" }')"
verdict /house/text/no-tabs "$(offending '/\t/ { print file ":" FNR ": a tab" }')"
verdict /house/text/no-trailing-blanks "$(offending '/[ \t]$/ { print file ":" FNR ": a blank" }')"

verdict /house/text/comments "$(
    for file in $files; do
        awk -f "$house_dir/strip-comments.awk" "$src_dir/$file" | grep -n '//' | sed "s|^|$file:|"
    done)"

verdict /house/text/nothing-undone "$(
    for file in $files; do
        awk -v COMMENTS=1 -f "$house_dir/strip-comments.awk" "$src_dir/$file" |
            grep -nwE 'TODO|FIXME|XXX|HACK' | sed "s|^|$file:|"
    done)"

finish
