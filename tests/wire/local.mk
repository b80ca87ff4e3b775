test_programs +=
