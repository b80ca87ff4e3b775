bench_programs +=
