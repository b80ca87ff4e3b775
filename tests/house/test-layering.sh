#!/bin/sh
# Protects: a room includes its own headers and those of the rooms to its left, nothing else.

. "$G_TEST_SRCDIR/tests/house/house.sh"

# includes ROOM: "file:line:room/header.h" for each include with quotes in the room.
includes() {
    (cd "$src_dir" && find "src/$1" -name '*.[ch]' -exec grep -Hn '^ *# *include *"' {} +) |
        sed 's/^\([^:]*:[0-9]*\):.*"\(.*\)".*/\1:\2/' | sort
}

# beyond ROOMS: of these includes, those from elsewhere.
beyond() {
    while IFS=: read -r file line header; do
        case " $1 " in
            *" ${header%%/*} "*) ;;
            *) [ "$header" = config.h ] || echo "$file:$line: includes \"$header\"" ;;
        esac
    done
}

allowed=
for room in $layers; do
    allowed="$allowed $room"
    verdict "/house/layering/$room" "$(includes "$room" | beyond "$allowed")"
done

every_room=$(cd "$src_dir/src" && find . -mindepth 1 -maxdepth 1 -type d | sed 's|^\./||' | tr '\n' ' ')
verdict /house/layering/from-src \
    "$(for room in $every_room; do includes "$room"; done | beyond "$every_room")"

# Only cli/ speaks to the terminal.
verdict /house/layering/only-cli-prints "$(
    for file in $(sources src | grep -v '^src/cli/'); do
        awk -f "$house_dir/strip-comments.awk" "$src_dir/$file" |
            grep -nE '\<(g_print|g_printerr|printf|puts|putchar|perror)\>' | sed "s|^|$file:|"
    done)"

# What differs from one run to the next never enters the rooms where results are made.
verdict /house/layering/nothing-from-outside "$(
    for file in $(sources $(printf 'src/%s ' $layers)); do
        awk -f "$house_dir/strip-comments.awk" "$src_dir/$file" |
            grep -nE '\<(g_random_|g_rand_|rand\>|random\>|getenv|g_getenv|g_get_|setlocale|clock_gettime|gettimeofday|time *\(|g_thread_|pthread_)' |
            sed "s|^|$file:|"
    done)"

finish
