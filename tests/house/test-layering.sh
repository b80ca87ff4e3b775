#!/bin/sh
# Protects: a room includes its own headers and those of the rooms to its left, nothing else.

. "$G_TEST_SRCDIR/tests/house/house.sh"

# includes ROOM: "file:line:room/header.h" for each include with quotes in the room.
includes() {
    find "src/$1" -name '*.[ch]' -exec grep -Hn '^ *# *include *"' {} + |
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

every_room=$(find src -mindepth 1 -maxdepth 1 -type d | sed 's|^src/||' | tr '\n' ' ')
verdict /house/layering/from-src \
    "$(for room in $every_room; do includes "$room"; done | beyond "$every_room")"

# Only cli/ speaks to the terminal.
verdict /house/layering/only-cli-prints "$(
    code src | grep -v '^src/cli/' |
        grep -E '\<(g_print|g_printerr|printf|puts|putchar|perror)\>')"

# What differs from one run to the next never enters the rooms where results are made.
# shellcheck disable=SC2046
verdict /house/layering/nothing-from-outside "$(
    code $(printf 'src/%s ' $layers) |
        grep -E '\<(g_random_|g_rand_|rand\>|random\>|getenv|g_getenv|g_get_|setlocale|clock_gettime|gettimeofday|time *\(|g_thread_|pthread_)')"

finish
