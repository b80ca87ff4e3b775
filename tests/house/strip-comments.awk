# Prints C source without what stands in comments, strings and character constants, keeping lines.
# With COMMENTS=1 it blanks the opposite: everything but the comments.

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
    print line
}
