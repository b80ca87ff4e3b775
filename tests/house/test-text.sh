#!/bin/sh
# Protects: what the eye trips over: long lines, tabs, other comments than /* */, things left undone.

. "$G_TEST_SRCDIR/tests/house/house.sh"

# offending AWK-PROGRAM: "file:line: text" for each line of C the program prints.
offending() {
    # shellcheck disable=SC2046
    awk "$1" /dev/null $(sources src tests bench)
}

# A character is what does not continue another one in UTF-8.
verdict /house/text/100-columns \
    "$(offending '{ n = $0; gsub(/[\200-\277]/, "", n) }
                  length(n) > 100 { print FILENAME ":" FNR ": " length(n) " columns" }')"
verdict /house/text/no-tabs "$(offending '/\t/ { print FILENAME ":" FNR ": a tab" }')"
verdict /house/text/no-trailing-blanks \
    "$(offending '/[ \t]$/ { print FILENAME ":" FNR ": a blank" }')"

verdict /house/text/comments "$(code src tests bench | grep '//')"
verdict /house/text/nothing-undone "$(comments src tests bench | grep -wE 'TODO|FIXME|XXX|HACK')"

finish
