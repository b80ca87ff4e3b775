#!/bin/sh
# Protects: what ./bootstrap says where it cannot install what is missing: who may not gets the exact
# command, another system the list, and a failed installation its reason, each with status 1.

. "$G_TEST_SRCDIR/tests/house/house.sh"

scratch
mkdir "$scratch_dir/bin" "$scratch_dir/tree"
cp "$src_dir/bootstrap" "$scratch_dir/tree"
cd "$scratch_dir" || exit 1
for tool in sh cat date dirname env grep mkdir nproc printf sed tail tr; do
    ln -s "$(command -v $tool)" bin/ 2>/dev/null
done

# pretend NAME SCRIPT: a program of this name for bootstrap.
pretend() {
    printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
    chmod +x "bin/$1"
}

# says TEXT...: what went wrong, unless bootstrap stops with status 1 and all of that.
says() {
    PATH=$scratch_dir/bin sh tree/bootstrap demo >out 2>&1 </dev/null
    got=$?
    [ $got -eq 1 ] || echo "status $got"
    for text in "$@"; do
        grep -qF -- "$text" out || { echo "not said: $text" && cat out; }
    done
}

verdict /e2e/bootstrap/not-debian "$(says 'this is not Debian' gnuplot-nox libyaml-dev)"

# Debian with nothing but make installed.
pretend apt-get 'echo "E: Unable to fetch some archives"; exit 100'
pretend dpkg-query 'case "$*" in *" make") echo installed ;; *) echo not-installed ;; esac'
pretend id 'echo 1000'
command='apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev autoconf'
verdict /e2e/bootstrap/nobody "$(says "$command" gnuplot-nox)"
verdict /e2e/bootstrap/only-what-is-missing "$(grep -w -e ' make ' out)"

pretend sudo 'exit 1'
verdict /e2e/bootstrap/sudo-refuses "$(says "$command")"

pretend id 'echo 0'
verdict /e2e/bootstrap/no-network \
    "$(says 'installing packages ... failed' 'Unable to fetch' 'could not be installed' "$command")"

# apt-get update fails without a word of its status; what it said is what helps.
pretend apt-get 'case $* in *update*) echo "W: Failed to fetch http://deb.debian.org"; exit 0 ;; esac
    echo "E: Unable to locate package gcc"; exit 100'
verdict /e2e/bootstrap/update-fails-quietly "$(says 'W: Failed to fetch' 'could not be installed')"

finish
