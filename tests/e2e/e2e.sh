# Sourced by the end-to-end tests: the program, the shipped scenarios, and how to report in TAP.

. "$G_TEST_SRCDIR/tests/house/house.sh"

wirelab=$build_dir/wirelab
reference_dir=$src_dir/results/reference

# scenarios: names of the shipped scenarios, those of bench/ and linux/ not among them.
scenarios() {
    (cd "$src_dir/scenarios" && ls ./*.yaml | sed 's,^\./,,; s,\.yaml$,,')
}

# run NAME FOLDER [OPTION...]: runs a shipped scenario into the folder; messages into FOLDER.err.
run() {
    name=$1 folder=$2
    shift 2
    "$wirelab" run "$src_dir/scenarios/$name.yaml" -o "$folder" --quiet "$@" >"$folder.out" 2>"$folder.err"
}

# files FOLDER: its files, sorted; not the pictures that gnuplot draws, nor the manifest, which names them.
files() {
    (cd "$1" && find . -type f ! -path './plots/*.svg' ! -path './plots/*.png' ! -name manifest.json |
        sort)
}

# The pictures of README.md and README.zh-CN.md: ladders of the handshake, by language.
readme_langs='en zh'
readme_picture() {
    echo "$reference_dir/handshake/ladder.$1.svg"
}

# kept_story FOLDER: as much of a run's story as the reference holds; the digest is of all of it.
kept_story() {
    head -n 2000 "$1/story.txt"
}

# digests FOLDER: what the reference of a scenario holds of a run.
digests() {
    (
        cd "$1" || exit 1
        printf 'bytes  %s\n' "$(files . | xargs sha256sum | sha256sum | cut -d' ' -f1)"
        printf 'story  %s\n' "$(sha256sum story.txt | cut -d' ' -f1)"
        printf 'states %s\n' "$(find connections -name states.csv 2>/dev/null | sort |
            xargs -r cat | sha256sum | cut -d' ' -f1)"
    )
}
