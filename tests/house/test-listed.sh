#!/bin/sh
# Protects: a file that is in the tree is in the build and in the release.

. "$G_TEST_SRCDIR/tests/house/house.sh"

# unlisted FOLDER: C files and test scripts below FOLDER that no list names. A test program is
# listed without its ".c".
unlisted() {
    find "$1" \( -name '*.[ch]' -o -name 'test-*.sh' \) | sort |
        while IFS= read -r file; do
            case $listed in
                *" $file "* | *" ${file%.c} "*) ;;
                *) echo "$file is in no local.mk" ;;
            esac
        done
}

listed=" $(cat Makefile.am ./*/local.mk ./*/*/local.mk | tr '\t\\\n' '   ') "

for folder in src tests bench; do
    verdict "/house/listed/$folder" "$(unlisted "$folder")"
done

finish
