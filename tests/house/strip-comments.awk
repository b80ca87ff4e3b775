# Prints C source, "FILE:LINE:" before each line, without what stands in comments, strings and
# character constants. With COMMENTS=1 it prints the opposite: the comments alone.

FNR == 1 {
    state = ""
}
{
    line = ""
    for (i = 1; i <= length($0); i++) {
        two = substr($0, i, 2)
        one = substr($0, i, 1)
        if (state == "comment") {
            if (COMMENTS) {
                line = line one
            }
            if (two == "*/") {
                state = ""
                i++
            }
        } else if (state != "") {
            if (one == "\\") {
                i++
            } else if (one == state) {
                state = ""
                line = line (COMMENTS ? "" : one)
            }
        } else if (two == "/*") {
            state = "comment"
            line = line " "
            i++
        } else {
            if (one == "\"" || one == "'") {
                state = one
            }
            line = line (COMMENTS ? "" : one)
        }
    }
    if (state != "comment") {
        state = ""
    }
    print FILENAME ":" FNR ":" line
}
