fuzz_programs +=
